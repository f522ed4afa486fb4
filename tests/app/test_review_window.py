"""Reviewing in the real window, by keys alone: verdicts, undo, sessions, reports, recovery."""

import gc
import json
import shutil
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from PySide6.QtCore import QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.actions.catalogue import Act
from app.application import make_application
from app.choices import Tool, ViewLayout
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.reader import ReaderDialog
from app.dialogs.save import VOLUME_FORMATS, SaveDialog
from app.dialogs.session import SESSION_FORMATS, RelocationDialog, ResumeDialog, SavedElsewhereDialog
from app.export.frames import CineContent
from app.layers import ACQUIRED, Run
from app.preferences import Preferences
from app.review.journal import Journal, read_journal
from app.review.verdicts import Verdict, now
from app.sessions.autosave import JOURNAL_NAME, Autosave
from app.sessions.file import read_session, write_session
from app.sessions.json_text import session_text
from app.state.check_state import CheckState
from app.state.compare_state import CompareMode
from app.viewer import Viewer
from app.views.plane_view import PlaneView
from app.views.review_overlay import MARGIN, RemarkEditor
from calid_core.checks.kinds import Check
from calid_core.checks.report import CheckReport
from calid_core.checks.results import InputChecks, SliceRank
from calid_core.cine import CineStack
from calid_core.errors import OutputError
from calid_core.identity import stack_digest
from calid_core.io import read_stack
from calid_core.io.volume import write_volume
from calid_core.judgement import Decision
from calid_core.provenance import SliceOrigin
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack

LINEAR = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0)
RETURN, BACKSPACE = Qt.Key.Key_Return, Qt.Key.Key_Backspace
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    made = Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    made.set_text("reader", "AB")
    return made


def make_viewer(preferences: Preferences) -> Viewer:
    make_application()
    viewer = Viewer(preferences)
    viewer.window.painted.disconnect()  # no OpenGL here
    viewer.controller.reconstructions.run_finished.disconnect(
        viewer.checks._check_new_run
    )  # changes the walk
    viewer.window.resize(1200, 700)
    viewer.window.show()
    viewer.window.activateWindow()
    return viewer


def close(viewer: Viewer) -> None:
    if not isValid(viewer.window):
        return
    viewer.window.close()
    viewer.window.deleteLater()


