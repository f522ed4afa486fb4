"""Stacks of DICOM frames: what they are, and their intensities.

Slices of a short-axis stack run from the usual base to the usual apex (left, front, feet); slices of other stacks run
along the cross product of their row and column directions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack, Source, View
from calid_core.errors import DicomError
from calid_core.geometry import POSITION_TOLERANCE, Geometry
from calid_core.io.dicom_grouping import FrameStack, group_stacks, study_numbers
from calid_core.io.dicom_headers import UNCOMPRESSED, FrameHeader
from calid_core.io.dicom_phases import PhasePlan, match_phases
from calid_core.io.dicom_pixels import read_frame, stored_dtype
from calid_core.io.summary import SeriesSummary
from calid_core.io.views import Plane, axis_sign, tell_views
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage

OnFrame = Callable[[int, int, IntensityArray], None]
PROGRESS_EVENTS = 20
VIEW_ORDER = (View.SHORT_AXIS, View.LONG_AXIS, View.OTHER)


def summarise(frames: Sequence[FrameHeader]) -> list[SeriesSummary]:
    """Every stack among the frames: short-axis stacks first, larger ones first."""
    stacks = group_stacks(frames)
    numbers = study_numbers(frames)
    references = _reference_numbers(frames)
    by_study: dict[int, list[FrameStack]] = {}
    for stack in stacks:
        study = numbers[stack.first.patient, stack.first.study_uid]
        by_study.setdefault(study, []).append(stack)
    found = []
    for study, members in by_study.items():
        planes = [Plane(_words(s), s.normal, len(s.slices), s.phases) for s in members]
        for stack, (view, reason) in zip(members, tell_views(planes), strict=True):
            number = references.get(stack.first.frame_of_reference, 0)
            found.append(_summary(stack, view, reason, study, number))
    found.sort(key=lambda s: (s.study, VIEW_ORDER.index(s.view), -s.slices * s.phases, s.label))
    return found


def load_dicom(
    summary: SeriesSummary,
    stack: FrameStack,
    *,
    on_progress: ProgressCallback,
    cancel: CancelToken | None,
    on_frame: OnFrame | None,
) -> CineStack:
    """Cine of a stack; the middle slice at phase 0 is read first, then phase by phase.

    Raises
    ------
    DicomError
        A slice has no readable frame.
    """
    arranged = arrange(stack, summary.view)
    plan = arranged.plan
    reading = _Reading(plan, arranged.shifts, on_progress, cancel, on_frame)
    intensity, messages = reading.run()
    intensity, scale, scale_messages = _common_scale(intensity, plan)
    first = plan.frames[0][0]
    source = Source(
        label=summary.label,
        format="DICOM",
        thickness=summary.thickness,
        steps=(*summary.messages, *messages, *scale_messages),
        rr_interval=plan.rr_interval,
        window=_window(plan, scale),
        intensity_scale=scale,
    )
    references = tuple(tuple(frame.reference for frame in frames) for frames in plan.frames)
    if not first.located:
        references = ()
    return CineStack(intensity, arranged.geometry, plan.times, source, summary.view, references)


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
        ``(slices, 2)`` whole pixels (rows, columns) by which slices are moved to line up with the first one.
    messages
        What was decided.
    """

    plan: PhasePlan
    geometry: Geometry
    shifts: tuple[tuple[int, int], ...]
    messages: tuple[str, ...]


def arrange(stack: FrameStack, view: View) -> Arranged:
    """Slices in order, phases matched, placement worked out."""
    sign = axis_sign(stack.normal) if view is View.SHORT_AXIS else 1.0
    slices, offsets = stack.slices, stack.offsets
    if sign < 0:
        slices, offsets = slices[::-1], -offsets[::-1]
    plan = match_phases(slices)
    offsets = offsets[list(plan.kept)]
    geometry, messages = _geometry(plan, offsets - offsets[0], sign * stack.normal)
    shifts, shift_messages = _in_plane_shifts(plan, geometry)
    return Arranged(plan, geometry, shifts, (*messages, *shift_messages, *plan.messages))


