"""What a reader does at the window, for the tests of reviewing."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.application import make_application
from app.choices import Tool
from app.dialogs.save import SaveDialog
from app.layers import Run
from app.preferences import Preferences
from app.state.check_state import CheckState
from app.viewer import Viewer
from calid_core.checks.results import InputChecks
from calid_core.cine import CineStack
from calid_core.io.volume import write_volume
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack

LINEAR = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0)
RETURN = Qt.Key.Key_Return
BACKSPACE = Qt.Key.Key_Backspace
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


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
    if viewer.window.isVisible():  # it waits for what is being saved, or asks
        viewer.window.hide()
        viewer.controller.shut_down()
    viewer.window.deleteLater()


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


def remarks_of(viewer: Viewer) -> dict[tuple[str, int | None], str]:
    return {
        (review.run_key, entry.slice_index): entry.verdict.remark
        for review in viewer.review.reviews.reviews
        for entry in review.verdicts
    }


def show_another_series(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    before, stack = viewer.state.active_stack, make_stack(rows=40, columns=48)
    other = images.with_name("other.nii")
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    viewer.controller.series.open_paths([other])
    qtbot.waitUntil(lambda: viewer.state.active_stack not in (before, None), timeout=20_000)


def open_another(qtbot: QtBot, viewer: Viewer, images: Path) -> QWidget:
    """The short-axis view with the focus, showing a run of images of another size, beside ``images``."""
    stack = make_stack(rows=40, columns=48)
    other = images.with_name("other.nii")
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    return open_and_reconstruct(qtbot, viewer, other)


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


def draw_distance(viewer: Viewer, view: QWidget) -> None:
    """Measure with the mouse on the slice that is shown."""
    viewer.controller.display.set_tool(Tool.MEASURE)
    start = view.rect().center() + QPoint(25, 40)  # beside the lines of the other views
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, start + QPoint(30, 20))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 20))


def choose_report(viewer: Viewer, path: Path) -> None:
    """Ask for a report and choose its file."""
    viewer.session_actions.ask_for_report()
    (dialog,) = viewer.window.findChildren(SaveDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()


def hold(widget: QWidget, key: Qt.Key, text: str = "") -> None:
    """One event of a key that is held, which writes ``text``."""
    QTest.simulateEvent(widget, True, key, Qt.KeyboardModifier.NoModifier, text, True)


def saved_session(qtbot: QtBot, viewer: Viewer, path: Path, *, pixels: bool = False) -> Path:
    with qtbot.waitSignal(viewer.review.sessions.saved, timeout=20_000):
        viewer.review.sessions.save(path, pixels=pixels)
    return path
