"""Where a long-axis view holds no data, in a gap or before a slice is made, nothing is measured or told."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app.layers import ACQUIRED, Layer
from app.measure.profiles import line_profile
from app.measure.regions import RegionStatistics, region_at
from app.measure.samplers import LongAxisSampler
from app.measure.shapes import Measurement, Shape
from app.measure.texts import region_text, value_text
from app.open_series import OpenSeries
from app.rendering.frames import frames_there
from app.rendering.reformat import long_axis_plane
from app.state.viewer_state import ViewerState
from app.views import measurement_labels
from app.views.reformat_view import ReformatView
from app.views.slice_view import SliceView
from calid_core.arrays import runs
from calid_core.geometry import Geometry
from tests.app.conftest import make_stack
from tests.app.dense_runs import add_run, painted


@pytest.fixture
def gapped(qapp: object) -> ViewerState:
    """Slices at 0, 10 and 40 mm whose intensity is 1000 · phase + 100 · slice + column + 5."""
    stack = make_stack(slices=3)
    geometry = Geometry(
        stack.geometry.affine, stack.geometry.shape, slice_offsets=np.array([0.0, 10.0, 40.0]), known=True
    )
    state = ViewerState()
    state.set_all_series(
        (OpenSeries(1, "gapped", stack=replace(stack, geometry=geometry, intensity=stack.intensity + 5)),), 1
    )
    state.set_position(geometry.to_patient((1, 12, 9)))
    return state


def test_the_middle_of_a_long_axis_view_is_one_place_in_sparse_and_dense_layers(
    qtbot: QtBot, gapped: ViewerState
) -> None:
    views = [ReformatView(gapped, layer=layer) for layer in (ACQUIRED, add_run(gapped))]
    centres, fits = [], []
    for view in views:
        qtbot.addWidget(view)
        assert view.picture is not None
        centres.append(view.picture.centre)
        fits.append(view.picture.fit)
    assert fits[0] == pytest.approx(fits[1])
    assert centres[0] == pytest.approx(centres[1])
    assert centres[0][2] == pytest.approx(-20.0)  # half way between slices at 0 and 40 mm, towards the feet


def upright(
    state: ViewerState,
    shape: Shape,
    rows: tuple[float, float],
    columns: tuple[float, float],
    layer: Layer = ACQUIRED,
) -> Measurement:
    """A measurement between shares of the height and columns of the long-axis plane through the crosshair."""
    volume = state.volume(layer)
    assert volume is not None
    cut = long_axis_plane(volume.geometry, state.position, 0.0)
    height = cut.plane.shape[0] - 1
    corners = [(share * height, column) for share, column in zip(rows, columns, strict=True)]
    x, y, z = (float(v) for v in state.position)
    sampler = LongAxisSampler((x, y, z), 0.0, cut)
    points = cut.plane.to_patient(np.array(corners))
    return Measurement(1, shape, points, layer, "long axis", cut.plane, sampler, 0)


def test_rows_in_a_gap_do_not_count_in_a_region(gapped: ViewerState) -> None:
    volume = gapped.volume()
    assert volume is not None
    box = upright(gapped, Shape.RECTANGLE, (0.0, 1.0), (4, 8))
    found = region_at(box, volume, 2)
    assert found is not None
    # Every slice takes as many rows as the others: the mean is that of columns 4 to 8 of the three.
    assert found.mean == pytest.approx(2000 + 100 + 6 + 5)
    assert (found.lowest, found.highest) == (2009.0, 2213.0)
    rows = int(frames_there(volume, 2).sum()) * round(10 / 1.5)
    assert found.pixels == rows * 5


def test_a_region_wholly_in_a_gap_has_an_area_and_no_mean(gapped: ViewerState) -> None:
    volume = gapped.volume()
    assert volume is not None
    box = upright(gapped, Shape.RECTANGLE, (0.4, 0.6), (4, 8))
    found = region_at(box, volume, 0)
    assert found is not None
    assert found.pixels == 0
    assert region_text(found) == "no pixel with data inside"
    assert value_text(box, found) == f"{found.area:.0f} mm²"


def test_a_profile_is_unknown_in_a_gap(gapped: ViewerState) -> None:
    volume = gapped.volume()
    assert volume is not None
    profile = line_profile(upright(gapped, Shape.PROFILE, (0.0, 1.0), (6, 6)), volume)
    values = profile.intensity[1]
    known = np.isfinite(values)
    assert 0 < known.sum() < len(values)
    # Between two slices the picture steps: rows beside a step are mixed of both, never of a slice and nothing.
    assert values[known].min() >= 1011.0
    assert values[known].max() <= 1211.0
    assert len(runs(np.flatnonzero(known))) == 2


def test_rows_of_slices_that_are_not_made_are_unknown_in_a_profile(state: ViewerState) -> None:
    layer = add_run(state, ready=False)
    volume = state.volume(layer)
    assert volume is not None
    line = upright(state, Shape.PROFILE, (0.0, 1.0), (6, 6), layer)
    values = line_profile(line, volume).intensity[1]
    assert np.isnan(values).any()
    assert values[np.isfinite(values)] == pytest.approx(
        1006.0 + 100 * np.rint((values[np.isfinite(values)] - 1006.0) / 100)
    )
    assert np.nanmin(values) >= 1006.0


def test_a_region_through_slices_that_are_not_made_has_no_values(state: ViewerState) -> None:
    volume = state.volume(add_run(state, ready=False))
    assert volume is not None
    assert region_at(upright(state, Shape.RECTANGLE, (0.2, 0.8), (4, 8), Layer(1)), volume, 0) is None


@pytest.mark.parametrize("ready", [False, True])
def test_the_label_on_the_picture_says_what_the_panel_says(
    qtbot: QtBot, state: ViewerState, monkeypatch: pytest.MonkeyPatch, *, ready: bool
) -> None:
    layer = add_run(state, ready=ready)
    state.set_layer(layer)
    view = ReformatView(state)
    qtbot.addWidget(view)
    view.resize(300, 300)
    box = upright(state, Shape.RECTANGLE, (0.2, 0.8), (4, 8), layer)
    state.measures.set_measurements((box,))
    told: list[RegionStatistics | None] = []

    def listen(measurement: Measurement, region: RegionStatistics | None) -> str:
        told.append(region)
        return value_text(measurement, region)

    monkeypatch.setattr(measurement_labels, "value_text", listen)
    painted(view)
    volume = state.volume(layer)
    assert volume is not None
    assert told == [region_at(box, volume, 0)]


def test_the_pointer_tells_no_value_in_a_gap(qtbot: QtBot, gapped: ViewerState) -> None:
    view = ReformatView(gapped)
    qtbot.addWidget(view)
    view.resize(300, 300)
    assert view.picture is not None
    assert view.transform is not None
    rows = view.picture.plane.shape[0]
    told = [
        view.pointer_at(QPointF(*view.transform.to_screen(float(row), 6.0)))
        for row in (1, rows // 2, rows - 2)
    ]
    assert [pointer is not None and pointer.intensity for pointer in told] == [11.0, None, 211.0]


def test_the_pointer_tells_no_value_where_a_slice_is_not_made_yet(qtbot: QtBot, state: ViewerState) -> None:
    state.set_layer(add_run(state, ready=False))
    view, flat = ReformatView(state), SliceView(state)
    for widget in (view, flat):
        qtbot.addWidget(widget)
        widget.resize(300, 300)
    assert view.picture is not None
    assert view.transform is not None
    assert view._cut is not None
    volume = state.volume()
    assert volume is not None
    for row, index in enumerate(view._cut.row_slice):
        pointer = view.pointer_at(QPointF(*view.transform.to_screen(float(row), 6.0)))
        assert pointer is not None
        assert (pointer.intensity is not None) == volume.has_frame(0, int(index))
    assert flat.pointer_at(QPointF(150, 150)).intensity is not None  # the nearest acquired slice is shown
