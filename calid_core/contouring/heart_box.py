"""Where the heart is, when nobody drew it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from calid_core.arrays import FloatArray
from calid_core.cine import CineStack
from calid_core.contouring.chamber import one_chamber
from calid_core.contouring.ventricle_segmenter import VentricleSegmenter
from calid_core.errors import CheckpointError
from calid_core.preprocessing import percentile_scale
from calid_core.progress import CancelToken

SIDE = 130.0
"""Side of an estimated heart box in mm; expert boxes of ACDC are 130 mm at the median."""
SMOOTHING = 6.0
"""Standard deviation in mm of the blur that joins moving pixels to one region."""

Kind = TypeVar("Kind", bound=np.generic)
Place = tuple[float, float]
"""Row and column index."""

_found: WeakKeyDictionary[CineStack, Place] = WeakKeyDictionary()
"""By stack, what ``found_heart`` found: looked for once, by several checks and threads."""
_finding = Lock()


@dataclass(frozen=True)
class Box:
    """In-plane region, half-open index ranges along rows and columns."""

    rows: tuple[int, int]
    columns: tuple[int, int]

    @property
    def centre(self) -> tuple[float, float]:
        """``(row, column)`` of the centre."""
        return (self.rows[0] + self.rows[1] - 1) / 2, (self.columns[0] + self.columns[1] - 1) / 2

    def crop(self, images: NDArray[Kind]) -> NDArray[Kind]:
        """The part of ``(..., rows, columns)`` inside the box."""
        return images[..., slice(*self.rows), slice(*self.columns)]


def estimated_box(stack: CineStack, cancel: CancelToken | None = None) -> Box:
    """A square of ``SIDE`` mm about the heart."""
    return _box_about(found_heart(stack, cancel), stack)


def found_heart(stack: CineStack, cancel: CancelToken | None = None) -> Place:
    """Where the segmenter that ships finds the heart, looked for once in a stack; what moves most where its weights are missing."""
    with _finding:
        if stack not in _found:
            from calid_core.models.shipped_segmenter import shipped_segmenter  # loads torch

            try:
                _found[stack] = heart_centre(stack, shipped_segmenter(), cancel)
            except CheckpointError:
                return _most_moving(stack)
        return _found[stack]


def heart_centre(stack: CineStack, segmenter: VentricleSegmenter, cancel: CancelToken | None = None) -> Place:
    """The middle of the left ventricle at the first phase.

    The segmenter looks about the image centre and about what moves most, which may be a vessel or the chest wall, and again about the
    larger ventricle that it found. Where it finds none, the heart is where most moves. ``cancel`` is looked at before each look.
    """
    cancel = cancel or CancelToken()
    middle = _middle(stack)
    moving = _most_moving(stack)
    first = stack.intensity[0]
    if not np.isfinite(first).all() or first.min() == first.max():
        return moving
    images = np.clip(percentile_scale(first).apply(first), 0.0, 1.0)
    spacing = stack.geometry.spacing[1:]
    seen = []
    for about in {middle, moving}:
        cancel.raise_if_cancelled()
        seen.append(_ventricle(images, spacing, about, segmenter))
    found = max((s for s in seen if s is not None), key=lambda s: s.area, default=None)
    if found is None:
        return moving
    cancel.raise_if_cancelled()
    again = _ventricle(images, spacing, found.centre, segmenter)
    return found.centre if again is None or again.area < found.area / 2 else again.centre


@dataclass(frozen=True)
class _Ventricle:
    """A ventricle that the segmenter found: its middle, which lies in the image, and its pixels in all slices."""

    centre: Place
    area: int


def _ventricle(
    images: FloatArray, spacing: tuple[float, float], about: Place, segmenter: VentricleSegmenter
) -> _Ventricle | None:
    inside = one_chamber(segmenter.left_ventricle(images, spacing=spacing, centre=about) > 0.0)
    if not inside.any():
        return None
    grid = segmenter.grid(spacing=spacing, centre=about)
    row, column = np.argwhere(inside)[:, 1:].mean(axis=0)
    centre = (float(grid.first[0] + grid.step[0] * row), float(grid.first[1] + grid.step[1] * column))
    within = all(0.0 <= place < size for place, size in zip(centre, images.shape[1:], strict=True))
    return _Ventricle(centre, int(inside.sum())) if within else None


def _middle(stack: CineStack) -> Place:
    _, rows, columns = stack.geometry.shape
    return (rows - 1) / 2, (columns - 1) / 2


def _most_moving(stack: CineStack) -> Place:
    """The image centre where there is one phase."""
    if stack.phases == 1:
        return _middle(stack)
    motion = stack.intensity.astype(np.float32).std(axis=0).mean(axis=0)
    smooth = ndimage.gaussian_filter(motion, [SMOOTHING / s for s in stack.geometry.spacing[1:]])
    row, column = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
    return float(row), float(column)


def _box_about(centre: Place, stack: CineStack) -> Box:
    spacing, shape = stack.geometry.spacing[1:], stack.geometry.shape[1:]
    ranges = [
        (max(0, round(c - SIDE / s / 2)), min(n, round(c + SIDE / s / 2)))
        for c, s, n in zip(centre, spacing, shape, strict=True)
    ]
    return Box(ranges[0], ranges[1])
