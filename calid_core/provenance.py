"""Where a slice comes from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

Movement = tuple[float, float]
"""By how much a slice was moved in plane along rows and along columns, mm."""


class SliceOrigin(Enum):
    """Where a slice comes from; the value is its letter in the window."""

    ACQUIRED = "A"
    INTERPOLATED = "I"
    SYNTHESISED = "S"


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
    """

    origin: SliceOrigin
    sources: tuple[SourceSlice, ...]
    resampled_phases: tuple[int, ...] = ()
    moved: Movement | None = None

    def origin_at(self, phase: int) -> SliceOrigin:
        """What the slice is at one phase: where an acquired one was moved or interpolated in time, it is interpolated."""
        changed = self.moved is not None or phase in self.resampled_phases
        return SliceOrigin.INTERPOLATED if changed else self.origin


def movement_text(movement: Movement) -> str:
    """``moved in plane by 4.2 mm along rows and -0.5 mm along columns``."""
    down, across = movement
    return f"moved in plane by {down:.1f} mm along rows and {across:.1f} mm along columns"


def told_movement(text: str) -> Movement | None:
    """The movement that ``movement_text`` put into a text; None where there is none."""
    told = re.search(r"moved in plane by (-?\d+\.\d) mm along rows and (-?\d+\.\d) mm along columns", text)
    return (float(told[1]), float(told[2])) if told else None


def made_sentence(origins: Sequence[SliceOrigin]) -> str:
    """How many slices were made, not acquired; empty where none was."""
    made = sum(origin is not SliceOrigin.ACQUIRED for origin in origins)
    return f"{made} of {len(origins)} slices were made by a computer, not acquired." if made else ""
