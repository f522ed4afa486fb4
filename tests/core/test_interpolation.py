import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from calid_core.arrays import nearest
from calid_core.interpolation import interpolate, through_plane_weights
from calid_core.settings import Method

INTERPOLATIONS = (Method.NEAREST, Method.LINEAR, Method.CUBIC)
IRREGULAR = np.array([0.0, 8.0, 17.5, 26.0, 41.0, 50.0])
BETWEEN = np.linspace(0.0, 50.0, 41)


def field(positions, powers):
    """A volume whose voxels are polynomials of the slice position."""
    profile = sum(c * (positions / 10.0) ** p for p, c in enumerate(powers))
    return profile[:, None, None] * np.array([[1.0, -2.0], [0.5, 3.0]])


def test_linear_is_exact_on_linear_fields_for_irregular_slices():
    filled = interpolate(field(IRREGULAR, (3, -2)), IRREGULAR, BETWEEN, Method.LINEAR)
    np.testing.assert_allclose(filled, field(BETWEEN, (3, -2)), atol=1e-12)


@pytest.mark.parametrize("powers", [(1, 2), (4, -3, 2), (1, -2, 3, -1)])
def test_cubic_is_exact_on_polynomials_up_to_degree_three(powers):
    filled = interpolate(field(IRREGULAR, powers), IRREGULAR, BETWEEN, Method.CUBIC)
    np.testing.assert_allclose(filled, field(BETWEEN, powers), atol=1e-10)


def test_cubic_through_three_slices_is_the_parabola_and_through_two_the_line():
    for count, powers in ((3, (1, -2, 3)), (2, (1, -2))):
        positions = IRREGULAR[:count]
        targets = np.linspace(0.0, positions[-1], 9)
        filled = interpolate(field(positions, powers), positions, targets, Method.CUBIC)
        np.testing.assert_allclose(filled, field(targets, powers), atol=1e-10)


@pytest.mark.parametrize("pitch", [9.6, 9.9, 7.7, 10 / 3])
def test_half_way_is_the_earlier_slice_whatever_the_rounding(pitch):
    positions = np.arange(12) * pitch
    weights = through_plane_weights(positions, (np.arange(11) + 0.5) * pitch, Method.NEAREST)
    np.testing.assert_array_equal(weights, np.eye(12)[:11])


def test_nearest_takes_the_nearest_slice_and_the_earlier_one_half_way():
    volume = np.arange(3.0)[:, None, None]
    filled = interpolate(volume, np.array([0.0, 10.0, 20.0]), np.array([4.9, 5.0, 5.1, 16.0]), Method.NEAREST)
    np.testing.assert_array_equal(filled.ravel(), [0, 0, 1, 2])


@pytest.mark.parametrize("method", INTERPOLATIONS)
@given(gaps=st.lists(st.floats(1.0, 20.0), min_size=1, max_size=12), seed=st.integers(0, 999))
def test_weights_sum_to_one_and_reproduce_the_slices(method, gaps, seed):
    positions = np.concatenate([[0.0], np.cumsum(gaps)])
    targets = np.sort(np.random.default_rng(seed).uniform(0.0, positions[-1], 7))
    np.testing.assert_allclose(through_plane_weights(positions, targets, method).sum(axis=1), 1.0, atol=1e-9)
    on_slices = through_plane_weights(positions, positions, method)
    np.testing.assert_allclose(on_slices, np.eye(len(positions)), atol=1e-9)


@pytest.mark.parametrize("method", INTERPOLATIONS)
def test_reversing_the_stack_reverses_the_result(method):
    volume = np.random.default_rng(0).normal(size=(6, 3, 4))
    targets = np.array([1.0, 6.0, 20.0, 33.0, 45.2])
    forward = interpolate(volume, IRREGULAR, targets, method)
    backward = interpolate(volume[::-1], (50.0 - IRREGULAR)[::-1], (50.0 - targets)[::-1], method)
    np.testing.assert_allclose(forward, backward[::-1], atol=1e-10)


def test_linear_agrees_with_map_coordinates():
    volume = np.random.default_rng(1).normal(size=(5, 4, 3))
    targets = np.array([0.0, 3.3, 17.0, 31.9])
    index = np.stack(np.broadcast_arrays(*np.ogrid[0:4, 0:4, 0:3])).astype(float)
    index[0] = (targets / 8.0)[:, None, None]
    expected = map_coordinates(volume, index, order=1)
    np.testing.assert_allclose(interpolate(volume, np.arange(5) * 8.0, targets, Method.LINEAR), expected)


@pytest.mark.parametrize("method", INTERPOLATIONS)
def test_a_single_slice_is_repeated_and_no_targets_give_no_slices(method):
    volume = np.full((1, 2, 2), 7, np.int16)
    assert interpolate(volume, np.zeros(1), np.zeros(2), method).tolist() == [[[7, 7], [7, 7]]] * 2
    assert interpolate(volume, np.zeros(1), np.zeros(0), method).shape == (0, 2, 2)


def test_targets_outside_the_stack_and_methods_that_do_not_interpolate_are_refused():
    for targets in ([-0.1, 25.0], [25.0, 50.1]):
        with pytest.raises(ValueError, match="between the first and the last"):
            through_plane_weights(IRREGULAR, np.array(targets), Method.LINEAR)
    with pytest.raises(ValueError, match="calid is not an interpolation"):
        through_plane_weights(IRREGULAR, BETWEEN, Method.CALID)


def test_half_way_between_two_slices_one_of_them_is_nearest_all_along():
    offsets = np.array([0.0, 7.3, 14.6])
    half_way = 10.95 + 1e-12 * np.tile([1.0, -1.0], 40)
    assert set(nearest(offsets, half_way)) == {1}
    assert nearest(offsets, np.array([10.94, 10.96])).tolist() == [1, 2]
