"""The views paint whatever a stack may be: any type, size, spacing, number of slices and phases."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.open_series import OpenSeries
from app.state.viewer_state import ViewerState
from app.views.reformat_view import ReformatView
from app.views.series_list import SeriesList
from app.views.slice_ladder import SliceLadder
from app.views.slice_view import SliceView
from app.views.transport_bar import TransportBar
from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry
from tests.app.conftest import make_stack
from tests.app.dense_runs import add_run, painted


@st.composite
def stacks(draw: st.DrawFn) -> CineStack:
    shape = tuple(draw(st.integers(1, high)) for high in (4, 9, 40, 40))
    dtype = draw(st.sampled_from(["uint8", "int16", "uint16", ">i2", "int32", "float32", "float64"]))
    random = np.random.default_rng(draw(st.integers(0, 9)))
    intensity = random.integers(0, 200, shape).astype(dtype)
    if dtype.startswith("float"):
        intensity.flat[0] = np.nan
    axes, _ = np.linalg.qr(random.normal(size=(3, 3)))
    pitch = draw(st.floats(0.5, 20))
    affine = np.eye(4)
    affine[:3, :3] = axes * (pitch, draw(st.floats(0.3, 5)), draw(st.floats(0.3, 5)))
    gaps = [draw(st.floats(0.6, 3)) * pitch for _ in range(shape[1] - 1)]
    offsets = None if draw(st.booleans()) else np.concatenate([[0.0], np.cumsum(gaps)])
    geometry = Geometry(affine, shape[1:], slice_offsets=offsets, known=draw(st.booleans()))  # type: ignore[arg-type]
    return CineStack(intensity, geometry, np.arange(shape[0]) * 30.0, Source("any", "NIfTI"))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stacks(), st.integers(0, 400), st.integers(0, 400), st.floats(-180, 180), st.floats(0, 1))
def test_every_stack_is_painted_in_every_view_of_every_size(
    qapp: object, stack: CineStack, width: int, height: int, angle: float, depth: float
) -> None:
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "any", stack=stack),), 1)
    state.set_window((100.0, 200.0))
    state.set_long_axis_angle(angle)
    state.set_position(stack.geometry.to_patient(np.array(stack.geometry.shape) * depth))
    state.set_phase(stack.phases - 1)
    views = (
        SliceView(state),
        ReformatView(state, 0),
        ReformatView(state, 1),
        SliceLadder(state),
        TransportBar(state),
    )
    for view in views:
        view.resize(max(width, 20), max(height, 20))
        painted(view)
        view.deleteLater()


def test_the_grey_on_the_screen_is_that_of_the_dicom_formula(qapp: object) -> None:
    values = np.full((2, 3), 100, dtype=np.int16)
    stack = CineStack(
        values[None, None],
        Geometry.from_spacing((8.0, 1.0, 1.0), (1, 2, 3)),
        np.zeros(1),
        Source("flat", "phantom"),
    )
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "flat", stack=stack),), 1)
    state.set_window((100.5, 101.0))
    state.set_annotations_visible(False)
    view = SliceView(state)
    view.resize(300, 200)
    colour = painted(view).pixelColor(40, 60)
    expected = ((100 - 100.0) / 100 + 0.5) * 255  # PS3.3 C.11.2.1.2.1
    assert (colour.red(), colour.green(), colour.blue()) == (pytest.approx(expected, abs=0.51),) * 3
    view.deleteLater()


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        ((0.0,), "Phase 1/1"),
        ((320.0,), "Phase 1/1 · 320 ms"),
        ((0.0, 40.0), "Phase 1/2 · 0 ms"),
    ],
)
def test_a_single_phase_whose_file_tells_no_time_shows_none(
    qapp: object, times: tuple[float, ...], shown: str
) -> None:
    plain = make_stack(phases=len(times))
    stack = CineStack(plain.intensity, plain.geometry, np.array(times), plain.source)
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "test", stack=stack),), 1)
    bar = TransportBar(state)
    assert bar._phase.text() == shown
    for view in (SliceView(state), ReformatView(state)):
        view.resize(300, 200)
        painted(view)
        assert view.annotations(view.picture, view.volume).lower_left == (shown,)
        view.deleteLater()
    bar.deleteLater()


def test_views_let_go_of_a_closed_series(qapp: object) -> None:
    state = ViewerState()
    stack = make_stack()
    kept = weakref.ref(stack.intensity.base)
    state.set_all_series((OpenSeries(1, "closing", stack=stack),), 1)
    state.set_layer(add_run(state))
    views = (
        SliceView(state),
        ReformatView(state),
        SliceLadder(state),
        SeriesList(state),
        TransportBar(state),
    )
    for view in views:
        painted(view)
    del stack
    assert kept() is not None
    state.set_runs(())
    state.set_all_series((), None)
    gc.collect()
    assert kept() is None
    for view in views:
        view.deleteLater()
