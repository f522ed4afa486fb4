"""Contours of one chamber over the heart cycle, phase by phase as the segmenter sees them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calid_core.arrays import FloatArray
from calid_core.contouring.contours import (
    ChamberContours,
    Outline,
    area_of,
    chamber_margin,
    outlines_of,
)
from calid_core.grid import Grid
from calid_core.heart_cycle import needed_phases, surroundings_in_time

STEADINESS = 0.5
"""Share of the phases before and after in the margins of a phase: weights of 1/4, 1/2 and 1/4 where phases are even."""


class CineContouring:
    """Finds the contours of a phase as soon as its margins and those of the phases beside it are known.

    Parameters
    ----------
    fractions
        ``(phases,)``, moments in heart cycles.
    slices
        Slices of every phase.
    grid
        Where margins lie in the images.
    deciding
        Slices that decide where the chamber ends; None: all.
    """

    def __init__(
        self, fractions: FloatArray, slices: int, grid: Grid, *, deciding: Sequence[int] | None = None
    ) -> None:
        self._around = surroundings_in_time(fractions)
        self._grid, self._deciding = grid, deciding
        self._margins: dict[int, FloatArray] = {}
        nothing: tuple[tuple[Outline, ...], ...] = ((),) * slices
        self._outlines = [nothing] * len(fractions)
        self._areas = np.full((len(fractions), slices), np.nan)

    @property
    def contours(self) -> ChamberContours:
        """What was found so far."""
        return ChamberContours(tuple(self._outlines), self._areas)

    def add(self, phase: int, margins: FloatArray) -> None:
        """Margins of a phase ``(slices, side, side)``: above 0 inside the chamber, below 0 outside."""
        self._margins[phase] = margins
        for other in range(len(self._around)):
            missing = needed_phases(self._around, [other]) - self._margins.keys()
            if not missing and np.isnan(self._areas[other]).any():
                self._find(other)

    def _find(self, phase: int) -> None:
        inside = chamber_margin(self._steadied(phase), self._deciding)
        self._outlines[phase] = tuple(outlines_of(plane, self._grid) for plane in inside)
        self._areas[phase] = [area_of(outlines, self._grid.spacing) for outlines in self._outlines[phase]]

    def _steadied(self, phase: int) -> NDArray[np.float32]:
        """Margins drawn to what lies between the phases before and after.

        A border moves evenly from phase to phase; a piece that comes or goes for a single phase is the segmenter's.
        """
        around = self._around[phase]
        if around is None:
            return self._margins[phase].astype(np.float32)
        weights = (1.0 - STEADINESS, STEADINESS * (1.0 - around.place), STEADINESS * around.place)
        three = [self._margins[index] for index in (phase, around.before, around.after)]
        mean: NDArray[np.float32] = np.tensordot(
            np.array(weights, np.float32), np.stack(three).astype(np.float32), 1
        )
        return mean


def contours_of(
    margins: Sequence[FloatArray],
    fractions: FloatArray,
    grid: Grid,
    *,
    deciding: Sequence[int] | None = None,
) -> ChamberContours:
    """Contours where the margins of every phase are known; see ``CineContouring``."""
    contouring = CineContouring(fractions, len(margins[0]), grid, deciding=deciding)
    for phase, margin in enumerate(margins):
        contouring.add(phase, margin)
    return contouring.contours
