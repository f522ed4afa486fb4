"""Play, speed and loop of the cine, and the ruler of the heart cycle."""

import re
from enum import Enum

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.choices import LoopMode, PlayMode
from app.core_words import moment_text
from app.resources import icon
from app.state.viewer_state import ViewerState
from app.theme import surface
from app.translation import tr
from app.views.number_box import NumberBox
from app.views.phase_ruler import PhaseRuler
from app.views.text_label import SteadyLabel

TOLERANCE = 0.05
"""Relative difference between actual and wanted rate from which the actual one is marked."""
DIGIT = re.compile(r"\d")


class TransportBar(QWidget):
    """The bar below the viewports."""

    play_requested = Signal()  # play or pause
    slower_requested = Signal()
    faster_requested = Signal()
    rate_requested = Signal(float)  # phases per second
    loop_mode_requested = Signal(object)  # LoopMode
    play_mode_requested = Signal(object)  # PlayMode
    phase_requested = Signal(int)
    phase_step_requested = Signal(int)

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._play = _button("play", tr("Play / pause (Space)"))
        self._slower = _button("slower", tr("Slower (,)"))
        self._faster = _button("faster", tr("Faster (.)"))
        self._rate = _rate_box()
        self._actual = SteadyLabel("▲ " + tr("{rate:.1f} fps shown").format(rate=888.8))
        self._actual.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._loop = _choice(LoopMode, tr("What happens at the last phase (Shift+C)"))
        self._mode = _choice(
            PlayMode, tr("Real time keeps the clock and may skip phases; every frame shows all of them")
        )
        self._phase = SteadyLabel()
        self.ruler = PhaseRuler(state, self)
        self._lay_out()
        self._connect()
        self._update_all()

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(4)
        for widget in (
            self._slower,
            self._play,
            self._faster,
            self._rate,
            self._actual,
            self._loop,
            self._mode,
        ):
            row.addWidget(widget)
        self._above_ruler = QVBoxLayout()
        self._above_ruler.setSpacing(0)
        self._above_ruler.addWidget(self.ruler)
        row.addLayout(self._above_ruler, 1)
        row.addWidget(self._phase)

    def add_above_ruler(self, widget: QWidget) -> None:
        """Put something above the ruler, as wide as that."""
        self._above_ruler.insertWidget(0, widget)

    def add_action(self, action: QAction) -> None:
        """Put a button for an action before the ruler."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._row.insertWidget(self._row.indexOf(self._mode) + 1, button)

    def _connect(self) -> None:
        state = self._state
        self._play.clicked.connect(self.play_requested)
        self._slower.clicked.connect(self.slower_requested)
        self._faster.clicked.connect(self.faster_requested)
        self._rate.valueChanged.connect(self.rate_requested)
        self._loop.activated.connect(self._emit_loop_mode)
        self._mode.activated.connect(self._emit_play_mode)
        self.ruler.phase_requested.connect(self.phase_requested)
        self.ruler.phase_step_requested.connect(self.phase_step_requested)
        state.playing_changed.connect(self._update_playing)
        state.fps_wanted_changed.connect(self._update_rate)
        state.fps_actual_changed.connect(self._update_actual)
        state.loop_mode_changed.connect(self._update_modes)
        state.play_mode_changed.connect(self._update_modes)
        state.phase_changed.connect(self._update_phase)
        state.stack_changed.connect(self._update_all)

    @Slot()
    def _emit_loop_mode(self) -> None:
        self.loop_mode_requested.emit(self._loop.currentData())

    @Slot()
    def _emit_play_mode(self) -> None:
        self.play_mode_requested.emit(self._mode.currentData())

    @Slot()
    def _update_all(self) -> None:
        usable = self._state.phases > 1
        for widget in (self._play, self._slower, self._faster, self._rate, self._loop, self._mode):
            widget.setEnabled(usable)
        stack = self._state.active_stack
        # Phases with the most digits and the largest time come last.
        self._phase.keep_room_for(
            "" if stack is None else DIGIT.sub("8", moment_text(stack, stack.phases - 1))
        )
        self._update_playing()
        self._update_rate()
        self._update_modes()
        self._update_phase()

    @Slot()
    def _update_playing(self) -> None:
        self._play.setIcon(icon("pause" if self._state.playing else "play"))
        self._update_actual()

    @Slot()
    def _update_rate(self) -> None:
        with QSignalBlocker(self._rate):
            self._rate.setValue(self._state.fps_wanted)
        self._update_actual()

    @Slot()
    def _update_actual(self) -> None:
        """The rate on the screen; marked by sign and colour where it is off."""
        actual, wanted = self._state.fps_actual, self._state.fps_wanted
        if not self._state.playing or actual is None:
            text, colour = "", surface().muted
        elif abs(actual - wanted) > TOLERANCE * wanted:
            text, colour = "▲ " + tr("{rate:.1f} fps shown").format(rate=actual), surface().warning
        else:
            text, colour = tr("{rate:.1f} fps shown").format(rate=actual), surface().text
        if text != self._actual.text():
            self._actual.setText(text)
            self._actual.setStyleSheet(f"color: {colour.name()}")

    @Slot()
    def _update_modes(self) -> None:
        self._loop.setCurrentIndex(self._loop.findData(self._state.loop_mode))
        self._mode.setCurrentIndex(self._mode.findData(self._state.play_mode))

    @Slot()
    def _update_phase(self) -> None:
        stack = self._state.active_stack
        self._phase.setText("" if stack is None else moment_text(stack, self._state.phase))


def _button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setIconSize(QSize(18, 18))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoRaise(True)
    return button


def _rate_box() -> NumberBox:
    box = NumberBox()
    box.setRange(0.5, 200.0)
    box.setDecimals(1)
    box.setSuffix(tr(" fps"))
    box.setKeyboardTracking(False)
    box.setToolTip(tr("Wanted phases per second; the heart's own rate at first"))
    box.setAccessibleName(tr("Wanted phases per second"))
    return box


def _choice(kind: type[Enum], tip: str) -> QComboBox:
    box = QComboBox()
    for member in kind:
        box.addItem(tr(str(member.value)), member)
    box.setToolTip(tip)
    box.setAccessibleName(tip)
    return box
