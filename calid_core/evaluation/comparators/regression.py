"""A pixel-space regression U-Net: the best that squared error and SSIM can do, and what it costs in sharpness."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.cine import CineStack
from calid_core.evaluation.comparators.surroundings import surroundings, unpadded
from calid_core.evaluation.prediction import Prediction
from calid_core.models.blocks import ResidualBlock, ScalarEmbedding, convolution
from calid_core.models.device import ComputeDevice
from calid_core.models.neighbours import Neighbourhood
from calid_core.models.posterior_mean import blend
from calid_core.models.precision import reduced_precision

FACTOR = 4
DISTANCE_UNIT = 20.0


@dataclass(frozen=True)
class RegressionConfig:
    """Channels and residual blocks at 1/4, 1/8 and 1/16 of the resolution."""

    widths: tuple[int, int, int] = (96, 144, 192)
    blocks: tuple[int, int, int] = (3, 3, 3)
    embedding: int = 128


class RegressionNetwork(nn.Module):
    """Correction of linear interpolation from up to four acquired slices, any position, in one pass."""

    def __init__(self, config: RegressionConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = ScalarEmbedding(7, config.embedding)
        self.entry = convolution(4 * FACTOR**2, config.widths[0])
        self.down_blocks = self._stages(len(config.widths))
        self.up_blocks = self._stages(len(config.widths) - 1)
        pairs = list(zip(config.widths[:-1], config.widths[1:], strict=True))
        self.down = nn.ModuleList(nn.Conv2d(fine, coarse, 3, stride=2, padding=1) for fine, coarse in pairs)
        self.up = nn.ModuleList(convolution(coarse, fine) for fine, coarse in pairs)
        self.exit = convolution(config.widths[0], FACTOR**2, zero=True)

    def _stages(self, depth: int) -> nn.ModuleList:
        sizes = zip(self.config.widths[:depth], self.config.blocks[:depth], strict=True)
        return nn.ModuleList(
            nn.ModuleList(ResidualBlock(width, self.config.embedding) for _ in range(count))
            for width, count in sizes
        )

    def forward(self, gap: Neighbourhood, alpha: Tensor) -> Tensor:
        """Images ``(targets, 1, rows, columns)`` at ``alpha`` ``(targets,)`` of the way through each gap of images."""
        images = gap.latents
        scalars = torch.cat(
            [alpha[:, None], gap.distances / DISTANCE_UNIT, gap.present, gap.thickness[:, None] / 10.0], dim=1
        )
        embedding = self.embedding(scalars)
        mask = torch.ones(len(images), 4, 1, 1, device=images.device)
        mask[:, ::3, 0, 0] = gap.present
        blocks = functional.pixel_unshuffle(images[:, :, 0] * mask, FACTOR)
        features = self.entry(blocks.contiguous(memory_format=torch.channels_last))
        skips: list[Tensor] = []
        for depth, stage in enumerate(self.down_blocks):
            if depth:
                features = self.down[depth - 1](functional.silu(features))
            features = _through(stage, features, embedding)
            skips.append(features)
        for depth in reversed(range(len(skips) - 1)):
            raised = functional.interpolate(self.up[depth](features), scale_factor=2.0)
            features = _through(self.up_blocks[depth], skips[depth] + raised, embedding)
        correction = functional.pixel_shuffle(self.exit(functional.silu(features)).float(), FACTOR)
        return blend(images[:, 1], images[:, 2], alpha) + correction


def _through(stage: nn.Module, features: Tensor, embedding: Tensor) -> Tensor:
    for block in stage:  # type: ignore[attr-defined]
        features = block(features, embedding)
    return features


@dataclass(frozen=True)
class Regression:
    """A trained regression network as a method of the evaluation."""

    network: RegressionNetwork
    compute: ComputeDevice
    name: str = "regression"

    @torch.inference_mode()
    def predict(self, kept: CineStack) -> Prediction:
        """See ``EvaluatedMethod``."""
        started = time.perf_counter()
        filled = []
        for phase in range(kept.phases):
            gap = surroundings(kept, phase, self.compute.device)
            alpha = torch.full((len(gap.latents),), 0.5, device=self.compute.device)
            with reduced_precision(self.compute):
                filled.append(unpadded(self.network(gap, alpha), kept))
        return Prediction(
            np.stack(filled),
            seconds=time.perf_counter() - started,
            device=self.compute.label,
        )
