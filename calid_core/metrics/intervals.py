"""Whether stated intervals hold."""

import numpy as np

from calid_core.arrays import FloatArray


def coverage(truth: FloatArray, centre: FloatArray, half_width: FloatArray) -> float:
    """Share of elements whose truth lies within ``centre`` ± ``half_width``, bounds included, 0 to 1."""
    return float(np.mean(np.abs(truth - centre) <= half_width))
