"""Labels of the heart: what the numbers mean, and the region that they mark."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calid_core.contouring.heart_box import Box
from calid_core.errors import InputError
from calid_core.structures import BACKGROUND

MARGIN = 10.0
"""Distance in mm by which the heart box exceeds the labels on every side."""
UNLABELLED = 255
"""Label of slices that no expert drew on."""

LabelArray = NDArray[np.uint8]


def label_box(labels: LabelArray, spacing: tuple[float, float]) -> Box:
    """Bounding box of all labels over all slices and phases, ``MARGIN`` wider on every side; ``InputError`` where none is.

    ``labels`` is ``(…, rows, columns)``, ``spacing`` that of rows and columns in mm.
    """
    drawn = (labels != BACKGROUND) & (labels != UNLABELLED)
    if not drawn.any():
        raise InputError("nothing is drawn in the labels; give the images alone, without their labels")
    plane = drawn.any(axis=tuple(range(labels.ndim - 2)))
    ranges = []
    for axis, step in enumerate(spacing):
        hit = np.flatnonzero(plane.any(axis=1 - axis))
        margin = round(MARGIN / step)
        ranges.append((max(int(hit[0]) - margin, 0), min(int(hit[-1]) + 1 + margin, plane.shape[axis])))
    return Box(ranges[0], ranges[1])
