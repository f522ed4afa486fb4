"""The pixels of a picture: grey levels and an overlay, made once per change and painted as often as needed."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from app.rendering.composition import overlay_colours
from app.rendering.view_transform import ViewTransform
from app.rendering.windowing import GreyArray, Windowing
from app.views.picture import UncertaintyMap
from app.views.slice_painter import paint_image
from calid_core.arrays import FloatArray, IntensityArray

OPAQUE_GREYS = np.arange(256, dtype=np.uint32) * 0x010101 + 0xFF000000
"""0xffRRGGBB of every grey level: Qt scales RGB32 smoothly in half the time that Grayscale8 takes."""


class PictureImages:
    """Grey image and overlay of one view; the memory is kept as long as the shape stays the same."""

    def __init__(self) -> None:
        self._windowing: tuple[object, Windowing] | None = None
        self._grey: GreyArray = np.zeros((0, 0), dtype=np.uint8)
        self._opaque: NDArray[np.uint32] = np.zeros((0, 0), dtype=np.uint32)
        self._image = QImage()
        self._overlay: QImage | None = None

    @property
    def grey(self) -> GreyArray:
        """``(rows, columns)``, grey levels on the screen."""
        return self._grey

    def fill(self, values: IntensityArray, window: tuple[float, float], *, inverted: bool) -> None:
        """Window intensities ``(rows, columns)``."""
        key = (values.dtype, window, inverted)
        if self._windowing is None or self._windowing[0] != key:
            self._windowing = (key, Windowing(values.dtype, *window, inverted=inverted))
        if self._grey.shape != values.shape:
            rows, columns = values.shape
            self._grey = np.zeros((rows, columns), dtype=np.uint8)
            self._opaque = np.zeros((rows, columns), dtype=np.uint32)
            self._image = QImage(self._opaque.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        self._windowing[1].apply(values, self._grey)
        np.take(OPAQUE_GREYS, self._grey, out=self._opaque, mode="clip")

    def fill_overlay(self, overlay: UncertaintyMap, values: FloatArray) -> None:
        """Colour the part ``(rows, columns)`` of an overlay that belongs to the picture."""
        colours = overlay_colours(
            values, largest=overlay.largest, threshold=overlay.threshold, opacity=overlay.opacity
        )
        self._overlay = _colour_image(colours)

    def clear_overlay(self) -> None:
        """Show the picture alone."""
        self._overlay = None

    def paint(self, painter: QPainter, transform: ViewTransform, *, smooth: bool) -> None:
        """Both at their place."""
        paint_image(painter, self._image, transform, smooth=smooth)
        if self._overlay is not None:
            paint_image(painter, self._overlay, transform, smooth=smooth)


def _colour_image(colours: NDArray[np.uint8]) -> QImage:
    """Image of its own memory from premultiplied RGBA ``(rows, columns, 4)``."""
    rows, columns = colours.shape[:2]
    data = np.ascontiguousarray(colours)
    image = QImage(data.data, columns, rows, columns * 4, QImage.Format.Format_RGBA8888_Premultiplied)
    return image.copy()
