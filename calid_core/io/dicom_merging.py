"""Which series of parallel slices are joined to a stack: those of one sequence whose slices lie on one grid and repeat none."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from calid_core.arrays import BoolArray, FloatArray
from calid_core.io.dicom_headers import FrameHeader
from calid_core.io.dicom_sequences import SequenceRange, sequence_range
from calid_core.io.views import view_in_words
from calid_core.provenance import SliceOrigin
from calid_core.words import count_of

SAME_POSITION = 0.2
"""Slice positions closer than this are the same, mm."""
REPEAT_SHARE = 0.45
"""Slices of different series closer than this share of their thickness, or of their distance, repeat each other."""
GRID_SHARE = 0.1
"""Largest deviation from a common grid of what is merged, as a share of the pitch."""
LEAST_FILLED = 0.7
"""Least share of the places of a grid at which there are slices."""
HOLE = 1.5
"""Neighbours further apart than this many times the pitch have a hole between them."""
APART = 0.9
"""Slices whose distance has this share of their thickness do not overlap."""
WHOLE_SHARE = 0.75
"""A repeat has at least this share of the frames of what it replaces."""
REPEAT_WORDS = {"again", "rep", "repeat", "repeated", "redo", "wdh"}
"""Words in the name of a series that was acquired again."""


@dataclass(eq=False)
class Series:
    """Slices that are merged or kept apart as a whole: one series at one orientation.

    Parameters
    ----------
    frames
        In any order.
    normal
        ``(3,)`` of the orientation, LPS.
    """

    frames: list[FrameHeader]
    normal: FloatArray
    offsets: FloatArray = field(init=False)
    members: list[list[FrameHeader]] = field(init=False)
    sequence: SequenceRange = field(init=False)

    def __post_init__(self) -> None:
        places: dict[tuple[float, float, float], list[FrameHeader]] = defaultdict(list)
        for frame in self.frames:
            places[frame.position].append(frame)
        groups = sorted(places.items(), key=lambda item: float(np.dot(item[0], self.normal)))
        self.members = []
        offsets: list[float] = []
        for position, frames in groups:
            offset = float(np.dot(position, self.normal))
            if offsets and offset - offsets[-1] <= SAME_POSITION:
                self.members[-1].extend(frames)
            else:
                self.members.append(list(frames))
                offsets.append(offset)
        self.offsets = np.array(offsets)
        self.sequence = sequence_range([[frame.sequence for frame in frames] for frames in self.members])

    @property
    def cine(self) -> bool:
        """Whether any of its slices has several frames."""
        return max(len(frames) for frames in self.members) > 1

    @property
    def stacked(self) -> bool:
        """Whether its slices make a stack of their own."""
        return len(self.offsets) >= 3

    @property
    def thickness(self) -> float:
        """mm; 0 where not stated."""
        return self.frames[0].thickness or 0.0

    @property
    def made(self) -> bool:
        """Whether any of it was made of other images: a derived series, with its copies of acquired slices."""
        return any(frame.origin is not SliceOrigin.ACQUIRED for frame in self.frames)

    @property
    def kind(self) -> tuple[object, ...]:
        """What must be equal in series that are joined."""
        return self.cine, view_in_words(self.frames[0].description), self.made

    @property
    def name(self) -> frozenset[str]:
        """Words that it is called by, without those that count or repeat."""
        words = re.findall(r"[^\W\d_]+", self.frames[0].description.lower())
        return frozenset(words) - REPEAT_WORDS

    @property
    def moment(self) -> tuple[float, ...]:
        """What orders series in time."""
        first = self.frames[0]
        return first.series_number, first.acquisition_time or 0.0, first.acquisition_number or 0.0


@dataclass(frozen=True, eq=False)
class Slice:
    """One slice of a series."""

    offset: float
    frames: list[FrameHeader]
    series: Series


@dataclass(eq=False)
class Pile:
    """Slices of one stack, in the order of the series they come from."""

    slices: list[Slice]
    notes: list[str] = field(default_factory=list)

    @property
    def offsets(self) -> FloatArray:
        """``(slices,)`` mm along the normal."""
        return np.array([s.offset for s in self.slices])

    @property
    def series(self) -> list[Series]:
        """Every series that it has slices of."""
        return list(dict.fromkeys(s.series for s in self.slices))

    def near(self, offset: float, limit: float) -> Slice | None:
        """The slice nearest to a position, mm, if it is closer than ``limit``."""
        nearest = min(self.slices, key=lambda s: abs(s.offset - offset))
        return nearest if abs(nearest.offset - offset) < limit else None


def merge_series(series: Sequence[Series]) -> list[Pile]:
    """Piles of parallel slices; every slice is in exactly one, the later ones of repeated slices in the fuller pile."""
    kinds: list[list[Series]] = []
    for own in sorted(series, key=lambda s: (len(s.offsets), s.moment), reverse=True):
        for others in kinds:
            if own.kind == others[0].kind and not others[0].sequence.difference(own.sequence):
                others.append(own)
                break
        else:
            kinds.append([own])
    piles = [pile for kind in kinds for pile in _piles(kind)]
    for pile in piles:
        pile.notes += _sequences_apart(pile, piles)
    return piles


def _piles(kind: Sequence[Series]) -> list[Pile]:
    """Piles of the series of one sequence: those of the most usual name first, and of these those on their grid, later ones first."""
    limit = _repeat_limit(kind)
    families: dict[frozenset[str], list[Series]] = defaultdict(list)
    for series in kind:
        families[series.name].append(series)
    ranks = {
        name: (sum(len(s.offsets) for s in family), max(s.moment for s in family))
        for name, family in families.items()
    }
    grid = _grid(np.concatenate([s.offsets for s in families[max(ranks, key=lambda name: ranks[name])]]))
    ordered = sorted(
        kind,
        key=lambda s: (ranks[s.name], s.stacked, grid is not None and grid.holds(s.offsets), s.moment),
        reverse=True,
    )
    piles: list[Pile] = []
    for series in ordered:
        own = [
            Slice(float(o), frames, series) for o, frames in zip(series.offsets, series.members, strict=True)
        ]
        for number, pile in enumerate(piles):
            if _fits(series, pile, limit, grid, first=number == 0):
                pile.slices += own
                break
        else:
            piles.append(Pile(own))
    _use_later_ones(piles, limit)
    for pile in piles:
        pile.notes += _repeats_told(pile, piles, limit)
        pile.notes += _off_grid_told(pile, piles, limit)
    return piles


def _repeat_limit(kind: Sequence[Series]) -> float:
    """Slices of different series closer than this repeat each other, mm: not those of an even row of overlapping slices."""
    by_thickness = max(SAME_POSITION, REPEAT_SHARE * kind[0].thickness)
    places = _thinned(np.concatenate([s.offsets for s in kind]), SAME_POSITION)
    if len(places) < 3:
        return by_thickness
    steps = np.diff(places)
    nearest = np.minimum(np.append(steps, np.inf), np.append(np.inf, steps))
    by_distance = max(SAME_POSITION, REPEAT_SHARE * float(np.median(nearest)))
    if by_distance >= by_thickness:
        return by_thickness
    steps = np.diff(_thinned(places, by_distance))
    multiples = steps / np.median(steps)
    even = (
        len(steps) >= 2
        and float(np.mean(np.rint(multiples) == 1)) >= LEAST_FILLED
        and float(np.abs(multiples - np.rint(multiples)).max()) <= GRID_SHARE
    )
    return by_distance if even else by_thickness


def _thinned(offsets: FloatArray, limit: float) -> FloatArray:
    """Sorted offsets without those closer than ``limit`` to the one before."""
    kept: list[float] = []
    for offset in np.sort(offsets):
        if not kept or offset - kept[-1] >= limit:
            kept.append(float(offset))
    return np.array(kept)


@dataclass(frozen=True)
class _Grid:
    origin: float
    pitch: float

    def holding(self, offsets: FloatArray) -> BoolArray:
        places = (offsets - self.origin) / self.pitch
        held: BoolArray = np.abs(places - np.rint(places)) <= GRID_SHARE
        return held

    def holds(self, offsets: FloatArray) -> bool:
        return bool(self.holding(offsets).all())


def _grid(offsets: FloatArray) -> _Grid | None:
    """The grid that holds most of three or more slices, and more than half; None where there is none."""
    places = _thinned(offsets, SAME_POSITION)
    best, most = None, (2, np.inf)
    for i, origin in enumerate(places):
        for other in places[i + 1 : i + 4]:
            grid = _Grid(float(origin), float(other - origin))
            held = places[grid.holding(places)]
            filled = len(held) / (np.ptp(held) / grid.pitch + 1)
            dense = filled >= LEAST_FILLED and 2 * len(held) > len(places)
            if dense and (len(held), grid.pitch) > most:
                best, most = grid, (len(held), grid.pitch)
    return best


def _fits(series: Series, pile: Pile, limit: float, grid: _Grid | None, *, first: bool) -> bool:
    """Whether a series repeats no slice of a pile, and lies on the ``grid`` of the first pile or does not overlap it."""
    if any(pile.near(float(offset), limit) for offset in series.offsets):
        return False
    same_name = series.name == pile.series[0].name
    if series.stacked:
        steps = np.diff(np.sort(np.concatenate([series.offsets, pile.offsets])))
        multiples = steps / steps.min()
        on_one_grid = bool(np.abs(multiples - np.rint(multiples)).max() <= GRID_SHARE)
        return on_one_grid and (same_name or float(steps.min()) >= APART * series.thickness)
    if grid is None or not first:
        return grid is None or same_name
    return grid.holds(series.offsets) or all(
        _has_room(float(o), pile.offsets, grid.pitch, series.thickness or grid.pitch, same_name=same_name)
        for o in series.offsets
    )


def _has_room(offset: float, offsets: FloatArray, pitch: float, thickness: float, *, same_name: bool) -> bool:
    """Whether a slice off the grid lies at an end or where one is missing, if called as the others, or overlaps neither neighbour."""
    below, above = offsets[offsets < offset], offsets[offsets > offset]
    if not len(below) or not len(above):
        return same_name
    low, high = float(below.max()), float(above.min())
    return (same_name and high - low > HOLE * pitch) or min(offset - low, high - offset) >= APART * thickness


def _use_later_ones(piles: Sequence[Pile], limit: float) -> None:
    """Exchange slices of stacks with those of one or two that were acquired again later, under the same name."""
    for pile in piles:
        for other in piles:
            if len(other.slices) >= len(pile.slices):
                continue
            for series in other.series:
                pairs = [(s, pile.near(s.offset, limit)) for s in other.slices if s.series is series]
                if not series.stacked and all(old is not None and _replaces(new, old) for new, old in pairs):
                    for new, old in pairs:
                        if old is not None:
                            pile.slices[pile.slices.index(old)] = new
                            other.slices[other.slices.index(new)] = old


def _replaces(new: Slice, old: Slice) -> bool:
    return (
        new.series.name == old.series.name
        and new.series.moment > old.series.moment
        and len(new.frames) >= WHOLE_SHARE * len(old.frames)
    )


def _repeats_told(pile: Pile, piles: Sequence[Pile], limit: float) -> list[str]:
    """What to say about cine slices that other piles have, too."""
    counts = Counter[str]()
    for own in pile.slices:
        found = [other.near(own.offset, limit) for other in piles if other is not pile]
        moments = [slice_.series.moment for slice_ in found if slice_ is not None]
        if moments and own.series.cine:
            latest = max(moments)
            mine = own.series.moment
            counts["later" if mine > latest else "earlier" if mine < latest else ""] += 1
    return [
        f"{count_of(count, 'slice')} acquired twice: "
        + (
            f"the {which} series {'is' if count == 1 else 'are'} used here"
            if which
            else "one of them is used here"
        )
        for which, count in counts.items()
    ]


def _off_grid_told(pile: Pile, piles: Sequence[Pile], limit: float) -> list[str]:
    """What to say about cine slices of the same sequence that are no repeats and lie off the grid."""
    count = sum(
        pile.near(slice_.offset, limit) is None
        for other in piles
        if other is not pile and len(other.slices) < len(pile.slices)
        for slice_ in other.slices
    )
    if not count or not pile.series[0].cine:
        return []
    return [f"{count_of(count, 'parallel slice')} off the grid of these slices listed apart"]


def _sequences_apart(pile: Pile, piles: Sequence[Pile]) -> list[str]:
    """What to say about parallel cine slices of another sequence."""
    counts = Counter[str]()
    first = pile.series[0]
    for other in piles:
        own = other.series[0]
        if own.kind == first.kind and own.cine and len(other.slices) <= len(pile.slices):
            counts[first.sequence.difference(own.sequence)] += len(other.slices)
    return [
        f"{count_of(count, 'parallel slice')} of another sequence ({difference}) listed apart"
        for difference, count in counts.items()
        if difference
    ]
