"""PSNR, SSIM and HaarPSI against formulas and other implementations."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.metrics import peak_signal_noise_ratio

from calid_core.metrics.haarpsi import haarpsi
from calid_core.metrics.similarity import psnr, ssim_map


def pattern(rows: int, columns: int) -> np.ndarray:
    row, column = np.mgrid[0:rows, 0:columns].astype(float)
    disc = (row - rows / 2) ** 2 + (column - columns / 2) ** 2 < (rows / 4) ** 2
    return 0.5 + 0.25 * np.sin(2 * np.pi * row / 16) * np.cos(2 * np.pi * column / 12) + 0.2 * disc


def shifted(image: np.ndarray) -> np.ndarray:
    return np.roll(image, 2, axis=1)


def rippled(image: np.ndarray) -> np.ndarray:
    row, column = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    return image + 0.1 * np.sin(2 * np.pi * (row + column) / 4)


def test_psnr_of_a_constant_error_of_a_tenth_is_20_db() -> None:
    assert psnr(np.full((4, 5), 0.4), np.full((4, 5), 0.3)) == pytest.approx(20.0)


def test_psnr_equals_that_of_scikit_image() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.random((2, 20, 30))
    assert psnr(first, second) == pytest.approx(peak_signal_noise_ratio(first, second, data_range=1.0))


def test_psnr_of_equal_images_is_infinite() -> None:
    assert psnr(np.ones((3, 3)), np.ones((3, 3))) == float("inf")


def test_psnr_of_half_precision_images_is_computed_in_double_precision() -> None:
    small = np.full((8, 8), 1e-4, np.float16)
    assert psnr(small, np.zeros((8, 8), np.float16)) == pytest.approx(80.0, abs=0.01)


def test_ssim_map_follows_wang_2004_in_the_interior() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.random((2, 40, 40))

    def smooth(image: np.ndarray) -> np.ndarray:
        return ndimage.gaussian_filter(image, 1.5, truncate=3.5)

    mean_a, mean_b = smooth(first), smooth(second)
    var_a, var_b = smooth(first**2) - mean_a**2, smooth(second**2) - mean_b**2
    both = smooth(first * second) - mean_a * mean_b
    expected = (2 * mean_a * mean_b + 1e-4) * (2 * both + 9e-4)
    expected /= (mean_a**2 + mean_b**2 + 1e-4) * (var_a + var_b + 9e-4)
    np.testing.assert_allclose(ssim_map(first, second)[6:-6, 6:-6], expected[6:-6, 6:-6], atol=1e-12)


def test_ssim_map_of_equal_images_is_one_everywhere() -> None:
    image = pattern(30, 40)
    np.testing.assert_allclose(ssim_map(image, image), 1.0)


# Values of piq 0.8.0 (its HaarPSI module run alone, without torchvision) for the same images.
@pytest.mark.parametrize(
    ("shape", "of_shifted", "of_rippled", "of_flat"),
    [
        ((64, 64), 0.5270530456726197, 0.9865836242336579, 0.07936245196760759),
        ((63, 80), 0.5078463164871903, 0.9947641270298314, 0.08670403773465706),
        ((65, 51), 0.5441801404951558, 0.9856144274617286, 0.09860073254305964),
    ],
)
def test_haarpsi_equals_that_of_piq(
    shape: tuple[int, int], of_shifted: float, of_rippled: float, of_flat: float
) -> None:
    image = pattern(*shape)
    assert haarpsi(image, shifted(image).clip(0, 1)) == pytest.approx(of_shifted, abs=1e-10)
    assert haarpsi(image, rippled(image).clip(0, 1)) == pytest.approx(of_rippled, abs=1e-10)
    assert haarpsi(image, np.full(shape, 0.5)) == pytest.approx(of_flat, abs=1e-10)


def test_haarpsi_of_equal_images_is_one() -> None:
    image = pattern(48, 48)
    assert haarpsi(image, image) == pytest.approx(1.0)


def test_haarpsi_is_symmetric_and_falls_with_noise() -> None:
    image = pattern(64, 64)
    noise = np.random.default_rng(2).standard_normal(image.shape)
    values = [haarpsi(image, image + level * noise) for level in (0.02, 0.05, 0.1, 0.2)]
    assert values == sorted(values, reverse=True)
    assert haarpsi(image + noise, image) == pytest.approx(haarpsi(image, image + noise))


def test_haarpsi_refuses_images_smaller_than_its_coarsest_filter() -> None:
    with pytest.raises(ValueError, match="16 pixels"):
        haarpsi(np.zeros((15, 40)), np.zeros((15, 40)))
