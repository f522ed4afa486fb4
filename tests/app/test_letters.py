"""Every bare letter key sent to every view of the real window: it triggers what the menus say, and nothing else."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.choices import ViewLayout
from app.open_series import OpenSeries
from app.viewer import Viewer
from tests.app.conftest import make_stack, preferences_in, viewer_without_gl
from tests.app.dense_runs import add_run

LETTERS = [Qt.Key(code) for code in range(Qt.Key.Key_A, Qt.Key.Key_Z + 1)]


@pytest.fixture
def viewer(qtbot: QtBot, tmp_path: Path):
    made = viewer_without_gl(preferences_in(tmp_path))
    made.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
    made.state.set_layer(add_run(made.state))
    made.window.show()
    qtbot.waitExposed(made.window)
    made.window.activateWindow()
    yield made
    made.window.close()
    made.window.deleteLater()


def views(viewer: Viewer) -> list[QWidget]:
    """Everything in the middle and below that takes the focus, in every layout."""
    grid, transport = viewer.window.grid, viewer.window.transport
    return [*grid.plane_views, grid.ladder, transport.ruler, *transport.ruler.parent().findChildren(QWidget)]


@pytest.mark.parametrize("layout", list(ViewLayout))
def test_every_letter_in_every_view_triggers_its_action_and_no_other(
    viewer: Viewer, layout: ViewLayout
) -> None:
    if layout is ViewLayout.COMPARE:
        viewer.controller.comparing.next_mode()
    viewer.controller.display.set_layout(layout)
    named = viewer.options.keyboard.actions
    triggered: list[str] = []
    for name, action in named.items():
        action.handler = lambda name=name: triggered.append(name)
    by_key = {action.shortcut().toString(): name for name, action in named.items() if action.isEnabled()}
    focusable = [
        view
        for view in views(viewer)
        if view.isVisible() and view.focusPolicy() is not Qt.FocusPolicy.NoFocus and not types_text(view)
    ]
    assert len(focusable) >= 3
    state = viewer.state
    for view in focusable:
        for key in LETTERS:
            letter = key.name.removeprefix("Key_")
            view.setFocus()
            before = (state.phase, tuple(state.position), state.window, state.tool, state.layer, state.zoom)
            triggered.clear()
            QTest.keyClick(view, key)
            only_in_views = letter in by_key and named[by_key[letter]].spec.in_views
            expected = [by_key[letter]] if letter in by_key else []
            where = (view.accessibleName(), letter)
            assert triggered == expected or (only_in_views and not triggered), where
            after = (state.phase, tuple(state.position), state.window, state.tool, state.layer, state.zoom)
            assert after == before, where


def types_text(view: QWidget) -> bool:
    """Whether letters belong to the widget itself: texts, and lists that search by typing."""
    return isinstance(view, QComboBox | QLineEdit)
