"""Drawing measurements with the mouse, and painting them over pictures."""

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from app.layers import Volume
from app.measure.regions import region_at
from app.measure.shapes import SHORTEST, Measurement, Shape
from app.measure.texts import caution_text, phase_text, place_text, value_text
from app.palette import ACCENT, MUTED_TEXT, SHADOW, WARNING, text_font
from app.rendering.view_transform import ViewTransform
from app.translation import tr
from app.views.label_places import LabelPlaces
from app.views.picture import Picture

if TYPE_CHECKING:
    from app.views.plane_view import PlaneView

Measured = tuple[Measurement, QPolygonF]
"""A measurement that was painted, and its points on the screen."""
END_RADIUS = 3.0
LINE = 17.0
"""Height of a line of a label, logical pixels."""
NARROWEST = 140.0
"""Room that a line of a label takes at least before it is broken, logical pixels."""


class Draft:
    """The measurement that is being drawn in a view."""

    def __init__(self) -> None:
        self._drawn: Measurement | None = None
        self._turning = False

    @property
    def drawn(self) -> Measurement | None:
        """What is drawn so far."""
        return self._drawn

    @property
    def turning(self) -> bool:
        """Whether an angle waits for the end of its second leg."""
        return self._turning

    def begin(self, view: "PlaneView", shape: Shape, at: QPointF) -> None:
        """Put the first point; of an angle with one leg, the end of the second."""
        place, picture = view.place_at(at), view.picture
        volume, sample = view.volume, view.sampler(picture) if picture is not None else None
        if place is None or picture is None or volume is None or sample is None:
            return
        if self._turning and self._drawn is not None and self._drawn.lies_in(picture.plane):
            self.extend(view, at)
            return
        self._turning = False
        origins = {entry.origin for entry in volume.provenance[sample.slices]}
        self._drawn = Measurement(
            0,
            shape,
            np.stack([place, place]),
            view.layer,
            picture.name,
            origins.pop() if len(origins) == 1 else None,
            picture.plane,
            sample,
            view.state.phase,
        )

    def extend(self, view: "PlaneView", to: QPointF) -> None:
        """Move the newest point, while the plane that it was begun in is shown; it is of the phase that is shown then."""
        place, picture = view.place_at(to), view.picture
        if place is None or picture is None or self._drawn is None or not self._drawn.lies_in(picture.plane):
            return
        kept = self._drawn.points[:2] if self._turning else self._drawn.points[:1]
        self._drawn = replace(self._drawn, points=np.vstack([kept, place]), phase=view.state.phase)

    def finish(self) -> Measurement | None:
        """What was drawn, once it is complete; an angle goes on after its first leg."""
        drawn = self._drawn
        if drawn is None:
            return None
        if drawn.shape is Shape.ANGLE and len(drawn.points) == 2:
            self._turning = drawn.length >= SHORTEST
            if not self._turning:
                self._drawn = None
            return None
        self.clear()
        return drawn if drawn.complete else None

    def clear(self) -> None:
        """Drop it."""
        self._drawn, self._turning = None, False


def paint_measurements(
    painter: QPainter,
    shown: tuple[Measurement, ...],
    picture: Picture,
    transform: ViewTransform,
    selected: Measurement | None,
    phase: int,
) -> tuple[Measured, ...]:
    """The lines of those in the plane on the screen, muted where they were measured at another phase.

    Parameters
    ----------
    shown
        Of the layer on the screen.
    selected
        Painted in another colour and broader.
    phase
        On the screen.

    Returns
    -------
    measured
        What was painted, and where.
    """
    return tuple(
        (m, _paint_lines(painter, m, picture, transform, _pen(m, phase, chosen=m is selected)))
        for m in shown
        if m.lies_in(picture.plane)
    )


