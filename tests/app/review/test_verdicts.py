import gc
import json
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import dcmread
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.actions.catalogue import Act
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.reader import ReaderDialog
from app.dialogs.save import VOLUME_FORMATS
from app.layers import ACQUIRED
from app.preferences import Preferences
from app.sessions.unfinished import JOURNAL_NAME
from app.state.compare_state import CompareMode
from app.viewer import Viewer
from app.views.plane_view import PlaneView
from calid_core.checks.kinds import Check
from calid_core.checks.report import CheckReport
from calid_core.checks.results import SliceRank
from tests.app.full_disk import room_for
from tests.app.review.reader import (
    BACKSPACE,
    CONTROL,
    RETURN,
    SHIFT,
    close,
    draw_distance,
    hold,
    make_viewer,
    open_and_reconstruct,
    open_another,
    two_more_runs,
    verdicts,
)


def test_keys_give_verdicts_and_walk_the_most_doubtful_slices(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    assert viewer.review.reviews.progress == (0, 12)
    QTest.keyClick(view, Qt.Key.Key_J)
    assert viewer.state.slice_index() == 2  # 4 mm from an acquired slice, the farthest there is
    QTest.keyClick(view, RETURN)
    assert viewer.state.slice_index() == 3
    QTest.keyClick(view, BACKSPACE)
    assert viewer.state.slice_index() == 3
    assert verdicts(viewer) == {2: "accepted", 3: "rejected"}
    assert viewer.review.reviews.progress == (2, 12)
    QTest.keyClick(view, RETURN, SHIFT)
    assert verdicts(viewer)[None] == "accepted"
    QTest.keyClick(view, BACKSPACE, SHIFT)
    assert verdicts(viewer)[None] == "rejected"
    assert viewer.state.phase == 0


def test_return_right_after_a_rejection_goes_on_and_does_not_overturn_it(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, BACKSPACE)
    QTest.keyClick(view, RETURN)
    assert verdicts(viewer) == {2: "rejected"}
    assert viewer.state.slice_index() == 3
    # Whoever comes back may think otherwise.
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, RETURN)
    assert verdicts(viewer) == {2: "accepted"}
    # A rejection that was taken back is none.
    viewer.controller.navigation.go_to_slice(3)
    QTest.keyClick(view, BACKSPACE)
    viewer.controller.undo.undo()
    assert verdicts(viewer) == {2: "accepted"}
    QTest.keyClick(view, RETURN)
    assert verdicts(viewer) == {2: "accepted", 3: "accepted"}


