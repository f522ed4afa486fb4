"""Moving slices in plane on a person's request, so that a stack shifted by breathing lines up."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack
from calid_core.errors import InputError


def aligned(stack: CineStack, shifts: FloatArray, slices: Sequence[int]) -> CineStack:
    """A stack derived by moving some slices back by their estimated shift.

    The moved slices are interpolated linearly and no longer bit-identical with what was acquired; the steps of the
    source say so. Edges repeat the last pixel. The others are copied.

    Parameters
    ----------
    shifts
        ``(slices, 2)``, mm along rows (down) and columns (right) by which each slice lies off.
    slices
        Those to move.

    Raises
    ------
    InputError
        There is not one shift per slice, or one that is applied is not finite.
    """
    if shifts.shape != (stack.slices, 2) or not np.isfinite(shifts[list(slices)]).all():
        raise InputError(f"{stack.slices} slices need as many finite shifts, got shape {shifts.shape}")
    intensity = np.array(stack.intensity)
    spacing = np.asarray(stack.geometry.spacing[1:])
    steps = []
    for index in sorted(slices):
        pixels = shifts[index] / spacing
        intensity[:, index] = _moved(stack.intensity[:, index], -pixels)
        down, right = (float(v) for v in -shifts[index])
        steps.append(
            f"Slice {index + 1} moved by {down:+.1f} mm along rows and {right:+.1f} mm along columns on request "
            "(interpolated; not bit-identical with the acquired slice)"
        )
    source = replace(
        stack.source, label=f"{stack.source.label} (aligned)", steps=(*stack.source.steps, *steps)
    )
    return replace(stack, intensity=intensity, source=source, slice_frames=())


def _moved(images: IntensityArray, pixels: FloatArray) -> IntensityArray:
    """Images ``(phases, rows, columns)`` moved by ``(down, right)`` pixels, in their data type."""
    moved = images.astype(np.float32)
    for axis, step in ((1, float(pixels[0])), (2, float(pixels[1]))):
        length = images.shape[axis]
        place = np.clip(np.arange(length) - step, 0, length - 1)
        low = np.floor(place).astype(np.intp)
        high = np.minimum(low + 1, length - 1)
        share = (place - low).astype(np.float32)
        share = share[:, np.newaxis] if axis == 1 else share
        moved = np.take(moved, low, axis=axis) * (1 - share) + np.take(moved, high, axis=axis) * share
    if images.dtype.kind in "iu":
        moved = np.rint(moved)
    result: IntensityArray = moved.astype(images.dtype)
    return result
