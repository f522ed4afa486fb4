import pytest
import torch

from calid_core.diffusion.texture import LARGEST_GAIN, SMALLEST_GAIN, texture_power, with_texture


def noise(strength: torch.Tensor | float, seed: int = 0) -> torch.Tensor:
    """White noise about a smooth ramp, ``(1, 1, 96, 96)``."""
    generator = torch.Generator().manual_seed(seed)
    ramp = torch.linspace(0.2, 0.8, 96)[None, None, None, :]
    return ramp + strength * torch.randn(1, 1, 96, 96, generator=generator)


def test_texture_becomes_as_strong_as_that_of_the_neighbours_place_by_place():
    strength = torch.linspace(0.02, 0.04, 96)[None, None, :, None]
    wanted = texture_power(noise(strength, seed=1))
    made = texture_power(with_texture(noise(0.03), wanted))
    error = (made / wanted)[..., 16:-16, 16:-16]
    assert error.mean().item() == pytest.approx(1.0, abs=0.03)
    assert error.amin() > 0.8
    assert error.amax() < 1.25


def test_texture_that_is_strong_enough_is_left_alone():
    image = noise(0.03)
    assert torch.allclose(with_texture(image, texture_power(image)), image, atol=1e-6)


def test_only_detail_is_changed_and_only_so_far():
    image = noise(0.03)
    for power, gain in ((torch.zeros_like(image), SMALLEST_GAIN), (torch.ones_like(image), LARGEST_GAIN)):
        changed = texture_power(with_texture(image, power)) / texture_power(image)
        assert changed.amin() > 0.9 * min(gain, gain**2)
        assert changed.amax() < 1.1 * max(gain, gain**2)
    flat = torch.full((1, 1, 32, 32), 0.5)
    assert torch.allclose(with_texture(flat, torch.ones_like(flat)), flat)
