"""The strip beside a long-axis picture that marks which rows were acquired and which filled in."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from app.layers import Volume
from app.palette import PANEL, SLICE_LINE, scaled
from app.rendering.image_plane import ImagePlane
from app.rendering.view_transform import ViewTransform
from app.views.origin_marks import SMALLEST_LETTER_BOX, key_height, origin_stretches, paint_key, paint_origin
from app.views.text_cache import device_ratio
from calid_core.provenance import SliceOrigin

STRIP_WIDTH = 16.0
"""Logical pixels at the normal text size."""
KEY_EDGE = 4.0
"""Between a key and the end of the strip. Logical pixels."""


class OriginStrip:
    """Marks of one long-axis view; drawn once per zoom, pan and kinds of slices, then copied."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[SliceOrigin, ...], QPixmap] = {}
        self._drawn_for: tuple[object, ...] = ()

    def paint(
        self,
        painter: QPainter,
        volume: Volume,
        origins: tuple[SliceOrigin, ...],
        plane: ImagePlane,
        transform: ViewTransform,
        current: int,
    ) -> None:
        """The strip at the left edge, with the current slice framed; ``origins`` are those of the phase shown."""
        ratio = device_ratio(painter)
        key = (
            volume.geometry,
            plane.origin[2],
            tuple(plane.down),
            transform.target,
            transform.viewport,
            ratio,
            scaled(STRIP_WIDTH),
        )
        if key != self._drawn_for:
            self._pictures, self._drawn_for = {}, key
        picture = self._pictures.get(origins)
        if picture is None:
            picture = self._pictures[origins] = _draw(volume, origins, plane, transform, ratio)
        painter.drawPixmap(QPointF(0, 0), picture)
        painter.setPen(QPen(SLICE_LINE, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rows_of_slice(volume, plane, transform, current).adjusted(-1, 0, 1, 0))


def _draw(
    volume: Volume,
    origins: tuple[SliceOrigin, ...],
    plane: ImagePlane,
    transform: ViewTransform,
    ratio: float,
) -> QPixmap:
    size = QSize(round(scaled(STRIP_WIDTH) * ratio), max(1, round(transform.viewport[1] * ratio)))
    picture = QPixmap(size)
    picture.setDevicePixelRatio(ratio)
    picture.fill(PANEL)
    painter = QPainter(picture)
    lettered, marked = True, QRectF()
    for first, last in origin_stretches(origins):
        box = rows_of_slice(volume, plane, transform, first)
        box |= rows_of_slice(volume, plane, transform, last)
        paint_origin(painter, box, origins[first])
        lettered &= box.height() >= scaled(SMALLEST_LETTER_BOX)
        marked |= box
    if not lettered:
        _paint_key(painter, origins, transform.viewport[1], marked)
    painter.end()
    return picture


def _paint_key(painter: QPainter, origins: tuple[SliceOrigin, ...], height: float, marked: QRectF) -> None:
    """The key below what is ``marked``, else above it; none where the marks leave no room: it would hide them."""
    needed = key_height(origins) + KEY_EDGE
    if height - marked.bottom() >= needed:
        paint_key(painter, origins, QRectF(2, height - needed, scaled(STRIP_WIDTH) - 4, needed - KEY_EDGE))
    elif marked.top() >= needed:
        paint_key(painter, origins, QRectF(2, KEY_EDGE, scaled(STRIP_WIDTH) - 4, needed - KEY_EDGE))


def rows_of_slice(volume: Volume, plane: ImagePlane, transform: ViewTransform, index: int) -> QRectF:
    """The mark beside the rows that a slice takes: half way to its neighbours, half a pitch at most."""
    geometry = volume.geometry
    offsets, pitch = geometry.slice_offsets, geometry.pitch
    around = np.array([-np.inf, *offsets, np.inf])
    before = min(pitch, float(offsets[index] - around[index])) / 2
    after = min(pitch, float(around[index + 2] - offsets[index])) / 2
    middle = geometry.slice_position(index)
    ends = plane.to_pixel([middle - before * geometry.normal, middle + after * geometry.normal])[:, 0]
    top, bottom = sorted(transform.to_screen(float(row), 0.0)[1] for row in ends)
    return QRectF(2, top, scaled(STRIP_WIDTH) - 4, bottom - top)
