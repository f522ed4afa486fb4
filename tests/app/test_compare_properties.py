"""Slice and phase never mix, whatever is pressed and clicked, also while comparing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from app.actions.action_set import ActionSet
from app.controllers.controller import Controller
from app.open_series import OpenSeries
from app.panels.viewport_grid import ViewportGrid
from app.state.viewer_state import ViewerState
from app.views.plane_view import PlaneView
from app.wiring.intents import connect_actions
from tests.app.conftest import make_stack
from tests.app.dense_runs import add_run

SLICE_KEYS = ("Up", "Down", "PageUp", "PageDown", "Home", "End", "A")
PHASE_KEYS = ("Left", "Right", "D", "S")
OTHER_KEYS = ("V", "F", "I", "X", "L", "U", "W", "M", "G", "O", "B", "T", "Z", "P", "R", "1", "0", "Delete")
MOUSE = ("wheel up", "wheel down", "shift wheel", "control wheel", "drag", "middle drag", "right drag")
MOVES_SLICE = {*SLICE_KEYS, "wheel up", "wheel down"}
MOVES_PHASE = {*PHASE_KEYS, "shift wheel"}
BUTTONS = {
    "drag": Qt.MouseButton.LeftButton,
    "middle drag": Qt.MouseButton.MiddleButton,
    "right drag": Qt.MouseButton.RightButton,
}


class Screen:
    """Views, keys and mouse of a window with an acquired and a dense layer."""

    def __init__(self, qtbot: QtBot) -> None:
        self.state = ViewerState()
        self.controller = Controller(self.state)
        self.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
        self.state.set_landmarks((0, 2))
        self.state.set_layer(add_run(self.state))
        self.window = QMainWindow()
        self.grid = ViewportGrid(self.state)
        self.window.setCentralWidget(self.grid)
        self.actions = ActionSet(self.window)
        self.actions.fill(self.window.menuBar())
        self.actions.keep_keys_in(self.grid)
        connect_actions(self.actions, self.controller)
        for view in self.grid.plane_views:
            self._connect(view)
        self.grid.plane_view_added.connect(self._connect)
        self.window.resize(900, 600)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()

    def _connect(self, view: PlaneView) -> None:
        navigation, display = self.controller.navigation, self.controller.display
        view.slice_step_requested.connect(navigation.step_slice)
        view.slice_requested.connect(navigation.go_to_slice_of)
        view.phase_step_requested.connect(navigation.step_phase)
        view.position_requested.connect(navigation.go_to_position)
        view.window_requested.connect(display.set_window)
        view.zoom_requested.connect(display.set_zoom)
        view.pan_requested.connect(display.set_pan)
        view.measured.connect(self.controller.measuring.add)
        view.swipe_requested.connect(self.controller.comparing.set_swipe)
        # A long-axis view's slice line may be dragged, which moves the slice: not asked here.

    @property
    def view(self) -> PlaneView:
        """The first slice view on the screen."""
        return next(view for view in self.grid.plane_views if view.isVisible())

    def do(self, what: str) -> None:
        """Press a key, or do something with the mouse, in the first view."""
        view = self.view
        view.setFocus()
        if what in BUTTONS:
            QTest.mousePress(view, BUTTONS[what], pos=QPoint(40, 200))
            QTest.mouseMove(view, QPoint(60, 230))
            QTest.mouseRelease(view, BUTTONS[what], pos=QPoint(60, 230))
        elif "wheel" in what:
            self._wheel(view, what)
        else:
            QTest.keyClick(view, getattr(Qt.Key, f"Key_{what}"))

    def _wheel(self, view: PlaneView, what: str) -> None:
        none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
        modifiers = {"shift wheel": shift, "control wheel": Qt.KeyboardModifier.ControlModifier}
        place, turn = QPointF(view.rect().center()), QPoint(0, -120 if what == "wheel down" else 120)
        button, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        modifier = modifiers.get(what, none)
        event = QWheelEvent(place, place, QPoint(), turn, button, modifier, phase, False)
        QApplication.sendEvent(view, event)


@pytest.fixture
def screen(qtbot: QtBot):
    made = Screen(qtbot)
    yield made
    assert made.controller.shut_down()
    made.window.close()
    made.window.deleteLater()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*SLICE_KEYS, *PHASE_KEYS, *OTHER_KEYS, *MOUSE]), max_size=14))
def test_nothing_but_slice_moves_the_slice_and_nothing_but_phase_the_phase(
    screen: Screen, events: list[str]
) -> None:
    state = screen.state
    for event in events:
        phase, position = state.phase, state.position
        screen.do(event)
        if event not in MOVES_PHASE:
            assert state.phase == phase, events
        if event not in MOVES_SLICE:
            assert state.position is position, events
        assert 0 <= state.phase < 5
        assert 0 <= state.slice_index() < 16
