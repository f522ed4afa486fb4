"""Geometry against formulas."""

import numpy as np
import pytest

from calid_core.errors import GeometryError
from calid_core.geometry import Geometry


def oblique(shape: tuple[int, int, int] = (5, 8, 6), offsets: list[float] | None = None) -> Geometry:
    rotation, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    affine = np.eye(4)
    affine[:3, :3] = rotation @ np.diag([10.0, 1.4, 1.2])
    affine[:3, 3] = [12, -40, 100]
    return Geometry(affine, shape, None if offsets is None else np.array(offsets))  # type: ignore[arg-type]


def test_index_and_patient_positions_are_inverse() -> None:
    for geometry in (
        oblique(),
        oblique(offsets=[0, 10, 20, 40, 50]),
        oblique((2, 8, 6), [0, 15]),
        oblique((1, 8, 6)),
    ):
        index = np.random.default_rng(1).uniform(-1, 6, (50, 3))
        np.testing.assert_allclose(geometry.to_index(geometry.to_patient(index)), index, atol=1e-9)


def test_pitch_is_the_distance_between_slice_positions() -> None:
    geometry = oblique()
    step = geometry.slice_position(3) - geometry.slice_position(2)
    assert np.linalg.norm(step) == pytest.approx(10.0)
    np.testing.assert_allclose(geometry.to_patient([2, 0, 0]), geometry.slice_position(2))


@pytest.mark.parametrize(
    ("wanted", "step"),
    [(2.0, 2.0), (3.0, 10 / 3), (6.0, 5.0), (7.0, 10.0), (25.0, 10.0), (1.9, 2.0)],
)
def test_densified_spacing_divides_the_pitch(wanted: float, step: float) -> None:
    dense, source = oblique().densified(wanted)
    assert dense.pitch == pytest.approx(step)
    assert dense.length == pytest.approx(oblique().length)
    acquired = np.flatnonzero(source == np.rint(source))
    assert len(acquired) == 5
    for i, index in enumerate(acquired):
        np.testing.assert_allclose(dense.slice_position(index), oblique().slice_position(i), atol=1e-9)


def test_a_missing_slice_stays_on_the_dense_grid() -> None:
    dense, source = oblique(offsets=[0, 10, 20, 40, 50]).densified(5.0)
    assert dense.slices == 11
    np.testing.assert_allclose(source, [0, 0.5, 1, 1.5, 2, 2.25, 2.5, 2.75, 3, 3.5, 4])


@pytest.mark.parametrize("wanted", [1.0, 2.0, 2.5, 5.0, 10.0])
@pytest.mark.parametrize("second", [9.98, 10.02])
def test_rounded_positions_about_a_missing_slice_lie_on_a_grid_of_the_true_step(
    wanted: float, second: float
) -> None:
    offsets = [0, second, 20, 30, 40, 59.98, 70, 80, 90, 100]
    dense, source = oblique((10, 8, 6), offsets).densified(wanted)
    assert dense.pitch == pytest.approx(wanted, rel=1e-3)
    assert dense.slices == round(100 / wanted) + 1
    acquired = np.flatnonzero(source == np.rint(source))
    np.testing.assert_allclose(acquired * dense.pitch, offsets, atol=0.03)


def test_rounded_positions_of_even_slices_leave_the_pitch_as_it_is() -> None:
    dense, source = oblique(offsets=[0, 9.95, 20.05, 30, 40]).densified(5.0)
    assert dense.pitch == pytest.approx(5.0)
    np.testing.assert_allclose(source, np.arange(9) / 2)


def test_distances_that_are_different_multiples_of_the_step_share_a_grid() -> None:
    dense, source = oblique((4, 8, 6), [0, 10, 25, 35]).densified(5.0)
    assert dense.pitch == pytest.approx(5.0)
    assert list(np.flatnonzero(source == np.rint(source))) == [0, 2, 5, 7]


def test_slices_on_no_common_grid_are_refused_with_the_deviation() -> None:
    with pytest.raises(GeometryError, match=r"deviate by \d\.\d+ mm"):
        oblique(offsets=[0, 10, 20, 34, 50]).densified(5.0)


def test_a_grid_of_absurd_length_is_refused_with_its_number_of_slices() -> None:
    affine = np.diag([10000.0, 1.5, 1.5, 1.0])
    with pytest.raises(
        GeometryError, match="40000 mm at a slice spacing of 2 mm are 20001 slices, limit 2000"
    ):
        Geometry(affine, (5, 8, 6)).densified(2.0)


def test_sheared_axes_are_refused() -> None:
    affine = np.eye(4)
    affine[0, 1] = 0.2
    with pytest.raises(GeometryError, match="not orthogonal"):
        Geometry(affine, (2, 2, 2))


@pytest.mark.parametrize("axis", range(3))
def test_a_spacing_of_nothing_is_refused(axis: int) -> None:
    spacing = [10.0, 1.4, 1.2]
    spacing[axis] = 0.0
    with pytest.raises(GeometryError, match=r"spacing must be positive, got .*0\.0"):
        Geometry(np.diag([*spacing, 1.0]), (2, 2, 2))


@pytest.mark.parametrize(
    ("shape", "offsets", "message"),
    [
        ((3, 0, 2), None, "three positive numbers"),
        ((3, 2), None, "three positive numbers"),
        ((3, 2, 2), [0.0, 10.0], "3 slices need as many offsets"),
        ((3, 2, 2), [5.0, 10.0, 20.0], "start at 0 and increase"),
        ((3, 2, 2), [0.0, 10.0, 10.0], "start at 0 and increase"),
        ((3, 2, 2), [0.0, 20.0, 10.0], "start at 0 and increase"),
    ],
)
def test_shapes_and_offsets_that_place_no_stack_are_refused(
    shape: tuple[int, int, int], offsets: list[float] | None, message: str
) -> None:
    with pytest.raises(GeometryError, match=message):
        oblique(shape, offsets)


def test_geometries_are_equal_where_everything_about_them_is() -> None:
    one = oblique()
    moved = one.affine.copy()
    moved[0, 3] += 1.0
    assert one == oblique()
    for other in (
        oblique((5, 8, 7)),
        oblique(offsets=[0, 10, 20, 30, 50]),
        Geometry(moved, one.shape),
        Geometry(one.affine, one.shape, known=False),
    ):
        assert one != other
