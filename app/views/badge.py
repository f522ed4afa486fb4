"""The badge that says of a picture whether it was acquired, interpolated or synthesised."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from app.palette import MUTED_TEXT, ORIGIN_COLOURS, SHADOW, SMALL_TEXT, origin_brush, scaled, text_font
from app.views.text_cache import TextCache, device_ratio, draw_text, height, width
from calid_core.provenance import SliceOrigin

SWATCH = 12.0
"""Logical pixels for each hatched box."""
NARROW_MARGIN = 2.0
"""Least distance of a badge from the edges; where it is too wide, its end is cut off and never its swatches."""
SEPARATOR, PLUS = " · ", " + "
DETAIL_SHARE = 0.4
"""Largest share of the viewport's width that a detail of several parts takes in one line."""


@dataclass(frozen=True)
class Badge:
    """Says of a picture where it comes from; always drawn.

    Parameters
    ----------
    origins
        Kinds of slices in the picture: one in a slice view, several in a long-axis view, none while they are not known.
    text
        ``ACQUIRED A4``.
    detail
        ``3.1 mm from A4 · 4.9 mm from A5``; may be empty.
    short
        ``A4``, where there is no room for ``text``; empty where there is no shorter way to say it.
    longest
        The longest detail of any slice of the layer: its lines are kept free, so that what stands below them stays in its place.
    """

    origins: tuple[SliceOrigin, ...]
    text: str
    detail: str = ""
    short: str = ""
    longest: str = ""


def paint_badge(
    painter: QPainter, area: QRectF, badge: Badge, texts: TextCache, margin: float
) -> tuple[QRectF, QRectF]:
    """Draw a badge in the upper right corner, shortened where the area is narrow; its plate, and the room of plate and detail together."""
    ratio = device_ratio(painter)
    swatches = scaled(SWATCH) * len(badge.origins)
    for text in filter(None, (badge.text, badge.short)):
        name = texts.picture(text, ratio, bold=True)
        size = width(name) + swatches + 12
        if size <= area.width() - 2 * NARROW_MARGIN:
            break
    left = max(NARROW_MARGIN, area.width() - margin - size)
    plate = QRectF(left, margin - 2, size, height(name) + 4)
    painter.setPen(QPen(ORIGIN_COLOURS[badge.origins[-1]] if badge.origins else MUTED_TEXT, 1.5))
    painter.setBrush(SHADOW)
    painter.drawRect(plate)
    side = scaled(SWATCH)
    for number, origin in enumerate(badge.origins):
        box = QRectF(plate.x() + 4 + side * number, plate.y() + 3, side - 2, plate.height() - 6)
        painter.setPen(QPen(ORIGIN_COLOURS[origin], 1))
        painter.setBrush(origin_brush(origin))
        painter.drawRect(box)
    draw_text(painter, plate.x() + swatches + 8, plate.y() + 2, name)
    room = plate.adjusted(0, 0, 0, 2)
    details = detail_lines(badge.detail, area.width(), margin)
    for text in details:
        line = texts.picture(text, ratio, size=SMALL_TEXT)
        room |= draw_text(painter, area.width() - margin - width(line), room.bottom(), line)
    spare = len(detail_lines(badge.longest, area.width(), margin)) - len(details)
    if spare > 0:
        room.setBottom(room.bottom() + spare * height(texts.picture("A", ratio, size=SMALL_TEXT)))
    return plate, room


def detail_lines(detail: str, room: float, margin: float) -> list[str]:
    """The detail in one line or part by part, each no wider than a viewport of ``room`` logical pixels shows."""
    if not detail:
        return []
    metrics, most = QFontMetricsF(text_font(SMALL_TEXT)), room - 2 * margin
    lines = [detail] if metrics.horizontalAdvance(detail) <= DETAIL_SHARE * room else detail.split(SEPARATOR)
    parts: list[str] = []
    for line in lines:
        fits = metrics.horizontalAdvance(line) <= most
        parts += [line] if fits else line.replace(PLUS, f"\n{PLUS.lstrip()}").splitlines()
    return [metrics.elidedText(part, Qt.TextElideMode.ElideRight, most) for part in parts]
