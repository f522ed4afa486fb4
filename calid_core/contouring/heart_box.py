"""Where the heart is, when nobody drew it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from calid_core.arrays import FloatArray, frozen
from calid_core.cine import CineStack
from calid_core.contouring.chamber import one_chamber
from calid_core.contouring.ventricle_segmenter import VentricleSegmenter
from calid_core.errors import CheckpointError
from calid_core.motion import smoothed_motion
from calid_core.preprocessing import percentile_scale
from calid_core.progress import CancelToken

SIDE = 130.0
"""Side of an estimated heart box in mm; expert boxes of ACDC are 130 mm at the median."""
SMOOTHING = 6.0
"""Standard deviation in mm of the blur that joins moving pixels to one region."""

Kind = TypeVar("Kind", bound=np.generic)
Place = tuple[float, float]
"""Row and column index."""

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
                _found[stack] = _looked_for(stack, shipped_segmenter(), cancel)
            except CheckpointError:
                return _most_moving(stack)
        return _found[stack].place


def known_ventricle(stack: CineStack, index: int) -> FloatArray | None:
    """Where ``found_heart`` has found the left ventricle on a slice, without looking for it.

    Returns
    -------
    place
        ``(3,)``, LPS mm of its middle on slice ``index``, or of the middle of its middles beyond its ends; None where it was not looked
        for yet or is not to be seen: motion alone does not tell it from a vessel.
    """
    known = _found.get(stack)
    if known is None or known.ventricle is None:
        return None
    ventricle = known.ventricle
    there = ventricle.by_slice[index]
    row, column = (
        ventricle.centre
        if np.isnan(there).any()
        else np.clip(there, 0, np.array(stack.geometry.shape[1:]) - 1)
    )
    return frozen(stack.geometry.to_patient((index, row, column)))


def heart_centre(stack: CineStack, segmenter: VentricleSegmenter) -> Place:
    """The middle of the left ventricle at the first phase.

    The segmenter looks about the image centre and about what moves most, which may be a vessel or the chest wall, and again about the
    larger ventricle that it found. Where it finds none, the heart is where most moves.
    """
    return _looked_for(stack, segmenter).place


@dataclass(frozen=True, eq=False)
class _Ventricle:
    """A ventricle that the segmenter found.

    Parameters
    ----------
    centre
        Its middle, which lies in the image.
    by_slice
        ``(slices, 2)``, row and column of its middle in each slice; NaN where it is not.
    area
        Its pixels in all slices.
    """

    centre: Place
    by_slice: FloatArray
    area: int


@dataclass(frozen=True, eq=False)
class _Heart:
    """Where the heart is, and the ventricle that told; None where motion did."""

    place: Place
    ventricle: _Ventricle | None


_found: WeakKeyDictionary[CineStack, _Heart] = WeakKeyDictionary()
"""By stack, what ``found_heart`` found: looked for once, by several checks and threads."""


def _looked_for(stack: CineStack, segmenter: VentricleSegmenter, cancel: CancelToken | None = None) -> _Heart:
    cancel = cancel or CancelToken()
    middle = _middle(stack)
    moving = _most_moving(stack)
    first = stack.intensity[0]
    if not np.isfinite(first).all() or first.min() == first.max():
        return _Heart(moving, None)
    images = np.clip(percentile_scale(first).apply(first), 0.0, 1.0)
    spacing = stack.geometry.spacing[1:]
    seen = []
    for about in {middle, moving}:
        cancel.raise_if_cancelled()
        seen.append(_ventricle(images, spacing, about, segmenter))
    found = max((s for s in seen if s is not None), key=lambda s: s.area, default=None)
    if found is None:
        return _Heart(moving, None)
    cancel.raise_if_cancelled()
    again = _ventricle(images, spacing, found.centre, segmenter)
    if again is not None and again.area >= found.area / 2:
        found = again
    return _Heart(found.centre, found)


def _ventricle(
    images: FloatArray, spacing: tuple[float, float], about: Place, segmenter: VentricleSegmenter
) -> _Ventricle | None:
    inside = one_chamber(segmenter.left_ventricle(images, spacing=spacing, centre=about) > 0.0)
    if not inside.any():
        return None
    grid = segmenter.grid(spacing=spacing, centre=about)
    row, column = np.argwhere(inside)[:, 1:].mean(axis=0)
    centre = (float(grid.first[0] + grid.step[0] * row), float(grid.first[1] + grid.step[1] * column))
    if not all(0.0 <= place < size for place, size in zip(centre, images.shape[1:], strict=True)):
        return None
    by_slice = np.full((len(inside), 2), np.nan)
    for index in np.flatnonzero(inside.any(axis=(1, 2))):
        by_slice[index] = grid.first + np.array(grid.step) * np.argwhere(inside[index]).mean(axis=0)
    return _Ventricle(centre, frozen(by_slice), int(inside.sum()))


def _middle(stack: CineStack) -> Place:
    _, rows, columns = stack.geometry.shape
    return (rows - 1) / 2, (columns - 1) / 2


def _most_moving(stack: CineStack) -> Place:
    """The image centre where there is one phase."""
    if stack.phases == 1:
        return _middle(stack)
    spacing = stack.geometry.spacing[1:]
    smooth = smoothed_motion(stack.intensity, spacing, smoothing=SMOOTHING, together=True)
    row, column = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
    return float(row), float(column)


def _box_about(centre: Place, stack: CineStack) -> Box:
    spacing, shape = stack.geometry.spacing[1:], stack.geometry.shape[1:]
    ranges = [
        (max(0, round(c - SIDE / s / 2)), min(n, round(c + SIDE / s / 2)))
        for c, s, n in zip(centre, spacing, shape, strict=True)
    ]
    return Box(ranges[0], ranges[1])
