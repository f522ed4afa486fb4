"""Which series of parallel slices are joined to a stack.

Series of one sequence are joined unless they repeat slices of each other. Where their slices lie matters only if they are stacks of
their own, which must share a grid, or if their names tell that they show another thing: those must find room in the stack.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from calid_core.io.dicom.meaning import called_repeated
from calid_core.io.dicom.places import beyond, interleaved, on_one_grid, overlap, repeat_limit
from calid_core.io.dicom.repeats import WHOLE_SHARE
from calid_core.io.dicom.series import Pile, Series, Slice
from calid_core.words import count_of


def merge_series(series: Sequence[Series]) -> list[Pile]:
    """Piles of parallel slices; every slice is in exactly one, the later ones of repeated slices in the fuller pile."""
    kinds: list[list[Series]] = []
    for own in sorted(series, key=lambda s: (len(s.offsets), s.moment), reverse=True):
        for others in kinds:
            if all(own.is_like(other) for other in others) and _same_sequence(own, others):
                others.append(own)
                break
        else:
            kinds.append([own])
    piles = [pile for kind in kinds for pile in _piles(kind)]
    for pile in piles:
        pile.notes += _sequences_apart(pile, piles)
    return piles


def _same_sequence(own: Series, others: Sequence[Series]) -> bool:
    """Whether a series is of the kind of all others, with times and angles as one of them: they change from slice to slice."""
    return not any(other.sequence.difference_of_kind(own.sequence) for other in others) and any(
        not other.sequence.difference(own.sequence) for other in others
    )


def _piles(kind: Sequence[Series]) -> list[Pile]:
    """Piles of the series of one sequence: those of the most usual meaning first, of these whole stacks, and later ones first."""
    limit = repeat_limit(np.concatenate([s.offsets for s in kind]), kind[0].thickness)
    families: dict[frozenset[str], list[Series]] = defaultdict(list)
    for series in kind:
        families[series.meaning].append(series)
    ranks = {
        own: (sum(len(s.offsets) for s in family), max(s.moment for s in family))
        for own, family in families.items()
    }
    piles: list[Pile] = []
    for series in sorted(kind, key=lambda s: (ranks[s.meaning], s.stacked, s.moment), reverse=True):
        own = [
            Slice(float(o), frames, series) for o, frames in zip(series.offsets, series.members, strict=True)
        ]
        for pile in piles:
            if _fits(series, pile, limit, first=pile is piles[0]):
                pile.slices += own
                break
        else:
            piles.append(Pile(own))
    _use_later_ones(piles, limit)
    for pile in piles:
        pile.notes += _repeats_told(pile, piles, limit)
        pile.notes += _off_grid_told(pile, piles, limit)
        pile.notes += _meanings_told(pile)
    return piles


def _fits(series: Series, pile: Pile, limit: float, *, first: bool) -> bool:
    """Whether a series repeats no slice of a pile, shares its grid if it is a stack, and has room if it means another thing."""
    if any(pile.near(float(offset), limit) for offset in series.offsets):
        return False
    stacks = [other.offsets for other in pile.series if other.stacked]
    if series.stacked and stacks and not on_one_grid(np.concatenate([series.offsets, *stacks])):
        return False
    if series.meaning == pile.series[0].meaning:
        return True
    if not first:
        return False
    if series.stacked:
        return not (
            interleaved(series.offsets, pile.offsets)
            and overlap(series.offsets, pile.offsets, series.thickness)
        )
    return not (
        overlap(series.offsets, pile.offsets, series.thickness) or beyond(series.offsets, pile.offsets)
    )


def _use_later_ones(piles: Sequence[Pile], limit: float) -> None:
    """Exchange slices of fuller piles with those of others that are to be used instead, series by series."""
    for pile in piles:
        for other in piles:
            if len(other.slices) >= len(pile.slices):
                continue
            for series in other.series:
                pairs = [(s, pile.near(s.offset, limit)) for s in other.slices if s.series is series]
                if all(old is not None and _replaces(new, old) for new, old in pairs):
                    for new, old in pairs:
                        if old is not None:
                            pile.slices[pile.slices.index(old)] = new
                            other.slices[other.slices.index(new)] = old


def _replaces(new: Slice, old: Slice) -> bool:
    """Whether a slice is a whole later one of the same meaning, or the earlier one of one that was aborted.

    Stacks of their own are repeats only if they are called so: they may as well show the heart under stress.
    """
    if new.series.meaning != old.series.meaning:
        return False
    if new.series.moment <= old.series.moment:
        return len(old.frames) < WHOLE_SHARE * len(new.frames)
    repeat = not new.series.stacked or called_repeated(new.series.frames[0].description)
    return repeat and len(new.frames) >= WHOLE_SHARE * len(old.frames)


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
        if own.is_like(first) and own.cine and len(other.slices) <= len(pile.slices):
            counts[first.sequence.difference(own.sequence)] += len(other.slices)
    return [
        f"{count_of(count, 'parallel slice')} of another sequence ({difference}) listed apart"
        for difference, count in counts.items()
        if difference
    ]


def _meanings_told(pile: Pile) -> list[str]:
    """What to say about cine slices whose names tell of another thing, but that have room in the stack."""
    usual = pile.series[0].meaning
    others = [s for s in pile.slices if s.series.meaning != usual and s.series.cine]
    if not others:
        return []
    told = ", ".join(sorted(frozenset[str]().union(*(s.series.meaning ^ usual for s in others))))
    return [f"{count_of(len(others), 'slice')} called otherwise ({told}): used, since no other lies there"]
