"""Chips that name the compared layers and say which one is on the screen."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from app.translation import tr
from app.views.palette import ACCENT, MUTED_TEXT, SHADOW, VIEWPORT, text_font

HEIGHT, MARGIN, TOP = 19.0, 6.0, 72.0
COMPACT_WIDTH, COMPACT_TOP = 330.0, 104.0


def marked(name: str, *, judged: bool) -> str:
    """The name of a compared layer, which says whether verdicts are about it."""
    return tr("Judged: {name}").format(name=name) if judged else name


@dataclass(frozen=True)
class Chip:
    """The name of one compared layer.

    Parameters
    ----------
    name
        Of the layer.
    shown
        Whether it is on the screen now: filled and marked, else outlined.
    """

    name: str
    shown: bool


def paint_chips(painter: QPainter, area: QRectF, chips: tuple[Chip, ...]) -> tuple[QRectF, ...]:
    """One chip below the other at the left edge, below the titles; where they stand."""
    top = area.top() + (TOP if area.width() >= COMPACT_WIDTH else COMPACT_TOP)
    room = area.width() - 2 * MARGIN
    boxes = []
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, chip in enumerate(chips):
        font = text_font(12, bold=chip.shown)
        mark = "● " if chip.shown else "○ "
        text = QFontMetricsF(font).elidedText(mark + chip.name, Qt.TextElideMode.ElideMiddle, room - 14)
        box = QRectF(area.left() + MARGIN, top, QFontMetricsF(font).horizontalAdvance(text) + 14, HEIGHT)
        box.translate(0, number * (HEIGHT + 3))
        boxes.append(box)
        painter.setPen(QPen(ACCENT if chip.shown else MUTED_TEXT, 1))
        painter.setBrush(ACCENT if chip.shown else SHADOW)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(VIEWPORT if chip.shown else MUTED_TEXT)
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return tuple(boxes)
