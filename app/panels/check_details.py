"""What the checks found in detail: the error matrix, slices to look at first, shifts, and long-axis views."""

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from app.checks.summaries import shift_text, shifted_slices
from app.layers import Run
from app.state.compare_state import LongAxisTarget
from app.translation import tr
from app.views.error_matrix import ErrorMatrix
from app.views.text_label import Tone, label
from calid_core.checks.results import InputChecks, SliceRank
from calid_core.marks import slice_name
from calid_core.provenance import SliceOrigin
from calid_core.settings import Method

ROLE = Qt.ItemDataRole.UserRole
MOST_RANKED = 8
SEEN_RANKED = 3
"""Entries that are seen whole, however many lines their reasons take."""
HIGHEST_RANKING = 190
"""Logical pixels; a longer list scrolls, unless the first entries need more."""


class MatrixSection(QWidget):
    """Leave-one-out slice by slice and phase by phase."""

    cell_requested = Signal(int, int)  # acquired slice, phase
    compare_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.matrix = ErrorMatrix()
        self._cell = label("", Tone.SECONDARY, wrap=True)
        self._key = label("", Tone.SECONDARY, wrap=True)
        compare = QPushButton(tr("Flicker held-out slices against the truth"))
        compare.setToolTip(tr("Every acquired slice against what was made without it"))
        compare.clicked.connect(self.compare_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget in (
            label(tr("Errors by slice and phase"), Tone.HEADING),
            self.matrix,
            self._cell,
            self._key,
            compare,
        ):
            column.addWidget(widget)
        self.matrix.cell_requested.connect(self.cell_requested)
        self.matrix.compare_requested.connect(self.compare_requested)
        self.matrix.cursor_changed.connect(self._cell.setText)

    def show_run(self, run: Run | None) -> None:
        """Show the leave-one-out test of a run; hidden without one."""
        test = run.checks.leave_one_out if run is not None and run.checks is not None else None
        self.matrix.set_test(test)
        linear = test is not None and test.method is Method.LINEAR
        self._key.setText(
            tr("Dark: small error, yellow: large.")
            if linear
            else tr("Dark: small error, yellow: large. • linear is better there.")
        )
        self.setVisible(test is not None)


class RankingSection(QWidget):
    """Slices to look at first, worst first; a row goes there."""

    rank_requested = Signal(object)  # SliceRank

    def __init__(self) -> None:
        super().__init__()
        self._restyled = QTimer(self)
        self._restyled.setSingleShot(True)
        self._restyled.timeout.connect(self._fit)
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Slices to look at first"))
        self._list.setToolTip(tr("Worst first; select one to go there"))
        self._list.setWordWrap(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._on_chosen)
        self._list.itemActivated.connect(self._on_chosen)
        self._shown: tuple[SliceRank, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(label(tr("Look at these slices first"), Tone.HEADING))
        column.addWidget(self._list)

    def show_run(self, run: Run | None) -> None:
        """Show the ranking of a run; hidden without one."""
        report = run.checks if run is not None else None
        ranking = report.ranking[:MOST_RANKED] if report is not None else ()
        self.setVisible(bool(ranking))
        if ranking == self._shown or run is None:
            return
        self._shown = ranking
        self._list.clear()
        for rank in ranking:
            item = QListWidgetItem(rank_text(rank, run), self._list)
            item.setToolTip("\n".join(rank.reasons))
            item.setData(ROLE, rank)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break elsewhere now."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Letters may be larger, once the list has its style, too."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._restyled.start()

    @Slot()
    def _fit(self) -> None:
        """As high as the first entries at least, whose reasons may take several lines, and as all of them at most."""
        self._list.doItemsLayout()  # lines break where there is room now
        rects = [self._list.visualItemRect(self._list.item(row)) for row in range(self._list.count())]
        if not rects:
            return
        seen, whole = rects[:SEEN_RANKED][-1].bottom() - rects[0].top(), rects[-1].bottom() - rects[0].top()
        margins = self._list.contentsMargins()
        frame = margins.top() + margins.bottom()
        self._list.setFixedHeight(frame + 1 + max(seen, min(whole, HIGHEST_RANKING)))

    @Slot(QListWidgetItem)
    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.rank_requested.emit(item.data(ROLE))


def rank_text(rank: SliceRank, run: Run) -> str:
    """``▲ S17 · 1.8 · shifted by 4.9 mm against its neighbours``."""
    output = rank.output_index
    name = SliceOrigin.ACQUIRED.numbered(rank.slice_index)
    if not rank.acquired and output is not None and output < len(run.provenance):
        name = slice_name(run.provenance[output], output)
    sign = "▲" if rank.needs_attention else "·"
    reason = rank.reasons[0] if rank.reasons else ""
    return f"{sign} {name} · " + tr("score {score:.1f}").format(score=rank.score) + f"\n{reason}".rstrip()


class ShiftSection(QWidget):
    """Slices that lie off their neighbours in plane, and the offer to align them."""

    slice_requested = Signal(int)  # acquired slice
    align_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setAccessibleName(tr("Shifted slices"))
        self._list.setToolTip(tr("Select a slice to go there"))
        self._list.itemClicked.connect(self._on_chosen)
        self._list.itemActivated.connect(self._on_chosen)
        self._none = label("", Tone.SECONDARY, wrap=True)
        self._align = QPushButton(tr("Align slices…"))
        self._align.setToolTip(
            tr("Makes a new series with the slices moved; the acquired one stays as it is")
        )
        self._align.clicked.connect(self.align_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget in (
            label(tr("In-plane shifts of acquired slices"), Tone.HEADING),
            self._list,
            self._none,
            self._align,
        ):
            column.addWidget(widget)

    def show_input(self, found: InputChecks | None, *, alignable: bool) -> None:
        """Show the shifts of a stack; hidden before they are known. What was aligned is not aligned again."""
        self.setVisible(found is not None)
        self._list.clear()
        if found is None:
            return
        off = shifted_slices(found)
        for index in off:
            item = QListWidgetItem(shift_text(found, index), self._list)
            item.setData(ROLE, index)
        largest = float(np.nanmax(found.shift_lengths)) if len(found.shifts) else 0.0
        self._none.setText(
            tr("Largest estimated shift: {largest:.1f} mm. No slice is clearly off.").format(largest=largest)
        )
        self._none.setVisible(not off)
        self._list.setVisible(bool(off))
        self._align.setVisible(bool(off) and alignable)
        self._list.setFixedHeight(min(110, 8 + 20 * len(off)))

    @Slot(QListWidgetItem)
    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.slice_requested.emit(item.data(ROLE))


class LongAxisSection(QWidget):
    """Every long-axis view with its scores, and the flicker against it."""

    long_axis_requested = Signal(object)  # LongAxisTarget

    def __init__(self) -> None:
        super().__init__()
        self._run_id = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        self._column.addWidget(label(tr("Long-axis views"), Tone.HEADING))
        self._rows: list[QWidget] = []
        self._shown: object = None

    def show_run(self, run: Run | None) -> None:
        """Show the long-axis checks of a run; hidden without one."""
        found = run.checks.long_axis if run is not None and run.checks is not None else ()
        self.setVisible(bool(found))
        if found is self._shown or run is None:
            return
        self._shown, self._run_id = found, run.id
        for row in self._rows:
            row.deleteLater()
        self._rows = []
        for number, view in enumerate(found):
            scores = tr("match {match:.2f}, linear {linear:.2f}").format(
                match=np.nanmean(view.score), linear=np.nanmean(view.linear_score)
            )
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(label(f"{view.label}\n{scores}", wrap=True), 1)
            button = QPushButton(tr("Flicker"))
            button.setProperty("number", number)
            button.setEnabled(view.images is not None)
            button.setAccessibleName(tr("Flicker {view}").format(view=view.label))
            button.setToolTip(
                tr("Acquired view against the reconstruction on its plane")
                if view.images
                else tr("Run again")
            )
            button.clicked.connect(self._on_clicked)
            line.addWidget(button)
            self._rows.append(row)
            self._column.addWidget(row)

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.long_axis_requested.emit(LongAxisTarget(self._run_id, int(button.property("number"))))
