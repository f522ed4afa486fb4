"""History of runs: what is shown, what is compared, and what was found out about each."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QToolButton, QVBoxLayout, QWidget

from app.labels import stack_label
from app.layers import ACQUIRED, Layer, Run
from app.messages import duration
from app.panels.placeholder import Placeholder
from app.resources import icon
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.text_label import Tone, label

LAYER_ROLE = Qt.ItemDataRole.UserRole
LARGEST_COMPARISON = 3


class RunsPanel(QWidget):
    """Acquired stack and its runs; the selected row is shown, ticked rows are compared."""

    layer_requested = Signal(object)  # Layer
    compare_requested = Signal(object)  # tuple[Layer, ...]
    delete_requested = Signal(int)
    save_requested = Signal()

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._filling = False
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Runs"))
        self._list.setToolTip(
            tr("Select a row to show it. Tick up to three rows to compare them side by side (V).")
        )
        self._list.setMinimumHeight(96)
        Placeholder(self._list, tr("Open a series. The acquired slices and every run are then listed here."))
        self._save = self._button("save", tr("Save the run shown (Ctrl+S)"))
        self._delete = self._button("delete", tr("Delete the run shown (Ctrl+Backspace)"))
        header = QHBoxLayout()
        header.addWidget(label(tr("Runs"), Tone.HEADING), 1)
        header.addWidget(self._save)
        header.addWidget(self._delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.addLayout(header)
        column.addWidget(self._list)
        column.addWidget(label(tr("Tick to compare side by side (V)"), Tone.SECONDARY, wrap=True))
        self._list.currentItemChanged.connect(self._on_row_chosen)
        self._list.itemChanged.connect(self._on_ticked)
        self._save.clicked.connect(self.save_requested)
        self._delete.clicked.connect(self._on_delete)
        state.stack_changed.connect(self._refill)
        state.runs_changed.connect(self._refill)
        state.run_phase_ready.connect(self._refresh_texts)
        state.layer_changed.connect(self._refresh_choice)
        state.compare_layers_changed.connect(self._refresh_choice)
        self._refill()

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    @Slot()
    def _refill(self) -> None:
        self._filling = True
        self._list.clear()
        stack = self._state.active_stack
        if stack is not None:
            self._add(
                ACQUIRED,
                stack_label(stack)
                + "\n"
                + tr("%n slice(s)", "", stack.slices)
                + f", {stack.geometry.pitch:.1f} mm",
            )
        for run in self._state.runs:
            self._add(run.layer, _describe(run))
        self._filling = False
        self._refresh_choice()

    def _add(self, layer: Layer, text: str) -> None:
        item = QListWidgetItem(text, self._list)
        item.setData(LAYER_ROLE, layer)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Unchecked)

    @Slot()
    def _refresh_texts(self) -> None:
        self._filling = True
        for item, layer in self._rows():
            run = self._state.run(layer.run_id)
            if run is not None:
                item.setText(_describe(run))
        self._filling = False

    @Slot()
    def _refresh_choice(self) -> None:
        self._filling = True
        for item, layer in self._rows():
            ticked = layer in self._state.compare_layers
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            if layer == self._state.layer:
                self._list.setCurrentItem(item)
        self._filling = False
        run = self._state.run(self._state.layer.run_id)
        finished = run is not None and run.reconstruction is not None
        self._save.setEnabled(finished)
        self._delete.setEnabled(finished)

    def _rows(self) -> list[tuple[QListWidgetItem, Layer]]:
        items = [self._list.item(row) for row in range(self._list.count())]
        return [(item, item.data(LAYER_ROLE)) for item in items]

    @Slot(QListWidgetItem)
    def _on_row_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._filling:
            self.layer_requested.emit(item.data(LAYER_ROLE))

    @Slot(QListWidgetItem)
    def _on_ticked(self, _item: QListWidgetItem) -> None:
        if self._filling:
            return
        ticked = [layer for item, layer in self._rows() if item.checkState() is Qt.CheckState.Checked]
        self.compare_requested.emit(tuple(ticked[-LARGEST_COMPARISON:]))
        self._refresh_choice()

    @Slot()
    def _on_delete(self) -> None:
        if self._state.layer.run_id is not None:
            self.delete_requested.emit(self._state.layer.run_id)


def _describe(run: Run) -> str:
    if run.reconstruction is None:
        return f"{run.label}\n" + tr("{ready} of {phases} phases ready").format(
            ready=int(run.ready.sum()), phases=len(run.ready)
        )
    moved = len(run.acquired.moved_slices)
    if run.proof is None or not run.proof.identical:
        proof = tr("pass-through FAILED")
    elif moved:
        proof = tr("{moved} moved in plane").format(moved=moved)
    else:
        proof = tr("pass-through ✓")
    slices = tr("%n slice(s)", "", run.geometry.slices)
    return f"{run.label}\n{slices}, {duration(run.reconstruction.seconds)}, {proof}"
