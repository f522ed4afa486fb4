"""Slice × phase errors of leave-one-out: colour, mark and number; a click goes there, Enter or a double click compares."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.palette import scaled, text_font
from app.rendering.colour_maps import CIVIDIS
from app.theme import surface
from app.translation import tr
from calid_core.arrays import FloatArray
from calid_core.checks.results import LeaveOneOut
from calid_core.provenance import SliceOrigin
from calid_core.settings import Method

NAME_WIDTH, MEAN_WIDTH = 28.0, 58.0
ROW_HEIGHT, HEAD_HEIGHT = 18.0, 16.0
DOT = 2.2
NUMBER_WIDTH = 24.0
"""Cells at least this wide show their number."""
LARGEST_PERCENTILE = 98.0


class ErrorMatrix(QWidget):
    """One row per tested slice, one column per phase; the arrow keys move a cursor, Space goes there, Enter compares.

    A dot marks a cell where linear interpolation is better. Beside each row: the mean error in percent, and ✓ where the
    slice is better than linear interpolation's or ✗ where it is not.
    """

    cell_requested = Signal(int, int)  # acquired slice, phase
    compare_requested = Signal()  # what was made without the slice of the cell asked for last, with the truth
    cursor_changed = Signal(str)  # the cell under the cursor in words; empty where nobody has chosen one

    def __init__(self) -> None:
        super().__init__()
        self._test: LeaveOneOut | None = None
        self._cursor = (0, 0)
        self._here: tuple[int, int] | None = None
        self._largest = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Errors by slice and phase"))
        self.setMouseTracking(True)

    def set_test(self, test: LeaveOneOut | None) -> None:
        """Show another result."""
        if test is self._test:
            return
        self._test, self._cursor = test, (0, 0)
        if test is not None:
            both = np.concatenate([test.error.ravel(), test.linear_error.ravel()])
            self._largest = max(float(np.nanpercentile(both, LARGEST_PERCENTILE)), 1e-9)
            self._cursor = (int(np.nanargmax(test.slice_errors)), 0)
        self.refresh_theme()
        self.cursor_changed.emit(self.describe(*self._cursor) if self.hasFocus() else "")
        self.update()

    def refresh_theme(self) -> None:
        """Be as high as the rows are."""
        rows = len(self._test.slices) if self._test else 0
        self.setFixedHeight(round(scaled(HEAD_HEIGHT) + scaled(ROW_HEIGHT) * rows) + 2)

    def set_here(self, slice_index: int | None, phase: int) -> None:
        """Frame the acquired slice and the phase that are on the screen."""
        here = None if slice_index is None else (slice_index, phase)
        if here != self._here:
            self._here = here
            self.update()

    def sizeHint(self) -> QSize:
        """Room for 25 phases."""
        return QSize(250, self.height())

    # -- cells ---------------------------------------------------------------------------------------------

    @property
    def _cell_width(self) -> float:
        phases = len(self._test.phases) if self._test else 1
        return (self.width() - scaled(NAME_WIDTH) - scaled(MEAN_WIDTH)) / phases

    def cell(self, row: int, column: int) -> QRectF:
        """The box of a cell on the screen."""
        left, right = (round(scaled(NAME_WIDTH) + place * self._cell_width) for place in (column, column + 1))
        return QRectF(left, scaled(HEAD_HEIGHT) + row * scaled(ROW_HEIGHT), right - left, scaled(ROW_HEIGHT))

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column under a point; None outside."""
        if self._test is None:
            return None
        row = int((point.y() - scaled(HEAD_HEIGHT)) // scaled(ROW_HEIGHT))
        column = int((point.x() - scaled(NAME_WIDTH)) // self._cell_width)
        inside = 0 <= row < len(self._test.slices) and 0 <= column < len(self._test.phases)
        return (row, column) if inside else None

    def describe(self, row: int, column: int) -> str:
        """A cell in words."""
        test = self._test
        if test is None:
            return ""
        text = tr("A{slice}, phase {phase}: error {error:.1f} %, SSIM {ssim:.2f}").format(
            slice=test.slices[row] + 1,
            phase=test.phases[column] + 1,
            error=100 * test.error[row, column],
            ssim=test.ssim[row, column],
        )
        if test.method is Method.LINEAR:
            return text
        return f"{text}; " + tr("linear {error:.1f} %, {ssim:.2f}").format(
            error=100 * test.linear_error[row, column], ssim=test.linear_ssim[row, column]
        )

    def _move_to(self, cell: tuple[int, int]) -> None:
        self._cursor = cell
        self.cursor_changed.emit(self.describe(*cell))
        self.update()

    def _request(self) -> None:
        if self._test is not None:
            row, column = self._cursor
            self.cell_requested.emit(self._test.slices[row], self._test.phases[column])

    # -- painting ------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, names, means, the cursor and what is on the screen."""
        painter = QPainter(self)
        if self._test is None:
            return
        self._paint_head(painter, self._test)
        mean, linear = self._test.slice_errors, self._test.linear_error.mean(axis=1)
        for row in range(len(self._test.slices)):
            self._paint_row(painter, self._test, row)
            self._paint_mean(painter, row, float(mean[row]), float(linear[row]))
        self._paint_frames(painter, self._test)

    def _paint_head(self, painter: QPainter, test: LeaveOneOut) -> None:
        colours = surface()
        painter.setFont(text_font(10))
        painter.setPen(colours.muted)
        first, last = self.cell(0, 0), self.cell(0, len(test.phases) - 1)
        span = QRectF(first.left(), 0, last.right() - first.left(), scaled(HEAD_HEIGHT) - 2)
        painter.drawText(
            span, Qt.AlignmentFlag.AlignLeft, tr("phase {phase}").format(phase=test.phases[0] + 1)
        )
        painter.drawText(span, Qt.AlignmentFlag.AlignRight, f"{test.phases[-1] + 1}")
        right = QRectF(last.right(), 0, scaled(MEAN_WIDTH) - 2, scaled(HEAD_HEIGHT) - 2)
        painter.drawText(right, Qt.AlignmentFlag.AlignRight, tr("mean"))

    def _paint_row(self, painter: QPainter, test: LeaveOneOut, row: int) -> None:
        colours = surface()
        compared = test.method is not Method.LINEAR
        for column in range(len(test.phases)):
            box = self.cell(row, column)
            value = float(test.error[row, column])
            ground = level_colour(value / self._largest)
            ink = readable_on(ground)
            painter.fillRect(box.adjusted(0, 1, -1, -1), ground)
            if compared and value > test.linear_error[row, column]:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ink)
                corner = box.topRight() if box.width() >= scaled(NUMBER_WIDTH) else box.center()
                shift = QPointF(-4, 5) if box.width() >= scaled(NUMBER_WIDTH) else QPointF(0, 0)
                painter.drawEllipse(corner + shift, DOT, DOT)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            if box.width() >= scaled(NUMBER_WIDTH):
                painter.setFont(text_font(10))
                painter.setPen(ink)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{100 * value:.1f}")
        painter.setFont(text_font(11))
        painter.setPen(colours.text)
        name = QRectF(0, self.cell(row, 0).top(), scaled(NAME_WIDTH) - 4, scaled(ROW_HEIGHT))
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, SliceOrigin.ACQUIRED.numbered(test.slices[row]))

    def _paint_mean(self, painter: QPainter, row: int, mean: float, linear: float) -> None:
        colours, test = surface(), self._test
        box = QRectF(
            self.width() - scaled(MEAN_WIDTH) + 4,
            scaled(HEAD_HEIGHT) + row * scaled(ROW_HEIGHT),
            scaled(MEAN_WIDTH) - 6,
            scaled(ROW_HEIGHT),
        )
        painter.setFont(text_font(11))
        painter.setPen(colours.text)
        text = f"{100 * mean:.1f} %"
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if test is None or test.method is Method.LINEAR:
            painter.drawText(box, right, text)
            return
        painter.drawText(box.adjusted(0, 0, -scaled(14), 0), right, text)
        better = mean < linear
        painter.setPen(colours.good if better else colours.warning)
        painter.drawText(box, right, "✓" if better else "✗")

    def _paint_frames(self, painter: QPainter, test: LeaveOneOut) -> None:
        colours = surface()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._here is not None and self._here[0] in test.slices and self._here[1] in test.phases:
            here = self.cell(test.slices.index(self._here[0]), test.phases.index(self._here[1]))
            painter.setPen(QPen(colours.marker, 2))
            painter.drawRect(here.adjusted(0, 1, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(colours.focus, 2))
            painter.drawRect(self.cell(*self._cursor).adjusted(-1, 0, 0, 0))

    # -- mouse and keys ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the slice and phase under the cursor."""
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._move_to(cell)
            self._request()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Compare what the first click went to."""
        if event.button() == Qt.MouseButton.LeftButton and self.cell_at(event.position()) is not None:
            self.compare_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor, Home and End along the row, Space goes there, Enter compares there."""
        test = self._test
        if test is None:
            super().keyPressEvent(event)
            return
        row, column = self._cursor
        last_row, last_column = len(test.slices) - 1, len(test.phases) - 1
        match Qt.Key(event.key()):
            case Qt.Key.Key_Up:
                self._move_to((max(0, row - 1), column))
            case Qt.Key.Key_Down:
                self._move_to((min(last_row, row + 1), column))
            case Qt.Key.Key_Left:
                self._move_to((row, max(0, column - 1)))
            case Qt.Key.Key_Right:
                self._move_to((row, min(last_column, column + 1)))
            case Qt.Key.Key_Home:
                self._move_to((row, 0))
            case Qt.Key.Key_End:
                self._move_to((row, last_column))
            case Qt.Key.Key_Space:
                self._request()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._request()
                self.compare_requested.emit()
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell what is under the cursor; keep the arrows from the viewports while the matrix has the focus."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.describe(*cell) if cell else "", self)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            own = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
            if Qt.Key(event.key()) in own:
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the cursor."""
        super().focusInEvent(event)
        self._move_to(self._cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the cursor."""
        super().focusOutEvent(event)
        self.update()


def level_colour(share: float) -> QColor:
    """Cividis colour of a share of the largest error."""
    red, green, blue = (int(c) for c in CIVIDIS[int(np.clip(share, 0, 1) * 255)])
    return QColor(red, green, blue)


def readable_on(ground: QColor) -> QColor:
    """Black or white, whichever contrasts more."""
    grey = 0.2126 * ground.redF() ** 2.2 + 0.7152 * ground.greenF() ** 2.2 + 0.0722 * ground.blueF() ** 2.2
    return QColor("#000000") if grey > 0.18 else QColor("#ffffff")


def worst_cell(test: LeaveOneOut) -> tuple[int, int]:
    """Acquired slice and phase of the largest error."""
    error: FloatArray = test.error
    row, column = np.unravel_index(int(np.nanargmax(error)), error.shape)
    return test.slices[int(row)], test.phases[int(column)]