def test_pressing_return_on_and_on_checks_every_made_slice_once(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    for _ in range(12):
        QTest.keyClick(view, RETURN)
    assert viewer.review.reviews.progress == (12, 12)
    assert set(verdicts(viewer)) == {i for i in range(16) if i % 5}
    QTest.keyClick(view, Qt.Key.Key_J)
    assert "All 12 slices are checked" in viewer.window.status.currentMessage()


@pytest.mark.parametrize("key", [RETURN, BACKSPACE, Qt.Key.Key_J])
def test_a_key_that_is_held_judges_one_slice_only(
    qtbot: QtBot, viewer: Viewer, images: Path, key: Qt.Key
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyPress(view, key)
    judged, shown = verdicts(viewer), viewer.state.slice_index()
    for _ in range(3):
        hold(view, key)
    assert verdicts(viewer) == judged
    assert viewer.state.slice_index() == shown


def test_buttons_of_the_panel_judge_the_whole_and_go_on(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    panel = viewer.review.panel
    for button, expected in ((panel._reject, "rejected"), (panel._accept, "accepted")):
        button.click()
        assert verdicts(viewer) == {None: expected}
        assert panel._series.text().startswith(f"{expected.capitalize()} by AB")
    panel._next.click()
    assert viewer.state.slice_index() == 2


def test_the_panel_tells_kinds_of_verdicts_and_doubtful_slices_by_a_sign(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    ranking = (SliceRank(False, 2, 2, 1.0, ("septum",), 1), SliceRank(False, 3, 3, 0.9, (), 1))
    report = CheckReport("cine", 4, 5, 10.0, ranking=ranking, needs_attention=True)
    viewer.state.set_runs((replace(viewer.state.runs[0], checks=report),))
    for slice_ in (1, 4):
        viewer.review.reviewing.set_remark(slice_, "thin")
    for slice_, act in ((1, Act.ACCEPT), (2, Act.ACCEPT), (3, Act.REJECT)):
        viewer.controller.navigation.go_to_slice(slice_)
        viewer.window.actions_[act].trigger()
    table = viewer.review.panel._table
    cells = [[table.item(row, column).text() for column in (2, 3)] for row in range(5)]
    assert cells == [["–", ""], ["–", "✓…"], ["⚠ 1.0", "✓"], ["0.9", "✕"], ["–", "…"]]


def test_verdicts_are_saved_with_the_result(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, BACKSPACE)
    for path in (tmp_path / "dense.nii.gz", tmp_path / "dicom"):
        chosen = next(f for f in VOLUME_FORMATS if bool(f.suffix) is (path.suffix == ".gz"))
        with qtbot.waitSignal(viewer.controller.saving.saved, timeout=20_000):
            viewer.save_actions.save_volume(path, chosen)
    slices = json.loads((tmp_path / "dense.json").read_text(encoding="utf-8"))["slices"]
    assert [s["index"] for s in slices if s.get("review", "").startswith("rejected by AB at ")] == [2]
    comments = {
        (int(file.InstanceNumber) - 1) // 5: file.ImageComments
        for file in (dcmread(path) for path in (tmp_path / "dicom").iterdir())
    }
    assert [k for k, text in comments.items() if "Slice rejected by AB" in text] == [2]
    assert all("not for diagnosis" in text or "copied unchanged" in text for text in comments.values())


def test_undo_and_redo_follow_the_order_of_verdicts_and_deletions(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, RETURN)
    QTest.keyClick(view, BACKSPACE)
    QTest.keyClick(view, BACKSPACE, CONTROL)
    assert viewer.state.layer == ACQUIRED
    for expected in ({2: "accepted", 3: "rejected"}, {2: "accepted"}, {}):
        QTest.keyClick(view, Qt.Key.Key_Z, CONTROL)
        assert verdicts(viewer) == expected
    for expected in ({2: "accepted"}, {2: "accepted", 3: "rejected"}):
        QTest.keyClick(view, Qt.Key.Key_Z, CONTROL | SHIFT)
        assert verdicts(viewer) == expected
    assert viewer.state.slice_index() == 3


def test_what_was_told_of_a_rejection_does_not_hide_the_line_of_the_next_slice(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view, status = open_and_reconstruct(qtbot, viewer, images), viewer.window.status
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, BACKSPACE)
    assert status.currentMessage().startswith("Rejected.")
    QTest.keyClick(view, RETURN)
    assert viewer.state.slice_index() == 3
    assert not status.currentMessage()


def test_a_series_that_is_closed_is_let_go_with_its_runs_and_checks(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    draw_distance(viewer, view)
    viewer.checks.checking.start(Check.LEAVE_ONE_OUT)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    qtbot.waitUntil(lambda: viewer.state.job is None)
    (run,) = viewer.state.runs
    assert run.held_out_layer is not None
    viewer.controller.display.show_layer(run.layer)
    viewer.window.grab()
    held_out = viewer.state.volume(run.held_out_layer)
    held = [weakref.ref(o) for o in (viewer.state.active_stack, run, run.reconstruction, held_out)]
    del run, held_out
    viewer.controller.series.close_active()
    controller = viewer.controller
    qtbot.waitUntil(lambda: not controller.worker.jobs and not controller.loader.jobs, timeout=30_000)
    viewer.window.grab()
    gc.collect()
    assert [ref() for ref in held] == [None] * 4


def test_a_verdict_in_a_closed_series_is_not_taken_back_unseen(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, BACKSPACE)
    viewer.controller.series.close_active()
    assert not viewer.window.actions_[Act.UNDO].isEnabled()
    viewer.controller.undo.undo()
    open_and_reconstruct(qtbot, viewer, images)
    assert verdicts(viewer) == {2: "rejected"}


def test_a_verdict_is_taken_back_and_given_again_on_the_screen(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    first, actions = viewer.state.active_series, viewer.window.actions_
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, BACKSPACE)
    judged = viewer.state.layer
    for act, key, expected in ((Act.UNDO, Qt.Key.Key_Z, {}), (Act.REDO, Qt.Key.Key_Y, {2: "rejected"})):
        viewer.controller.display.show_layer(ACQUIRED)
        viewer.controller.display.toggle_compare()
        if act is Act.UNDO:
            open_another(qtbot, viewer, images)
        else:
            viewer.controller.series.activate(viewer.state.all_series[1].id)
        assert actions[act].text().endswith("slice 3 rejected in cine")
        QTest.keyClick(view, key, CONTROL)
        assert viewer.state.active_series is first
        assert viewer.state.judged_layer == judged
        assert viewer.state.slice_index() == 2
        assert verdicts(viewer) == expected
    assert actions[Act.UNDO].text().endswith("slice 3 rejected")


def test_a_verdict_that_is_taken_back_on_a_run_that_is_gone_is_told(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    viewer.state.set_runs(())
    viewer.controller.undo.undo()
    assert viewer.window.status.currentMessage() == "The verdict was changed on a run that is not shown."
    assert viewer.review.reviews.reviews == ()


def test_a_verdict_that_the_disk_did_not_let_be_taken_back_can_be_taken_back_again(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    undo, given = viewer.controller.undo, verdicts(viewer)
    viewer.review.reviewing.failed.disconnect()
    for move, before, after in ((undo.undo, given, {}), (undo.redo, {}, given)):
        with room_for(10):
            move()
        assert verdicts(viewer) == before
        move()
        assert verdicts(viewer) == after
    assert (undo.count(), undo.canRedo()) == (1, False)


def test_initials_are_asked_once_and_the_verdict_is_then_given(
    qtbot: QtBot, tmp_path: Path, images: Path
) -> None:
    preferences = Preferences(QSettings(str(tmp_path / "new.ini"), QSettings.Format.IniFormat))
    viewer = make_viewer(preferences)
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, RETURN)
    assert verdicts(viewer) == {}
    dialog = viewer.window.findChild(ReaderDialog)
    assert dialog is not None
    QTest.keyClicks(dialog.focusWidget(), "CD")
    dialog.accept()
    assert verdicts(viewer) == {2: "accepted"}
    assert preferences.text("reader", "") == "CD"
    view.setFocus()
    QTest.keyClick(view, RETURN)
    assert len(verdicts(viewer)) == 2
    close(viewer)


def test_a_verdict_that_waited_for_initials_is_not_given_to_a_run_that_came_meanwhile(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.review.reviews.set_reader("")
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, RETURN)
    dialog = viewer.window.findChild(ReaderDialog)
    assert dialog is not None
    two_more_runs(qtbot, viewer)
    QTest.keyClicks(dialog.focusWidget(), "CD")
    dialog.accept()
    assert viewer.review.reviews.reader == "CD"
    assert judged_slices(viewer) == {}
    assert "No verdict was given" in viewer.window.status.currentMessage()


def test_without_initials_in_the_preferences_the_next_verdict_asks_for_them(
    qtbot: QtBot, viewer: Viewer, preferences: Preferences, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.options.show_preferences()
    dialog = viewer.window.findChild(PreferencesDialog)
    assert dialog is not None
    assert dialog.reader.text() == "AB"
    dialog.reader.clear()
    dialog.reader.editingFinished.emit()
    dialog.close()
    assert viewer.review.reviews.reader == ""
    assert preferences.text("reader", "AB") == ""
    QTest.keyClick(view, BACKSPACE)
    assert verdicts(viewer) == {}
    asked = viewer.window.findChild(ReaderDialog)
    assert asked is not None
    asked.reject()
    viewer.review.reviewing.set_reader("CD")  # later; the verdict was given up
    assert verdicts(viewer) == {}


@pytest.mark.parametrize("stored", ["A B", "far too long a name", "?"])
def test_damaged_initials_that_are_stored_are_those_of_nobody(
    qtbot: QtBot, preferences: Preferences, stored: str
) -> None:
    preferences.set_text("reader", stored)
    viewer = make_viewer(preferences)
    assert viewer.review.reviews.reader == ""
    close(viewer)


def test_acquired_slices_can_be_judged_and_runs_keep_their_verdicts_apart(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, BACKSPACE)
    assert verdicts(viewer) == {0: "rejected"}
    viewer.controller.display.show_layer(ACQUIRED)
    assert verdicts(viewer) == {}
    assert viewer.review.reviews.progress == (0, 4)
    QTest.keyClick(view, RETURN)
    assert verdicts(viewer) == {0: "accepted"}


def judged_slices(viewer: Viewer) -> dict[str, dict[int | None, str]]:
    """Verdicts by label of the run, without their times."""
    reviews = viewer.review.reviews
    judged = {run.label: reviews.judged(run) for run in viewer.state.runs}
    return {
        label: {i: verdict.written.split(" at ")[0] for i, verdict in said.items()}
        for label, said in judged.items()
        if said
    }


@pytest.mark.parametrize("mode", list(CompareMode))
def test_a_verdict_in_a_comparison_is_about_a_run_on_the_screen(
    qtbot: QtBot, viewer: Viewer, images: Path, mode: CompareMode
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    linear, cubic = two_more_runs(qtbot, viewer)
    viewer.controller.comparing.compare_in_place(linear.layer, cubic.layer)
    viewer.controller.comparing.show(mode)
    viewer.controller.navigation.go_to_slice_of(cubic.layer, 1)
    viewer.window.actions_[Act.REJECT].trigger()
    assert judged_slices(viewer) == {cubic.label: {1: "rejected by AB"}}
    panel = viewer.review.panel
    assert panel._title.text() == cubic.label
    assert panel._table.rowCount() == 7
    assert panel._table.currentRow() == 1
    views = viewer.window.grid.findChildren(PlaneView)
    named = {view.compared_name for view in views if view.own_layer is not None and view.is_judged}
    assert named == {cubic.label}
    panel._table.selectRow(3)
    assert viewer.state.slice_index(cubic.layer) == 3
    viewer.controller.undo.undo()
    assert judged_slices(viewer) == {}
    assert viewer.state.slice_index(cubic.layer) == 1
    viewer.controller.comparing.leave()
    kept = cubic if mode is CompareMode.FLICKER else viewer.state.runs[2]  # flicker stops on what was judged
    assert panel._title.text() == kept.label


def test_a_verdict_while_it_flickers_is_about_the_run_on_the_screen(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    linear, cubic = two_more_runs(qtbot, viewer)
    viewer.controller.comparing.compare_in_place(linear.layer, cubic.layer)
    viewer.state.compare.set_shown(0)
    viewer.controller.navigation.go_to_slice_of(linear.layer, 2)
    assert viewer.state.compare.flickering
    viewer.window.actions_[Act.REJECT].trigger()
    assert not viewer.state.compare.flickering  # what is judged stays on the screen
    viewer.window.actions_[Act.ACCEPT].trigger()  # goes on: what was just rejected stays so
    assert judged_slices(viewer) == {linear.label: {2: "rejected by AB"}}
    viewer.window.actions_[Act.REMARK].trigger()
    assert viewer.state.judged_layer == linear.layer
    assert viewer.review.remarks.editor.isVisible()


def test_held_out_slices_take_no_verdicts_and_it_is_said_why(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    viewer.checks.checking.start(Check.LEAVE_ONE_OUT)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    (run,) = viewer.state.runs
    assert run.held_out_layer is not None
    viewer.controller.comparing.compare_in_place(ACQUIRED, run.held_out_layer)
    viewer.controller.comparing.show(CompareMode.SWIPE)
    viewer.window.actions_[Act.REJECT].trigger()
    assert viewer.review.reviews.reviews == ()
    said = viewer.window.status.currentMessage()
    assert "Held out: Linear 2.0 mm" in said
    assert "no verdicts" in said
    assert "Held out" in viewer.review.panel._title.text()


def test_the_panel_the_ladder_and_the_view_show_the_verdicts(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    before = viewer.window.grid.ladder.grab().toImage()
    QTest.keyClick(view, BACKSPACE)
    panel = viewer.review.panel
    assert panel.isVisible()
    assert panel._table.item(2, 3).text() == "✕"
    assert panel._bar.value() == 1
    assert panel._bar.maximum() == 12
    assert viewer.window.grid.ladder.grab().toImage() != before
    assert "Rejected by AB" in viewer.review.chip.text()
    assert viewer.review.chip.isVisible()


def test_a_verdict_is_on_the_disk_when_the_key_has_been_handled(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, BACKSPACE)
    journal = next(preferences.reviews_folder().glob(f"*/{JOURNAL_NAME}"))
    assert journal.read_text(encoding="utf-8").count('"reject"') == 1
