"""Volume of the left ventricle over the heart cycle, by automatic contours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calid_core.checks.contourer import Contourer, Margins
from calid_core.cine import CineStack
from calid_core.contouring.contours import ChamberContours
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


def contour_stack(
    stack: CineStack,
    contourer: Contourer,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Contoured:
    """The ventricle in the acquired slices."""
    cancel = cancel or CancelToken()
    margins = []
    for phase, volume in enumerate(stack.intensity):
        cancel.raise_if_cancelled()
        margins.append(contourer.margins(volume))
        on_progress(Progress(Stage.CHECKING, phase + 1, stack.phases))
    contours = contourer.contours(margins, stack.cycle_fractions, cancel)
    heights = slab_heights(stack.geometry.slice_offsets, ends=stack.geometry.pitch / 2)
    curve = VolumeCurve(stack.phase_times, contours.areas @ heights / 1000.0)
    return Contoured(curve, contours, tuple(margins))


def contour_made(
    made: Reconstruction,
    acquired: Contoured,
    contourer: Contourer,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Contoured:
    """The ventricle in all slices of a reconstruction.

    Parameters
    ----------
    acquired
        What ``contour_stack`` found: the acquired slices are the same here, are not segmented anew and decide where the
        ventricle ends.
    """
    cancel = cancel or CancelToken()
    phases = len(made.intensity)
    missing = [i for i, p in enumerate(made.provenance) if p.origin is not SliceOrigin.ACQUIRED]
    margins = []
    for phase in range(phases):
        cancel.raise_if_cancelled()
        known = acquired.margins[phase]
        every = np.zeros((made.geometry.slices, *known.shape[1:]), known.dtype)
        every[list(made.acquired_indices)] = known
        if missing:
            every[missing] = contourer.margins(made.intensity[phase, missing])
        margins.append(every)
        on_progress(Progress(Stage.CHECKING, phase + 1, phases))
    contours = contourer.contours(
        margins, made.acquired.cycle_fractions, cancel, deciding=made.acquired_indices
    )
    heights = slab_heights(made.geometry.slice_offsets, ends=made.acquired.geometry.pitch / 2)
    curve = VolumeCurve(made.phase_times, contours.areas @ heights / 1000.0)
    return Contoured(curve, contours, tuple(margins))
