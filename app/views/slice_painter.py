"""Painting of a picture, an overlay and the lines of other planes."""

import math
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from app.palette import CONTOUR, FOCUS, SHADOW, VIEWPORT
from app.rendering.view_transform import ViewTransform
from calid_core.arrays import FloatArray

CENTRE_GAP = 14.0
"""Logical pixels around the crosshair that its lines leave free."""
HANDLE_SHARE = 0.36
"""Distance of the turning handles from the crosshair, share of the smaller side of the viewport."""
HANDLE_RADIUS = 4.5
LINE_OPACITY = 0.75


class LineRole(Enum):
    """What dragging a line does."""

    SLICE = "moves to another slice"
    LONG_AXIS = "turns the long-axis planes"


@dataclass(frozen=True)
class ReferenceLine:
    """Where another plane cuts the picture.

    Parameters
    ----------
    row, column
        Continuous pixel index of a point of the line: the crosshair.
    angle
        Degrees clockwise from rightwards, in mm.
    colour
        Of the other plane.
    role
        What dragging it does; None where it only shows.
    dashed
        Tells lines apart without colour.
    """

    row: float
    column: float
    angle: float
    colour: QColor
    role: LineRole | None = None
    dashed: bool = False

    def direction(self) -> QPointF:
        """Unit vector on the screen."""
        turn = math.radians(self.angle)
        return QPointF(math.cos(turn), math.sin(turn))


def paint_image(painter: QPainter, image: QImage, transform: ViewTransform, *, smooth: bool) -> None:
    """An image at its place; smoothed or with every pixel as a rectangle."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(QRectF(*transform.target), image, QRectF(image.rect()))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)


def paint_ground(painter: QPainter, area: QRectF, transform: ViewTransform) -> None:
    """Black around the picture; nothing where the picture covers all."""
    if not QRectF(*transform.target).contains(area):
        painter.fillRect(area, VIEWPORT)


def handle_points(line: ReferenceLine, transform: ViewTransform) -> tuple[QPointF, QPointF]:
    """Screen points of the two handles that turn a line."""
    centre = QPointF(*transform.to_screen(line.row, line.column))
    reach = line.direction() * (HANDLE_SHARE * min(transform.viewport))
    return centre + reach, centre - reach


def paint_lines(painter: QPainter, lines: tuple[ReferenceLine, ...], transform: ViewTransform) -> None:
    """Lines of other planes, open around the crosshair, with handles where they can be turned."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(LINE_OPACITY)
    length = transform.viewport[0] + transform.viewport[1]
    for line in lines:
        centre, direction = QPointF(*transform.to_screen(line.row, line.column)), line.direction()
        pen = QPen(line.colour, 1.2, Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        for sign in (1.0, -1.0):
            start = centre + direction * (sign * CENTRE_GAP)
            painter.drawLine(QLineF(start, centre + direction * (sign * length)))
        if line.role is LineRole.LONG_AXIS:
            painter.setBrush(SHADOW)
            painter.setPen(QPen(line.colour, 1.5))
            for handle in handle_points(line, transform):
                painter.drawEllipse(handle, HANDLE_RADIUS, HANDLE_RADIUS)
    painter.restore()


def paint_outlines(painter: QPainter, outlines: tuple[FloatArray, ...], transform: ViewTransform) -> None:
    """Outlines of a chamber over a dark edge, so that they stay visible on blood and on muscle."""
    if not outlines:
        return
    polygons = [
        QPolygonF([QPointF(*transform.to_screen(float(row), float(column))) for row, column in outline])
        for outline in outlines
    ]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, thickness in ((SHADOW, 3.0), (CONTOUR, 1.4)):
        painter.setPen(QPen(colour, thickness))
        for polygon in polygons:
            painter.drawPolyline(polygon)
    painter.restore()


def paint_focus_frame(painter: QPainter, area: QRectF) -> None:
    """Frame of the viewport that has the keyboard."""
    painter.setPen(QPen(FOCUS, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(1, 1, -1, -1))
