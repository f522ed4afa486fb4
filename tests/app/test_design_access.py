"""The whole window without a mouse, and for those who do not see it: reach, names, tooltips, keys, tour."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.actions.catalogue import Act, Menu
from app.actions.key_texts import with_keys
from app.actions.keyboard import Keyboard
from app.choices import ViewLayout
from app.dialogs.key_editor import KeyEditor
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.shortcuts import PDF, ShortcutSheet, sheet, write_sheet
from app.open_series import OpenSeries
from app.preferences import Preferences
from app.presets import PRESETS, preset_window
from app.state.compare_state import CompareMode
from app.state.stored_choices import stored_preset
from app.tour.guide import TAKEN
from app.tour.overlay import place_card
from app.viewer import Viewer
from calid_core.errors import OutputError
from tests.app.conftest import make_stack, viewer_without_gl
from tests.app.dense_runs import add_run
from tests.app.full_disk import room_for

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
    QTextEdit,
)


@pytest.fixture
def viewer(qtbot: QtBot, preferences: Preferences):
    made = viewer_without_gl(preferences)
    made.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
    made.window.show()
    qtbot.waitExposed(made.window)
    made.window.activateWindow()
    yield made
    made.window.close()
    made.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def controls(root: QWidget) -> list[QWidget]:
    """What a person can operate; parts that Qt makes inside of others are left out."""
    found = []
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget, QHeaderView | QScrollBar) or widget.objectName().startswith("qt_")
        popup = type(widget).__name__ == "QListView"
        scrolling = widget.objectName() in ("ScrollLeftButton", "ScrollRightButton")
        if isinstance(widget, CONTROLS) and not (inner or popup or scrolling):
            found.append(widget)
    return found


def told_name(widget: QWidget, labels: list[QLabel]) -> str:
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.text()
    return next((text.text() for text in labels if text.buddy() is widget), "")


def test_every_control_of_the_window_has_a_name_for_screen_readers(viewer: Viewer) -> None:
    labels = viewer.window.findChildren(QLabel)
    unnamed = [w for w in controls(viewer.window) if not told_name(w, labels) and not isinstance(w, QTabBar)]
    assert not [(type(w).__name__, w.toolTip(), type(w.parent()).__name__) for w in unnamed]


def test_every_viewport_has_a_name_for_screen_readers(viewer: Viewer) -> None:
    grid = viewer.window.grid
    add_run(viewer.state)
    for mode in CompareMode:
        viewer.controller.comparing.show(mode)
        assert not [type(view).__name__ for view in grid.plane_views if not view.accessibleName()]


def test_every_control_of_the_window_has_a_tooltip(viewer: Viewer) -> None:
    without = [
        w for w in controls(viewer.window) if not w.toolTip() and not isinstance(w, QLineEdit | QTabBar)
    ]
    assert not [(type(w).__name__, told_name(w, []), type(w.parent()).__name__) for w in without]


def test_every_enabled_control_is_reached_by_tab(viewer: Viewer) -> None:
    for index in range(viewer.window.inspector.count()):
        viewer.window.inspector.setCurrentIndex(index)
        QApplication.processEvents()
        shown = [w for w in controls(viewer.window) if w.isVisible() and w.isEnabled()]
        unreachable = [
            w for w in shown if not w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None
        ]
        assert not [(type(w).__name__, w.toolTip(), w.accessibleName()) for w in unreachable]
        chain, widget = set(), viewer.window.nextInFocusChain()
        while widget is not viewer.window:
            chain.add(widget)
            widget = widget.nextInFocusChain()
        assert {w for w in shown if w.window() is viewer.window} <= chain


def tabbed(start: QWidget, inside: QWidget, *, back: bool = False) -> list[QWidget]:
    """What has the focus when Tab is pressed again and again, from a start until it leaves a part of the window."""
    start.setFocus()
    seen: list[QWidget] = []
    focus: QWidget | None = start
    while focus is not None and inside.isAncestorOf(focus) and focus not in seen:
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
    return seen


def test_tab_goes_through_every_part_and_then_to_the_next(viewer: Viewer) -> None:
    add_run(viewer.state)
    window = viewer.window
    inspector, transport, grid = window.inspector, window.transport, window.grid
    for index in range(inspector.count()):
        inspector.setCurrentIndex(index)
        QApplication.processEvents()
        usable = {w for w in controls(inspector) if w.isVisible() and w.isEnabled()}
        assert usable <= set(tabbed(inspector.tabBar(), inspector))
        assert transport.isAncestorOf(QApplication.focusWidget())
    seen = tabbed(transport.ruler, transport)
    assert {w for w in controls(transport) if w.isVisible()} <= set(seen)
    assert tabbed(seen[-1], transport, back=True) == seen[::-1]
    assert inspector.isAncestorOf(QApplication.focusWidget())
    viewer.controller.comparing.show(CompareMode.FLICKER)
    bar = grid.compare_bar
    modes = list(bar._modes.values())  # arrows go from one to the other
    usable = {w for w in controls(bar) if w.isVisible() and w.isEnabled() and w not in modes}
    assert usable <= set(tabbed(modes[0], bar))
    assert grid.images.isAncestorOf(QApplication.focusWidget())
    views = [view for view in grid.plane_views if view.isVisible()]
    assert tabbed(views[0], grid.images) == views


def test_leaving_a_comparison_from_its_bar_gives_the_keys_to_the_images(viewer: Viewer) -> None:
    add_run(viewer.state)
    viewer.controller.comparing.show(CompareMode.SWIPE)
    leave = viewer.window.grid.compare_bar._leave
    leave.setFocus()
    QTest.keyClick(leave, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is viewer.window.grid.short_axis


def test_every_tab_of_the_inspector_is_on_the_screen_at_1366_pixels(viewer: Viewer) -> None:
    tabs = viewer.window.inspector.tabBar()
    widths = sum(tabs.tabRect(index).width() for index in range(tabs.count()))
    assert viewer.window.width() == 1366
    assert widths <= viewer.window.inspector.width()


def test_f6_goes_through_every_part_of_the_window_and_comes_round(viewer: Viewer) -> None:
    viewer.window.series.setFocus()
    seen = []
    for _ in range(5):
        viewer.window.actions_[Act.NEXT_PART].trigger()
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus)
    assert len(set(seen)) == 5
    assert seen[-1] is viewer.window.series


def test_an_empty_list_says_what_fills_it(viewer: Viewer) -> None:
    viewer.controller.series.close(1)
    for panel in (viewer.window.provenance, viewer.window.runs, viewer.review.panel):
        view = panel.findChild(QAbstractItemView)
        assert view.model().rowCount() == 0
        text = view.viewport().findChild(QLabel)
        assert text.isVisibleTo(view)
        assert text.text() == view.accessibleDescription()


# -- keys ------------------------------------------------------------------------------------------------------


def test_a_key_that_another_action_has_is_told_and_can_be_taken_over(viewer: Viewer) -> None:
    keyboard = viewer.options.keyboard
    editor = KeyEditor(viewer.window, keyboard)
    editor.select("INVERT")
    editor.edit.setKeySequence(QKeySequence("Ctrl+S"))
    assert "Save result" in editor.message.text()
    assert editor.assign.text() == "Take it over"
    editor.assign.click()
    actions = viewer.window.actions_
    assert actions[Act.INVERT].shortcut() == QKeySequence("Ctrl+S")
    assert actions[Act.SAVE].shortcut().isEmpty()
    editor.reset_all.click()
    assert actions[Act.INVERT].shortcut() == QKeySequence("I")
    assert actions[Act.SAVE].shortcut() == QKeySequence("Ctrl+S")
    editor.deleteLater()


def test_only_differences_are_stored_and_they_come_back(viewer: Viewer, preferences: Preferences) -> None:
    keyboard = viewer.options.keyboard
    keyboard.assign("INVERT", QKeySequence("Ctrl+I"))
    assert preferences.key_changes() == {"INVERT": "Ctrl+I"}
    viewer.window.actions_[Act.INVERT].set_keys([QKeySequence("I")])
    Keyboard(viewer.window, viewer.window.actions_, preferences)
    assert viewer.window.actions_[Act.INVERT].shortcut() == QKeySequence("Ctrl+I")
    assert keyboard.reset("INVERT") is None
    assert preferences.key_changes() == {}


def test_a_key_that_was_taken_over_is_not_reset_behind_its_new_owner(viewer: Viewer) -> None:
    keyboard = viewer.options.keyboard
    keyboard.assign("INVERT", QKeySequence("Ctrl+S"))
    clash = keyboard.reset("SAVE")
    assert clash is not None
    assert clash.name == "INVERT"
    keyboard.reset_all()


def test_damaged_or_unknown_stored_keys_are_ignored(viewer: Viewer, preferences: Preferences) -> None:
    preferences.set_key_changes({"NO_SUCH_ACTION": "Ctrl+J"})
    Keyboard(viewer.window, viewer.window.actions_, preferences)
    for stored in ("no json", json.dumps([1, 2]), json.dumps({"INVERT": 3})):
        preferences._settings.setValue("keys", stored)
        Keyboard(viewer.window, viewer.window.actions_, preferences)
    assert viewer.window.actions_[Act.INVERT].shortcut() == QKeySequence("I")


def test_tooltips_and_sheet_name_the_keys_in_use(viewer: Viewer) -> None:
    keyboard, start = viewer.options.keyboard, viewer.window.actions_[Act.RECONSTRUCT]
    button = next(w for w in controls(viewer.window.reconstruct) if "(Ctrl+R)" in w.toolTip())
    keyboard.assign("RECONSTRUCT", QKeySequence("Ctrl+T"))
    assert "(Ctrl+T)" in button.toolTip()
    assert "(Ctrl+T)" in start.toolTip()
    assert "Ctrl+T" in sheet(keyboard.actions)
    keyboard.assign("RECONSTRUCT", QKeySequence())
    assert "Ctrl" not in button.toolTip()
    keyboard.reset_all()
    assert "(Ctrl+R)" in button.toolTip()


def test_help_lines_name_the_keys_in_use(viewer: Viewer) -> None:
    keyboard, panel, measure = viewer.options.keyboard, viewer.review.panel, viewer.measure.panel

    def lines() -> str:
        shown = (*panel.findChildren(QWidget), *measure.findChildren(QWidget))
        return "\n".join(f"{w.toolTip()}\n{w.text() if isinstance(w, QLabel) else ''}" for w in shown)

    assert "Return accepts and goes on · Backspace rejects · N remark" in lines()
    keyboard.assign("ACCEPT", QKeySequence("Ctrl+Y"))
    keyboard.assign("REJECT", QKeySequence())
    keyboard.assign("DELETE_MEASUREMENT", QKeySequence("Ctrl+D"))
    assert "Ctrl+Y accepts and goes on · no key rejects · N remark" in lines()
    assert "Ctrl+D deletes it" in lines()
    assert with_keys("{ACCEPT_WHOLE} {ACCEPT}") == "Shift+Return Ctrl+Y"
    keyboard.reset_all()
    assert "Return accepts and goes on · Backspace rejects · N remark" in lines()


def test_fields_keep_the_keys_by_which_they_step(viewer: Viewer) -> None:
    state, transport, bar = viewer.state, viewer.window.transport, viewer.window.grid.compare_bar
    viewer.controller.display.set_layout(ViewLayout.COMPARE)
    viewer.controller.comparing.show(CompareMode.FLICKER)
    place, phase = state.slice_index(), state.phase
    rate, loop, flicker = transport._rate, transport._loop, bar._rate
    fields = ((rate, rate.value), (loop, loop.currentIndex), (flicker, flicker.value))
    for field, value in fields:
        field.setFocus()
        before = value()
        QTest.keyClick(field, Qt.Key.Key_Up if field is not loop else Qt.Key.Key_Down)
        assert value() != before
        for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_Home, Qt.Key.Key_End):
            QTest.keyClick(field, key)
        assert (state.slice_index(), state.phase) == (place, phase)
    QTest.keyClick(flicker, Qt.Key.Key_Left)
    assert state.phase == phase
    loop.setFocus()
    QTest.keyClick(loop, Qt.Key.Key_Right)
    assert state.phase == phase + 1  # which this field does not use


def test_keys_press_the_button_that_has_the_focus_and_judge_no_slice(viewer: Viewer) -> None:
    state, bar = viewer.state, viewer.window.grid.compare_bar
    add_run(state)
    transport = viewer.window.transport
    viewer.controller.comparing.show(CompareMode.SWIPE)
    judged: list[Act] = []
    for act in (Act.ACCEPT, Act.REJECT, Act.REMARK, Act.ACCEPT_WHOLE, Act.REJECT_WHOLE):
        viewer.window.actions_[act].setEnabled(True)
        viewer.window.actions_.on(act, judged.append, act)
    for widget in (bar._leave, bar._first, bar._modes[CompareMode.SWIPE]):
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Backspace)
        QTest.keyClick(widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(bar._modes[CompareMode.SWIPE], Qt.Key.Key_Right)
    assert state.compare.mode is CompareMode.SIDE_BY_SIDE
    QTest.keyClick(bar._modes[CompareMode.SIDE_BY_SIDE], Qt.Key.Key_Return)
    assert state.compare.mode is CompareMode.SIDE_BY_SIDE
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        viewer.controller.comparing.show(CompareMode.SWIPE)
        bar._leave.setFocus()
        QTest.keyClick(bar._leave, key)
        assert state.layout is ViewLayout.GRID
    state.set_fps_wanted(25.0)
    transport._slower.setFocus()
    QTest.keyClick(transport._slower, Qt.Key.Key_Space)
    assert state.fps_wanted < 25.0
    assert not judged
    assert not state.playing
    transport.ruler.setFocus()
    QTest.keyClick(transport.ruler, Qt.Key.Key_Space)
    assert state.playing


def test_a_number_that_was_typed_gives_the_keys_back_to_the_images(viewer: Viewer) -> None:
    state, window = viewer.state, viewer.window
    rate, centre = window.transport._rate, window.display._centre
    view = window.grid.long_axes[1]
    view.setFocus()
    rate.setFocus()
    rate.selectAll()
    QTest.keyClicks(rate, "12,5")
    QTest.keyClick(rate, Qt.Key.Key_Return)
    assert state.fps_wanted == 12.5
    assert QApplication.focusWidget() is view
    window.inspector.setCurrentIndex(2)
    assert centre.isVisible()
    cancelled = []
    window.actions_.on(Act.CANCEL, cancelled.append, 1)
    window.actions_[Act.CANCEL].setEnabled(True)
    before = centre.value(), state.window
    centre.setFocus()
    centre.selectAll()
    QTest.keyClicks(centre, "3")
    QTest.keyClick(centre, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is view
    assert (centre.value(), state.window) == before
    assert not cancelled


def test_letters_in_a_number_are_those_of_the_actions(viewer: Viewer) -> None:
    state, rate = viewer.state, viewer.window.transport._rate
    rate.setFocus()
    QTest.keyClick(rate, Qt.Key.Key_C)
    assert state.playing
    QTest.keyClick(rate, Qt.Key.Key_C)
    QTest.keyClick(rate, Qt.Key.Key_I)
    assert (state.playing, state.inverted) == (False, True)
    before = state.window
    rate.selectAll()
    QTest.keyClick(rate, Qt.Key.Key_3)  # a preset elsewhere
    assert rate.lineEdit().text().startswith("3")
    assert state.window == before


def test_space_opens_the_chooser_that_has_the_focus(viewer: Viewer) -> None:
    loop = viewer.window.transport._loop
    loop.setFocus()
    QTest.keyClick(loop, Qt.Key.Key_Space)
    assert loop.view().isVisible()
    assert not viewer.state.playing
    loop.hidePopup()


def test_the_sheet_has_every_action_and_prints(viewer: Viewer, tmp_path: Path) -> None:
    actions = viewer.options.keyboard.actions
    page = sheet(actions)
    assert all(action.name.replace("'", "&#x27;") in page for action in actions.values())
    assert all(menu.value.replace("&", "") in page for menu in Menu)
    write_sheet(tmp_path / "keys.pdf", actions)
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")
    with room_for(2000), pytest.raises(OutputError, match=r"cannot write keys\.pdf"):
        write_sheet(tmp_path / "keys.pdf", actions)
    assert (tmp_path / "keys.pdf").read_bytes().endswith(b"%%EOF\n")


def test_the_sheet_is_no_larger_than_the_screen(viewer: Viewer) -> None:
    dialog = ShortcutSheet(viewer.window, viewer.options.keyboard.actions)
    assert dialog.minimumSizeHint().width() < 800
    free = dialog.screen().availableSize()
    assert dialog.width() <= free.width()
    assert dialog.height() <= free.height()
    dialog.close()


def test_a_sheet_that_cannot_be_saved_is_told_of(viewer: Viewer, tmp_path: Path) -> None:
    dialog = ShortcutSheet(viewer.window, viewer.options.keyboard.actions)
    dialog._save(tmp_path / "gone" / "keys.pdf", PDF)
    told = dialog.findChild(QMessageBox)
    assert told is not None
    assert "the folder does not exist" in told.informativeText() + told.text()
    told.close()
    dialog.close()


def test_a_released_key_returns_from_the_acquired_slice_after_it_was_changed(viewer: Viewer) -> None:
    released = []
    viewer.controller.navigation.release_acquired = lambda: released.append(1)  # type: ignore[method-assign]
    viewer.options.keyboard.assign("ACQUIRED_NEAREST", QKeySequence("G"))
    QTest.keyRelease(viewer.window, Qt.Key.Key_A)
    no_modifier = Qt.KeyboardModifier.NoModifier
    repeated = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_G, no_modifier, "g", autorep=True)
    QApplication.sendEvent(viewer.window, repeated)  # while the key is held
    assert not released
    QTest.keyRelease(viewer.window, Qt.Key.Key_G)
    assert released
    viewer.options.keyboard.reset_all()


def test_a_held_key_is_let_go_with_the_window_and_holds_nothing_from_the_menu(
    viewer: Viewer, qtbot: QtBot
) -> None:
    state, navigation, window = viewer.state, viewer.controller.navigation, viewer.window
    run = add_run(state)
    state.set_layer(run)
    navigation.go_to_slice(7)
    view = window.grid.short_axis
    view.setFocus()
    QTest.keyPress(view, Qt.Key.Key_A)
    assert state.slice_index() == 5
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    assert state.slice_index() == 7
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.actions_[Act.ACQUIRED_NEAREST].trigger()
    assert state.slice_index() == 5
    other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    assert state.slice_index() == 5


# -- preferences -----------------------------------------------------------------------------------------------


def test_preferences_hold_at_once(viewer: Viewer, preferences: Preferences) -> None:
    dialog = PreferencesDialog(viewer.window, preferences)
    dialog.appearance_changed.connect(viewer.options._apply_appearance)
    dialog.preset_changed.connect(viewer.options._apply_preset)
    dialog.motion.setChecked(True)
    assert viewer.state.compare.reduced_motion
    dialog.preset.setCurrentIndex(3)
    assert stored_preset(preferences) == 3
    stack = make_stack(phases=6)
    viewer.state.set_all_series((OpenSeries(2, "other", stack=stack),), 2)
    assert viewer.state.window == preset_window(stack, PRESETS[3])
    dialog.deleteLater()


# -- tour ------------------------------------------------------------------------------------------------------


def test_the_tour_is_led_by_keys_and_names_keys_that_exist(viewer: Viewer, preferences: Preferences) -> None:
    tour = viewer.options.tour
    tour.start()
    assert 7 <= len(tour.steps) <= 9
    card = tour._card
    assert card is not None
    titles = []
    for _ in tour.steps:
        titles.append(card.title.text())
        assert "{" not in card.text.text()
        assert viewer.window.rect().contains(card.geometry())
        QTest.keyClick(card, Qt.Key.Key_Right)
    assert titles == [step.title for step in tour.steps]
    assert tour._card is None
    assert preferences.flag(TAKEN)


def test_escape_leaves_the_tour_wherever_the_focus_is(viewer: Viewer) -> None:
    tour = viewer.options.tour
    tour.start()
    viewer.window.series.setFocus()
    QTest.keyClick(viewer.window.series, Qt.Key.Key_Escape)
    assert tour._card is None
    tour.start()
    assert tour._card is not None
    tour.leave()


def test_the_window_works_while_the_tour_is_on(viewer: Viewer) -> None:
    viewer.options.tour.start()
    viewer.window.grid.short_axis.setFocus()
    QTest.keyClick(viewer.window.grid.short_axis, Qt.Key.Key_Home)
    QTest.keyClick(viewer.window.grid.short_axis, Qt.Key.Key_Down)
    assert viewer.state.slice_index() == 1
    viewer.options.tour.leave()


def test_every_step_points_at_something_that_is_on_the_screen(viewer: Viewer) -> None:
    tour = viewer.options.tour
    tour.start()
    for step in tour.steps:
        target = step.target(viewer.window)
        assert target is not None, step.title
        assert target.isVisible(), step.title
        tour.go_on()


def test_a_card_lies_beside_what_it_explains() -> None:
    from PySide6.QtCore import QRect, QSize

    window, size = QRect(0, 0, 1366, 768), QSize(380, 160)
    for bright in (
        QRect(10, 10, 300, 700),
        QRect(900, 60, 460, 600),
        QRect(0, 690, 1366, 40),
        QRect(0, 0, 1366, 25),
    ):
        card = QRect(place_card(size, bright, window), size)
        assert window.contains(card)
        assert not card.intersects(bright)
    assert window.contains(QRect(place_card(size, window, window), size))
