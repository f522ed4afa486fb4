"""What no file holds is on the disk before a window closes, and where it cannot be the window says so."""

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.layers import ACQUIRED
from app.preferences import Preferences
from app.sessions.autosave import Autosave
from app.sessions.file import read_session
from app.state.compare_state import CompareMode
from app.viewer import Viewer
from calid_core import pipeline
from calid_core.arrays import IntensityArray
from tests.app.full_disk import room_for
from tests.app.review.reader import (
    LINEAR,
    close,
    draw_distance,
    make_viewer,
    open_and_reconstruct,
    open_another,
    saved_session,
    show_another_series,
)
from tests.app.review.test_sessions import waits_until_cancelled


def kept_measurements(preferences: Preferences) -> list[int]:
    """How many there are in each folder."""
    return [
        len(read_session(path).measurements) for path in preferences.reviews_folder().glob("*/session.calid")
    ]


def measure_on_a_run_that_is_being_made(
    qtbot: QtBot, viewer: Viewer, images: Path, monkeypatch: pytest.MonkeyPatch
) -> threading.Event:
    """Draw a distance on the first phase of a run; it is finished once the event that is returned is set."""
    go_on, reconstruct = threading.Event(), pipeline.reconstruct

    def slow(*what, on_phase, **how):  # type: ignore[no-untyped-def]
        def wait(phase: int, intensity: IntensityArray) -> None:
            on_phase(phase, intensity)
            go_on.wait(20)

        return reconstruct(*what, on_phase=wait, **how)

    monkeypatch.setattr("calid_core.pipeline.reconstruct", slow)
    viewer.controller.series.open_paths([images])
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    viewer.controller.reconstructions.start(LINEAR)
    qtbot.waitUntil(lambda: bool(viewer.state.runs) and viewer.state.runs[0].ready.any(), timeout=20_000)
    viewer.controller.navigation.go_to_slice(2)
    draw_distance(viewer, viewer.window.grid.short_axis)
    assert len(viewer.state.measures.measurements) == 1
    assert viewer.review.sessions.measurements == ()
    return go_on


def test_a_measurement_on_a_run_that_is_being_made_is_on_the_disk_when_it_is_finished(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = measure_on_a_run_that_is_being_made(qtbot, viewer, images, monkeypatch)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_ended, timeout=20_000):
        go_on.set()
    assert kept_measurements(preferences) == [1]


def test_a_measurement_on_a_run_that_ends_while_another_series_is_shown_is_kept_when_the_window_closes(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = measure_on_a_run_that_is_being_made(qtbot, viewer, images, monkeypatch)
    show_another_series(qtbot, viewer, images)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_ended, timeout=20_000):
        go_on.set()
    close(viewer)
    assert kept_measurements(preferences) == [1]