def _geometry(plan: PhasePlan, offsets: FloatArray, normal: FloatArray) -> tuple[Geometry, list[str]]:
    first = plan.frames[0][0]
    pixels = first.pixels
    shape = (len(offsets), pixels.rows, pixels.columns)
    messages = [] if first.located else ["position, orientation or pixel spacing is missing in the headers"]
    pitch, regular = _pitch(offsets, first.thickness)
    if not regular:
        messages.append(_irregular(offsets, pitch))
    row_direction, column_direction = _orthogonal(first.orientation)
    affine = np.eye(4)
    affine[:3, 0] = normal * pitch
    # Rows run along the column direction of PS3.3 C.7.6.2.1.1 and are spaced by the first value of PixelSpacing.
    affine[:3, 1] = column_direction * first.spacing[0]
    affine[:3, 2] = row_direction * first.spacing[1]
    affine[:3, 3] = first.position
    return Geometry(affine, shape, None if regular else offsets, known=first.located), messages  # type: ignore[arg-type]


def _orthogonal(orientation: Sequence[float]) -> tuple[FloatArray, FloatArray]:
    """Unit row and column directions, exactly perpendicular in spite of rounding in the header."""
    row = np.array(orientation[:3]) / np.linalg.norm(orientation[:3])
    column = np.array(orientation[3:]) - row * float(np.dot(orientation[3:], row))
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


def _in_plane_shifts(plan: PhasePlan, geometry: Geometry) -> tuple[tuple[tuple[int, int], ...], list[str]]:
    """Whole-pixel shifts of slices whose first pixel is not straight above that of the first slice."""
    shifts, messages = [], []
    for index, frames in enumerate(plan.frames):
        _, row, column = geometry.to_index(np.array(frames[0].position))
        shift = (round(float(row)), round(float(column)))
        shifts.append(shift)
        if shift != (0, 0):
            distance = float(np.hypot(shift[0] * geometry.spacing[1], shift[1] * geometry.spacing[2]))
            messages.append(
                f"slice {index + 1} lies {distance:.1f} mm aside in plane: moved by ({shift[0]}, {shift[1]}) pixels"
            )
    return tuple(shifts), messages


