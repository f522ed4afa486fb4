"""Swipe, flicker, difference, overlay and slice names."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import colormaps

from app.labels import run_label
from app.rendering.colour_maps import CIVIDIS, DIFFERENCE
from app.rendering.composition import difference_colours, flicker_interval, overlay_colours
from app.rendering.slice_origin import badge_text, describe_slice, sources_text
from calid_core.marks import slice_name
from calid_core.provenance import SliceOrigin, SliceProvenance, SourceSlice
from calid_core.settings import Method, Mode, ReconstructionSettings


@given(st.floats(0.1, 1000), st.booleans())
def test_flicker_is_never_faster_than_the_cap(wanted: float, reduced: bool) -> None:
    rate = 1000 / flicker_interval(wanted, reduced_motion=reduced)
    assert rate <= (3.0 if reduced else 5.0)
    assert rate == pytest.approx(min(wanted, 3.0 if reduced else 5.0), rel=0.01)


def test_differences_are_blue_below_dark_at_and_orange_above_the_truth() -> None:
    truth = np.array([100, 100, 100, 100], dtype=np.uint16)[None]
    image = np.array([0, 100, 200, 999], dtype=np.uint16)[None]
    low, equal, high, beyond = difference_colours(image, truth, 100.0)[0].astype(int)
    assert low[2] > low[0]
    assert (equal <= 25).all()
    assert high[0] > high[2]
    assert np.array_equal(high, beyond)


def test_the_difference_table_is_as_dark_for_too_dark_as_for_too_bright() -> None:
    luminance = DIFFERENCE @ (0.2126, 0.7152, 0.0722)
    assert abs(luminance[0] - luminance[-1]) < 40
    assert (np.diff(luminance[:128]) <= 0.6).all()
    assert (np.diff(luminance[128:]) >= -0.6).all()


def test_cividis_is_the_published_table() -> None:
    reference = np.array(colormaps["cividis"].colors) * 255  # type: ignore[attr-defined]
    assert np.abs(CIVIDIS - reference).max() < 6.5


def test_an_overlay_is_transparent_up_to_the_threshold() -> None:
    values = np.array([[0.0, 5.0, 5.1, 10.0, np.nan]], dtype=np.float32)
    colours = overlay_colours(values, largest=10.0, threshold=5.0, opacity=0.5)
    assert not colours[0, [0, 1, 4]].any()
    assert colours[0, 2, 3] == colours[0, 3, 3] == 128
    assert np.abs(colours[0, 3, :3] - CIVIDIS[255] / 2).max() <= 0.5


ACQUIRED = SliceProvenance(SliceOrigin.ACQUIRED, (SourceSlice(3, 0.0),))
BETWEEN = (SourceSlice(3, 3.1), SourceSlice(4, 4.9))
SYNTHESISED = SliceProvenance(SliceOrigin.SYNTHESISED, BETWEEN)


def test_slices_are_named_by_origin_and_number() -> None:
    assert slice_name(ACQUIRED, 15) == "A4"
    assert badge_text(ACQUIRED, 15, 0) == "ACQUIRED A4"
    assert badge_text(SYNTHESISED, 16, 0) == "SYNTHESISED S17"
    assert badge_text(SliceProvenance(SliceOrigin.INTERPOLATED, BETWEEN), 16, 0) == "INTERPOLATED I17"
    assert describe_slice(SYNTHESISED, 16) == "S17 · 3.1 mm from A4 · 4.9 mm from A5"
    assert describe_slice(ACQUIRED, 15) == "A4"


def test_neighbours_equally_far_to_rounding_are_named_from_the_base() -> None:
    halfway = (SourceSlice(4, 5.0 - 1e-12), SourceSlice(3, 5.0 + 1e-12))
    assert sources_text(halfway) == "5.0 mm from A4 · 5.0 mm from A5"


def test_a_run_names_its_seed_only_where_one_is_drawn_from() -> None:
    fidelity = ReconstructionSettings(mode=Mode.FIDELITY, seed=7)
    assert run_label(fidelity, 5.0) == "CaLID 5.0 mm, fidelity"
    assert run_label(replace(fidelity, mode=Mode.REALISM), 5.0) == "CaLID 5.0 mm, realism, seed 7"
    assert "7" not in run_label(replace(fidelity, method=Method.LINEAR), 5.0)
