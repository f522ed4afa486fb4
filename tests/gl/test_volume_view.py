import gc
import string
import weakref
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import pyvista as pv
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from vtkmodules.vtkCommonCore import vtkObjectBase

from app.jobs import JobStatus
from app.open_series import OpenSeries
from app.scenes.canvas import NoOpenGLError
from app.scenes.display import Content, Cut, HeartDisplay
from app.state.viewer_state import ViewerState
from app.views import heart_picture
from app.views.volume_view import VolumeView
from tests.gl.balls import BRIGHT, ball_stack, upright_geometry

BEAT = 22 + 5 * np.cos(2 * np.pi * np.arange(6) / 6)


class KeyCounter(QWidget):
    """A window that notes the keys which reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []
        QVBoxLayout(self).setContentsMargins(0, 0, 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.keys.append(event.text())


@pytest.fixture
def state(qapp: object) -> ViewerState:
    made = ViewerState()
    stack = ball_stack(upright_geometry((9, 60, 60)), (4.0, 30.0, 30.0), BEAT)
    made.set_all_series((OpenSeries(1, "ball", stack=stack),), 1)
    made.set_window((BRIGHT / 2, BRIGHT))
    return made


@pytest.fixture
def window(state: ViewerState, qtbot: QtBot) -> Iterator[KeyCounter]:
    made = KeyCounter()
    qtbot.addWidget(made)
    made.view = VolumeView(state)  # type: ignore[attr-defined]
    made.layout().addWidget(made.view)
    made.resize(240, 200)
    with qtbot.waitSignal(made.view.rendered, timeout=20_000):
        made.show()
    yield made
    made.view.close_scene()


@pytest.fixture
def view(window: KeyCounter) -> VolumeView:
    found = window.findChild(VolumeView)
    assert found is not None
    return found


def settle(view: VolumeView, qtbot: QtBot) -> None:
    """Wait until nothing is left to draw."""
    qtbot.waitUntil(lambda: not view._timer.isActive() and not view._settling.isActive(), timeout=20_000)


def test_no_letter_does_anything_and_every_letter_reaches_the_window(
    window: KeyCounter, view: VolumeView, qtbot: QtBot
) -> None:
    settle(view, qtbot)
    view.setFocus()
    before = view.grab().toImage()
    camera = view.plotter.renderer.GetActiveCamera().GetPosition()
    for letter in string.ascii_lowercase + string.digits:
        QTest.keyClick(view, letter)
    assert "".join(window.keys) == string.ascii_lowercase + string.digits
    assert view.plotter.renderer.GetActiveCamera().GetPosition() == camera
    assert view.grab().toImage() == before


def test_many_changes_in_one_turn_are_drawn_once(view: VolumeView, state: ViewerState, qtbot: QtBot) -> None:
    settle(view, qtbot)
    phases: list[int] = []
    view.rendered.connect(phases.append)
    with qtbot.waitSignal(view.rendered, timeout=20_000):
        for phase in (1, 2, 3):
            state.set_phase(phase)
            state.set_window((BRIGHT / 2 + phase, BRIGHT))
    assert phases == [3]


def test_a_hidden_view_does_not_render(view: VolumeView, state: ViewerState, qtbot: QtBot) -> None:
    settle(view, qtbot)
    view.hide()
    phases: list[int] = []
    view.rendered.connect(phases.append)
    state.set_phase(2)
    settle(view, qtbot)
    assert phases == []
    with qtbot.waitSignal(view.rendered, timeout=20_000):
        view.show()
    assert phases[0] == 2


def test_a_hidden_view_keeps_no_closed_series(view: VolumeView, state: ViewerState, qtbot: QtBot) -> None:
    settle(view, qtbot)
    held = [weakref.ref(thing) for thing in (state.active_stack, state.volume())]
    view.hide()
    state.set_all_series((), None)
    settle(view, qtbot)
    gc.collect()
    assert [ref() for ref in held] == [None] * 2
    assert view.scene._volume_scene._prop.GetMapper() is None
    stack = ball_stack(upright_geometry((7, 50, 50)), (3.0, 25.0, 25.0), BEAT)
    state.set_all_series((OpenSeries(2, "ball", stack=stack),), 2)
    settle(view, qtbot)
    with qtbot.waitSignal(view.rendered, timeout=20_000):
        view.show()
    assert view.scene.volume is state.volume()


def test_a_screenshot_of_the_window_shows_the_heart(window: KeyCounter, qtbot: QtBot) -> None:
    image = window.grab().toImage()
    colours = {image.pixelColor(x, y).lightness() // 32 for x in range(60, 180, 4) for y in range(60, 140, 4)}
    assert len(colours) > 3


def test_dragging_turns_the_heart_and_keeps_its_distance(view: VolumeView, qtbot: QtBot) -> None:
    camera = view.plotter.renderer.GetActiveCamera()
    direction, distance = camera.GetDirectionOfProjection(), camera.GetDistance()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(view, QPoint(160, 100))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(160, 100))
    # 60 pixels at half a degree each.
    turned = np.degrees(np.arccos(np.dot(direction, camera.GetDirectionOfProjection())))
    assert 25 < turned <= 30.1
    assert camera.GetDistance() == pytest.approx(distance)


def test_shifting_moves_the_heart_with_the_mouse(view: VolumeView) -> None:
    renderer = view.plotter.renderer
    focus = renderer.GetActiveCamera().GetFocalPoint()
    QTest.mousePress(view, Qt.MouseButton.MiddleButton, pos=QPoint(100, 100))
    QTest.mouseMove(view, QPoint(130, 90))
    QTest.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=QPoint(130, 90))
    renderer.SetWorldPoint(*focus, 1.0)
    renderer.WorldToDisplay()
    ratio = view.devicePixelRatioF()
    x, y, _ = renderer.GetDisplayPoint()
    assert x / ratio == pytest.approx(120 + 30, abs=1.5)
    assert y / ratio == pytest.approx(100 + 10, abs=1.5)


def test_choosing_a_cut_keeps_the_other_choices(view: VolumeView, qtbot: QtBot) -> None:
    view.set_display(HeartDisplay(content=Content.BOTH))
    controls = view._controls
    action = next(a for choice, a in controls._checks.items() if choice is Cut.LONG_AXIS_ROWS)
    action.trigger()
    assert view.display == HeartDisplay(content=Content.BOTH, cut=Cut.LONG_AXIS_ROWS)
    assert action.isChecked()


def test_without_opengl_the_view_says_why(
    state: ViewerState, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_size: int) -> None:
        raise NoOpenGLError("3D needs OpenGL")

    monkeypatch.setattr(heart_picture, "Canvas", fail)
    view = VolumeView(state)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitUntil(lambda: view.failure == "3D needs OpenGL", timeout=5_000)
    view.grab()


def test_while_a_job_runs_no_phase_is_prepared_and_the_view_says_so(
    view: VolumeView, state: ViewerState, qtbot: QtBot
) -> None:
    phases: list[int] = []
    view.rendered.connect(phases.append)
    before = view._wanted
    state.set_job(JobStatus("Reconstructing"))
    unprepared = next(p for p in range(6) if view.scene is not None and not view.scene.prepared(p))
    state.set_phase(unprepared)
    qtbot.waitUntil(lambda: view._waiting, timeout=5_000)
    why, shown = view.waiting_lines
    assert "waits for the job" in why
    assert shown == f"Still shown: {before}"
    assert unprepared not in phases
    with qtbot.waitSignal(view.rendered, timeout=20_000):
        state.set_job(None)
    assert phases[-1] == unprepared


def test_idle_time_prepares_every_phase(view: VolumeView, qtbot: QtBot) -> None:
    scene = view.scene
    assert scene is not None
    qtbot.waitUntil(lambda: all(scene.prepared(phase) for phase in range(6)), timeout=20_000)


def test_an_empty_state_draws_an_empty_view(qapp: object, qtbot: QtBot) -> None:
    view = VolumeView(ViewerState())
    qtbot.addWidget(view)
    with qtbot.waitSignal(view.rendered, timeout=20_000):
        view.show()
    assert view.scene is not None
    assert view.scene._captions.text == ""
    view.close_scene()


def test_the_view_has_a_name_for_screen_readers(state: ViewerState, qtbot: QtBot) -> None:
    view = VolumeView(state)
    qtbot.addWidget(view)
    assert view.accessibleName() == "3D view"


def test_opening_and_closing_again_and_again_leaves_nothing(state: ViewerState, qtbot: QtBot) -> None:
    def cycle() -> None:
        view = VolumeView(state)
        view.resize(80, 60)
        with qtbot.waitSignal(view.rendered, timeout=20_000):
            view.show()
        view.close()
        view.deleteLater()
        qtbot.wait(1)

    counts = [count_after(cycle, times) for times in (2, 18)]
    assert counts[0] == counts[1]


def count_after(cycle: Callable[[], None], times: int) -> tuple[int, int, int]:
    """VTK objects, 3D views and plotters alive after some cycles."""
    for _ in range(times):
        cycle()
    gc.collect()
    things = gc.get_objects()
    return (
        sum(isinstance(thing, vtkObjectBase) for thing in things),
        sum(isinstance(thing, VolumeView) for thing in things),
        len(pv.plotting.plotter._ALL_PLOTTERS),
    )
