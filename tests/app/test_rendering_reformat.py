"""Long-axis planes show what lies in the stack, where it lies, and invent nothing between slices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from app.rendering.reformat import LongAxisPlane, long_axis_plane
from calid_core.geometry import Geometry

TILT = np.array([[0.48, 0.64, -0.6], [-0.8, 0.6, 0.0], [0.36, 0.48, 0.8]]).T
"""Columns: directions of slices (towards the apex), rows and columns; orthonormal."""


def tilted(
    shape: tuple[int, int, int], *, offsets: list[float] | None = None, flip: bool = False
) -> Geometry:
    affine = np.eye(4)
    affine[:3, :3] = TILT * (10.0, 1.5, 1.25) * (-1 if flip else 1, 1, 1)
    affine[:3, 3] = (12.0, -40.0, 7.0)
    return Geometry(affine, shape, slice_offsets=None if offsets is None else np.array(offsets))  # type: ignore[arg-type]


def ramp(geometry: Geometry) -> np.ndarray:
    """Volume whose value at each voxel is a linear function of the patient position."""
    index = np.stack(np.meshgrid(*[np.arange(n) for n in geometry.shape], indexing="ij"), -1)
    return (geometry.to_patient(index) @ (1.0, 2.0, -0.5)).astype(np.float64)


@settings(deadline=None, max_examples=40)
@given(st.floats(-400, 400), st.floats(0, 19), st.floats(0, 29))
def test_every_pixel_of_a_linear_function_has_its_value_in_the_slice_it_lies_in(
    angle: float, row: float, column: float
) -> None:
    geometry = tilted((6, 20, 30))
    cut = long_axis_plane(geometry, geometry.to_patient((2, row, column)), angle)
    image = cut.sample(ramp(geometry))
    pixels = np.stack(np.meshgrid(*[np.arange(n) for n in cut.plane.shape], indexing="ij"), -1)
    index = geometry.to_index(cut.plane.to_patient(pixels))
    index[..., 0] = cut.row_slice[:, np.newaxis]
    assert np.allclose(image, geometry.to_patient(index) @ (1.0, 2.0, -0.5), atol=1e-3)


def test_a_slab_row_shows_its_slice_and_nothing_of_the_next() -> None:
    geometry = tilted((4, 16, 16))
    volume = np.broadcast_to(np.array([10, 20, 30, 40], dtype=np.int16)[:, None, None], (4, 16, 16)).copy()
    cut = long_axis_plane(geometry, geometry.to_patient((1, 8, 8)), 30.0)
    image = cut.sample(volume)
    assert image.dtype == np.int16
    assert set(np.unique(image)) == {10, 20, 30, 40}
    assert np.array_equal(image[:, 0] // 10 - 1, cut.row_slice)
    assert np.array_equal(np.bincount(cut.row_slice), np.full(4, len(cut.row_slice) // 4))


def test_along_the_line_values_equal_scipys_bilinear_interpolation() -> None:
    geometry = tilted((3, 24, 18))
    volume = np.random.default_rng(1).normal(size=(3, 24, 18))
    cut = long_axis_plane(geometry, geometry.to_patient((1, 11.3, 7.8)), 57.0)
    image = cut.sample(volume)
    row = int(np.flatnonzero(cut.row_slice == 2)[0])
    places = geometry.to_index(cut.plane.to_patient([(row, c) for c in range(cut.plane.shape[1])]))
    reference = map_coordinates(volume[2], places[:, 1:].T, order=1, mode="nearest")
    assert np.allclose(image[row], reference, atol=1e-5)


def test_the_base_is_up_whichever_way_the_slices_count() -> None:
    forward, backward = tilted((4, 16, 16)), tilted((4, 16, 16), flip=True)
    for geometry in (forward, backward):
        cut = long_axis_plane(geometry, geometry.to_patient((1, 8, 8)), 0.0)
        assert cut.plane.down @ (1.0, -1.0, -1.0) > 0
    assert long_axis_plane(forward, forward.to_patient((1, 8, 8)), 0.0).row_slice[0] == 0
    assert long_axis_plane(backward, backward.to_patient((1, 8, 8)), 0.0).row_slice[0] == 3


def test_a_row_lies_where_its_slice_lies() -> None:
    for flip in (False, True):
        geometry = tilted((4, 16, 16), flip=flip)
        cut = long_axis_plane(geometry, geometry.to_patient((1, 8, 8)), 77.0)
        places = geometry.to_index(cut.plane.to_patient([(r, 0) for r in range(cut.plane.shape[0])]))
        assert np.abs(places[:, 0] - cut.row_slice).max() < 0.5


def test_a_missing_slice_leaves_a_gap() -> None:
    geometry = tilted((4, 16, 16), offsets=[0.0, 10.0, 30.0, 40.0])
    cut = long_axis_plane(geometry, geometry.to_patient((1, 8, 8)), 0.0)
    image = cut.sample(np.full((4, 16, 16), 7, dtype=np.int16))
    gap = cut.row_slice == -1
    assert gap.sum() * cut.plane.spacing[0] == pytest.approx(10.0, abs=0.1)
    assert not image[gap].any()
    assert (image[~gap] == 7).all()


def test_the_crosshair_lies_on_both_long_axis_planes() -> None:
    geometry = tilted((6, 20, 30))
    position = geometry.to_patient((2.0, 7.0, 21.0))
    for angle in (20.0, 110.0):
        cut: LongAxisPlane = long_axis_plane(geometry, position, angle)
        assert cut.plane.distance(position) == pytest.approx(0.0, abs=1e-9)


def test_a_single_slice_is_one_slab() -> None:
    geometry = Geometry.from_spacing((8.0, 1.0, 1.0), (1, 10, 12))
    cut = long_axis_plane(geometry, geometry.to_patient((0, 5, 5)), 0.0)
    assert cut.plane.shape == (8, 12)
    assert (cut.row_slice == 0).all()
