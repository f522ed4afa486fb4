import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from app.actions.action_set import ActionSet
from app.actions.catalogue import Act
from app.choices import LoopMode, PlayMode
from app.controllers.controller import Controller
from app.layers import ACQUIRED
from app.open_series import OpenSeries
from app.state.viewer_state import ViewerState
from app.wiring.intents import connect_actions
from tests.app.conftest import make_stack
from tests.app.dense_runs import add_run
from tests.app.review.reader import hold

SLICE_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home}
SLICE_KEYS |= {Qt.Key.Key_End, Qt.Key.Key_A}
PHASE_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_D, Qt.Key.Key_S}
LETTERS = [Qt.Key(code) for code in range(Qt.Key.Key_A, Qt.Key.Key_Z + 1)]
DIGITS = [Qt.Key(code) for code in range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)]
DOCUMENTED = {
    "A": {"position"},
    "C": {"playing"},
    "D": {"phase"},
    "H": {"crosshair_visible"},
    "T": {"tool"},
    "O": {"tool"},
    "G": {"tool"},
    "B": {"tool"},
    "I": {"inverted"},
    "K": {"tool"},
    "L": {"linked"},
    "M": {"tool"},
    "P": {"tool"},
    "R": {"window", "zoom", "pan", "inverted"},
    "S": {"phase"},
    "V": {"layout", "compare_layers"},
    "W": {"tool"},
    "X": {"annotations_visible"},
    "Z": {"tool"},
}
VALUES = (
    "position",
    "phase",
    "window",
    "inverted",
    "interpolation",
    "annotations_visible",
    "crosshair_visible",
    "linked",
    "zoom",
    "pan",
    "playing",
    "loop_mode",
    "play_mode",
    "tool",
    "layout",
    "layer",
    "compare_layers",
)


class KeyWindow:
    """A bare window with every action, a controller, and a series of 4 slices and 5 phases."""

    def __init__(self, qtbot: QtBot) -> None:
        self.state = ViewerState()
        self.controller = Controller(self.state)
        self.window = QMainWindow()
        self.view = QWidget()
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.window.setCentralWidget(self.view)
        self.actions = ActionSet(self.window)
        self.actions.fill(self.window.menuBar())
        self.actions.keep_keys_in(self.view)
        connect_actions(self.actions, self.controller)
        self.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
        self.state.set_landmarks((0, 2))
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.view.setFocus()

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.view, key)

    def values(self) -> dict[str, object]:
        return {name: getattr(self.state, name) for name in VALUES}


@pytest.fixture
def keys(qtbot: QtBot):
    made = KeyWindow(qtbot)
    yield made
    assert made.controller.shut_down()
    made.window.close()
    made.window.deleteLater()


def test_every_action_has_a_key_and_a_menu() -> None:
    for act in Act:
        assert act.value.key, act
        assert act.value.menu, act
        assert not QKeySequence(act.value.key).isEmpty(), act


def test_no_two_actions_share_a_key(keys: KeyWindow) -> None:
    actions = [*(keys.actions[act] for act in Act), *keys.actions.presets]
    texts = [sequence.toString() for action in actions for sequence in action.shortcuts()]
    assert len(texts) == len(set(texts))


def test_every_action_is_in_the_menu_bar(keys: KeyWindow) -> None:
    shown = set()
    menus = [action.menu() for action in keys.window.menuBar().actions()]
    for menu in menus:
        for action in menu.actions():
            shown.add(action)
            if action.menu() is not None:
                shown.update(action.menu().actions())
    missing = [act for act in Act if keys.actions[act] not in shown]
    assert not missing
    assert set(keys.actions.presets) <= shown


@pytest.mark.parametrize("key", LETTERS, ids=lambda key: key.name)
def test_a_letter_does_what_is_documented_and_nothing_else(keys: KeyWindow, key: Qt.Key) -> None:
    keys.state.set_phase(1)
    before = keys.values()
    keys.press(key)
    after = keys.values()
    changed = {name for name in VALUES if not np.all(np.asarray(before[name] == after[name]))}
    assert changed <= DOCUMENTED.get(key.name.removeprefix("Key_"), set())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*sorted(SLICE_KEYS | PHASE_KEYS), *DIGITS]), max_size=12))
def test_slice_keys_never_move_the_phase_and_phase_keys_never_the_slice(
    keys: KeyWindow, pressed: list[Qt.Key]
) -> None:
    for key in pressed:
        phase, position = keys.state.phase, keys.state.position
        keys.press(key)
        if key not in PHASE_KEYS:
            assert keys.state.phase == phase
        if key not in SLICE_KEYS:
            assert keys.state.position is position
        assert 0 <= keys.state.phase < 5
        assert 0 <= keys.state.slice_index() < 4


def test_arrows_step_by_one(keys: KeyWindow) -> None:
    keys.press(Qt.Key.Key_Home)
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Left)
    assert keys.state.slice_index() == 1
    assert keys.state.phase == 4


@pytest.mark.parametrize(("key", "act", "times"), [("Down", Act.SLICE_NEXT, 2), ("Esc", Act.CANCEL, 0)])
def test_a_held_key_goes_on_stepping_but_cancels_nothing(
    keys: KeyWindow, key: str, act: Act, times: int
) -> None:
    done: list[Act] = []
    keys.actions.on(act, done.append, act)
    keys.actions[act].setEnabled(True)
    keys.press(Qt.Key.Key_Home)
    for _ in range(2):
        hold(keys.view, QKeySequence(key)[0].key())
    assert len(done) == times


def test_actions_do_what_they_are_called(keys: KeyWindow) -> None:
    state, first, second = keys.state, add_run(keys.state), add_run(keys.state)
    keys.controller.playback.set_natural_rate()
    for act, name, expected in (
        (Act.SLICE_LAST, "slice", 3),
        (Act.ACQUIRED_PREVIOUS, "slice", 2),
        (Act.ACQUIRED_NEXT, "slice", 3),
        (Act.SLICE_PREVIOUS, "slice", 2),
        (Act.SLICE_FIRST, "slice", 0),
        (Act.END_SYSTOLE, "phase", 2),
        (Act.PHASE_NEXT, "phase", 3),
        (Act.END_DIASTOLE, "phase", 0),
        (Act.FASTER, "fps_wanted", 31.25),
        (Act.OWN_RATE, "fps_wanted", 25.0),
        (Act.SLOWER, "fps_wanted", 18.75),
        (Act.LOOP_MODE, "loop_mode", LoopMode.PING_PONG),
        (Act.LOOP_MODE, "loop_mode", LoopMode.ONCE),
        (Act.LOOP_MODE, "loop_mode", LoopMode.LOOP),
        (Act.EVERY_FRAME, "play_mode", PlayMode.EVERY_FRAME),
        (Act.EVERY_FRAME, "play_mode", PlayMode.REAL_TIME),
        (Act.LAYER_PREVIOUS, "layer", second),
        (Act.LAYER_NEXT, "layer", ACQUIRED),
        (Act.LAYER_NEXT, "layer", first),
        (Act.INVERT, "inverted", True),
        (Act.SMOOTH, "interpolation", False),
        (Act.LINK, "linked", False),
    ):
        keys.actions[act].trigger()
        assert (state.slice_index() if name == "slice" else getattr(state, name)) == expected, act
