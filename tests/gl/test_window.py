"""The whole window on a real screen, with its 3D view."""

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from vtkmodules.vtkCommonCore import vtkObjectBase

from app.application import make_application
from app.capture import Capture
from app.choices import ViewLayout
from app.failures import FailureRelay
from app.layers import Layer
from app.open_series import OpenSeries
from app.preferences import Preferences
from app.state.compare_state import CompareMode
from app.viewer import Viewer
from app.views.volume_view import VolumeView
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack

pytestmark = pytest.mark.skipif(
    os.environ.get("QT_QPA_PLATFORM") == "offscreen", reason="needs a screen: run it under Xvfb"
)
LINEAR = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0)


def make_viewer(qtbot: QtBot, folder: Path) -> Viewer:
    make_application()
    viewer = Viewer(Preferences(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)))
    viewer.window.resize(1200, 700)
    return viewer


def show_with_3d(qtbot: QtBot, viewer: Viewer) -> VolumeView:
    viewer.window.show()
    qtbot.waitUntil(lambda: bool(viewer.window.findChildren(VolumeView)), timeout=60_000)
    return viewer.window.findChildren(VolumeView)[0]


def close(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.window.close()
    viewer.window.deleteLater()
    viewer.deleteLater()
    qtbot.wait(1)


def working() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith(("reconstruct", "load"))]


@pytest.fixture
def viewer(qtbot: QtBot, tmp_path: Path) -> Iterator[Viewer]:
    made = make_viewer(qtbot, tmp_path)
    yield made
    close(qtbot, made)
    # Closing waits for a second; on a busy machine a worker may need longer to see that it was cancelled.
    qtbot.waitUntil(lambda: not working(), timeout=30_000)


def pixels(image: QImage) -> np.ndarray:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].astype(float)


def test_the_sample_opens_and_is_reconstructed_and_every_viewport_shows_something(
    qtbot: QtBot, viewer: Viewer
) -> None:
    viewer.open_when_painted([], sample=True)
    viewer.reconstruct_when_open(LINEAR)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=90_000):
        volume_view = show_with_3d(qtbot, viewer)
    with qtbot.waitSignal(volume_view.rendered, timeout=30_000):
        viewer.controller.navigation.step_phase(1)
    run = viewer.state.run(1)
    assert run is not None
    assert run.proof.identical
    grid = viewer.window.grid
    for view in (grid.short_axis, *grid.long_axes, volume_view):
        shown = pixels(view.grab().toImage())
        assert shown.std() > 10, view.accessibleName()


def test_keys_pressed_in_the_short_axis_view_move_slice_and_phase_apart(qtbot: QtBot, viewer: Viewer) -> None:
    show_with_3d(qtbot, viewer)
    viewer.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
    viewer.window.activateWindow()
    view = viewer.window.grid.short_axis
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert (viewer.state.slice_index(), viewer.state.phase) == (1, 0)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert (viewer.state.slice_index(), viewer.state.phase) == (1, 4)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert viewer.window.grid.long_axes[0].hasFocus()


@pytest.mark.parametrize("letter", "wsqejtpvrc")
def test_the_3d_view_takes_no_letter_of_its_own(qtbot: QtBot, viewer: Viewer, letter: str) -> None:
    view = show_with_3d(qtbot, viewer)
    viewer.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
    qtbot.waitUntil(lambda: view.scene is not None, timeout=20_000)
    display = view.display
    view.setFocus()
    QTest.keyClick(view, letter)
    qtbot.wait(20)
    assert viewer.window.isVisible()
    assert view.display == display
    viewer.controller.playback.pause()


def test_side_by_side_views_share_zoom_and_position(qtbot: QtBot, viewer: Viewer) -> None:
    show_with_3d(qtbot, viewer)
    viewer.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
    with qtbot.waitSignal(viewer.controller.reconstructions.run_finished, timeout=30_000):
        viewer.controller.reconstructions.start(LINEAR)
    viewer.controller.comparing.show(CompareMode.SIDE_BY_SIDE)
    assert viewer.state.layout is ViewLayout.COMPARE
    views = viewer.window.grid.plane_views[3:]
    assert [view.layer for view in views] == [Layer(), Layer(1)]
    views[0].zoom_requested.emit(2.0)
    assert viewer.state.zoom == 2.0
    assert len({view.transform.scale for view in views}) == 1
    viewer.controller.navigation.go_to_slice(7)
    assert viewer.state.slice_index(Layer()) == 1


def test_capture_writes_its_files_tells_how_far_it_is_and_ends(
    qtbot: QtBot, viewer: Viewer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from calid_core.io.volume import write_volume

    stack = make_stack(rows=48, columns=40)
    write_volume(tmp_path / "cine.nii", stack.intensity, stack.geometry, stack.phase_times)
    folder = tmp_path / "out"
    folder.mkdir()
    viewer.open_when_painted([tmp_path / "cine.nii"])
    capture = Capture(viewer, folder, LINEAR, FailureRelay())
    viewer.window.show()
    names = {"screenshot.png", "volume.nii.gz", "volume.json", "cine.mp4"}
    qtbot.waitUntil(lambda: not viewer.window.isVisible(), timeout=60_000)
    assert {path.name for path in folder.iterdir()} == names
    assert capture.exit_code == 0
    assert "Saving cine.mp4: writing" in capsys.readouterr().err
    assert pixels(QImage(str(folder / "screenshot.png"))).std() > 5


def test_the_place_of_the_window_survives_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    first = make_viewer(qtbot, tmp_path)
    first.window.show()
    first.window.resize(1111, 707)
    qtbot.wait(50)
    close(qtbot, first)
    again = make_viewer(qtbot, tmp_path)
    again.window.show()
    again.window.restoreGeometry(again.preferences.window_geometry())
    assert (again.window.width(), again.window.height()) == (1111, 707)
    close(qtbot, again)


def test_fifty_windows_leave_no_thread_window_or_vtk_object_behind(qtbot: QtBot, tmp_path: Path) -> None:
    stack = make_stack()
    counts = []
    for cycle in range(50):
        viewer = make_viewer(qtbot, tmp_path)
        view = show_with_3d(qtbot, viewer)
        viewer.state.set_all_series((OpenSeries(1, "test", stack=stack),), 1)
        if cycle % 10 == 0:
            qtbot.waitUntil(lambda view=view: view.scene is not None, timeout=20_000)
        close(qtbot, viewer)
        del viewer, view
        if cycle in (9, 49):
            qtbot.wait(50)
            gc.collect()
            vtk_objects = sum(issubclass(type(item), vtkObjectBase) for item in gc.get_objects())
            counts.append((threading.active_count(), len(QApplication.topLevelWidgets()), vtk_objects))
    assert counts[0] == counts[1]
