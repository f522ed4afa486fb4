"""One chamber through a stack: what a segmenter marked slice by slice, less what does not belong to it.

A network that sees one slice at a time also marks pieces of the atrium, the aorta or the stomach beyond the ends of the
ventricle. Pieces of successive slices that lie over each other form a chain; the longest and widest is the ventricle. It
tapers towards both ends: beyond a neck begins another chamber. In a denser stack acquired slices decide where it ends, so
that a slice holds the same chamber whatever was made beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import ndimage

from calid_core.arrays import BoolArray, IntArray

LEAST_OVERLAP = 0.4
"""Share of a piece that must lie over the piece before it."""
BRIDGED = 0.5
"""A slice without a piece is passed over if the next has one of at least this share of the first: it was missed there."""
NECK = 0.7
"""Share of the first piece below which a piece may be a neck."""
WIDER = 1.3
"""How many times wider than a neck the next piece is where another chamber begins."""


@dataclass(frozen=True)
class Pieces:
    """Connected pieces of a slice, numbered from 1, and the size of each."""

    labels: IntArray
    sizes: IntArray

    @classmethod
    def of(cls, marked: BoolArray) -> Pieces:
        """Pieces of ``marked`` ``(rows, columns)``."""
        labels, count = ndimage.label(marked)
        return cls(labels, np.bincount(labels.ravel(), minlength=count + 1)[1:])

    @property
    def largest(self) -> int:
        """Number of the largest piece; 0 where there is none."""
        return int(np.argmax(self.sizes)) + 1 if len(self.sizes) else 0

    def size(self, number: int) -> int:
        """Pixels of a piece."""
        return int(self.sizes[number - 1])

    def over(self, before: BoolArray) -> int:
        """Number of the piece that lies over ``before``: the one that shares most with it, or half of it; 0 where none does."""
        if not len(self.sizes):
            return 0
        shared = np.bincount(self.labels[before], minlength=len(self.sizes) + 1)[1:]
        over = shared >= LEAST_OVERLAP * self.sizes
        best = int(np.argmax(shared))
        if not over[best]:  # it lies beside; another piece must go on by itself
            best = int(np.argmax(np.where(over, shared, 0)))
            if shared[best] < BRIDGED * before.sum():
                return 0
        return best + 1 if over[best] else 0


def one_chamber(marked: BoolArray) -> BoolArray:
    """The chamber within ``marked`` ``(slices, rows, columns)``: at most one piece per slice, no detached ones."""
    slices = [Pieces.of(plane) for plane in marked]
    chamber = np.zeros_like(marked)
    for index, number in max(_chains(slices), key=lambda chain: _area(slices, chain), default={}).items():
        chamber[index] = slices[index].labels == number
    return chamber


def chamber_between(marked: BoolArray, deciding: Sequence[int]) -> BoolArray:
    """The chamber within ``marked`` ``(slices, rows, columns)``, decided by the slices ``deciding``, in increasing order.

    Those hold what ``one_chamber`` finds in them alone. Slices between them hold what continues it from either side, the larger
    piece where that is one from each.
    """
    chamber = np.zeros_like(marked)
    chamber[list(deciding)] = one_chamber(marked[list(deciding)])
    for first, last in pairwise(deciding):
        for way in (range(first + 1, last), range(last - 1, first, -1)):
            for index, piece in _continued(marked, way, chamber[way.start - way.step]):
                if piece.sum() > chamber[index].sum():
                    chamber[index] = piece
    return chamber


def _continued(marked: BoolArray, way: Iterable[int], before: BoolArray) -> Iterator[tuple[int, BoolArray]]:
    """Slice and piece of what continues ``before`` until nothing does, or something much wider."""
    for index in way:
        pieces = Pieces.of(marked[index])
        number = pieces.over(before)
        if not number or pieces.size(number) > WIDER * before.sum():
            return
        before = pieces.labels == number
        yield index, before


def _chains(slices: list[Pieces]) -> Iterator[dict[int, int]]:
    """Piece by slice of every chain that begins at the largest piece of a slice, widest first."""
    seen: set[tuple[int, int]] = set()
    starts = ((index, pieces.largest) for index, pieces in enumerate(slices) if pieces.largest)
    for start in sorted(starts, key=lambda s: -slices[s[0]].size(s[1])):
        if start not in seen:
            chain = _chain(slices, *start)
            seen |= set(chain.items())
            yield chain


def _chain(slices: list[Pieces], start: int, number: int) -> dict[int, int]:
    """Piece by slice of the chain that goes from a piece towards both ends."""
    chain = {start: number}
    for way in (range(start + 1, len(slices)), range(start - 1, -1, -1)):
        chain |= _towards_an_end(slices, way, slices[start].labels == number)
    return chain


def _towards_an_end(slices: list[Pieces], way: Iterable[int], before: BoolArray) -> dict[int, int]:
    found: dict[int, int] = {}
    first = narrowest = int(before.sum())
    missed = False
    for index in way:
        number = slices[index].over(before)
        size = slices[index].size(number) if number else 0
        if missed and size < BRIDGED * first:
            break
        if not number:
            missed = True
            continue
        if narrowest < NECK * first and size > WIDER * narrowest:
            break
        found[index], before, missed = number, slices[index].labels == number, False
        narrowest = min(narrowest, size)
    return found


def _area(slices: list[Pieces], chain: dict[int, int]) -> int:
    return sum(slices[index].size(number) for index, number in chain.items())