@pytest.fixture
def viewer(qtbot: QtBot, preferences: Preferences):
    made = make_viewer(preferences)
    yield made
    close(made)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A file with 4 slices and 5 phases."""
    stack = make_stack(rows=48, columns=40)
    path = tmp_path / "images" / "cine.nii"
    path.parent.mkdir()
    write_volume(path, stack.intensity, stack.geometry, stack.phase_times)
    return path


def open_and_reconstruct(qtbot: QtBot, viewer: Viewer, path: Path) -> QWidget:
    """The short-axis view with the focus, showing a run of 16 slices, 12 of them made."""
    before = viewer.state.active_stack
    viewer.controller.series.open_paths([path])
    qtbot.waitUntil(lambda: viewer.state.active_stack not in (before, None), timeout=20_000)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
    qtbot.waitUntil(lambda: viewer.state.job is None)
    view = viewer.window.grid.short_axis
    view.setFocus()
    return view


def verdicts(viewer: Viewer) -> dict[int | None, str]:
    review = viewer.review.reviews.current
    assert review is not None
    return {v.slice_index: v.verdict.text for v in review.verdicts}


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


def test_a_remark_is_typed_in_place_and_its_letters_are_no_shortcuts(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, Qt.Key.Key_N)
    line = QApplication.focusWidget()
    assert line is not None
    assert line.accessibleName() == "Remark"
    layer, phase = viewer.state.layer, viewer.state.phase
    QTest.keyClicks(line, "xsdjV thin")
    QTest.keyClick(line, Qt.Key.Key_Home)
    QTest.keyClick(line, RETURN)
    assert verdicts(viewer) == {2: "remarked"}
    review = viewer.review.reviews.current
    assert review is not None
    assert review.verdicts[0].verdict.remark == "xsdjV thin"
    assert (viewer.state.layer, viewer.state.phase) == (layer, phase)
    assert view.hasFocus()
    QTest.keyClick(view, BACKSPACE)
    assert viewer.review.reviews.current.verdicts[0].verdict.remark == "xsdjV thin"
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert verdicts(viewer) == {2: "rejected"}


def test_a_remark_alone_decides_nothing_and_is_kept_like_a_verdict(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    reviewing, reviews, chip = viewer.review.reviewing, viewer.review.reviews, viewer.review.chip
    QTest.keyClick(view, Qt.Key.Key_J)
    reviewing.set_remark(2, "too thin")
    assert verdicts(viewer) == {2: "remarked"}
    assert reviews.progress == (0, 12)
    assert chip.text().startswith("…  Remarked by AB: ")
    (journal,) = viewer.review.autosave._root.glob(f"*/{JOURNAL_NAME}")
    assert read_journal(journal) == reviews.reviews
    with qtbot.waitSignal(viewer.review.sessions.saved, timeout=20_000):
        viewer.review.sessions.save(tmp_path / "open.calid")
    assert read_session(tmp_path / "open.calid").reviews == reviews.reviews
    QTest.keyClick(view, Qt.Key.Key_Z, CONTROL)
    assert verdicts(viewer) == {}
    QTest.keyClick(view, Qt.Key.Key_Z, CONTROL | SHIFT)
    reviewing.set_remark(2, "")
    assert verdicts(viewer) == {}
    QTest.keyClick(view, Qt.Key.Key_Z, CONTROL)
    QTest.keyClick(view, RETURN)
    assert verdicts(viewer) == {2: "accepted with remark"}
    assert reviews.progress == (1, 12)


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        (["{Down}"], "doubled papillary muscle"),
        (["{Up}"], "flickers"),
        (["WALL", "{Down}", "{Down}"], "wall too thick"),
        (["wall", "{Down}", " at the apex"], "wall too thin at the apex"),
        (["wall"], "wall"),
        (["wall", "{Down}", "{Escape}"], "wall"),
        (["wall", "{Down}", "{Up}"], "wall"),
        (["see A2", "{Down}"], "see A2, doubled papillary muscle"),
        (["see A2,bas", "{Down}"], "see A2, wrong base"),
        (["blur", "{Down}", ", ", "{Down}", "{Down}"], "blurred, wall too thin"),
        (["blur", "{Down}", "{Escape}", "red", "{Down}", "{Down}"], "blurred, wall too thin"),
    ],
)
def test_typical_reasons_are_picked_with_the_keyboard_and_edited_freely(
    qtbot: QtBot, keys: list[str], kept: str
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(500, 400)
    host.show()
    editor, given = RemarkEditor(host), []
    editor.remark_given.connect(lambda _slice, text: given.append(text))
    editor.edit(host, 2, "S3", "")
    for key in keys:
        if key.startswith("{"):
            QTest.keyClick(editor._line, getattr(Qt.Key, f"Key_{key[1:-1]}"))
        else:
            QTest.keyClicks(editor._line, key)
        assert editor.isVisible()
        assert host.rect().contains(editor.geometry())
    QTest.keyClick(editor._line, RETURN)
    assert given == [kept]


def test_escape_leaves_the_reasons_first_and_then_the_remark(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(300, 120)
    host.show()
    editor = RemarkEditor(host)
    editor.edit(host, 2, "S3", "")
    QTest.keyClick(editor._line, Qt.Key.Key_Down)
    assert editor._reasons.geometry().bottom() < editor._line.geometry().top()
    assert editor.rect().contains(editor._line.geometry())
    for visible in (True, False):
        QTest.keyClick(editor._line, Qt.Key.Key_Escape)
        assert editor.isVisible() is visible
    editor.edit(host, 2, "S3", "")
    assert editor._reasons.isHidden()


def test_a_check_that_ends_leaves_the_remark_being_written_alone(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(QApplication.focusWidget(), "half a")
    checked = replace(viewer.state.runs[0], checks=CheckReport("cine", 4, 5, 10.0))
    viewer.state.set_runs((checked,))
    assert viewer.review.remarks.editor.isVisible()
    QTest.keyClick(QApplication.focusWidget(), RETURN)
    assert list(verdicts(viewer).values()) == ["remarked"]


def show_another_run(qtbot: QtBot, viewer: Viewer, _images: Path) -> None:
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(replace(LINEAR, method=Method.CUBIC))


def compare_with_acquired(_qtbot: QtBot, viewer: Viewer, _images: Path) -> None:
    viewer.controller.comparing.compare_in_place(ACQUIRED, viewer.state.layer)
    viewer.state.compare.set_mode(CompareMode.SWIPE)


def show_another_series(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    before, stack = viewer.state.active_stack, make_stack(rows=40, columns=48)
    other = images.with_name("other.nii")
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    viewer.controller.series.open_paths([other])
    qtbot.waitUntil(lambda: viewer.state.active_stack not in (before, None), timeout=20_000)


@pytest.mark.parametrize("show", [show_another_run, compare_with_acquired, show_another_series])
def test_a_remark_is_written_to_its_end_whatever_is_shown_meanwhile(
    qtbot: QtBot, viewer: Viewer, images: Path, show: Callable[[QtBot, Viewer, Path], None]
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    series, key = viewer.state.active_series, viewer.review.reviews.subject.key
    QTest.keyClick(view, Qt.Key.Key_N)
    line = QApplication.focusWidget()
    QTest.keyClicks(line, "motion ")
    show(qtbot, viewer, images)
    assert QApplication.focusWidget() is line
    assert viewer.review.remarks.editor.isVisible()
    QTest.keyClicks(line, "at the apex")
    QTest.keyClick(line, RETURN)
    assert viewer.state.active_series.id == series.id
    (review,) = viewer.review.reviews.reviews
    assert review.run_key == key
    assert [entry.verdict.remark for entry in review.verdicts] == ["motion at the apex"]
    assert not viewer.review.remarks.editor.isVisible()


def test_a_remark_goes_with_its_series_only(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    series = viewer.state.active_series
    QTest.keyClick(view, Qt.Key.Key_N)
    show_another_series(qtbot, viewer, images)
    viewer.controller.series.close(series.id)
    assert not viewer.review.remarks.editor.isVisible()
    assert viewer.review.reviews.reviews == ()


def remarks_of(viewer: Viewer) -> dict[tuple[str, int | None], str]:
    return {
        (review.run_key, entry.slice_index): entry.verdict.remark
        for review in viewer.review.reviews.reviews
        for entry in review.verdicts
    }


def test_a_remark_being_written_is_kept_where_another_one_is_begun(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    key, editor = viewer.review.reviews.subject.key, viewer.review.remarks.editor
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(editor._line, "too thin")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_N)  # the same slice: it is gone on with
    assert editor._line.hasFocus()
    assert editor._line.text() == "too thin"
    viewer.controller.navigation.go_to_slice(3)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_N)
    assert remarks_of(viewer) == {(key, 2): "too thin"}
    QTest.keyClicks(editor._line, "pale")
    show_another_series(qtbot, viewer, images)
    shown = viewer.state.active_series
    viewer.window.grid.short_axis.setFocus()
    QTest.keyClick(viewer.window.grid.short_axis, Qt.Key.Key_N)
    assert viewer.state.active_series is shown
    assert remarks_of(viewer) == {(key, 2): "too thin", (key, 3): "pale"}
    assert editor.isVisible()
    assert editor._line.text() == ""


def test_a_remark_being_written_is_kept_when_the_window_closes(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(QApplication.focusWidget(), "too thin")
    viewer.window.close()
    (journal,) = preferences.reviews_folder().glob(f"*/{JOURNAL_NAME}")
    (review,) = read_journal(journal)
    assert [entry.verdict.remark for entry in review.verdicts] == ["too thin"]


def test_a_remark_that_cannot_be_kept_stays_in_the_editor_and_the_window_open(
    qtbot: QtBot, viewer: Viewer, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_N)
    editor = viewer.review.remarks.editor
    QTest.keyClicks(editor._line, "too thin")

    def refuse(_journal: Journal, _change: object) -> None:
        raise OutputError("the disk is full")

    monkeypatch.setattr(Journal, "append", refuse)
    monkeypatch.setattr(viewer.window, "show_failure", lambda *_: None)
    viewer.review.reviewing.failed.disconnect()
    QTest.keyClick(editor._line, RETURN)
    assert editor.isVisible()
    assert editor._line.text() == "too thin"
    viewer.window.close()
    assert viewer.window.isVisible()
    assert editor.isVisible()


def lies_in_its_view(viewer: Viewer) -> bool:
    editor, images = viewer.review.remarks.editor, viewer.window.grid.images
    host = editor.host
    if host is None or not host.isVisible():
        return False
    corner = host.mapTo(images, QPoint(0, 0))
    inside = QRect(corner, host.size()).contains(editor.geometry())
    return inside and editor.width() == host.width() - 2 * MARGIN


def test_a_remark_lies_in_its_view_wherever_the_layout_puts_it(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    grid, editor = viewer.window.grid, viewer.review.remarks.editor
    QTest.keyClick(view, Qt.Key.Key_N)
    for layout in (ViewLayout.SINGLE, ViewLayout.ONE_AND_THREE, ViewLayout.PAIR, ViewLayout.GRID):
        viewer.controller.display.set_layout(layout)
        qtbot.waitUntil(lambda: lies_in_its_view(viewer))
    viewer.window.resize(1000, 640)
    qtbot.waitUntil(lambda: lies_in_its_view(viewer))
    grid.long_axes[0].setFocus()
    grid.toggle_maximised()
    qtbot.waitUntil(lambda: editor.host is grid.long_axes[0] and lies_in_its_view(viewer))
    grid.toggle_maximised()
    compare_with_acquired(qtbot, viewer, images)
    qtbot.waitUntil(lambda: lies_in_its_view(viewer))
    viewer.controller.comparing.leave()
    qtbot.waitUntil(lambda: lies_in_its_view(viewer))
    settled: list[None] = []
    editor._settling.timeout.connect(lambda: settled.append(None))
    qtbot.wait(200)
    assert len(settled) <= 2  # it comes to rest


@pytest.mark.parametrize("key", [RETURN, BACKSPACE, Qt.Key.Key_Escape])
def test_keys_in_a_view_judge_nothing_while_a_remark_is_written(
    qtbot: QtBot, viewer: Viewer, images: Path, key: Qt.Key
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    editor = viewer.review.remarks.editor
    viewer.controller.display.set_layout(ViewLayout.SINGLE)
    qtbot.waitUntil(lambda: view.width() > 500)  # room for the title and the hint
    QTest.keyClick(view, Qt.Key.Key_N)
    assert editor._hint.isVisible()
    QTest.keyClicks(editor._line, "half")
    QTest.keyClick(editor._line, Qt.Key.Key_Tab)
    assert editor._line.hasFocus()
    view.setFocus()
    assert editor._hint.isHidden()
    QTest.keyClick(view, key)
    assert verdicts(viewer) == {}
    assert editor._line.hasFocus()
    assert editor._line.text() == "half"
    assert editor._hint.isVisible()


def test_a_picture_without_names_shows_none_where_a_remark_is_written(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    editor, series = viewer.review.remarks.editor, viewer.state.active_series.label
    viewer.controller.display.set_layout(ViewLayout.SINGLE)
    QTest.keyClick(view, Qt.Key.Key_N)
    show_another_series(qtbot, viewer, images)
    named = editor._text
    assert named.endswith(f" of {series}")
    with viewer.state.without_names():
        assert series not in editor._title.text()
    assert editor._text == named


def test_a_remark_in_a_comparison_lies_over_what_it_is_about_and_names_it(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    linear, cubic = two_more_runs(qtbot, viewer)
    viewer.controller.comparing.compare_in_place(linear.layer, cubic.layer)
    viewer.state.compare.set_mode(CompareMode.SIDE_BY_SIDE)
    views = [view for view in viewer.window.grid.plane_views if view.isVisible()]
    (judged,) = [view for view in views if view.is_judged]
    next(view for view in views if view is not judged).setFocus()
    viewer.window.actions_[Act.REMARK].trigger()
    editor = viewer.review.remarks.editor
    assert editor.host is judged
    assert editor._text.endswith(f" of {viewer.review.reviews.subject.volume.label}")
    assert editor._title.sizeHint().width() <= judged.width() - 2 * MARGIN


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
    slices = json.loads((tmp_path / "dense.json").read_text())["slices"]
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
    with qtbot.waitSignal(viewer.checks.checking.check_finished, timeout=20_000):
        viewer.checks.checking.start(Check.LEAVE_ONE_OUT)
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


def open_another(qtbot: QtBot, viewer: Viewer, images: Path) -> QWidget:
    """The short-axis view with the focus, showing a run of images of another size, beside ``images``."""
    stack = make_stack(rows=40, columns=48)
    other = images.with_name("other.nii")
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    return open_and_reconstruct(qtbot, viewer, other)


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


def align(qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Move the third slice of the open series by 1 mm along rows and -3 mm along columns."""
    shifts = np.zeros((4, 2))
    shifts[2] = -1.0, 3.0
    found = InputChecks((), shifts, np.full(4, 0.1))
    qtbot.waitUntil(lambda: viewer.checks.checks.input is not None, timeout=20_000)
    with monkeypatch.context() as patched:
        patched.setattr(CheckState, "input", found)
        viewer.checks.aligning.align(viewer.state.active_series, viewer.checks.checks.input)
    qtbot.waitUntil(lambda: bool(active(viewer).moved_slices), timeout=20_000)


