"""Order and placement of the slices of a DICOM stack.

Slices of a short-axis stack run from the usual base to the usual apex (left, front, feet); slices of other stacks run
along the cross product of their row and column directions.
"""

from dataclasses import dataclass, replace

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.cine import View
from calid_core.geometry import POSITION_TOLERANCE, Geometry
from calid_core.io.dicom.grouping import FrameStack
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.in_plane import places_of, usual_place
from calid_core.io.dicom.orientation import as_stated, plane_normal
from calid_core.io.dicom.phases import PhasePlan, match_phases
from calid_core.io.phase_resampling import PhaseMatching
from calid_core.io.views import axis_sign
from calid_core.provenance import Shift, most_cut_off
from calid_core.words import count_of

MIDWAY = 0.02
"""Pixels by which positions rounded to a hundredth of a millimetre may lie off."""


@dataclass(frozen=True, eq=False)
class Arranged:
    """A stack in its final slice order.

    Parameters
    ----------
    plan
        Frames by slice and phase.
    geometry
        Placement.
    shifts
        By slice and phase.
    messages
        What was decided.
    """

    plan: PhasePlan
    geometry: Geometry
    shifts: tuple[tuple[Shift, ...], ...]
    messages: tuple[str, ...]


def arrange(stack: FrameStack, view: View, matching: PhaseMatching = PhaseMatching.RR_FRACTION) -> Arranged:
    """Slices in order, phases matched, placement worked out."""
    located = stack.first.located
    sign = axis_sign(stack.normal) if view is View.SHORT_AXIS and located else 1.0
    slices, offsets = stack.slices, stack.offsets
    if sign < 0:
        slices, offsets = slices[::-1], -offsets[::-1]
    plan = match_phases(slices, matching)
    offsets = offsets[list(plan.kept)]
    geometry, messages = _geometry(plan, offsets - offsets[0], stack.orientation, sign)
    shifts, shift_messages = _in_plane_shifts(plan, geometry)
    return Arranged(plan, geometry, shifts, (*messages, *shift_messages, *plan.messages))


def _geometry(
    plan: PhasePlan, offsets: FloatArray, orientation: FloatArray, sign: float
) -> tuple[Geometry, list[str]]:
    first = plan.frames[0][0]
    pixels = first.pixels
    shape = (len(offsets), pixels.rows, pixels.columns)
    messages = (
        [] if first.located else ["position, orientation or pixel spacing is not known from the headers"]
    )
    pitch, regular = _pitch(offsets, first.thickness)
    if not regular:
        messages.append(_irregular(offsets, pitch))
    row_direction, column_direction = _orthogonal(as_stated(orientation, first.orientation))
    affine = np.eye(4)
    affine[:3, 0] = sign * plane_normal(orientation) * pitch
    # Rows run along the column direction of PS3.3 C.7.6.2.1.1 and are spaced by the first value of PixelSpacing.
    affine[:3, 1] = column_direction * first.spacing[0]
    affine[:3, 2] = row_direction * first.spacing[1]
    affine[:3, 3] = first.position
    geometry = Geometry(affine, shape, None if regular else offsets, known=first.located)  # type: ignore[arg-type]
    return _at_usual_place(geometry, plan), messages


def _at_usual_place(geometry: Geometry, plan: PhasePlan) -> Geometry:
    """A grid where most frames lie in plane, so that a first slice that lies aside does not cost all others pixels.

    Where that is the place of the first slice but for less than half a pixel, the grid stays there: sessions know a stack by its exact
    geometry.
    """
    frames = [frame for own in plan.frames for frame in own]
    axes = geometry.axes[:, :0:-1]
    apart = usual_place(frames, axes) - places_of(frames[:1], axes)[0]
    if not _whole_pixels(apart / geometry.spacing[:0:-1]).any():
        return geometry
    affine = geometry.affine.copy()
    affine[:3, 3] += axes @ apart
    return replace(geometry, affine=affine)


def _orthogonal(orientation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Unit row and column directions, exactly perpendicular in spite of rounding in the header."""
    row = orientation[:3] / np.linalg.norm(orientation[:3])
    column = orientation[3:] - row * float(np.dot(orientation[3:], row))
    return row, column / np.linalg.norm(column)


def _pitch(offsets: FloatArray, thickness: float | None) -> tuple[float, bool]:
    """Pitch in mm (the median distance where it varies) and whether the slices are evenly spaced."""
    if len(offsets) == 1:
        return thickness or 1.0, True
    mean = float(offsets[-1]) / (len(offsets) - 1)
    if float(np.abs(offsets - np.arange(len(offsets)) * mean).max()) <= POSITION_TOLERANCE:
        return mean, True
    return float(np.median(np.diff(offsets))), False


def _irregular(offsets: FloatArray, pitch: float) -> str:
    steps = np.diff(offsets)
    gaps = [i for i, step in enumerate(steps) if step > 1.5 * pitch]
    missing = sum(round(float(steps[i] / pitch)) - 1 for i in gaps)
    others = np.delete(steps, gaps)
    if gaps and float(np.abs(others - pitch).max(initial=0.0)) <= 2 * POSITION_TOLERANCE:
        where = ", ".join(f"{i + 1} and {i + 2}" for i in gaps)
        noun = "slice is" if missing == 1 else "slices are"
        return f"{missing} {noun} missing between slices {where} (pitch {pitch:.1f} mm)"
    return f"slices are unevenly spaced: {steps.min():.1f} to {steps.max():.1f} mm"


def shift_of(frame: FrameHeader, first: FrameHeader, geometry: Geometry) -> Shift:
    """By how many whole pixels a frame must be shifted to lie on the grid of its stack.

    Those of one slice are shifted as its ``first`` one is unless they lie half a pixel and more from that: a slice that lies between two
    pixels would shake from phase to phase with the last digits of its positions.
    """
    own = geometry.to_index(np.array(first.position))[1:]
    from_first = geometry.to_index(np.array(frame.position))[1:] - own
    row, column = _whole_pixels(own) + _whole_pixels(from_first)
    return int(row), int(column)


def _whole_pixels(pixels: FloatArray) -> FloatArray:
    """Rounded, what lies midway between two pixels always up, so that slices at one place do not part by the last digits of positions."""
    whole: FloatArray = np.floor(pixels + 0.5 + MIDWAY)
    return whole


def _in_plane_shifts(plan: PhasePlan, geometry: Geometry) -> tuple[tuple[tuple[Shift, ...], ...], list[str]]:
    """By slice and phase the shift of its frame, and what to say of those that are shifted."""
    all_shifts, messages = [], []
    for index, frames in enumerate(plan.frames):
        shifts = tuple(shift_of(frame, frames[0], geometry) for frame in frames)
        all_shifts.append(shifts)
        count = sum(own != (0, 0) for own in shifts)
        if not count:
            continue
        aside = f"{max(_distance(own, geometry) for own in shifts):.1f} mm aside in plane"
        if len(set(shifts)) == 1:
            row, column = shifts[0]
            messages.append(f"slice {index + 1} lies {aside}: moved by ({row}, {column}) pixels")
        else:
            rows, columns = most_cut_off(shifts)
            messages.append(
                f"{count} of {count_of(len(shifts), 'frame')} of slice {index + 1} lie up to {aside}: moved by up to "
                f"{count_of(rows, 'row')} and {count_of(columns, 'column')}"
            )
    return tuple(all_shifts), messages


def _distance(shift: Shift, geometry: Geometry) -> float:
    """Mm."""
    return float(np.hypot(shift[0] * geometry.spacing[1], shift[1] * geometry.spacing[2]))
