"""Intensities as 16-bit DICOM pixels, and the window to show them in."""

from dataclasses import dataclass

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.cine import CineStack
from calid_core.real_values import STORED, RealScale
from calid_core.reconstruction import Reconstruction


@dataclass(frozen=True)
class PixelCode:
    """How intensities become 16-bit pixels.

    Parameters
    ----------
    intensity
        Pixels as intensities.
    signed
        Whether pixels may be negative.
    """

    intensity: RealScale
    signed: bool

    @property
    def rounding(self) -> float:
        """Largest difference between an intensity and what its pixel says; 0 where values are kept."""
        return 0.0 if self.intensity == STORED else self.intensity.slope / 2

    @property
    def mirror(self) -> int:
        """Sum of a pixel and its mirror image within 16 bits."""
        return -1 if self.signed else 65535


def pixel_code(result: Reconstruction) -> PixelCode:
    """16-bit integers keep their values; anything else is spread over 16 bits."""
    intensity = result.intensity
    if intensity.dtype.kind in "iu" and intensity.dtype.itemsize <= 2:
        return PixelCode(STORED, intensity.dtype.kind == "i")
    low, high = float(intensity.min()), float(intensity.max())
    if intensity.dtype.kind in "iu" and low >= -32768 and high <= 32767:
        return PixelCode(STORED, True)
    return PixelCode(RealScale((high - low) / 65535 or 1.0, low), False)


def encoded(values: IntensityArray, code: PixelCode) -> IntensityArray:
    """Pixels of intensities."""
    if code.intensity == STORED:
        return values
    encoded: IntensityArray = np.clip(np.rint(code.intensity.to_stored(values.astype(np.float64))), 0, 65535)
    return encoded


def display_window(stack: CineStack) -> tuple[float, float]:
    """Window centre and width in real values: as stated by the source, else 1 to 99.5 % of the intensities."""
    window = stack.source.window
    if window is None:
        low, high = np.percentile(stack.intensity[0], (1, 99.5))
        window = float(low + high) / 2, float(high - low)
    return stack.source.real.window_to_real(window)
