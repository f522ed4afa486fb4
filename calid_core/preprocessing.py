"""Intensity scaling and crop of a stack; each returns what undoes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray

LOW_PERCENTILE = 0.5
HIGH_PERCENTILE = 99.5
PERCENTILE_VALUES = 4_000_000
"""About how many voxels of a cine its percentiles are taken from."""


@dataclass(frozen=True)
class IntensityScale:
    """Affine map of MR intensity to 0 at the low and 1 at the high percentile of the acquired slices."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.high > self.low:
            raise ValueError(f"high is {self.high}, must exceed low {self.low}")

    def apply(self, intensity: IntensityArray) -> FloatArray:
        """Scaled float32, about 0 to 1; nothing is clipped."""
        scaled: FloatArray = (np.asarray(intensity, np.float32) - np.float32(self.low)) / self.width
        return scaled

    def undo(self, scaled: FloatArray) -> FloatArray:
        """MR intensity, float32."""
        intensity: FloatArray = np.asarray(scaled, np.float32) * self.width + np.float32(self.low)
        return intensity

    def undo_width(self, scaled: FloatArray) -> FloatArray:
        """A difference of scaled intensities as a difference of MR intensities."""
        difference: FloatArray = np.asarray(scaled, np.float32) * self.width
        return difference

    @property
    def width(self) -> np.float32:
        """MR units per scaled unit."""
        return np.float32(self.high - self.low)


def percentile_scale(intensity: IntensityArray) -> IntensityScale:
    """Scale of acquired slices by their own percentiles; a constant image is scaled by one unit."""
    low, high = np.percentile(np.asarray(intensity, np.float32), (LOW_PERCENTILE, HIGH_PERCENTILE))
    return IntensityScale(float(low), float(high) if high > low else float(low) + 1.0)


def cine_scale(intensity: IntensityArray) -> IntensityScale:
    """``percentile_scale`` of a whole cine, of which every n-th voxel is looked at where there are many."""
    return percentile_scale(intensity.ravel()[:: max(1, intensity.size // PERCENTILE_VALUES)])


@dataclass(frozen=True)
class Window:
    """In-plane window that a crop took out of images of ``rows`` x ``columns``."""

    top: int
    left: int
    bottom: int
    right: int
    rows: int
    columns: int

    def crop(self, images: IntensityArray) -> IntensityArray:
        """View of the window of ``(…, rows, columns)``."""
        return images[..., self.top : self.bottom, self.left : self.right]

    def undo(self, cropped: FloatArray, background: FloatArray) -> FloatArray:
        """Copy of ``background`` ``(…, rows, columns)`` with ``cropped`` put back into the window."""
        whole = np.array(background, copy=True)
        whole[..., self.top : self.bottom, self.left : self.right] = cropped
        return whole


def window_about(box: tuple[int, int, int, int], margin: int, shape: tuple[int, int]) -> Window:
    """Window of ``box`` ``(top, bottom, left, right)`` widened by ``margin`` pixels within ``shape``."""
    top, bottom, left, right = box
    return Window(
        max(top - margin, 0),
        max(left - margin, 0),
        min(bottom + margin, shape[0]),
        min(right + margin, shape[1]),
        shape[0],
        shape[1],
    )
