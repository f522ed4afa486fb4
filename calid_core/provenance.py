"""Where a slice comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum


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
    """

    origin: SliceOrigin
    sources: tuple[SourceSlice, ...]
    resampled_phases: tuple[int, ...] = ()

    def origin_at(self, phase: int) -> SliceOrigin:
        """What the slice is at one phase: where an acquired one was interpolated in time, it is interpolated."""
        return SliceOrigin.INTERPOLATED if phase in self.resampled_phases else self.origin


def made_sentence(origins: Sequence[SliceOrigin]) -> str:
    """How many slices were made, not acquired; empty where none was."""
    made = sum(origin is not SliceOrigin.ACQUIRED for origin in origins)
    return f"{made} of {len(origins)} slices were made by a computer, not acquired." if made else ""


def rejected_sentence(slices: Iterable[int], origins: Sequence[SliceOrigin], *, whole: bool) -> str:
    """What a reader rejected before it was written, of slices by index or as a whole; empty where nothing.

    ``origins`` are those of all slices: they are called as in the window, acquired ones by their number among the acquired.
    """
    acquired = [i for i, origin in enumerate(origins) if origin is SliceOrigin.ACQUIRED]
    what = [f"A{acquired.index(i) + 1}" if i in acquired else f"{origins[i].value}{i + 1}" for i in slices]
    listed = [", ".join(what)] if what else []
    listed += ["the whole"] if whole else []
    return f"A reader rejected {' and '.join(listed)}." if listed else ""
