"""Second look at the posterior mean, with the neighbours moved into place: what lies where is known, so detail can be kept."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.models.blocks import ResidualBlock, ScalarEmbedding, convolution, modulate
from calid_core.models.config import ConditionalConfig
from calid_core.models.posterior_mean import MeanEstimate, Position


class Refiner(nn.Module):
    """Corrects a mean estimate from the pixels of both warped neighbours, seen symmetrically."""

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__()
        width = config.widths[0]
        self.factor = config.factor
        self.embedding = ScalarEmbedding(3, config.embedding)
        self.entry = convolution(config.pixels, width)
        self.latent_entry = convolution(config.latent_channels, width)
        self.film = nn.Linear(config.embedding, 2 * width)
        self.blocks = nn.ModuleList(ResidualBlock(width) for _ in range(config.refiner_blocks))
        self.correction = convolution(width, config.latent_channels, zero=True)

    def forward(self, coarse: MeanEstimate, warped: Tensor, position: Position) -> MeanEstimate:
        """Refined estimate; ``warped`` ``(2 * targets, 1, rows, columns)``, lower neighbours first."""
        blocks = functional.pixel_unshuffle(warped, self.factor).contiguous(memory_format=torch.channels_last)
        known = self.latent_entry(coarse.latent)
        entered = self.entry(blocks) + torch.cat([known, known])
        parameters = self.film(self.embedding(position.from_each_side()))
        lower, upper = functional.silu(modulate(entered, parameters)).chunk(2)
        # Both views first: what is rounded in between is then the same from either side.
        features = coarse.features[0] + (lower + upper)
        for block in self.blocks:
            features = block(features)
        return MeanEstimate(
            latent=coarse.latent + self.correction(functional.silu(features)).float() * position.remoteness(),
            half_width=coarse.half_width,
            features=(features, *coarse.features[1:]),
            views=coarse.views,
        )
