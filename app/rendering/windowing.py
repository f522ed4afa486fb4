"""Intensities to grey levels by window centre and width, as DICOM defines it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from calid_core.arrays import FloatArray, IntensityArray

GreyArray = NDArray[np.uint8]
TABLE_BYTES = 2
"""Integer types up to this size are windowed through a table of all their values."""
SMALLEST_WIDTH = 1e-9
"""A float window narrower than this is a threshold."""


def linear_levels(values: FloatArray, centre: float, width: float) -> FloatArray:
    """Grey levels 0 to 255 of whole-number intensities.

    ``VOI LUT Function`` LINEAR (PS3.3 C.11.2.1.2.1); a width of 1 or less is a threshold at ``centre - 0.5``.
    """
    if width <= 1:
        return np.where(values > centre - 0.5, 255.0, 0.0)
    levels: FloatArray = ((values - (centre - 0.5)) / (width - 1) + 0.5) * 255.0
    return np.clip(levels, 0.0, 255.0)


def linear_exact_levels(values: FloatArray, centre: float, width: float) -> FloatArray:
    """Grey levels 0 to 255 of real-valued intensities, NaN as 0.

    ``VOI LUT Function`` LINEAR_EXACT (PS3.3 C.11.2.1.3.2), because LINEAR counts in steps of 1.
    """
    gain = 255.0 / max(width, SMALLEST_WIDTH)
    levels = np.multiply(values, gain, dtype=np.float32)
    levels += 127.5 - centre * gain
    np.clip(levels, 0.0, 255.0, out=levels)
    return np.nan_to_num(levels, copy=False, nan=0.0)


class Windowing:
    """Intensities of one data type to grey levels at one window; made again when the window changes.

    Parameters
    ----------
    dtype
        Type of the intensities that will come.
    centre, width
        In intensity units.
    inverted
        Whether high intensities are dark.
    """

    def __init__(self, dtype: np.dtype[Any], centre: float, width: float, *, inverted: bool = False) -> None:
        self._dtype = np.dtype(dtype)
        self._centre, self._width, self._inverted = centre, width, inverted
        self._table = self._whole_table() if self._small_integer else None

    @property
    def _small_integer(self) -> bool:
        return self._dtype.kind in "iu" and self._dtype.itemsize <= TABLE_BYTES

    def _whole_table(self) -> GreyArray:
        """Grey level of every value of the type, in the order of its bit patterns."""
        patterns = np.arange(256**self._dtype.itemsize, dtype=f"u{self._dtype.itemsize}")
        native = self._dtype.newbyteorder("=")
        return self._levels(patterns.view(native))

    def _levels(self, values: IntensityArray) -> GreyArray:
        if self._dtype.kind in "iu":
            levels = linear_levels(values.astype(np.float64), self._centre, self._width)
        else:
            levels = linear_exact_levels(np.asarray(values), self._centre, self._width)
        grey = (levels + 0.5).astype(np.uint8)
        return 255 - grey if self._inverted else grey

    def apply(self, values: IntensityArray, out: GreyArray | None = None) -> GreyArray:
        """Grey levels of an image.

        Parameters
        ----------
        values
            Intensities of the data type given at construction, any shape.
        out
            Array of the same shape that takes the levels; made when None.
        """
        if values.dtype != self._dtype:
            raise ValueError(f"made for {self._dtype}, got {values.dtype}")
        if out is None:
            out = np.empty(values.shape, dtype=np.uint8)
        if self._table is None:
            out[...] = self._levels(values)
            return out
        native = np.ascontiguousarray(values, dtype=self._dtype.newbyteorder("="))
        patterns = native.view(f"u{native.itemsize}")
        # "clip" spares numpy a buffered copy; no pattern lies outside the table.
        np.take(self._table, patterns, out=out, mode="clip")
        return out
