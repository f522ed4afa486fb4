"""A distance drawn in a view."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.rendering.image_plane import ImagePlane
from app.rendering.view_transform import ViewTransform
from app.study import Layer
from app.views.palette import SHADOW, WARNING, text_font
from calid_core.arrays import FloatArray

SHORTEST = 0.5
"""A distance in mm below this was a click."""
SAME_PLANE = 0.05
"""Distance in mm up to which a measurement belongs to the plane on the screen."""


@dataclass(frozen=True, eq=False)
class Measurement:
    """A straight distance.

    Parameters
    ----------
    start, end
        ``(3,)``, LPS mm.
    layer
        The layer it was measured on; it is not drawn on another one.
    made_on
        Name of what it was measured on: ``A4``, ``S17``, ``long axis``.
    """

    start: FloatArray
    end: FloatArray
    layer: Layer
    made_on: str

    @property
    def length(self) -> float:
        """Distance in mm."""
        return float(np.linalg.norm(self.end - self.start))

    def lies_in(self, plane: ImagePlane) -> bool:
        """Whether both ends lie in a plane."""
        return max(abs(plane.distance(self.start)), abs(plane.distance(self.end))) <= SAME_PLANE


class Measurements:
    """The distances of one view."""

    def __init__(self) -> None:
        self._all: list[Measurement] = []

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, index: int) -> Measurement:
        return self._all[index]

    def begin(self, place: FloatArray, layer: Layer, made_on: str) -> None:
        """Put the first end at an LPS position in mm."""
        self._all.append(Measurement(place, place, layer, made_on))

    def extend(self, place: FloatArray) -> None:
        """Move the second end of the newest one."""
        newest = self._all[-1]
        self._all[-1] = replace(newest, end=place)

    def finish(self) -> None:
        """Drop the newest one if it was only a click."""
        if self._all and self._all[-1].length < SHORTEST:
            self._all.pop()

    def clear(self) -> None:
        """Drop all."""
        self._all.clear()

    def paint(self, painter: QPainter, layer: Layer, plane: ImagePlane, transform: ViewTransform) -> None:
        """Those that were made on the layer and lie in the plane on the screen."""
        for measurement in self._all:
            if measurement.layer == layer and measurement.lies_in(plane):
                paint_measurement(painter, measurement, plane, transform)


def paint_measurement(
    painter: QPainter, measurement: Measurement, plane: ImagePlane, transform: ViewTransform
) -> None:
    """The line with its length and what it was measured on."""
    ends = [QPointF(*transform.to_screen(*plane.to_pixel(p))) for p in (measurement.start, measurement.end)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((SHADOW, 3.5), (WARNING, 1.5)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QLineF(ends[0], ends[1]))
    painter.setBrush(SHADOW)
    for end in ends:
        painter.drawEllipse(end, 3, 3)
    text = f"{measurement.length:.1f} mm on {measurement.made_on}"
    painter.setFont(text_font(12, bold=True))
    box = painter.fontMetrics().boundingRect(text)
    plate = QRectF(ends[1].x() + 8, ends[1].y() - 9, box.width() + 8, 18)
    painter.fillRect(plate, SHADOW)
    painter.setPen(WARNING)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
