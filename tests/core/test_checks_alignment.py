"""Shifts of slices whose truth is known in closed form: one texture, displaced."""

import numpy as np
import pytest
from scipy import ndimage

from calid_core.checks.alignment import estimate_shifts
from calid_core.checks.input_checks import check_input
from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry

SPACING = (1.6, 1.25)
SLICES = 7


def textured(places: np.ndarray) -> CineStack:
    """A smooth random texture that lies at ``places``, ``(slices, 2)`` mm, in each slice."""
    generator = np.random.default_rng(2)
    plane = ndimage.gaussian_filter(generator.normal(size=(140, 160)), (6 / SPACING[0], 6 / SPACING[1]))
    plane = 100 + 400 * (plane - plane.min()) / np.ptp(plane)
    pixels = places / np.array(SPACING)
    values = np.stack([ndimage.shift(plane, shift, order=3, mode="reflect") for shift in pixels])
    geometry = Geometry.from_spacing((8.0, *SPACING), values.shape, known=True)
    return CineStack(values[None].astype(np.float32), geometry, np.zeros(1), Source("test", "NIfTI"))


def drift(rate: tuple[float, float]) -> np.ndarray:
    return np.arange(SLICES)[:, None] * np.array(rate)


def test_content_that_drifts_steadily_is_not_shifted():
    found = estimate_shifts(textured(drift((2.0, -1.5))))
    assert np.hypot(*found.millimetres.T).max() <= 0.2
    assert found.certainty.max() == 0.0


@pytest.mark.parametrize("index", range(SLICES))
@pytest.mark.parametrize("shift", [(3.0, 4.0), (-5.0, 0.0)])
def test_any_slice_moved_by_5_mm_is_the_only_one_that_needs_attention(index, shift):
    places = drift((1.0, 0.5))
    places[index] += shift
    found = check_input(textured(places))
    assert np.hypot(*(found.shifts[index] - shift)) <= 0.5
    assert np.flatnonzero(found.shift_scores >= 1.0).tolist() == [index]
    assert np.hypot(*np.delete(found.shifts, index, axis=0).T).max() <= 0.5


def test_two_moved_slices_are_told_apart():
    places = drift((0.0, 1.0))
    places[2] += (4.0, 3.0)
    places[5] += (-6.0, 0.0)
    found = estimate_shifts(textured(places)).millimetres
    assert found[[2, 5]] == pytest.approx(np.array([[4.0, 3.0], [-6.0, 0.0]]), abs=0.5)


def test_turning_the_stack_round_turns_the_shifts_round():
    places = np.random.default_rng(5).normal(0, 2, (SLICES, 2))
    forth, back = (estimate_shifts(textured(p)) for p in (places, places[::-1]))
    assert back.millimetres[::-1] == pytest.approx(forth.millimetres, abs=0.05)
    assert back.certainty[::-1] == pytest.approx(forth.certainty, abs=0.05)


def test_shifts_of_slices_without_content_are_zero_and_unknown():
    stack = textured(np.zeros((SLICES, 2)))
    empty = CineStack(np.zeros_like(stack.intensity), stack.geometry, stack.phase_times, stack.source)
    found = estimate_shifts(empty)
    assert not found.millimetres.any()
    assert not found.certainty.any()
