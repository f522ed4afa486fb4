"""The real window without OpenGL: everything but the 3D view."""

import dataclasses
import errno
import os
import subprocess
import sys
import threading
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMetaMethod, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QScrollArea,
    QTableWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import appearance
from app.actions.catalogue import Act
from app.application import main, parse_arguments
from app.choices import ViewLayout
from app.controllers.series_loading import LoadedSeries
from app.jobs import JobContext, JobStatus
from app.layers import ACQUIRED, Layer
from app.measure.shapes import Shape
from app.messages import BANNER
from app.open_series import OpenSeries
from app.preferences import Preferences
from app.presets import PRESETS, preset_window
from app.resources import icon, style_sheet
from app.state.compare_state import CompareMode
from app.theme import TextSize, Theme
from app.viewer import Viewer
from app.views.badge import Badge
from calid_core.checks.kinds import Check
from calid_core.cine import View
from calid_core.cli import main as calid
from calid_core.geometry import Geometry
from calid_core.io import read_stack, scan
from calid_core.io.volume import write_volume
from calid_core.progress import CancelToken
from calid_core.provenance import SliceOrigin, SliceState
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack, viewer_without_gl
from tests.app.dense_runs import add_run
from tests.app.test_measure_shapes import drawn

LINEAR = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0)


@pytest.fixture
def viewer(qtbot: QtBot, preferences: Preferences):
    made = viewer_without_gl(preferences)
    made.window.show()
    yield made
    made.window.close()
    made.window.deleteLater()
    qtbot.waitUntil(no_worker_left, timeout=20_000)  # an import cannot be cancelled


def no_worker_left() -> bool:
    return not [t.name for t in threading.enumerate() if t.name.startswith(("reconstruct", "load"))]


def open_stack(viewer: Viewer) -> None:
    viewer.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)


