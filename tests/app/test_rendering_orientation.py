"""Orientation letters, base and apex, scale bar: against planes worked out by hand (LPS)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering.image_plane import slice_plane
from app.rendering.orientation import EdgeLetters, base_first, direction_letters, edge_letters, end_names
from app.rendering.scale_bar import scale_bar_length
from calid_core.cine import View
from calid_core.geometry import Geometry


def geometry(slice_: list[float], row: list[float], column: list[float], *, known: bool = True) -> Geometry:
    """Geometry with the given LPS steps in mm along slices, rows and columns."""
    affine = np.eye(4)
    affine[:3, :3] = np.array([slice_, row, column]).T
    affine[:3, 3] = (-20.0, 30.0, 5.0)
    return Geometry(affine, (5, 4, 6), known=known)


AXIAL = geometry([0, 0, 10], [0, 1.5, 0], [1.5, 0, 0])
CORONAL = geometry([0, 10, 0], [0, 0, -1], [1, 0, 0])
SAGITTAL = geometry([-10, 0, 0], [0, 0, -1], [0, 1, 0])


@pytest.mark.parametrize(
    ("stack", "letters"),
    [
        (AXIAL, EdgeLetters(left="R", right="L", top="A", bottom="P")),
        (CORONAL, EdgeLetters(left="R", right="L", top="H", bottom="F")),
        (SAGITTAL, EdgeLetters(left="A", right="P", top="H", bottom="F")),
    ],
)
def test_pure_planes_have_the_letters_of_every_atlas(stack: Geometry, letters: EdgeLetters) -> None:
    assert edge_letters(slice_plane(stack, 2)) == letters


@pytest.mark.parametrize(
    ("direction", "letters"),
    [
        ((0.8, -0.6, 0.0), "LA"),
        ((-0.3, 0.8, -0.52), "PFR"),
        ((0.0, 0.1, 0.995), "H"),
        ((-0.5, -0.5, -0.70710678), "FRA"),
        ((0.2, 0.0, -0.98), "F"),
    ],
)
def test_oblique_directions_have_compound_letters_strongest_first(
    direction: tuple[float, float, float], letters: str
) -> None:
    assert direction_letters(np.array(direction)) == letters


OPPOSITE = str.maketrans("LRPAHF", "RLAPFH")


@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda d: np.linalg.norm(d) > 0.1))
def test_opposite_directions_have_opposite_letters(direction: tuple[float, float, float]) -> None:
    there = direction_letters(np.array(direction))
    back = direction_letters(-np.array(direction))
    assert 1 <= len(there) <= 3
    assert back == there.translate(OPPOSITE)


def test_patient_places_and_pixels_are_inverse() -> None:
    plane = slice_plane(SAGITTAL, 3)
    pixels = np.array([[0.0, 0.0], [1.25, 4.5], [3.0, -0.5]])
    assert np.allclose(plane.to_pixel(plane.to_patient(pixels)), pixels)
    assert np.allclose(SAGITTAL.to_patient((3, 1.25, 4.5)), plane.to_patient((1.25, 4.5)))
    assert plane.distance(SAGITTAL.to_patient((4, 2, 2))) == pytest.approx(10.0)


def test_the_base_is_the_end_away_from_left_front_and_feet() -> None:
    towards_apex = geometry([6, -6, -5], [0, 5, -6], [61, 36, 30])
    assert base_first(towards_apex)
    from_apex = geometry([-6, 6, 5], [0, 5, -6], [-61, -36, -30])
    assert not base_first(from_apex)


def test_where_the_orientation_is_unknown_slice_0_counts_as_base() -> None:
    unknown = geometry([0, 0, 10], [0, 1, 0], [1, 0, 0], known=False)
    assert base_first(unknown)
    assert end_names(unknown, View.SHORT_AXIS) == ("first", "last")


def test_only_a_short_axis_stack_has_base_and_apex() -> None:
    assert end_names(AXIAL, View.SHORT_AXIS) == ("base", "apex")
    # AXIAL counts towards the head, so its last slice is on top.
    assert end_names(AXIAL, View.LONG_AXIS) == ("last", "first")
    assert end_names(CORONAL, View.OTHER) == ("last", "first")
    assert end_names(SAGITTAL, View.OTHER) == ("last", "first")


@pytest.mark.parametrize(
    ("available", "length"),
    [(87.0, 50.0), (50.0, 50.0), (49.9, 20.0), (12.0, 10.0), (0.7, 0.5), (250.0, 200.0)],
)
def test_the_scale_bar_is_the_longest_round_length_that_fits(available: float, length: float) -> None:
    assert scale_bar_length(available) == pytest.approx(length)
