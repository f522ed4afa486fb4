"""What the colours of a signed difference mean."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from app.palette import SHADOW, TEXT, scaled, text_font
from app.rendering.colour_maps import DIFFERENCE
from app.translation import tr

WIDTH, HEIGHT, LINE = 160.0, 10.0, 14.0
BELOW = 98.0
"""Below badge and chips, logical pixels."""
STOPS = 8


def paint_difference_legend(painter: QPainter, area: QRectF, limit: float) -> QRectF:
    """A bar from too dark (blue, minus) over equal (dark, as the room is) to too bright (orange, plus); its plate."""
    width = min(scaled(WIDTH), area.width() - 16)
    plate = QRectF(
        area.right() - width - 12, area.top() + scaled(BELOW), width + 8, HEIGHT + 2 * scaled(LINE) + 6
    )
    painter.fillRect(plate, SHADOW)
    bar = QRectF(plate.left() + 4, plate.top() + scaled(LINE) + 1, width, HEIGHT)
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    for stop in range(STOPS + 1):
        red, green, blue = (int(c) for c in DIFFERENCE[round(255 * stop / STOPS)])
        gradient.setColorAt(stop / STOPS, QColor(red, green, blue))
    painter.fillRect(bar, gradient)
    painter.setFont(text_font(10))
    painter.setPen(QPen(TEXT, 0))
    title = QRectF(QPointF(bar.left(), plate.top()), bar.topRight())
    painter.drawText(title, Qt.AlignmentFlag.AlignCenter, tr("darker  ·  equal  ·  brighter"))
    ends = QRectF(bar.left(), bar.bottom() + 1, bar.width(), scaled(LINE))
    painter.drawText(ends, Qt.AlignmentFlag.AlignLeft, f"−{limit:.3g}")
    painter.drawText(ends, Qt.AlignmentFlag.AlignHCenter, "0")
    painter.drawText(ends, Qt.AlignmentFlag.AlignRight, f"+{limit:.3g}")
    return plate
