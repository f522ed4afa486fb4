"""Volume of the left ventricle over the heart cycle, by automatic contours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from calid_core.checks.contourer import Contourer, Margins
from calid_core.cine import CineStack
from calid_core.contouring.cine_contours import CineContouring
from calid_core.contouring.contours import ChamberContours
from calid_core.filling import phase_order
from calid_core.geometry import Geometry
from calid_core.metrics.clinical import VolumeCurve, slab_heights
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage, ignore_progress
from calid_core.provenance import SliceOrigin
from calid_core.reconstruction import Reconstruction


@dataclass(frozen=True, eq=False)
class Contoured:
    """The left ventricle in every slice of a stack or of a reconstruction.

    Parameters
    ----------
    curve
        Its volume over the heart cycle.
    contours
        Behind the volumes.
    margins
        Of every phase, what the segmenter saw in the slices.
    """

    curve: VolumeCurve
    contours: ChamberContours
    margins: tuple[Margins, ...]


OnContours = Callable[[ChamberContours], None]
"""Called after every phase with what was found so far."""


def contour_stack(
    stack: CineStack,
    contourer: Contourer,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    first_phase: int = 0,
    on_contours: OnContours | None = None,
) -> Contoured:
    """The ventricle in the acquired slices; phases near ``first_phase`` are looked at first."""
    walk = _Walk(on_progress, cancel or CancelToken(), first_phase, on_contours)
    contouring = contourer.contouring(stack.cycle_fractions, stack.slices)
    margins = walk.through(contouring, lambda phase: contourer.margins(stack.intensity[phase]), stack.phases)
    return _contoured(contouring.contours, margins, stack.geometry, stack)


def contour_made(
    made: Reconstruction,
    acquired: Contoured,
    contourer: Contourer,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    first_phase: int = 0,
    on_contours: OnContours | None = None,
) -> Contoured:
    """The ventricle in all slices of a reconstruction; phases near ``first_phase`` are looked at first.

    Parameters
    ----------
    acquired
        What ``contour_stack`` found: the acquired slices are the same here, are not segmented anew and decide where the
        ventricle ends.
    """
    missing = [i for i, p in enumerate(made.provenance) if p.origin is not SliceOrigin.ACQUIRED]

    def margins_of(phase: int) -> Margins:
        known = acquired.margins[phase]
        every = np.zeros((made.geometry.slices, *known.shape[1:]), known.dtype)
        every[list(made.acquired_indices)] = known
        if missing:
            every[missing] = contourer.margins(made.intensity[phase, missing])
        return every

    walk = _Walk(on_progress, cancel or CancelToken(), first_phase, on_contours)
    contouring = contourer.contouring(
        made.acquired.cycle_fractions, made.geometry.slices, deciding=made.acquired_indices
    )
    margins = walk.through(contouring, margins_of, len(made.intensity))
    return _contoured(contouring.contours, margins, made.geometry, made.acquired)


def _contoured(
    contours: ChamberContours, margins: tuple[Margins, ...], geometry: Geometry, acquired: CineStack
) -> Contoured:
    """With the volumes within ``contours`` on the grid ``geometry``, whose ends reach as far as those of the acquired stack."""
    heights = slab_heights(geometry.slice_offsets, ends=acquired.geometry.pitch / 2)
    curve = VolumeCurve(acquired.phase_times, contours.areas @ heights / 1000.0)
    return Contoured(curve, contours, margins)


@dataclass(frozen=True)
class _Walk:
    """Through the phases, from ``first_phase`` on."""

    on_progress: ProgressCallback
    cancel: CancelToken
    first_phase: int
    on_contours: OnContours | None

    def through(
        self, contouring: CineContouring, margins_of: Callable[[int], Margins], phases: int
    ) -> tuple[Margins, ...]:
        """Contour every phase; returns the margins of all."""
        margins = {}
        # The contours of a phase need the margins of those beside it.
        before = (self.first_phase - 1) % phases
        for done, phase in enumerate(phase_order(phases, before)):
            self.cancel.raise_if_cancelled()
            margins[phase] = margins_of(phase)
            contouring.add(phase, margins[phase])
            if self.on_contours is not None:
                self.on_contours(contouring.contours)
            self.on_progress(Progress(Stage.CHECKING, done + 1, phases))
        return tuple(margins[phase] for phase in range(phases))
