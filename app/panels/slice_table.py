"""A table with one row per slice, as several panels show it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
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
    last_whole
        Whether the last column is as wide as its longest text, else as its heading; wider where there is room.
    """

    row_chosen = Signal(int)
    _whole = False  # Qt asks for geometries while it makes the table

    def __init__(self, columns: Sequence[str], *, name: str, tip: str, last_whole: bool = False) -> None:
        super().__init__(0, len(columns))
        self.setHorizontalHeaderLabels([tr(column) for column in columns])
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self._whole = last_whole
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(columns) - 1, QHeaderView.ResizeMode.Fixed)
        header.sectionResized.connect(self._on_resized)
        self.itemSelectionChanged.connect(self._on_selected)

    def updateGeometries(self) -> None:
        """Give the last column what the others leave, at least what it needs: then the table scrolls sideways."""
        super().updateGeometries()
        self._fit_last()

    @Slot(int)
    def _on_resized(self, column: int) -> None:
        if column < self.columnCount() - 1:
            self._fit_last()

    def _fit_last(self) -> None:
        header, last = self.horizontalHeader(), self.columnCount() - 1
        needed = header.sectionSizeHint(last)
        if self._whole:
            needed = max(needed, self.sizeHintForColumn(last))
        left = self.viewport().width() - sum(header.sectionSize(column) for column in range(last))
        header.resizeSection(last, max(needed, left))

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