def active(viewer: Viewer) -> CineStack:
    """The stack under review."""
    stack = viewer.state.active_stack
    assert stack is not None
    return stack


def two_more_runs(qtbot: QtBot, viewer: Viewer) -> tuple[Run, Run]:
    """A cubic and a nearest run on their own spacings, beside the linear one; the main views show the nearest one."""
    for method, spacing in ((Method.CUBIC, 5.0), (Method.NEAREST, 2.5)):
        with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
            viewer.controller.reconstructions.start(
                ReconstructionSettings(method=method, slice_spacing=spacing)
            )
        qtbot.waitUntil(lambda: viewer.state.job is None)
    linear, cubic, nearest = viewer.state.runs
    assert viewer.state.layer == nearest.layer
    return linear, cubic


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
    viewer.controller.comparing.compare_in_place(linear.layer, cubic.layer, mode)
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
    with qtbot.waitSignal(viewer.checks.checking.check_finished, timeout=20_000):
        viewer.checks.checking.start(Check.LEAVE_ONE_OUT)
    (run,) = viewer.state.runs
    assert run.held_out_layer is not None
    viewer.controller.comparing.compare_in_place(ACQUIRED, run.held_out_layer, CompareMode.SWIPE)
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
    assert journal.read_text().count('"reject"') == 1


def draw_distance(viewer: Viewer, view: QWidget) -> None:
    """Measure with the mouse on the slice that is shown."""
    viewer.controller.display.set_tool(Tool.MEASURE)
    start = view.rect().center() + QPoint(25, 40)  # beside the lines of the other views
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, start + QPoint(30, 20))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 20))


def arrange(viewer: Viewer) -> None:
    """Give every choice of the views a value that is not the first one."""
    display = viewer.controller.display
    display.set_window(321.5, 123.25)
    display.set_zoom(2.5)
    display.set_pan(3.0, -4.5)
    display.set_long_axis_angle(30.0)
    display.toggle_inverted()
    display.toggle_crosshair()
    display.toggle_contours()
    viewer.controller.navigation.go_to_slice(7)
    viewer.controller.navigation.go_to_phase(3)
    display.set_layout(ViewLayout.ONE_AND_THREE)


@pytest.mark.parametrize("pixels", [False, True])
def test_a_session_brings_back_runs_views_and_verdicts(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, pixels: bool
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, RETURN)
    QTest.keyClick(view, BACKSPACE)
    viewer.controller.navigation.go_to_slice(3)
    draw_distance(viewer, view)
    arrange(viewer)
    before = viewer.state.runs[0].intensity
    ranking = (SliceRank(False, 9, 9, 2.5, ("septum",), 1),)
    report = replace(viewer.state.runs[0].checks, ranking=ranking, needs_attention=True)
    viewer.state.set_runs((replace(viewer.state.runs[0], checks=report),))
    path = images.parent.parent / "review.calid"
    with qtbot.waitSignal(viewer.review.sessions.saved, timeout=10_000):
        viewer.session_actions.save_session(path, SESSION_FORMATS[int(pixels)])
    assert not list(preferences.reviews_folder().glob("*"))
    close(viewer)

    again = make_viewer(preferences)
    told: list[str] = []
    again.review.sessions.told.connect(told.append)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.controller.series.open_paths([path])
    assert any("made again" in text for text in told) is not pixels
    assert np.array_equal(again.state.runs[0].intensity, before)
    assert again.state.runs[0].proof.identical
    assert again.state.runs[0].checks.ranking == ranking
    assert again.review.reviews.subject.order[0] == 9
    assert verdicts(again) == {2: "accepted", 3: "rejected"}
    (measured,) = again.state.measures.measurements
    assert (measured.made_on, measured.origin) == ("I4", SliceOrigin.INTERPOLATED)
    assert not again.review.sessions.unsaved
    assert (again.state.slice_index(), again.state.phase, again.state.zoom) == (7, 3, 2.5)
    assert again.state.contours_visible
    second = path.with_name("second.calid")
    with qtbot.waitSignal(again.review.sessions.saved, timeout=10_000):
        again.review.sessions.save(second, pixels=pixels)
    texts = [json.loads(session_text(read_session(p))) for p in (path, second)]
    for text in texts:
        del text["saved"]
    assert texts[0] == texts[1]
    close(again)


@pytest.mark.parametrize("sample", [False, True])
def test_a_session_of_an_aligned_series_brings_back_the_alignment_below_its_source(
    qtbot: QtBot,
    viewer: Viewer,
    preferences: Preferences,
    images: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sample: bool,
) -> None:
    if sample:
        monkeypatch.setattr("calid_core.sample.sample_stack", lambda *_: make_stack(rows=48, columns=40))
        viewer.controller.series.open_sample()
    else:
        viewer.controller.series.open_paths([images])
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    align(qtbot, viewer, monkeypatch)
    aligned = active(viewer)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
    qtbot.waitUntil(lambda: viewer.state.job is None)
    labels = [series.label for series in viewer.state.all_series]
    path = saved_session(qtbot, viewer, tmp_path / "aligned.calid")
    close(viewer)
    other = make_viewer(preferences)
    try:
        with qtbot.waitSignal(other.review.sessions.opened, timeout=20_000):
            other.review.sessions.open(path)
        again = active(other)
        assert np.array_equal(again.intensity, aligned.intensity)
        assert again.slice_states == aligned.slice_states
        assert [state.moved for state in again.slice_states] == [None, None, (1.0, -3.0), None]
        assert [series.label for series in other.state.all_series] == labels
        assert len(other.state.runs) == 1
    finally:
        close(other)


