"""Contours of the left ventricle in the slices of one patient, by the frozen segmenter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack
from calid_core.contouring.cine_contours import CineContouring
from calid_core.contouring.heart_box import found_heart, heart_centre
from calid_core.contouring.ventricle_segmenter import VentricleSegmenter
from calid_core.preprocessing import cine_scale

Margins = NDArray[np.float16]
"""``(slices, side, side)``: above 0 where the segmenter sees the left ventricle."""


class Contourer:
    """Finds the left ventricle in slices of one patient.

    Parameters
    ----------
    stack
        Gives the intensity scale and where the heart is.
    segmenter
        The network; None for the one that ships.
    """

    def __init__(self, stack: CineStack, segmenter: VentricleSegmenter | None = None) -> None:
        if segmenter is None:
            # torch is imported only where a network runs.
            from calid_core.models.shipped_segmenter import shipped_segmenter

            segmenter, self._centre = shipped_segmenter(), found_heart(stack)
        else:
            self._centre = heart_centre(stack, segmenter)
        self._segmenter = segmenter
        self._scale = cine_scale(stack.intensity)
        self._spacing = stack.geometry.spacing[1:]

    def margins(self, slices: IntensityArray) -> Margins:
        """What the segmenter sees in images ``(slices, rows, columns)``, each looked at alone."""
        images = np.clip(self._scale.apply(slices), 0.0, 1.0)
        found = self._segmenter.left_ventricle(images, spacing=self._spacing, centre=self._centre)
        return found.astype(np.float16)

    def contouring(
        self, fractions: FloatArray, slices: int, *, deciding: Sequence[int] | None = None
    ) -> CineContouring:
        """Finds the one chamber in the margins of phases at ``fractions`` ``(phases,)`` of the heart cycle; see there."""
        grid = self._segmenter.grid(spacing=self._spacing, centre=self._centre)
        return CineContouring(fractions, slices, grid, deciding=deciding)
