"""Joint training of the conditioning networks, the posterior mean and the denoiser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import torch
from torch import Tensor

from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import Calibration, CalidModel
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.precision import reduced_precision
from calid_core.training.config import CalidTraining
from calid_core.training.gaps import check_spans, random_gaps
from calid_core.training.loop import Pace, Run, fit, step_generator
from calid_core.training.objective import objective
from calid_core.training.pack import PackedVolume
from calid_core.training.panels import write_panels
from calid_core.training.slices import make_bank
from calid_core.training.validation import predict_hidden, summarise

PANEL_STRIDE = 2
RESIDUAL_MEMORY = 0.99
VALIDATION_STRIDE = 3
"""Every third held-out volume is looked at during training; exports are measured on all."""


def train_calid(
    volumes: tuple[PackedVolume, ...],
    autoencoder: Autoencoder,
    config: CalidTraining,
    run: Run,
    teachers: Sequence[ConditionalNetwork] = (),
) -> ConditionalNetwork:
    """Train within the budget of ``run`` beside a frozen ``autoencoder``; returns the averaged weights.

    Where there are ``teachers``, they take turns: one for every update.
    """
    targets = run.per_part("targets", config.targets)
    trained_on = [v for v in volumes if not v.validation]
    check_spans(trained_on, config)
    bank = make_bank(trained_on, run.device)
    for teacher in teachers:
        teacher.to(run.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    held_out = [v for v in volumes if v.validation][::VALIDATION_STRIDE]
    autoencoder.requires_grad_(False).eval().to(run.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    torch.manual_seed(config.seed)

    spreads: list[Tensor] = []

    def loss(network: ConditionalNetwork, step: int, part: int) -> Tensor:
        generator = step_generator(config.seed, step, part)
        noise = step_generator(config.seed, step, part, run.device)
        batch = random_gaps(bank, generator, noise, config, targets)
        with reduced_precision(run.compute):
            terms = objective(
                network,
                autoencoder,
                batch,
                noise,
                config,
                teacher=teachers[step % len(teachers)] if teachers else None,
            )
        if part == 0:
            spreads.append(terms.spread)
        return terms.total(config)

    def follow_residuals(network: ConditionalNetwork) -> None:
        # After the update: a part that followed at once would change the loss of the others, by chance of threads.
        for spread in spreads:
            network.residual_std.lerp_(spread, 1.0 - RESIDUAL_MEMORY)
        spreads.clear()

    def validate(network: ConditionalNetwork, step: int) -> dict[str, float]:
        calibration = Calibration(start_time=config.start_time)
        model = CalidModel(autoencoder, network, calibration, "training", run.compute)
        predictions = tuple(predict_hidden(model, volume) for volume in held_out)
        write_panels(run.output / "panels" / f"step-{step:06d}.png", predictions[::PANEL_STRIDE])
        return asdict(summarise(predictions))

    network = ConditionalNetwork(config.model)
    network.follow_basis(autoencoder.analysis.weight)
    if config.flow_weight == 0.0:
        network.denoiser.requires_grad_(False)
        network.injector.requires_grad_(False)
    pace = Pace(config.peak_rate, config.warmup, config.weight_decay, config.ema, config.validate_every)
    return fit("calid", network, loss, validate, run, pace, after=follow_residuals)
