import numpy as np
import pytest

from calid_core.preprocessing import IntensityScale, cine_scale, percentile_scale, window_about


def test_the_percentiles_become_zero_and_one():
    intensity = np.random.default_rng(0).normal(500.0, 100.0, (3, 40, 50))
    scaled = percentile_scale(intensity).apply(intensity)
    assert np.percentile(scaled, 0.5) == pytest.approx(0.0, abs=1e-5)
    assert np.percentile(scaled, 99.5) == pytest.approx(1.0, abs=1e-5)


def test_a_large_cine_has_the_scale_of_its_thinned_voxels_and_a_small_one_that_of_all(monkeypatch):
    intensity = np.random.default_rng(0).normal(500.0, 100.0, (3, 4, 100, 101))
    assert cine_scale(intensity) == percentile_scale(intensity)
    monkeypatch.setattr("calid_core.preprocessing.PERCENTILE_VALUES", 40_000)
    assert cine_scale(intensity) == percentile_scale(intensity.ravel()[::3])
    assert cine_scale(intensity).low == pytest.approx(percentile_scale(intensity).low, abs=5.0)


def test_scaling_is_undone():
    intensity = np.arange(100.0, dtype=np.float32).reshape(10, 10)
    scale = percentile_scale(intensity)
    np.testing.assert_allclose(scale.undo(scale.apply(intensity)), intensity, atol=1e-4)
    assert scale.undo_width(np.float32(1.0)) == pytest.approx(scale.high - scale.low)


def test_a_constant_image_is_scaled_to_zero():
    assert np.all(percentile_scale(np.full((2, 4, 4), 7)).apply(np.full((2, 4, 4), 7)) == 0.0)


def test_an_empty_range_is_refused():
    with pytest.raises(ValueError, match="must exceed"):
        IntensityScale(1.0, 1.0)


def test_a_window_stays_inside_and_is_put_back():
    images = np.random.default_rng(0).random((2, 20, 30))
    window = window_about((2, 9, 20, 28), 5, (20, 30))
    cropped = window.crop(images)
    assert cropped.shape == (2, 14, 15)
    changed = window.undo(cropped + 1.0, images)
    assert np.array_equal(window.crop(changed), cropped + 1.0)
    assert changed.sum() - images.sum() == pytest.approx(cropped.size)
