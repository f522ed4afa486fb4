"""One chamber through a stack: what a segmenter marked slice by slice, less what does not belong to it.

A network that sees one slice at a time also marks pieces of the atrium, the aorta or the stomach beyond the ends of the
ventricle. The ventricle is followed from its largest piece towards both ends: a piece belongs to it where it lies mostly
below or above the piece before it.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from calid_core.arrays import BoolArray, IntArray

LEAST_OVERLAP = 0.5
"""Share of a piece that must lie over the piece before it."""
BRIDGED = 0.5
"""A slice without a piece is passed over if the next has one of at least this share of the largest: it was missed there."""


def one_chamber(marked: BoolArray) -> BoolArray:
    """The connected chamber within ``marked`` ``(slices, rows, columns)``: at most one piece per slice, no detached ones."""
    chamber = np.zeros_like(marked)
    pieces = [_pieces(plane) for plane in marked]
    largest = [sizes.max(initial=0) for _, sizes in pieces]
    start = int(np.argmax(largest))
    if not largest[start]:
        return chamber
    labels, sizes = pieces[start]
    chamber[start] = labels == 1 + int(np.argmax(sizes))
    least = BRIDGED * largest[start]
    for way in (range(start + 1, len(marked)), range(start - 1, -1, -1)):
        before, missed = chamber[start], False
        for index in way:
            piece = _continuation(*pieces[index], before)
            if piece is None or (missed and piece.sum() < least):
                if missed:
                    break
                missed = True
                continue
            chamber[index], before, missed = piece, piece, False
    return chamber


def _pieces(plane: BoolArray) -> tuple[IntArray, IntArray]:
    """Connected pieces of a slice, numbered from 1, and the size of each."""
    labels, count = ndimage.label(plane)
    return labels, np.bincount(labels.ravel(), minlength=count + 1)[1:]


def _continuation(labels: IntArray, sizes: IntArray, before: BoolArray) -> BoolArray | None:
    """The piece that continues ``before``; None where there is none."""
    if not len(sizes):
        return None
    shared = np.bincount(labels[before], minlength=len(sizes) + 1)[1:]
    best = int(np.argmax(shared))
    return labels == best + 1 if shared[best] >= LEAST_OVERLAP * sizes[best] else None
