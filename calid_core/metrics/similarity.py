"""PSNR and SSIM of slices scaled to the data range 1."""

import numpy as np
from skimage.metrics import structural_similarity

from calid_core.arrays import FloatArray

DATA_RANGE = 1.0
SSIM_SIGMA = 1.5
"""Standard deviation of the Gaussian window in pixels (Wang 2004)."""


def psnr(prediction: FloatArray, truth: FloatArray) -> float:
    """Peak signal-to-noise ratio in dB over all elements; infinite where both agree."""
    error = float(np.mean(np.square(np.subtract(prediction, truth, dtype=np.float64))))
    return 10.0 * float(np.log10(DATA_RANGE**2 / error)) if error > 0 else float("inf")


def ssim_map(prediction: FloatArray, truth: FloatArray) -> FloatArray:
    """Structural similarity at every pixel.

    Parameters
    ----------
    prediction, truth
        ``(rows, columns)``, at least 11 pixels each way.

    Returns
    -------
    similarity
        ``(rows, columns)``, -1 to 1; near the border the image is mirrored.
    """
    _, similarity = structural_similarity(
        np.asarray(prediction, np.float64),
        np.asarray(truth, np.float64),
        data_range=DATA_RANGE,
        gaussian_weights=True,
        sigma=SSIM_SIGMA,
        use_sample_covariance=False,
        full=True,
    )
    result: FloatArray = similarity
    return result
