"""What is needed of a network that finds the left ventricle; ``calid_core.models.segmenter.Segmenter`` is one."""

from __future__ import annotations

from typing import Protocol

from calid_core.arrays import FloatArray
from calid_core.grid import Grid


class VentricleSegmenter(Protocol):
    """Sees the left ventricle in a square about a given place."""

    def left_ventricle(
        self, slices: FloatArray, *, spacing: tuple[float, float], centre: tuple[float, float]
    ) -> FloatArray:
        """Above 0 inside the ventricle, ``(slices, side, side)``, each slice looked at alone.

        ``slices`` are ``(slices, rows, columns)``, 0 to 1; ``spacing`` is that of rows and columns in mm, ``centre`` the row and
        column index about which the square lies.
        """
        ...

    def grid(self, *, spacing: tuple[float, float], centre: tuple[float, float]) -> Grid:
        """Where that square lies in the images."""
        ...
