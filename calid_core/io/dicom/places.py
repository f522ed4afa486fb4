"""Places of parallel slices: which repeat each other, which lie in a row, and where a stack has room for another one."""

import numpy as np

from calid_core.arrays import FloatArray

SAME_POSITION = 0.2
"""Slice positions closer than this are the same, mm."""
REPEAT_SHARE = 0.45
"""Slices of different series closer than this share of their thickness, or of their distance, repeat each other."""
GRID_SHARE = 0.1
"""Largest deviation from a common grid of stacks that are merged, as a share of the pitch."""
LEAST_EVEN = 0.7
"""Least share of equal steps in an even row."""
HOLE = 1.5
"""A slice further than this many times the pitch beyond an end leaves a hole."""
APART = 0.9
"""Slices whose distance has this share of their thickness do not overlap."""
OWN_PLACE = 0.7
"""Nor do those whose distance has this share of the pitch of their stack, whatever their thickness."""


def repeat_limit(offsets: FloatArray, thickness: float) -> float:
    """Slices of different series closer than this repeat each other, mm: not those of an even row of overlapping slices.

    Parameters
    ----------
    offsets
        Of all series, mm, any order.
    thickness
        mm; 0 where not stated.
    """
    by_thickness = max(SAME_POSITION, REPEAT_SHARE * thickness)
    places = _thinned(offsets, SAME_POSITION)
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
        and float(np.mean(np.rint(multiples) == 1)) >= LEAST_EVEN
        and float(np.abs(multiples - np.rint(multiples)).max()) <= GRID_SHARE
    )
    return by_distance if even else by_thickness


def on_one_grid(offsets: FloatArray) -> bool:
    """Whether all distances of neighbours are multiples of the shortest one."""
    steps = np.diff(np.sort(offsets))
    multiples = steps / steps.min()
    return bool(np.abs(multiples - np.rint(multiples)).max() <= GRID_SHARE)


def interleaved(one: FloatArray, other: FloatArray) -> bool:
    """Whether some of ``one`` lie between some of ``other``, or the other way round."""
    return bool(one.min() < other.max() and other.min() < one.max())


def overlap(one: FloatArray, other: FloatArray, thickness: float) -> bool:
    """Whether a slice of ``one`` overlaps one of the stack ``other`` by more than neighbours there may."""
    allowed = [APART * thickness] if thickness else []
    if len(other) > 1:
        allowed.append(OWN_PLACE * float(np.median(np.diff(np.sort(other)))))
    return bool(allowed) and float(np.abs(one[:, None] - other[None, :]).min()) < min(allowed)


def beyond(one: FloatArray, other: FloatArray) -> bool:
    """Whether a slice of ``one`` would leave a hole behind an end of the stack ``other``."""
    if len(other) < 2:
        return False
    every = np.sort(np.concatenate([one, other]))
    pitch = float(np.median(np.diff(np.sort(other))))
    outside = (every[1:] <= other.min()) | (every[:-1] >= other.max())
    return bool((np.diff(every)[outside] > HOLE * pitch).any())


def _thinned(offsets: FloatArray, limit: float) -> FloatArray:
    """Sorted offsets without those closer than ``limit`` to the one before."""
    kept: list[float] = []
    for offset in np.sort(offsets):
        if not kept or offset - kept[-1] >= limit:
            kept.append(float(offset))
    return np.array(kept)
