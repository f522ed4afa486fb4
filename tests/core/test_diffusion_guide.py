import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy import ndimage

from calid_core.diffusion.blur import blur
from calid_core.diffusion.guide import (
    DETAIL_SIGMA,
    SOFTNESS,
    composite,
    sharpened,
    uniform_field,
    upper_share,
)

NEUTRAL = torch.zeros(())


def field() -> torch.Tensor:
    white = torch.randn(30, 1, 128, 128, generator=torch.Generator().manual_seed(0))
    return uniform_field(white)


def test_the_field_is_uniform():
    values = field().flatten()
    for level in (0.1, 0.3, 0.5, 0.8):
        assert (values < level).float().mean().item() == pytest.approx(level, abs=0.06)


def test_the_field_is_smooth():
    assert field().diff(dim=-1).abs().max() < 0.2


def test_the_upper_slice_takes_over_as_the_position_moves_up():
    shares = [upper_share(field()[:1], torch.tensor([alpha]), NEUTRAL) for alpha in (0.01, 0.3, 0.6, 0.99)]
    for lower, higher in pairwise(shares):
        assert (higher >= lower).all()


@pytest.mark.parametrize(
    ("alpha", "field_value", "advantage"), [(0.5, 0.5, 0.0), (0.7, 0.6, 0.0), (0.2, 0.3, 0.4)]
)
def test_the_share_of_the_upper_slice_follows_from_its_odds_against_the_field(alpha, field_value, advantage):
    share = upper_share(
        torch.full((1, 1, 2, 3), field_value), torch.tensor([alpha]), torch.full((1, 1, 2, 3), advantage)
    )
    odds = alpha / (1 - alpha) * math.exp(advantage) / (field_value / (1 - field_value))
    expected = odds ** (1 / SOFTNESS) / (1 + odds ** (1 / SOFTNESS))
    assert share.flatten().tolist() == pytest.approx([expected] * 6, rel=1e-4)


def test_neighbours_mix_only_between_regions():
    share = upper_share(field(), torch.full((30,), 0.5), NEUTRAL)
    # A share beyond 0.9 needs odds of 9 to the power of the softness, which a uniform field exceeds so often.
    alone = 2.0 / (1.0 + 9.0**SOFTNESS)
    assert ((share < 0.1) | (share > 0.9)).float().mean().item() == pytest.approx(alone, abs=0.06)


def test_blur_keeps_a_constant_and_the_sum_of_a_point():
    assert torch.allclose(blur(torch.full((1, 1, 20, 20), 3.0), 2.0), torch.full((1, 1, 20, 20), 3.0))
    point = torch.zeros(1, 1, 41, 41)
    point[..., 20, 20] = 1.0
    assert blur(point, 3.0).sum().item() == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("sigma", [1.3, 4.0])
def test_blur_is_that_of_scipy_with_edge_values_beyond_the_border(sigma):
    image = np.random.default_rng(0).normal(size=(17, 30)).astype(np.float32)
    expected = ndimage.gaussian_filter(image, sigma, mode="nearest", radius=math.ceil(2.5 * sigma))
    blurred = blur(torch.from_numpy(image)[None, None], sigma)
    np.testing.assert_allclose(blurred[0, 0].numpy(), expected, atol=1e-6)


def test_what_was_blurred_in_inference_can_be_blurred_in_training():
    images = torch.ones(1, 1, 9, 11)
    with torch.inference_mode():
        blur(images, 1.75)
    images.requires_grad_()
    blur(images, 1.75).sum().backward()
    assert images.grad is not None


def test_the_guess_takes_the_neighbour_that_agrees_with_the_mean():
    generator = torch.Generator().manual_seed(0)
    texture = 0.1 * torch.randn(1, 1, 64, 64, generator=generator)
    mean = torch.full((1, 1, 64, 64), 0.5)
    good, bad = mean + texture, 1.0 - mean + 4.0 * texture.flip(-1)
    guess = composite(bad, good, mean, torch.full_like(mean, 0.5), torch.tensor([0.5]), sharpness=0.0)
    agreement = torch.corrcoef(torch.stack([guess.flatten(), good.flatten()]))[0, 1]
    assert agreement > 0.95


def test_where_both_neighbours_agree_their_detail_lies_on_what_is_large_in_the_mean():
    image, mean = torch.rand(2, 1, 1, 40, 56, generator=torch.Generator().manual_seed(0))
    guess = composite(image, image, mean, mean, torch.tensor([0.5]), sharpness=0.0)
    expected = image - blur(image, DETAIL_SIGMA) + blur(mean, DETAIL_SIGMA)
    torch.testing.assert_close(guess, expected, atol=1e-5, rtol=0)
    sharp = composite(image, image, mean, mean, torch.tensor([0.5]), sharpness=0.5)
    torch.testing.assert_close(sharp - mean, sharpened(guess - mean, 0.5), atol=1e-5, rtol=0)


def test_a_neighbour_that_is_the_mean_itself_is_taken_for_one_that_is_not():
    texture = torch.randn(1, 1, 32, 48, generator=torch.Generator().manual_seed(0))
    mean = torch.full((1, 1, 32, 48), 0.5)
    for pair, alpha in (((mean, mean + texture), 0.9), ((mean + texture, mean), 0.1)):
        guess = composite(*pair, mean, mean, torch.tensor([alpha]), sharpness=0.5)
        torch.testing.assert_close(guess, mean, atol=0.01, rtol=0)


def test_large_structures_come_from_the_mean():
    ramp = torch.linspace(0, 1, 128)[None, None, None, :].expand(1, 1, 128, 128)
    mean = torch.full((1, 1, 128, 128), 0.5)
    guess = composite(ramp, ramp, mean, mean, torch.tensor([0.5]), sharpness=0.0)
    assert (guess - mean)[..., 40:88, 40:88].abs().max() < 0.02


def test_sharpness_raises_the_finest_detail_and_nothing_else():
    coarse = torch.sin(torch.arange(64) * 2 * torch.pi / 64).expand(1, 1, 64, 64)
    fine = (-1.0) ** (torch.arange(64) + torch.arange(64)[:, None]).expand(1, 1, 64, 64)
    inside = (..., slice(8, -8), slice(8, -8))
    torch.testing.assert_close(sharpened(coarse, 0.5)[inside], coarse[inside], atol=0.01, rtol=0)
    torch.testing.assert_close(sharpened(fine, 0.5)[inside], 1.5 * fine[inside], atol=0.01, rtol=0)
