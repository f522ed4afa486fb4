"""The bar above a comparison: which two layers, how they share the screen, and how fast they flicker."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSlider,
    QToolButton,
    QVBoxLayout,
)

from app.choices import ViewLayout
from app.layers import ACQUIRED, Layer
from app.panels.layer_box import LayerBox
from app.rendering.composition import FASTEST_FLICKER, FASTEST_REDUCED_FLICKER
from app.resources import icon
from app.state.compare_state import CompareMode, judged_of, pair_of
from app.state.viewer_state import ViewerState
from app.translation import tr, tr_later
from app.views.text_label import Tone, label

TIPS = {
    CompareMode.FLICKER: tr_later(
        "Alternate both in one place (F starts and stops, V goes on to the next mode)"
    ),
    CompareMode.SWIPE: tr_later("One left, one right of a divider that can be dragged"),
    CompareMode.SIDE_BY_SIDE: tr_later("Beside each other, with one window, zoom, slice and phase"),
    CompareMode.DIFFERENCE: tr_later("Signed difference from the acquired slice; only where there is one"),
}
SPACING = 4
RATE_STEPS = 10
"""Steps of the rate slider per change per second."""


class CompareBar(QFrame):
    """Shown in the compare layout only."""

    mode_requested = Signal(object)  # CompareMode
    layers_requested = Signal(object)  # tuple[Layer, Layer]
    flicker_requested = Signal()
    rate_requested = Signal(float)
    leave_requested = Signal()

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state, self._compare = state, state.compare
        self.setProperty("strip", True)
        self._first = LayerBox(tr("First of the two (left)"))
        self._second = LayerBox(tr("Second of the two (right)"))
        self._modes = {mode: _button(tr(mode.value), tr(TIPS[mode])) for mode in CompareMode}
        self._play = _button("", tr("Start or stop flickering (F)"))
        self._rate = QSlider()
        self._rate_text = label("", Tone.SECONDARY)
        self._leave = _button("", tr("Back to the layout before"))
        self._layers = QFrame()
        self._layers.setProperty("strip", "part")
        """Which two are compared, and how fast they alternate; below the modes where there is little room."""
        self._folded = False
        self._arrange()
        self._connect()
        self._refresh()

    def _arrange(self) -> None:
        group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 2, 6, 2)
        self._column.setSpacing(2)
        self._row = QHBoxLayout()
        self._row.setSpacing(SPACING)
        self._column.addLayout(self._row)
        for button in self._modes.values():
            button.setCheckable(True)
            group.addButton(button)
            self._row.addWidget(button)
        self._row.addWidget(self._layers, 1)
        self._row.addStretch(0)
        self._row.addWidget(self._leave)
        self._rate.setOrientation(Qt.Orientation.Horizontal)
        self._rate.setFixedWidth(50)
        self._rate.setToolTip(tr("Changes per second while flickering"))
        self._rate.setAccessibleName(tr("Flicker rate"))
        self._rate_text.setFixedWidth(self.fontMetrics().horizontalAdvance("0.0 / s") + 6)
        self._leave.setIcon(icon("close"))
        row = QHBoxLayout(self._layers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self._first, 1)
        row.addWidget(self._second, 1)
        for widget in (self._play, self._rate, self._rate_text):
            row.addWidget(widget)

    def _fold(self) -> None:
        """Put the layers below the modes where their names could not be read beside them."""
        folded = self.width() < self._width_of_modes + SPACING + self._layers.minimumSizeHint().width()
        if folded == self._folded:
            return
        self._folded = folded
        if folded:
            self._row.removeWidget(self._layers)
            self._column.addWidget(self._layers)
        else:
            self._column.removeWidget(self._layers)
            self._row.insertWidget(len(self._modes), self._layers, 1)

    @property
    def _width_of_modes(self) -> int:
        """Width of the bar with nothing but modes and the button that leaves, logical pixels."""
        margins = self._column.contentsMargins()
        fixed = [button.sizeHint().width() + SPACING for button in (*self._modes.values(), self._leave)]
        return sum(fixed) + margins.left() + margins.right()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the wider of two rows."""
        margins = self._column.contentsMargins()
        layers = self._layers.minimumSizeHint().width() + margins.left() + margins.right()
        return QSize(max(self._width_of_modes, layers), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take one row or two."""
        super().resizeEvent(event)
        self._fold()

    def _connect(self) -> None:
        state, compare = self._state, self._compare
        for button in self._modes.values():
            button.clicked.connect(self._on_mode)
        for box in (self._first, self._second):
            box.activated.connect(self._on_layers)
        self._play.clicked.connect(self.flicker_requested)
        self._rate.valueChanged.connect(self._on_rate)
        self._leave.clicked.connect(self.leave_requested)
        for changed in (
            state.layout_changed,
            state.compare_layers_changed,
            state.runs_changed,
            compare.mode_changed,
            compare.flickering_changed,
            compare.rate_changed,
            compare.reduced_motion_changed,
            compare.long_axis_changed,
        ):
            changed.connect(self._refresh)

    @Slot()
    def _refresh(self) -> None:
        compare = self._compare
        self.setVisible(self._state.layout is ViewLayout.COMPARE)
        on_plane = compare.long_axis is not None
        self._modes[compare.mode].setChecked(True)
        self._modes[CompareMode.DIFFERENCE].setEnabled(not on_plane)
        for widget in (self._play, self._rate, self._rate_text):
            widget.setVisible(compare.mode is CompareMode.FLICKER)  # else their room is that of the names
        self._play.setIcon(icon("pause" if compare.flickering else "play"))
        fastest = FASTEST_REDUCED_FLICKER if compare.reduced_motion else FASTEST_FLICKER
        with QSignalBlocker(self._rate):
            self._rate.setRange(RATE_STEPS // 2, int(fastest * RATE_STEPS))
            self._rate.setValue(round(compare.rate * RATE_STEPS))
        self._rate_text.setText(f"{min(compare.rate, fastest):.1f} / s")
        self._fill_boxes(enabled=not on_plane)
        self._fold()

    def _fill_boxes(self, *, enabled: bool) -> None:
        layers = [(ACQUIRED, tr("Acquired")), *((run.layer, run.label) for run in self._state.runs)]
        tested = [(run.held_out_layer, run.label) for run in self._state.runs]
        layers += [
            (layer, tr("Held out: {name}").format(name=name)) for layer, name in tested if layer is not None
        ]
        pair = pair_of(self._state.compare_layers)
        for box, number in ((self._first, 0), (self._second, 1)):
            unused = (
                self._compare.mode is CompareMode.DIFFERENCE
                and pair is not None
                and judged_of(pair) != pair[number]
            )
            box.setEnabled(enabled and len(layers) > 1 and not unused)
            with QSignalBlocker(box):
                box.fill(
                    layers, [layer for layer, _ in layers].index(pair[number]) if pair is not None else -1
                )

    @Slot()
    def _on_mode(self) -> None:
        for mode, button in self._modes.items():
            if button is self.sender():
                self.mode_requested.emit(mode)

    @Slot()
    def _on_layers(self) -> None:
        chosen: tuple[Layer, Layer] = (self._first.currentData(), self._second.currentData())
        pair = pair_of(self._state.compare_layers)
        if chosen[0] != chosen[1]:
            self.layers_requested.emit(chosen)
        elif (
            self._compare.mode is CompareMode.DIFFERENCE
            and pair is not None
            and judged_of(pair) != judged_of(pair[::-1])
        ):
            self.layers_requested.emit((pair[1], pair[0]))  # the other one is to be judged
        else:
            self._refresh()

    @Slot(int)
    def _on_rate(self, value: int) -> None:
        self.rate_requested.emit(value / RATE_STEPS)


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text or tip)
    button.setIconSize(QSize(14, 14))
    return button
