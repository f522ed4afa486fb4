"""Intensities to the 256 levels that are rendered."""

from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray

KNEE = 200.0
"""Level of ``high``."""
ROOM = 255.0 - KNEE


@dataclass(frozen=True)
class ByteScale:
    """Linear up to the brightest tissue, then saturating slowly.

    Cutting off would leave fat and surface-coil flare without a gradient, and shading makes black holes of that.

    Parameters
    ----------
    low, high
        Intensities of level 0 and of the knee.
    """

    low: float
    high: float

    @property
    def gain(self) -> float:
        """Levels per intensity unit below the knee."""
        return KNEE / max(self.high - self.low, 1e-12)

    def level(self, intensity: float) -> float:
        """Level of one intensity, below 0 where it is darker than ``low``."""
        linear = (intensity - self.low) * self.gain
        return linear if linear <= KNEE else KNEE + ROOM * (1 - float(np.exp((KNEE - linear) / ROOM)))

    def compress(self, linear: FloatArray) -> None:
        """Limit linear levels to 0 to 255 in place."""
        np.maximum(linear, 0, out=linear)
        above = linear > KNEE
        linear[above] = KNEE + ROOM * (1 - np.exp((KNEE - linear[above]) / ROOM))
