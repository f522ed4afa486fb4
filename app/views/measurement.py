"""Drawing measurements with the mouse, and painting them over pictures."""

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.measure.shapes import SHORTEST, Measurement, Shape
from app.palette import ACCENT, MUTED_TEXT, SHADOW, WARNING
from app.rendering.view_transform import ViewTransform
from app.views.picture import Picture

if TYPE_CHECKING:
    from app.views.plane_view import PlaneView

Measured = tuple[Measurement, QPolygonF]
"""A measurement that was painted, and its points on the screen."""
END_RADIUS = 3.0


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
        sample = view.sampler(picture) if picture is not None else None
        if place is None or picture is None or view.volume is None or sample is None:
            return
        if self._turning and self._drawn is not None and self._drawn.lies_in(picture.plane):
            self.extend(view, at)
            return
        self._turning = False
        self._drawn = Measurement(
            0,
            shape,
            np.stack([place, place]),
            view.layer,
            picture.name,
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
        (m, _paint_lines(painter, m, picture, transform, measurement_pen(m, phase, chosen=m is selected)))
        for m in shown
        if m.lies_in(picture.plane)
    )


def measurement_pen(measurement: Measurement, phase: int, *, chosen: bool) -> QPen:
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
