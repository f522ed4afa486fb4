"""A distance drawn in a view."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.rendering.image_plane import ImagePlane
from app.rendering.view_transform import ViewTransform
from app.views.palette import SHADOW, WARNING, text_font
from calid_core.arrays import FloatArray

SAME_PLANE = 0.05
"""Distance in mm up to which a measurement belongs to the plane on the screen."""


@dataclass(frozen=True, eq=False)
class Measurement:
    """A straight distance.

    Parameters
    ----------
    start, end
        ``(3,)``, LPS mm.
    made_on
        Name of what it was measured on: ``A4``, ``S17``, ``long axis``.
    """

    start: FloatArray
    end: FloatArray
    made_on: str

    @property
    def length(self) -> float:
        """Distance in mm."""
        return float(np.linalg.norm(self.end - self.start))

    def lies_in(self, plane: ImagePlane) -> bool:
        """Whether both ends lie in a plane."""
        return max(abs(plane.distance(self.start)), abs(plane.distance(self.end))) <= SAME_PLANE


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
