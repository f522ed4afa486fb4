"""The long-axis check in the window: phases matched, grids shared, badges true."""

import dataclasses

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.choices import Tool, ViewLayout
from app.controllers.controller import Controller
from app.layers import ACQUIRED
from app.panels.viewport_grid import ViewportGrid
from app.state.compare_state import CompareMode, LongAxisTarget
from app.state.viewer_state import ViewerState
from app.views.long_axis_check_view import LongAxisCheckView, OnPlane
from calid_core.checks.report import CheckReport
from calid_core.checks.results import LongAxis, LongAxisImages
from calid_core.geometry import Geometry
from calid_core.provenance import SliceOrigin
from tests.app.dense_runs import add_run
from tests.app.test_views_interaction import drag

MATCHED = (0, 1, 3)
"""Phases of the run that the three long-axis phases belong to; the run has five."""


def long_axis() -> LongAxis:
    """Acquired 100 + phase, resliced 200 + phase, linear 300 + phase, with a ramp along the columns."""
    ramp = np.zeros((3, 8, 10)) + np.arange(3)[:, None, None] + np.linspace(0, 0.5, 10)
    geometry = Geometry.from_spacing((8.0, 1.5, 1.5), (1, 8, 10), known=True)
    images = LongAxisImages(100 + ramp, 200 + ramp, 300 + ramp, np.ones((8, 10)), geometry)
    score = np.array([0.7, 0.8, 0.9])
    return LongAxis("4ch", 0, (0, 1, 2), MATCHED, score, score - 0.2, 60.0, images)


@pytest.fixture
def checked(state: ViewerState) -> ViewerState:
    layer = add_run(state)
    run = state.run(layer.run_id)
    assert run is not None
    report = CheckReport("test", 4, 5, 10.0, long_axis=(long_axis(),))
    state.set_runs((dataclasses.replace(run, checks=report),))
    return state


@pytest.mark.parametrize(("phase", "moment"), [(0, 0), (1, 1), (3, 2), (4, 0)])
def test_the_phase_shown_is_the_matched_one_nearest_around_the_cycle(
    qtbot: QtBot, checked: ViewerState, phase: int, moment: int
) -> None:
    view = LongAxisCheckView(checked, checked.runs[0], long_axis(), OnPlane.ACQUIRED)
    qtbot.addWidget(view)
    checked.set_phase(phase)
    assert view.picture is not None
    assert view.picture.values[0, 0] == 100 + moment
    told = view.annotations(view.picture, view.volume).lower_left[-1]
    assert told == f"Phase {MATCHED[moment] + 1} · long-axis phase {moment + 1}"


def test_the_acquired_view_and_what_is_resliced_never_carry_the_same_badge(
    qtbot: QtBot, checked: ViewerState
) -> None:
    badges = {}
    for what in OnPlane:
        view = LongAxisCheckView(checked, checked.runs[0], long_axis(), what)
        qtbot.addWidget(view)
        assert view.picture is not None
        badges[what] = view.picture.badge
    assert badges[OnPlane.ACQUIRED].text == "ACQUIRED"
    assert SliceOrigin.SYNTHESISED in badges[OnPlane.RUN].origins
    assert SliceOrigin.INTERPOLATED in badges[OnPlane.LINEAR].origins


def test_around_the_volume_every_picture_shows_the_same_grey(qtbot: QtBot, checked: ViewerState) -> None:
    check = long_axis()
    assert check.images is not None
    inside = np.ones((8, 10))
    inside[:, 5:] = 0
    check = dataclasses.replace(check, images=dataclasses.replace(check.images, inside=inside))
    levels = []
    for what in OnPlane:
        view = LongAxisCheckView(checked, checked.runs[0], check, what)
        qtbot.addWidget(view)
        picture = view.picture
        assert picture is not None
        assert picture.window is not None
        centre, width = picture.window
        levels.append((picture.values[:, 5:] - (centre - width / 2)) / width)
    assert levels[1] == pytest.approx(levels[0], abs=1e-4)
    assert levels[2] == pytest.approx(levels[0], abs=1e-4)
    assert levels[0].max() <= 0.31


def test_dragging_in_a_check_leaves_the_window_of_the_other_views_alone(
    qtbot: QtBot, checked: ViewerState
) -> None:
    view = LongAxisCheckView(checked, checked.runs[0], long_axis(), OnPlane.RUN)
    qtbot.addWidget(view)
    view.resize(300, 300)
    checked.set_tool(Tool.WINDOW_LEVEL)
    with qtbot.assertNotEmitted(view.window_requested):
        drag(view, (100, 100), (150, 120))


def test_the_check_is_shown_against_the_run_and_against_linear_and_left_with_the_layout(
    qtbot: QtBot, checked: ViewerState
) -> None:
    controller = Controller(checked)
    grid = ViewportGrid(checked)
    qtbot.addWidget(grid)
    grid.resize(800, 500)
    grid.show()
    controller.comparing.show_long_axis(LongAxisTarget(checked.runs[0].id, 0))
    names = []
    for view in grid.plane_views[3:]:
        assert view.comparison is not None
        names.append((view.compared_name, view.comparison.second.compared_name))
        for shown in (0, 1):
            checked.compare.set_shown(shown)
            view.grab()
    assert names == [("Acquired long axis", "dense"), ("Acquired long axis", "Linear")]
    controller.comparing.show(CompareMode.SIDE_BY_SIDE)
    assert len(grid.plane_views) == 6
    assert CompareMode.DIFFERENCE not in controller.comparing.modes
    assert not grid.compare_bar._modes[CompareMode.DIFFERENCE].isEnabled()
    controller.display.set_layout(ViewLayout.GRID)
    assert checked.compare.long_axis is None
    assert controller.shut_down()


def test_a_check_is_about_its_run_until_layers_are_compared(checked: ViewerState) -> None:
    controller, run = Controller(checked), checked.runs[0].layer
    other = add_run(checked)
    controller.comparing.compare_in_place(ACQUIRED, other)
    controller.comparing.show_long_axis(LongAxisTarget(checked.runs[0].id, 0))
    assert checked.judged_layer == run
    controller.comparing.compare((ACQUIRED, other))
    assert checked.compare.long_axis is None
    assert checked.judged_layer == other
    assert controller.shut_down()
