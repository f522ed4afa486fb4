"""Automatic contours over the pictures: found when they are wanted, drawn on every layer that has them."""

import dataclasses
import threading

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSettings
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.actions.catalogue import Act
from app.application import make_application
from app.checks.check_work import VolumesWork
from app.choices import ViewLayout
from app.jobs import Job, JobContext
from app.layers import ACQUIRED, Layer
from app.open_series import OpenSeries
from app.palette import CONTOUR
from app.preferences import Preferences
from app.state.compare_state import CompareMode
from app.viewer import Viewer
from app.views.plane_painter import PlanePainter
from calid_core.checks.kinds import Check
from calid_core.cine import View
from calid_core.contouring.contours import ChamberContours
from calid_core.grid import Grid
from calid_core.pipeline import reconstruct
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack


class Square:
    """Sees the ventricle in 12 × 10 pixels of every slice."""

    def left_ventricle(self, slices: np.ndarray, *, spacing: object, centre: object) -> np.ndarray:
        margin = np.full(slices.shape, -1.0)
        margin[:, 6:18, 5:15] = 1.0
        return margin

    def grid(self, *, spacing: tuple[float, float], centre: object) -> Grid:
        return Grid((0.0, 0.0), (1.0, 1.0), spacing)


class Slow(Square):
    """Looks when it is told to."""

    def __init__(self) -> None:
        self.looks = threading.Semaphore(0)

    def left_ventricle(self, slices: np.ndarray, *, spacing: object, centre: object) -> np.ndarray:
        assert self.looks.acquire(timeout=20.0)
        return super().left_ventricle(slices, spacing=spacing, centre=centre)


def green_pixels(viewer: Viewer) -> int:
    """Pixels of the colour of contours, thinned along smooth edges."""
    red, green, blue, _ = CONTOUR.getRgb()
    assert green > max(red, blue) + 80
    image = viewer.window.grid.short_axis.grab().toImage()
    colours = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(c.green() > max(c.red(), c.blue()) + 40 for c in colours)


@pytest.fixture
def viewer(qtbot: QtBot, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda *device: Square())
    make_application()
    made = Viewer(Preferences(QSettings(f"{tmp_path}/settings.ini", QSettings.Format.IniFormat)))
    qtbot.addWidget(made.window)
    made.window.resize(1366, 768)
    made.window.show()
    made.state.set_all_series((OpenSeries(1, "series", stack=make_stack(phases=5, slices=4)),), 1)
    qtbot.waitUntil(lambda: not made.checks.checks.running, timeout=20_000)
    return made


def all_contours(
    qtbot: QtBot, viewer: Viewer, *, series: int = 1, layer: Layer = ACQUIRED
) -> ChamberContours:
    """Wait until contours of every phase are there."""

    def complete() -> bool:
        found = viewer.state.contours.of(series, layer)
        return found is not None and found.complete

    qtbot.waitUntil(complete, timeout=20_000)
    found = viewer.state.contours.of(series, layer)
    assert found is not None
    return found


def contour_texts(viewer: Viewer) -> tuple[str, ...]:
    """What the short-axis view says of the contours, above slice and place."""
    view = viewer.window.grid.short_axis
    assert view.picture is not None
    return view.annotations(view.picture, viewer.state.volume(ACQUIRED)).of_layer[:-2]


def test_contours_are_found_when_they_are_first_wanted_and_hidden_again(qtbot: QtBot, viewer: Viewer) -> None:
    action = viewer.window.actions_[Act.CONTOURS]
    assert green_pixels(viewer) == 0
    action.trigger()
    found = all_contours(qtbot, viewer)
    # Outlines run half a pixel outside the marked ones and cut the corners; pixels are 1.5 mm.
    assert found.areas == pytest.approx(np.full((5, 4), 12 * 10 * 1.5**2), rel=0.01)
    assert green_pixels(viewer) > 20
    action.trigger()
    assert green_pixels(viewer) == 0


def test_a_new_run_gets_its_own_contours_while_they_are_shown(qtbot: QtBot, viewer: Viewer) -> None:
    state = viewer.state
    viewer.window.actions_[Act.CONTOURS].trigger()
    all_contours(qtbot, viewer)
    viewer.controller.reconstructions.start(ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.5))
    qtbot.waitUntil(lambda: bool(state.runs), timeout=20_000)
    run = state.runs[0]
    found = all_contours(qtbot, viewer, layer=Layer(run.id))
    viewer.controller.display.show_layer(run.layer)
    assert found.areas.shape == (5, len(run.provenance))
    assert green_pixels(viewer) > 20


