"""Training of the temporal layers beside the frozen networks of one phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby

import torch
from torch import Tensor

from calid_core.models.checkpoint import CalidModel
from calid_core.models.temporal import TemporalMixer
from calid_core.training.cine_gaps import make_cine_bank, random_cine_gaps
from calid_core.training.cine_validation import compare_over_time
from calid_core.training.config import TrainingConfig
from calid_core.training.loop import Pace, Run, fit, step_generator
from calid_core.training.objective import objective
from calid_core.training.pack import PackedVolume

HELD_OUT_FIRST, HELD_OUT_STRIDE = 7, 10
"""Which held-out cines are looked at during training: of ACDC's a pair that was made to beat, and the one acquired whole."""


def train_temporal(
    volumes: Sequence[PackedVolume], model: CalidModel, config: TrainingConfig, run: Run
) -> TemporalMixer:
    """Train on the cines ``volumes`` (of ``pseudo_cines.expand``) within the budget of ``run``; returns the averaged weights."""
    settings = config.temporal
    cines = make_cine_bank([v for v in volumes if not v.validation], run.device)
    held_out = held_out_cines([v for v in volumes if v.validation])
    model.conditional.requires_grad_(False)
    torch.manual_seed(settings.seed)

    def loss(temporal: TemporalMixer, step: int, part: int) -> Tensor:
        generator = step_generator(settings.seed, step, part)
        noise = step_generator(settings.seed, step, part, run.device)
        batch = random_cine_gaps(
            cines, generator, noise, config.calid, settings, max(settings.gaps // run.parts, 1)
        )
        with torch.autocast(run.device.type, torch.bfloat16):
            terms = objective(
                model.conditional,
                model.autoencoder,
                batch.gaps,
                noise,
                config.calid,
                phases=batch.phases,
                condition=lambda features: batch.condition(temporal, features),
            )
        return terms.total(config.calid) + settings.motion_weight * terms.motion

    def validate(temporal: TemporalMixer, step: int) -> dict[str, float]:
        return asdict(compare_over_time(model, temporal, held_out))

    pace = Pace(
        settings.peak_rate, settings.warmup, settings.weight_decay, settings.ema, settings.validate_every
    )
    return fit("temporal", TemporalMixer(settings.model), loss, validate, run, pace)


def held_out_cines(volumes: Sequence[PackedVolume]) -> tuple[tuple[PackedVolume, ...], ...]:
    """The cines that are looked at during training; where there are few, the last."""
    cines = [tuple(group) for _, group in groupby(volumes, key=lambda v: v.subject)]
    return tuple(cines[HELD_OUT_FIRST::HELD_OUT_STRIDE] or cines[-1:])
