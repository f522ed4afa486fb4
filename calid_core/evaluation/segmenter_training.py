"""Training of the frozen segmenter on expert labels of ACDC training patients."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from calid_core.evaluation.cases import Case
from calid_core.models.segmenter import (
    CLASSES,
    SIDE,
    SegmenterNetwork,
    save_segmenter,
    to_square,
)
from calid_core.training.ema import ema_decay, update_ema
from calid_core.training.schedule import learning_rate

logger = logging.getLogger(__name__)

MARGIN_SIDE = 152
"""Side of the stored squares, so that rotated views find data beyond their own border."""


@dataclass(frozen=True)
class SegmenterTraining:
    """How the segmenter is trained."""

    batch: int = 16
    peak_rate: float = 3e-3
    warmup: int = 40
    ema: float = 0.995
    maximum_angle: float = 0.6
    maximum_scale: float = 1.25
    seed: int = 0


@dataclass(frozen=True)
class LabelledSlices:
    """Squares of all training slices: images ``(slices, side, side)`` float32, labels likewise as int64."""

    images: Tensor
    labels: Tensor


def labelled_slices(cases: Sequence[Case]) -> LabelledSlices:
    """Every slice of labelled volumes about the centre of its heart box, intensities scaled by the whole volume."""
    images, labels = [], []
    for case in cases:
        assert case.labels is not None
        low, high = np.percentile(case.stack.intensity.astype(np.float64), (0.5, 99.5))
        spacing = case.spacing[1:]
        for volume, truth in zip(case.stack.intensity, case.labels, strict=True):
            scaled = np.clip((volume - low) / (high - low), 0.0, 1.0)
            images.append(to_square(scaled, spacing=spacing, centre=case.box.centre, side=MARGIN_SIDE))
            labels.append(
                to_square(truth, spacing=spacing, centre=case.box.centre, side=MARGIN_SIDE, order=0)
            )
    return LabelledSlices(
        torch.from_numpy(np.concatenate(images)), torch.from_numpy(np.concatenate(labels)).long()
    )


def random_batch(
    data: LabelledSlices, config: SegmenterTraining, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Augmented images ``(batch, 1, SIDE, SIDE)`` and labels ``(batch, SIDE, SIDE)``."""
    batch = config.batch
    chosen = torch.randint(0, len(data.images), (batch,), generator=generator)
    draws = 2.0 * torch.rand(batch, 6, generator=generator) - 1.0
    angle = draws[:, 0] * config.maximum_angle
    scale = (draws[:, 1] * math.log(config.maximum_scale)).exp() * SIDE / MARGIN_SIDE
    cosine, sine = angle.cos() * scale, angle.sin() * scale
    shift = draws[:, 2:4] * 0.15
    matrix = torch.stack(
        [torch.stack([cosine, -sine, shift[:, 0]], 1), torch.stack([sine, cosine, shift[:, 1]], 1)], 1
    )
    grid = functional.affine_grid(matrix, [batch, 1, SIDE, SIDE], align_corners=False)
    images = functional.grid_sample(
        data.images[chosen, None], grid, padding_mode="border", align_corners=False
    )
    labels = functional.grid_sample(
        data.labels[chosen, None].float(), grid, mode="nearest", align_corners=False
    )
    exponent = (draws[:, 4] * math.log(1.5)).exp()[:, None, None, None]
    gain = (draws[:, 5] * 0.2).exp()[:, None, None, None]
    noise = 0.02 * torch.randn(images.shape, generator=generator)
    return images.clamp(0.0, 1.0).pow(exponent) * gain + noise, labels[:, 0].long()


def segmentation_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy plus one minus the soft Dice of the three foreground classes over the batch."""
    probabilities = scores.softmax(dim=1)[:, 1:]
    truth = functional.one_hot(labels, CLASSES).permute(0, 3, 1, 2)[:, 1:].float()
    overlap = (probabilities * truth).sum(dim=(0, 2, 3))
    total = (probabilities + truth).sum(dim=(0, 2, 3))
    dice = (2.0 * overlap + 1.0) / (total + 1.0)
    return functional.cross_entropy(scores, labels) + 1.0 - dice.mean()


def train_segmenter(
    cases: Sequence[Case],
    output: Path,
    *,
    config: SegmenterTraining | None = None,
    device: torch.device,
    time_budget: float,
) -> SegmenterNetwork:
    """Train for ``time_budget`` minutes on ``cases``, write the averaged weights to ``output`` and return them."""
    config = config or SegmenterTraining()
    data = labelled_slices(cases)
    torch.manual_seed(config.seed)
    network = SegmenterNetwork().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average: SegmenterNetwork = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.peak_rate, weight_decay=1e-3)
    start, step = time.monotonic(), 0
    while (elapsed := time.monotonic() - start) < 60.0 * time_budget:
        progress = elapsed / (60.0 * time_budget)
        rate = learning_rate(config.peak_rate, step=step, warmup=config.warmup, progress=progress)
        for group in optimiser.param_groups:
            group["lr"] = rate
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + step)
        images, labels = random_batch(data, config, generator)
        with torch.autocast(device.type, torch.bfloat16):
            scores = network(images.to(device).contiguous(memory_format=torch.channels_last))
        loss = segmentation_loss(scores.float(), labels.to(device))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        update_ema(average, network, ema_decay(step, maximum=config.ema))
        step += 1
        if step % 50 == 0:
            logger.info("step %d, %.0f s, loss %.3f", step, elapsed, loss.item())
            save_segmenter(output, average)
    save_segmenter(output, average)
    return average
