from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import appearance
from app.actions.catalogue import Act
from app.choices import ViewLayout
from app.layers import ACQUIRED
from app.preferences import Preferences
from app.review.journal import Journal, read_journal
from app.sessions.file import read_session
from app.sessions.unfinished import JOURNAL_NAME
from app.state.compare_state import CompareMode
from app.theme import TextSize, Theme
from app.viewer import Viewer
from app.views.review_overlay import BADGE_BOTTOM, MARGIN, RemarkEditor
from calid_core.checks.report import CheckReport
from calid_core.errors import OutputError
from calid_core.settings import Method
from tests.app.review.reader import (
    BACKSPACE,
    CONTROL,
    LINEAR,
    RETURN,
    SHIFT,
    hold,
    open_and_reconstruct,
    remarks_of,
    show_another_series,
    two_more_runs,
    verdicts,
)

WARNING = "No names, no patient data"
LONGER = {WARNING: "Keine Namen, keine Patientendaten"}


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
    assert read_journal(journal).reviews == reviews.reviews
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
            QTest.keyClick(editor.line, getattr(Qt.Key, f"Key_{key[1:-1]}"))
        else:
            QTest.keyClicks(editor.line, key)
        assert editor.isVisible()
        assert host.rect().contains(editor.geometry())
    QTest.keyClick(editor.line, RETURN)
    assert given == [kept]


def test_escape_leaves_the_reasons_first_and_then_the_remark(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(300, 120)
    host.show()
    editor = RemarkEditor(host)
    editor.edit(host, 2, "S3", "")
    QTest.keyClick(editor.line, Qt.Key.Key_Down)
    assert editor._reasons.geometry().bottom() < editor.line.geometry().top()
    assert editor.rect().contains(editor.line.geometry())
    for visible in (True, False):
        QTest.keyClick(editor.line, Qt.Key.Key_Escape)
        assert editor.isVisible() is visible
    editor.edit(host, 2, "S3", "")
    assert editor._reasons.isHidden()


def test_the_key_that_asked_for_a_remark_writes_nothing_while_it_is_held(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    viewer.review.reviewing.set_remark(2, "too thin")
    QTest.keyPress(view, Qt.Key.Key_N)
    editor = viewer.review.remarks.editor
    hold(editor.line, Qt.Key.Key_N, "n")
    assert editor.text == "too thin"
    QTest.keyClick(editor.line, Qt.Key.Key_O)
    hold(editor.line, Qt.Key.Key_O, "o")
    assert editor.text == "oo"


@pytest.mark.parametrize("key", [RETURN, Qt.Key.Key_Escape])
def test_a_key_held_since_before_does_not_end_a_remark(
    qtbot: QtBot, viewer: Viewer, images: Path, key: Qt.Key
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_N)
    editor = viewer.review.remarks.editor
    QTest.keyClicks(editor.line, "half")
    view.setFocus()
    QTest.keyPress(view, key)  # gives the line the keys again
    hold(editor.line, key)
    assert editor.line.text() == "half"
    assert editor.isVisible()
    assert verdicts(viewer) == {}


@pytest.mark.parametrize("size", TextSize)
def test_the_warning_about_names_is_read_whole_while_a_remark_is_written(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, size: TextSize
) -> None:
    monkeypatch.setattr("app.translation._lookup", lambda text, _comment, _n: LONGER.get(text, text))
    appearance.apply(qapp, Theme.DARK, size)
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(255, 290)  # one of four views at 1366 pixels, in the largest letters
    host.show()
    editor = RemarkEditor(host)
    editor.edit(host, 2, "S3", "too thin")
    QApplication.processEvents()
    (warning,) = (text for text in editor.findChildren(QLabel) if text.text() == LONGER[WARNING])
    assert warning.isVisible()
    assert editor.rect().contains(warning.geometry())
    assert warning.height() >= warning.heightForWidth(warning.width())
    assert warning.geometry().top() > editor.line.geometry().bottom()
    QTest.keyClick(editor.line, Qt.Key.Key_Down)
    QApplication.processEvents()
    assert editor._reasons.isVisible()
    assert editor.geometry().top() >= BADGE_BOTTOM
    assert editor.rect().contains(warning.geometry())
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)


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


def test_a_remark_being_written_is_kept_where_another_one_is_begun(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    key, editor = viewer.review.reviews.subject.key, viewer.review.remarks.editor
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(editor.line, "too thin")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_N)  # the same slice: it is gone on with
    assert editor.line.hasFocus()
    assert editor.line.text() == "too thin"
    viewer.controller.navigation.go_to_slice(3)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_N)
    assert remarks_of(viewer) == {(key, 2): "too thin"}
    QTest.keyClicks(editor.line, "pale")
    show_another_series(qtbot, viewer, images)
    shown = viewer.state.active_series
    viewer.window.grid.short_axis.setFocus()
    QTest.keyClick(viewer.window.grid.short_axis, Qt.Key.Key_N)
    assert viewer.state.active_series is shown
    assert remarks_of(viewer) == {(key, 2): "too thin", (key, 3): "pale"}
    assert editor.isVisible()
    assert editor.line.text() == ""


def test_a_remark_being_written_is_kept_when_the_window_closes(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_N)
    QTest.keyClicks(QApplication.focusWidget(), "too thin")
    viewer.window.close()
    (journal,) = preferences.reviews_folder().glob(f"*/{JOURNAL_NAME}")
    (review,) = read_journal(journal).reviews
    assert [entry.verdict.remark for entry in review.verdicts] == ["too thin"]


def test_a_remark_that_cannot_be_kept_stays_in_the_editor_and_the_window_open(
    qtbot: QtBot, viewer: Viewer, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_N)
    editor = viewer.review.remarks.editor
    QTest.keyClicks(editor.line, "too thin")

    def refuse(_journal: Journal, _change: object) -> None:
        raise OutputError("the disk is full")

    monkeypatch.setattr(Journal, "append", refuse)
    monkeypatch.setattr(viewer.window, "show_failure", lambda *_: None)
    viewer.review.reviewing.failed.disconnect()
    QTest.keyClick(editor.line, RETURN)
    assert editor.isVisible()
    assert editor.line.text() == "too thin"
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
    QTest.keyClicks(editor.line, "half")
    QTest.keyClick(editor.line, Qt.Key.Key_Tab)
    assert editor.line.hasFocus()
    view.setFocus()
    assert editor._hint.isHidden()
    QTest.keyClick(view, key)
    assert verdicts(viewer) == {}
    assert editor.line.hasFocus()
    assert editor.line.text() == "half"
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
