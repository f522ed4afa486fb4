"""Marks of verdicts, told apart by shape as well as colour: tick, cross, tick in a frame, three dots for a remark alone."""

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.review.verdicts import Verdict
from calid_core.judgement import Decision


class Mark(Enum):
    """Kinds of verdicts as they are drawn; the value is the sign in text."""

    ACCEPTED = "✓"
    REMARKED = "✓…"
    REJECTED = "✕"
    OPEN = "…"


COLOURS = {
    Mark.ACCEPTED: QColor("#5fd39a"),
    Mark.REMARKED: QColor("#ffd166"),
    Mark.REJECTED: QColor("#ff8f80"),
    Mark.OPEN: QColor("#c9d3de"),
}


def mark_of(verdict: Verdict) -> Mark:
    """The mark of a verdict."""
    if verdict.decision is Decision.OPEN:
        return Mark.OPEN
    if verdict.decision is Decision.REJECT:
        return Mark.REJECTED
    return Mark.REMARKED if verdict.remark else Mark.ACCEPTED


def paint_mark(painter: QPainter, box: QRectF, mark: Mark) -> None:
    """A mark that fills a square in the middle of a box."""
    side = min(box.width(), box.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(box.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(COLOURS[mark], max(1.4, side / 5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = square.adjusted(side * 0.12, side * 0.12, -side * 0.12, -side * 0.12)
    if mark is Mark.OPEN:
        for x in (inner.left(), inner.center().x(), inner.right()):
            painter.drawPoint(QPointF(x, inner.center().y()))
    elif mark is Mark.REJECTED:
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.bottomLeft(), inner.topRight())
    else:
        painter.drawPolyline(_tick(inner))
    if mark is Mark.REMARKED:
        painter.setPen(QPen(COLOURS[mark], 1.2))
        painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def _tick(box: QRectF) -> QPolygonF:
    return QPolygonF(
        [
            QPointF(box.left(), box.center().y() + box.height() * 0.05),
            QPointF(box.left() + box.width() * 0.38, box.bottom()),
            QPointF(box.right(), box.top()),
        ]
    )
