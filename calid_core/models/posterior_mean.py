"""The posterior mean of a slice at a position in a gap, and how far off it may be."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.models.blocks import ResidualBlock, ScalarEmbedding, convolution, modulate
from calid_core.models.config import ConditionalConfig
from calid_core.models.neighbours import DISTANCE_UNIT, THICKNESS_UNIT, GapFeatures

INITIAL_HALF_WIDTH = -2.0
NEAR = 0.2
"""Nearer to an acquired slice than this share of the gap, everything tends to that slice: no training slice lies there."""
LEAST_SHARE = 0.25
"""Share of its half-width that a slice keeps beside an acquired one."""


@dataclass(frozen=True)
class Position:
    """Where in its gap each target lies: ``alpha``, ``pitch`` in mm and ``thickness`` in mm, ``(targets,)`` each."""

    alpha: Tensor
    pitch: Tensor
    thickness: Tensor

    def from_each_side(self) -> Tensor:
        """Scalars ``(2 * targets, 3)``: position and distance seen from the lower and from the upper slice."""
        alpha = torch.cat([self.alpha, 1.0 - self.alpha])
        pitch = torch.cat([self.pitch, self.pitch]) / DISTANCE_UNIT
        return torch.stack([alpha, alpha * pitch, pitch], dim=1)

    def remoteness(self) -> Tensor:
        """``(targets, 1, 1, 1)``: 1 away from the acquired slices, falling to 0 towards either of them."""
        nearer = torch.minimum(self.alpha, 1.0 - self.alpha)
        return (nearer / NEAR).clamp(max=1.0)[:, None, None, None]

    def symmetric(self) -> Tensor:
        """Scalars ``(targets, 4)`` that are the same seen from either side."""
        inner = 4.0 * self.alpha * (1.0 - self.alpha)
        pitch = self.pitch / DISTANCE_UNIT
        return torch.stack([inner, pitch, inner * pitch, self.thickness / THICKNESS_UNIT], dim=1)


@dataclass(frozen=True)
class MeanEstimate:
    """Posterior mean latent, uncalibrated 90 % half-width of the decoded intensity, and features by level.

    ``views`` ``(2 * targets, …)`` are the finest features as seen from the lower and from the upper slice.
    """

    latent: Tensor
    half_width: Tensor
    features: tuple[Tensor, ...]
    views: Tensor


@dataclass(frozen=True)
class Fused:
    """Fused features, finest first, and the finest ones of each view ``(2 * targets, …)``."""

    levels: tuple[Tensor, ...]
    views: Tensor


def blend(lower: Tensor, upper: Tensor, alpha: Tensor) -> Tensor:
    """Linear interpolation ``(targets, channels, rows, columns)`` at ``alpha`` ``(targets,)``."""
    weight = alpha[:, None, None, None]
    return (1.0 - weight) * lower + weight * upper


class Fusion(nn.Module):
    """Joins the two views of a gap at a position: each modulated by its distance, then added."""

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__()
        self.embedding = ScalarEmbedding(3, config.embedding)
        self.films = nn.ModuleList(nn.Linear(config.embedding, 2 * width) for width in config.widths)

    def forward(self, gap: GapFeatures, position: Position) -> Fused:
        """Fused features by level, of targets whose gap ``gap`` already is."""
        embedding = self.embedding(position.from_each_side())
        fused, views = [], []
        for level, film in zip(gap.levels, self.films, strict=True):
            seen = functional.silu(modulate(level.flatten(0, 1), film(embedding)))
            views.append(seen)
            lower, upper = seen.chunk(2)
            fused.append(lower + upper)
        return Fused(tuple(fused), views[0])


class MeanDecoder(nn.Module):
    """Up-path from fused features to a correction of the blended latents and a map of half-widths."""

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__()
        self.embedding = ScalarEmbedding(4, config.embedding)
        self.stages = nn.ModuleList(
            nn.ModuleList(ResidualBlock(width, config.embedding) for _ in range(blocks))
            for width, blocks in zip(config.widths, config.decoder_blocks, strict=True)
        )
        self.up = nn.ModuleList(
            convolution(coarse, fine)
            for fine, coarse in zip(config.widths[:-1], config.widths[1:], strict=True)
        )
        self.correction = convolution(config.widths[0], config.latent_channels, zero=True)
        self.half_width = convolution(config.widths[0], config.pixels, zero=True)
        self.factor = config.factor

    def forward(self, fused: Fused, position: Position, blended: Tensor) -> MeanEstimate:
        """Estimate for every target; ``blended`` are the linearly interpolated latents."""
        embedding = self.embedding(position.symmetric())
        features = fused.levels[-1]
        levels: list[Tensor] = []
        for depth in reversed(range(len(self.stages))):
            for block in self.stages[depth]:  # type: ignore[attr-defined]
                features = block(features, embedding)
            levels.insert(0, features)
            if depth:
                raised = functional.interpolate(
                    self.up[depth - 1](features), scale_factor=2.0, mode="nearest"
                )
                features = fused.levels[depth - 1] + raised
        activated = functional.silu(features)
        spread = functional.softplus(self.half_width(activated).float() + INITIAL_HALF_WIDTH)
        return MeanEstimate(
            latent=blended + self.correction(activated).float() * position.remoteness(),
            half_width=functional.pixel_shuffle(spread, self.factor)
            * position.remoteness().clamp(min=LEAST_SHARE),
            features=tuple(levels),
            views=fused.views,
        )
