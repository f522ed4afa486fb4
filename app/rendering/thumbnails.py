"""Small pictures of a series and of which of its frames hold an image."""

import numpy as np

from app.presets import percentile_window
from app.rendering.windowing import GreyArray, Windowing
from calid_core.arrays import BoolArray, IntensityArray
from calid_core.cine import CineStack

PERCENTILES = (1.0, 99.5)
STRIDE = 4
"""Pixels apart that are looked at for percentiles and for empty frames."""


def automatic_windowing(image: IntensityArray) -> Windowing:
    """Windowing from a dark to a bright percentile of an image, for pictures that nobody measures on."""
    return Windowing(image.dtype, *percentile_window(image[..., ::STRIDE, ::STRIDE], *PERCENTILES))


def thumbnail(image: IntensityArray, windowing: Windowing, size: int) -> GreyArray:
    """Square grey picture of the middle of an image, every n-th pixel, about ``size`` wide.

    Parameters
    ----------
    image
        ``(rows, columns)``.
    """
    side = min(image.shape)
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    step = max(1, side // size)
    middle = image[top : top + side : step, left : left + side : step]
    return windowing.apply(np.ascontiguousarray(middle))


def occupied_frames(stack: CineStack) -> BoolArray:
    """``(slices, phases)``, which frames hold an image: a constant one is empty."""
    sampled = stack.intensity[:, :, ::STRIDE, ::STRIDE]
    occupied: BoolArray = (sampled != sampled[:, :, :1, :1]).any(axis=(2, 3))
    return occupied.T
