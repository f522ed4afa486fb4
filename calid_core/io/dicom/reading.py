"""Intensities of a DICOM stack."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack, Source
from calid_core.errors import DicomError
from calid_core.io.dicom.grouping import FrameStack
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.phases import PhasePlan, Resampling
from calid_core.io.dicom.pixels import read_frame, stored_dtype
from calid_core.io.dicom.placement import Arranged, arrange, shift_of
from calid_core.io.phase_resampling import LEAST_FRAMES, resample
from calid_core.io.summary import SeriesSummary
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage
from calid_core.provenance import Shift, shifts_if_any
from calid_core.real_values import STORED, RealScale
from calid_core.words import count_of

OnFrame = Callable[[int, int, IntensityArray], None]
PROGRESS_EVENTS = 20


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
    arranged = arrange(stack, summary.view, summary.matching)
    plan = arranged.plan
    reading = _Reading(arranged, on_progress, cancel, on_frame)
    intensity, messages = reading.run()
    filled = reading.filled
    first = plan.frames[0][0]
    mirrored = first.pixels.inverted and first.rescale.real.slope < 0
    intensity, real, scale_messages = _common_scale(intensity, reading.scales, mirrored=mirrored)
    source = Source(
        label=summary.label,
        format="DICOM",
        thickness=summary.thickness,
        steps=(*summary.messages, *messages, *scale_messages),
        rr_interval=plan.rr_interval,
        window=_window(plan, real),
        real=real,
        description=first.label,
    )
    states = tuple(
        replace(
            state,
            resampled_phases=tuple(sorted({*state.resampled_phases, *phases})),
            shifts=shifts_if_any(shifts[phases.get(phase, phase)] for phase in range(len(shifts)))
            or state.shifts,
        )
        for state, phases, shifts in zip(plan.slice_states, filled, arranged.shifts, strict=True)
    )
    references = tuple(
        tuple(frames[filled[slice_].get(phase, phase)].reference for phase in range(len(frames)))
        for slice_, frames in enumerate(plan.frames)
    )
    if not first.located:
        references = ()
    return CineStack(
        intensity,
        arranged.geometry,
        plan.times,
        source,
        summary.view,
        references,
        states,
        plan.whole_judged,
    )


class _Reading:
    """Reading of every frame of a plan into one array."""

    def __init__(
        self,
        arranged: Arranged,
        on_progress: ProgressCallback,
        cancel: CancelToken | None,
        on_frame: OnFrame | None,
    ) -> None:
        plan = arranged.plan
        self._plan, self._geometry = plan, arranged.geometry
        self._on_progress, self._cancel, self._on_frame = on_progress, cancel, on_frame
        pixels = plan.frames[0][0].pixels
        self._slices, self._phases = len(plan.frames), len(plan.times)
        self._intensity = np.zeros(
            (self._phases, self._slices, pixels.rows, pixels.columns), dtype=stored_dtype(pixels)
        )
        self._failed: dict[int, set[int]] = {}
        self.filled: tuple[dict[int, int], ...] = tuple({} for _ in plan.frames)
        """By slice, the phases that could not be read, and which phase is there in their place."""
        self.scales = [[frame.rescale.real for frame in frames] for frames in plan.frames]
        """By slice and phase, what makes real values of what is there."""
        self._reasons: dict[int, DicomError] = {}

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
        for slice_, resampling in enumerate(self._plan.resampled):
            if resampling is not None:
                self._resample(slice_, resampling)
        return self._intensity, self._mend()

    def _order(self) -> list[tuple[int, int]]:
        middle = self._slices // 2
        rest = [(p, s) for p in range(self._phases) for s in range(self._slices) if (p, s) != (0, middle)]
        return [(0, middle), *rest]

    def _read(self, phase: int, slice_: int) -> None:
        try:
            values = self._placed(self._plan.frames[slice_][phase], slice_)
        except DicomError as error:
            self._failed.setdefault(slice_, set()).add(phase)
            self._reasons[slice_] = error
            return
        self._intensity[phase, slice_] = values
        if self._on_frame is not None:
            self._on_frame(phase, slice_, self._intensity[phase, slice_])

    def _placed(self, frame: FrameHeader, slice_: int) -> IntensityArray:
        """Stored values of a frame on the grid of the stack."""
        return _shifted(read_frame(frame), shift_of(frame, self._plan.frames[slice_][0], self._geometry))

    def _resample(self, slice_: int, resampling: Resampling) -> None:
        """Replace phases at which the slice has no frame by what lies in time between its frames."""
        images, known = [], []
        for index, frame in enumerate(resampling.frames):
            if self._cancel is not None:
                self._cancel.raise_if_cancelled()
            try:
                values = self._placed(frame, slice_)
            except DicomError:
                continue  # counted when the phase itself was read
            images.append(frame.rescale.real.to_real(values.astype(np.float32)))
            known.append(index)
        if len(images) < LEAST_FRAMES:
            return
        moments = replace(resampling.moments, fractions=resampling.moments.fractions[known])
        made = resample(np.stack(images), moments, resampling.targets)
        steepest = max((frame.rescale.real for frame in resampling.frames), key=lambda real: abs(real.slope))
        for phase, image in zip(resampling.phases, made, strict=True):
            self.scales[slice_][phase], stored = _stored(
                image, (self.scales[slice_][phase], steepest), self._intensity.dtype
            )
            self._intensity[phase, slice_] = stored
        self._failed.get(slice_, set()).difference_update(resampling.phases)

    def _mend(self) -> list[str]:
        """Fill frames that could not be read with the nearest phase of their slice."""
        messages = []
        for slice_, phases in self._failed.items():
            if not phases:
                continue
            reason = self._reasons[slice_]
            good = [p for p in range(self._phases) if p not in phases]
            if not good:
                raise DicomError(f"slice {slice_ + 1} cannot be read: {reason}") from reason
            for phase in sorted(phases):
                nearest = min(good, key=lambda p: min(abs(p - phase), self._phases - abs(p - phase)))
                self._intensity[phase, slice_] = self._intensity[nearest, slice_]
                self.scales[slice_][phase] = self.scales[slice_][nearest]
                self.filled[slice_][phase] = nearest
            filled = count_of(len(phases), "unreadable phase")
            messages.append(f"slice {slice_ + 1}: {filled} filled with the nearest one ({reason})")
        return messages


def _shifted(values: IntensityArray, shift: Shift) -> IntensityArray:
    """Slice shifted by whole pixels; what comes in is 0, or the lowest of its values where some are negative (MONOCHROME1)."""
    if shift == (0, 0):
        return values
    result = np.full_like(values, min(0, values.min()))
    rows, columns = values.shape
    down, right = shift
    if abs(down) < rows and abs(right) < columns:
        target = (slice(max(down, 0), rows + min(down, 0)), slice(max(right, 0), columns + min(right, 0)))
        origin = (slice(max(-down, 0), rows + min(-down, 0)), slice(max(-right, 0), columns + min(-right, 0)))
        result[target] = values[origin]
    return result


def _stored(
    image: FloatArray, scales: Sequence[RealScale], dtype: np.dtype[Any]
) -> tuple[RealScale, IntensityArray]:
    """A real image by the first scale whose stored values ``dtype`` has room for, else by the last one within its limits."""
    limits = np.iinfo(dtype)
    for scale in scales:
        stored = np.rint(scale.to_stored(image))
        if limits.min <= stored.min() and stored.max() <= limits.max:
            break
    return scale, np.clip(stored, limits.min, limits.max).astype(dtype)


def _common_scale(
    intensity: IntensityArray, scales: Sequence[Sequence[RealScale]], *, mirrored: bool
) -> tuple[IntensityArray, RealScale, list[str]]:
    """Stored values with their one rescale; where ``[slice][phase]`` differ it is applied and float32 comes out, negative if ``mirrored``."""
    common = scales[0][0]
    if all(real == common for own in scales for real in own):
        return intensity, common, []
    kept = RealScale(-1.0) if mirrored else STORED
    scaled = intensity.astype(np.float32)
    for slice_, own in enumerate(scales):
        for phase, real in enumerate(own):
            scaled[phase, slice_] = kept.to_stored(real.to_real(scaled[phase, slice_]))
    return scaled, kept, ["rescale slopes differ between frames: applied, values are float32"]


def _window(plan: PhasePlan, real: RealScale) -> tuple[float, float] | None:
    """Median window of the middle slice in stored units."""
    stated = [f.rescale.window for f in plan.frames[len(plan.frames) // 2]]
    windows = [window for window in stated if window is not None]
    if not windows:
        return None
    centre, width = np.median(np.array(windows), axis=0)
    return real.window_to_stored((float(centre), float(width)))
