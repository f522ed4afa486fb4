"""Training of the comparators on the same patients, views and loop as CaLID."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.training import save_network
from calid_core.evaluation.comparators.published import (
    TRAINING_STEPS,
    PublishedConfig,
    PublishedNetwork,
    noised,
    signal_levels,
)
from calid_core.evaluation.comparators.regression import RegressionConfig, RegressionNetwork
from calid_core.evaluation.comparators.weights import AUTOENCODER
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.neighbours import Neighbourhood
from calid_core.models.posterior_mean import blend
from calid_core.models.precision import reduced_precision
from calid_core.training.config import CalidTraining
from calid_core.training.gaps import GapBatch, check_spans, random_gaps
from calid_core.training.loop import Pace, Run, fit, step_generator
from calid_core.training.losses import relative_error, squared_error, structural_similarity
from calid_core.training.objective import encode_batch
from calid_core.training.pack import PackedVolume
from calid_core.training.slices import SliceBank, make_bank

ONLY_MIDPOINTS = (1.0, 0.0, 0.0)
"""Gap shares of batches whose one hidden slice is the midpoint."""


def of_targets(batch: GapBatch) -> Neighbourhood:
    """The four acquired slices about every hidden slice of a batch, as ``surroundings`` gives them."""
    index = batch.gap
    return Neighbourhood(
        batch.acquired[index, :, None], batch.present[index], batch.distances[index], batch.thickness[index]
    )


def regression_loss(network: RegressionNetwork, batch: GapBatch, config: CalidTraining) -> Tensor:
    """Squared error over that of linear interpolation, and SSIM, weighted as for CaLID's mean."""
    gap = of_targets(batch)
    prediction = network(gap, batch.alpha).float()
    # The variances inside SSIM cancel in bf16.
    with torch.autocast(prediction.device.type, enabled=False):
        weight = batch.weight(config.surroundings_weight)
        linear = squared_error(blend(gap.latents[:, 1], gap.latents[:, 2], batch.alpha), batch.hidden, weight)
        squared = relative_error(squared_error(prediction, batch.hidden, weight), linear, config.error_floor)
        similarity = structural_similarity(prediction, batch.hidden)
        total: Tensor = squared + config.similarity_weight * (1.0 - similarity)
        return total


def published_loss(
    network: PublishedNetwork, autoencoder: Autoencoder, batch: GapBatch, generator: torch.Generator
) -> Tensor:
    """Mean squared error of the predicted noise (Ho 2020, eq. 14)."""
    acquired, hidden = encode_batch(autoencoder, batch)
    device = hidden.device
    step = torch.randint(0, TRAINING_STEPS, (len(hidden),), generator=generator, device=device)
    noise = torch.randn(hidden.shape, generator=generator, device=device)
    state = noised(hidden, noise, signal_levels(hidden.device)[step])
    injected = network.condition(acquired[batch.gap, 1], acquired[batch.gap, 2])
    predicted: Tensor = network(state, step, injected)
    return (predicted - noise).square().mean()


def _generators(seed: int, step: int, part: int, run: Run) -> tuple[torch.Generator, torch.Generator]:
    """Of the choices, on the CPU, and of the noise, on the device of the run."""
    return step_generator(seed, step, part), step_generator(seed, step, part, run.device)


def train_regression(volumes: Sequence[PackedVolume], config: CalidTraining, run: Run) -> RegressionNetwork:
    """Train within the budget of ``run``; returns the averaged weights."""
    targets = run.per_part("targets", config.targets)
    bank, held_out = _banks(volumes, config, run)
    torch.manual_seed(config.seed)

    def loss(network: RegressionNetwork, step: int, part: int) -> Tensor:
        generator, noise = _generators(config.seed, step, part, run)
        batch = random_gaps(bank, generator, noise, config, targets)
        with reduced_precision(run.compute):
            return regression_loss(network, batch, config)

    @torch.no_grad()
    def validate(network: RegressionNetwork, step: int) -> dict[str, float]:
        midpoints = replace(config, gap_shares=ONLY_MIDPOINTS)
        batch = random_gaps(held_out, *_generators(0, 0, 0, run), midpoints, 64)
        return {"held_out": float(regression_loss(network, batch, config))}

    return fit("regression", RegressionNetwork(RegressionConfig()), loss, validate, run, _pace(config))


def train_published(
    volumes: Sequence[PackedVolume], autoencoder: Autoencoder, config: CalidTraining, run: Run
) -> PublishedNetwork:
    """Train within the budget of ``run`` beside a frozen ``autoencoder``; returns the averaged weights."""
    targets = run.per_part("targets", config.targets)
    config = replace(config, gap_shares=ONLY_MIDPOINTS)
    bank, held_out = _banks(volumes, config, run)
    autoencoder.requires_grad_(False).eval().to(run.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    torch.manual_seed(config.seed)

    def loss(network: PublishedNetwork, step: int, part: int) -> Tensor:
        generator, noise = _generators(config.seed, step, part, run)
        batch = random_gaps(bank, generator, noise, config, targets)
        with reduced_precision(run.compute):
            return published_loss(network, autoencoder, batch, noise)

    @torch.no_grad()
    def validate(network: PublishedNetwork, step: int) -> dict[str, float]:
        generator, noise = _generators(0, 0, 0, run)
        batch = random_gaps(held_out, generator, noise, config, 64)
        return {"held_out": float(published_loss(network, autoencoder, batch, noise))}

    network = PublishedNetwork(PublishedConfig(latent_channels=autoencoder.config.latent_channels))
    return fit("calid-published", network, loss, validate, run, _pace(config))


def save_comparator(path: Path, network: nn.Module, *, autoencoder: str = "") -> None:
    """Write half-precision weights, and the content hash of the autoencoder they were trained beside."""
    save_network(path, network, {AUTOENCODER: autoencoder})


def _banks(volumes: Sequence[PackedVolume], config: CalidTraining, run: Run) -> tuple[SliceBank, SliceBank]:
    training = [v for v in volumes if not v.validation]
    check_spans(training, config)
    return make_bank(training, run.device), make_bank([v for v in volumes if v.validation], run.device)


def _pace(config: CalidTraining) -> Pace:
    return Pace(config.peak_rate, config.warmup, config.weight_decay, config.ema, config.validate_every)
