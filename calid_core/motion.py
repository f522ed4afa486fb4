"""How much each pixel of a cine changes over its phases."""

import numpy as np
from scipy import ndimage

from calid_core.arrays import FloatArray, IntensityArray


def smoothed_motion(
    cine: IntensityArray, spacing: tuple[float, float], *, smoothing: float, together: bool = False
) -> FloatArray:
    """Standard deviation over the phases, smoothed in plane.

    Parameters
    ----------
    cine
        ``(phases, slices, rows, columns)``.
    spacing
        Of rows and columns, mm.
    smoothing
        Standard deviation of the Gaussian that joins moving borders to areas, mm.
    together
        Whether the mean of all slices is smoothed.

    Returns
    -------
    motion
        ``(slices, rows, columns)``, ``(rows, columns)`` of slices together, MR units.
    """
    motion = cine.astype(np.float32).std(axis=0)
    if together:
        motion = motion.mean(axis=0)
    sigma = [0.0] * (motion.ndim - 2) + [smoothing / s for s in spacing]
    smoothed: FloatArray = ndimage.gaussian_filter(motion, sigma)
    return smoothed
