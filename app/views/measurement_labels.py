"""The labels of measurements: value, place and phase, tied to what they belong to by a line and its colour."""

import math
import re
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from app.layers import Volume
from app.line_breaking import broken
from app.measure.regions import region_at
from app.measure.shapes import Measurement, Shape
from app.measure.texts import caution_text, phase_text, place_text, value_text
from app.palette import MUTED_TEXT, NORMAL_TEXT, SHADOW, scaled, text_font
from app.translation import tr
from app.views.label_places import BESIDE, LabelPlaces
from app.views.measurement import END_RADIUS, Measured, measurement_pen

LINE = 17.0
"""Height of a line of a label, logical pixels."""
NARROWEST = 140.0
"""Room that a line of a label takes at least before it is broken, logical pixels; never more than the view has."""
SMALLEST_TEXT = 6
"""Letters of a label where one part of it does not fit, logical pixels at the normal text size."""
BETWEEN_PARTS = re.compile(r"(?<!±) (?![±·]|mm)")
"""Where a line may be broken: no number is parted from its unit or its deviation."""
FAR = 2 * BESIDE
"""Logical pixels from a shape beyond which the label of the only one is tied to it as well."""


@dataclass(frozen=True)
class _Label:
    """A label at its place.

    Parameters
    ----------
    lines
        What it says.
    plate
        Where it stands.
    end
        The point of its shape that is nearest.
    colour
        Of its shape; grey at a phase that its value is not of.
    bold
        Whether that is the phase of its value.
    size
        Of its letters, logical pixels at the normal text size.
    """

    lines: tuple[str, ...]
    plate: QRectF
    end: QPointF
    colour: QColor
    bold: bool
    size: int

    @property
    def leader(self) -> QLineF:
        """From the plate to the shape."""
        return QLineF(_nearest(self.plate, self.end), self.end)


def paint_labels(
    painter: QPainter,
    measured: tuple[Measured, ...],
    volume: Volume,
    phase: int,
    room: QRectF,
    taken: tuple[QRectF, ...],
    selected: Measurement | None = None,
    *,
    clear: tuple[QRectF, ...] = (),
    view_width: float = math.inf,
) -> None:
    """What was measured, beside those lines that are seen; whole, even where no place is free.

    Where there are several, each is tied to its shape by a line, and says in one line what the letter of its slice says as well.

    Parameters
    ----------
    measured
        From ``paint_measurements``.
    volume, phase
        What the layer shows, and when.
    room
        The part of the view that shows them.
    taken
        Where texts stand.
    selected
        As given to ``paint_measurements``.
    clear
        Regions that labels go around, the same at all phases.
    view_width
        Of all of the view, logical pixels; no label is wider.
    """
    places = LabelPlaces(room, taken)
    for region in clear:
        places.go_around(region)
    around = (-END_RADIUS, -END_RADIUS, END_RADIUS, END_RADIUS)
    seen = [(m, at) for m, at in measured if at.boundingRect().adjusted(*around).intersects(room)]
    for measurement, at in seen:
        if measurement.shape.is_region:
            places.keep_region_clear(at.boundingRect())
        else:
            places.keep_line_clear(at.toList())
    several = len(seen) > 1
    labels: list[_Label] = []
    for measurement, at in seen:
        parts = _parts(measurement, volume, phase, places.width, short=several)
        if not parts:
            continue
        lines, size = _fitted(parts, min(max(scaled(NARROWEST), places.width), view_width) - 10)
        width = max(map(_metrics(size).horizontalAdvance, lines)) + 10
        plate = places.take(QSizeF(width, scaled(LINE) * len(lines) + 2), at.last())
        own = measurement.phase_of_value(phase) == phase
        pen = measurement_pen(measurement, phase, chosen=measurement is selected)
        end = _end(measurement.shape, at, plate)
        label = _Label(lines, plate, end, pen.color() if own else MUTED_TEXT, own, size)
        labels.append(label)
        if several:
            places.keep_line_clear((label.leader.p1(), label.leader.p2()))
    painter.save()
    for label in labels:
        if several or label.leader.length() > FAR:
            _paint_leader(painter, label)
    for label in labels:
        _paint_label(painter, label)
    painter.restore()


def _metrics(size: int = NORMAL_TEXT) -> QFontMetrics:
    """Of broad letters, also for thin ones: the place of a label is the same at all phases."""
    return QFontMetrics(text_font(size, bold=True))


def _parts(
    measurement: Measurement, volume: Volume, phase: int, room: float, *, short: bool
) -> tuple[str, ...]:
    """What a label says, line by line; none where there is no value. ``short`` leaves out what the letter of the slice says."""
    region = region_at(measurement, volume, phase) if measurement.shape.is_region else None
    value = value_text(measurement, region)
    if not value:
        return ()
    origin = measurement.origin_at(volume, measurement.phase_of_value(phase))
    slice_, caution = place_text(measurement), caution_text(origin)
    if short and origin is not None and slice_.startswith(origin.value):
        caution = ""
    at_phase = phase_text(measurement, volume, phase)
    whole = tr("{value} on {slice}").format(value=value, slice=slice_)
    parts = [value, slice_]
    if at_phase:
        whole, parts = f"{whole}, {at_phase}", [*parts, at_phase]
    if short:
        parts = [value, ", ".join(parts[1:])]
    lines = [whole] if _metrics().horizontalAdvance(whole) <= room - 10 else parts
    return (*lines, caution)


def _fitted(parts: tuple[str, ...], most: float) -> tuple[tuple[str, ...], int]:
    """Lines no longer than ``most`` logical pixels, and the size of the letters that it takes, the usual one where it can be."""
    for size in range(NORMAL_TEXT, SMALLEST_TEXT - 1, -1):
        metrics = _metrics(size)
        lines = tuple(
            line for part in parts for line in broken(part, metrics.horizontalAdvance, most, BETWEEN_PARTS)
        )
        if all(metrics.horizontalAdvance(line) <= most for line in lines):
            break
    return lines, size


def _end(shape: Shape, at: QPolygonF, plate: QRectF) -> QPointF:
    """The point of a shape on the screen that its label is tied to: an end of a line, the nearest of an outline."""
    if not shape.is_region:
        return min(at.toList(), key=lambda point: QLineF(_nearest(plate, point), point).length())
    box, towards = at.boundingRect(), plate.center()
    if shape is Shape.RECTANGLE:
        return _nearest(box, towards)
    turn = math.atan2(
        (towards.y() - box.center().y()) * box.width(), (towards.x() - box.center().x()) * box.height()
    )
    across = QPointF(box.width() / 2 * math.cos(turn), box.height() / 2 * math.sin(turn))
    return box.center() + across


def _nearest(box: QRectF, point: QPointF) -> QPointF:
    """The point of a box that is nearest to another one."""
    return QPointF(min(max(point.x(), box.left()), box.right()), min(max(point.y(), box.top()), box.bottom()))


def _paint_leader(painter: QPainter, label: _Label) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in (QPen(SHADOW, 3.0), QPen(label.colour, 1.0)):
        painter.setPen(pen)
        painter.drawLine(label.leader)
    painter.restore()


def _paint_label(painter: QPainter, label: _Label) -> None:
    painter.setFont(text_font(label.size, bold=label.bold))
    painter.fillRect(label.plate, SHADOW)
    painter.setPen(label.colour)
    for number, line in enumerate(label.lines):
        top = label.plate.top() + 1 + scaled(LINE) * number
        box = QRectF(label.plate.left(), top, label.plate.width(), scaled(LINE))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line)
