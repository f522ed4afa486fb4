"""The list of series: choose one, look at its cine under the cursor."""

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from app.state import StudyState
from app.study import Study
from app.translation import tr
from app.views.series_item import HEADING_ROLE, NARROWEST, STUDY_ROLE, SeriesItem

HOVER_INTERVAL = 60
"""Milliseconds per phase of the cine under the cursor."""


class SeriesList(QListWidget):
    """Every series of the state, in groups; a click or Enter shows one, Delete takes it off the list."""

    study_requested = Signal(int)
    close_requested = Signal(int)

    def __init__(self, state: StudyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        state.studies_changed.connect(self._fill)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        """Bring the items up to date with the state, keeping those that are there."""
        studies = self._state.studies
        while self.count() > len(studies):
            self.takeItem(self.count() - 1)
        self._item.forget_all_but({study.id for study in studies})
        group = ""
        for row, study in enumerate(studies):
            item = self.item(row) if row < self.count() else QListWidgetItem(self)
            item.setData(STUDY_ROLE, study)
            item.setData(HEADING_ROLE, study.group if study.group != group else "")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, study.label)
            item.setToolTip(_tip(study))
            group = study.group
        active = self._state.active_study
        rows = [row for row, study in enumerate(studies) if study is active]
        self.setCurrentRow(rows[0] if rows else -1)
        self._follow(None)

    @Slot(QListWidgetItem)
    def _request(self, item: QListWidgetItem) -> None:
        self.study_requested.emit(item.data(STUDY_ROLE).id)

    # -- cine under the cursor ---------------------------------------------------------------------------

    def _follow(self, study: Study | None) -> None:
        """Run the cine of a study, or of none."""
        moving = study is not None and study.stack is not None and study.stack.phases > 1
        if not moving or study is None:
            self._timer.stop()
            if self._item.moving is not None:
                self._item.moving = None
                self.viewport().update()
        elif self._item.moving is None or self._item.moving[0] != study.id:
            self._item.moving = (study.id, 0)
            self._timer.start()

    @Slot()
    def _advance(self) -> None:
        if self._item.moving is None:
            return
        study_id, phase = self._item.moving
        self._item.moving = (study_id, phase + 1)
        for row, study in enumerate(self._state.studies):
            if study.id == study_id:
                index: QModelIndex = self.model().index(row, 0)
                self.update(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Run the cine of the series under the cursor."""
        super().mouseMoveEvent(event)
        item = self.itemAt(event.position().toPoint())
        self._follow(item.data(STUDY_ROLE) if item else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Stop the cine."""
        super().leaveEvent(event)
        self._follow(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the series off the list; everything else as in every list."""
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Delete and item is not None:
            self.close_requested.emit(item.data(STUDY_ROLE).id)
        else:
            super().keyPressEvent(event)


def _tip(study: Study) -> str:
    """Whose it is and what was said while reading; plain text, because it comes from files."""
    lines = [study.error] if study.error else []
    if study.summary is not None:
        lines += [*filter(None, [study.summary.identity]), *study.summary.messages]
    elif study.stack is not None:
        lines += study.stack.source.steps
    text = "\n".join([study.label, *lines])
    return text.replace("<", "‹")
