import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity as reference_similarity

from calid_core.training.losses import (
    gradient_difference,
    relative_error,
    squared_error,
    structural_similarity,
    upper_quantile_loss,
)


def images(seed: int, count: int = 2) -> torch.Tensor:
    return torch.rand(count, 1, 40, 36, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_similarity_agrees_with_scikit_image():
    first, second = images(0, 1), images(1, 1) * 0.5 + images(0, 1) * 0.5
    _, full = reference_similarity(
        first[0, 0].numpy(),
        second[0, 0].numpy(),
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=1.0,
        full=True,
    )
    expected = np.mean(full[5:-5, 5:-5])
    assert structural_similarity(first, second).item() == pytest.approx(expected, abs=1e-9)


def test_similarity_of_an_image_with_itself_is_one():
    assert structural_similarity(images(0), images(0)).item() == pytest.approx(1.0)


def test_the_reference_itself_scores_just_below_one():
    error = squared_error(images(0), images(1))
    assert relative_error(error, error, floor=0.0).item() == pytest.approx(1.0)


def test_a_weighted_error_is_that_of_the_part_that_counts():
    weight = torch.zeros_like(images(0))
    weight[..., 10:20, 5:9] = 1.0
    expected = squared_error(images(0)[..., 10:20, 5:9], images(1)[..., 10:20, 5:9])
    torch.testing.assert_close(squared_error(images(0), images(1), weight), expected)


def test_a_constant_offset_has_no_gradient_difference():
    assert gradient_difference(images(0) + 0.3, images(0)).item() == pytest.approx(0.0, abs=1e-12)


def test_quantile_loss_is_least_at_the_quantile():
    values = torch.linspace(0, 1, 1001, dtype=torch.float64)
    candidates = torch.linspace(0, 1, 101, dtype=torch.float64)
    losses = torch.stack([upper_quantile_loss(c, values, 0.9) for c in candidates])
    assert candidates[losses.argmin()].item() == pytest.approx(0.9, abs=0.011)