def test_a_search_that_is_cancelled_is_not_begun_anew_for_the_acquired_slices_beside_the_run(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = viewer.state
    viewer.controller.reconstructions.start(ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0))
    qtbot.waitUntil(lambda: viewer.checks.checks.subject is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    slow = Slow()
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda *device: slow)
    viewer.controller.display.set_layout(ViewLayout.COMPARE)
    viewer.controller.comparing.set_mode(CompareMode.SIDE_BY_SIDE)
    state.set_compare_layers((ACQUIRED, state.runs[0].layer))
    begun = []
    viewer.checks.checks.running_changed.connect(lambda: begun.append(viewer.checks.checks.running))
    viewer.window.actions_[Act.CONTOURS].trigger()
    assert len(begun) == 1
    viewer.checks.checking.cancel()
    slow.looks.release(1000)
    qtbot.waitUntil(lambda: not viewer.controller.worker.jobs, timeout=20_000)
    assert [len(running) for running in begun] == [1, 0]


def compare_two_runs(qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Two runs stand side by side, and contours of one are looked for."""
    state, reconstructions = viewer.state, viewer.controller.reconstructions
    for count, spacing in enumerate((5.0, 2.5), start=1):
        reconstructions.start(ReconstructionSettings(method=Method.LINEAR, slice_spacing=spacing))
        qtbot.waitUntil(lambda n=count: len([r for r in state.runs if r.reconstruction]) == n, timeout=20_000)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    slow = Slow()
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda *device: slow)
    viewer.controller.display.set_layout(ViewLayout.COMPARE)
    viewer.controller.comparing.set_mode(CompareMode.SIDE_BY_SIDE)
    state.set_compare_layers(tuple(run.layer for run in state.runs))
    viewer.window.actions_[Act.CONTOURS].trigger()
    return slow


def test_every_layer_side_by_side_gets_its_contours_one_after_the_other(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, state = compare_two_runs(qtbot, viewer, monkeypatch), viewer.state
    layers = tuple(run.layer for run in state.runs)
    assert all(state.contours.sought(1, layer) for layer in layers)
    assert len([about for about in viewer.checks.checks.running if about.contoured]) == 1
    slow.looks.release(1000)
    for layer in layers:
        all_contours(qtbot, viewer, layer=layer)
    assert not any(state.contours.sought(1, layer) for layer in layers)
    all_contours(qtbot, viewer)


@pytest.mark.parametrize("button", ["checks", "status"])
def test_a_search_that_is_cancelled_does_not_lead_to_the_next_one_until_contours_are_wanted_anew(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    slow, state = compare_two_runs(qtbot, viewer, monkeypatch), viewer.state
    begun = []
    viewer.checks.checks.running_changed.connect(lambda: begun.append(viewer.checks.checks.running))
    (viewer.checks.checking if button == "checks" else viewer.controller.jobs).cancel()
    slow.looks.release(1000)
    qtbot.waitUntil(lambda: not viewer.controller.worker.jobs, timeout=20_000)
    assert begun == [()]
    for run in state.runs:
        assert state.contours.of(1, run.layer) is None
        assert not state.contours.sought(1, run.layer)
    viewer.window.actions_[Act.CONTOURS].trigger()
    viewer.window.actions_[Act.CONTOURS].trigger()
    for run in state.runs:
        all_contours(qtbot, viewer, layer=run.layer)


def test_contours_that_are_wanted_anew_before_a_cancelled_search_has_ended_are_looked_for(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = compare_two_runs(qtbot, viewer, monkeypatch)
    viewer.checks.checking.cancel()
    viewer.window.actions_[Act.CONTOURS].trigger()
    viewer.window.actions_[Act.CONTOURS].trigger()
    slow.looks.release(1000)
    for run in viewer.state.runs:
        all_contours(qtbot, viewer, layer=run.layer)


def test_a_single_phase_has_contours_and_a_volume(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.state.set_all_series((OpenSeries(7, "ED", stack=make_stack(phases=1, slices=4)),), 7)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    action = viewer.window.actions_[Act.CONTOURS]
    assert action.isEnabled()
    action.trigger()
    found = all_contours(qtbot, viewer, series=7)
    assert found.areas == pytest.approx(np.full((1, 4), 12 * 10 * 1.5**2), rel=0.01)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    assert "ESV and EF need two phases" in viewer.checks.curve.toolTip()
    viewer.checks.curve.grab()


def test_contours_of_a_closed_series_are_forgotten(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.window.actions_[Act.CONTOURS].trigger()
    all_contours(qtbot, viewer)
    viewer.state.set_all_series((), None)
    assert viewer.state.contours.of(1, ACQUIRED) is None
    assert viewer.checks.checks.volumes_of(1) is None


def test_a_series_chosen_while_another_one_is_contoured_gets_its_contours_too(
    qtbot: QtBot, viewer: Viewer
) -> None:
    state = viewer.state
    second = OpenSeries(2, "second", stack=make_stack(phases=5, slices=3))
    state.set_all_series((*state.all_series, second), 1)
    viewer.window.actions_[Act.CONTOURS].trigger()
    viewer.controller.series.activate(2)
    all_contours(qtbot, viewer, series=2)
    all_contours(qtbot, viewer, series=1)


def test_a_series_that_is_read_while_contours_are_shown_gets_its_contours(
    qtbot: QtBot, viewer: Viewer
) -> None:
    state = viewer.state
    viewer.window.actions_[Act.CONTOURS].trigger()
    all_contours(qtbot, viewer)
    state.set_all_series((*state.all_series, OpenSeries(2, "second", loading=True)), 2)
    state.set_all_series(
        (state.all_series[0], OpenSeries(2, "second", stack=make_stack(phases=5, slices=3))), 2
    )
    all_contours(qtbot, viewer, series=2)


def test_acquired_slices_are_looked_at_after_a_search_in_a_run_that_was_shown_alone_is_cancelled(
    qtbot: QtBot, viewer: Viewer
) -> None:
    state = viewer.state
    viewer.controller.reconstructions.start(ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0))
    qtbot.waitUntil(lambda: viewer.checks.checks.subject is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    viewer.controller.display.show_layer(state.runs[0].layer)
    viewer.window.actions_[Act.CONTOURS].trigger()
    viewer.checks.checking.cancel()
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    viewer.controller.display.show_layer(ACQUIRED)
    all_contours(qtbot, viewer)


def test_contours_that_were_cancelled_are_looked_for_when_they_are_wanted_again(
    qtbot: QtBot, viewer: Viewer
) -> None:
    state, action = viewer.state, viewer.window.actions_[Act.CONTOURS]
    action.trigger()
    viewer.checks.checking.cancel()
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    assert state.contours.of(1, ACQUIRED) is None
    action.trigger()
    action.trigger()
    all_contours(qtbot, viewer)


def test_contours_of_a_series_that_comes_back_are_looked_for_again(qtbot: QtBot, viewer: Viewer) -> None:
    state, opening = viewer.state, viewer.controller.series
    viewer.window.actions_[Act.CONTOURS].trigger()
    all_contours(qtbot, viewer)
    (series,) = state.all_series
    closed = opening.close(series.id)
    assert closed is not None
    opening.reopen(closed)
    qtbot.waitUntil(lambda: state.contours.of(series.id, ACQUIRED) is not None, timeout=20_000)


def test_a_long_axis_series_has_no_short_axis_contours(viewer: Viewer) -> None:
    stack = dataclasses.replace(make_stack(phases=5, slices=4), view=View.LONG_AXIS)
    viewer.state.set_all_series((OpenSeries(2, "long axis", stack=stack),), 2)
    assert viewer.checks.checking.possible(Check.VOLUMES) == "Needs a short-axis series"
    assert not viewer.window.actions_[Act.CONTOURS].isEnabled()


def test_swipe_does_not_write_the_area_of_one_layer_over_both(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.window.actions_[Act.CONTOURS].trigger()
    all_contours(qtbot, viewer)
    view = viewer.window.grid.short_axis
    content, written = PlanePainter(view), []  # one of its own: the view may be painted meanwhile
    content._notes.paint = lambda _painter, _area, _badge, notes, _scale: written.append(notes)  # type: ignore[method-assign]
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    content.paint_shared_notes(painter, QRectF(0, 0, 400, 400), synthesised=False)
    painter.end()
    assert view.picture is not None
    assert view.annotations(view.picture, view.volume).of_layer[0] == "LV 269 mm² (automatic)"
    assert [notes.of_layer for notes in written] == [()]


def test_contours_begin_at_the_phase_shown_and_the_view_says_what_is_missing(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, slow = viewer.state, Slow()
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda *device: slow)
    viewer.controller.navigation.go_to_phase(3)
    assert contour_texts(viewer) == ()
    viewer.window.actions_[Act.CONTOURS].trigger()
    assert contour_texts(viewer) == ("Looking for the LV …",)
    slow.looks.release(
        2
    )  # a fifth of a cycle apart, every phase is looked at alone: the one before it, then phase 3
    qtbot.waitUntil(lambda: contour_texts(viewer) != ("Looking for the LV …",), timeout=20_000)
    assert contour_texts(viewer) == ("LV 269 mm² (automatic)",)
    viewer.controller.navigation.go_to_phase(0)
    assert contour_texts(viewer) == ("Looking for the LV …",)
    viewer.checks.checking.cancel()
    slow.looks.release(1)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    assert contour_texts(viewer) == ()
    assert state.contours.of(1, ACQUIRED) is None


def test_contours_that_are_known_stay_while_volumes_are_computed_again(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    viewer.window.actions_[Act.CONTOURS].trigger()
    all_contours(qtbot, viewer)
    viewer.controller.reconstructions.start(ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0))
    qtbot.waitUntil(lambda: bool(viewer.state.runs), timeout=20_000)
    made = viewer.state.runs[0].layer
    all_contours(qtbot, viewer, layer=made)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    found, dense = viewer.state.contours.of(1, ACQUIRED), viewer.state.contours.of(1, made)
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda *device: slow)
    viewer.checks.checking.start(Check.VOLUMES)
    slow.looks.release(2)
    qtbot.wait(300)
    viewer.checks.checking.cancel()
    slow.looks.release(20)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    assert viewer.state.contours.of(1, ACQUIRED) is found
    assert viewer.state.contours.of(1, made) is dense


def look_for_some(qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Contours are looked for in the first of two series, and some phases are found."""
    state, slow = viewer.state, Slow()
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda *device: slow)
    state.set_all_series(
        (*state.all_series, OpenSeries(2, "second", stack=make_stack(phases=5, slices=3))), 1
    )
    viewer.window.actions_[Act.CONTOURS].trigger()
    slow.looks.release(2)
    qtbot.waitUntil(lambda: state.contours.of(1, ACQUIRED) is not None, timeout=20_000)
    return slow


