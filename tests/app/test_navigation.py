import numpy as np
import pytest

from app.choices import ViewLayout
from app.controllers.display import Display
from app.controllers.navigation import Navigation
from app.controllers.reconstruction import new_run
from app.layers import ACQUIRED, Layer
from app.open_series import OpenSeries
from app.state.viewer_state import ViewerState
from calid_core.cine import CineStack
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack


@pytest.fixture
def navigation(state: ViewerState, stack: CineStack) -> Navigation:
    series = state.active_series
    assert series is not None
    settings = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0)
    state.set_runs((new_run(1, series.id, stack, settings),))
    return Navigation(state)


def test_slices_clamp_at_both_ends(state: ViewerState, navigation: Navigation) -> None:
    navigation.step_slice(-100)
    assert state.slice_index() == 0
    navigation.step_slice(100)
    assert state.slice_index() == 3


def test_phases_wrap_in_both_directions(state: ViewerState, navigation: Navigation) -> None:
    navigation.step_phase(-1)
    assert state.phase == 4
    navigation.step_phase(1)
    assert state.phase == 0


def test_acquired_slices_are_visited_one_by_one_in_a_dense_layer(
    state: ViewerState, navigation: Navigation
) -> None:
    state.set_layer(Layer(1))
    navigation.go_to_slice(7)
    visited = []
    for _ in range(3):
        navigation.step_acquired(1)
        visited.append(state.slice_index())
    assert visited == [10, 15, 15]
    navigation.go_to_slice(7)
    navigation.step_acquired(-1)
    assert state.slice_index() == 5


def test_holding_goes_to_the_nearest_acquired_slice_and_letting_go_returns(
    state: ViewerState, navigation: Navigation
) -> None:
    state.set_layer(Layer(1))
    navigation.go_to_slice(7)
    before = state.position
    for _ in range(2):  # a key that is held repeats itself
        navigation.hold_acquired()
        assert state.slice_index() == 5
    navigation.release_acquired()
    assert np.array_equal(state.position, before)


def test_whoever_goes_elsewhere_meanwhile_is_not_led_back_from_the_acquired_slice(
    state: ViewerState, navigation: Navigation
) -> None:
    state.set_layer(Layer(1))
    for go in (lambda: navigation.step_slice(1), lambda: navigation.go_to_position(np.zeros(3))):
        navigation.go_to_slice(7)
        navigation.hold_acquired()
        go()
        here = state.position
        navigation.release_acquired()
        assert np.array_equal(state.position, here)


def test_letting_go_of_the_acquired_slice_jumps_to_no_place_of_another_series(
    state: ViewerState, navigation: Navigation
) -> None:
    state.set_layer(Layer(1))
    navigation.go_to_slice(7)
    navigation.hold_acquired()
    (series,) = state.all_series
    state.set_all_series((series, OpenSeries(2, "other", stack=make_stack(slices=6))), 2)
    here = state.position
    navigation.release_acquired()
    assert np.array_equal(state.position, here)


def test_the_position_stays_within_the_stack(state: ViewerState, navigation: Navigation) -> None:
    navigation.go_to_position(np.array([1e6, -1e6, -1e6]))
    volume = state.volume()
    assert volume is not None
    index = volume.geometry.to_index(state.position)
    assert np.allclose(index, [3, 0, 19])


def test_going_to_end_systole_or_end_diastole_changes_the_phase_only(
    state: ViewerState, navigation: Navigation
) -> None:
    state.set_landmarks((1, 3))
    before = state.position
    navigation.go_to_end_systole()
    assert state.phase == 3
    navigation.go_to_end_diastole()
    assert state.phase == 1
    assert np.array_equal(state.position, before)


def test_nothing_moves_when_nothing_is_open(qapp: object) -> None:
    empty = ViewerState()
    navigation = Navigation(empty)
    for step in (
        lambda: navigation.step_slice(1),
        lambda: navigation.step_phase(1),
        lambda: navigation.step_acquired(1),
        navigation.hold_acquired,
        navigation.release_acquired,
        navigation.go_to_last,
        lambda: navigation.go_to_position(np.ones(3)),
    ):
        step()
    assert empty.phase == 0
    assert not empty.position.any()


def test_comparing_suggests_acquired_linear_and_calid_in_this_order(
    state: ViewerState, stack: CineStack
) -> None:
    series = state.active_series
    assert series is not None
    methods = (Method.CALID, Method.NEAREST, Method.LINEAR)
    state.set_runs(
        tuple(
            new_run(i + 1, series.id, stack, ReconstructionSettings(method=method, slice_spacing=5.0))
            for i, method in enumerate(methods)
        )
    )
    Display(state).toggle_compare()
    assert state.layout is ViewLayout.COMPARE
    assert state.compare_layers == (ACQUIRED, Layer(3), Layer(1))


def test_leaving_the_comparison_returns_to_the_layout_before(state: ViewerState) -> None:
    display = Display(state)
    display.set_layout(ViewLayout.ONE_AND_THREE)
    display.toggle_compare()
    display.toggle_compare()
    assert state.layout is ViewLayout.ONE_AND_THREE


def test_window_presets_are_computed_on_the_acquired_stack(
    state: ViewerState, stack: CineStack, navigation: Navigation
) -> None:
    display = Display(state)
    display.apply_preset(2)
    low, high = float(stack.intensity.min()), float(stack.intensity.max())
    assert state.window == pytest.approx(((low + high) / 2, high - low))
    display.apply_preset(0)
    automatic = state.window
    state.set_layer(Layer(1))
    display.apply_preset(0)
    assert state.window == automatic


def test_zoom_and_turn_stay_within_their_limits(state: ViewerState) -> None:
    display = Display(state)
    for asked, zoom in ((0.01, 0.5), (3.0, 3.0), (99.0, 20.0)):
        display.set_zoom(asked)
        assert state.zoom == zoom
    for asked, angle in ((190.0, -170.0), (-270.0, 90.0), (30.0, 30.0)):
        display.set_long_axis_angle(asked)
        assert state.long_axis_angle == angle
