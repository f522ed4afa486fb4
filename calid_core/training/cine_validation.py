"""What the temporal layers gain on held-out cines, in the terms of the hold-out protocol, during training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import Tensor

from calid_core.diffusion.synthesis import Drawing, SlicePositions, Target, synthesise_cine
from calid_core.models.checkpoint import CalidModel
from calid_core.models.temporal import TemporalMixer
from calid_core.preprocessing import percentile_scale
from calid_core.progress import CancelToken
from calid_core.settings import Mode
from calid_core.training.losses import structural_similarity
from calid_core.training.pack import PackedVolume
from calid_core.training.validation import psnr

BATCH = 8


@dataclass(frozen=True)
class TemporalGain:
    """Means over cines in the heart box, odd slices from even ones, fidelity.

    Gains in PSNR, SSIM and PSNR of changes from phase to phase over the model without temporal layers; the same PSNR over
    linear interpolation; mean absolute second difference in time over that of the true slices.
    """

    psnr: float
    ssim: float
    motion_psnr: float
    psnr_over_linear: float
    motion_over_linear: float
    flicker: float
    flicker_without: float


def compare_over_time(
    model: CalidModel, temporal: TemporalMixer, cines: Sequence[Sequence[PackedVolume]]
) -> TemporalGain:
    """Hold out every second slice of each of ``cines``, phases of one patient each."""
    rows = []
    for cine in cines:
        truth, linear, without = predict_cine(replace(model, temporal=None), cine)
        made = predict_cine(replace(model, temporal=temporal), cine)[2]
        motion = psnr(made.diff(dim=0), truth.diff(dim=0))
        rows.append(
            [
                psnr(made, truth) - psnr(without, truth),
                _similarity(made, truth) - _similarity(without, truth),
                motion - psnr(without.diff(dim=0), truth.diff(dim=0)),
                psnr(made, truth) - psnr(linear, truth),
                motion - psnr(linear.diff(dim=0), truth.diff(dim=0)),
                _flicker(made) / _flicker(truth),
                _flicker(without) / _flicker(truth),
            ]
        )
    means = np.asarray(rows).mean(axis=0)
    return TemporalGain(**dict(zip((f.name for f in fields(TemporalGain)), map(float, means), strict=True)))


def predict_cine(model: CalidModel, cine: Sequence[PackedVolume]) -> tuple[Tensor, Tensor, Tensor]:
    """Truth, linear interpolation and posterior mean of the odd slices, ``(phases, slices, rows, columns)`` in the heart box."""
    first = cine[0]
    intensity = np.stack([volume.scaled() for volume in cine])
    images = percentile_scale(intensity[:, ::2]).apply(intensity)
    kept = images[:, ::2]
    gaps = kept.shape[1] - 1
    made = synthesise_cine(
        model,
        lambda phase: kept[phase],
        np.asarray([volume.fraction for volume in cine]),
        tuple(range(len(cine))),
        SlicePositions(tuple(2.0 * first.pitch * i for i in range(gaps + 1)), first.thickness),
        [Target(gap, 0.5) for gap in range(gaps)],
        Drawing(Mode.FIDELITY, steps=1, samples=1, seed=0),
        batch_size=BATCH,
        cancel=CancelToken(),
        on_step=lambda done, total: None,
    )
    low, high, left, right = first.box
    linear = 0.5 * (kept[:, :-1] + kept[:, 1:])
    found = (images[:, 1 : 2 * gaps : 2], linear, np.stack([phase.intensity for phase in made]))
    truth, plain, ours = (
        torch.from_numpy(np.array(x[:, :, low:high, left:right], np.float32)).clamp(0.0, 1.0) for x in found
    )
    return truth, plain, ours


def _similarity(prediction: Tensor, truth: Tensor) -> float:
    return float(structural_similarity(prediction.flatten(0, 1)[:, None], truth.flatten(0, 1)[:, None]))


def _flicker(cine: Tensor) -> float:
    return float(cine.diff(n=2, dim=0).abs().mean())
