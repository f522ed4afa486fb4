"""Conditioning network 1: features of a gap from the acquired slices about it, without regard to the position in it.

The gap is looked at from either side by the same weights. Whatever combines the two views symmetrically is then
exactly symmetric under reversal of the stack, and one encoding serves every slice of the gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.models.blocks import ResidualBlock, ScalarEmbedding, convolution
from calid_core.models.config import ConditionalConfig

DISTANCE_UNIT = 20.0
"""Distances in mm are divided by this before they are embedded."""
THICKNESS_UNIT = 10.0


@dataclass(frozen=True)
class Neighbourhood:
    """The acquired slices about each gap of a batch.

    Parameters
    ----------
    latents
        ``(batch, 4, channels, rows, columns)``: far lower, near lower, near upper, far upper.
    present
        ``(batch, 2)``: 1 where the far lower and the far upper slice exist, else 0.
    distances
        ``(batch, 3)`` mm: far lower to near lower, near lower to near upper, near upper to far upper.
    thickness
        ``(batch,)`` mm, 0 where unknown.
    """

    latents: Tensor
    present: Tensor
    distances: Tensor
    thickness: Tensor


@dataclass(frozen=True)
class GapFeatures:
    """Features of each gap, finest level first: ``(2, gaps, channels, rows, columns)``, lower and upper view."""

    levels: tuple[Tensor, ...]

    def select(self, gap: Tensor) -> GapFeatures:
        """Features of the gap of every target; ``gap`` is ``(targets,)``."""
        return GapFeatures(tuple(level[:, gap] for level in self.levels))

    @staticmethod
    def joined(parts: Sequence[GapFeatures]) -> GapFeatures:
        """Features of the gaps of all ``parts``, in that order, channels last in memory as convolutions leave them."""
        levels = zip(*(part.levels for part in parts), strict=True)
        # Of five dimensions torch.cat makes channels first, and every layer after it would put them in order again.
        return GapFeatures(
            tuple(
                torch.cat([part.movedim(2, -1) for part in level], dim=1).movedim(-1, 2) for level in levels
            )
        )


def both_views(gap: Neighbourhood) -> tuple[Tensor, Tensor]:
    """Images ``(2 * batch, channels, rows, columns)`` and scalars ``(2 * batch, 6)`` seen from below and from above."""
    mask = gap.present[:, :, None, None, None]
    far = gap.latents[:, ::3] * mask
    order = torch.stack([far[:, 0], gap.latents[:, 1], gap.latents[:, 2], far[:, 1]], dim=1)
    images = torch.cat([order, order.flip(1)]).flatten(1, 2)
    scaled = gap.distances / DISTANCE_UNIT
    outer = scaled[:, ::2] * gap.present
    thickness = (gap.thickness / THICKNESS_UNIT)[:, None]
    below = torch.cat([scaled[:, 1:2], outer, gap.present, thickness], dim=1)
    above = torch.cat([scaled[:, 1:2], outer.flip(1), gap.present.flip(1), thickness], dim=1)
    return images, torch.cat([below, above])


class NeighbourEncoder(nn.Module):
    """Multi-scale features of a gap from up to four acquired slices."""

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__()
        self.embedding = ScalarEmbedding(6, config.embedding)
        self.entry = convolution(4 * config.latent_channels, config.widths[0])
        self.stages = nn.ModuleList(
            nn.ModuleList(ResidualBlock(width, config.embedding) for _ in range(blocks))
            for width, blocks in zip(config.widths, config.encoder_blocks, strict=True)
        )
        self.down = nn.ModuleList(
            nn.Conv2d(fine, coarse, 3, stride=2, padding=1)
            for fine, coarse in zip(config.widths[:-1], config.widths[1:], strict=True)
        )

    def forward(self, gap: Neighbourhood) -> GapFeatures:
        """Features of every gap of the batch, seen from both sides."""
        images, scalars = both_views(gap)
        embedding = self.embedding(scalars)
        features = self.entry(images.contiguous(memory_format=torch.channels_last))
        levels: list[Tensor] = []
        for depth, stage in enumerate(self.stages):
            if depth:
                features = self.down[depth - 1](functional.silu(features))
            for block in stage:  # type: ignore[attr-defined]
                features = block(features, embedding)
            levels.append(features.unflatten(0, (2, -1)))
        return GapFeatures(tuple(levels))
