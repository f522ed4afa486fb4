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
from calid_core.errors import DeviceMemoryError
from calid_core.preprocessing import cine_scale
from calid_core.settings import Device

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
    device
        Where that one runs: a GPU that is absent, cannot be used or has no memory left is passed over for the CPU.
    """

    def __init__(
        self,
        stack: CineStack,
        segmenter: VentricleSegmenter | None = None,
        *,
        device: Device = Device.CPU,
    ) -> None:
        own = segmenter is None
        if segmenter is None:
            segmenter, self._centre = _shipped(device), found_heart(stack)
        else:
            self._centre = heart_centre(stack, segmenter)
        self._segmenter = segmenter
        self._cpu_is_left = own and device is not Device.CPU
        self._scale = cine_scale(stack.intensity)
        self._spacing = stack.geometry.spacing[1:]

    def margins(self, slices: IntensityArray) -> Margins:
        """What the segmenter sees in images ``(slices, rows, columns)``, each looked at alone."""
        images = np.clip(self._scale.apply(slices), 0.0, 1.0)
        try:
            found = self._seen_in(images)
        except DeviceMemoryError:
            if not self._cpu_is_left:
                raise
            self._segmenter, self._cpu_is_left = _shipped(Device.CPU), False
            found = self._seen_in(images)
        return found.astype(np.float16)

    def _seen_in(self, images: FloatArray) -> FloatArray:
        return self._segmenter.left_ventricle(images, spacing=self._spacing, centre=self._centre)

    def contouring(
        self, fractions: FloatArray, slices: int, *, deciding: Sequence[int] | None = None
    ) -> CineContouring:
        """Finds the one chamber in the margins of phases at ``fractions`` ``(phases,)`` of the heart cycle; see there."""
        grid = self._segmenter.grid(spacing=self._spacing, centre=self._centre)
        return CineContouring(fractions, slices, grid, deciding=deciding)


def _shipped(device: Device) -> VentricleSegmenter:
    """The segmenter that ships, on the best device there is, or on the CPU where that is asked for or the other is full."""
    # torch is imported only where a network runs.
    from calid_core.models.shipped_segmenter import shipped_segmenter

    # Settings of a run from another machine may name a GPU that is not here.
    wish = device if device is Device.CPU else Device.AUTO
    try:
        return shipped_segmenter(wish)
    except DeviceMemoryError:
        return shipped_segmenter(Device.CPU)
