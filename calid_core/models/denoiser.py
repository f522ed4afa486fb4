"""Conditioning network 2 and the denoiser it injects into: from the posterior mean to a sharp sample."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.models.blocks import ResidualBlock, ScalarEmbedding, convolution
from calid_core.models.config import ConditionalConfig
from calid_core.models.posterior_mean import MeanEstimate, Position


class Injector(nn.Module):
    """What the denoiser is told about the neighbours, by level; computed once per slice, not per evaluation."""

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__()
        fine, coarse = config.denoiser_widths
        self.fine = convolution(config.widths[0] + config.latent_channels, fine)
        self.coarse = convolution(config.widths[1], coarse)

    def forward(self, mean: MeanEstimate) -> tuple[Tensor, Tensor]:
        """Injections at 1/4 and 1/8 of the resolution."""
        fine = torch.cat(
            [functional.silu(mean.features[0]), mean.latent.detach().to(mean.features[0].dtype)], 1
        )
        return self.fine(fine), self.coarse(functional.silu(mean.features[1]))


class Denoiser(nn.Module):
    """Velocity of the standardised residual, given its noisy state, the time and the injections."""

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__()
        fine, coarse = config.denoiser_widths
        count, deep = config.denoiser_blocks
        self.embedding = ScalarEmbedding(5, config.embedding)
        self.entry = convolution(config.latent_channels, fine)
        self.before = nn.ModuleList(ResidualBlock(fine, config.embedding) for _ in range(count))
        self.down = nn.Conv2d(fine, coarse, 3, stride=2, padding=1)
        self.middle = nn.ModuleList(ResidualBlock(coarse, config.embedding) for _ in range(deep))
        self.up = convolution(coarse, fine)
        self.after = nn.ModuleList(ResidualBlock(fine, config.embedding) for _ in range(count))
        self.exit = convolution(fine, config.latent_channels, zero=True)

    def forward(
        self, state: Tensor, time: Tensor, position: Position, injections: tuple[Tensor, Tensor]
    ) -> Tensor:
        """Velocity like ``state`` ``(targets, channels, rows, columns)`` at ``time`` ``(targets,)`` in [0, 1]."""
        embedding = self.embedding(torch.cat([time[:, None], position.symmetric()], dim=1))
        features = self.entry(state) + injections[0]
        for block in self.before:
            features = block(features, embedding)
        skip = features
        features = self.down(functional.silu(features)) + injections[1]
        for block in self.middle:
            features = block(features, embedding)
        features = skip + functional.interpolate(self.up(features), scale_factor=2.0, mode="nearest")
        for block in self.after:
            features = block(features, embedding)
        velocity: Tensor = self.exit(functional.silu(features)).float()
        return velocity
