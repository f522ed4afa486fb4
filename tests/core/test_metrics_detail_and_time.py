"""Spectrum ratio, flicker, motion, intervals."""

import numpy as np
import pytest
from scipy import ndimage

from calid_core.metrics.continuity import step_ratio
from calid_core.metrics.intervals import coverage
from calid_core.metrics.spectrum import high_frequency_power, spectrum_ratio
from calid_core.metrics.temporal import difference_psnr, flicker, flicker_ratio


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((6, 60, 80))


def test_noise_of_twice_the_amplitude_has_four_times_the_power(noise: np.ndarray) -> None:
    assert spectrum_ratio(2.0 * noise + 5.0, noise) == pytest.approx(4.0)


def test_a_blur_of_one_pixel_removes_nearly_all_power_above_the_cut_off(noise: np.ndarray) -> None:
    blurred = ndimage.gaussian_filter(noise, (0, 1.0, 1.0), mode="wrap")
    # The response to |f| > 0.25 is below exp(-4 π² σ² f²) = exp(-4 π² / 16) = 0.085.
    assert spectrum_ratio(blurred, noise) < 0.085


def test_the_mean_of_two_independent_images_has_half_the_power() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.standard_normal((2, 20, 96, 96))
    assert spectrum_ratio((first + second) / 2, first) == pytest.approx(0.5, rel=0.03)


@pytest.mark.parametrize(("frequency", "counts"), [(0.2, False), (0.3, True)])
def test_a_wave_counts_only_above_a_quarter_of_the_sampling_frequency(frequency: float, counts: bool) -> None:
    wave = np.sin(2 * np.pi * frequency * np.arange(100))[None, :] * np.ones((100, 1))
    total = np.square(np.abs(np.fft.fft2(wave * np.outer(np.hanning(100), np.hanning(100))))).sum()
    assert (high_frequency_power(wave) / total > 0.99) == counts
    assert (high_frequency_power(wave) / total < 0.01) != counts


def test_a_brightness_gradient_has_less_fine_detail_than_noise_of_a_thousandth() -> None:
    ramp = 5.0 + np.linspace(0, 1, 64)[None, :] * np.ones((64, 1))
    faint = 1e-3 * np.random.default_rng(5).standard_normal((64, 64))
    assert high_frequency_power(ramp) < high_frequency_power(faint)


def test_intensity_that_is_linear_in_time_does_not_flicker() -> None:
    cine = np.arange(5.0)[:, None, None] * np.ones((5, 4, 4)) + 3.0
    assert flicker(cine) == 0.0


def test_flicker_of_alternating_frames_is_four_times_their_amplitude() -> None:
    cine = 0.1 * np.array([1.0, -1.0, 1.0, -1.0])[:, None, None] * np.ones((4, 3, 3))
    assert flicker(cine) == pytest.approx(0.4)
    assert flicker_ratio(cine / 2, cine) == pytest.approx(0.5)


def test_flicker_needs_three_phases() -> None:
    with pytest.raises(ValueError, match="3 phases"):
        flicker(np.zeros((2, 4, 4)))


def test_a_constant_error_does_not_enter_the_psnr_of_differences() -> None:
    cine = np.random.default_rng(3).random((4, 5, 5))
    assert difference_psnr(cine + 0.2, cine) > 250.0


def test_psnr_of_differences_sees_a_jump_in_one_frame() -> None:
    truth = np.zeros((3, 2, 2))
    jumping = truth.copy()
    jumping[1] = 0.1
    assert difference_psnr(jumping, truth) == pytest.approx(20.0)


def test_coverage_counts_the_bounds() -> None:
    truth = np.array([0.0, 1.0, 2.0, 3.0])
    assert coverage(truth, np.ones(4), np.ones(4)) == 0.75


def test_normal_intervals_cover_ninety_percent() -> None:
    draws = np.random.default_rng(4).standard_normal(200_000)
    assert coverage(draws, np.zeros_like(draws), np.full_like(draws, 1.6449)) == pytest.approx(0.9, abs=0.003)


def test_a_slice_half_way_between_its_neighbours_steps_half_as_far_as_one_like_either() -> None:
    lower, upper = np.zeros((2, 4, 4)), np.ones((2, 4, 4))
    assert step_ratio((lower + upper) / 2, upper, lower, upper) == pytest.approx(1.0)
    truth = np.full((2, 4, 4), 2.0)
    assert step_ratio((lower + upper) / 2, truth, lower, upper) == pytest.approx(1 / 3)


def test_noise_on_a_slice_raises_its_step(noise: np.ndarray) -> None:
    flat = np.zeros_like(noise)
    assert step_ratio(0.5 + 3 * noise, 0.5 + noise, flat, flat) > 1.5


@pytest.mark.parametrize("value", [0.0, 0.3, 0.7, 1 / 3])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_images_of_one_intensity_have_no_power_whatever_it_is(value, kind):
    even = np.full((3, 37, 41), value, kind)
    assert not high_frequency_power(even).any()
    assert np.isnan(spectrum_ratio(np.random.default_rng(0).random((3, 37, 41)), even))
