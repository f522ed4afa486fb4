"""Volume of the left ventricle over the heart cycle, by automatic contours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack
from calid_core.evaluation.heart_box import estimated_box
from calid_core.metrics.clinical import VolumeCurve, slab_heights
from calid_core.preprocessing import percentile_scale
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage, ignore_progress
from calid_core.reconstruction import Reconstruction, SliceOrigin

if TYPE_CHECKING:
    from calid_core.models.segmenter import Segmenter

LEFT_VENTRICLE = 3
"""Label of the frozen segmenter."""


class Contourer:
    """Areas of the left ventricle in slices of one patient.

    Parameters
    ----------
    stack
        Gives the intensity scale and where the heart is.
    segmenter
        The network; None for the one that ships.
    """

    def __init__(self, stack: CineStack, segmenter: Segmenter | None = None) -> None:
        if segmenter is None:
            # torch is imported only where a network runs.
            from calid_core.models.shipped_segmenter import shipped_segmenter

            segmenter = shipped_segmenter()
        self._segmenter = segmenter
        self._scale, self._centre = percentile_scale(stack.intensity), estimated_box(stack).centre
        self._spacing = stack.geometry.spacing[1:]

    def areas(self, slices: IntensityArray) -> FloatArray:
        """``(slices,)``, mm² of the ventricle in images ``(slices, rows, columns)``."""
        images = np.clip(self._scale.apply(slices), 0.0, 1.0)
        labels = self._segmenter.segment(images, spacing=self._spacing, centre=self._centre)
        pixels: FloatArray = (labels == LEFT_VENTRICLE).sum(axis=(1, 2)) * float(np.prod(self._spacing))
        return pixels


def acquired_curve(
    stack: CineStack,
    contourer: Contourer,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> tuple[VolumeCurve, FloatArray]:
    """The curve of the acquired slices, and the areas ``(phases, slices)`` in mm² behind it."""
    cancel = cancel or CancelToken()
    areas = np.zeros((stack.phases, stack.slices))
    for phase, volume in enumerate(stack.intensity):
        cancel.raise_if_cancelled()
        areas[phase] = contourer.areas(volume)
        on_progress(Progress(Stage.CHECKING, phase + 1, stack.phases))
    heights = slab_heights(stack.geometry.slice_offsets, ends=stack.geometry.pitch / 2)
    return VolumeCurve(stack.phase_times, areas @ heights / 1000.0), areas


def made_curve(
    made: Reconstruction,
    areas: FloatArray,
    contourer: Contourer,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> VolumeCurve:
    """The curve of a reconstruction.

    Parameters
    ----------
    areas
        ``(phases, acquired slices)``, mm² in the acquired slices, which are the same here and need no second look.
    """
    cancel = cancel or CancelToken()
    phases = len(made.intensity)
    missing = [i for i, p in enumerate(made.provenance) if p.origin is not SliceOrigin.ACQUIRED]
    heights = slab_heights(made.geometry.slice_offsets, ends=made.acquired.geometry.pitch / 2)
    volumes = np.zeros(phases)
    for phase in range(phases):
        cancel.raise_if_cancelled()
        of_slices = np.zeros(made.geometry.slices)
        of_slices[list(made.acquired_indices)] = areas[phase]
        if missing:
            of_slices[missing] = contourer.areas(made.intensity[phase, missing])
        volumes[phase] = of_slices @ heights / 1000.0
        on_progress(Progress(Stage.CHECKING, phase + 1, phases))
    return VolumeCurve(made.phase_times, volumes)