def test_starting_loads_neither_torch_nor_vtk_nor_the_readers() -> None:
    program = (
        "import sys, app.application; "
        "heavy = {'torch', 'vtkmodules', 'pyvista', 'SimpleITK', 'pydicom', 'scipy', 'skimage', 'PIL'}; "
        "sys.exit(str(sorted(heavy & set(sys.modules))) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_empty_window_offers_the_sample_and_says_what_fits(viewer: Viewer) -> None:
    assert viewer.window.empty.isVisible()
    assert not viewer.window.grid.isVisible()


def test_the_research_banner_is_always_visible(viewer: Viewer) -> None:
    def banner_visible() -> bool:
        labels = viewer.window.findChildren(QLabel)
        return any(label.text() == BANNER and label.isVisible() for label in labels)

    assert banner_visible()
    open_stack(viewer)
    for layout in ViewLayout:
        viewer.controller.display.set_layout(layout)
        assert banner_visible()


def test_a_reconstruction_fills_its_run_and_proves_the_acquired_slices(qtbot: QtBot, viewer: Viewer) -> None:
    open_stack(viewer)
    stack = viewer.state.active_stack
    assert stack is not None
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
        assert viewer.state.job is not None
    assert viewer.state.layer == Layer(1)
    run = viewer.state.run(1)
    assert run is not None
    assert run.ready.all()
    assert run.proof.identical
    assert np.array_equal(run.intensity[:, ::5], stack.intensity)
    middle = (stack.intensity[:, 0].astype(float) * 3 + stack.intensity[:, 1] * 2) / 5
    assert np.abs(run.intensity[:, 2] - middle).max() <= 0.5
    qtbot.waitUntil(lambda: viewer.state.job is None)


def test_cancelling_leaves_no_half_filled_run(qtbot: QtBot, viewer: Viewer) -> None:
    open_stack(viewer)
    viewer.controller.reconstructions.start(LINEAR)
    viewer.controller.jobs.cancel()
    qtbot.waitUntil(lambda: viewer.state.job is None)
    assert viewer.state.runs == ()
    assert viewer.state.layer == ACQUIRED


def never_done(
    _stack: object, _settings: object, _progress: object, cancel: CancelToken, **_: object
) -> None:
    """A reconstruction that goes on until it is cancelled."""
    while True:
        cancel.raise_if_cancelled()
        time.sleep(0.01)


def until_cancelled(context: JobContext) -> None:
    """Work that goes on until it is cancelled."""
    never_done(None, None, None, context.cancel)


@pytest.fixture
def unfinished(qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """Run 1 was looked at in its slice 7 when run 2 began, which goes on."""
    open_stack(viewer)
    reconstructions = viewer.controller.reconstructions
    with qtbot.waitSignal(reconstructions.run_finished, timeout=20_000):
        reconstructions.start(LINEAR)
    viewer.controller.navigation.go_to_slice(7)
    monkeypatch.setattr("calid_core.pipeline.reconstruct", never_done)
    reconstructions.start(LINEAR)
    qtbot.waitUntil(lambda: viewer.state.layer == Layer(2), timeout=20_000)
    return viewer


def test_cancelling_leads_back_to_the_run_and_the_slice_that_were_looked_at(
    qtbot: QtBot, unfinished: Viewer
) -> None:
    state, controller = unfinished.state, unfinished.controller
    controller.navigation.go_to_slice(2)
    controller.reconstructions.cancel()
    qtbot.waitUntil(lambda: state.job is None)
    assert (state.layer, state.slice_index()) == (Layer(1), 7)


def test_cancelling_behind_a_comparison_moves_nobody(qtbot: QtBot, unfinished: Viewer) -> None:
    state, controller = unfinished.state, unfinished.controller
    controller.comparing.compare_in_place(Layer(1), ACQUIRED)
    controller.navigation.go_to_slice_of(Layer(1), 4)
    controller.reconstructions.cancel()
    qtbot.waitUntil(lambda: state.job is None)
    assert state.slice_index(Layer(1)) == 4
    assert state.layer == Layer(1)


def test_cancelling_while_another_series_is_shown_leads_back_when_the_first_one_is_again(
    qtbot: QtBot, unfinished: Viewer
) -> None:
    state, controller = unfinished.state, unfinished.controller
    first = state.active_series
    assert first is not None
    state.set_all_series((*state.all_series, OpenSeries(99, "second", stack=make_stack(slices=5))), first.id)
    controller.series.activate(99)
    controller.reconstructions.cancel()
    qtbot.waitUntil(lambda: state.job is None)
    controller.series.activate(first.id)
    assert (state.layer, state.slice_index()) == (Layer(1), 7)


def test_settings_that_do_not_fit_are_explained_and_start_nothing(qtbot: QtBot, viewer: Viewer) -> None:
    stack, offsets = make_stack(), np.array([0.0, 10.0, 16.3, 30.0])
    uneven = Geometry(stack.geometry.affine, stack.geometry.shape, slice_offsets=offsets, known=True)
    viewer.state.set_all_series(
        (OpenSeries(1, "uneven", stack=dataclasses.replace(stack, geometry=uneven)),), 1
    )
    errors: list[str] = []
    viewer.controller.failed.disconnect()
    viewer.controller.failed.connect(lambda _, error: errors.append(str(error)))
    with qtbot.waitSignal(viewer.controller.reconstructions.run_ended, timeout=20_000):
        viewer.controller.reconstructions.start(dataclasses.replace(LINEAR, slice_spacing=5.0))
    assert len(errors) == 1
    assert "choose a slice spacing" in errors[0]
    assert viewer.state.runs == ()
    assert viewer.state.layer == ACQUIRED


def test_a_spacing_that_leaves_nothing_to_make_is_remarked(qtbot: QtBot, viewer: Viewer) -> None:
    open_stack(viewer)
    panel = viewer.window.reconstruct
    panel._spacing.setValue(20.0)
    assert "leaves nothing to make" in panel._warnings.text()
    assert not panel._warnings.isHidden()
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(dataclasses.replace(LINEAR, slice_spacing=20.0))
    (run,) = viewer.state.runs
    assert run.reconstruction is not None
    assert any("leaves nothing to make" in remark for remark in run.reconstruction.warnings)
    assert run.geometry.slices == make_stack().slices


def test_a_deleted_run_comes_back(qtbot: QtBot, viewer: Viewer) -> None:
    open_stack(viewer)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
    viewer.controller.reconstructions.delete_shown()
    assert viewer.state.runs == ()
    viewer.controller.undo.undo()
    assert [run.id for run in viewer.state.runs] == [1]
    assert viewer.state.layer == Layer(1)


def test_every_deleted_run_comes_back(qtbot: QtBot, viewer: Viewer) -> None:
    open_stack(viewer)
    for _ in range(2):
        with qtbot.waitSignal(viewer.controller.reconstructions.run_ended, timeout=20_000):
            viewer.controller.reconstructions.start(LINEAR)
    for run_id in (1, 2):
        viewer.controller.reconstructions.delete(run_id)
    assert viewer.state.runs == ()
    viewer.controller.undo.undo()
    assert [run.id for run in viewer.state.runs] == [2]
    viewer.controller.undo.undo()
    assert [run.id for run in viewer.state.runs] == [1, 2]


def test_closing_waits_for_what_is_being_saved(qtbot: QtBot, viewer: Viewer, tmp_path: Path) -> None:
    open_stack(viewer)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_ended, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
    made = viewer.state.runs[0].reconstruction
    assert made is not None
    viewer.window.show()
    viewer.controller.saving.save_volume(made, tmp_path / "dense.nii")
    assert not viewer.window.close()
    qtbot.waitUntil(lambda: not viewer.window.isVisible(), timeout=20_000)
    assert read_stack(tmp_path / "dense.nii").slices == made.geometry.slices


def test_closing_a_second_time_gives_up_what_is_being_saved(viewer: Viewer) -> None:
    begun, given_up = threading.Event(), threading.Event()

    def slowly(context: JobContext) -> None:
        begun.set()
        try:
            until_cancelled(context)
        finally:
            given_up.set()

    viewer.controller.saving.submit("Saving slowly", slowly)
    assert begun.wait(20)
    assert not viewer.window.close()
    assert "Close it again" in viewer.window.notices._text.text()
    assert viewer.window.close()
    assert given_up.wait(20)


def test_a_window_whose_saving_failed_stays_open(qtbot: QtBot, viewer: Viewer, tmp_path: Path) -> None:
    open_stack(viewer)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_ended, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
    made = viewer.state.runs[0].reconstruction
    assert made is not None
    with qtbot.waitSignal(viewer.controller.saving.idle, timeout=20_000):
        viewer.controller.saving.save_volume(made, tmp_path / "missing" / "dense.nii")
        assert not viewer.window.close()
    assert viewer.window.isVisible()


def test_a_remark_stays_with_its_series(viewer: Viewer) -> None:
    open_stack(viewer)
    notices, (first,) = viewer.window.notices, viewer.state.all_series
    viewer.window.show()
    notices.show_notice("The gap is wide.", ())
    assert notices.isVisible()
    second = dataclasses.replace(first, id=first.id + 1)
    viewer.state.set_all_series((first, second), second.id)
    assert not notices.isVisible()
    viewer.state.set_all_series((first, second), first.id)
    assert notices.isVisible()


def test_a_second_remark_does_not_take_the_place_of_the_first(viewer: Viewer) -> None:
    open_stack(viewer)
    notices = viewer.window.notices
    viewer.window.show()
    notices.show_notice("One series opened, with remarks.", ("10 files are truncated.",))
    notices.show_notice("Input check: 2 remarks.", ("Slice 1 is dark.", "Slice 3 is dark."))
    notices.show_notice("Input check: 2 remarks.", ("Slice 1 is dark.", "Slice 3 is dark."))
    assert notices._text.text().split("\n") == [
        "One series opened, with remarks. 10 files are truncated.",
        "Input check: 2 remarks.",
    ]
    assert notices._more.isVisible()
    assert notices._details == ("10 files are truncated.", "Slice 1 is dark.", "Slice 3 is dark.")
    notices._dismiss()
    assert not notices.isVisible()
    # A headline without details hides those of no other; the same headline may have other details.
    notices.show_notice("The gap is wide.", ())
    for details in (("a", "b"), ("c", "d")):
        notices.show_notice("2 series opened, with remarks.", details)
    assert notices._more.isVisible()
    assert notices._details == ("a", "b", "c", "d")


def test_reset_leaves_measurements_alone(viewer: Viewer) -> None:
    open_stack(viewer)
    viewer.controller.measuring.add(drawn(viewer.state, Shape.DISTANCE, (3, 4), (7, 7)))
    assert len(viewer.state.measures.measurements) == 1
    viewer.controller.display.set_zoom(3.0)
    viewer.state.set_linked(False)  # every view goes on with the zoom that they shared
    viewer.window.actions_[Act.RESET].trigger()
    assert viewer.state.zoom == 1.0
    assert {view.framing.zoom for view in viewer.window.grid.plane_views} == {1.0}
    assert len(viewer.state.measures.measurements) == 1


def test_no_slice_was_acquired_and_the_key_for_the_nearest_acquired_one_does_nothing(viewer: Viewer) -> None:
    stack = make_stack()
    states = (SliceState(SliceOrigin.SYNTHESISED),) * stack.slices
    viewer.state.set_all_series(
        (OpenSeries(1, "one", stack=dataclasses.replace(stack, slice_states=states)),), 1
    )
    before = viewer.state.position
    viewer.controller.navigation.hold_acquired()
    viewer.controller.navigation.release_acquired()
    np.testing.assert_array_equal(viewer.state.position, before)


def test_a_series_that_is_shown_again_is_shown_as_it_was_left(qtbot: QtBot, viewer: Viewer) -> None:
    state, opening = viewer.state, viewer.controller.series
    state.set_all_series((OpenSeries(1, "a", stack=make_stack()), OpenSeries(2, "b", stack=make_stack())), 1)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
    layer = state.runs[0].layer
    viewer.controller.display.show_layer(layer)
    viewer.controller.navigation.go_to_slice_of(layer, 3)
    viewer.controller.navigation.go_to_phase(2)
    viewer.controller.display.set_window(40.0, 30.0)
    viewer.controller.display.set_zoom(2.0)
    opening.activate(2)
    assert state.layer == ACQUIRED
    assert (state.phase, state.zoom) == (0, 1.0)
    assert state.window != (40.0, 30.0)
    opening.activate(1)
    assert state.layer == layer
    assert (state.slice_index(), state.phase) == (3, 2)
    assert (state.window, state.zoom) == ((40.0, 30.0), 2.0)


def test_turned_planes_inversion_and_rate_stay_with_their_series(viewer: Viewer) -> None:
    state, opening, display = viewer.state, viewer.controller.series, viewer.controller.display
    state.set_all_series((OpenSeries(1, "a", stack=make_stack()), OpenSeries(2, "b", stack=make_stack())), 1)
    own_rate = state.fps_wanted
    display.set_long_axis_angle(30.0)
    display.toggle_inverted()
    viewer.controller.playback.set_rate(7.0)
    opening.activate(2)
    assert (state.long_axis_angle, state.inverted, state.fps_wanted) == (0.0, False, own_rate)
    opening.activate(1)
    assert (state.long_axis_angle, state.inverted, state.fps_wanted) == (30.0, True, 7.0)


def test_slices_of_an_opened_reconstruction_wear_their_badge_and_are_not_reconstructed_from(
    qtbot: QtBot, viewer: Viewer
) -> None:
    stack = make_stack()
    states = tuple(
        SliceState(SliceOrigin.SYNTHESISED) if i % 2 else SliceState() for i in range(stack.slices)
    )
    viewer.state.set_all_series(
        (OpenSeries(1, "one", stack=dataclasses.replace(stack, slice_states=states)),), 1
    )
    viewer.controller.navigation.go_to_slice(1)
    picture = viewer.window.grid.short_axis.picture
    assert picture is not None
    detail = "10.0 mm from A1 · 10.0 mm from A2"
    assert picture.badge == Badge((SliceOrigin.SYNTHESISED,), "SYNTHESISED S2", detail, "S2", detail)
    assert not viewer.window.actions_[Act.RECONSTRUCT].isEnabled()
    qtbot.waitUntil(lambda: viewer.checks.checks.input is not None, timeout=20_000)
    found = viewer.checks.checks.input
    assert found is not None
    assert "made by a computer" in found.findings[0].message


def test_the_preset_of_new_series_does_not_undo_the_window_of_one_that_comes_back(viewer: Viewer) -> None:
    state, opening = viewer.state, viewer.controller.series
    opening.preset = 3
    state.set_all_series((OpenSeries(1, "a", stack=make_stack()), OpenSeries(2, "b", stack=make_stack())), 1)
    assert state.window == preset_window(make_stack(), PRESETS[3])
    viewer.controller.display.set_window(40.0, 30.0)
    opening.activate(2)
    assert state.window == preset_window(make_stack(), PRESETS[3])
    opening.activate(1)
    assert state.window == (40.0, 30.0)


def test_a_series_from_a_session_does_not_lose_the_place_in_the_one_before(
    viewer: Viewer, tmp_path: Path
) -> None:
    path, stack = tmp_path / "b.nii.gz", make_stack()
    write_volume(path, stack.intensity, stack.geometry, stack.phase_times)
    (summary,) = scan((path,)).series
    state, opening = viewer.state, viewer.controller.series
    state.set_all_series((OpenSeries(70, "a", stack=make_stack()),), 70)
    viewer.controller.navigation.go_to_phase(2)
    opening.adopt((path,), (summary,), summary, LoadedSeries(stack, (0, 1), (1.0, 2.0)))
    assert state.active_series is state.all_series[1]
    opening.activate(70)
    assert state.phase == 2


def test_a_derived_series_that_comes_back_has_its_end_systole(viewer: Viewer) -> None:
    state, opening = viewer.state, viewer.controller.series
    state.set_all_series((OpenSeries(70, "a", stack=make_stack(), landmarks=(0, 2)),), 70)
    derived = opening.add_derived(70, make_stack())
    assert state.active_series is derived
    assert state.landmarks == (0, 2)
    closed = opening.close(derived.id)
    assert closed is not None
    state.set_landmarks((0, 0))
    opening.reopen(closed)
    assert state.landmarks == (0, 2)


def test_end_systole_of_a_long_axis_is_that_of_the_short_axis_of_the_same_heart(
    viewer: Viewer, tmp_path: Path
) -> None:
    path, stack = tmp_path / "b.nii.gz", make_stack(phases=5)
    write_volume(path, stack.intensity, stack.geometry, stack.phase_times)
    (found,) = scan((path,)).series
    short = dataclasses.replace(found, place="here", view=View.SHORT_AXIS)
    long = dataclasses.replace(found, place="here", view=View.LONG_AXIS)
    finer = dataclasses.replace(make_stack(phases=10), view=View.LONG_AXIS)
    open_ = OpenSeries(1, "short", summary=short, stack=stack, landmarks=(0, 1))
    axis = OpenSeries(2, "long", summary=long, stack=finer, landmarks=(0, 8))
    viewer.state.set_all_series((open_, axis), 2)
    assert viewer.state.landmarks == (0, 2)  # of a cycle of as many phases twice as close
    # Neither another long axis, nor a short axis of one moment, tells.
    other = dataclasses.replace(axis, id=3, landmarks=(3, 7))
    still = dataclasses.replace(open_, id=4, stack=make_stack(phases=1), landmarks=(0, 0))
    viewer.state.set_all_series((other, still, axis), 2)
    viewer.controller.series._on_stack_changed()
    assert viewer.state.landmarks == (0, 8)


def test_a_run_that_was_deleted_meanwhile_is_not_shown_again(qtbot: QtBot, viewer: Viewer) -> None:
    state, opening = viewer.state, viewer.controller.series
    state.set_all_series((OpenSeries(1, "a", stack=make_stack()), OpenSeries(2, "b", stack=make_stack())), 1)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
    viewer.controller.display.show_layer(state.runs[0].layer)
    opening.activate(2)
    state.set_runs(())
    opening.activate(1)
    assert state.layer == ACQUIRED


def test_closing_a_series_stops_its_reconstruction(qtbot: QtBot, viewer: Viewer) -> None:
    open_stack(viewer)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_ended, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
        job = viewer.controller.reconstructions._job
        assert job is not None
        ended: list[str] = []
        job.cancelled.connect(lambda: ended.append("cancelled"))
        viewer.controller.series.close_active()
    assert ended == ["cancelled"]
    assert viewer.state.all_runs == ()


def test_dropped_files_are_opened_and_reconstructed_and_saved(
    qtbot: QtBot, viewer: Viewer, tmp_path: Path, preferences: Preferences
) -> None:
    stack = make_stack()
    path = tmp_path / "cine.nii.gz"
    write_volume(path, stack.intensity, stack.geometry, stack.phase_times)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    viewer.window.dropEvent(drop)
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    opened = viewer.state.active_stack
    assert opened is not None
    assert np.array_equal(opened.intensity, stack.intensity)
    assert preferences.recent_paths() == (path.resolve(),)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=20_000):
        viewer.controller.reconstructions.start(LINEAR)
    run = viewer.state.run(1)
    assert run is not None
    assert run.reconstruction is not None
    with qtbot.waitSignal(viewer.controller.saving.saved, timeout=20_000):
        viewer.controller.saving.save_volume(run.reconstruction, tmp_path / "out.nii.gz")
    assert (tmp_path / "out.nii.gz").is_file()
    assert "interpolated" in (tmp_path / "out.json").read_text(encoding="utf-8").lower()


def test_what_cannot_be_read_is_explained_and_the_window_goes_on(
    qtbot: QtBot, viewer: Viewer, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    errors: list[Exception] = []
    viewer.controller.failed.disconnect()
    viewer.controller.failed.connect(lambda _, error: errors.append(error))
    viewer.controller.series.open_paths([tmp_path])
    qtbot.waitUntil(lambda: bool(errors) or viewer.window.notices.isVisible(), timeout=20_000)
    assert viewer.state.all_series == ()
    open_stack(viewer)
    assert viewer.window.grid.isVisible()


def test_remarks_on_files_come_when_their_series_are_listed(
    qtbot: QtBot, viewer: Viewer, tmp_path: Path
) -> None:
    """Who hears of remarks, such as ``--capture``, sees whether anything was opened."""
    stack = make_stack()
    write_volume(tmp_path / "cine.nii.gz", stack.intensity, stack.geometry, stack.phase_times)
    (tmp_path / "broken.nii.gz").write_bytes(b"no image")
    listed: list[int] = []
    viewer.controller.noticed.connect(lambda *_: listed.append(len(viewer.state.all_series)))
    viewer.controller.series.open_paths([tmp_path])
    qtbot.waitUntil(lambda: bool(listed), timeout=20_000)
    assert listed == [1]
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)


def test_a_series_that_is_called_like_the_sample_is_not_taken_for_it(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calid_core.sample.sample_stack", make_stack)
    opening = viewer.controller.series
    viewer.state.set_all_series((OpenSeries(7, "Sample: computed phantom", stack=make_stack()),), 7)
    opening.open_sample()
    sample = viewer.state.active_series
    assert sample is not None
    assert sample.id != 7
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    derived = opening.add_derived(sample.id, make_stack())
    opening.open_sample()
    assert viewer.state.active_series is not None
    assert viewer.state.active_series.id == sample.id
    assert [series.id for series in viewer.state.all_series] == [7, sample.id, derived.id]


def test_closing_a_series_shows_its_neighbour(viewer: Viewer) -> None:
    viewer.state.set_all_series(
        (OpenSeries(1, "a", stack=make_stack()), OpenSeries(2, "b", stack=make_stack())), 1
    )
    viewer.controller.series.close_active()
    assert [series.id for series in viewer.state.all_series] == [2]
    assert viewer.state.active_stack is not None
    viewer.controller.series.close_active()
    assert viewer.window.empty.isVisible()


def test_docks_and_the_last_settings_survive_a_restart(
    qtbot: QtBot, viewer: Viewer, preferences: Preferences
) -> None:
    viewer.window.reconstruct._spacing.setValue(2.5)
    viewer.window.series.parentWidget().hide()
    viewer.window.close()
    again = Viewer(preferences)
    again.window.painted.disconnect()
    again.window.show()
    assert again.window.reconstruct.settings().slice_spacing == 2.5
    assert not again.window.series.isVisible()
    again.window.close()
    again.window.deleteLater()


def test_the_window_fits_a_small_screen(viewer: Viewer) -> None:
    open_stack(viewer)
    smallest = viewer.window.minimumSizeHint()
    assert smallest.width() <= 1366
    assert smallest.height() <= 768


def test_words_of_the_series_are_read_beside_a_comparison_in_a_small_window(
    qtbot: QtBot, viewer: Viewer
) -> None:
    open_stack(viewer)
    add_run(viewer.state)
    viewer.window.resize(1100, 700)
    for mode in CompareMode:
        viewer.controller.comparing.show(mode)
        QApplication.processEvents()
        assert viewer.window.width() == 1100
        assert viewer.window.series.viewport().width() >= 150


def test_a_comparison_fits_a_window_of_1024_pixels_and_its_layers_are_read(
    qtbot: QtBot, viewer: Viewer
) -> None:
    open_stack(viewer)
    add_run(viewer.state)
    window, bar = viewer.window, viewer.window.grid.compare_bar
    needed = window.minimumSizeHint().width()
    for mode in CompareMode:
        viewer.controller.comparing.show(mode)
        window.resize(1024, 700)
        qtbot.waitUntil(lambda: window.width() == 1024)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (1024, 700)
        assert min(bar._first.width(), bar._second.width()) >= 110
        window.resize(1600, 900)
        qtbot.waitUntil(lambda: window.width() == 1600)
        QApplication.processEvents()
        rows = {
            widget.mapTo(bar, QPoint(0, widget.height() // 2)).y() // 4 for widget in (bar._first, bar._leave)
        }
        assert len(rows) == 1  # where there is room, one row
    assert window.minimumSizeHint().width() <= max(needed, 1024)


@pytest.mark.parametrize("size", TextSize)
def test_every_tab_of_the_inspector_is_read_whole(
    qtbot: QtBot, qapp: QApplication, viewer: Viewer, size: TextSize
) -> None:
    viewer.window.inspector.setTabText(0, "Rekonstruktion")  # words are longer elsewhere
    appearance.apply(qapp, Theme.DARK, size)
    tabs = viewer.window.inspector.tabBar()
    qtbot.waitUntil(lambda: tabs.width() >= tabs.sizeHint().width())
    assert viewer.window.minimumSizeHint().width() <= 1366
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)


@pytest.mark.parametrize("size", TextSize)
def test_no_tab_of_the_inspector_is_cut_off_at_its_side(
    qtbot: QtBot, qapp: QApplication, viewer: Viewer, size: TextSize
) -> None:
    open_stack(viewer)
    inspector = viewer.window.inspector
    viewer.checks.panel.rows[Check.INPUT]._button.setText(
        "Noch einmal prüfen lassen"
    )  # words are longer elsewhere
    appearance.apply(qapp, Theme.DARK, size)
    for index in range(inspector.count()):
        inspector.setCurrentIndex(index)
        QApplication.processEvents()
        right = inspector.mapToGlobal(inspector.rect().topRight()).x()
        areas = inspector.currentWidget().findChildren(QScrollArea)
        for area in (area for area in areas if area.isVisible()):
            right = area.viewport().mapToGlobal(area.viewport().rect().topRight()).x()
        for widget in inspector.currentWidget().findChildren(QWidget):
            if (
                isinstance(widget, QLabel | QAbstractButton | QComboBox | QAbstractSpinBox)
                and widget.isVisible()
            ):
                assert widget.width() >= min(widget.minimumSizeHint().width(), widget.sizeHint().width())
                assert widget.mapToGlobal(widget.rect().topRight()).x() <= right, (index, widget)
    assert inspector.mapToGlobal(inspector.rect().topRight()).x() <= viewer.window.geometry().right()
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)


@pytest.mark.parametrize("size", TextSize)
def test_the_heading_of_every_column_of_the_review_is_whole(
    qtbot: QtBot, qapp: QApplication, viewer: Viewer, size: TextSize
) -> None:
    open_stack(viewer)
    table = viewer.review.panel._table
    viewer.window.inspector.setCurrentWidget(viewer.review.panel)
    table.setHorizontalHeaderItem(3, QTableWidgetItem("Beurteilung"))
    appearance.apply(qapp, Theme.DARK, size)
    for width in (500, 316, 240):
        viewer.review.panel.resize(width, 500)
        QApplication.processEvents()
        header = table.horizontalHeader()
        for column in range(header.count()):
            assert header.sectionSize(column) >= header.sectionSizeHint(column)
        assert table.horizontalScrollBar().maximum() == max(0, header.length() - table.viewport().width())
    appearance.apply(qapp, Theme.DARK, TextSize.NORMAL)


def test_every_layout_shows_its_viewports_and_maximising_shows_one(qtbot: QtBot, viewer: Viewer) -> None:
    open_stack(viewer)
    grid = viewer.window.grid
    expected = {
        ViewLayout.SINGLE: 1,
        ViewLayout.PAIR: 2,
        ViewLayout.GRID: 4,
        ViewLayout.ONE_AND_THREE: 4,
    }
    for layout, number in expected.items():
        viewer.controller.display.set_layout(layout)
        shown = [viewport for viewport in grid._all() if viewport.isVisible()]
        assert len(shown) == number
    grid.toggle_maximised()
    assert sum(viewport.isVisible() for viewport in grid._all()) == 1
    grid.toggle_maximised()
    assert sum(viewport.isVisible() for viewport in grid._all()) == 4


OTHER_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QSettings
from app.preferences import Preferences
Preferences(QSettings(sys.argv[1], QSettings.Format.IniFormat)).add_recent((Path(sys.argv[2]),))
"""


def test_the_recent_list_keeps_what_another_window_opened(preferences: Preferences, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    for folder in (first, second, third):
        folder.mkdir()
    preferences.add_recent((first,))
    preferences._settings.sync()
    store = preferences._settings.fileName()
    subprocess.run(
        [sys.executable, "-c", OTHER_WINDOW, store, str(second)], check=True, cwd=Path(__file__).parents[2]
    )
    preferences.add_recent((third,))
    assert preferences.recent_paths() == (third, second, first)


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENAMETOOLONG, errno.ESTALE, errno.EHOSTDOWN])
def test_a_folder_that_answers_with_an_error_is_not_there(
    preferences: Preferences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    away, here = tmp_path / "away", tmp_path / "here"
    for folder in (away, here):
        folder.mkdir()
    preferences.set_folder(away)
    preferences.add_recent((away, here))
    stat = os.stat

    def failing(path: Any, *arguments: Any, **options: Any) -> os.stat_result:
        if "away" in os.fspath(path):
            raise OSError(code, os.strerror(code), str(path))
        return stat(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", failing)
    assert preferences.folder() == Path.home()
    assert preferences.recent_paths() == (here,)
    preferences.add_recent((here,))
    assert preferences.recent_paths() == (here,)


def test_a_folder_with_too_long_a_name_is_not_there(preferences: Preferences, tmp_path: Path) -> None:
    preferences.set_folder(tmp_path / ("a" * 5000))
    assert preferences.folder() == Path.home()


def test_damaged_preferences_count_as_none(preferences: Preferences) -> None:
    preferences._settings.setValue("reconstruction", "{broken")
    preferences._settings.setValue("recent", 7)
    preferences._settings.setValue("window/geometry", "text")
    assert preferences.reconstruction() == ReconstructionSettings()
    assert preferences.recent_paths() == ()
    assert preferences.window_geometry() is None


def test_every_action_does_something(viewer: Viewer) -> None:
    assert not [act for act in Act if viewer.window.actions_[act].handler is None]


def test_whatever_a_part_of_the_window_asks_for_or_tells_is_heard(viewer: Viewer) -> None:
    open_stack(viewer)
    asked, unheard = 0, []
    for part in (viewer.window, *viewer.window.findChildren(QWidget)):
        kind = part.metaObject()
        for method in (kind.method(i) for i in range(kind.methodCount())):
            name = method.name().toStdString()
            told = name.endswith("_requested") or name in ("measured", "pointed", "phase_painted")
            if method.methodType() is QMetaMethod.MethodType.Signal and told:
                asked += 1
                if not part.isSignalConnected(method):
                    unheard.append(f"{type(part).__name__}.{name}")
    assert asked > 50
    assert unheard == []


OFFERED = (
    Act.RECONSTRUCT,
    Act.CANCEL,
    Act.SAVE,
    Act.DELETE_RUN,
    Act.MOVIE,
    Act.SCREENSHOT,
    Act.COMPARE,
    Act.FLICKER,
    Act.CONTOURS,
    Act.UNCERTAINTY,
    Act.CLOSE_SERIES,
)


def offered(viewer: Viewer) -> set[Act]:
    """Which of these the menus let a person choose."""
    return {act for act in OFFERED if viewer.window.actions_[act].isEnabled()}


def test_menus_offer_what_can_be_done_and_nothing_else(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconstructions = viewer.controller.reconstructions
    assert offered(viewer) == set()
    series = {Act.SCREENSHOT, Act.MOVIE, Act.CONTOURS, Act.CLOSE_SERIES}
    viewer.state.set_all_series((OpenSeries(1, "one slice", stack=make_stack(slices=1)),), 1)
    assert offered(viewer) == series
    long_axes = dataclasses.replace(make_stack(), view=View.LONG_AXIS)
    viewer.state.set_all_series((OpenSeries(2, "long axes", stack=long_axes),), 2)
    assert offered(viewer) == series - {Act.CONTOURS} | {Act.RECONSTRUCT}
    viewer.state.set_all_series((OpenSeries(3, "stack", stack=make_stack()),), 3)
    assert offered(viewer) == series | {Act.RECONSTRUCT}
    compared = {Act.COMPARE, Act.FLICKER}
    with monkeypatch.context() as patched:
        patched.setattr("calid_core.pipeline.reconstruct", never_done)
        reconstructions.start(LINEAR)
        qtbot.waitUntil(lambda: viewer.state.layer == Layer(1), timeout=20_000)
        assert offered(viewer) == series - {Act.MOVIE} | compared | {Act.CANCEL}
        reconstructions.delete_shown()  # nothing is deleted before it is finished
        assert viewer.state.layer == Layer(1)
        reconstructions.start(LINEAR)  # one at a time
        assert len(viewer.controller.worker.jobs) == 1
        viewer.window.actions_[Act.CANCEL].trigger()
        qtbot.waitUntil(lambda: viewer.state.job is None)
    assert offered(viewer) == series | {Act.RECONSTRUCT}
    with qtbot.waitSignal(reconstructions.run_finished, timeout=20_000):
        reconstructions.start(LINEAR)
    qtbot.waitUntil(lambda: viewer.state.job is None)
    assert offered(viewer) == series | compared | {Act.RECONSTRUCT, Act.SAVE, Act.DELETE_RUN}


def test_the_reconstruct_button_offers_what_the_menu_does(qtbot: QtBot, viewer: Viewer) -> None:
    panel, states = viewer.window.reconstruct, (SliceState(SliceOrigin.SYNTHESISED),) * 4
    made = dataclasses.replace(make_stack(), slice_states=states)
    for number, stack in enumerate((make_stack(slices=1), made, make_stack()), start=1):
        viewer.state.set_all_series((OpenSeries(number, "test", stack=stack),), number)
        viewer.state.set_job(JobStatus("Looking for images"))
        assert not panel._start.isEnabled()
        viewer.state.set_job(None)
        action = viewer.window.actions_[Act.RECONSTRUCT]
        assert panel._start.isEnabled() == action.isEnabled() == (stack is not made and stack.slices > 1)


def ticked(viewer: Viewer) -> set[Act]:
    return {act for act in Act if viewer.window.actions_[act].isChecked()}


def test_ticks_stay_true_when_the_key_of_what_is_chosen_is_pressed_again(viewer: Viewer) -> None:
    open_stack(viewer)
    add_run(viewer.state)
    actions = viewer.window.actions_
    for act in (Act.LAYOUT_SINGLE, Act.LAYOUT_SINGLE, Act.TOOL_WINDOW, Act.TOOL_PAN, Act.TOOL_PAN):
        actions[act].trigger()
        assert act in ticked(viewer)
    for _ in CompareMode:
        actions[Act.COMPARE].trigger()
        assert Act.COMPARE in ticked(viewer)
        assert not ticked(viewer) & {Act.LAYOUT_SINGLE, Act.LAYOUT_GRID}
    actions[Act.COMPARE].trigger()
    assert Act.COMPARE not in ticked(viewer)
    assert Act.LAYOUT_SINGLE in ticked(viewer)


def test_images_only_is_ticked_while_both_panels_are_closed(viewer: Viewer) -> None:
    open_stack(viewer)
    docks = viewer.window.findChildren(QDockWidget)
    for dock in docks:
        dock.close()
    assert Act.IMAGES_ONLY in ticked(viewer)
    viewer.window.actions_[Act.IMAGES_ONLY].trigger()
    assert Act.IMAGES_ONLY not in ticked(viewer)
    assert all(dock.isVisible() for dock in docks)


def test_icons_of_the_style_sheet_exist() -> None:
    for part in style_sheet().split("url(")[1:]:
        assert Path(part.split(")")[0]).is_file()
    with pytest.raises(ValueError, match="no icon"):
        icon("nonsense")


def test_without_a_display_it_says_what_to_do_instead_of_aborting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit, match=r"there is no display.*xvfb-run.*calid reconstruct"):
        main([])


def test_the_command_line_takes_many_paths() -> None:
    arguments = parse_arguments(["a", "b", "--reconstruct", "--method", "linear"])
    assert [str(path) for path in arguments.paths] == ["a", "b"]
    assert arguments.reconstruct
    assert arguments.method == "linear"


def test_calid_view_and_the_viewer_take_the_same_arguments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[Namespace] = []
    monkeypatch.setattr("app.application.show", lambda arguments: shown.append(arguments) or 0)
    words = ["a", "--capture", "out", "--method", "linear", "--slice-spacing", "5"]
    assert calid(["view", *words]) == main(words) == 0
    assert {name: getattr(shown[0], name) for name in vars(shown[1])} == vars(shown[1])
    assert calid(["view", "--slice-spacing", "0"]) == 2
    assert "--slice-spacing is 0 mm" in capsys.readouterr().err
    assert calid(["view", "--help"]) == 0
    told = capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--help"])
    assert capsys.readouterr().out == told


def test_f9_gives_the_images_the_whole_width_and_brings_the_panels_back(viewer: Viewer, qtbot: QtBot) -> None:
    open_stack(viewer)
    window = viewer.window
    narrow = window.grid.width()
    window.actions_[Act.IMAGES_ONLY].trigger()
    qtbot.waitUntil(lambda: window.grid.width() > narrow + 300)
    assert not window.docks_visible
    window.actions_[Act.IMAGES_ONLY].trigger()
    qtbot.waitUntil(lambda: window.grid.width() < narrow + 50)
    assert window.docks_visible