def test_an_older_session_takes_no_newer_verdicts_away(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    navigation, sessions = viewer.controller.navigation, viewer.review.sessions
    navigation.go_to_slice(2)
    QTest.keyClick(view, RETURN)
    older = images.parent.parent / "older.calid"
    with qtbot.waitSignal(sessions.saved, timeout=10_000):
        sessions.save(older)
    for slice_ in (2, 3):
        navigation.go_to_slice(slice_)
        QTest.keyClick(view, BACKSPACE)
    remarks: list[tuple[str, ...]] = []
    sessions.noticed.connect(lambda _, texts: remarks.append(texts))
    with qtbot.waitSignal(sessions.opened, timeout=20_000):
        viewer.controller.series.open_paths([older])
    assert verdicts(viewer) == {2: "rejected", 3: "rejected"}
    assert sessions.unsaved
    assert remarks == [("1 verdict newer than that in the file was kept.",)]  # the other slice has none there
    assert list(preferences.reviews_folder().glob("*"))


def test_the_last_word_stands_where_the_clock_was_set_back(
    qtbot: QtBot, viewer: Viewer, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    sessions, path = viewer.review.sessions, images.parent.parent / "review.calid"
    for key, time in ((BACKSPACE, "10:30"), (RETURN, "10:00")):
        monkeypatch.setattr("app.controllers.reviewing.now", lambda at=time: f"2026-11-23T{at}:00.000000Z")
        viewer.controller.navigation.go_to_slice(2)
        QTest.keyClick(view, key)
        if not path.exists():
            saved_session(qtbot, viewer, path)
            viewer.controller.navigation.go_to_slice(3)
    with qtbot.waitSignal(sessions.opened, timeout=20_000):
        sessions.open(path)
    assert verdicts(viewer) == {2: "accepted"}


def test_a_verdict_that_a_session_replaces_is_told_and_on_the_disk(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    sessions, path = viewer.review.sessions, images.parent.parent / "review.calid"
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, BACKSPACE)
    session = read_session(saved_session(qtbot, viewer, path))
    later = replace(session.reviews[0].verdicts[0].verdict, time="2100-01-01T00:00:00.000000Z")
    fast = replace(session, reviews=(session.reviews[0].with_verdict(2, later),))
    write_session(path, fast)
    for slice_ in (3, 2):
        viewer.controller.navigation.go_to_slice(slice_)
    QTest.keyClick(view, RETURN)
    assert verdicts(viewer) == {2: "accepted"}
    remarks: list[tuple[str, ...]] = []
    sessions.noticed.connect(lambda _, texts: remarks.append(texts))
    with qtbot.waitSignal(sessions.opened, timeout=20_000):
        sessions.open(path)
    assert verdicts(viewer) == {2: "rejected"}
    assert [text.startswith("1 later verdict") for texts in remarks for text in texts] == [True]
    (journal,) = preferences.reviews_folder().glob(f"*/{JOURNAL_NAME}")
    assert read_journal(journal) == fast.reviews


@pytest.mark.parametrize("in_file", [True, False])
def test_later_remarks_without_a_verdict_are_not_told_as_verdicts(
    qtbot: QtBot, viewer: Viewer, images: Path, *, in_file: bool
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    sessions, path = viewer.review.sessions, images.parent.parent / "review.calid"
    viewer.review.reviewing.set_remark(2, "thin")
    session = read_session(saved_session(qtbot, viewer, path))
    moment = "2100-01-01T00:00:00.000000Z" if in_file else "2000-01-01T00:00:00.000000Z"
    other = replace(session.reviews[0].verdicts[0].verdict, time=moment, remark="pale")
    write_session(path, replace(session, reviews=(session.reviews[0].with_verdict(2, other),)))
    remarks: list[tuple[str, ...]] = []
    sessions.noticed.connect(lambda _, texts: remarks.append(texts))
    with qtbot.waitSignal(sessions.opened, timeout=20_000):
        sessions.open(path)
    told = [text for texts in remarks for text in texts]
    assert viewer.review.reviews.current.verdict(2).remark == ("pale" if in_file else "thin")
    assert [text.startswith("1 later remark" if in_file else "1 remark") for text in told] == [True]


def test_a_session_of_another_reader_is_signed_by_who_reads_now(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, RETURN)
    path = images.parent.parent / "review.calid"
    with qtbot.waitSignal(viewer.review.sessions.saved, timeout=10_000):
        viewer.review.sessions.save(path)
    close(viewer)
    preferences.set_text("reader", "CD")
    again = make_viewer(preferences)
    remarks: list[tuple[str, ...]] = []
    again.review.sessions.noticed.connect(lambda _, texts: remarks.append(texts))
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.controller.series.open_paths([path])
    assert remarks == [("It was saved by AB; what you decide is signed CD.",)]
    review = again.review.reviews.current
    assert review is not None
    assert review.verdict(2).reader == "AB"  # type: ignore[union-attr]
    again.controller.navigation.go_to_slice(2)
    QTest.keyClick(again.window.grid.short_axis, RETURN)
    assert again.review.reviews.current.verdict(2).reader == "CD"  # type: ignore[union-attr]
    close(again)


def test_saving_again_keeps_the_pixels(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    path = images.parent.parent / "review.calid"
    for save in (
        lambda: viewer.session_actions.save_session(path, SESSION_FORMATS[1]),
        viewer.session_actions.save,
    ):
        with qtbot.waitSignal(viewer.review.sessions.saved, timeout=10_000):
            save()
        assert read_session(path).runs[0].pixels is not None


def test_other_images_in_place_of_those_of_the_session_are_refused(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    path = images.parent / "review.calid"
    with qtbot.waitSignal(viewer.review.sessions.saved, timeout=10_000):
        viewer.review.sessions.save(path)
    viewer.controller.series.close_active()
    changed = make_stack(rows=48, columns=40)
    write_volume(images, changed.intensity + 1, changed.geometry, changed.phase_times)
    told: list[str] = []
    viewer.controller.failed.disconnect(viewer.window.show_failure)
    viewer.controller.failed.connect(lambda _, error: told.append(str(error)))
    viewer.review.sessions.open(path)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert "not those the session was made from" in told[0]


def test_images_that_moved_are_asked_for_and_found(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, BACKSPACE)
    path = images.parent.parent / "elsewhere" / "review.calid"
    path.parent.mkdir()
    with qtbot.waitSignal(viewer.review.sessions.saved, timeout=10_000):
        viewer.review.sessions.save(path)
    viewer.controller.series.close_active()
    moved = images.with_name("moved.nii")
    images.rename(moved)
    with qtbot.waitSignal(viewer.review.sessions.images_wanted, timeout=10_000):
        viewer.review.sessions.open(path)
    dialog = viewer.window.findChild(RelocationDialog)
    assert dialog is not None
    with qtbot.waitSignal(viewer.review.sessions.opened, timeout=20_000):
        dialog.located.emit((moved,))
    dialog.close()
    assert len(viewer.state.runs) == 1
    assert list(verdicts(viewer).values()) == ["rejected"]


def leave_a_rejection_unsaved(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, BACKSPACE)
    close(viewer)


def offered(viewer: Viewer) -> ResumeDialog:
    viewer.review.offer_unfinished()
    dialog = viewer.window.findChild(ResumeDialog)
    assert dialog is not None
    return dialog


def test_an_unfinished_review_is_offered_and_resumed(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    leave_a_rejection_unsaved(qtbot, viewer, images)
    again = make_viewer(preferences)
    dialog = offered(again)
    assert "1 verdict" in dialog.informativeText()
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog._resume.click()
    assert verdicts(again) == {2: "rejected"}
    assert len(list(preferences.reviews_folder().iterdir())) == 1
    close(again)


def test_an_unfinished_review_of_an_aligned_series_is_resumed(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    viewer.controller.series.open_paths([images])
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    align(qtbot, viewer, monkeypatch)
    view = viewer.window.grid.short_axis
    view.setFocus()
    QTest.keyClick(view, BACKSPACE)
    judged = verdicts(viewer)
    assert "rejected" in judged.values()
    close(viewer)
    again = make_viewer(preferences)
    dialog = offered(again)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog._resume.click()
    assert active(again).moved_slices == (2,)
    assert verdicts(again) == judged
    close(again)


def test_verdicts_of_a_session_that_cannot_be_read_stay_on_the_disk(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    leave_a_rejection_unsaved(qtbot, viewer, images)
    next(preferences.reviews_folder().glob("*/session.calid")).unlink()
    again = make_viewer(preferences)
    told: list[str] = []
    again.review.sessions.failed.disconnect()
    again.review.sessions.failed.connect(lambda _, error: told.append(str(error)))
    dialog = offered(again)
    dialog._resume.click()
    assert "the verdicts are kept" in told[0]
    (folder,) = preferences.reviews_folder().iterdir()
    (review,) = read_journal(folder / JOURNAL_NAME)
    assert [entry.slice_index for entry in review.verdicts] == [2]
    close(again)


def test_verdicts_of_a_session_that_cannot_be_read_are_saved_with_the_series_whose_run_is_made_again(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    leave_a_rejection_unsaved(qtbot, viewer, images)
    next(preferences.reviews_folder().glob("*/session.calid")).unlink()
    again = make_viewer(preferences)
    again.review.sessions.failed.disconnect()
    offered(again)._resume.click()
    view = open_another(qtbot, again, images)
    QTest.keyClick(view, RETURN)
    assert not read_session(saved_session(qtbot, again, tmp_path / "other.calid")).reviews[0].slices & {2}
    (folder,) = preferences.reviews_folder().iterdir()
    assert read_journal(folder / JOURNAL_NAME)[0].slices == {2}
    open_and_reconstruct(qtbot, again, images)
    assert verdicts(again) == {2: "rejected"}
    assert read_session(saved_session(qtbot, again, tmp_path / "cine.calid")).reviews[0].slices == {2}
    assert not list(preferences.reviews_folder().iterdir())
    close(again)


def test_verdicts_are_resumed_with_the_series_they_were_given_on(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    for _ in range(3):
        QTest.keyClick(view, RETURN)
    given = verdicts(viewer)
    open_another(qtbot, viewer, images)
    viewer.review.autosave.keep_session()
    close(viewer)
    again = make_viewer(preferences)
    dialog = offered(again)
    assert dialog.informativeText().startswith("cine: 3 verdicts,")
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog._resume.click()
    assert again.state.active_series.label == "cine"
    assert len(again.state.runs) == 1
    assert verdicts(again) == given
    close(again)


def test_every_series_with_verdicts_is_left_unfinished_in_a_folder_of_its_own(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    view = open_another(qtbot, viewer, images)
    for _ in range(2):
        QTest.keyClick(view, RETURN)
    viewer.controller.series.activate(viewer.state.all_series[0].id)
    viewer.controller.display.show_layer(viewer.state.runs[0].layer)
    viewer.controller.navigation.go_to_slice(5)
    QTest.keyClick(viewer.window.grid.short_axis, BACKSPACE)
    close(viewer)
    left = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert [(u.session.images.label, u.verdicts) for u in left] == [("cine", 2), ("other", 2)]
    for unfinished in left:
        assert [run.key for run in unfinished.session.runs] == [r.run_key for r in unfinished.reviews]


@pytest.mark.parametrize("resumed", [True, False])
def test_the_next_unfinished_review_is_offered_after_one_was_resumed_or_deleted(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, resumed: bool
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    QTest.keyClick(open_another(qtbot, viewer, images), RETURN)
    close(viewer)
    again = make_viewer(preferences)
    first = offered(again)
    assert first.informativeText().startswith("other: 1 verdict,")
    (first._resume if resumed else first._discard).click()

    def next_ones() -> list[ResumeDialog]:
        return [dialog for dialog in again.window.findChildren(ResumeDialog) if dialog.isVisible()]

    qtbot.waitUntil(lambda: any(d.informativeText().startswith("cine") for d in next_ones()), timeout=20_000)
    (dialog,) = next_ones()
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog._resume.click()
    assert len(again.state.all_runs) == 1 + resumed
    assert sorted(len(r.verdicts) for r in again.review.reviews.reviews) == [1] * (1 + resumed)
    assert not next_ones()
    close(again)


def leave_it_for_later(_viewer: Viewer, dialog: ResumeDialog) -> None:
    dialog._later.click()


def give_up_on_its_images(viewer: Viewer, dialog: ResumeDialog) -> None:
    dialog._resume.click()
    (relocation,) = viewer.window.findChildren(RelocationDialog)
    relocation.button(RelocationDialog.StandardButton.Cancel).click()


def choose_none_of_its_images(viewer: Viewer, dialog: ResumeDialog) -> None:
    dialog._resume.click()
    (relocation,) = viewer.window.findChildren(RelocationDialog)
    relocation._in_files.click()
    (files,) = viewer.window.findChildren(QFileDialog)
    files.reject()


def choose_other_images(viewer: Viewer, dialog: ResumeDialog) -> None:
    viewer.controller.jobs.failed.disconnect()
    dialog._resume.click()
    (relocation,) = viewer.window.findChildren(RelocationDialog)
    relocation.accept()
    relocation.located.emit((dialog._unfinished.folder / "cine.nii",))


def resume_it_unreadable(viewer: Viewer, dialog: ResumeDialog) -> None:
    viewer.review.sessions.failed.disconnect()
    viewer.review.sessions.failed.connect(lambda *_: None)
    viewer.review.sessions.resume(replace(dialog._unfinished, session=None))
    dialog.close()


@pytest.mark.parametrize(
    "answer",
    [
        leave_it_for_later,
        give_up_on_its_images,
        choose_none_of_its_images,
        choose_other_images,
        resume_it_unreadable,
    ],
)
def test_an_unfinished_review_that_is_not_taken_up_does_not_hide_an_older_one(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    answer: Callable[[Viewer, ResumeDialog], None],
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    QTest.keyClick(open_another(qtbot, viewer, images), RETURN)
    close(viewer)
    images.with_name("other.nii").unlink()
    again = make_viewer(preferences)
    first = offered(again)
    assert first.informativeText().startswith("other: 1 verdict,")
    answer(again, first)

    def shown() -> list[str]:
        dialogs = again.window.findChildren(ResumeDialog)
        return [dialog.informativeText()[:16] for dialog in dialogs if dialog.isVisible()]

    qtbot.waitUntil(lambda: shown() == ["cine: 1 verdict,"], timeout=20_000)
    (dialog,) = (d for d in again.window.findChildren(ResumeDialog) if d.isVisible())
    dialog._later.click()
    assert shown() == []
    close(again)
    assert len(Autosave(preferences.reviews_folder(), lambda: None).unfinished()) == 2


def test_a_session_holds_the_verdicts_of_its_series_and_those_of_others_stay_unsaved(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    QTest.keyClick(open_another(qtbot, viewer, images), RETURN)
    sessions = viewer.review.sessions
    for file, mine in (("other", "accepted"), ("cine", "rejected")):
        series = next(series for series in viewer.state.all_series if series.label == file)
        viewer.controller.series.activate(series.id)
        assert sessions.unsaved
        (review,) = read_session(saved_session(qtbot, viewer, tmp_path / f"{file}.calid")).reviews
        assert [entry.verdict.text for entry in review.verdicts] == [mine]
        assert not sessions.unsaved
        left = [read_session(p) for p in preferences.reviews_folder().glob("*/session.calid")]
        assert [session.images.label for session in left] == (["cine"] if file == "other" else [])


def test_verdicts_stay_on_the_disk_when_the_window_closes_with_another_series_on_the_screen(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    open_another(qtbot, viewer, images)
    saved_session(qtbot, viewer, tmp_path / "other.calid")
    close(viewer)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert (left.session.images.label, left.verdicts) == ("cine", 1)


def test_verdicts_on_runs_that_are_gone_or_did_not_come_back_are_saved_again(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    two_more_runs(qtbot, viewer)
    QTest.keyClick(viewer.window.grid.short_axis, BACKSPACE)
    viewer.controller.reconstructions.delete_shown()
    kept = read_session(saved_session(qtbot, viewer, tmp_path / "a.calid", pixels=True)).reviews
    assert len(kept) == 2
    close(viewer)
    again = make_viewer(preferences)
    restoring = again.review.sessions._restoring
    restoring._begin = lambda _run, _stack: restoring._stop()  # type: ignore[method-assign]
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.review.sessions.open(tmp_path / "a.calid")
    assert again.state.runs == ()
    assert read_session(saved_session(qtbot, again, tmp_path / "b.calid")).reviews == kept
    close(again)


def test_measurements_that_are_left_out_may_lack_their_phase(viewer: Viewer) -> None:
    remarks: list[tuple[str, ...]] = []
    viewer.review.sessions.noticed.connect(lambda _, texts: remarks.append(texts))
    viewer.review.sessions._measurements.left_out.emit((None,))
    assert "at no phase" in remarks[0][0]


def test_a_measurement_is_on_the_disk_at_once_and_an_unfinished_one_is_offered(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    draw_distance(viewer, view)
    kept = read_session(next(preferences.reviews_folder().glob("*/session.calid"))).measurements
    assert kept == viewer.review.sessions.measurements
    close(viewer)
    again = make_viewer(preferences)
    dialog = offered(again)
    assert "0 verdicts and 1 measurement" in dialog.informativeText()
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog._resume.click()
    assert again.review.sessions.measurements == kept
    assert len(list(preferences.reviews_folder().iterdir())) == 1
    close(again)


def test_measurements_stay_on_the_disk_while_another_series_is_looked_at(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    other = images.with_name("other.nii")
    stack = make_stack(rows=40, columns=48)
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    (measured,), first = viewer.review.sessions.measurements, viewer.state.active_stack
    viewer.controller.series.open_paths([other])
    qtbot.waitUntil(lambda: viewer.state.active_stack not in (first, None), timeout=20_000)
    viewer.review.autosave.keep_session()
    assert viewer.review.sessions.measurements == ()
    (folder,) = preferences.reviews_folder().iterdir()
    assert read_session(folder / "session.calid").measurements == (measured,)
    viewer.controller.series.activate(viewer.state.all_series[0].id)
    assert viewer.review.sessions.measurements == (measured,)
    (again,) = preferences.reviews_folder().iterdir()
    assert again != folder
    assert read_session(again / "session.calid").measurements == (measured,)
    viewer.controller.series.activate(viewer.state.all_series[1].id)
    close(viewer)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert left.measurements == 1


def test_a_measurement_deleted_while_a_review_is_taken_up_does_not_come_back(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    draw_distance(viewer, view)
    viewer.controller.display.show_layer(ACQUIRED)
    draw_distance(viewer, view)
    close(viewer)
    again = make_viewer(preferences)
    offered(again)._resume.click()
    measures = again.state.measures
    qtbot.waitUntil(lambda: len(measures.measurements) >= 1, timeout=20_000)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.controller.measuring.delete(measures.measurements[0].number)
    saved_session(qtbot, again, tmp_path / "review.calid")
    close(again)
    assert Autosave(preferences.reviews_folder(), lambda: None).unfinished() == ()


def test_a_series_closed_while_its_review_is_taken_up_hides_no_older_review(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    QTest.keyClick(open_another(qtbot, viewer, images), RETURN)
    close(viewer)
    again = make_viewer(preferences)
    offered(again)._resume.click()
    qtbot.waitUntil(lambda: again.state.active_stack is not None, timeout=20_000)
    with qtbot.waitSignal(again.review.sessions.resume_ended, timeout=20_000):
        again.controller.series.close(again.state.active_series.id)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in again.window.findChildren(ResumeDialog)))
    close(again)


def test_a_window_that_closes_finishes_no_session_any_more(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    close(viewer)
    again = resume_beside_another(qtbot, preferences, images)
    other, resumed = again.state.all_series
    again.controller.series.activate(other.id)
    with qtbot.waitSignal(again.review.sessions._restoring.finished, timeout=20_000):
        pass
    opened: list[object] = []
    again.review.sessions.opened.connect(opened.append)
    again.controller.series.activate(resumed.id)
    again.window.close()
    QApplication.processEvents()
    assert opened == []
    close(again)


def test_two_series_of_the_same_images_keep_their_measurements_apart(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.series.open_paths([images])
    qtbot.waitUntil(
        lambda: len(viewer.state.all_series) == 2 and viewer.state.active_stack is not None, timeout=20_000
    )
    first, second = viewer.state.all_series
    viewer.controller.series.activate(first.id)
    draw_distance(viewer, view)
    (measured,) = viewer.review.sessions.measurements
    viewer.controller.series.activate(second.id)
    viewer.review.autosave.keep_session()
    draw_distance(viewer, view)
    (other,) = viewer.review.sessions.measurements
    on_disk = [read_session(p).measurements for p in preferences.reviews_folder().glob("*/session.calid")]
    assert sorted(on_disk, key=str) == sorted([(measured,), (other,)], key=str)
    close(viewer)
    left = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert {u.session.measurements for u in left} == {(measured,), (other,)}


def test_measurements_of_a_closed_series_are_offered_at_the_next_start(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    viewer.controller.series.close(viewer.state.all_series[0].id)
    close(viewer)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert left.measurements == 1


def test_measurements_of_a_series_that_is_opened_anew_are_offered_at_the_next_start(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    viewer.controller.series.close(viewer.state.all_series[0].id)
    viewer.review.autosave.keep_session()
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, BACKSPACE)
    viewer.review.autosave.keep_session()
    close(viewer)
    left = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert sorted((unfinished.measurements, unfinished.verdicts) for unfinished in left) == [(0, 1), (1, 0)]


def resume_beside_another(qtbot: QtBot, preferences: Preferences, images: Path) -> Viewer:
    """A window in which the unfinished review of ``images`` is being taken up, its runs still to come."""
    viewer = make_viewer(preferences)
    stack = make_stack(rows=40, columns=48)
    other = images.with_name("other.nii")
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    viewer.controller.series.open_paths([other])
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    offered(viewer)._resume.click()
    qtbot.waitUntil(
        lambda: len(viewer.state.all_series) == 2 and viewer.state.active_stack is not None, timeout=20_000
    )
    return viewer


def test_measurements_that_wait_for_their_run_outlast_a_look_at_another_series(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, BACKSPACE)
    draw_distance(viewer, view)
    kept = viewer.review.sessions.measurements
    close(viewer)
    again = resume_beside_another(qtbot, preferences, images)
    other, resumed = again.state.all_series
    assert again.review.sessions.measurements == kept
    again.controller.series.activate(other.id)
    assert again.review.sessions.measurements == ()
    remarks: list[tuple[str, ...]] = []
    again.review.sessions.noticed.connect(lambda _, texts: remarks.append(texts))
    with qtbot.waitSignal(again.review.sessions._restoring.finished, timeout=20_000):
        pass
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.controller.series.activate(resumed.id)
    assert again.review.sessions.measurements == kept
    assert remarks == []
    close(again)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert (left.verdicts, left.session.measurements) == (1, kept)


def choose_report(viewer: Viewer, path: Path) -> None:
    """Ask for a report and choose its file."""
    viewer.session_actions.ask_for_report()
    (dialog,) = viewer.window.findChildren(SaveDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_a_report_is_about_what_was_on_the_screen_when_it_was_asked_for(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    linear, cubic = two_more_runs(qtbot, viewer)
    viewer.controller.comparing.compare_in_place(linear.layer, cubic.layer)
    assert viewer.state.compare.flickering
    asked = viewer.review.reviews.subject
    viewer.session_actions.ask_for_report()
    assert not viewer.state.compare.flickering
    viewer.controller.comparing.leave()
    viewer.controller.display.show_layer(viewer.state.runs[2].layer)
    assert viewer.review.reviews.subject.key != asked.key
    dialog = viewer.window.findChild(SaveDialog)
    with qtbot.waitSignal(viewer.session_actions.reports.saved, timeout=20_000):
        dialog.fileSelected.emit(str(tmp_path / "report.json"))
    dialog.close()
    assert asked.key in (tmp_path / "report.json").read_text()


def test_measurements_are_kept_when_the_window_closes_right_after_another_series_was_chosen(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    viewer.controller.series.open_sample()
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=60_000)
    close(viewer)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert left.measurements == 1


def full_disk(*_: object) -> None:
    raise OutputError("the disk is full")


def test_measurements_that_cannot_be_kept_are_told_and_no_other_copy_is_taken_away(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    close(viewer)
    again = make_viewer(preferences)
    told: list[str] = []
    monkeypatch.setattr(
        again.window, "show_failure", lambda headline, error: told.append(f"{headline}: {error}")
    )
    dialog = offered(again)
    monkeypatch.setattr("app.sessions.autosave.write_session", full_disk)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog._resume.click()
    assert set(told) == {"Keep the measurements: the disk is full", "Resume review: the disk is full"}
    again.window.close()  # stays, and says so
    close(again)
    kept = [read_session(path) for path in preferences.reviews_folder().glob("*/session.calid")]
    assert [len(session.measurements) for session in kept] == [1]


def test_the_window_stays_where_verdicts_cannot_be_kept_and_closes_when_asked_again(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, BACKSPACE)
    root = preferences.reviews_folder()
    shutil.rmtree(root)
    root.touch()  # no folder can be made there
    for stays in (True, False):
        viewer.window.close()
        assert viewer.window.isVisible() is stays
        assert "could not be kept" in viewer.window.notices._text.text()


def saved_session(qtbot: QtBot, viewer: Viewer, path: Path, *, pixels: bool = False) -> Path:
    with qtbot.waitSignal(viewer.review.sessions.saved, timeout=20_000):
        viewer.review.sessions.save(path, pixels=pixels)
    return path


def test_a_session_that_another_window_saved_meanwhile_is_not_replaced_but_joined(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    navigation, sessions = viewer.controller.navigation, viewer.review.sessions
    navigation.go_to_slice(2)
    QTest.keyClick(view, BACKSPACE)
    path = saved_session(qtbot, viewer, tmp_path / "review.calid")
    session = read_session(path)
    (review,) = session.reviews
    other = Verdict(Decision.ACCEPT, "CD", now())
    theirs = replace(session, saved=now(), reviews=(review.with_verdict(7, other),))
    write_session(path, theirs)
    written = path.read_bytes()
    navigation.go_to_slice(3)
    QTest.keyClick(view, BACKSPACE)
    with qtbot.waitSignal(sessions.saved_elsewhere, timeout=20_000):
        viewer.session_actions.save()
    assert path.read_bytes() == written
    assert sessions.unsaved
    (dialog,) = viewer.window.findChildren(SavedElsewhereDialog)
    with qtbot.waitSignal(sessions.opened, timeout=20_000):
        dialog._open.click()
    for _ in range(2):  # what it wrote itself it replaces
        with qtbot.waitSignal(sessions.saved, timeout=20_000):
            viewer.session_actions.save()
        assert read_session(path).reviews[0].slices == {2, 3, 7}
    assert not sessions.unsaved


def test_sessions_saved_one_after_the_other_are_not_taken_for_those_of_another_window(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    path = saved_session(qtbot, viewer, tmp_path / "review.calid")
    sessions, refused = viewer.review.sessions, []
    sessions.saved_elsewhere.connect(refused.append)
    for _ in range(3):
        sessions.save(path)
    qtbot.waitUntil(lambda: not viewer.controller.saving.busy, timeout=20_000)
    assert refused == []


def ask_and_choose(qtbot: QtBot, viewer: Viewer, images: Path, ask: Callable[[], None], path: Path) -> None:
    """Ask where to save, open another series meanwhile, then choose the file."""
    ask()
    (dialog,) = viewer.window.findChildren(SaveDialog)
    show_another_series(qtbot, viewer, images)
    dialog.fileSelected.emit(str(path))
    dialog.close()


@pytest.mark.parametrize("act", [Act.SAVE, Act.MOVIE, Act.SAVE_SESSION_AS, Act.SCREENSHOT])
def test_what_is_saved_is_what_was_shown_when_it_was_asked_for(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    run, digest = viewer.state.volume(), stack_digest(viewer.state.active_stack)
    movies: list[CineContent] = []
    monkeypatch.setattr(viewer.controller.saving, "save_movie", lambda content, _path: movies.append(content))
    path = tmp_path / {Act.SAVE: "x.nii", Act.MOVIE: "x.gif", Act.SCREENSHOT: "x.png"}.get(act, "x.calid")
    ask_and_choose(qtbot, viewer, images, viewer.window.actions_[act].trigger, path)
    qtbot.waitUntil(lambda: not viewer.controller.saving.busy, timeout=20_000)
    assert stack_digest(viewer.state.active_stack) != digest
    if act is Act.SAVE:
        assert read_stack(path).intensity.shape == run.intensity.shape
    elif act is Act.MOVIE:
        assert [content.volumes for content in movies] == [(run,)]
    elif act is Act.SAVE_SESSION_AS:
        session = read_session(path)
        assert session.images.digest == digest
        assert len(session.runs) == 1
        assert session.images.paths[0].relative == "images/cine.nii"
    else:
        assert run.label in QImage(str(path)).text("Description")


def test_two_sessions_opened_at_once_are_not_mixed(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    other = images.with_name("other.nii")
    stack = make_stack(rows=40, columns=48)
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    files = []
    for image in (images, other):
        draw_distance(viewer, open_and_reconstruct(qtbot, viewer, image))
        files.append(saved_session(qtbot, viewer, tmp_path / f"{image.stem}.calid"))
    close(viewer)
    again = make_viewer(preferences)
    for file in files:
        again.review.sessions.open(file)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000) as opened:
        pass
    assert opened.args == [files[1]]
    assert again.state.active_stack.intensity.shape == stack.intensity.shape
    assert again.review.sessions.measurements == read_session(files[1]).measurements
    assert again.review.sessions.path == files[1]
    first = next(series for series in again.state.all_series if series.label == "cine")
    again.controller.series.activate(first.id)
    assert again.review.sessions.measurements == ()
    assert again.review.sessions.path is None
    close(again)


def test_a_measurement_that_no_file_holds_is_not_lost_when_the_session_is_opened_again(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    sessions = viewer.review.sessions
    draw_distance(viewer, view)
    file = saved_session(qtbot, viewer, tmp_path / "review.calid")
    assert not sessions.unsaved
    viewer.controller.navigation.go_to_slice(8)
    draw_distance(viewer, view)
    with qtbot.waitSignal(sessions.opened, timeout=20_000):
        viewer.controller.series.open_paths([file])
    assert len(sessions.measurements) == 2
    assert sessions.unsaved
    close(viewer)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert left.measurements == 2


def test_a_measurement_drawn_while_runs_come_back_is_not_taken_for_saved(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    file = saved_session(qtbot, viewer, tmp_path / "review.calid")
    close(viewer)
    again = make_viewer(preferences)
    sessions = again.review.sessions
    sessions.told.connect(lambda _: draw_distance(again, again.window.grid.short_axis))
    with qtbot.waitSignal(sessions.opened, timeout=20_000):
        again.controller.series.open_paths([file])
    assert len(sessions.measurements) == 2
    assert sessions.unsaved
    assert sessions.path == file
    close(again)


def test_measurements_that_cannot_be_shown_do_not_count_as_unsaved(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    file = saved_session(qtbot, viewer, tmp_path / "review.calid")
    session = read_session(file)
    elsewhere = replace(session.measurements[0], slice_index=99)
    write_session(file, replace(session, measurements=(*session.measurements, elsewhere)))
    with qtbot.waitSignal(viewer.review.sessions.opened, timeout=20_000):
        viewer.controller.series.open_paths([file])
    assert not viewer.review.sessions.unsaved


@pytest.mark.parametrize("pixels", [False, True])
@pytest.mark.parametrize("images_open", [False, True])
def test_sessions_of_the_same_images_opened_at_once_give_one_series_with_every_run_once(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    tmp_path: Path,
    pixels: bool,
    images_open: bool,
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    two_more_runs(qtbot, viewer)
    file = saved_session(qtbot, viewer, tmp_path / "review.calid", pixels=pixels)
    close(viewer)
    again = make_viewer(preferences)
    if images_open:
        again.controller.series.open_paths([images])
        qtbot.waitUntil(lambda: again.state.active_stack is not None, timeout=20_000)
    for _ in range(3):
        again.review.sessions.open(file)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=30_000):
        pass
    controller = again.controller
    qtbot.waitUntil(lambda: not controller.loader.jobs and not controller.worker.jobs, timeout=30_000)
    assert len(again.state.all_series) == 1
    labels = sorted(run.label for run in again.state.all_runs)
    assert labels == ["Cubic 5.0 mm", "Linear 2.0 mm", "Nearest 2.5 mm"]
    assert again.review.sessions.path == file
    close(again)


def test_a_damaged_session_takes_nothing_from_the_one_that_is_opening(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    good = saved_session(qtbot, viewer, tmp_path / "good.calid")
    (tmp_path / "broken.calid").write_text("{")
    close(viewer)
    again = make_viewer(preferences)
    again.controller.failed.disconnect(again.window.show_failure)
    again.review.sessions.open(good)
    again.review.sessions.open(tmp_path / "broken.calid")
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        pass
    assert again.review.sessions.path == good
    close(again)


def test_a_session_whose_runs_did_not_all_come_back_is_not_written_over(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    path = saved_session(qtbot, viewer, tmp_path / "review.calid", pixels=True)
    close(viewer)
    again = make_viewer(preferences)
    restoring = again.review.sessions._restoring
    restoring._begin = lambda _run, _stack: restoring._stop()  # type: ignore[method-assign]
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.review.sessions.open(path)
    assert again.state.runs == ()
    assert again.review.sessions.path is None  # saving asks where to
    assert len(read_session(path).runs) == 1
    close(again)


def test_a_remark_is_not_signed_by_another_reader(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    reviewing, reviews = viewer.review.reviewing, viewer.review.reviews
    viewer.controller.navigation.go_to_slice(2)
    reviewing.accept()
    reviewing.set_remark(2, "sharp, fine")
    remarked = reviews.current.verdict(2)
    reviews.set_reader("CD")
    reviewing.set_remark(2, "sharp, fine")  # the editor was closed without a change
    assert reviews.current.verdict(2).written == f"accepted with remark by AB at {remarked.time}: sharp, fine"
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, BACKSPACE)
    assert reviews.current.verdict(2).written.startswith("rejected by CD at ")
    assert not reviews.current.verdict(2).remark


@pytest.mark.parametrize("name", ["result.nii.gz", "result"])
def test_a_result_that_is_opened_again_wears_its_verdicts(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path, name: str
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(3)
    QTest.keyClick(view, BACKSPACE)
    viewer.review.reviewing.set_remark(3, "ghost, see A2")
    viewer.review.reviewing.set_remark(4, "pale")
    QTest.keyClick(view, RETURN, SHIFT)
    given, run = viewer.review.reviews.current, viewer.state.runs[0]
    saving, path = viewer.controller.saving, tmp_path / name
    with qtbot.waitSignal(saving.saved, timeout=20_000):
        save = saving.save_volume if path.suffix else saving.save_dicom
        save(run.reconstruction, path, viewer.review.reviews.judged(run))
    before = viewer.state.active_stack
    viewer.controller.series.open_paths([path])
    qtbot.waitUntil(lambda: viewer.state.active_stack not in (before, None), timeout=20_000)
    assert viewer.review.reviews.current.verdicts == given.verdicts
    assert not viewer.review.sessions.unsaved


def test_a_result_wears_its_verdicts_after_a_session_of_it_was_given_up(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(3)
    QTest.keyClick(view, BACKSPACE)
    run, result = viewer.state.runs[0], tmp_path / "result" / "a.nii.gz"
    result.parent.mkdir()
    with qtbot.waitSignal(viewer.controller.saving.saved, timeout=20_000):
        viewer.controller.saving.save_volume(run.reconstruction, result, viewer.review.reviews.judged(run))
    viewer.controller.series.close_active()
    viewer.controller.series.open_paths([result])
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    session = saved_session(qtbot, viewer, tmp_path / "review.calid")
    viewer.review.reviews.set_review(replace(viewer.review.reviews.current, verdicts=()))
    viewer.controller.series.close_active()
    moved = result.parent.rename(tmp_path / "moved") / "a.nii.gz"
    with qtbot.waitSignal(viewer.review.sessions.images_wanted, timeout=10_000):
        viewer.review.sessions.open(session)
    viewer.window.findChild(RelocationDialog).reject()
    viewer.controller.series.open_paths([moved])
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    assert verdicts(viewer) == {3: "rejected"}


def test_a_series_keeps_its_session_file_while_another_one_is_looked_at(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    sessions = viewer.review.sessions
    assert sessions.unsaved
    with qtbot.waitSignal(sessions.saved, timeout=20_000):
        sessions.save(tmp_path / "review.calid")
    viewer.controller.series.open_sample()
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=60_000)
    assert sessions.path is None  # saving this one does not overwrite the file of the other
    viewer.controller.series.activate(viewer.state.all_series[0].id)
    assert sessions.measurements
    assert not sessions.unsaved
    assert sessions.path == tmp_path / "review.calid"


@pytest.mark.parametrize("rejected", [False, True])
def test_a_session_belongs_to_the_series_it_was_saved_from_and_leaves_nothing_unfinished(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path, rejected: bool
) -> None:
    other = images.with_name("other.nii")
    stack = make_stack(rows=40, columns=48)
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    open_and_reconstruct(qtbot, viewer, other)
    second = viewer.state.active_series
    view = open_and_reconstruct(qtbot, viewer, images)
    first, sessions = viewer.state.active_series, viewer.review.sessions
    draw_distance(viewer, view)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, RETURN)
    with qtbot.waitSignal(sessions.saved, timeout=20_000):
        sessions.save(tmp_path / "review.calid")
        if rejected:  # after what the file will hold
            QTest.keyClick(view, BACKSPACE)
        viewer.controller.series.activate(second.id)
        viewer.review.autosave.keep_session()
    assert sessions.path is None
    viewer.controller.series.activate(first.id)
    assert sessions.path == tmp_path / "review.calid"
    assert sessions.unsaved is rejected
    viewer.controller.series.activate(second.id)
    close(viewer)
    left = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert {unfinished.verdicts for unfinished in left} == ({2} if rejected else set())


def test_a_report_on_what_is_shown_is_saved_from_the_menu(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, BACKSPACE)
    with qtbot.waitSignal(viewer.session_actions.reports.saved, timeout=20_000):
        choose_report(viewer, tmp_path / "report")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_closing_waits_for_a_session_and_a_report(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, BACKSPACE)
    viewer.review.sessions.save(tmp_path / "review.calid")
    choose_report(viewer, tmp_path / "report.pdf")
    assert not viewer.window.close()
    qtbot.waitUntil(lambda: not viewer.window.isVisible(), timeout=20_000)
    assert read_session(tmp_path / "review.calid").reviews
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert not list(preferences.reviews_folder().glob("*"))  # the autosave is no longer needed


def test_review_actions_are_off_while_nothing_is_open(viewer: Viewer) -> None:
    actions = viewer.window.actions_
    assert not actions[Act.ACCEPT].isEnabled()
    assert not actions[Act.REPORT].isEnabled()
    assert not actions[Act.SAVE_SESSION].isEnabled()
    assert actions[Act.OPEN_SESSION].isEnabled()
    assert Decision.ACCEPT.value == "accept"
