"""Long-axis planes cut out of a short-axis stack.

A long-axis plane contains the stack normal and a line within the slices. Along the line the intensities are
interpolated linearly between the four neighbouring pixels and rounded to the stack's data type. Across the slices
nothing is invented: each row of the picture shows the slice it lies in, so that the steps of a sparse
stack, and gaps where a slice is missing, stay visible.
"""

from dataclasses import dataclass

import numpy as np

from app.rendering.image_plane import ImagePlane
from app.rendering.orientation import base_first
from calid_core.arrays import BoolArray, FloatArray, IntArray, IntensityArray
from calid_core.geometry import Geometry

GAP_TOLERANCE = 0.45
"""Rows, by which a row may lie outside every slab before it counts as a gap: uneven slices leave no hairlines."""


@dataclass(frozen=True, eq=False)
class LongAxisPlane:
    """A long-axis plane through a stack, ready to sample any phase of it.

    Parameters
    ----------
    plane
        Its place; the base is up.
    row_slice
        ``(rows,)``, slice that each row of the picture lies in, -1 in a gap.
    pixels
        ``(4, columns)``, ``row · columns + column`` of the pixels around each place on the line.
    weights
        ``(4, columns)``, their shares.
    """

    plane: ImagePlane
    row_slice: IntArray
    pixels: IntArray
    weights: FloatArray

    def sample(self, volume: IntensityArray) -> IntensityArray:
        """The picture ``(rows, columns)`` of a volume ``(slices, rows, columns)``, in its data type; gaps are 0."""
        image = _as_type(self._lines(volume), volume.dtype)[np.maximum(self.row_slice, 0)]
        image[self.row_slice < 0] = 0
        return image

    def rows_there(self, frames: BoolArray) -> BoolArray:
        """``(rows,)``, which rows of the picture are made of images only: of ``frames`` ``(slices,)``, not of a gap."""
        within: BoolArray = (self.row_slice >= 0) & frames[self.row_slice]
        return within

    def _lines(self, volume: IntensityArray) -> FloatArray:
        """``(slices, columns)``, every slice along the line."""
        flat = volume.reshape(volume.shape[0], -1)
        lines = np.zeros((volume.shape[0], self.pixels.shape[1]), dtype=np.float32)
        for pixels, weights in zip(self.pixels, self.weights, strict=True):
            lines += np.take(flat, pixels, axis=1, mode="clip") * weights
        return lines


def _as_type(image: FloatArray, dtype: np.dtype[np.generic]) -> IntensityArray:
    return np.rint(image).astype(dtype) if dtype.kind in "iu" else image.astype(dtype, copy=False)


def long_axis_plane(geometry: Geometry, position: FloatArray, angle: float) -> LongAxisPlane:
    """The long-axis plane through a position.

    Parameters
    ----------
    geometry
        The stack.
    position
        ``(3,)``, LPS mm.
    angle
        Degrees about the stack normal, clockwise on the short-axis picture; 0 lies along its columns axis (rightwards),
        90 along its rows axis (downwards).
    """
    start, count, step = _line(geometry, position, angle)
    turn = np.deg2rad(angle)
    along = np.cos(turn) * geometry.axes[:, 2] + np.sin(turn) * geometry.axes[:, 1]
    places = start + np.arange(count)[:, np.newaxis] * step * along
    pixels, weights = _bilinear(geometry, geometry.to_index(places))
    offsets, row_step = _row_offsets(geometry, step)
    nearest = np.abs(offsets[:, np.newaxis] - geometry.slice_offsets).argmin(axis=1)
    far = np.abs(offsets - geometry.slice_offsets[nearest]) > (geometry.pitch / 2 + GAP_TOLERANCE * row_step)
    down = geometry.normal
    if not base_first(geometry):
        offsets, nearest, far, down = offsets[::-1], nearest[::-1], far[::-1], -down
    plane = ImagePlane(
        start + geometry.normal * offsets[0], along, down, (row_step, step), (len(offsets), count)
    )
    return LongAxisPlane(plane, np.where(far, -1, nearest), pixels, weights)


def _line(geometry: Geometry, position: FloatArray, angle: float) -> tuple[FloatArray, int, float]:
    """First place (LPS mm, in slice 0), number and step in mm of the samples within the field of view."""
    turn = np.deg2rad(angle)
    direction = np.array([np.sin(turn), np.cos(turn)])  # mm along (row, column) per mm of the line
    spacing = np.array(geometry.spacing[1:])
    shape = np.array(geometry.shape[1:])
    centre = np.clip(geometry.to_index(position)[1:], 0, shape - 1)
    usable = np.abs(direction) > 1e-9
    first = (-centre * spacing)[usable] / direction[usable]
    last = ((shape - 1 - centre) * spacing)[usable] / direction[usable]
    begin, end = float(np.minimum(first, last).max()), float(np.maximum(first, last).min())
    step = float(spacing.min())
    before, after = int((1e-6 - begin) // step), int((end + 1e-6) // step)
    pixel = centre - before * step * direction / spacing
    return geometry.to_patient((0.0, *pixel)), before + after + 1, step


def _bilinear(geometry: Geometry, index: FloatArray) -> tuple[IntArray, FloatArray]:
    """Flat indices and shares, ``(4, places)``, of the pixels around continuous ``(slice, row, column)`` indices."""
    _, rows, columns = geometry.shape
    row, column = np.clip(index[:, 1], 0, rows - 1), np.clip(index[:, 2], 0, columns - 1)
    top, left = np.floor(row).astype(np.intp), np.floor(column).astype(np.intp)
    bottom, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    below, beside = row - top, column - left
    pixels = np.stack(
        [top * columns + left, top * columns + right, bottom * columns + left, bottom * columns + right]
    )
    weights = np.stack(
        [(1 - below) * (1 - beside), (1 - below) * beside, below * (1 - beside), below * beside]
    )
    return pixels, weights.astype(np.float32)


def _row_offsets(geometry: Geometry, step: float) -> tuple[FloatArray, float]:
    """Offsets of the picture's rows along the normal in mm from slice 0, and their distance.

    Each slice takes a whole number of rows, as close to square pixels as that allows.
    """
    per_slice = max(1, round(geometry.pitch / step))
    row_step = geometry.pitch / per_slice
    count = round(geometry.length / row_step) + per_slice
    first = -(per_slice - 1) / 2 * row_step
    return first + np.arange(count) * row_step, row_step
