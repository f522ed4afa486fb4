"""A table with one row per slice, as several panels show it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget

from app.translation import tr

ROW_HEIGHT = 20


class SliceTable(QTableWidget):
    """An empty read-only table in which one row at a time is selected.

    Parameters
    ----------
    columns
        Headings, translated here.
    name
        For screen readers.
    tip
        Tooltip.
    """

    row_chosen = Signal(int)

    def __init__(self, columns: Sequence[str], *, name: str, tip: str) -> None:
        super().__init__(0, len(columns))
        self.setHorizontalHeaderLabels([tr(column) for column in columns])
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(columns) - 1, QHeaderView.ResizeMode.Stretch)
        self.itemSelectionChanged.connect(self._on_selected)

    def mark_row(self, row: int) -> None:
        """Select a row, where there is one, as if nobody had chosen it."""
        if 0 <= row < self.rowCount() and row != self.currentRow():
            self.blockSignals(True)
            self.selectRow(row)
            self.blockSignals(False)

    @Slot()
    def _on_selected(self) -> None:
        rows = self.selectionModel().selectedRows()
        if rows:
            self.row_chosen.emit(rows[0].row())
