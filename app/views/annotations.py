"""What is written over a picture: corner texts, orientation letters, scale bar, badge, research-use mark."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from app.rendering.orientation import EdgeLetters
from app.rendering.scale_bar import scale_bar_length
from app.views.palette import (
    LETTER_TEXT,
    MUTED_TEXT,
    ORIGIN_COLOURS,
    SHADOW,
    SMALL_TEXT,
    TEXT,
    WARNING,
    origin_brush,
)
from app.views.text_cache import TextCache
from calid_core.reconstruction import SliceOrigin

MARGIN = 6.0
RESEARCH_MARKS = (
    "Research use only — AI-synthesised slices — not for diagnosis",
    "Research use only — not for diagnosis",
    "Research use only",
)
"""Longest first; a viewport shows the first that fits."""
BAR_SHARE = 0.28
"""Largest share of the viewport's width that the scale bar takes."""


@dataclass(frozen=True)
class Badge:
    """Says of a picture where it comes from; always drawn.

    Parameters
    ----------
    origins
        Kinds of slices in the picture: one in a slice view, several in a long-axis view.
    text
        ``ACQUIRED A4``.
    detail
        ``3.1 mm from A4 · 4.9 mm from A5``; may be empty.
    """

    origins: tuple[SliceOrigin, ...]
    text: str
    detail: str = ""


@dataclass(frozen=True)
class Annotations:
    """Everything written over one picture.

    Parameters
    ----------
    title
        What the view shows, in its line colour.
    title_colour
        Colour of the view's own line in the other views.
    subtitle, lower_left, lower_right
        Lines from top to bottom.
    letters
        None where the orientation is unknown.
    """

    title: str
    title_colour: QColor
    subtitle: tuple[str, ...] = ()
    lower_left: tuple[str, ...] = ()
    lower_right: tuple[str, ...] = ()
    letters: EdgeLetters | None = None


