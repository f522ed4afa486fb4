"""Short texts over images, drawn once with a shadow and then copied."""

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPixmap

from app.palette import NORMAL_TEXT, SHADOW, TEXT, scaled, text_font

CAPACITY = 400
"""Texts kept; a cine of 50 phases with its times needs about 100."""

OUTLINE = (
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.0, 1.0),
    (0.0, -1.0),
    (0.8, 0.8),
    (-0.8, 0.8),
    (0.8, -0.8),
    (-0.8, -0.8),
)
"""Where the shadow is drawn, logical pixels: all around, so that texts stay legible on bright fat."""
EDGES = 3.0
"""How much wider a picture is than its text, logical pixels."""


class TextCache:
    """Pictures of texts, the oldest forgotten first."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[tuple[str, int, float, bool, float], QPixmap] = OrderedDict()

    def picture(
        self, text: str, ratio: float, *, colour: QColor = TEXT, size: int = NORMAL_TEXT, bold: bool = False
    ) -> QPixmap:
        """The text on a transparent ground.

        Parameters
        ----------
        ratio
            Device pixels per logical pixel of the target.
        size
            Logical pixels at the normal text size.
        """
        key = (text, colour.rgba(), scaled(size), bold, ratio)
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = _drawn(text, ratio, colour, size, bold)
            if len(self._pictures) > CAPACITY:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(key)
        return picture


def _drawn(text: str, ratio: float, colour: QColor, size: int, bold: bool) -> QPixmap:
    font = text_font(size, bold=bold)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + EDGES, metrics.height() + 1
    picture = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setFont(font)
    painter.setPen(SHADOW)
    base = QPointF(1.0, metrics.ascent())
    for dx, dy in OUTLINE:
        painter.drawText(base + QPointF(dx, dy), text)
    painter.setPen(colour)
    painter.drawText(base, text)
    painter.end()
    return picture


def device_ratio(painter: QPainter) -> float:
    """Device pixels per logical pixel of what is really painted on, also while a widget is grabbed."""
    return painter.paintEngine().paintDevice().devicePixelRatioF()


def draw_text(painter: QPainter, x: float, y: float, picture: QPixmap) -> QRectF:
    """Copy a text to a place, moved to whole device pixels so that it stays sharp; the room that it was given."""
    ratio = picture.devicePixelRatioF()
    painter.drawPixmap(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), picture)
    return QRectF(QPointF(x, y), picture.deviceIndependentSize())


def width(picture: QPixmap) -> float:
    """Width in logical pixels."""
    return picture.deviceIndependentSize().width()


def height(picture: QPixmap) -> float:
    """Height in logical pixels."""
    return picture.deviceIndependentSize().height()
