"""The crosshair goes to the left ventricle when it is found, unless the reader was there first."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.checks.checking import Checking
from app.choices import Tool
from app.controllers.controller import Controller
from app.controllers.series_loading import LoadedSeries
from app.measure.shapes import Shape
from app.open_series import OpenSeries
from app.rendering.composition import FASTEST_FLICKER
from app.sessions.describing import describe_views
from app.sessions.returning_views import apply_views
from app.state.check_state import CheckState
from app.state.review_state import ReviewState
from app.state.viewer_state import ViewerState
from calid_core.arrays import FloatArray
from calid_core.checks.results import InputChecks
from calid_core.cine import CineStack
from tests.app.conftest import make_stack, preferences_in, viewer_without_gl
from tests.app.test_measure_shapes import drawn

MOVING = (2.0, 3.0, 4.0)
"""Slice, row and column of what beats."""
VENTRICLE = (2.0, 14.0, 12.0)


@pytest.fixture
def controller(qtbot: QtBot) -> Iterator[Controller]:
    made = Controller(ViewerState())
    open_series(made)
    yield made
    assert made.shut_down()


def open_series(controller: Controller) -> OpenSeries:
    stack = make_stack()
    heart = stack.geometry.to_patient(MOVING)
    controller.series.adopt_sample(LoadedSeries(stack, (0, 1), (500.0, 1000.0), heart))
    series = controller.state.active_series
    assert series is not None
    return series


def place(controller: Controller) -> FloatArray:
    stack = controller.state.active_stack
    assert stack is not None
    return stack.geometry.to_index(controller.state.position)


def find_ventricle(controller: Controller, series_id: int | None = None) -> None:
    series = controller.state.all_series[0]
    assert series.stack is not None
    controller.series.set_heart(series_id or series.id, series.stack.geometry.to_patient(VENTRICLE))


def test_the_crosshair_goes_to_the_ventricle_on_the_slice_that_is_shown(controller: Controller) -> None:
    assert place(controller) == pytest.approx(MOVING)
    find_ventricle(controller)
    assert place(controller) == pytest.approx(VENTRICLE)


def step(controller: Controller) -> None:
    controller.navigation.step_slice(1)


def step_there_and_back(controller: Controller) -> None:
    controller.navigation.step_slice(1)
    controller.navigation.step_slice(-1)


def turn(controller: Controller) -> None:
    controller.display.set_long_axis_angle(30.0)


def measure(controller: Controller) -> None:
    controller.measuring.add(drawn(controller.state, Shape.DISTANCE, (3, 4), (7, 7)))


def reopen_session(controller: Controller) -> None:
    apply_views(controller, describe_views(controller.state, ReviewState(controller.state)), {})


@pytest.mark.parametrize("looked", [step, step_there_and_back, turn, measure, reopen_session])
def test_where_the_reader_looked_the_crosshair_stays(
    controller: Controller, looked: Callable[[Controller], None]
) -> None:
    looked(controller)
    before = controller.state.position
    find_ventricle(controller)
    np.testing.assert_array_equal(controller.state.position, before)


@pytest.mark.parametrize("judge", ["reject", "remark"])
def test_what_is_being_judged_is_not_moved(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judge: str
) -> None:
    monkeypatch.setattr(
        "calid_core.checks.running.check_input", lambda stack, _cancel, **_: no_findings(stack)
    )
    viewer = viewer_without_gl(preferences_in(tmp_path))
    open_series(viewer.controller)
    viewer.review.reviewing.set_reader("AB")
    getattr(viewer.review.reviewing, judge)()
    find_ventricle(viewer.controller)
    assert place(viewer.controller) == pytest.approx(MOVING)
    qtbot.waitUntil(lambda: not viewer.checks.checks.running, timeout=20_000)
    viewer.window.close()


def test_the_plane_that_is_being_drawn_in_is_not_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calid_core.checks.running.check_input", lambda stack, _cancel: no_findings(stack))
    viewer = viewer_without_gl(preferences_in(tmp_path))
    open_series(viewer.controller)
    viewer.controller.display.set_tool(Tool.MEASURE)
    view = viewer.window.grid.long_axes[0]
    view.resize(300, 300)
    start = view.rect().center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, start + QPoint(10, 0))
    find_ventricle(viewer.controller)
    assert place(viewer.controller) == pytest.approx(MOVING)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    (drawn_now,) = viewer.state.measures.measurements
    assert view.picture is not None
    assert drawn_now.lies_in(view.picture.plane)
    viewer.window.close()


def test_a_session_is_shown_within_the_limits_that_hold_for_the_reader(controller: Controller) -> None:
    far = replace(
        describe_views(controller.state, ReviewState(controller.state)),
        position=(1e6, 1e6, 1e6),
        flicker_rate=50.0,
    )
    apply_views(controller, far, {})
    assert controller.state.compare.rate == FASTEST_FLICKER
    assert controller.state.active_stack is not None
    last = np.array(controller.state.active_stack.geometry.shape) - 1.0
    at_an_end = np.minimum(np.abs(place(controller)), np.abs(place(controller) - last))
    assert at_an_end == pytest.approx(0.0, abs=1e-9)


def test_a_series_that_is_not_shown_now_is_on_its_ventricle_when_it_is_shown_again(
    controller: Controller,
) -> None:
    first, state = controller.state.all_series[0], controller.state
    controller.series.add_derived(first.id, make_stack(slices=6))
    find_ventricle(controller, first.id)
    assert place(controller) == pytest.approx(MOVING)  # the other series stays as it is
    controller.series.activate(first.id)
    assert place(controller) == pytest.approx(VENTRICLE)
    controller.navigation.step_slice(1)
    before = state.position
    controller.series.activate(state.all_series[1].id)
    controller.series.activate(first.id)
    np.testing.assert_array_equal(state.position, before)


def test_the_input_check_tells_where_the_ventricle_is(
    qtbot: QtBot, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def known(stack: CineStack, index: int) -> FloatArray:
        return stack.geometry.to_patient((index, *VENTRICLE[1:]))

    monkeypatch.setattr("calid_core.contouring.heart_box.known_ventricle", known)
    monkeypatch.setattr(
        "calid_core.checks.running.check_input", lambda stack, _cancel, **_: no_findings(stack)
    )
    state = controller.state
    checks = CheckState(state)
    checking = Checking(controller, checks)
    checking.heart_found.connect(controller.series.set_heart)
    with qtbot.waitSignal(checking.heart_found, timeout=20_000):
        state.stack_changed.emit()
    assert place(controller) == pytest.approx(VENTRICLE)


def no_findings(stack: CineStack) -> InputChecks:
    return InputChecks((), np.zeros((stack.slices, 2)), np.ones(stack.slices))
