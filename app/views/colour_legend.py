"""What the colours of an uncertainty mean."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from app.palette import SHADOW, TEXT, scaled, text_font
from app.rendering.colour_maps import CIVIDIS
from app.translation import tr
from app.views.picture import UncertaintyMap

WIDTH, BAR_WIDTH, LINE, MARGIN = 88.0, 10.0, 13.0, 4.0
HEADING = 2 * LINE
AROUND_BAR = HEADING + 6.0
"""Height of the plate beyond that of the bar, logical pixels."""
TOP, SMALLEST_HEIGHT, LARGEST_HEIGHT = 52.0, 26.0, 60.0
"""Highest place and heights of the bar, logical pixels."""
STOPS = 8


def paint_legend(
    painter: QPainter,
    area: QRectF,
    overlay: UncertaintyMap,
    below_badge: float,
    written: Sequence[QRectF] = (),
) -> QRectF:
    """A colour bar below the badge and off other texts, from the threshold to the largest value; its plate, empty where there is no room for it.

    Parameters
    ----------
    below_badge
        Where the badge ends, logical pixels.
    written
        Where texts stand.
    """
    plate = _place(area, max(scaled(TOP), below_badge), written)
    if plate.isEmpty():
        return plate
    height = plate.height() - scaled(AROUND_BAR)
    bar = QRectF(plate.right() - BAR_WIDTH - 4, plate.top() + scaled(HEADING) + 2, BAR_WIDTH, height)
    gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
    lowest = overlay.threshold / overlay.largest
    for stop in range(STOPS + 1):
        share = stop / STOPS
        red, green, blue = (int(c) for c in CIVIDIS[round(255 * (lowest + (1 - lowest) * share))])
        gradient.setColorAt(share, QColor(red, green, blue))
    painter.fillRect(bar, gradient)
    heading = QRectF(plate.left(), plate.top() + 1, scaled(WIDTH) - 4, scaled(HEADING))
    _write(painter, heading, tr("90 % interval,\n% of range", "two short lines"))
    for value, y in ((overlay.largest, bar.top()), (overlay.threshold, bar.bottom() - scaled(LINE))):
        text = QRectF(QPointF(plate.left(), y), QPointF(bar.left() - 4, y + scaled(LINE)))
        _write(painter, text, value_text(value, overlay.intensity_range))
    return plate


def _place(area: QRectF, top: float, written: Sequence[QRectF]) -> QRectF:
    """The plate, off the texts: at the right edge, else left of what stands there, short of the middle; empty where there is no room."""
    width = scaled(WIDTH)
    beside = (text.left() for text in written if text.left() - width >= area.width() / 2)
    for right in (area.width() - MARGIN, *sorted(beside, reverse=True)):
        plate = QRectF(right - width, top, width, scaled(SMALLEST_HEIGHT) + scaled(AROUND_BAR))
        while hit := next((text for text in written if text.intersects(plate)), None):
            plate.moveTop(hit.bottom())
        column = QRectF(plate.left(), plate.top(), width, area.height())
        end = min((text.top() for text in written if text.intersects(column)), default=area.height())
        height = min(end, area.height() - 3 * scaled(LINE)) - plate.top() - scaled(AROUND_BAR)
        if height >= scaled(SMALLEST_HEIGHT):
            plate.setHeight(min(scaled(LARGEST_HEIGHT), height) + scaled(AROUND_BAR))
            return plate
    return QRectF()


def value_text(value: float, intensity_range: float) -> str:
    """A half-width, in percent of the range of the acquired intensities."""
    return f"± {100 * value / intensity_range:.2g} %"


def _write(painter: QPainter, box: QRectF, text: str) -> None:
    """Small text with a shadow, at the right end of a box."""
    painter.setFont(text_font(10))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for colour, shift in ((SHADOW, 1.0), (TEXT, 0.0)):
        painter.setPen(QPen(colour, 0))
        painter.drawText(box.translated(shift, shift), right, text)
