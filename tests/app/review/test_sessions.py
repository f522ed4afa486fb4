import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.actions.catalogue import Act
from app.choices import ViewLayout
from app.dialogs.save import SaveDialog
from app.dialogs.session import SESSION_FORMATS, RelocationDialog, SavedElsewhereDialog
from app.export.frames import CineContent
from app.layers import ACQUIRED
from app.preferences import Preferences
from app.review.journal import read_journal
from app.review.verdicts import Verdict, now
from app.sessions.autosave import Autosave
from app.sessions.file import read_session, write_session
from app.sessions.json_text import session_text
from app.sessions.unfinished import JOURNAL_NAME
from app.viewer import Viewer
from calid_core import pipeline
from calid_core.checks.results import SliceRank
from calid_core.cine import CineStack
from calid_core.identity import stack_digest
from calid_core.io import read_stack
from calid_core.io.volume import write_volume
from calid_core.judgement import Decision
from calid_core.progress import CancelToken
from calid_core.provenance import SliceOrigin
from calid_core.settings import ReconstructionSettings
from tests.app.conftest import make_stack
from tests.app.review.reader import (
    BACKSPACE,
    LINEAR,
    RETURN,
    SHIFT,
    active,
    align,
    choose_report,
    close,
    draw_distance,
    make_viewer,
    open_and_reconstruct,
    open_another,
    saved_session,
    show_another_series,
    two_more_runs,
    verdicts,
)


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
    volume = again.state.volume(measured.layer)
    assert (measured.made_on, measured.origin_at(volume, 0)) == ("I4", SliceOrigin.INTERPOLATED)
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


def look_elsewhere(viewer: Viewer) -> None:
    viewer.controller.navigation.go_to_slice(1)


def choose_a_run(viewer: Viewer) -> None:
    viewer.controller.display.show_layer(viewer.state.runs[0].layer)


def judge(viewer: Viewer) -> None:
    QTest.keyClick(viewer.window.grid.short_axis, BACKSPACE)


def begin_a_remark(viewer: Viewer) -> None:
    viewer.review.reviewing.remark()


def measure(viewer: Viewer) -> None:
    draw_distance(viewer, viewer.window.grid.short_axis)


@pytest.mark.parametrize("act", [None, look_elsewhere, choose_a_run, judge, begin_a_remark, measure])
def test_what_was_shown_comes_back_at_once_and_its_run_unless_the_reader_looks_judges_or_measures(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Viewer], None] | None,
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(7)
    viewer.controller.display.set_zoom(2.5)
    place = viewer.state.position
    path = saved_session(qtbot, viewer, tmp_path / "review.calid")
    close(viewer)
    again = make_viewer(preferences)
    state = again.state
    go_on = waits_until_cancelled(monkeypatch)
    again.review.sessions.open(path)
    qtbot.waitUntil(lambda: len(state.runs) == 1, timeout=20_000)
    assert (state.layer, state.zoom) == (ACQUIRED, 2.5)
    assert np.array_equal(state.position, place)
    if act is not None:
        act(again)
    seen = state.layer, tuple(state.position)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        go_on.set()
    shown = state.layer, tuple(state.position)
    assert shown == (seen if act is not None else (state.runs[0].layer, tuple(place)))
    close(again)


