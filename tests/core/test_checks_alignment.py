"""Shifts of slices whose truth is known in closed form: one texture, displaced."""

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from calid_core.checks.alignment import estimate_shifts
from calid_core.checks.input_checks import check_input
from calid_core.checks.steadiness import comparable
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


def test_a_shift_is_found_between_those_that_are_tried():
    places = np.zeros((SLICES, 2))
    places[3] = -2.7, 5.15
    found = estimate_shifts(textured(places))
    assert found.millimetres[3] == pytest.approx([-2.7, 5.15], abs=0.1)


def test_a_shift_of_nearly_10_mm_is_found():
    places = np.zeros((SLICES, 2))
    places[3] = -9.3, 8.6
    assert estimate_shifts(textured(places)).millimetres[3] == pytest.approx([-9.3, 8.6], abs=0.2)


def test_an_error_is_that_of_the_shift_found_however_large_it_is():
    places = np.zeros((SLICES, 2))
    still = estimate_shifts(textured(places)).errors[3]
    places[3] = 6.0, -5.0
    assert estimate_shifts(textured(places)).errors[3] == pytest.approx(still, rel=0.2)


def test_a_shift_that_is_usual_between_breath_holds_is_certain_of_nothing():
    places = np.zeros((SLICES, 2))
    places[3] = 1.2, 0.0
    found = estimate_shifts(textured(places))
    assert found.millimetres[3] == pytest.approx([1.2, 0.0], abs=0.1)
    assert found.certainty.tolist() == [0.0] * SLICES


def test_of_three_slices_the_moved_one_in_the_middle_is_found():
    found = estimate_shifts(textured(np.array([[0.0, 0.0], [-4.0, 3.0], [0.0, 0.0]])))
    assert found.millimetres[1] == pytest.approx([-4.0, 3.0], abs=0.3)
    assert found.certainty.argmax() == 1
    for few in (1, 2):
        unknown = estimate_shifts(textured(np.zeros((few, 2))))
        assert (unknown.millimetres.tolist(), unknown.certainty.tolist()) == ([[0.0, 0.0]] * few, [0.0] * few)
        assert np.isinf(unknown.errors).all()


@pytest.mark.parametrize(("shift", "beside"), [(2.0, -1.0), (4.0, 0.0)])
def test_a_slice_that_may_have_moved_has_its_say_in_its_neighbours_and_one_that_moved_has_none(shift, beside):
    places = np.zeros((SLICES, 2))
    places[3] = shift, 0.0
    found = estimate_shifts(textured(places)).millimetres
    assert found[2:5, 0] == pytest.approx([beside, shift, beside], abs=0.25)


def test_all_phases_have_the_same_say_in_a_shift():
    places = drift((0.0, 1.0))
    still = textured(places)
    places[2] += (5.0, 0.0)
    both = np.concatenate([still.intensity, textured(places).intensity])
    times = np.array([0.0, 40.0])
    forth, back = (
        estimate_shifts(replace(still, intensity=i, phase_times=times)) for i in (both, both[::-1])
    )
    np.testing.assert_allclose(forth.millimetres, back.millimetres, atol=1e-3)
    assert np.hypot(*forth.millimetres[2]) > 0.5


def test_two_moved_slices_are_told_apart():
    places = drift((0.0, 1.0))
    places[2] += (4.0, 3.0)
    places[5] += (-6.0, 0.0)
    found = estimate_shifts(textured(places)).millimetres
    assert found == pytest.approx(places - drift((0.0, 1.0)), abs=0.5)


def test_moved_slices_are_told_from_the_surest_on_with_their_directions():
    places = drift((0.0, 1.0))
    places[1] += (-3.0, 3.0)
    places[4] += (7.0, -4.0)
    found = check_input(textured(places))
    told = [f for f in found.findings if f.check == "alignment"]
    assert [f.slice_index for f in told] == [4, 1]
    assert [f.message.split(" seems")[0] for f in told] == ["Slice A5", "Slice A2"]
    for finding, (down, right) in zip(told, ((7.0, -4.0), (-3.0, 3.0)), strict=True):
        numbers = [float(n) for n in re.findall(r"[-+]?\d+\.\d", finding.message)]
        assert numbers == pytest.approx([np.hypot(down, right), down, right], abs=0.5)
        assert finding.value == pytest.approx(numbers[0], abs=0.05)


def test_less_certainty_is_asked_of_either_end_which_has_one_neighbour():
    stack = textured(np.random.default_rng(5).normal(0, 3, (SLICES, 2)))
    needed = np.array([2.0, 3, 3, 3, 3, 3, 2])
    assert check_input(stack).shift_scores * needed == pytest.approx(estimate_shifts(stack).certainty)


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
    assert np.isfinite(found.errors).all()
    assert found.errors.min() > 2 * estimate_shifts(stack).errors.max()


def test_shifts_of_images_smaller_than_a_patch_are_zero_and_of_infinite_error():
    stack = textured(drift((3.0, 0.0)))
    values = stack.intensity[..., :20, :24]
    small = replace(stack, intensity=values, geometry=replace(stack.geometry, shape=values.shape[1:]))
    found = estimate_shifts(small)
    assert not found.millimetres.any()
    assert np.isinf(found.errors).all()


def test_content_in_a_small_part_of_the_image_is_enough_to_find_its_shift():
    places = drift((1.0, 0.5))
    places[3] += (3.0, 4.0)
    rows, columns = np.mgrid[:140, :160]
    window = np.exp(-(((rows - 60) / 20) ** 2) - ((columns - 100) / 25) ** 2)
    plane = textured(np.zeros((1, 2))).intensity[0, 0]
    part = 500 - window * (plane - plane.min())  # beside it all is bright
    values = np.stack([ndimage.shift(part, p / np.array(SPACING), order=3, mode="nearest") for p in places])
    stack = replace(textured(places), intensity=values[None].astype(np.float32))
    found = estimate_shifts(stack)
    assert found.millimetres[3] == pytest.approx([3.0, 4.0], abs=0.5)
    assert found.certainty.argmax() == 3


def test_a_quarter_of_the_brightness_is_half_as_bright_to_what_is_compared():
    ramp = np.broadcast_to(np.linspace(0.0, 1.0, 401)[:, None], (2, 401, 50))
    found = comparable(ramp, (2.0, 2.0))[0, :, 25]
    assert found[[100, 200, 300]] == pytest.approx([0.25**0.5, 0.5**0.5, 0.75**0.5], abs=0.01)


def test_a_few_bright_pixels_do_not_darken_what_is_compared():
    images = textured(np.zeros((3, 2))).intensity[0].astype(np.float64)
    bright = images.copy()
    bright[1, 70:73, 80:83] = 1e6
    unlike = np.abs(comparable(bright, SPACING) - comparable(images, SPACING)) > 0.05
    assert not unlike[[0, 2]].any()
    assert unlike.mean() < 0.002


def test_noise_finer_than_what_is_compared_is_averaged_along_the_axis_it_is_finer_on():
    generator = np.random.default_rng(3)
    along_rows = np.repeat(generator.uniform(size=(2, 160, 1)), 40, axis=2)
    fine = comparable(along_rows, (0.5, 2.0))
    turned = comparable(along_rows.swapaxes(1, 2), (2.0, 0.5))
    np.testing.assert_allclose(turned.swapaxes(1, 2), fine, atol=1e-6)
    assert fine.std() < 0.6 * comparable(along_rows, (2.0, 2.0)).std()
