"""How one series looks in the list: thumbnail, words, occupancy grid."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.core_words import VIEW_WORDS
from app.open_series import OpenSeries
from app.palette import VIEWPORT, scaled, text_font
from app.rendering.thumbnails import automatic_windowing, occupied_frames, thumbnail
from app.rendering.windowing import Windowing
from app.state.viewer_state import ViewerState
from app.theme import surface
from app.translation import tr
from calid_core.arrays import BoolArray, IntensityArray
from calid_core.cine import View

SERIES_ROLE = int(Qt.ItemDataRole.UserRole)
HEADING_ROLE = SERIES_ROLE + 1
THUMBNAIL = 64
LINE_HEIGHT, HEADING_HEIGHT, GAP = 16, 20, 6
WORDS_HEIGHT = 64
"""Of the name and three lines below it."""
GRID_WIDTH, GRID_HEIGHT = 46.0, 30.0
WORDS_WIDTH = 75.0
"""Room of the words beside the grid; where there is less, the grid is left out."""
NARROWEST = THUMBNAIL + 3 * GAP + 4 + round(WORDS_WIDTH)
"""Width of a series whose words are still read."""


@dataclass(frozen=True, eq=False)
class _Look:
    """What is remembered of a series: whose pixels, how they are windowed, which frames hold an image."""

    pixels: IntensityArray
    windowing: Windowing
    grid: BoolArray | None


class SeriesItem(QStyledItemDelegate):
    """Paints a series of the state; remembers thumbnails and grids by series.

    ``moving`` is the series whose cine runs under the cursor, with its phase.
    """

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self.moving: tuple[int, int] | None = None
        self._looks: dict[int, _Look] = {}

    def forget_all_but(self, series_ids: set[int]) -> None:
        """Let go of the pixels of series that were closed."""
        self._looks = {i: look for i, look in self._looks.items() if i in series_ids}

    def _look(self, series: OpenSeries) -> "_Look | None":
        """Windowing and grid of a series, made once per stack so that the cine does not flicker."""
        pixels = series.stack.intensity if series.stack is not None else series.preview
        if pixels is None:
            return None
        look = self._looks.get(series.id)
        if look is None or look.pixels is not pixels:
            middle = pixels if series.stack is None else pixels[0, series.stack.slices // 2]
            grid = occupied_frames(series.stack) if series.stack is not None else None
            look = self._looks[series.id] = _Look(pixels, automatic_windowing(middle), grid)
        return look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Height of a thumbnail, and of the heading above it where there is one."""
        heading = round(scaled(HEADING_HEIGHT)) if index.data(HEADING_ROLE) else 0
        return QSize(200, max(THUMBNAIL, round(scaled(WORDS_HEIGHT))) + 2 * GAP + heading)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Heading, thumbnail, words and grid."""
        series: OpenSeries = index.data(SERIES_ROLE)
        box, flags = QRect(option.rect), option.state
        painter.save()
        heading = index.data(HEADING_ROLE)
        if heading:
            self._paint_heading(painter, box, str(heading) if self._state.names_shown else "")
            box.setTop(box.top() + round(scaled(HEADING_HEIGHT)))
        selected = bool(flags & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, surface().selected if selected else surface().panel)
        if selected:
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), surface().accent)
        if flags & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(surface().focus, 1))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        picture = QRect(box.left() + GAP + 2, box.top() + GAP, THUMBNAIL, THUMBNAIL)
        self._paint_thumbnail(painter, picture, series)
        self._paint_words(painter, box.adjusted(THUMBNAIL + 2 * GAP + 4, GAP - 1, -GAP, -GAP), series)
        painter.restore()

    def _paint_heading(self, painter: QPainter, box: QRect, heading: str) -> None:
        painter.setFont(text_font(11, bold=True))
        painter.setPen(surface().muted)
        area = QRect(
            box.left() + GAP, box.top() + 2, box.width() - 2 * GAP, round(scaled(HEADING_HEIGHT)) - 2
        )
        text = painter.fontMetrics().elidedText(heading, Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)

    def _image(self, series: OpenSeries) -> IntensityArray | None:
        """The frame for the thumbnail: middle slice, first or moving phase."""
        if series.stack is None:
            return series.preview
        phase = self.moving[1] if self.moving and self.moving[0] == series.id else 0
        frame: IntensityArray = series.stack.intensity[phase % series.stack.phases, series.stack.slices // 2]
        return frame

    def _paint_thumbnail(self, painter: QPainter, box: QRect, series: OpenSeries) -> None:
        painter.fillRect(box, VIEWPORT)
        image, look = self._image(series), self._look(series)
        if image is None or look is None:
            painter.setPen(QPen(surface().line, 1))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            return
        grey = thumbnail(image, look.windowing, THUMBNAIL)
        rows, columns = grey.shape
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shown = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
        painter.drawImage(QRectF(box), shown, QRectF(0, 0, columns, rows))

    def _paint_words(self, painter: QPainter, box: QRect, series: OpenSeries) -> None:
        named = self._state.names_shown
        label, details, colour = series_words(
            series if named else replace(series, label="", error=series.error and " ")
        )
        look = self._look(series)
        grid = look.grid if look is not None and box.width() >= scaled(WORDS_WIDTH) + GRID_WIDTH else None
        painter.setFont(text_font(12, bold=True))
        painter.setPen(surface().text)
        elide = Qt.TextElideMode.ElideRight
        text = painter.fontMetrics().elidedText(label, elide, box.width())
        painter.drawText(QPointF(box.left(), box.top() + scaled(12)), text)
        painter.setFont(text_font(11))
        painter.setPen(colour)
        room = box.width() - (int(GRID_WIDTH) + GAP if grid is not None else 0)
        for number, line in enumerate(details, start=1):
            text = painter.fontMetrics().elidedText(line, elide, room)
            painter.drawText(QPointF(box.left(), box.top() + scaled(12 + LINE_HEIGHT * number)), text)
        if grid is not None:
            left, top = box.right() - GRID_WIDTH, box.top() + scaled(22)
            _paint_grid(painter, QRectF(left, top, GRID_WIDTH, GRID_HEIGHT), grid)


def series_words(series: OpenSeries) -> tuple[str, tuple[str, ...], QColor]:
    """Label, lines below it, and their colour."""
    if series.error:
        return series.label, (tr("⚠ could not be read"), series.error), surface().warning
    if series.stack is not None:
        stack = series.stack
        pitch = stack.geometry.pitch if stack.slices > 1 else None
        return series.label, _known(stack.slices, stack.phases, stack.view, pitch), surface().muted
    found = series.summary
    known = _known(found.slices, found.phases, found.view, found.pitch) if found is not None else ()
    # The last line makes room for what is said meanwhile.
    return series.label, (*known[:2], tr("Loading …")) if series.loading else known, surface().muted


def _known(slices: int, phases: int, view: View, pitch: float | None) -> tuple[str, ...]:
    """Size, view and pitch in words."""
    return (
        tr("%n slice(s) × {phases}", "", slices).format(phases=phases),
        tr(VIEW_WORDS[view]),
        tr("one slice") if pitch is None else tr("{pitch:.1f} mm pitch").format(pitch=pitch),
    )


def _paint_grid(painter: QPainter, box: QRectF, occupied: BoolArray) -> None:
    """One cell per slice (downwards) and phase (rightwards); empty frames are crossed out in amber."""
    slices, phases = occupied.shape
    width, height = box.width() / phases, min(box.height() / slices, 4.0)
    painter.fillRect(QRectF(box.x(), box.y(), box.width(), height * slices), surface().accent)
    painter.setPen(QPen(surface().panel, 0))
    if width >= 2:
        for phase in range(1, phases):
            x = box.x() + phase * width
            painter.drawLine(QPointF(x, box.y()), QPointF(x, box.y() + slices * height))
    if height >= 2:
        for index in range(1, slices):
            y = box.y() + index * height
            painter.drawLine(QPointF(box.x(), y), QPointF(box.right(), y))
    painter.setPen(QPen(surface().warning, 1))
    for index, phase in np.argwhere(~occupied):
        cell = QRectF(box.x() + phase * width, box.y() + index * height, width, height)
        painter.fillRect(cell, surface().panel)
        painter.drawLine(cell.topLeft(), cell.bottomRight())
