"""Real values: what the numbers that a file stores mean, by the rescale slope and intercept that it states."""

import math
from dataclasses import dataclass
from typing import TypeVar

from calid_core.arrays import FloatArray

Value = TypeVar("Value", float, FloatArray)
"""A value, or an array of any shape."""


@dataclass(frozen=True)
class RealScale:
    """Stored values to real ones and back; arrays stay stored, what a person reads and types is real.

    Parameters
    ----------
    slope, intercept
        real = slope · stored + intercept. The slope may be negative.
    """

    slope: float = 1.0
    intercept: float = 0.0

    def __post_init__(self) -> None:
        if not (self.slope and math.isfinite(self.slope) and math.isfinite(self.intercept)):
            raise ValueError(
                f"rescale slope {self.slope} and intercept {self.intercept} must be finite, the slope not 0"
            )

    def to_real(self, stored: Value) -> Value:
        """Values, in floating point."""
        return stored * self.slope + self.intercept

    def to_stored(self, real: Value) -> Value:
        """What is stored for real values."""
        return (real - self.intercept) / self.slope

    def width_to_real(self, stored: float) -> float:
        """A distance of two values, a deviation or a window width, say; it has no sign."""
        return stored * abs(self.slope)

    def width_to_stored(self, real: float) -> float:
        """What is stored for a distance of two real values."""
        return real / abs(self.slope)

    def window_to_real(self, stored: tuple[float, float]) -> tuple[float, float]:
        """Centre and width of a window."""
        return self.to_real(stored[0]), self.width_to_real(stored[1])

    def window_to_stored(self, real: tuple[float, float]) -> tuple[float, float]:
        """What is stored for centre and width of a window."""
        return self.to_stored(real[0]), self.width_to_stored(real[1])

    def after(self, other: "RealScale") -> "RealScale":
        """The two at once: what ``other`` makes of a value, and this one of that."""
        return RealScale(self.slope * other.slope, self.to_real(other.intercept))


STORED = RealScale()
"""Where a file states none: what is stored is real."""
