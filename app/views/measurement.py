"""Drawing measurements with the mouse, and painting them over pictures."""

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from app.measure.regions import region_at
from app.measure.shapes import SHORTEST, Measurement, Shape
from app.measure.texts import caution_text, value_text
from app.rendering.view_transform import ViewTransform
from app.study import Volume
from app.translation import tr
from app.views.label_places import LabelPlaces
from app.views.palette import ACCENT, SHADOW, WARNING, text_font
from app.views.picture import Picture

if TYPE_CHECKING:
    from app.views.plane_view import PlaneView

END_RADIUS = 3.0
LINE = 17.0
"""Height of a line of a label, logical pixels."""


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
        )

    def extend(self, view: "PlaneView", to: QPointF) -> None:
        """Move the newest point, while the plane that it was begun in is shown."""
        place, picture = view.place_at(to), view.picture
        if place is None or picture is None or self._drawn is None or not self._drawn.lies_in(picture.plane):
            return
        kept = self._drawn.points[:2] if self._turning else self._drawn.points[:1]
        self._drawn = replace(self._drawn, points=np.vstack([kept, place]))

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
    volume: Volume,
    phase: int,
) -> None:
    """Those that lie in the plane on the screen.

    Parameters
    ----------
    shown
        Of the layer on the screen.
    volume, phase
        What that layer shows, and when.
    selected
        Painted in another colour and broader.
    """
    places = LabelPlaces(QSizeF(*transform.viewport))
    in_plane = [measurement for measurement in shown if measurement.lies_in(picture.plane)]
    ends = [_paint_lines(painter, m, picture, transform, chosen=m is selected) for m in in_plane]
    for end in ends:
        places.keep_clear(end)
    for measurement, end in zip(in_plane, ends, strict=True):
        _paint_text(painter, measurement, volume, phase, places, end)


def _paint_lines(
    painter: QPainter, measurement: Measurement, picture: Picture, transform: ViewTransform, *, chosen: bool
) -> QPointF:
    """Paint what was drawn; returns where it ends."""
    ends = [QPointF(*transform.to_screen(*picture.plane.to_pixel(p))) for p in measurement.points]
    colour = ACCENT if chosen else WARNING
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in (QPen(SHADOW, 4.0), QPen(colour, 2.0 if chosen else 1.5)):
        painter.setPen(pen)
        _outline(painter, measurement.shape, ends)
    if not measurement.shape.is_region:
        painter.setBrush(SHADOW)
        for end in ends:
            painter.drawEllipse(end, END_RADIUS, END_RADIUS)
    painter.restore()
    return ends[-1]


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
    slice_, caution = tr(measurement.made_on), caution_text(measurement.origin_at(volume, phase))
    painter.setFont(text_font(12, bold=True))
    advance = painter.fontMetrics().horizontalAdvance
    whole = tr("{value} on {slice}").format(value=value, slice=slice_)
    lines = [whole] if advance(whole) + 10 <= places.width else [value, slice_]
    lines += [caution] if caution else []
    width = max(map(advance, lines)) + 10
    plate = places.take(QSizeF(width, LINE * len(lines) + 2), at)
    painter.fillRect(plate, SHADOW)
    painter.setPen(WARNING)
    for number, line in enumerate(lines):
        box = QRectF(plate.left(), plate.top() + 1 + LINE * number, width, LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line)
