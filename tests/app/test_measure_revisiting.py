"""A measurement that is chosen in the list comes into view: layer, phase, and slice or long-axis plane."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.actions.catalogue import Act
from app.choices import ViewLayout
from app.layers import ACQUIRED, Layer
from app.measure.listing import measurement_table
from app.measure.samplers import LongAxisSampler
from app.measure.shapes import Measurement, Shape
from app.open_series import OpenSeries
from app.panels.measure_panel import MeasurePanel
from app.rendering.reformat import long_axis_plane
from app.state.compare_state import CompareMode
from app.state.viewer_state import ViewerState
from app.undo import Step
from app.viewer import Viewer
from app.views.plane_view import PlaneView
from app.views.reformat_view import ReformatView
from app.views.slice_view import SliceView
from tests.app.conftest import make_stack, preferences_in, viewer_without_gl
from tests.app.dense_runs import add_run
from tests.app.test_checks_panel import leave_one_out, put_report
from tests.app.test_measure_shapes import drawn


@pytest.fixture
def viewer(qtbot: QtBot, tmp_path: Path):
    made = viewer_without_gl(preferences_in(tmp_path))
    made.state.set_all_series((OpenSeries(1, "test", stack=make_stack()),), 1)
    made.window.show()
    made.window.activateWindow()
    made.window.inspector.setCurrentWidget(made.measure.panel)
    yield made
    made.window.close()
    made.window.deleteLater()


def upright(state: ViewerState, angle: float, phase: int = 0) -> Measurement:
    """A distance on the long-axis plane at an angle through pixel (12, 9)."""
    volume = state.volume(ACQUIRED)
    assert volume is not None
    position = volume.geometry.to_patient((0, 12, 9))
    cut = long_axis_plane(volume.geometry, position, angle)
    x, y, z = (float(v) for v in position)
    sampler = LongAxisSampler((x, y, z), angle, cut)
    points = cut.plane.to_patient(np.array([(2.0, 3.0), (9.0, 8.0)]))
    return Measurement(0, Shape.DISTANCE, points, ACQUIRED, "long axis", cut.plane, sampler, phase)


def choose(viewer: Viewer, row: int = 0) -> None:
    """Click a row of the list of measurements."""
    rows = viewer.measure.panel._list
    QTest.mouseClick(
        rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(row)).center()
    )


def views_of(viewer: Viewer, measurement: Measurement) -> list[PlaneView]:
    """Views on the screen whose picture holds the measurement."""
    shown = [v for v in viewer.window.grid.plane_views if v.isVisible() and v.layer == measurement.layer]
    return [v for v in shown if v.picture is not None and measurement.lies_in(v.picture.plane)]


def test_a_click_goes_to_slice_phase_and_layer(viewer: Viewer) -> None:
    state = viewer.state
    layer = add_run(state)
    viewer.controller.measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7), phase=3))
    viewer.controller.measuring.add(
        drawn(state, Shape.ELLIPSE, (3, 4), (7, 7), layer=layer, index=6, phase=2)
    )
    first, second = state.measures.measurements
    viewer.controller.navigation.go_to_slice(3)
    choose(viewer, 1)
    assert (state.layer, state.phase, state.slice_index()) == (layer, 2, 6)
    assert [type(v) for v in views_of(viewer, second)] == [SliceView]
    assert state.measures.selected is second
    choose(viewer)
    assert (state.layer, state.phase, state.slice_index()) == (ACQUIRED, 3, 1)
    assert [type(v) for v in views_of(viewer, first)] == [SliceView]


def test_return_goes_there_and_arrows_only_select(viewer: Viewer) -> None:
    state = viewer.state
    for phase in (1, 4):
        viewer.controller.measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7), phase=phase))
    rows = viewer.measure.panel._list
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Up)
    assert state.measures.selected is state.measures.measurements[0]
    assert state.phase == 0
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert state.phase == 1


def test_a_long_axis_measurement_is_in_view_again_in_every_layout(viewer: Viewer) -> None:
    state, display = viewer.state, viewer.controller.display
    for angle in (0.0, 30.0, 120.0, -150.0):
        viewer.controller.measuring.add(upright(state, angle, phase=2))
    for layout in ViewLayout:
        for row, measurement in enumerate(state.measures.measurements):
            display.set_long_axis_angle(-40.0)
            viewer.controller.navigation.go_to_position(np.array([3.0, 3.0, -20.0]))
            viewer.controller.navigation.go_to_phase(0)
            display.set_layout(layout)
            assert views_of(viewer, measurement) == []
            choose(viewer, row)
            (found,) = views_of(viewer, measurement)
            assert isinstance(found, ReformatView)
            assert found.picture is not None
            # The same way round as it was drawn, not its mirror image.
            assert found.picture.plane.normal == pytest.approx(measurement.plane.normal)
            assert state.phase == 2


def test_planes_are_turned_no_more_than_needed(viewer: Viewer) -> None:
    viewer.controller.measuring.add(upright(viewer.state, 90.0))
    viewer.controller.display.set_long_axis_angle(10.0)
    choose(viewer)
    assert (
        viewer.state.long_axis_angle == 0.0
    )  # the second plane turns by 10 instead of the first by 80 degrees


@pytest.mark.parametrize("tilted", [False, True])
def test_another_maximised_view_makes_room(viewer: Viewer, tilted: bool) -> None:
    grid, state = viewer.window.grid, viewer.state
    made = upright(state, 20.0) if tilted else drawn(state, Shape.DISTANCE, (3, 4), (7, 7))
    viewer.controller.measuring.add(made)
    (grid.short_axis if tilted else grid.long_axes[0]).setFocus()
    grid.toggle_maximised()
    assert views_of(viewer, made) == []
    choose(viewer)
    assert len(views_of(viewer, made)) == 1


def test_a_comparison_stays_where_it_shows_the_slice_beside_others_and_is_left_otherwise(
    viewer: Viewer,
) -> None:
    state, comparing = viewer.state, viewer.controller.comparing
    layer = add_run(state)
    viewer.controller.measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (7, 7), layer=layer, index=6))
    (measurement,) = state.measures.measurements
    comparing.compare_in_place(ACQUIRED, layer)
    comparing.show(CompareMode.SIDE_BY_SIDE)
    choose(viewer)
    assert state.layout is ViewLayout.COMPARE
    assert len(views_of(viewer, measurement)) == 1
    comparing.compare_in_place(ACQUIRED, layer)
    choose(viewer)
    assert state.layout is ViewLayout.GRID
    assert len(views_of(viewer, measurement)) == 1


@pytest.mark.parametrize("tilted", [False, True])
def test_what_was_measured_on_held_out_slices_is_shown_in_a_comparison(viewer: Viewer, tilted: bool) -> None:
    state = viewer.state
    stack = state.active_stack
    assert stack is not None
    put_report(state, add_run(state), leave_one_out=leave_one_out(stack))
    made = upright(state, 20.0, phase=3) if tilted else drawn(state, Shape.DISTANCE, (3, 4), (7, 7), phase=3)
    viewer.controller.measuring.add(replace(made, layer=Layer(1, held_out=True)))
    (measurement,) = state.measures.measurements
    choose(viewer)
    assert state.layer == ACQUIRED
    assert (state.layout, state.phase, state.compare.shown) == (ViewLayout.COMPARE, 3, 1)
    pairs = [view.comparison for view in viewer.window.grid.plane_views if view.isVisible()]
    second = [pair.second for pair in pairs if pair is not None and pair.second.layer == measurement.layer]
    pictures = [view.picture for view in second]
    assert any(p is not None and measurement.lies_in(p.plane) for p in pictures)


@pytest.mark.parametrize("linked", [True, False])
def test_a_picture_that_was_zoomed_elsewhere_is_moved(viewer: Viewer, linked: bool) -> None:
    state, display = viewer.state, viewer.controller.display
    viewer.controller.measuring.add(drawn(state, Shape.DISTANCE, (3, 4), (5, 6)))
    viewer.controller.measuring.add(upright(state, 0.0))
    display.set_zoom(3.0)
    if not linked:
        display.toggle_linked()
    for row, measurement in enumerate(state.measures.measurements):
        choose(viewer, row)
        (view,) = views_of(viewer, measurement)
        assert view.picture is not None
        assert view.transform is not None
        middle = view.picture.plane.to_pixel(measurement.points.mean(axis=0))
        assert view.transform.to_screen(*middle) == pytest.approx((view.width() / 2, view.height() / 2))
        before = view.framing.pan
        choose(viewer, row)
        assert view.framing.pan == before


def test_a_running_cine_stops_at_the_phase_of_the_measurement(viewer: Viewer) -> None:
    viewer.controller.measuring.add(drawn(viewer.state, Shape.DISTANCE, (3, 4), (7, 7), phase=4))
    viewer.controller.playback.play()
    choose(viewer)
    assert not viewer.state.playing
    assert viewer.state.phase == 4


def test_list_and_report_tell_which_long_axis_it_was(qtbot: QtBot, state: ViewerState) -> None:
    panel = MeasurePanel(state, [])
    qtbot.addWidget(panel)
    panel.show()
    made = replace(upright(state, 30.0), number=1)
    state.measures.set_measurements((made,))
    assert panel._list.item(0).text().splitlines()[1].startswith("long axis at 30°")
    volume = state.volume(ACQUIRED)
    assert volume is not None
    table = measurement_table([(made, volume)])
    assert table is not None
    assert table.rows[0][2] == "long axis at 30°"


def test_undo_beside_the_list_is_alive_while_there_is_something_and_says_what(viewer: Viewer) -> None:
    button, undo = viewer.measure.panel._undo, viewer.controller.undo
    assert not button.isEnabled()
    viewer.controller.measuring.add(drawn(viewer.state, Shape.DISTANCE, (3, 4), (7, 7)))
    assert button.isEnabled()
    assert button.toolTip() == "Undo Distance (Ctrl+Z)"
    viewer.window.actions_[Act.UNDO].set_keys([QKeySequence("Ctrl+Y")])
    undo.push(Step(1, "Box in A && B", lambda: None, lambda: None))
    assert button.toolTip() == "Undo Box in A & B (Ctrl+Y)"
    button.click()
    button.click()
    assert viewer.state.measures.measurements == ()
    assert not button.isEnabled()