class AnnotationPainter:
    """Writes over pictures; keeps its texts as pictures between calls."""

    def __init__(self) -> None:
        self._texts = TextCache()
        self._ratio = 1.0

    def paint(self, painter: QPainter, area: QRectF, notes: Annotations, scale: float) -> None:
        """Corner texts, letters and scale bar.

        Parameters
        ----------
        scale
            Logical pixels per mm.
        """
        self._ratio = painter.device().devicePixelRatioF()
        title = self._text(notes.title, colour=notes.title_colour, bold=True)
        painter.drawPixmap(QPointF(MARGIN, MARGIN), title)
        top = MARGIN + _height(title)
        self._lines(painter, notes.subtitle, QPointF(MARGIN, top), colour=MUTED_TEXT)
        bottom = area.height() - MARGIN - self._research_height()
        left = [self._text(line) for line in notes.lower_left]
        self._stack_up(painter, left, area, bottom, Qt.AlignmentFlag.AlignLeft)
        bar_top = self._scale_bar(painter, area, bottom, scale)
        right = [self._text(line) for line in notes.lower_right]
        self._stack_up(painter, right, area, bar_top, Qt.AlignmentFlag.AlignRight)
        if notes.letters is not None:
            self._letters(painter, area, notes.letters, bottom)

    def paint_badge(self, painter: QPainter, area: QRectF, badge: Badge) -> None:
        """The badge in the upper right corner."""
        self._ratio = painter.device().devicePixelRatioF()
        name = self._text(badge.text, bold=True)
        swatch, height = 12.0 * len(badge.origins), _height(name) + 4
        width = _width(name) + swatch + 12
        plate = QRectF(area.width() - MARGIN - width, MARGIN - 2, width, height)
        painter.setPen(QPen(ORIGIN_COLOURS[badge.origins[-1]], 1.5))
        painter.setBrush(SHADOW)
        painter.drawRect(plate)
        for i, origin in enumerate(badge.origins):
            box = QRectF(plate.x() + 4 + 12 * i, plate.y() + 3, 10, height - 6)
            painter.setPen(QPen(ORIGIN_COLOURS[origin], 1))
            painter.setBrush(origin_brush(origin))
            painter.drawRect(box)
        painter.drawPixmap(QPointF(plate.x() + swatch + 8, plate.y() + 2), name)
        if badge.detail:
            detail = self._text(badge.detail, size=SMALL_TEXT)
            painter.drawPixmap(QPointF(area.width() - MARGIN - _width(detail), plate.bottom() + 2), detail)

    def paint_research_mark(self, painter: QPainter, area: QRectF) -> None:
        """The line at the bottom of every viewport."""
        self._ratio = painter.device().devicePixelRatioF()
        for mark in RESEARCH_MARKS:
            picture = self._text(mark, colour=WARNING, size=SMALL_TEXT)
            if _width(picture) <= area.width() - 2 * MARGIN:
                break
        x = (area.width() - _width(picture)) / 2
        painter.drawPixmap(QPointF(max(0.0, x), area.height() - _height(picture) - 2), picture)

    def paint_message(self, painter: QPainter, area: QRectF, message: str) -> None:
        """A line across the middle of a viewport."""
        self._ratio = painter.device().devicePixelRatioF()
        picture = self._text(message, colour=WARNING)
        plate = QRectF(0, area.height() * 0.5 - 14, area.width(), 28)
        painter.fillRect(plate, SHADOW)
        painter.drawPixmap(QPointF((area.width() - _width(picture)) / 2, plate.y() + 6), picture)

    def _text(self, text: str, *, colour: QColor = TEXT, size: int = 12, bold: bool = False) -> QPixmap:
        return self._texts.picture(text, self._ratio, colour=colour, size=size, bold=bold)

    def _research_height(self) -> float:
        return _height(self._text(RESEARCH_MARKS[-1], colour=WARNING, size=SMALL_TEXT))

    def _lines(self, painter: QPainter, lines: tuple[str, ...], at: QPointF, *, colour: QColor) -> None:
        for line in lines:
            picture = self._text(line, colour=colour)
            painter.drawPixmap(at, picture)
            at = QPointF(at.x(), at.y() + _height(picture))

    def _stack_up(
        self,
        painter: QPainter,
        pictures: list[QPixmap],
        area: QRectF,
        bottom: float,
        side: Qt.AlignmentFlag,
    ) -> None:
        for picture in reversed(pictures):
            bottom -= _height(picture)
            left = side == Qt.AlignmentFlag.AlignLeft
            x = MARGIN if left else area.width() - MARGIN - _width(picture)
            painter.drawPixmap(QPointF(x, bottom), picture)

    def _scale_bar(self, painter: QPainter, area: QRectF, bottom: float, scale: float) -> float:
        """Draw the bar in the lower right corner; where the texts above it end."""
        length = scale_bar_length(area.width() * BAR_SHARE / scale)
        pixels = length * scale
        label = self._text(f"{length:g} mm", size=SMALL_TEXT)
        right, y = area.width() - MARGIN, bottom - 5
        for colour, width in ((SHADOW, 4.0), (TEXT, 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(right - pixels, y), QPointF(right, y))
            for x in (right - pixels, right):
                painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
        label_top = y - 4 - _height(label)
        painter.drawPixmap(QPointF(right - pixels / 2 - _width(label) / 2, label_top), label)
        return label_top

    def _letters(self, painter: QPainter, area: QRectF, letters: EdgeLetters, bottom: float) -> None:
        def picture(text: str) -> QPixmap:
            return self._text(text, size=LETTER_TEXT, bold=True)

        middle_x, middle_y = area.width() / 2, area.height() / 2
        left, right, top, low = (
            picture(t) for t in (letters.left, letters.right, letters.top, letters.bottom)
        )
        painter.drawPixmap(QPointF(MARGIN, middle_y - _height(left) / 2), left)
        painter.drawPixmap(
            QPointF(area.width() - MARGIN - _width(right), middle_y - _height(right) / 2), right
        )
        painter.drawPixmap(QPointF(middle_x - _width(top) / 2, 2), top)
        painter.drawPixmap(QPointF(middle_x - _width(low) / 2, bottom - _height(low)), low)


def _width(picture: QPixmap) -> float:
    return picture.deviceIndependentSize().width()


def _height(picture: QPixmap) -> float:
    return picture.deviceIndependentSize().height()
