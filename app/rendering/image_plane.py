"""A picture's place in the patient: every 2D view shows one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from calid_core.arrays import FloatArray, frozen
from calid_core.geometry import Geometry


@dataclass(frozen=True, eq=False)
class ImagePlane:
    """Placement of a picture.

    Parameters
    ----------
    origin
        ``(3,)``, LPS mm of the centre of the first pixel.
    right, down
        ``(3,)``, LPS unit vectors along which columns and rows count up on the screen.
    spacing
        ``(row, column)`` distance in mm.
    shape
        ``(rows, columns)``.
    """

    origin: FloatArray
    right: FloatArray
    down: FloatArray
    spacing: tuple[float, float]
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        for name in ("origin", "right", "down"):
            object.__setattr__(self, name, frozen(np.array(getattr(self, name), dtype=np.float64)))

    @property
    def extent(self) -> tuple[float, float]:
        """``(width, height)`` in mm, outer edges of the pixels."""
        return self.shape[1] * self.spacing[1], self.shape[0] * self.spacing[0]

    @property
    def normal(self) -> FloatArray:
        """``(3,)``, LPS unit vector away from the reader."""
        return np.cross(self.right, self.down)

    def to_patient(self, pixel: ArrayLike) -> FloatArray:
        """LPS mm of continuous ``(row, column)`` pixel indices, ``(..., 2)`` to ``(..., 3)``."""
        steps = np.asarray(pixel, dtype=np.float64) * self.spacing
        return self.origin + steps[..., :1] * self.down + steps[..., 1:] * self.right

    def to_pixel(self, position: ArrayLike) -> FloatArray:
        """Continuous ``(row, column)`` of LPS positions projected onto the plane, ``(..., 3)`` to ``(..., 2)``."""
        offset = np.asarray(position, dtype=np.float64) - self.origin
        return np.stack([offset @ self.down / self.spacing[0], offset @ self.right / self.spacing[1]], -1)

    def distance(self, position: ArrayLike) -> float:
        """Signed distance of an LPS position from the plane along its normal, mm."""
        return float((np.asarray(position, dtype=np.float64) - self.origin) @ self.normal)


def slice_plane(geometry: Geometry, index: int) -> ImagePlane:
    """The plane of one slice, as it is stored: rows downwards, columns rightwards."""
    _, row, column = geometry.spacing
    down, right = geometry.axes[:, 1], geometry.axes[:, 2]
    return ImagePlane(geometry.slice_position(index), right, down, (row, column), geometry.shape[1:])
