"""What is written over a picture: corner texts, orientation letters, scale bar, research-use mark."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap

from app.messages import research_marks
from app.palette import (
    GROUND,
    LETTER_TEXT,
    MUTED_TEXT,
    NORMAL_TEXT,
    SHADOW,
    SMALL_TEXT,
    TEXT,
    WARNING,
    scaled,
    text_font,
)
from app.rendering.orientation import EdgeLetters
from app.rendering.scale_bar import scale_bar_length
from app.translation import tr
from app.views.badge import Badge, paint_badge
from app.views.run_names import shortened
from app.views.text_cache import EDGES, TextCache, device_ratio, draw_text, height, width
from calid_core.real_values import RealScale

MARGIN = 6.0
COMPACT_WIDTH = 330.0
"""Viewports narrower than this, in logical pixels, show fewer texts, one below the other."""
BADGE_ROOM = 52.0
"""Left free at the top where badges are drawn elsewhere, logical pixels."""
MESSAGE_TOP = 68.0
"""Below title, badge and letters, logical pixels."""
LETTER_ROOM = 24.0
"""Half the width that the letters at the upper edge may take."""
SIDE_LETTER_ROOM = 12.0
"""Half the height that the letters at the left and right edges take."""
BAR_SHARE = 0.28
"""Largest share of the viewport's width that the scale bar takes."""
KERNING = 2.0
"""By how much other digits may widen a text, logical pixels."""
SMALLEST_TEXT = 6
"""Letters where a text does not fit into a narrow viewport, logical pixels at the normal text size."""


