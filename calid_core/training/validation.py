"""A quick look at how good the networks are, in the terms of the hold-out protocol, during training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from calid_core.diffusion.synthesis import Drawing, SlicePositions, Synthesis, Target, synthesise_phase
from calid_core.metrics.similarity import psnr
from calid_core.metrics.spectrum import spectrum_ratio
from calid_core.models.checkpoint import CalidModel
from calid_core.preprocessing import percentile_scale
from calid_core.progress import CancelToken
from calid_core.settings import DEFAULT_STEPS, Mode
from calid_core.training.gaps import FINE_PITCH
from calid_core.training.losses import structural_similarity
from calid_core.training.pack import PackedVolume

BATCH = 8
"""Slices that are made at once."""


@dataclass(frozen=True)
class Prediction:
    """Odd slices of one volume, each ``(targets, rows, columns)``; ``half_width`` is as calibrated as the model."""

    volume: PackedVolume
    truth: Tensor
    lower: Tensor
    upper: Tensor
    linear: Tensor
    fidelity: Tensor
    realism: Tensor
    half_width: Tensor

    def heart(self, images: Tensor) -> Tensor:
        """The heart box of ``images``, clipped to the data range."""
        low, high, left, right = self.volume.box
        return images[:, low:high, left:right].clamp(0.0, 1.0)

    def calibrated(self, factor: float) -> Prediction:
        """The same with half-widths times ``factor``."""
        return replace(self, half_width=self.half_width * factor)


def predict_hidden(model: CalidModel, volume: PackedVolume) -> Prediction:
    """Keep the even slices of ``volume`` and predict the odd ones between them."""
    scaled = volume.scaled()
    kept = scaled[::2]
    scale = percentile_scale(kept)
    images = scale.apply(scaled)
    targets = [Target(gap, 0.5) for gap in range(len(kept) - 1)]

    def run(mode: Mode) -> Synthesis:
        return synthesise_phase(
            model,
            scale.apply(kept),
            SlicePositions(tuple(2.0 * volume.pitch * i for i in range(len(kept))), volume.thickness),
            targets,
            Drawing(mode, DEFAULT_STEPS, samples=1, seed=0),
            batch_size=BATCH,
            cancel=CancelToken(),
            on_step=lambda done, total: None,
        )

    fidelity, realism = run(Mode.FIDELITY), run(Mode.REALISM)
    lower, upper = images[0:-2:2], images[2::2]
    tensors = (
        images[1:-1:2],
        lower,
        upper,
        0.5 * (lower + upper),
        fidelity.intensity,
        realism.intensity,
        fidelity.half_width,
    )
    return Prediction(volume, *(torch.from_numpy(np.array(values, np.float32)) for values in tensors))


@dataclass(frozen=True)
class Summary:
    """Means over volumes in the heart box: gains in dB and SSIM over linear, how sharp the sample is, and what share of
    the truth lies within the half-widths of the predictions, which during training are not calibrated.
    """

    linear_psnr: float
    linear_ssim: float
    fidelity_psnr: float
    fidelity_ssim: float
    realism_psnr: float
    realism_ssim: float
    realism_spectrum: float
    linear_spectrum: float
    fidelity_spectrum: float
    fine_fidelity_psnr: float
    fine_fidelity_ssim: float
    fine_realism_psnr: float
    coverage: float


def summarise(predictions: Sequence[Prediction]) -> Summary:
    """Gains over linear (linear itself in absolute terms)."""
    every = [_of_volume(prediction) for prediction in predictions]
    mean = _means(every)
    fine = [row for row, p in zip(every, predictions, strict=True) if p.volume.pitch < FINE_PITCH]
    of_fine = _means(fine) if fine else dict.fromkeys(mean, float("nan"))
    return Summary(
        **mean,
        fine_fidelity_psnr=of_fine["fidelity_psnr"],
        fine_fidelity_ssim=of_fine["fidelity_ssim"],
        fine_realism_psnr=of_fine["realism_psnr"],
    )


def _of_volume(p: Prediction) -> dict[str, float]:
    """What a ``Summary`` tells of every volume, by name."""
    truth = p.heart(p.truth)
    linear, fidelity, realism = p.heart(p.linear), p.heart(p.fidelity), p.heart(p.realism)
    linear_psnr, linear_ssim = _similarity(linear, truth)
    fidelity_psnr, fidelity_ssim = _similarity(fidelity, truth)
    realism_psnr, realism_ssim = _similarity(realism, truth)
    return {
        "linear_psnr": linear_psnr,
        "linear_ssim": linear_ssim,
        "fidelity_psnr": fidelity_psnr - linear_psnr,
        "fidelity_ssim": fidelity_ssim - linear_ssim,
        "realism_psnr": realism_psnr - linear_psnr,
        "realism_ssim": realism_ssim - linear_ssim,
        "realism_spectrum": spectrum_ratio(realism.numpy(), truth.numpy()),
        "linear_spectrum": spectrum_ratio(linear.numpy(), truth.numpy()),
        "fidelity_spectrum": spectrum_ratio(fidelity.numpy(), truth.numpy()),
        "coverage": float(((fidelity - truth).abs() <= p.heart(p.half_width)).float().mean()),
    }


def _similarity(made: Tensor, truth: Tensor) -> tuple[float, float]:
    """PSNR in dB and SSIM."""
    return psnr(made.numpy(), truth.numpy()), float(structural_similarity(made[:, None], truth[:, None]))


def _means(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    table: npt.NDArray[np.float64] = np.array([list(row.values()) for row in rows])
    return dict(zip(rows[0], map(float, table.mean(axis=0)), strict=True))