def test_a_window_that_closes_while_a_run_is_being_made_leaves_one_copy_of_its_review(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = measure_on_a_run_that_is_being_made(qtbot, viewer, images, monkeypatch)
    viewer.controller.display.show_layer(ACQUIRED)
    draw_distance(viewer, viewer.window.grid.short_axis)
    assert kept_measurements(preferences) == [1]
    keeping = viewer.review._keeping
    close(viewer)
    go_on.set()
    qtbot.wait(100)
    keeping._keep_what_is_open()
    assert kept_measurements(preferences) == [1]


@pytest.mark.parametrize("full_when_left", [False, True])
def test_a_measurement_that_the_disk_did_not_take_is_kept_when_its_series_is_left_or_the_window_closes(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, *, full_when_left: bool
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    show_another_series(qtbot, viewer, images)
    first, second = viewer.state.all_series
    viewer.controller.series.activate(first.id)
    viewer.window.show_failure = lambda *_: None  # type: ignore[method-assign]
    with room_for(10):
        draw_distance(viewer, view)
        if full_when_left:
            viewer.controller.series.activate(second.id)
    viewer.controller.series.activate(second.id)
    assert kept_measurements(preferences) == ([] if full_when_left else [1])
    close(viewer)
    assert not viewer.window.isVisible()
    assert kept_measurements(preferences) == [1]
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert left.measurements == 1


@pytest.mark.parametrize("shown", [True, False])
def test_a_series_with_a_measurement_that_the_disk_does_not_take_closes_when_that_is_asked_again(
    qtbot: QtBot, viewer: Viewer, images: Path, shown: bool
) -> None:
    view, controller = open_and_reconstruct(qtbot, viewer, images), viewer.controller
    series = viewer.state.active_series.id
    show_another_series(qtbot, viewer, images)
    other = viewer.state.active_series.id
    controller.series.activate(series)
    viewer.window.show_failure = lambda *_: None  # type: ignore[method-assign]
    with room_for(10):
        draw_distance(viewer, view)
        controller.series.activate(series if shown else other)
        for _ in range(2):
            controller.series.close(series)
            assert viewer.state.series(series) is not None
            told = viewer.window.notices._text.text()
            assert "measurements of cine could not be kept. Show that series" in told
            assert "close the series again" in told
            controller.undo.worked.emit()  # something was done meanwhile
        controller.series.close(series)
        controller.series.close(series)
        assert viewer.state.series(series) is None


def test_a_measurement_that_the_disk_did_not_take_is_kept_when_its_series_is_closed(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.window.show_failure = lambda *_: None  # type: ignore[method-assign]
    with room_for(10):
        draw_distance(viewer, view)
    viewer.controller.series.close_active()
    assert viewer.state.all_series == ()
    assert kept_measurements(preferences) == [1]


@pytest.mark.parametrize("mode", CompareMode)
def test_a_window_that_cannot_keep_another_series_stays_in_its_comparison(
    qtbot: QtBot, viewer: Viewer, images: Path, mode: CompareMode
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    view, state = open_another(qtbot, viewer, images), viewer.state
    first, second = state.all_series
    viewer.controller.series.activate(first.id)
    viewer.window.show_failure = lambda *_: None  # type: ignore[method-assign]
    with room_for(10):
        draw_distance(viewer, view)
        viewer.controller.series.activate(second.id)
        viewer.controller.comparing.compare_in_place(ACQUIRED, state.runs[0].layer)
        viewer.controller.comparing.show(mode)
        before = viewer.controller.comparing.comparison
        viewer.window.close()
    assert viewer.window.isVisible()
    assert "measurements of cine could not be kept. Show that series" in viewer.window.notices._text.text()
    assert state.active_series.id == second.id
    assert before.entered
    assert viewer.controller.comparing.comparison == before
    viewer.window.close()


def test_a_window_that_was_told_to_give_up_one_measurement_does_not_give_up_the_next_unasked(
    qtbot: QtBot, viewer: Viewer, images: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.window.show_failure = lambda *_: None  # type: ignore[method-assign]
    with room_for(10):
        for _ in range(2):
            viewer.controller.navigation.step_slice(1)
            draw_distance(viewer, view)
            viewer.window.close()
            assert viewer.window.isVisible()
        viewer.window.close()
    assert not viewer.window.isVisible()


def test_a_window_in_which_all_that_a_session_held_was_taken_away_says_so_before_it_closes(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    viewer.review.reviewing.set_remark(1, "pale")
    path = saved_session(qtbot, viewer, tmp_path / "review.calid")
    viewer.controller.measuring.clear()
    viewer.review.reviewing.set_remark(1, "")
    viewer.window.close()
    assert viewer.window.isVisible()
    assert "still holds what you took away" in viewer.window.notices._text.text()
    viewer.window.close()
    assert not viewer.window.isVisible()
    assert len(read_session(path).measurements) == 1


@pytest.mark.parametrize("shown", [True, False])
def test_a_series_of_which_all_that_a_session_held_was_taken_away_says_so_before_it_closes(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path, shown: bool
) -> None:
    view, controller = open_and_reconstruct(qtbot, viewer, images), viewer.controller
    series = viewer.state.active_series.id
    draw_distance(viewer, view)
    saved_session(qtbot, viewer, tmp_path / "review.calid")
    controller.measuring.clear()
    show_another_series(qtbot, viewer, images)
    other = viewer.state.active_series.id
    controller.series.activate(series if shown else other)
    for _ in range(2):
        controller.series.close(series)
        assert viewer.state.series(series) is not None
        assert "session file of cine still holds" in viewer.window.notices._text.text()
        controller.undo.worked.emit()  # something was done meanwhile
    controller.series.close(other)
    assert viewer.state.series(other) is None
    controller.series.close(series)
    controller.series.close(series)
    assert viewer.state.series(series) is None


def test_a_window_that_closes_asks_about_what_was_taken_away_in_a_series_that_is_not_shown(
    qtbot: QtBot, viewer: Viewer, images: Path, tmp_path: Path
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    viewer.review.reviewing.set_remark(1, "pale")
    saved_session(qtbot, viewer, tmp_path / "review.calid")
    viewer.review.reviewing.set_remark(1, "")
    show_another_series(qtbot, viewer, images)
    viewer.window.close()
    assert viewer.window.isVisible()
    assert "session file of cine still holds" in viewer.window.notices._text.text()
    viewer.window.close()
    assert not viewer.window.isVisible()


def test_a_window_that_closes_asks_about_what_was_taken_away_where_not_every_run_came_back(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.display.show_layer(ACQUIRED)
    viewer.review.reviewing.set_remark(1, "pale")
    path = saved_session(qtbot, viewer, tmp_path / "review.calid")
    close(viewer)
    again = make_viewer(preferences)
    waits_until_cancelled(monkeypatch)
    again.review.sessions.open(path)
    qtbot.waitUntil(lambda: len(again.state.runs) == 1, timeout=20_000)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.controller.reconstructions.cancel()
    assert again.review.sessions.path is None
    again.review.reviewing.set_remark(1, "")
    again.window.close()
    assert again.window.isVisible()
    assert "still holds what you took away" in again.window.notices._text.text()
    close(again)