def window_text(window: tuple[float, float], real: RealScale) -> str:
    """``W 1400  C 700``: centre and width of a window of stored intensities in real values."""
    centre, across = real.window_to_real(window)
    return f"W {across:.4g}  C {centre:.4g}"


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
        Lines from top to bottom; a narrow view shows the last of ``subtitle`` and none of ``lower_right``.
    widest_left
        ``lower_left`` as wide as it is at any phase, so that what stands beside it stays in its place; empty where it is the same at all.
    of_layer
        Lines above ``lower_left`` that hold for this layer alone: another one that is painted beside it in one view has its own.
    letters
        None where the orientation is unknown.
    """

    title: str
    title_colour: QColor
    subtitle: tuple[str, ...] = ()
    lower_left: tuple[str, ...] = ()
    widest_left: tuple[str, ...] = ()
    of_layer: tuple[str, ...] = ()
    lower_right: tuple[str, ...] = ()
    letters: EdgeLetters | None = None


class AnnotationPainter:
    """Writes over pictures; keeps its texts as pictures between calls.

    Attributes
    ----------
    synthesised
        Whether what is shown holds synthesised slices: the research-use mark says so then.
    """

    def __init__(self) -> None:
        self.synthesised = False
        self._texts = TextCache()
        self._ratio = 1.0
        self._written: list[QRectF] = []

    @property
    def written(self) -> tuple[QRectF, ...]:
        """Where texts stand since the last call of ``paint``."""
        return tuple(self._written)

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        badge: Badge | None,
        notes: Annotations | None,
        scale: float,
    ) -> float:
        """The badge and, where they are wanted, corner texts, letters and scale bar; where the badge ends.

        Parameters
        ----------
        badge
            None where it is drawn elsewhere.
        notes
            None when only what must always be there is drawn.
        scale
            Logical pixels per mm.
        """
        self._ratio = device_ratio(painter)
        plate = room = QRectF(0, 0, area.width(), scaled(BADGE_ROOM))
        if badge is not None:
            plate, room = paint_badge(painter, area, badge, self._texts, MARGIN)
        self._written, below_badge = [room], room.bottom()
        if notes is None:
            return below_badge
        compact = area.width() < scaled(COMPACT_WIDTH)
        top = below_badge if compact else MARGIN
        bottom = area.height() - MARGIN - sum(height(line) for line in self._research_mark(area.width()))
        free = area.width() - 2 * MARGIN if compact else area.width() / 2 - scaled(LETTER_ROOM)
        crowded = not compact and plate.left() < area.width() / 2 + scaled(LETTER_ROOM)
        letter_top = plate.bottom() if crowded else top - 4

        def room_at(y: float) -> float:
            """Room for a line of the title that begins at ``y``; below the letter it may go on under that."""
            below = notes.letters is None or y >= letter_top + height(self._letter(notes.letters.top))
            end = room.left() if y < below_badge else area.width()
            return free if compact or not below else end - 2 * MARGIN

        beside_title = self._title(painter, notes, top, room_at, compact=compact)
        lines, widest = (
            (*notes.of_layer, *own) for own in (notes.lower_left, notes.widest_left or notes.lower_left)
        )
        above_left = self._stack_up(painter, lines, area, bottom, widest=widest)
        above_bar = self._scale_bar(painter, area, (bottom, above_left), scale)
        if not compact:
            self._stack_up(painter, notes.lower_right, area, above_bar)
        if notes.letters is not None:
            places = (beside_title, letter_top)
            lowest = self._lowest_letter(notes.letters.bottom, area, bottom, above_left)
            self._letters(painter, area, notes.letters, places, lowest)
        return below_badge

    def paint_of_layer(
        self, painter: QPainter, part: QRectF, lines: tuple[str, ...], taken: tuple[QRectF, ...]
    ) -> tuple[QRectF, ...]:
        """Lines in the lower left corner of a part of a viewport, above what is ``taken`` there; where they stand, all in its pixels.

        A line that is wider than the part is left out: cut off, its number would be another one.
        """
        self._ratio = device_ratio(painter)
        pictures = [self._text(line) for line in lines]
        pictures = [picture for picture in pictures if width(picture) <= part.width() - 2 * MARGIN]
        if not pictures:
            return ()
        box = QRectF(0, 0, max(map(width, pictures)), sum(map(height, pictures)))
        box.moveBottomLeft(QPointF(part.left() + MARGIN, part.bottom() - MARGIN))
        while hit := next((other for other in taken if other.intersects(box)), None):
            box.moveBottom(hit.top())
        if box.top() < part.top():
            return ()
        top = box.top()
        for picture in pictures:
            draw_text(painter, box.left(), top, picture)
            top += height(picture)
        return (box,)

    def paint_research_mark(self, painter: QPainter, area: QRectF) -> None:
        """The line at the bottom of every viewport."""
        self._ratio = device_ratio(painter)
        bottom = area.height() - 2
        lines = self._research_mark(area.width())
        plate = self.research_mark_height(area.width())
        painter.fillRect(QRectF(0, area.height() - plate, area.width(), plate), GROUND)
        for line in reversed(lines):
            bottom -= height(line)
            draw_text(painter, max(0.0, (area.width() - width(line)) / 2), bottom, line)

    def research_mark_height(self, room: float) -> float:
        """Of the line at the bottom of a viewport that is ``room`` logical pixels wide."""
        return sum(height(line) for line in self._research_mark(room)) + 3

    def _research_mark(self, room: float) -> list[QPixmap]:
        """Lines of the longest mark that fits, of the shortest one in smaller letters where none does."""
        for mark in research_marks(synthesised=self.synthesised):
            lines = tr(mark).splitlines()
            size = _size_of(lines, room - 2 * MARGIN, SMALL_TEXT)
            if size == SMALL_TEXT:
                break
        return [self._text(line, colour=WARNING, size=size) for line in lines]

    def paint_message(self, painter: QPainter, area: QRectF, message: str, above: float = 0.0) -> QRectF:
        """A line across a viewport, above its middle where the heart is; its plate.

        Parameters
        ----------
        above
            Where what stands above it ends, logical pixels. The message is below it, where that is not below the viewport.
        """
        self._ratio = device_ratio(painter)
        metrics, most = QFontMetricsF(text_font(NORMAL_TEXT)), area.width() - 2 * MARGIN
        short = metrics.elidedText(message, Qt.TextElideMode.ElideMiddle, most)
        picture = self._text(short, colour=WARNING)
        lowest = area.height() - self.research_mark_height(area.width()) - scaled(24)
        top = min(max(scaled(MESSAGE_TOP), area.height() * 0.2, above), lowest)
        plate = QRectF(0, max(0.0, top), area.width(), scaled(24))
        painter.fillRect(plate, SHADOW)
        draw_text(painter, (area.width() - width(picture)) / 2, plate.y() + 4, picture)
        return plate

    def _text(
        self, text: str, *, colour: QColor = TEXT, size: int = NORMAL_TEXT, bold: bool = False
    ) -> QPixmap:
        return self._texts.picture(text, self._ratio, colour=colour, size=size, bold=bold)

    def _fitting(self, text: str, room: float, *, colour: QColor = TEXT, bold: bool = False) -> QPixmap:
        """A text in letters that are smaller where it is wider than ``room`` logical pixels."""
        size = _size_of([text], room, NORMAL_TEXT, bold=bold)
        return self._text(text, colour=colour, size=size, bold=bold)

    def _letter(self, text: str) -> QPixmap:
        return self._text(text, size=LETTER_TEXT, bold=True)

    def _write(self, painter: QPainter, x: float, y: float, picture: QPixmap) -> None:
        self._written.append(draw_text(painter, x, y, picture))

    def _title(
        self,
        painter: QPainter,
        notes: Annotations,
        top: float,
        room_at: Callable[[float], float],
        *,
        compact: bool,
    ) -> float:
        """Title, and subtitle shortened to the logical pixels of ``room_at`` the height of each line; where the title ends."""
        beside = self._letter(notes.letters.top) if compact and notes.letters is not None else None
        room = room_at(top)
        most = room if beside is None else room - width(beside)
        title = self._fitting(notes.title, most, colour=notes.title_colour, bold=True)
        self._write(painter, MARGIN, top, title)
        end = MARGIN + width(title)
        top += height(title)
        for line in notes.subtitle[-1:] if compact else notes.subtitle:
            name = shortened(line, QFontMetricsF(text_font(NORMAL_TEXT)), room_at(top) - EDGES)
            picture = self._text(name, colour=MUTED_TEXT)
            self._write(painter, MARGIN, top, picture)
            top += height(picture)
        return end

    def _stack_up(
        self,
        painter: QPainter,
        lines: tuple[str, ...],
        area: QRectF,
        bottom: float,
        *,
        widest: tuple[str, ...] | None = None,
    ) -> float:
        """Lines in a lower corner; where they begin.

        Parameters
        ----------
        widest
            As wide as each line ever is: in the left corner, with room for that. None writes in the right corner.
        """
        for line, most in reversed(list(zip(lines, widest or lines, strict=True))):
            size = _size_of([line, most], area.width() - 2 * MARGIN, NORMAL_TEXT)
            picture = self._text(line, size=size)
            bottom -= height(picture)
            x = MARGIN if widest is not None else area.width() - MARGIN - width(picture)
            self._write(painter, x, bottom, picture)
            if most != line:
                room = QFontMetricsF(text_font(size)).horizontalAdvance(most) + EDGES + KERNING
                self._written[-1].setWidth(max(width(picture), room))
        return bottom

    def _lowest_letter(
        self, letter: str, area: QRectF, bottom: float, above_left: float
    ) -> tuple[float, float]:
        """Where the lower letter begins and ends: at the edge, a little beside its middle where a text reaches that; above the texts where it stands on one even so."""
        picture = self._letter(letter)
        middle = (area.width() - width(picture)) / 2
        box = QRectF(middle, bottom - height(picture), width(picture), height(picture))
        beside = [text.right() for text in self._written if text.left() <= MARGIN and text.intersects(box)]
        box.moveLeft(max([middle, *beside]))
        if box.left() > middle + scaled(LETTER_ROOM) or any(text.intersects(box) for text in self._written):
            return middle, above_left
        return box.left(), bottom

    def _scale_bar(
        self, painter: QPainter, area: QRectF, bottoms: tuple[float, float], scale: float
    ) -> float:
        """The bar in the lower right corner; where it begins.

        Parameters
        ----------
        bottoms
            Where it ends, logical pixels: at the bottom, or above the texts in the other corner where they reach it. Left out
            where it would stand on the letter at the right edge then.
        """
        length = scale_bar_length(area.width() * BAR_SHARE / scale)
        pixels = length * scale
        label = self._text(f"{length:g} mm", size=SMALL_TEXT)
        right = area.width() - MARGIN
        left = right - max(pixels, width(label))
        room = QRectF(left, bottoms[0] - height(label) - 9, right - left, height(label) + 9)
        if any(text.intersects(room) for text in self._written):
            room.moveBottom(bottoms[1])
            if room.top() < area.height() / 2 + scaled(SIDE_LETTER_ROOM):
                return bottoms[0]
        y = room.bottom() - 5
        for colour, thickness in ((SHADOW, 4.0), (TEXT, 2.0)):
            painter.setPen(QPen(colour, thickness))
            painter.drawLine(QPointF(right - pixels, y), QPointF(right, y))
            for x in (right - pixels, right):
                painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
        label_top = y - 4 - height(label)
        label_left = min(right - pixels / 2 - width(label) / 2, right - width(label))
        self._write(painter, label_left, label_top, label)
        self._written.append(QRectF(right - pixels, y - 4, pixels, 8))
        return label_top

    def _letters(
        self,
        painter: QPainter,
        area: QRectF,
        letters: EdgeLetters,
        upper: tuple[float, float],
        lower: tuple[float, float],
    ) -> None:
        """Letters at the edges; the upper one no further left and up than ``upper``, the lower one begins and ends at ``lower``."""
        middle_x, middle_y = area.width() / 2, area.height() / 2
        pictures = {side: self._letter(getattr(letters, side)) for side in ("left", "right", "top", "bottom")}
        places = {
            "left": (MARGIN, middle_y - height(pictures["left"]) / 2),
            "right": (
                area.width() - MARGIN - width(pictures["right"]),
                middle_y - height(pictures["right"]) / 2,
            ),
            "top": (max(upper[0], middle_x - width(pictures["top"]) / 2), upper[1]),
            "bottom": (lower[0], lower[1] - height(pictures["bottom"])),
        }
        for side, picture in pictures.items():
            self._write(painter, *places[side], picture)


def _size_of(lines: list[str], room: float, largest: int, *, bold: bool = False) -> int:
    """Of the letters in which no line is wider than ``room`` logical pixels, at most ``largest`` at the normal text size."""
    for size in range(largest, SMALLEST_TEXT, -1):
        metrics = QFontMetricsF(text_font(size, bold=bold))
        if max(map(metrics.horizontalAdvance, lines)) + EDGES <= room:
            return size
    return SMALLEST_TEXT
