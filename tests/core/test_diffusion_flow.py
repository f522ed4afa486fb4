import math

import pytest
import torch

from calid_core.diffusion.flow import angle, state_at, velocity_at
from calid_core.diffusion.noise import Purpose, blend_noise, plane_seed, white_noise
from calid_core.diffusion.sampling import euler_step, evaluation_times, integrate
from calid_core.models.noise_spectrum import amplitude, coloured, latent_noise, normalised_basis


def batch(seed: int, count: int = 4) -> torch.Tensor:
    return torch.randn(count, 2, 8, 8, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_path_runs_from_noise_to_data():
    noise, data = batch(0), batch(1)
    torch.testing.assert_close(state_at(noise, data, torch.zeros(4, dtype=torch.float64)), noise)
    torch.testing.assert_close(state_at(noise, data, torch.ones(4, dtype=torch.float64)), data)


def test_velocity_is_the_derivative_of_the_path():
    noise, data = batch(0), batch(1)
    time, step = torch.full((4,), 0.3, dtype=torch.float64), 1e-6
    difference = state_at(noise, data, time + step) - state_at(noise, data, time - step)
    expected = difference / (2 * step * math.pi / 2)
    torch.testing.assert_close(velocity_at(noise, data, time), expected, atol=1e-7, rtol=1e-6)


def test_the_path_keeps_the_variance_of_independent_noise_and_data():
    noise, data = batch(0, 2000), batch(1, 2000)
    for value in (0.2, 0.5, 0.8):
        time = torch.full((2000,), value, dtype=torch.float64)
        assert state_at(noise, data, time).std().item() == pytest.approx(1.0, abs=0.01)


def gaussian_velocity(state: torch.Tensor, time: torch.Tensor, spread: float) -> torch.Tensor:
    """Exact velocity where data are Gaussian of standard deviation ``spread`` and noise is standard."""
    cosine, sine = torch.cos(angle(time)), torch.sin(angle(time))
    return state * cosine * sine * (spread**2 - 1.0) / (cosine**2 + (sine * spread) ** 2)


def gaussian_error(spread: float, steps: int) -> float:
    start = batch(0)
    end = integrate(lambda x, t: gaussian_velocity(x, t, spread), start, steps, lambda: None)
    return float((end - spread * start).abs().max())


def test_a_gaussian_as_wide_as_the_noise_is_sampled_exactly_in_one_step():
    assert gaussian_error(1.0, 1) == 0.0


@pytest.mark.parametrize("spread", [0.5, 2.0])
def test_integration_converges_to_the_exact_gaussian_with_first_order(spread: float):
    ratio = gaussian_error(spread, 64) / gaussian_error(spread, 128)
    assert ratio == pytest.approx(2.0, abs=0.15)


def test_a_start_part_of_the_way_leads_to_the_data_of_the_whole_way():
    spread, begin = 2.0, 0.6
    on_the_way = math.hypot(math.cos(begin * math.pi / 2), spread * math.sin(begin * math.pi / 2))
    end = integrate(
        lambda x, t: gaussian_velocity(x, t, spread), on_the_way * batch(0), 2000, lambda: None, begin
    )
    torch.testing.assert_close(end, spread * batch(0), atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("spread", [0.7, 1.0, 1.4])
def test_four_steps_keep_nine_tenths_of_the_spread(spread: float):
    end = integrate(lambda x, t: gaussian_velocity(x, t, spread), batch(0), 4, lambda: None)
    assert float(end.std() / (spread * batch(0).std())) == pytest.approx(1.0, abs=0.1)


def test_steps_cover_the_quarter_circle():
    times = evaluation_times(4)
    assert times == (0.0, 0.25, 0.5, 0.75)
    state = torch.zeros(1, dtype=torch.float64)
    for _ in times:
        state = euler_step(state, torch.ones(1, dtype=torch.float64), 0.25)
    assert state.item() == pytest.approx(math.pi / 2)


def test_stopping_is_asked_before_every_evaluation():
    asked = []
    integrate(lambda x, t: x, batch(0), 3, lambda: asked.append(1))
    assert len(asked) == 3


def test_plane_noise_depends_on_seed_plane_and_sample_alone():
    first = white_noise((3, 4, 4), seed=1, plane=2)
    assert torch.equal(first, white_noise((3, 4, 4), seed=1, plane=2))
    for other in (
        white_noise((3, 4, 4), seed=2, plane=2),
        white_noise((3, 4, 4), seed=1, plane=3),
        white_noise((3, 4, 4), seed=1, plane=2, sample=1),
    ):
        assert not torch.equal(first, other)


def test_every_noise_has_a_seed_of_its_own_that_no_version_changes():
    seeds = [
        plane_seed(7, plane, sample, purpose)
        for plane in range(-1, 40)
        for sample in range(20)
        for purpose in Purpose
    ]
    assert len(set(seeds)) == len(seeds)
    assert plane_seed(7, 2, 3, Purpose.REGIONS) == 7 + 3 * 1_009 + 3 * 1_000_003 + 15_485_863


def test_blended_noise_is_that_of_the_planes_at_both_ends():
    lower, upper = (white_noise((2, 8, 8), seed=0, plane=p) for p in (0, 1))
    torch.testing.assert_close(blend_noise(lower, upper, 0.0), lower)
    torch.testing.assert_close(blend_noise(lower, upper, 1.0), upper)
    assert torch.allclose(blend_noise(lower, upper, 0.5), (lower + upper) * math.sqrt(0.5))


def test_blended_noise_has_unit_variance_everywhere():
    lower, upper = (white_noise((8, 64, 64), seed=0, plane=p) for p in (0, 1))
    for alpha in (0.0, 0.2, 0.5, 0.9, 1.0):
        assert blend_noise(lower, upper, alpha).std().item() == pytest.approx(1.0, abs=0.02)


def test_noise_of_close_slices_is_nearly_the_same():
    lower, upper = (white_noise((8, 64, 64), seed=0, plane=p) for p in (0, 1))
    near = torch.stack([blend_noise(lower, upper, a).flatten() for a in (0.4, 0.5)])
    assert torch.corrcoef(near)[0, 1].item() == pytest.approx(math.cos(0.1 * math.pi / 2), abs=0.01)


@pytest.mark.parametrize("shape", [(64, 64), (48, 65)])
def test_coloured_noise_keeps_unit_variance(shape):
    white = torch.randn(40, *shape, generator=torch.Generator().manual_seed(0))
    assert coloured(white, corner=0.1, slope=2.0).std().item() == pytest.approx(1.0, abs=0.03)


def test_power_above_the_corner_falls_with_twice_the_slope():
    gain = amplitude(256, 256, corner=0.001, slope=2.0)
    assert (gain[0, 32] / gain[0, 64]).square().item() == pytest.approx(16.0, rel=0.01)


def test_coloured_blocks_give_latents_of_unit_variance():
    basis = torch.randn(5, 16, generator=torch.Generator().manual_seed(0))
    scaled = normalised_basis(basis, corner=0.1, slope=2.0)
    pixels = coloured(
        torch.randn(20, 1, 128, 128, generator=torch.Generator().manual_seed(1)), corner=0.1, slope=2.0
    )
    spread = latent_noise(pixels, scaled).std(dim=(0, 2, 3))
    torch.testing.assert_close(spread, torch.ones(5), atol=0.03, rtol=0)


def test_without_slope_an_orthonormal_basis_gives_white_latents():
    basis = torch.linalg.qr(torch.randn(16, 16, generator=torch.Generator().manual_seed(0)))[0][:5]
    torch.testing.assert_close(normalised_basis(basis, corner=0.1, slope=0.0), basis, atol=1e-4, rtol=0)
