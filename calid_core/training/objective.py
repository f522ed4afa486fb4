"""The joint objective of both conditioning networks, the posterior mean and the denoiser."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from calid_core.diffusion.flow import state_at, velocity_at
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.posterior_mean import MeanEstimate
from calid_core.models.warping import roughness, warp, warp_pair
from calid_core.training.config import CalidTraining
from calid_core.training.gaps import GapBatch, uniform_times
from calid_core.training.losses import (
    multiscale_error,
    relative_error,
    squared_error,
    structural_similarity,
    upper_quantile_loss,
)

COVERAGE = 0.9


@dataclass(frozen=True)
class Terms:
    """The parts of the objective, each a scalar tensor, and the spread ``(channels,)`` of what the mean leaves unexplained."""

    squared: Tensor
    similarity: Tensor
    latent: Tensor
    flow: Tensor
    interval: Tensor
    warp: Tensor
    roughness: Tensor
    spread: Tensor

    def total(self, config: CalidTraining) -> Tensor:
        """Weighted sum."""
        return (
            self.squared
            + config.similarity_weight * (1.0 - self.similarity)
            + config.latent_weight * self.latent
            + config.flow_weight * self.flow
            + config.interval_weight * self.interval
            + config.warp_weight * self.warp
            + config.roughness_weight * self.roughness
        )


@torch.no_grad()
def encode_batch(autoencoder: Autoencoder, batch: GapBatch) -> tuple[Tensor, Tensor]:
    """Latents of the acquired slices ``(gaps, 4, …)`` and of the hidden ones ``(targets, …)`` in float32."""
    gaps = len(batch.acquired)
    images = torch.cat([batch.acquired.flatten(0, 1)[:, None], batch.hidden])
    latents = autoencoder.encode(images.contiguous(memory_format=torch.channels_last)).float()
    return latents[: 4 * gaps].reshape(gaps, 4, *latents.shape[1:]), latents[4 * gaps :]


def objective(
    network: ConditionalNetwork,
    autoencoder: Autoencoder,
    batch: GapBatch,
    noise_generator: torch.Generator,
    config: CalidTraining,
    *,
    teacher: ConditionalNetwork | None = None,
) -> Terms:
    """All terms of one batch.

    ``noise_generator`` is on the device of the batch. Where there is a ``teacher``, the mean is drawn to its prediction too.
    """
    acquired, hidden = encode_batch(autoencoder, batch)
    mean, displacements = estimate(network, batch, acquired)
    decoded = autoencoder.decode(mean.latent).float()
    linear = _linear_images(batch)
    latent_goal, goal = hidden, batch.hidden
    if teacher is not None:
        with torch.no_grad():
            taught, _ = estimate(teacher, batch, acquired)
            latent_goal = torch.lerp(hidden, taught.latent.float(), config.teacher_share)
            goal = torch.lerp(goal, autoencoder.decode(taught.latent).float(), config.teacher_share)
    residual = (hidden - mean.latent).detach()
    flow = flow_error(network, mean, batch, residual, noise_generator, config)
    weight = batch.weight(config.surroundings_weight)
    # The variances inside SSIM cancel in bf16.
    with torch.autocast(decoded.device.type, enabled=False):
        return Terms(
            squared=relative_error(
                squared_error(decoded, goal, weight),
                squared_error(linear, batch.hidden, weight),
                config.error_floor,
            ),
            similarity=structural_similarity(decoded, batch.hidden),
            latent=(mean.latent - latent_goal).square().mean(),
            flow=flow,
            interval=upper_quantile_loss(mean.half_width, (decoded - batch.hidden).abs().detach(), COVERAGE),
            warp=warp_error(batch, displacements),
            roughness=roughness(torch.cat(displacements)),
            spread=residual.square().mean(dim=(0, 2, 3)).sqrt(),
        )


def estimate(
    network: ConditionalNetwork, batch: GapBatch, acquired: Tensor
) -> tuple[MeanEstimate, tuple[Tensor, Tensor]]:
    """Posterior mean of every hidden slice, and where it finds its structures in the lower and in the upper slice."""
    gap, position = batch.neighbourhood(acquired), batch.position()
    coarse = network.coarse_mean(network.neighbours(gap), gap, batch.gap, position)
    displacements = network.displacements(coarse, position)
    return network.refiner(coarse, warp_neighbours(batch, displacements), position), displacements


def flow_error(
    network: ConditionalNetwork,
    mean: MeanEstimate,
    batch: GapBatch,
    residual: Tensor,
    noise_generator: torch.Generator,
    config: CalidTraining,
) -> Tensor:
    """Mean squared error of the velocity of ``residual`` at random times; 0 where it does not count."""
    data = network.standardise(residual)
    if config.flow_weight == 0.0:
        return data.new_zeros(())
    with torch.autocast(data.device.type, enabled=False):
        noise = network.noise(torch.randn(batch.hidden.shape, generator=noise_generator, device=data.device))
    earliest = config.earliest_time
    time = earliest + (1.0 - earliest) * uniform_times(noise_generator, len(data))
    injections = network.injector(mean)
    velocity = network.denoiser(state_at(noise, data, time), time, batch.position(), injections)
    return (velocity - velocity_at(noise, data, time)).square().mean()  # type: ignore[no-any-return]


@torch.no_grad()
def warp_neighbours(batch: GapBatch, displacements: tuple[Tensor, Tensor]) -> Tensor:
    """Near neighbours moved into place; see ``warp_pair``. No gradient reaches the displacements from here."""
    lower, upper = (batch.acquired[batch.gap, place][:, None] for place in (1, 2))
    return warp_pair(lower, upper, displacements)


def warp_error(batch: GapBatch, displacements: tuple[Tensor, Tensor]) -> Tensor:
    """Absolute error of the warped neighbours over that of the unmoved ones; the nearer one counts more."""
    total = torch.zeros((), device=batch.hidden.device)
    for place, weight, displacement in zip(
        (1, 2), (1.0 - batch.alpha, batch.alpha), displacements, strict=True
    ):
        neighbour = batch.acquired[batch.gap, place][:, None]
        error = multiscale_error(warp(neighbour, displacement), batch.hidden)
        unmoved = multiscale_error(neighbour, batch.hidden)
        total = total + (weight * error / (unmoved + 0.01)).mean()
    return total


def _linear_images(batch: GapBatch) -> Tensor:
    weight = batch.alpha[:, None, None]
    lower, upper = batch.acquired[batch.gap, 1], batch.acquired[batch.gap, 2]
    return ((1.0 - weight) * lower + weight * upper)[:, None]
