"""Window/level in numbers, the presets, and the switches for how images are drawn."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from app.presets import PRESETS
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.number_box import NumberBox
from app.views.text_label import Tone, label
from calid_core.real_values import STORED, RealScale

LARGEST = 1e9
"""Of the fields of window and level, in real values."""


class DisplayPanel(QWidget):
    """Grey-value window of every view, and how images are drawn.

    Parameters
    ----------
    state
        What is drawn.
    switches
        Checkable actions of the window, shown as check boxes.
    """

    window_requested = Signal(float, float)
    preset_requested = Signal(int)

    def __init__(self, state: ViewerState, switches: Sequence[QAction]) -> None:
        super().__init__()
        self._state = state
        self._centre, self._width = NumberBox(), NumberBox()
        for box, low in ((self._centre, -LARGEST), (self._width, 0.0)):
            box.setRange(low, LARGEST)
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self._on_window_typed)
        self._preset = QComboBox()
        self._preset.addItems([f"{number}   {tr(preset.label)}" for number, preset in enumerate(PRESETS)])
        self._preset.setToolTip(tr("Window/level by percentiles of the acquired stack (0 to 9)"))
        self._centre.setToolTip(tr("Grey value shown as medium grey"))
        self._width.setToolTip(tr("Range of grey values from black to white"))
        self._preset.activated.connect(self.preset_requested)
        form = QFormLayout()
        form.addRow(tr("&Preset"), self._preset)
        form.addRow(tr("&Centre"), self._centre)
        form.addRow(tr("&Width"), self._width)
        note = tr("Computed on the acquired slices and the same for every run and view.")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.addWidget(label(tr("Window/level"), Tone.HEADING))
        self._column.addLayout(form)
        self._column.addWidget(label(note, Tone.SECONDARY, wrap=True))
        self._column.addSpacing(8)
        self._column.addWidget(label(tr("Images"), Tone.HEADING))
        for action in switches:
            self._column.addWidget(ActionCheckBox(action))
        self._column.addStretch(1)
        for changed in (state.window_changed, state.stack_changed):
            changed.connect(self._refresh)
        self._refresh()

    def add_section(self, title: str, widget: QWidget) -> None:
        """Put further controls below: those of the 3D view."""
        place = self._column.count() - 1
        self._column.insertSpacing(place, 8)
        self._column.insertWidget(place + 1, label(title, Tone.HEADING))
        self._column.insertWidget(place + 2, widget)

    @property
    def _real(self) -> RealScale:
        """Of the series on the screen."""
        stack = self._state.active_stack
        return stack.source.real if stack is not None else STORED

    @Slot()
    def _refresh(self) -> None:
        centre, width = self._real.window_to_real(self._state.window)
        decimals = 1 if width > 20 else max(4, 3 - math.floor(math.log10(width)))
        for box, value in ((self._centre, centre), (self._width, width)):
            with QSignalBlocker(box):
                box.setDecimals(decimals)
                box.setSingleStep(max(width / 50, 10**-decimals))
                box.setValue(value)

    @Slot()
    def _on_window_typed(self) -> None:
        typed = self._real.window_to_stored((self._centre.value(), self._width.value()))
        self.window_requested.emit(*typed)


class ActionCheckBox(QCheckBox):
    """A check box for a checkable action of the window."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action.toolTip().splitlines()[0])
        self.setToolTip(action.statusTip())
        self.setChecked(action.isChecked())
        action.toggled.connect(self.setChecked)
        self.clicked.connect(action.trigger)