def test_half_found_contours_are_forgotten_when_their_check_is_cancelled_while_another_one_waits(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, slow = viewer.state, look_for_some(qtbot, viewer, monkeypatch)
    viewer.controller.series.activate(2)
    viewer.checks.checking.start(Check.VOLUMES)
    worker = viewer.controller.worker
    first = worker.jobs[0]
    worker.cancel(first)
    slow.looks.release(1)
    qtbot.waitUntil(lambda: first not in worker.jobs, timeout=20_000)
    assert state.contours.of(1, ACQUIRED) is None
    assert not state.contours.sought(1, ACQUIRED)
    assert state.contours.sought(2, ACQUIRED)
    slow.looks.release(20)
    all_contours(qtbot, viewer, series=2)


def test_contours_of_a_series_that_was_closed_while_they_are_looked_for_do_not_come_back(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    contours, slow = viewer.state.contours, look_for_some(qtbot, viewer, monkeypatch)
    viewer.controller.series.close(1)
    assert not contours.sought(1, ACQUIRED)
    found = ChamberContours(((),) * 5, np.zeros((5, 0)))
    contours.grow(1, None, found)  # on its way when the series was closed
    assert contours.of(1, ACQUIRED) is None
    slow.looks.release(40)
    qtbot.waitUntil(lambda: not viewer.controller.worker.jobs, timeout=20_000)
    assert contours.of(1, ACQUIRED) is None


@pytest.mark.parametrize("again", [False, True])
def test_the_share_that_is_done_never_falls_from_acquired_slices_to_made_ones(
    monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda *device: Square())
    stack = make_stack(phases=5, slices=4)
    made = reconstruct(stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0))
    context = JobContext(Job("volumes"))
    known = VolumesWork(stack, None, None)(context).acquired if again else None
    seen: list[float] = []
    context.on_progress = lambda progress: seen.append(progress.fraction)
    VolumesWork(stack, made, known)(context)
    assert seen == sorted(seen)
    assert seen[0] == 0.0
    assert seen[-1] == 1.0
    assert len(seen) == (6 if again else 11)
