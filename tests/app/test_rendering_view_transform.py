"""Screen, pixel and millimetre agree under zoom and pan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering.view_transform import LARGEST_ZOOM, SMALLEST_ZOOM, ViewTransform

sizes = st.integers(1, 2000)
transforms = st.builds(
    ViewTransform,
    viewport=st.tuples(sizes, sizes),
    spacing=st.tuples(st.floats(0.3, 12), st.floats(0.3, 12)),
    shape=st.tuples(st.integers(1, 600), st.integers(1, 600)),
    fit=st.tuples(st.floats(10, 600), st.floats(10, 600)),
    zoom=st.floats(SMALLEST_ZOOM, LARGEST_ZOOM),
    focus=st.tuples(st.floats(-300, 900), st.floats(-300, 900)),
)


@given(transforms, st.floats(-100, 2000), st.floats(-100, 2000))
def test_screen_and_pixel_are_inverse(view: ViewTransform, x: float, y: float) -> None:
    assert view.to_screen(*view.to_pixel(x, y)) == pytest.approx((x, y), abs=1e-5)


@given(transforms, st.floats(0, 1500), st.floats(0, 1500), st.floats(0.1, 10))
def test_zooming_keeps_the_place_under_the_cursor(
    view: ViewTransform, x: float, y: float, factor: float
) -> None:
    zoom, focus = view.zoomed_at(x, y, factor)
    assert SMALLEST_ZOOM <= zoom <= LARGEST_ZOOM
    after = ViewTransform(view.viewport, view.spacing, view.shape, view.fit, zoom, focus)
    assert after.to_pixel(x, y) == pytest.approx(view.to_pixel(x, y), abs=1e-4)


def test_at_zoom_1_the_picture_just_fits() -> None:
    view = ViewTransform((800, 600), (1.5, 1.5), (200, 200), (300.0, 300.0), 1.0, (150.0, 150.0))
    assert view.target == (100.0, 0.0, 600.0, 600.0)
    assert view.to_screen(-0.5, -0.5) == (100.0, 0.0)
    assert view.scale == 2.0


def test_unequal_spacing_keeps_millimetres_square() -> None:
    view = ViewTransform((400, 400), (10.0, 2.0), (10, 50), (100.0, 100.0), 1.0, (50.0, 50.0))
    x0, y0 = view.to_screen(0, 0)
    assert view.to_screen(1, 0) == (x0, y0 + 40.0)
    assert view.to_screen(0, 5) == (x0 + 40.0, y0)
