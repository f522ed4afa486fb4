"""Where slices lie, as lines: solid for acquired ones, dashed for the others."""

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData

from app.scenes.vtk_image import line_segments
from calid_core.arrays import FloatArray
from calid_core.geometry import Geometry

DASH = 3.5
"""Length of a dash and of the space after it, mm."""


def slice_corners(geometry: Geometry, index: float, rows: slice, columns: slice) -> FloatArray:
    """``(4, 3)``, LPS mm of the outer corners of part of a slice, around in order."""
    top, bottom = rows.start - 0.5, rows.stop - 0.5
    left, right = columns.start - 0.5, columns.stop - 0.5
    return geometry.to_patient(
        [(index, top, left), (index, top, right), (index, bottom, right), (index, bottom, left)]
    )


def rectangles(corners: FloatArray) -> vtkPolyData:
    """Solid outlines of rectangles, ``(rectangles, 4, 3)``."""
    count = len(corners)
    first = np.arange(4 * count).reshape(count, 4)
    pairs = np.stack([first, np.roll(first, -1, axis=1)], axis=-1).reshape(-1, 2)
    return line_segments(corners.reshape(-1, 3), pairs)


def dashed(starts: FloatArray, ends: FloatArray) -> vtkPolyData:
    """Dashed lines between points, ``(lines, 3)`` each."""
    points = [np.zeros((0, 3))]
    for start, end in zip(starts, ends, strict=True):
        length = float(np.linalg.norm(end - start))
        count = max(1, round(length / (2 * DASH)))
        places = (np.arange(count)[:, None] + [0.25, 0.75]) / count
        points.append(start + places.reshape(-1, 1) * (end - start))
    joined = np.concatenate(points)
    return line_segments(joined, np.arange(len(joined)).reshape(-1, 2))


def dashed_rectangle(corners: FloatArray) -> vtkPolyData:
    """Dashed outline of one rectangle, ``(4, 3)``."""
    return dashed(corners, np.roll(corners, -1, axis=0))
