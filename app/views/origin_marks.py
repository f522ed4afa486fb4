"""The mark of a kind of slice: colour, hatch and letter together."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from app.palette import ORIGIN_COLOURS, PANEL, VIEWPORT, origin_brush, scaled, text_font
from app.theme import text_scale
from calid_core.provenance import SliceOrigin

SMALLEST_LETTER_BOX = 9.0
"""Logical pixels of height from which the letter is written."""
KEY_MARK, KEY_GAP = 20.0, 3.0
"""Longer side of each mark of a key, so that its fill is seen around the letter, and the room between two, logical pixels."""
KEY_HEIGHT = 14.0
"""Height of the marks of a key where they stand side by side, logical pixels."""


def origin_stretches(origins: Sequence[SliceOrigin]) -> list[tuple[int, int]]:
    """First and last index of what is marked together: each acquired slice alone, others with their like."""
    stretches: list[tuple[int, int]] = []
    for index, origin in enumerate(origins):
        if index and origin is not SliceOrigin.ACQUIRED and origin is origins[index - 1]:
            stretches[-1] = (stretches[-1][0], index)
        else:
            stretches.append((index, index))
    return stretches


def paint_origin(painter: QPainter, box: QRectF, origin: SliceOrigin) -> None:
    """A box filled for a kind of slice, with its letter where there is room."""
    painter.fillRect(box, VIEWPORT)
    painter.setPen(QPen(ORIGIN_COLOURS[origin], 0))
    painter.setBrush(origin_brush(origin))
    painter.drawRect(box.adjusted(0, 0.5, 0, -0.5))
    if box.height() >= scaled(SMALLEST_LETTER_BOX):
        _paint_letter(painter, box, origin)


def key_boxes(origins: Sequence[SliceOrigin], area: QRectF) -> dict[SliceOrigin, QRectF]:
    """Where the marks of a key stand at the foot of an area, each kind once: side by side, or one above the other where it is narrow."""
    kinds = [kind for kind in SliceOrigin if kind in origins]
    mark = scaled(KEY_MARK)
    step = mark + KEY_GAP
    if len(kinds) * step - KEY_GAP <= area.width():
        left = area.center().x() - (len(kinds) * step - KEY_GAP) / 2
        size, top = QSizeF(mark, scaled(KEY_HEIGHT)), area.bottom() - scaled(KEY_HEIGHT)
        return {kind: QRectF(QPointF(left + n * step, top), size) for n, kind in enumerate(kinds)}
    size, top = QSizeF(area.width(), mark), area.bottom() + KEY_GAP - len(kinds) * step
    return {kind: QRectF(QPointF(area.left(), top + n * step), size) for n, kind in enumerate(kinds)}


def key_height(origins: Sequence[SliceOrigin]) -> float:
    """Of a key whose marks stand one above the other."""
    return len(set(origins)) * (scaled(KEY_MARK) + KEY_GAP) - KEY_GAP


def paint_key(painter: QPainter, origins: Sequence[SliceOrigin], area: QRectF) -> None:
    """The fill and the letter of each kind of slice, for marks that are too short to carry their letters."""
    for kind, box in key_boxes(origins, area).items():
        painter.fillRect(box.adjusted(-2, -KEY_GAP, 2, KEY_GAP), PANEL)
        paint_origin(painter, box, kind)


def _paint_letter(painter: QPainter, box: QRectF, origin: SliceOrigin) -> None:
    size = min(11, int((box.height() - 1) / text_scale()))
    painter.setFont(text_font(size, bold=True))
    if origin is SliceOrigin.ACQUIRED:
        painter.setPen(VIEWPORT)
    else:
        painter.setPen(ORIGIN_COLOURS[origin])
        plate = QRectF(0, 0, scaled(size), scaled(size))
        plate.moveCenter(box.center())
        painter.fillRect(plate, VIEWPORT)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, origin.value)
