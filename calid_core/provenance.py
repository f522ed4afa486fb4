"""Where a slice comes from."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from calid_core.judgement import Judgement
from calid_core.settings import Method
from calid_core.words import count_of

Movement = tuple[float, float]
"""By how much a slice was moved in plane along rows and along columns, mm."""


Shift = tuple[int, int]
"""Whole pixels (rows, columns) by which a slice that lies aside in the patient was shifted to lie on the grid of its stack."""


class SliceOrigin(Enum):
    """Where a slice comes from; the value is its letter in the window."""

    ACQUIRED = "A"
    INTERPOLATED = "I"
    SYNTHESISED = "S"

    @property
    def word(self) -> str:
        """``acquired``, ``interpolated`` or ``synthesised``; the window translates its own words."""
        return self.name.lower()

    def numbered(self, index: int) -> str:
        """``A4``, counted from 1: an acquired slice by its index among the acquired, a made one by that in the output."""
        return f"{self.value}{index + 1}"


def made_by(method: Method) -> SliceOrigin:
    """What slices are that ``method`` made."""
    return SliceOrigin.SYNTHESISED if method is Method.CALID else SliceOrigin.INTERPOLATED


@dataclass(frozen=True)
class SourceSlice:
    """An acquired slice that an output slice was made from.

    Parameters
    ----------
    index
        Index among the acquired slices.
    distance
        Distance to the output slice in mm.
    """

    index: int
    distance: float

    @property
    def told(self) -> str:
        """``A4 3.1``: its name and the distance in mm."""
        return f"{SliceOrigin.ACQUIRED.numbered(self.index)} {self.distance:.1f}"


def nearest_first(sources: Iterable[SourceSlice]) -> tuple[SourceSlice, ...]:
    """``sources`` by their distance; of two that are equally far, to a micrometre, the lower one first."""
    return tuple(sorted(sources, key=lambda source: (round(source.distance, 3), source.index)))


@dataclass(frozen=True)
class SliceProvenance:
    """Where one output slice comes from.

    Parameters
    ----------
    origin
        Acquired, interpolated (nearest, linear, cubic) or synthesised (CaLID).
    sources
        The acquired slices it was made from, nearest first; for an acquired slice itself at distance 0.
    resampled_phases
        Phases of an acquired slice that were interpolated in time, because it was triggered differently or lacks a frame.
    moved
        By how much an acquired slice was moved in plane to align it, which interpolates it; None where it was not.
    shifts
        By phase how much it was shifted to lie where the patient was; see ``SliceState``.
    """

    origin: SliceOrigin
    sources: tuple[SourceSlice, ...]
    resampled_phases: tuple[int, ...] = ()
    moved: Movement | None = None
    shifts: tuple[Shift, ...] = ()

    @property
    def distance(self) -> float:
        """How far the nearest of its sources is, mm; 0 for an acquired slice."""
        return min((source.distance for source in self.sources), default=0.0)

    @property
    def shifted(self) -> Shift:
        """The farthest of its shifts; (0, 0) where there is none."""
        return _farthest(self.shifts)

    def shift_at(self, phase: int) -> Shift:
        """By how much it was shifted at one phase."""
        return self.shifts[phase] if self.shifts else (0, 0)

    def origin_at(self, phase: int) -> SliceOrigin:
        """What the slice is at one phase: where an acquired one was moved or interpolated in time, it is interpolated."""
        changed = self.moved is not None or phase in self.resampled_phases
        return SliceOrigin.INTERPOLATED if changed else self.origin


def holds_synthesised(provenance: Sequence[SliceProvenance]) -> bool:
    """Whether any slice was synthesised, which pictures and reports of them say."""
    return any(entry.origin is SliceOrigin.SYNTHESISED for entry in provenance)


@dataclass(frozen=True)
class SliceState:
    """Where a slice of a stack that was read comes from, and what was done to it; as acquired by default.

    Parameters
    ----------
    origin
        As the source states it: an opened reconstruction holds slices that were made.
    resampled_phases
        Phases that were interpolated in time because the slice was triggered differently or lacks a frame: all other frames are as
        acquired (decision 0007).
    moved
        By how much it was moved in plane to align it; None where it was not.
    judged
        What a reader said of it before it was written; None where nothing.
    shifts
        ``(phases,)``, by how much it was shifted on reading, because its headers say that it lies aside; values are as acquired, but as
        many rows and columns are cut off and dark at the other end. Empty where at no phase.
    """

    origin: SliceOrigin = SliceOrigin.ACQUIRED
    resampled_phases: tuple[int, ...] = ()
    moved: Movement | None = None
    judged: Judgement | None = None
    shifts: tuple[Shift, ...] = ()

    @property
    def shifted(self) -> Shift:
        """The farthest of its shifts; (0, 0) where there is none."""
        return _farthest(self.shifts)

    def shift_at(self, phase: int) -> Shift:
        """By how much it was shifted at one phase."""
        return self.shifts[phase] if self.shifts else (0, 0)

    @property
    def made(self) -> bool:
        """Whether it was made, not acquired."""
        return self.origin is not SliceOrigin.ACQUIRED


def shifts_if_any(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """Shifts by phase; empty where there is none."""
    found = tuple(shifts)
    return found if any(shift != (0, 0) for shift in found) else ()


def most_cut_off(shifts: Iterable[Shift]) -> tuple[int, int]:
    """Most rows, and most columns, that any of some shifts cuts off."""
    rows, columns = zip((0, 0), *shifts, strict=True)
    return max(map(abs, rows)), max(map(abs, columns))


def _farthest(shifts: Iterable[Shift]) -> Shift:
    return max(shifts, key=lambda shift: math.hypot(*shift), default=(0, 0))


def movement_text(movement: Movement) -> str:
    """``moved in plane by 4.2 mm along rows and -0.5 mm along columns``."""
    down, across = movement
    return f"moved in plane by {down:.1f} mm along rows and {across:.1f} mm along columns"


def told_movement(text: str) -> Movement | None:
    """The movement that ``movement_text`` put into a text; None where there is none."""
    told = re.search(r"moved in plane by (-?\d+\.\d) mm along rows and (-?\d+\.\d) mm along columns", text)
    return (float(told[1]), float(told[2])) if told else None


def shift_text(shift: Shift) -> str:
    """``shifted in plane by whole pixels, 0 rows and 12 columns cut off``."""
    rows, columns = map(abs, shift)
    return (
        f"shifted in plane by whole pixels, {count_of(rows, 'row')} and {count_of(columns, 'column')} cut off"
    )


def told_shift(text: str) -> Shift:
    """The shift that ``shift_text`` put into a text, without its signs; (0, 0) where there is none."""
    told = re.search(r"shifted in plane by whole pixels, (\d+) rows? and (\d+) columns? cut off", text)
    return (int(told[1]), int(told[2])) if told else (0, 0)


def made_sentence(states: Sequence[SliceState]) -> str:
    """How many slices were made, not acquired; empty where none was."""
    made = sum(state.made for state in states)
    return f"{made} of {len(states)} slices were made by a computer, not acquired." if made else ""


def rejected_sentence(states: Sequence[SliceState], whole_judged: Judgement | None) -> str:
    """What a reader rejected of all slices of a stack, and whether the whole; empty where nothing.

    Slices are called as in the window, acquired ones by their number among the acquired.
    """
    what = _names((index for index, state in enumerate(states) if _rejected(state.judged)), states)
    listed = [", ".join(what)] if what else []
    listed += ["the whole"] if _rejected(whole_judged) else []
    return f"A reader rejected {' and '.join(listed)}." if listed else ""


def _rejected(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.rejected


def _names(slices: Iterable[int], states: Sequence[SliceState]) -> list[str]:
    acquired = [i for i, state in enumerate(states) if not state.made]
    return [states[i].origin.numbered(i if states[i].made else acquired.index(i)) for i in slices]
