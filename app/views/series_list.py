"""The list of series: choose one, look at its cine under the cursor."""

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from app.open_series import OpenSeries
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.series_item import HEADING_ROLE, NARROWEST, SERIES_ROLE, SeriesItem

HOVER_INTERVAL = 60
"""Milliseconds per phase of the cine under the cursor."""


class SeriesList(QListWidget):
    """Every series of the state, in groups; a click or Enter shows one, Delete takes it off the list."""

    series_requested = Signal(int)
    close_requested = Signal(int)

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._item = SeriesItem(state)
        self.setItemDelegate(self._item)
        self.setMinimumWidth(NARROWEST)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName(tr("Series", "list"))
        self.setToolTip(tr("Enter shows a series, Delete takes it off the list"))
        self._timer = QTimer(self)
        self._timer.setInterval(HOVER_INTERVAL)
        self._timer.timeout.connect(self._advance)
        self.itemClicked.connect(self._request)
        self.itemActivated.connect(self._request)
        state.all_series_changed.connect(self._fill)
        self._fill()

    def refresh_theme(self) -> None:
        """Give each series the height that its words need."""
        self.scheduleDelayedItemsLayout()

    @Slot()
    def _fill(self) -> None:
        """Bring the items up to date with the state, keeping those that are there."""
        all_series = self._state.all_series
        while self.count() > len(all_series):
            self.takeItem(self.count() - 1)
        self._item.forget_all_but({series.id for series in all_series})
        group = ""
        for row, series in enumerate(all_series):
            item = self.item(row) if row < self.count() else QListWidgetItem(self)
            item.setData(SERIES_ROLE, series)
            item.setData(HEADING_ROLE, series.group if series.group != group else "")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, series.label)
            item.setToolTip(_tip(series))
            group = series.group
        active = self._state.active_series
        rows = [row for row, series in enumerate(all_series) if series is active]
        self.setCurrentRow(rows[0] if rows else -1)
        self._follow(None)

    @Slot(QListWidgetItem)
    def _request(self, item: QListWidgetItem) -> None:
        self.series_requested.emit(item.data(SERIES_ROLE).id)

    # -- cine under the cursor ---------------------------------------------------------------------------

    def _follow(self, series: OpenSeries | None) -> None:
        """Run the cine of a series, or of none."""
        moving = series is not None and series.stack is not None and series.stack.phases > 1
        if not moving or series is None:
            self._timer.stop()
            if self._item.moving is not None:
                self._item.moving = None
                self.viewport().update()
        elif self._item.moving is None or self._item.moving[0] != series.id:
            self._item.moving = (series.id, 0)
            self._timer.start()

    @Slot()
    def _advance(self) -> None:
        if self._item.moving is None:
            return
        series_id, phase = self._item.moving
        self._item.moving = (series_id, phase + 1)
        for row, series in enumerate(self._state.all_series):
            if series.id == series_id:
                index: QModelIndex = self.model().index(row, 0)
                self.update(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Run the cine of the series under the cursor."""
        super().mouseMoveEvent(event)
        item = self.itemAt(event.position().toPoint())
        self._follow(item.data(SERIES_ROLE) if item else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Stop the cine."""
        super().leaveEvent(event)
        self._follow(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the series off the list; everything else as in every list."""
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Delete and item is not None:
            self.close_requested.emit(item.data(SERIES_ROLE).id)
        else:
            super().keyPressEvent(event)


def _tip(series: OpenSeries) -> str:
    """Whose it is and what was said while reading; plain text, because it comes from files."""
    lines = [series.error] if series.error else []
    if series.summary is not None:
        lines += [*filter(None, [series.summary.identity]), *series.summary.messages]
    elif series.stack is not None:
        lines += series.stack.source.steps
    text = "\n".join([series.label, *lines])
    return text.replace("<", "‹")