def test_a_run_comes_back_on_the_screen_though_another_series_is_closed_meanwhile(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    path = saved_session(qtbot, viewer, tmp_path / "review.calid")
    close(viewer)
    again = make_viewer(preferences)
    QTest.keyClick(open_another(qtbot, again, images), BACKSPACE)
    go_on = waits_until_cancelled(monkeypatch)
    again.review.sessions.open(path)
    qtbot.waitUntil(lambda: len(again.state.all_series) == 2 and len(again.state.runs) == 1, timeout=20_000)
    qtbot.wait(20)  # the series has come on the screen
    again.controller.series.close(again.state.all_series[0].id)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        go_on.set()
    assert again.state.layer == again.state.runs[0].layer
    close(again)


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
    assert read_journal(journal).reviews == fast.reviews


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


def waits_until_cancelled(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let no reconstruction go on before the event that is returned is set."""
    go_on, reconstruct = threading.Event(), pipeline.reconstruct

    def slow(
        stack: CineStack, settings: ReconstructionSettings, progress: object, cancel: CancelToken, **how
    ):
        while not go_on.wait(0.02):
            cancel.raise_if_cancelled()
        return reconstruct(stack, settings, progress, cancel, **how)

    monkeypatch.setattr("calid_core.pipeline.reconstruct", slow)
    return go_on


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
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000) as opened:
        again.controller.series.activate(first.id)
    assert opened.args == [files[0]]
    assert again.review.sessions.measurements == read_session(files[0]).measurements
    assert again.review.sessions.path == files[0]
    assert [run.series_id for run in again.state.all_runs if run.series_id == first.id] == [first.id]
    close(again)


def test_runs_of_a_session_that_another_one_was_opened_over_are_not_given_up_without_a_word(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = []
    for open_it in (open_another, open_and_reconstruct):
        open_it(qtbot, viewer, images)
        if files:
            two_more_runs(qtbot, viewer)
        files.append(saved_session(qtbot, viewer, tmp_path / f"{len(files)}.calid"))
    close(viewer)
    again = make_viewer(preferences)
    sessions, state = again.review.sessions, again.state
    go_on = waits_until_cancelled(monkeypatch)
    sessions.open(files[1])
    qtbot.waitUntil(lambda: len(state.all_runs) == 1, timeout=20_000)
    sessions.open(files[0])
    qtbot.waitUntil(lambda: len(state.all_series) == 2, timeout=20_000)
    with qtbot.waitSignal(sessions.opened, timeout=20_000) as opened:
        go_on.set()
    assert opened.args == [files[0]]
    remarks: list[str] = []
    sessions.noticed.connect(lambda _, texts: remarks.extend(texts))
    with qtbot.waitSignal(sessions.opened, timeout=20_000):
        again.controller.series.activate(state.all_series[0].id)
    assert [text.startswith("2 of its runs were not made again") for text in remarks] == [True]
    assert len(state.runs) == 1  # the one that was under way
    assert sessions.path is None  # saving asks where to
    close(again)


def test_two_sessions_of_the_same_images_bring_back_the_runs_of_both(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    two_more_runs(qtbot, viewer)
    whole = read_session(saved_session(qtbot, viewer, tmp_path / "whole.calid"))
    close(viewer)
    files = [tmp_path / "first.calid", tmp_path / "second.calid"]
    for file, runs in zip(files, (whole.runs[:2], whole.runs[1:]), strict=True):
        write_session(file, replace(whole, runs=runs))
    again = make_viewer(preferences)
    sessions, state = again.review.sessions, again.state
    go_on = waits_until_cancelled(monkeypatch)
    sessions.open(files[0])
    qtbot.waitUntil(lambda: len(state.runs) == 1, timeout=20_000)
    sessions.open(files[1])
    sessions.told.connect(go_on.set)
    with qtbot.waitSignal(sessions.opened, timeout=30_000):
        pass
    assert sorted(again.review.reviews.key_of(run) for run in state.runs) == sorted(r.key for r in whole.runs)
    assert sessions.path == files[1]
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
    restoring._begin = lambda *_: restoring._stop()  # type: ignore[method-assign]
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.review.sessions.open(path)
    assert again.state.runs == ()
    assert again.review.sessions.path is None  # saving asks where to
    assert len(read_session(path).runs) == 1
    close(again)


def test_cancelling_a_run_that_is_made_again_ends_the_opening_where_a_run_with_its_settings_is_there(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    path = saved_session(qtbot, viewer, tmp_path / "review.calid")
    session = read_session(path)
    write_session(path, replace(session, runs=(replace(session.runs[0], key="b" * 64),)))
    sessions, state = viewer.review.sessions, viewer.state
    waits_until_cancelled(monkeypatch)
    remarks: list[str] = []
    sessions.noticed.connect(lambda _, texts: remarks.extend(texts))
    sessions.open(path)
    qtbot.waitUntil(lambda: len(state.runs) == 2, timeout=20_000)
    with qtbot.waitSignal(sessions.opened, timeout=20_000):
        viewer.controller.reconstructions.cancel()
    assert [text.startswith("1 of its runs was not made again") for text in remarks] == [True]


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
    for _ in range(2):  # it asks about what the session still holds
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
