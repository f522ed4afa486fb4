"""What the colours of an overlay mean."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from app.rendering.colour_maps import CIVIDIS
from app.views.palette import SHADOW, TEXT, text_font
from app.views.picture import OverlayMap

WIDTH, BAR_WIDTH, LINE, MARGIN = 88.0, 10.0, 13.0, 4.0
LEGEND_WIDTH = WIDTH + MARGIN
"""Taken at the right edge of a view, logical pixels."""
TOP, LARGEST_HEIGHT = 52.0, 60.0
"""Highest place, logical pixels."""
LETTER_ROOM = 16.0
"""Left free above the middle of the right edge, where a letter stands."""
STOPS = 8


def paint_legend(painter: QPainter, area: QRectF, overlay: OverlayMap, below_badge: float) -> QRectF:
    """A colour bar below the badge, which ends at ``below_badge``, from the threshold to the largest value; its plate."""
    top = max(TOP, below_badge)
    room = area.height() / 2 - LETTER_ROOM - top - LINE
    height = min(LARGEST_HEIGHT, room if room >= 2 * LINE else area.height() - top - 4 * LINE)
    if height < 2 * LINE:
        return QRectF()
    plate = QRectF(area.width() - LEGEND_WIDTH, top, WIDTH, height + LINE + 6)
    bar = QRectF(plate.right() - BAR_WIDTH - 4, plate.top() + LINE + 2, BAR_WIDTH, height)
    gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
    lowest = overlay.threshold / overlay.largest
    for stop in range(STOPS + 1):
        share = stop / STOPS
        red, green, blue = (int(c) for c in CIVIDIS[round(255 * (lowest + (1 - lowest) * share))])
        gradient.setColorAt(share, QColor(red, green, blue))
    painter.fillRect(bar, gradient)
    _write(painter, QRectF(plate.left(), plate.top() + 1, WIDTH - 4, LINE), overlay.label)
    for value, y in ((overlay.largest, bar.top()), (overlay.threshold, bar.bottom() - LINE)):
        text = QRectF(QPointF(plate.left(), y), QPointF(bar.left() - 4, y + LINE))
        _write(painter, text, value_text(value, overlay.intensity_range))
    return plate


def value_text(value: float, intensity_range: float | None) -> str:
    """A half-width, in percent of the range of the acquired intensities where that is known: their units mean nothing."""
    if not intensity_range:
        return f"± {value:.3g}"
    return f"± {100 * value / intensity_range:.2g} %"


def _write(painter: QPainter, box: QRectF, text: str) -> None:
    """Small text with a shadow, at the right end of a box."""
    painter.setFont(text_font(10))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for colour, shift in ((SHADOW, 1.0), (TEXT, 0.0)):
        painter.setPen(QPen(colour, 0))
        painter.drawText(box.translated(shift, shift), right, text)