def paint_labels(
    painter: QPainter,
    measured: tuple[Measured, ...],
    volume: Volume,
    phase: int,
    room: QRectF,
    taken: tuple[QRectF, ...],
) -> None:
    """What was measured, beside those lines that are seen; whole, even where no place is free.

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
    """
    places = LabelPlaces(room, taken)
    around = (-END_RADIUS, -END_RADIUS, END_RADIUS, END_RADIUS)
    seen = [(m, at) for m, at in measured if at.boundingRect().adjusted(*around).intersects(room)]
    for measurement, at in seen:
        if measurement.shape.is_region:
            places.keep_region_clear(at.boundingRect())
        else:
            places.keep_line_clear(at.toList())
    painter.save()
    for measurement, at in seen:
        _paint_text(painter, measurement, volume, phase, places, at.last())
    painter.restore()


def _pen(measurement: Measurement, phase: int, *, chosen: bool) -> QPen:
    """Of its lines; thin, dashed and muted at a phase that it was not measured at."""
    if measurement.phase_of_value(phase) != phase:
        return QPen(ACCENT if chosen else MUTED_TEXT, 1.0, Qt.PenStyle.DashLine)
    return QPen(ACCENT, 2.0) if chosen else QPen(WARNING, 1.5)


def _paint_lines(
    painter: QPainter, measurement: Measurement, picture: Picture, transform: ViewTransform, pen: QPen
) -> QPolygonF:
    """Paint what was drawn; returns its points on the screen."""
    ends = [QPointF(*transform.to_screen(*picture.plane.to_pixel(p))) for p in measurement.points]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for stroke in (QPen(SHADOW, pen.widthF() + 2.0), pen):
        painter.setPen(stroke)
        _outline(painter, measurement.shape, ends)
    if not measurement.shape.is_region:
        painter.setBrush(SHADOW)
        for end in ends:
            painter.drawEllipse(end, END_RADIUS, END_RADIUS)
    painter.restore()
    return QPolygonF(ends)


def _outline(painter: QPainter, shape: Shape, ends: list[QPointF]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if shape is Shape.ELLIPSE:
        painter.drawEllipse(QRectF(ends[0], ends[1]).normalized())
    elif shape is Shape.RECTANGLE:
        painter.drawRect(QRectF(ends[0], ends[1]).normalized())
    else:
        for start, end in pairwise(ends):
            painter.drawLine(QLineF(start, end))


def _paint_text(
    painter: QPainter,
    measurement: Measurement,
    volume: Volume,
    phase: int,
    places: LabelPlaces,
    at: QPointF,
) -> None:
    region = region_at(measurement, volume, phase) if measurement.shape.is_region else None
    value = value_text(measurement, region)
    if not value:
        return
    own = measurement.phase_of_value(phase)
    slice_, caution = place_text(measurement), caution_text(measurement.origin_at(volume, own))
    at_phase = phase_text(measurement, volume, phase)
    painter.setFont(text_font(12, bold=own == phase))
    # The plate is as large for thin letters: its place is the same at all phases.
    metrics, most = QFontMetrics(text_font(12, bold=True)), max(NARROWEST, places.width) - 10
    whole = tr("{value} on {slice}").format(value=value, slice=slice_)
    parts = [value, slice_]
    if at_phase:
        whole, parts = f"{whole}, {at_phase}", [*parts, at_phase]
    lines = [whole] if metrics.horizontalAdvance(whole) <= places.width - 10 else parts
    lines = [short for line in (*lines, caution) for short in _broken(line, metrics, most)]
    width = max(map(metrics.horizontalAdvance, lines)) + 10
    plate = places.take(QSizeF(width, LINE * len(lines) + 2), at)
    painter.fillRect(plate, SHADOW)
    painter.setPen(WARNING if own == phase else MUTED_TEXT)
    for number, line in enumerate(lines):
        box = QRectF(plate.left(), plate.top() + 1 + LINE * number, width, LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line)


def _broken(line: str, metrics: QFontMetrics, most: float) -> list[str]:
    """A line, broken between words where it is longer than ``most`` logical pixels; none of an empty one."""
    lines: list[str] = []
    for word in line.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
