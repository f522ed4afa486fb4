"""Where parallel slices lie in plane: which overlap, and which place most of them have."""

from collections.abc import Sequence

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.orientation import usual_orientation

HALF = 0.5 - 1e-6
"""Least share of an image that another one covers in the same stack; the last digits of positions do not matter."""


def split_by_place(frames: Sequence[FrameHeader]) -> list[list[FrameHeader]]:
    """Parallel frames of one size that overlap the most usual one of them by half and more, in the order given; the others apart.

    What hardly overlaps is another part of the body: shifted onto the grid of the stack it would be empty.
    """
    axes = usual_orientation(frames, frames[0].orientation).reshape(2, 3).T
    places, size = places_of(frames, axes), size_of(frames[0])
    clusters: list[tuple[FloatArray, list[FrameHeader]]] = []
    centre_of: dict[tuple[float, ...], int] = {}
    for place in _most_central_first(places, size):
        shares = [float(_overlaps(centre[None], place, size)[0]) for centre, _ in clusters]
        found = next((index for index, share in enumerate(shares) if share >= HALF), len(clusters))
        if found == len(clusters):
            clusters.append((place, []))
        centre_of[tuple(place)] = found
    for frame, place in zip(frames, places, strict=True):
        clusters[centre_of[tuple(place)]][1].append(frame)
    return [cluster for _, cluster in clusters]


def usual_place(frames: Sequence[FrameHeader], axes: FloatArray) -> FloatArray:
    """``(2,)`` place, as ``places_of``, of the frame that most others overlap by half and more, and most closely."""
    return _most_central_first(places_of(frames, axes), size_of(frames[0]))[0]


def places_of(frames: Sequence[FrameHeader], axes: FloatArray) -> FloatArray:
    """``(frames, 2)`` mm along the row and column directions of their stack.

    Those of a single frame, which may be turned a little, would make slices that lie above each other seem to lie aside.

    Parameters
    ----------
    axes
        ``(3, 2)`` these directions, LPS.
    """
    places: FloatArray = np.array([frame.position for frame in frames]) @ axes
    return places


def size_of(frame: FrameHeader) -> FloatArray:
    """``(2,)`` mm along rows and columns."""
    return np.array((frame.pixels.columns * frame.spacing[1], frame.pixels.rows * frame.spacing[0]))


def aside(one: Sequence[FrameHeader], other: Sequence[FrameHeader], axes: FloatArray) -> float:
    """Mm by which the usual places of parallel frames and of others lie apart along ``axes``, as those of ``places_of``."""
    return float(np.linalg.norm(usual_place(other, axes) - usual_place(one, axes)))


def _overlaps(places: FloatArray, place: FloatArray, size: FloatArray) -> FloatArray:
    """``(places,)`` shares of an image at ``place`` that those at ``places`` cover."""
    shares: FloatArray = np.prod(np.clip(1 - np.abs(places - place) / size, 0, None), axis=1)
    return shares


def _most_central_first(places: FloatArray, size: FloatArray) -> list[FloatArray]:
    """Every place once, those first that most frames overlap by half and more, and most closely."""
    unique, frames = np.unique(places, axis=0, return_counts=True)
    order = []
    for place in unique:
        near = _overlaps(unique, place, size) >= HALF
        distances = np.abs(unique[near] - place).sum(axis=1)
        order.append((-int(frames[near].sum()), float(distances @ frames[near]), tuple(place)))
    return [np.array(place) for *_, place in sorted(order)]
