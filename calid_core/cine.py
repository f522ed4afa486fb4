"""A short-axis (or long-axis) cine: the acquired data as one array with its geometry and times."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from pathlib import Path

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray, frozen
from calid_core.errors import InputError
from calid_core.geometry import Geometry
from calid_core.heart_cycle import REACH
from calid_core.judgement import Judgement
from calid_core.provenance import SliceProvenance, SliceState, SourceSlice, nearest_first, shifts_if_any
from calid_core.real_values import STORED, RealScale

LARGEST_LEAP = 1.25
"""From the last phase to the first, in units of the largest difference of successive phases, where a cine closes.

Six whole cines have 0.6 to 1.1, their first halves 1.6 to 2.1.
"""
LEAP_VOXELS = 100_000
"""Voxels of a phase that are enough to tell."""
DEFAULT_RATE = 25
"""Phases per second where nothing tells how fast the heart beat."""


def natural_rate(phases: int, cycle: float) -> float:
    """Phases per second at which ``phases`` over a ``cycle`` of that many ms beat as fast as the heart did.

    ``DEFAULT_RATE`` where there is one phase or the cycle is 0, which means unknown.
    """
    return 1000.0 * phases / cycle if phases > 1 and cycle > 0.0 else float(DEFAULT_RATE)


@dataclass(frozen=True, slots=True)
class FrameReference:
    """Where a frame is stored.

    Parameters
    ----------
    path
        Its file. Never logged.
    frame
        Its number within the file, from 0; None in a single-frame file.
    """

    path: Path = field(repr=False)
    frame: int | None = None


class View(Enum):
    """Orientation of a stack relative to the heart."""

    SHORT_AXIS = "short axis"
    LONG_AXIS = "long axis"
    OTHER = "other"


@dataclass(frozen=True)
class Source:
    """Where a stack came from and what was done to it on the way in; no identifying data.

    Parameters
    ----------
    label
        Short name for people: series description or file name without folders.
    format
        ``DICOM``, ``NIfTI``, ``NRRD``, ``MetaImage`` or ``phantom``.
    thickness
        Slice thickness in mm as stated by the source; None where it is not stated.
    steps
        Everything that was done or decided while reading ("12 duplicate files skipped"), in order.
    rr_interval
        Nominal heart cycle in ms; None where unknown.
    window
        Window centre and width stated by the file, in intensity units; None where not stated.
    real
        Stored values as real ones, for whatever a person reads; kept apart so that stored values pass through unchanged.
    description
        What the source calls it, where ``label`` adds a number to tell it from another one of that name.
    """

    label: str
    format: str
    thickness: float | None = None
    steps: tuple[str, ...] = ()
    rr_interval: float | None = None
    window: tuple[float, float] | None = None
    real: RealScale = STORED
    description: str = ""


def tells_time(phase_times: FloatArray) -> bool:
    """Whether times were stated: a single phase whose file states none is given 0 ms.

    Parameters
    ----------
    phase_times
        ``(phases,)``, ms.
    """
    return len(phase_times) > 1 or float(phase_times[0]) > 0.0


@dataclass(frozen=True, eq=False)
class CineStack:
    """Slices and phases as acquired.

    Parameters
    ----------
    intensity
        ``(phases, slices, rows, columns)``, the file's own data type, never rescaled.
    geometry
        Placement; its shape equals ``intensity.shape[1:]``.
    phase_times
        ``(phases,)``, ms after the R wave, strictly increasing.
    source
        Where it came from.
    view
        Short axis, long axis or other.
    slice_frames
        ``[slice][phase]``, where the source is DICOM, for derived objects; empty otherwise. Never logged.
    slice_states
        ``(slices,)``: where each comes from, and what was done to it; by default all are as acquired.
    whole_judged
        What a reader said of the whole before it was written; None where nothing.
    files
        Files that the intensities were read from where the source is a volume, so that nothing is written over them; empty
        otherwise. Never logged or written.

    Raises
    ------
    InputError
        Shapes disagree, times do not increase, or the array has no values.
    """

    intensity: IntensityArray
    geometry: Geometry
    phase_times: FloatArray
    source: Source
    view: View = View.SHORT_AXIS
    slice_frames: tuple[tuple[FrameReference, ...], ...] = field(default=(), repr=False)
    slice_states: tuple[SliceState, ...] = ()
    whole_judged: Judgement | None = None
    files: tuple[Path, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.intensity.ndim != 4 or 0 in self.intensity.shape:
            raise InputError(
                f"a cine needs (phases, slices, rows, columns), got shape {self.intensity.shape}"
            )
        if self.intensity.dtype.kind not in "iuf":
            raise InputError(f"intensities must be numbers, got {self.intensity.dtype}")
        if self.intensity.shape[1:] != self.geometry.shape:
            raise InputError(
                f"intensity has shape {self.intensity.shape[1:]}, the geometry {self.geometry.shape}"
            )
        times = np.array(self.phase_times, dtype=np.float64)
        if times.shape != (self.intensity.shape[0],):
            raise InputError(f"{self.intensity.shape[0]} phases need as many times, got {times.shape}")
        states = self.slice_states or (SliceState(),) * self.slices
        if len(states) != self.slices:
            raise InputError(f"{self.slices} slices, but the states of {len(states)}")
        if np.any(np.diff(times) <= 0):
            raise InputError("phase times must increase")
        object.__setattr__(self, "intensity", frozen(self.intensity))
        object.__setattr__(self, "phase_times", frozen(times))
        object.__setattr__(self, "slice_states", states)

    @property
    def phases(self) -> int:
        """Number of cardiac phases."""
        return int(self.intensity.shape[0])

    @property
    def slices(self) -> int:
        """Number of acquired slices."""
        return int(self.intensity.shape[1])

    @property
    def timed(self) -> bool:
        """Whether it is known at which moments its phases are."""
        return tells_time(self.phase_times)

    @property
    def thickness(self) -> float:
        """Slice thickness in mm; the pitch where the source does not state it."""
        return self.source.thickness or self.geometry.pitch

    @property
    def cycle(self) -> float:
        """Length of one heart cycle in ms: the stated RR interval, else phases times their mean distance."""
        if self.source.rr_interval:
            return self.source.rr_interval
        if self.phases < 2:
            return 0.0
        step = float(self.phase_times[-1] - self.phase_times[0]) / (self.phases - 1)
        return step * self.phases

    @property
    def cycle_fractions(self) -> FloatArray:
        """``(phases,)``: moments after the first phase in heart cycles, 0 to 1; all 0 where no time passes.

        Where no RR interval is stated and the last phase does not lead back to the first, the part of the cycle that was not
        acquired is so long that nothing takes them for neighbours.
        """
        elapsed = self.phase_times - self.phase_times[0]
        cycle = max(self.cycle, float(elapsed[-1]))
        if not self.source.rr_interval and not self._closes:
            cycle = max(cycle, float(elapsed[-1]) / (1.0 - 2.0 * REACH))
        return elapsed / cycle if cycle > 0.0 else np.zeros_like(elapsed)

    @cached_property
    def _closes(self) -> bool:
        """Whether the first phase follows on the last as phases follow on each other, up to ``LARGEST_LEAP``."""
        if self.phases < 3:
            return True
        step = max(1, round((self.intensity[0].size / LEAP_VOXELS) ** 0.5))
        coarse = np.nan_to_num(self.intensity[:, :, ::step, ::step].astype(np.float32))
        leaps = [float(np.abs(coarse[p] - coarse[p - 1]).mean()) for p in range(self.phases)]
        return leaps[0] <= LARGEST_LEAP * max(leaps[1:])

    def with_steps(self, steps: Sequence[str]) -> "CineStack":
        """The stack whose source tells of some more that was done or decided."""
        return replace(self, source=replace(self.source, steps=(*self.source.steps, *steps)))

    def chosen_phases(self, phases: Sequence[int] | None) -> tuple[int, ...]:
        """``phases`` in increasing order, each once; all where it is None.

        Raises
        ------
        InputError
            There is none among them, or one that the stack has not.
        """
        chosen = tuple(range(self.phases)) if phases is None else tuple(sorted(set(phases)))
        if not chosen or chosen[0] < 0 or chosen[-1] >= self.phases:
            raise InputError(f"phases {chosen} are not all within 0 to {self.phases - 1}")
        return chosen

    def with_phases(self, phases: Sequence[int]) -> "CineStack":
        """The stack at some of its phases, see ``chosen_phases``."""
        chosen = list(self.chosen_phases(phases))
        frames = tuple(tuple(s[p] for p in chosen) for s in self.slice_frames)
        states = tuple(
            replace(
                s,
                resampled_phases=tuple(chosen.index(p) for p in s.resampled_phases if p in chosen),
                shifts=shifts_if_any(s.shifts[p] for p in chosen) if s.shifts else (),
            )
            for s in self.slice_states
        )
        return replace(
            self,
            intensity=self.intensity[chosen],
            phase_times=self.phase_times[chosen],
            slice_frames=frames,
            slice_states=states,
        )

    @property
    def provenance(self) -> tuple[SliceProvenance, ...]:
        """Where each slice comes from; a made one is taken to come from the nearest acquired slice on either side."""
        acquired = [i for i, state in enumerate(self.slice_states) if not state.made]
        return tuple(
            SliceProvenance(state.origin, self._acquired_about(i, acquired))
            if state.made
            else SliceProvenance(
                state.origin,
                (SourceSlice(acquired.index(i), 0.0),),
                state.resampled_phases,
                state.moved,
                state.shifts,
            )
            for i, state in enumerate(self.slice_states)
        )

    def _acquired_about(self, slice_: int, acquired: Sequence[int]) -> tuple[SourceSlice, ...]:
        """The next of the ``acquired`` slices on either side, nearest first."""
        offsets = self.geometry.slice_offsets
        above = bisect(acquired, slice_)
        return nearest_first(
            SourceSlice(number, float(abs(offsets[acquired[number]] - offsets[slice_])))
            for number in (above - 1, above)
            if 0 <= number < len(acquired)
        )

    @property
    def judged(self) -> tuple[tuple[int | None, Judgement], ...]:
        """By slice, and None for the whole, what a reader said before it was written; empty where nothing."""
        said = ((None, self.whole_judged), *((i, state.judged) for i, state in enumerate(self.slice_states)))
        return tuple((index, judgement) for index, judgement in said if judgement)

    @property
    def made_slices(self) -> tuple[int, ...]:
        """Slices that the source says were not acquired."""
        return tuple(i for i, state in enumerate(self.slice_states) if state.made)

    @property
    def moved_slices(self) -> tuple[int, ...]:
        """Slices that were moved in plane to align them."""
        return tuple(i for i, state in enumerate(self.slice_states) if state.moved is not None)

    @property
    def shifted_slices(self) -> tuple[int, ...]:
        """Slices that were shifted by whole pixels, because they lie aside in the patient."""
        return tuple(i for i, state in enumerate(self.slice_states) if state.shifted != (0, 0))

    @property
    def resampled_slices(self) -> tuple[int, ...]:
        """Slices some of whose phases were interpolated in time."""
        return tuple(i for i, state in enumerate(self.slice_states) if state.resampled_phases)
