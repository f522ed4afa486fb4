"""Which intensities are lung, muscle and blood in a stack."""

from dataclasses import dataclass

import numpy as np
from skimage.filters import threshold_multiotsu

from calid_core.arrays import FloatArray, IntensityArray

DARKEST, BRIGHTEST = 0.5, 99.8
"""Percentiles of the heart region that bound the intensities shown."""


@dataclass(frozen=True)
class TissueLevels:
    """Intensities that divide the tissues of the heart region.

    Parameters
    ----------
    low, high
        Range shown.
    muscle
        From lung and air to muscle.
    blood
        From muscle to blood.
    """

    low: float
    muscle: float
    blood: float
    high: float

    def moved(self, before: tuple[float, float], after: tuple[float, float]) -> "TissueLevels":
        """Levels that look through one window as these do through another.

        Parameters
        ----------
        before, after
            Window centre and width in intensity units.
        """
        gain = max(after[1], 1e-6) / max(before[1], 1e-6)
        low, muscle, blood, high = (
            after[0] + (level - before[0]) * gain for level in (self.low, self.muscle, self.blood, self.high)
        )
        return TissueLevels(low, muscle, blood, high)


def tissue_levels(intensity: IntensityArray, distance: FloatArray) -> TissueLevels:
    """Levels of one phase of an acquired stack.

    Parameters
    ----------
    intensity
        ``(slices, rows, columns)``.
    distance
        Same shape, mm to the edge of the heart region, negative inside.
    """
    values = intensity[distance < 0].astype(np.float64)
    values = values[np.isfinite(values)]
    if values.size == 0:
        return TissueLevels(0.0, 1 / 3, 2 / 3, 1.0)
    low, high = (float(p) for p in np.percentile(values, (DARKEST, BRIGHTEST)))
    inside = np.clip(values, low, high)
    if len(np.unique(inside)) < 3 or high <= low:
        return TissueLevels(low, low + (high - low) / 3, low + (high - low) * 2 / 3, max(high, low + 1e-6))
    muscle, blood = (float(t) for t in threshold_multiotsu(inside, classes=3))
    return TissueLevels(low, muscle, blood, high)
