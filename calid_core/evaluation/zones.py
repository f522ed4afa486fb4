"""Base, mid and apex of a stack, from the expert labels."""

from __future__ import annotations

from enum import Enum

import numpy as np

from calid_core.datasets.labels import UNLABELLED, LabelArray
from calid_core.structures import BACKGROUND


class Zone(Enum):
    """Third of the labelled extent of the heart."""

    BASE = "base"
    MID = "mid"
    APEX = "apex"


def zones(labels: LabelArray | None, slices: int) -> tuple[Zone | None, ...]:
    """Zone of every slice.

    The labelled slices are cut into three equal parts; slices beyond them belong to the nearer end. The base is the
    end where more is labelled.

    Parameters
    ----------
    labels
        ``(phases, slices, rows, columns)``, or None: then no slice has a zone.
    slices
        Number of slices.
    """
    if labels is None:
        return (None,) * slices
    area = ((labels != BACKGROUND) & (labels != UNLABELLED)).sum(axis=(0, 2, 3))
    drawn = np.flatnonzero(area)
    if len(drawn) < 3:
        return (None,) * slices
    first, last = int(drawn[0]), int(drawn[-1])
    third = max(1, len(drawn) // 3)
    base_first = area[drawn[:third]].sum() >= area[drawn[-third:]].sum()
    place = (np.arange(slices) - first + 0.5) / (last - first + 1)
    names = (Zone.BASE, Zone.MID, Zone.APEX) if base_first else (Zone.APEX, Zone.MID, Zone.BASE)
    return tuple(names[min(2, max(0, int(np.floor(3 * p))))] for p in place)
