import dataclasses

import pytest
import torch
from torch import Tensor

from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.neighbours import GapFeatures, Neighbourhood
from calid_core.models.posterior_mean import Position, blend
from tests.core.tiny_networks import TINY_CONDITIONAL

CONFIG = dataclasses.replace(TINY_CONDITIONAL, latent_channels=3)


@pytest.fixture
def network() -> ConditionalNetwork:
    torch.manual_seed(0)
    model = ConditionalNetwork(CONFIG).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return model


def gap(batch: int = 2) -> Neighbourhood:
    generator = torch.Generator().manual_seed(1)
    return Neighbourhood(
        torch.randn(batch, 4, 3, 8, 12, generator=generator),
        torch.tensor([[1.0, 0.0], [1.0, 1.0]])[:batch],
        torch.tensor([[10.0, 8.0, 0.0], [8.0, 9.0, 10.0]])[:batch],
        torch.tensor([8.0, 0.0])[:batch],
    )


def reversed_gap(original: Neighbourhood) -> Neighbourhood:
    return Neighbourhood(
        original.latents.flip(1), original.present.flip(1), original.distances.flip(1), original.thickness
    )


def position(original: Neighbourhood, alpha: Tensor) -> Position:
    return Position(alpha, original.distances[:, 1], original.thickness)


def mean_latent(network: ConditionalNetwork, original: Neighbourhood, alpha: Tensor) -> Tensor:
    index = torch.arange(len(alpha))
    return network.coarse_mean(
        network.neighbours(original), original, index, position(original, alpha)
    ).latent


def test_reversing_the_stack_and_the_position_changes_nothing(network: ConditionalNetwork):
    alpha = torch.tensor([0.25, 0.6])
    forward = mean_latent(network, gap(), alpha)
    backward = mean_latent(network, reversed_gap(gap()), 1.0 - alpha)
    torch.testing.assert_close(forward, backward, atol=1e-3, rtol=1e-3)


def test_the_position_matters(network: ConditionalNetwork):
    first = mean_latent(network, gap(), torch.tensor([0.25, 0.25]))
    second = mean_latent(network, gap(), torch.tensor([0.75, 0.75]))
    assert (first - second).abs().max() > 0.1


def test_a_masked_slice_has_no_influence(network: ConditionalNetwork):
    alpha = torch.tensor([0.5, 0.5])
    changed = gap()
    changed.latents[0, 3] += 5.0
    torch.testing.assert_close(mean_latent(network, gap(), alpha), mean_latent(network, changed, alpha))


def test_a_present_far_slice_has_influence(network: ConditionalNetwork):
    alpha = torch.tensor([0.5, 0.5])
    changed = gap()
    changed.latents[1, 3] += 5.0
    difference = mean_latent(network, gap(), alpha) - mean_latent(network, changed, alpha)
    assert difference[1].abs().max() > 0.01
    assert difference[0].abs().max() < 1e-5


def test_an_untrained_network_interpolates_linearly():
    torch.manual_seed(0)
    alpha = torch.tensor([0.25, 0.6])
    expected = blend(gap().latents[:, 1], gap().latents[:, 2], alpha)
    torch.testing.assert_close(mean_latent(ConditionalNetwork(CONFIG), gap(), alpha), expected)


def test_several_targets_share_one_encoding(network: ConditionalNetwork):
    original = gap()
    alpha = torch.tensor([0.25, 0.75, 0.5])
    index = torch.tensor([1, 1, 0])
    where = Position(alpha, original.distances[index, 1], original.thickness[index])
    together = network.coarse_mean(network.neighbours(original), original, index, where).latent
    alone = mean_latent(network, original, torch.tensor([0.5, 0.25]))
    torch.testing.assert_close(together[[2, 0]], alone, atol=1e-3, rtol=1e-3)


def test_denoiser_returns_a_velocity_like_its_state(network: ConditionalNetwork):
    original, alpha = gap(), torch.tensor([0.25, 0.6])
    where = position(original, alpha)
    mean = network.coarse_mean(network.neighbours(original), original, torch.arange(2), where)
    state = torch.randn(2, 3, 8, 12, generator=torch.Generator().manual_seed(2))
    velocity = network.denoiser(state, torch.tensor([0.0, 0.5]), where, network.injector(mean))
    assert velocity.shape == state.shape
    assert mean.half_width.shape == (2, 1, 32, 48)
    assert (mean.half_width >= 0).all()


def test_standardising_is_undone(network: ConditionalNetwork):
    network.residual_std.copy_(torch.tensor([0.5, 1.0, 2.0]))
    residual = torch.randn(1, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(network.restore(network.standardise(residual)), residual)


def test_scalars_seen_from_both_sides_are_mirrored():
    where = Position(torch.tensor([0.25]), torch.tensor([10.0]), torch.tensor([8.0]))
    mirrored = dataclasses.replace(where, alpha=1.0 - where.alpha)
    torch.testing.assert_close(where.from_each_side(), mirrored.from_each_side().flip(0))
    torch.testing.assert_close(where.symmetric(), mirrored.symmetric())


def test_a_slice_next_to_an_acquired_one_is_nearly_that_one(network: ConditionalNetwork):
    latents = gap().latents
    for alpha, place in ((0.001, 1), (0.999, 2)):
        distance = mean_latent(network, gap(), torch.full((2,), alpha)) - latents[:, place]
        middle = mean_latent(network, gap(), torch.full((2,), 0.5)) - latents[:, place]
        assert distance.abs().max() < 0.02 * middle.abs().max()


def test_away_from_acquired_slices_nothing_is_held_back():
    where = Position(torch.tensor([0.2, 0.5, 0.8]), torch.full((3,), 10.0), torch.zeros(3))
    torch.testing.assert_close(where.remoteness().flatten(), torch.ones(3))


def test_joined_features_lie_channels_last_and_in_order(network: ConditionalNetwork):
    first, second = network.neighbours(gap()), network.neighbours(reversed_gap(gap()))
    joined = GapFeatures.joined((first, second)).select(torch.tensor([3, 0]))
    for level, one, other in zip(joined.levels, first.levels, second.levels, strict=True):
        assert torch.equal(level, torch.stack([other[:, 1], one[:, 0]], dim=1))
        assert level.flatten(0, 1).is_contiguous(memory_format=torch.channels_last)
