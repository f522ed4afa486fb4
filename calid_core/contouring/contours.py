"""Outlines of a chamber in every slice and phase, and the areas within them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage.measure import find_contours

from calid_core.arrays import FloatArray, frozen
from calid_core.contouring.chamber import chamber_between, one_chamber
from calid_core.heart_cycle import surroundings_in_time
from calid_core.progress import CancelToken

Outline = FloatArray
"""Closed polygon ``(points, 2)`` of continuous ``(row, column)`` indices; a hole runs the other way round."""


STEADINESS = 0.5
"""Share of the phases before and after in the margins of a phase: weights of 1/4, 1/2 and 1/4 where phases are even."""


@dataclass(frozen=True, eq=False)
class ChamberContours:
    """Where a chamber lies in a cine.

    Parameters
    ----------
    outlines
        Of every phase and slice; empty where the chamber was not found.
    areas
        ``(phases, slices)``, mm².
    """

    outlines: tuple[tuple[tuple[Outline, ...], ...], ...]
    areas: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "areas", frozen(np.array(self.areas, dtype=np.float64)))
        shape = (len(self.outlines), len(self.outlines[0]) if self.outlines else 0)
        if self.areas.shape != shape:
            raise ValueError(f"areas of shape {self.areas.shape} do not fit outlines of {shape}")


@dataclass(frozen=True)
class Grid:
    """A square that a segmenter looked at, on the grid of the images.

    Parameters
    ----------
    first
        ``(row, column)`` index in the images of the first pixel of the square.
    step
        Image pixels per pixel of the square, along rows and columns.
    spacing
        ``(row, column)`` spacing of the images, mm.
    """

    first: tuple[float, float]
    step: tuple[float, float]
    spacing: tuple[float, float]


def contours_of(
    margins: Sequence[FloatArray],
    fractions: FloatArray,
    grid: Grid,
    cancel: CancelToken | None = None,
    *,
    deciding: Sequence[int] | None = None,
) -> ChamberContours:
    """Contours of one chamber over the heart cycle.

    Parameters
    ----------
    margins
        Of each phase ``(slices, side, side)`` on ``grid``: above 0 inside the chamber, below 0 outside.
    fractions
        ``(phases,)``, moments in heart cycles.
    cancel
        Looked at before every phase.
    deciding
        Slices that decide where the chamber ends; None: all.
    """
    cancel = cancel or CancelToken()
    found = []
    for phase in steadied(margins, fractions):
        cancel.raise_if_cancelled()
        found.append(tuple(outlines_of(plane, grid) for plane in chamber_margin(phase, deciding)))
    areas = np.array([[area_of(outlines, grid.spacing) for outlines in phase] for phase in found])
    return ChamberContours(tuple(found), areas)


def steadied(margins: Sequence[FloatArray], fractions: FloatArray) -> Iterator[NDArray[np.float32]]:
    """Margins of every phase, drawn to what lies between the phases before and after it.

    A border moves evenly from phase to phase; a piece that comes or goes for a single phase is the segmenter's.
    """
    for margin, around in zip(margins, surroundings_in_time(fractions), strict=True):
        if around is None:
            yield margin.astype(np.float32)
            continue
        weights = (1.0 - STEADINESS, STEADINESS * (1.0 - around.place), STEADINESS * around.place)
        three = (margin, margins[around.before], margins[around.after])
        yield np.tensordot(np.array(weights, np.float32), np.stack(three).astype(np.float32), 1)


def chamber_margin(margin: FloatArray, deciding: Sequence[int] | None = None) -> FloatArray:
    """``margin`` ``(slices, side, side)`` with everything beyond the one chamber below 0."""
    marked = margin > 0
    beyond = marked & ~(one_chamber(marked) if deciding is None else chamber_between(marked, deciding))
    result: FloatArray = np.where(beyond, -margin, margin)
    return result


def outlines_of(margin: FloatArray, grid: Grid) -> tuple[Outline, ...]:
    """Lines on which ``margin`` ``(side, side)`` is 0, closed, on the grid of the images."""
    if not (margin > 0).any():
        return ()
    # A border below 0 closes what reaches the edge of the square.
    lines = find_contours(np.pad(margin, 1, constant_values=min(float(margin.min()), -1.0)), 0.0)
    return tuple(
        frozen((np.array(grid.first) + (line - 1.0) * np.array(grid.step)).astype(np.float32))
        for line in lines
    )


def area_of(outlines: Sequence[Outline], spacing: tuple[float, float]) -> float:
    """Area within outlines, holes left out, mm² (shoelace formula)."""
    signed = [
        0.5 * float(np.sum(o[:-1, 0] * o[1:, 1] - o[1:, 0] * o[:-1, 1]))
        for o in (np.asarray(outline, np.float64) for outline in outlines)
    ]
    return abs(sum(signed)) * spacing[0] * spacing[1]
