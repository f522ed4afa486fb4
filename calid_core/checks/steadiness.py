"""Evidence on how steadily content is displaced from slice to slice, gathered from many patches.

Anatomy that the slices cut obliquely drifts from slice to slice, every part of it in its own direction but steadily:
a patch of slice k lies by D₁ from where it lies in the slice before, and in the slice after by about as much again, D₂.
A slice moved by s as a whole breaks the steadiness of all its patches alike: y = D₁ − D₂ = 2 s, and −s at both
neighbours. Each patch votes with the whole distribution of its displacements, and no patch counts for more than
``OUTLIERS`` allows, so that anatomy that comes and goes between slices does little harm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from calid_core.arrays import FloatArray
from calid_core.progress import CancelToken

STEP = 2.0
"""Spacing that slices are compared at, mm."""
HALF = 8
"""Half the side of a patch, in steps: 34 mm."""
REACH = 7
"""Largest displacement of a patch between neighbouring slices, in steps."""
RIM = 2
"""Rim of the images without patches, in steps: a moved slice has no content there."""
BETWEEN = 10
"""Distance of the centres of patches, in steps."""
MOST_PATCHES = 110
"""Patches of highest contrast that are used."""
SHARPNESS = 20.0
"""Logarithm of the odds of two displacements whose correlations differ by 1."""
OUTLIERS = 0.3
"""Share of patches that say nothing about the displacement."""
AREA = 40.0**2
"""Area that the displacements of those are spread over, mm²."""
UNSTEADY = 1.0
"""Standard deviation of the change of drift of one patch from slice to slice, mm."""
INDEPENDENT = 0.1
"""Share of what the patches say that is news; they overlap, and neighbouring tissue moves together."""

Patches = NDArray[np.float32]


def comparable(images: FloatArray, spacing: tuple[float, float]) -> Patches:
    """``(slices, rows, columns)`` at ``STEP`` mm, square roots of intensities scaled to 0 to 1: fat does not rule."""
    low, high = np.percentile(images, (0.5, 99.5))
    scaled = np.sqrt(np.clip((images - low) / max(float(high - low), 1e-9), 0.0, 1.0))
    blur, zoom = [0.35 * STEP / s for s in spacing], [s / STEP for s in spacing]
    return np.stack(
        [ndimage.zoom(ndimage.gaussian_filter(image, blur), zoom, order=1) for image in scaled]
    ).astype(np.float32)


def unsteadiness(images: Patches, cancel: CancelToken) -> list[FloatArray]:
    """Log-likelihood of every y = D₁ − D₂, mm along rows and columns, of every inner slice.

    Parameters
    ----------
    images
        ``(slices, rows, columns)`` from ``comparable``.
    cancel
        Looked at before every slice.

    Returns
    -------
    evidence
        One array ``(8 REACH + 1, 8 REACH + 1)`` per inner slice, in steps of ``STEP / 2`` about 0; zero where the images
        are smaller than a patch.
    """
    found = []
    for k in range(1, len(images) - 1):
        cancel.raise_if_cancelled()
        centres = _centres(images[k])
        before, after = (_probability(_correlation(images[j], images[k], centres)) for j in (k - 1, k + 1))
        # The patch lies at -D₁ in the slice before and at D₂ in the one after: -y is the sum of two random numbers.
        size = 2 * before.shape[1] - 1
        shape = [fft.next_fast_len(size, real=True)] * 2
        summed = fft.irfft2(fft.rfft2(before, shape) * fft.rfft2(after, shape), shape)[:, :size, :size]
        width = UNSTEADY / (STEP / 2)
        density = ndimage.gaussian_filter(
            np.maximum(summed[:, ::-1, ::-1], 0.0), (0, width, width), mode="constant"
        )
        density = density / (STEP / 2) ** 2
        votes = np.log((1 - OUTLIERS) * density + OUTLIERS / AREA).sum(axis=0, dtype=np.float64)
        found.append(INDEPENDENT * votes)
    return found


def _centres(image: Patches) -> NDArray[np.intp]:
    """``(patches, 2)``, row and column of the patches of highest contrast, up to 70 % of all."""
    margin = HALF + RIM
    rows, columns = (_grid(margin, n - margin) for n in image.shape)
    size = 2 * HALF + 1
    mean = ndimage.uniform_filter(image, size)
    contrast = ndimage.uniform_filter(np.square(image), size) - np.square(mean)
    places = np.array([(r, c) for r in rows for c in columns], dtype=np.intp).reshape(-1, 2)
    order = np.argsort(-contrast[places[:, 0], places[:, 1]], kind="stable")
    most = min(MOST_PATCHES, int(np.ceil(0.7 * len(places))))
    return places[order[:most]]


def _grid(first: int, end: int) -> NDArray[np.intp]:
    places = np.arange(first, end, BETWEEN)
    return places + (end - 1 - places[-1]) // 2 if len(places) else places


def _correlation(image: Patches, patches_of: Patches, centres: NDArray[np.intp]) -> Patches:
    """``(patches, 2 REACH + 1, 2 REACH + 1)``, normalised cross-correlation over where a patch may lie in ``image``."""
    size, wide = 2 * HALF + 1, 2 * (HALF + REACH) + 1
    padded = np.pad(image, REACH, mode="edge")
    patches = np.array([patches_of[r - HALF :, c - HALF :][:size, :size] for r, c in centres])
    windows = np.array([padded[r - HALF :, c - HALF :][:wide, :wide] for r, c in centres])
    patches = patches.reshape(-1, size, size) - patches.reshape(-1, size, size).mean(
        axis=(1, 2), keepdims=True
    )
    windows = windows.reshape(-1, wide, wide) - windows.reshape(-1, wide, wide).mean(
        axis=(1, 2), keepdims=True
    )
    shape = [fft.next_fast_len(wide, real=True)] * 2
    product = fft.rfft2(windows, shape) * np.conj(fft.rfft2(patches, shape))
    crossed = fft.irfft2(product, shape)[:, : 2 * REACH + 1, : 2 * REACH + 1]
    variance = np.maximum(_sums(np.square(windows)) - np.square(_sums(windows)) / size**2, 0.0)
    energy = np.square(patches).sum(axis=(1, 2))[:, None, None]
    result: Patches = crossed / np.sqrt(energy * variance + 1e-6)
    return result


def _sums(windows: Patches) -> Patches:
    """Sums over every patch-sized square of every window."""
    size = 2 * HALF + 1
    total = np.pad(windows, ((0, 0), (1, 0), (1, 0))).cumsum(axis=1).cumsum(axis=2)
    sums: Patches = (
        total[:, size:, size:] - total[:, :-size, size:] - total[:, size:, :-size] + total[:, :-size, :-size]
    )
    return sums


def _probability(correlation: Patches) -> Patches:
    """Probability of every displacement, at half steps."""
    count = correlation.shape[1]
    finer = ndimage.zoom(np.eye(count), ((2 * count - 1) / count, 1), order=3).astype(np.float32)
    fine = finer @ correlation @ finer.T
    odds = np.exp(SHARPNESS * (fine - fine.max(axis=(1, 2), keepdims=True)))
    probability: Patches = odds / odds.sum(axis=(1, 2), keepdims=True)
    return probability
