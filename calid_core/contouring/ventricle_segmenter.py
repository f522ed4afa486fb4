"""What is needed of a network that finds the left ventricle; ``calid_core.models.segmenter.Segmenter`` is one."""

from __future__ import annotations

from typing import Protocol

from calid_core.arrays import FloatArray
from calid_core.contouring.contours import Grid


class VentricleSegmenter(Protocol):
    """Sees the left ventricle in a square about a given place."""

    def left_ventricle(
        self, slices: FloatArray, *, spacing: tuple[float, float], centre: tuple[float, float]
    ) -> FloatArray:
        """Above 0 inside the ventricle, ``(slices, side, side)``."""
        ...

    def grid(self, *, spacing: tuple[float, float], centre: tuple[float, float]) -> Grid:
        """Where that square lies in the images."""
        ...
