"""The mark of a kind of slice: colour, hatch and letter together."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.palette import ORIGIN_COLOURS, VIEWPORT, origin_brush, text_font
from calid_core.provenance import SliceOrigin

SMALLEST_LETTER_BOX = 9.0
"""Logical pixels of height from which the letter is written."""


def origin_stretches(origins: Sequence[SliceOrigin]) -> list[tuple[int, int]]:
    """First and last index of what is marked together: each acquired slice alone, others with their like."""
    stretches: list[tuple[int, int]] = []
    for index, origin in enumerate(origins):
        if index and origin is not SliceOrigin.ACQUIRED and origin is origins[index - 1]:
            stretches[-1] = (stretches[-1][0], index)
        else:
            stretches.append((index, index))
    return stretches


def paint_origin(painter: QPainter, box: QRectF, origin: SliceOrigin, *, letter: bool) -> None:
    """A box filled for a kind of slice, with its letter where there is room."""
    painter.fillRect(box, VIEWPORT)
    painter.setPen(QPen(ORIGIN_COLOURS[origin], 0))
    painter.setBrush(origin_brush(origin))
    painter.drawRect(box.adjusted(0, 0.5, 0, -0.5))
    if letter and box.height() >= SMALLEST_LETTER_BOX:
        _paint_letter(painter, box, origin)


def _paint_letter(painter: QPainter, box: QRectF, origin: SliceOrigin) -> None:
    size = int(min(11, box.height() - 1))
    painter.setFont(text_font(size, bold=True))
    if origin is SliceOrigin.ACQUIRED:
        painter.setPen(VIEWPORT)
    else:
        painter.setPen(ORIGIN_COLOURS[origin])
        plate = QRectF(0, 0, size, size)
        plate.moveCenter(box.center())
        painter.fillRect(plate, VIEWPORT)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, origin.value)
