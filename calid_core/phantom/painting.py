"""Painting tissues over each other with soft edges.

Signals are signed: water is positive and fat negative, because balanced steady-state sequences show them in
opposite phase. The magnitude is taken after averaging, so that voxels of both go dark and fat is outlined
in black ("India ink"), as in real images.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from calid_core.arrays import BoolArray, FloatArray

Points = tuple[FloatArray, FloatArray, FloatArray]
"""Positions by their three coordinates in mm, arrays of one shape."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where the body is painted, and how uneven its tissue is there; all arrays have the shape of the points.

    Parameters
    ----------
    points
        LPS mm relative to the mitral centre.
    wobble
        Undulation by which surfaces deviate from their shape; mean 0, standard deviation 1.
    grain
        Fine texture of the tissue; mean 0, standard deviation 1.
    width
        Extent of a voxel, over which edges are soft, mm.
    """

    points: Points
    wobble: FloatArray
    grain: FloatArray
    width: float

    def at(self, mask: BoolArray) -> "Place":
        """The part where ``mask``, of the shape of the points, is true."""
        x, y, z = self.points
        return Place((x[mask], y[mask], z[mask]), self.wobble[mask], self.grain[mask], self.width)


def cover(distance: FloatArray, width: FloatArray | float) -> FloatArray:
    """Share of a voxel inside a surface, 0 to 1.

    Parameters
    ----------
    distance
        Signed distance of the voxel centre in mm, negative inside.
    width
        Extent of the voxel along the normal in mm.
    """
    share: FloatArray = np.clip(np.float32(0.5) - distance / np.asarray(width, dtype=np.float32), 0, 1)
    return share


def paint(canvas: FloatArray, share: FloatArray, signal: FloatArray | np.floating[Any] | float) -> None:
    """Replace a share of every voxel by a signal, in place."""
    canvas += share * (signal - canvas)


def smooth_union(first: FloatArray, second: FloatArray, reach: FloatArray | float) -> FloatArray:
    """Signed distance to both bodies together, the groove between them filled over ``reach`` mm."""
    blend = np.clip(reach - np.abs(first - second), 0, None)
    union: FloatArray = np.minimum(first, second) - blend * blend * (np.float32(0.25) / reach)
    return union


def ellipsoid(
    points: Points,
    centre: tuple[float, float, float],
    radii: tuple[float, float, float],
) -> FloatArray:
    """Signed distance in mm, to first order at the surface, negative inside."""
    scaled = [(p - np.float32(c)) * np.float32(1 / r) for p, c, r in zip(points, centre, radii, strict=True)]
    level = np.sqrt(scaled[0] ** 2 + scaled[1] ** 2 + scaled[2] ** 2) + np.float32(1e-6)
    slope = np.sqrt(
        (scaled[0] / np.float32(radii[0])) ** 2
        + (scaled[1] / np.float32(radii[1])) ** 2
        + (scaled[2] / np.float32(radii[2])) ** 2
    )
    distance: FloatArray = level * (level - 1) / (slope + np.float32(1e-6))
    return distance


def tube(
    points: Points,
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radii: tuple[float, float],
) -> FloatArray:
    """Signed distance in mm to a straight tube with round ends whose radius changes from one to the other."""
    offset = [p - np.float32(a) for p, a in zip(points, start, strict=True)]
    axis = np.subtract(end, start)
    along = sum(o * np.float32(a) for o, a in zip(offset, axis, strict=True)) / np.float32(axis @ axis)
    t = np.clip(along, 0, 1)
    square = sum((o - t * np.float32(a)) ** 2 for o, a in zip(offset, axis, strict=True))
    distance: FloatArray = np.sqrt(square) - (np.float32(radii[0]) + t * np.float32(radii[1] - radii[0]))
    return distance
