"""Intensities that people read and type are real values: those that the file's rescale slope and intercept make of stored ones."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QDoubleSpinBox
from pytestqt.qtbot import QtBot

from app.layers import ACQUIRED, Volume
from app.measure.listing import measurement_table
from app.measure.profiles import line_profile, through_plane_profile
from app.measure.regions import region_at
from app.measure.samplers import SliceSampler
from app.measure.shapes import Measurement, Shape
from app.measure.texts import region_text, value_text
from app.open_series import OpenSeries
from app.panels.display_panel import DisplayPanel
from app.rendering.image_plane import slice_plane
from app.state.viewer_state import ViewerState
from app.views.reformat_view import ReformatView
from app.views.slice_view import SliceView
from calid_core.cine import CineStack
from calid_core.real_values import RealScale
from tests.app.conftest import make_stack

SLOPE, INTERCEPT = 2.5, -100.0


@pytest.fixture
def rescaled(qapp: object) -> ViewerState:
    """Stored values are 1000 · phase + 100 · slice + column; the window is that of the file, 700 and 1400 in real values."""
    stack = of_scale(SLOPE)
    made = ViewerState()
    made.set_all_series((OpenSeries(1, "test", stack=stack),), 1)
    made.set_window((320.0, 560.0))
    return made


def of_scale(slope: float) -> CineStack:
    stack = make_stack()
    return replace(stack, source=replace(stack.source, real=RealScale(slope, INTERCEPT)))


def rectangle(volume: Volume, shape: Shape = Shape.RECTANGLE) -> Measurement:
    """Columns 4 to 8 of slice A2 at phase 1: 104 to 108 are stored."""
    plane = slice_plane(volume.geometry, 1)
    points = plane.to_patient(np.array([(2.0, 4.0), (6.0, 8.0)]))
    return Measurement(0, shape, points, ACQUIRED, "A2", plane, SliceSampler(1), 0)


def test_a_region_tells_real_values_in_the_view_the_list_and_the_report() -> None:
    volume = Volume.of_stack(of_scale(SLOPE))
    measured = rectangle(volume)
    region = region_at(measured, volume, 0)
    assert value_text(measured, region) == "165 ± 3.54 · 36 mm²"
    assert region_text(region).startswith("mean 165, SD 3.54, 160 to 170,")
    table = measurement_table(((measured, volume),))
    assert table is not None
    assert table.rows[0][1].startswith("165 ± 3.54 (160 to 170)")


def test_the_lowest_real_value_is_the_lowest_where_the_slope_is_negative() -> None:
    volume = Volume.of_stack(of_scale(-SLOPE))
    region = region_at(rectangle(volume), volume, 0)
    assert region is not None
    assert (region.lowest, region.highest) == (-370.0, -360.0)
    assert region.deviation == pytest.approx(2.5 * np.sqrt(2.0))


def test_the_pointer_tells_real_values(qtbot: QtBot, rescaled: ViewerState) -> None:
    view = SliceView(rescaled)
    qtbot.addWidget(view)
    view.resize(400, 300)
    assert view.transform is not None
    pointer = view.pointer_at(QPointF(*view.transform.to_screen(5, 9)))
    assert pointer is not None
    assert pointer.intensity == 2.5 * 209 - 100


def test_profiles_know_their_real_values() -> None:
    volume = Volume.of_stack(of_scale(SLOPE))
    line = line_profile(rectangle(volume, Shape.PROFILE), volume)
    assert line.real.to_real(line.intensity[0, 0]) == 160.0
    through = through_plane_profile(volume, volume.geometry.slice_position(1))
    assert through.real == line.real


def test_window_and_level_are_read_and_typed_in_real_values(qtbot: QtBot, rescaled: ViewerState) -> None:
    panel = DisplayPanel(rescaled, ())
    qtbot.addWidget(panel)
    centre, width = panel.findChildren(QDoubleSpinBox)
    assert (centre.value(), width.value()) == (700.0, 1400.0)
    asked: list[tuple[float, float]] = []
    panel.window_requested.connect(lambda *window: asked.append(window))
    centre.setValue(900.0)
    assert asked == [(400.0, 560.0)]


@pytest.mark.parametrize("kind", [SliceView, ReformatView])
def test_views_tell_the_window_that_the_file_states(
    qtbot: QtBot, rescaled: ViewerState, kind: type[SliceView | ReformatView]
) -> None:
    view = SliceView(rescaled) if kind is SliceView else ReformatView(rescaled, 0)
    qtbot.addWidget(view)
    view.resize(400, 300)
    assert view.picture is not None
    assert "W 1400  C 700" in view.annotations(view.picture, view.volume).lower_right
