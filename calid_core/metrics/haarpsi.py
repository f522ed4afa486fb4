"""Haar wavelet-based perceptual similarity index (Reisenhofer et al. 2018, doi 10.1016/j.image.2017.11.001)."""

import numpy as np
from scipy import ndimage

from calid_core.arrays import FloatArray

FULL_SCALE = 255.0
CONTRAST = 30.0
"""Keeps the similarity of small coefficients stable; fitted by the authors on 8-bit images."""
STEEPNESS = 4.2
"""Slope of the logistic function (alpha in the paper)."""
SCALES = 3
LEAST_SIDE = 2 ** (SCALES + 1)
"""Pixels that an image needs each way: the coarsest filter on the image seen from twice the distance."""


def haarpsi(prediction: FloatArray, truth: FloatArray) -> float:
    """Perceptual similarity of two grey images, 0 to 1, where 1 means alike.

    Parameters
    ----------
    prediction, truth
        ``(rows, columns)``, data range 1, at least ``LEAST_SIDE`` pixels each way.
    """
    if prediction.shape != truth.shape or min(truth.shape) < LEAST_SIDE:
        raise ValueError(f"HaarPSI needs two equal images of at least {LEAST_SIDE} pixels, got {truth.shape}")
    ours, theirs = _responses(prediction), _responses(truth)
    weights = np.maximum(
        np.abs(ours[:, -1]), np.abs(theirs[:, -1])
    )  # the coarsest scale says where people look
    alike = similarity(np.abs(ours[:, :-1]), np.abs(theirs[:, :-1])).mean(axis=1)
    epsilon = np.finfo(np.float64).eps
    local = 1.0 / (1.0 + np.exp(-STEEPNESS * alike))
    score = (np.sum(local * weights) + epsilon) / (np.sum(weights) + epsilon)
    return float((np.log(score / (1.0 - score)) / STEEPNESS) ** 2)


def similarity(first: FloatArray, second: FloatArray) -> FloatArray:
    """Similarity of two magnitudes, 0 to 1."""
    result: FloatArray = (2.0 * first * second + CONTRAST) / (first**2 + second**2 + CONTRAST)
    return result


def _responses(image: FloatArray) -> FloatArray:
    """Haar coefficients ``(orientations, scales, rows / 2, columns / 2)`` of the image seen from twice the distance."""
    odd = max(image.shape[0] % 2, image.shape[1] % 2)
    padded = np.pad(np.asarray(image, np.float64) * FULL_SCALE, (0, odd))
    rows, columns = padded.shape[0] // 2, padded.shape[1] // 2
    halved = padded[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).mean(axis=(1, 3))
    return np.stack(
        [np.stack([_haar(halved, 2 ** (scale + 1), axis=axis) for scale in range(SCALES)]) for axis in (0, 1)]
    )


def _haar(image: FloatArray, size: int, *, axis: int) -> FloatArray:
    """Correlation with a square Haar filter of ``size`` pixels that changes sign along ``axis``; zeros outside."""
    step = np.where(np.arange(size) < size // 2, 1.0, -1.0)
    box = np.full(size, 1.0 / size)
    response = ndimage.correlate1d(image, step, axis=axis, mode="constant", origin=-1)
    result: FloatArray = ndimage.correlate1d(response, box, axis=1 - axis, mode="constant", origin=-1)
    return result
