"""Outlines of a chamber in every slice and phase, and the areas within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from skimage.measure import find_contours

from calid_core.arrays import FloatArray, frozen
from calid_core.contouring.chamber import chamber_between, one_chamber
from calid_core.grid import Grid

Outline = FloatArray
"""Closed polygon ``(points, 2)`` of continuous ``(row, column)`` indices; a hole runs the other way round."""


@dataclass(frozen=True, eq=False)
class ChamberContours:
    """Where a chamber lies in a cine.

    Parameters
    ----------
    outlines
        Of every phase and slice; empty where the chamber was not found.
    areas
        ``(phases, slices)``, mm²; not a number in phases that were not looked at yet.
    """

    outlines: tuple[tuple[tuple[Outline, ...], ...], ...]
    areas: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "areas", frozen(np.array(self.areas, dtype=np.float64)))
        shape = (len(self.outlines), len(self.outlines[0]) if self.outlines else 0)
        if self.areas.shape != shape:
            raise ValueError(f"areas of shape {self.areas.shape} do not fit outlines of {shape}")

    @property
    def complete(self) -> bool:
        """Whether every phase was looked at."""
        return not np.isnan(self.areas).any()


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
