"""Whose a remark is, and what keeps it: another reader, a session that comes, a series that is closed, a file that is saved."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.actions.catalogue import Act
from app.choices import ViewLayout
from app.dialogs.save import SaveDialog
from app.dialogs.session import REPORT_FORMATS
from app.layers import ACQUIRED
from app.preferences import Preferences
from app.review.journal import Journal, read_journal
from app.review.verdicts import Verdict, now
from app.sessions.autosave import JOURNAL_NAME
from app.sessions.file import read_session
from app.state.compare_state import CompareMode
from app.viewer import Viewer
from calid_core.errors import OutputError
from calid_core.judgement import Decision
from tests.app.review.reader import (
    BACKSPACE,
    RETURN,
    SHIFT,
    align,
    draw_distance,
    open_and_reconstruct,
    open_another,
    remarks_of,
    saved_session,
    show_another_series,
)


@pytest.mark.parametrize("another", [False, True])
def test_a_remark_being_written_is_kept_when_its_series_is_closed(
    qtbot: QtBot, viewer: Viewer, images: Path, another: bool
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    series = viewer.state.active_series
    key = viewer.review.reviews.subject.key
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(viewer.review.remarks.editor.line, "too thin")
    if another:
        show_another_series(qtbot, viewer, images)
    shown = viewer.state.active_series if another else None
    viewer.controller.series.close(series.id)
    assert viewer.state.active_series is shown
    assert viewer.review.remarks.editor.isHidden()
    assert remarks_of(viewer) == {(key, 2): "too thin"}
    (journal,) = viewer.review.autosave._root.glob(f"*/{JOURNAL_NAME}")
    assert [entry.verdict.remark for entry in read_journal(journal).reviews[0].verdicts] == ["too thin"]


def test_a_series_stays_open_while_the_remark_on_it_cannot_be_kept(
    qtbot: QtBot, viewer: Viewer, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_N)
    editor, series = viewer.review.remarks.editor, viewer.state.active_series
    QTest.keyClicks(editor.line, "see report")

    def refuse(_journal: Journal, _change: object) -> None:
        raise OutputError("the disk is full")

    monkeypatch.setattr(Journal, "append", refuse)
    viewer.review.reviewing.failed.disconnect()
    viewer.controller.series.close_active()
    assert viewer.state.active_series.id == series.id
    assert editor.text == "see report"
    assert "The series stays open" in viewer.window.notices._text.text()
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)
    viewer.controller.series.close_active()
    assert viewer.state.active_series is None


def test_an_aligned_series_that_is_taken_back_keeps_the_remark_on_it(
    qtbot: QtBot, viewer: Viewer, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    align(qtbot, viewer, monkeypatch)
    key, aligned = viewer.review.reviews.subject.key, viewer.state.active_series.id
    viewer.controller.navigation.go_to_slice(2)
    viewer.review.reviewing.remark()
    QTest.keyClicks(viewer.review.remarks.editor.line, "pale")
    viewer.controller.undo.undo()
    assert viewer.state.active_series.id != aligned
    assert remarks_of(viewer) == {(key, 2): "pale"}
    viewer.controller.undo.redo()
    assert viewer.state.active_series.id == aligned
    assert remarks_of(viewer) == {(key, 2): "pale"}
    assert not viewer.controller.undo.canRedo()  # it stands
    viewer.controller.undo.undo()
    assert viewer.state.active_series.id == aligned
    assert remarks_of(viewer) == {}
    viewer.controller.undo.redo()
    assert remarks_of(viewer) == {(key, 2): "pale"}


def remark_elsewhere(viewer: Viewer, slice_index: int, decision: Decision, remark: str) -> Verdict:
    """What a session that is opened meanwhile brings: a later verdict of another reader."""
    review = viewer.review.reviews.current
    assert review is not None
    later = Verdict(decision, "CD", now(), remark)
    viewer.review.reviews.set_review(review.with_verdict(slice_index, later))
    return later


def test_return_on_a_remark_that_nobody_changed_replaces_none(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    viewer.review.reviewing.set_remark(2, "old")
    QTest.keyClick(view, Qt.Key.Key_N)
    editor = viewer.review.remarks.editor
    assert editor.text == "old"
    later = remark_elsewhere(viewer, 2, Decision.OPEN, "newer")
    QTest.keyClick(editor.line, RETURN)
    assert not editor.isVisible()
    assert viewer.review.reviews.current.verdict(2) == later


def test_an_aligned_series_that_stays_open_can_be_taken_back_once_its_remark_is_given_up(
    qtbot: QtBot, viewer: Viewer, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    align(qtbot, viewer, monkeypatch)
    aligned, undo = viewer.state.active_series.id, viewer.controller.undo
    viewer.controller.navigation.go_to_slice(2)
    viewer.review.reviewing.remark()
    editor = viewer.review.remarks.editor
    QTest.keyClicks(editor.line, "pale")
    remark_elsewhere(viewer, 2, Decision.REJECT, "newer")
    undo.undo()
    assert viewer.state.active_series.id == aligned
    assert (undo.undoText(), undo.canRedo()) == ("align slices", False)
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)  # the reasons
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)
    undo.undo()
    assert [series.id for series in viewer.state.all_series] == [viewer.state.active_series.id]
    assert viewer.state.series(aligned) is None


def test_a_window_that_cannot_keep_a_remark_says_what_helps_and_asks_again_after_a_session_was_saved(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(viewer.review.remarks.editor.line, "see A2")
    remark_elsewhere(viewer, 2, Decision.REJECT, "newer")
    viewer.window.close()
    assert viewer.window.isVisible()
    assert "Esc there" in viewer.window.notices._text.text()
    saved_session(qtbot, viewer, tmp_path / "review.calid")
    viewer.window.close()
    assert viewer.window.isVisible()
    viewer.window.close()
    assert not viewer.window.isVisible()


@pytest.mark.parametrize("key", [RETURN, Qt.Key.Key_Escape])
def test_a_remark_that_came_meanwhile_is_told_before_it_is_written_over(
    qtbot: QtBot, viewer: Viewer, images: Path, key: Qt.Key
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    editor, reviews = viewer.review.remarks.editor, viewer.review.reviews
    QTest.keyClicks(editor.line, "see report")
    later = remark_elsewhere(viewer, 2, Decision.OPEN, "newer")
    assert not viewer.review.remarks.keep()  # another one is begun, or the window is closed
    assert not viewer.review.remarks.keep()
    QTest.keyClick(editor.line, RETURN)
    assert viewer.window.status.currentMessage().startswith("CD remarked meanwhile: “newer”.")
    assert reviews.current.verdict(2) == later
    assert editor.text == "see report"
    QTest.keyClick(editor.line, key)
    assert not editor.isVisible()
    kept = reviews.current.verdict(2)
    assert (kept.reader, kept.remark) == (("AB", "see report") if key == RETURN else ("CD", "newer"))


@pytest.mark.parametrize("initials", ["", "CD"])
def test_a_remark_is_signed_by_who_began_it_whoever_reviews_at_its_end(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, initials: str
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    editor, reviews = viewer.review.remarks.editor, viewer.review.reviews
    QTest.keyClicks(editor.line, "too thin")
    viewer.options._set_reader(initials)  # Preferences
    if initials:
        viewer.review.reviewing.remark()  # begins another one
        assert editor.text == "too thin"
        assert reviews.current.verdict(2).signed == "Remarked by AB"
    viewer.window.close()
    assert not viewer.window.isVisible()
    (journal,) = preferences.reviews_folder().glob(f"*/{JOURNAL_NAME}")
    (review,) = read_journal(journal).reviews
    assert [(e.verdict.reader, e.verdict.remark) for e in review.verdicts] == [("AB", "too thin")]


def test_the_verdict_of_another_reader_takes_no_remark(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    editor, reviews = viewer.review.remarks.editor, viewer.review.reviews
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(editor.line, "see report")
    theirs = remark_elsewhere(viewer, 2, Decision.REJECT, "")  # comes while it is typed
    QTest.keyClick(editor.line, RETURN)
    assert reviews.current.verdict(2) == theirs
    assert editor.text == "see report"
    assert viewer.window.status.currentMessage() == (
        "Decided by CD. Return or Backspace gives your own verdict, which takes a remark; "
        "Shift+N remarks on the whole."
    )
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)
    QTest.keyClick(view, Qt.Key.Key_N)  # nothing is typed in vain
    assert not editor.isVisible()
    assert viewer.window.status.currentMessage().startswith("Decided by CD.")
    QTest.keyClick(view, BACKSPACE)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(editor.line, "see report")
    QTest.keyClick(editor.line, RETURN)
    assert reviews.current.verdict(2).written.startswith("rejected by AB at ")
    assert reviews.current.verdict(2).remark == "see report"


def test_the_whole_that_another_reader_decided_takes_no_remark(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.review.reviewing.reject_whole()
    viewer.review.reviews.set_reader("CD")
    QTest.keyClick(view, Qt.Key.Key_N, SHIFT)
    assert not viewer.review.remarks.editor.isVisible()
    assert viewer.window.status.currentMessage() == (
        "Decided by AB. Shift+Return or Shift+Backspace gives your own verdict, which takes a remark."
    )


def save_anew(viewer: Viewer, path: Path) -> None:
    viewer.session_actions.save_session(path.with_suffix(".calid"))


def save_as(viewer: Viewer, path: Path) -> None:
    viewer.session_actions.ask_where_to_save()
    choose(viewer, path.with_suffix(".calid"))


def save_report(viewer: Viewer, path: Path) -> None:
    viewer.session_actions.ask_for_report()
    choose(viewer, path.with_suffix(".json"))


def save_result(viewer: Viewer, path: Path) -> None:
    viewer.save_actions.ask_for_volume()
    choose(viewer, path.with_suffix(".nii.gz"))


def choose(viewer: Viewer, path: Path) -> None:
    """Choose a file in the dialog that is open."""
    (dialog,) = viewer.window.findChildren(SaveDialog)
    if path.suffix == ".json":
        dialog.selectNameFilter(REPORT_FORMATS[2].filter)
    dialog.fileSelected.emit(str(path))
    dialog.close()


@pytest.mark.parametrize(
    ("save", "suffix"),
    [(save_anew, ".calid"), (save_as, ".calid"), (save_report, ".json"), (save_result, ".json")],
)
def test_what_is_saved_holds_the_remark_that_is_being_written(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    tmp_path: Path,
    save: Callable[[Viewer, Path], None],
    suffix: str,
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(viewer.review.remarks.editor.line, "see A2")
    save(viewer, tmp_path / "saved")
    written = tmp_path / f"saved{suffix}"
    qtbot.waitUntil(
        lambda: written.exists() and "see A2" in written.read_text(encoding="utf-8"), timeout=20_000
    )
    assert viewer.review.remarks.editor.isHidden()


@pytest.mark.parametrize("by_saving", [True, False])
def test_a_remark_on_another_series_is_kept_without_leaving_the_comparison(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path, by_saving: bool
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    key = viewer.review.reviews.subject.key
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(viewer.review.remarks.editor.line, "see A2")
    open_another(qtbot, viewer, images)
    state, pair = viewer.state, (ACQUIRED, viewer.state.runs[0].layer)
    viewer.controller.comparing.compare_in_place(*pair)
    viewer.controller.comparing.show(CompareMode.SWIPE)
    judged = viewer.review.reviews.subject.key
    if by_saving:
        with qtbot.waitSignal(viewer.review.sessions.saved, timeout=20_000):
            viewer.session_actions.save_session(tmp_path / "saved.calid")
        assert read_session(tmp_path / "saved.calid").views.layout == ViewLayout.COMPARE.name
    else:
        viewer.review.reviewing.remark()
    assert (state.layout, state.compare_layers) == (ViewLayout.COMPARE, pair)
    assert viewer.review.reviews.subject.key == judged
    assert remarks_of(viewer) == {(key, 2): "see A2"}


def test_a_remark_on_another_series_is_kept_while_the_cine_plays_and_a_measurement_is_looked_at(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(viewer.review.remarks.editor.line, "see A2")
    show_another_series(qtbot, viewer, images)
    state, controller = viewer.state, viewer.controller
    for _ in range(2):
        draw_distance(viewer, view)
    first = state.measures.measurements[0]
    controller.measuring.select(first.number)
    controller.playback.play()
    assert viewer.review.remarks.keep()
    assert state.measures.selected is first
    assert state.playing
    controller.playback.pause()


def test_a_session_that_is_saved_again_holds_the_remark_that_is_being_written(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    path = saved_session(qtbot, viewer, tmp_path / "saved.calid")
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(viewer.review.remarks.editor.line, "see A2")
    with qtbot.waitSignal(viewer.review.sessions.saved, timeout=20_000):
        viewer.window.actions_[Act.SAVE_SESSION].trigger()
    (review,) = read_session(path).reviews
    assert [entry.verdict.remark for entry in review.verdicts] == ["see A2"]


def test_it_is_said_where_what_is_saved_lacks_the_remark_that_is_being_written(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    editor = viewer.review.remarks.editor
    QTest.keyClicks(editor.line, "see A2")
    remark_elsewhere(viewer, 2, Decision.OPEN, "newer")
    with qtbot.waitSignal(viewer.review.sessions.saved, timeout=20_000):
        viewer.session_actions.save_session(tmp_path / "saved.calid")
    assert "what was saved now does not hold it" in viewer.window.notices._text.text()
    assert editor.text == "see A2"
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)  # the reasons
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)  # else the window would not close
    assert editor.isHidden()