class _Reading:
    """Reading of every frame of a plan into one array."""

    def __init__(
        self,
        plan: PhasePlan,
        shifts: Sequence[tuple[int, int]],
        on_progress: ProgressCallback,
        cancel: CancelToken | None,
        on_frame: OnFrame | None,
    ) -> None:
        self._plan, self._shifts = plan, shifts
        self._on_progress, self._cancel, self._on_frame = on_progress, cancel, on_frame
        pixels = plan.frames[0][0].pixels
        self._slices, self._phases = len(plan.frames), len(plan.times)
        self._intensity = np.zeros(
            (self._phases, self._slices, pixels.rows, pixels.columns), dtype=stored_dtype(pixels)
        )
        self._failed: dict[int, list[int]] = {}
        self._reason: DicomError | None = None

    def run(self) -> tuple[IntensityArray, list[str]]:
        """``(phases, slices, rows, columns)`` stored values and what went wrong on the way."""
        order = self._order()
        every = max(1, len(order) // PROGRESS_EVENTS)
        for done, (phase, slice_) in enumerate(order):
            if self._cancel is not None:
                self._cancel.raise_if_cancelled()
            self._read(phase, slice_)
            if done % every == 0:
                self._on_progress(Progress(Stage.READING, done, len(order)))
        return self._intensity, self._mend()

    def _order(self) -> list[tuple[int, int]]:
        middle = self._slices // 2
        rest = [(p, s) for p in range(self._phases) for s in range(self._slices) if (p, s) != (0, middle)]
        return [(0, middle), *rest]

    def _read(self, phase: int, slice_: int) -> None:
        try:
            values = read_frame(self._plan.frames[slice_][phase])
        except DicomError as error:
            self._failed.setdefault(slice_, []).append(phase)
            self._reason = error
            return
        self._intensity[phase, slice_] = _moved(values, self._shifts[slice_])
        if self._on_frame is not None:
            self._on_frame(phase, slice_, self._intensity[phase, slice_])

    def _mend(self) -> list[str]:
        """Fill frames that could not be read with the nearest phase of their slice."""
        messages = []
        for slice_, phases in self._failed.items():
            good = [p for p in range(self._phases) if p not in phases]
            if not good:
                raise DicomError(f"slice {slice_ + 1} cannot be read: {self._reason}") from self._reason
            for phase in phases:
                nearest = min(good, key=lambda p: min(abs(p - phase), self._phases - abs(p - phase)))
                self._intensity[phase, slice_] = self._intensity[nearest, slice_]
            messages.append(
                f"slice {slice_ + 1}: {len(phases)} unreadable phases filled with their neighbours"
            )
        return messages


def _moved(values: IntensityArray, shift: tuple[int, int]) -> IntensityArray:
    """Slice moved by whole pixels; what comes in is 0."""
    if shift == (0, 0):
        return values
    result = np.zeros_like(values)
    rows, columns = values.shape
    down, right = shift
    if abs(down) < rows and abs(right) < columns:
        target = (slice(max(down, 0), rows + min(down, 0)), slice(max(right, 0), columns + min(right, 0)))
        origin = (slice(max(-down, 0), rows + min(-down, 0)), slice(max(-right, 0), columns + min(-right, 0)))
        result[target] = values[origin]
    return result


def _common_scale(
    intensity: IntensityArray, plan: PhasePlan
) -> tuple[IntensityArray, tuple[float, float], list[str]]:
    """Stored values with their one rescale; where frames differ it is applied and float32 comes out."""
    first = plan.frames[0][0]
    scale = (first.slope, first.intercept)
    if all((f.slope, f.intercept) == scale for frames in plan.frames for f in frames):
        return intensity, scale, []
    slopes = np.array([[f.slope for f in frames] for frames in plan.frames], dtype=np.float32).T
    intercepts = np.array([[f.intercept for f in frames] for frames in plan.frames], dtype=np.float32).T
    scaled = intensity.astype(np.float32) * slopes[..., None, None] + intercepts[..., None, None]
    return scaled, (1.0, 0.0), ["rescale slopes differ between frames: applied, values are float32"]


def _window(plan: PhasePlan, scale: tuple[float, float]) -> tuple[float, float] | None:
    """Median window of the middle slice in stored units."""
    windows = [f.window for f in plan.frames[len(plan.frames) // 2] if f.window is not None]
    if not windows:
        return None
    centre, width = np.median(np.array(windows), axis=0)
    return float((centre - scale[1]) / scale[0]), float(width / abs(scale[0]))


def _summary(
    stack: FrameStack, view: View, reason: str, study: int, frame_of_reference: int
) -> SeriesSummary:
    arranged = arrange(stack, view)
    first, plan, geometry = stack.first, arranged.plan, arranged.geometry
    thicknesses = [f.thickness for frames in plan.frames for f in frames if f.thickness is not None]
    inverted = ("grey scale inverted (MONOCHROME1)",) if first.pixels.inverted else ()
    return SeriesSummary(
        key=f"{study}-{first.series_number}-{first.reference}",
        label=first.description or f"series {first.series_number}",
        format="DICOM",
        view=view,
        slices=geometry.slices,
        phases=len(plan.times),
        rows=first.pixels.rows,
        columns=first.pixels.columns,
        pitch=geometry.pitch if geometry.slices > 1 else None,
        thickness=float(np.median(thicknesses)) if thicknesses else None,
        in_plane=first.spacing,
        dtype=stored_dtype(first.pixels).name,
        phase_times=plan.times,
        rr_interval=plan.rr_interval,
        transfer_syntax=_syntax_name(first.pixels.transfer_syntax),
        study=study,
        frame_of_reference=frame_of_reference,
        regular=geometry.regular,
        known=geometry.known,
        messages=(reason, *stack.messages, *arranged.messages, *inverted),
        content=stack,
    )


def _words(stack: FrameStack) -> str:
    scout = " localizer" if any("LOCALIZER" in v.upper() for v in stack.first.image_type) else ""
    return stack.first.description + scout


def _syntax_name(uid: str) -> str:
    if uid in UNCOMPRESSED:
        return UNCOMPRESSED[uid]
    from pydicom.uid import UID

    return str(UID(uid).name)


def _reference_numbers(frames: Sequence[FrameHeader]) -> dict[str, int]:
    """Number of each frame of reference, from 1; empty where every file has one of its own (anonymised)."""
    uids = list(dict.fromkeys(f.frame_of_reference for f in frames if f.frame_of_reference))
    if len(uids) > 3 and len(uids) == len(frames):
        return {}
    return {uid: number for number, uid in enumerate(uids, 1)}
