"""Conditioning over time: the features of a gap at one phase, with what the phases about it show.

Only differences between phases enter, through layers without bias: a heart that stands still, or a single phase, gives
exactly the features of the 2D networks. How a phase counts depends on its distance in time, not on its index, so phases need
not be evenly spaced; beyond ``REACH`` it does not count at all. Everything downstream (posterior mean, displacements,
denoiser) is conditioned on these features.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.models.blocks import ScalarEmbedding
from calid_core.models.config import TemporalConfig
from calid_core.models.neighbours import GapFeatures

REACH = 0.15
"""Phases further away than this share of the heart cycle are not looked at."""


def closeness(offset: Tensor) -> Tensor:
    """1 for the same moment, falling smoothly to 0 at ``REACH``; ``offset`` in heart cycles."""
    return (1.0 - (offset / REACH).square()).clamp(min=0.0).square()


class LevelMixer(nn.Module):
    """The mixing at one level of resolution: one sum over earlier and one over later phases, then a correction."""

    def __init__(self, width: int, embedding: int) -> None:
        super().__init__()
        self.gate = nn.Linear(embedding, 2 * width)
        self.gather = nn.Conv2d(2 * width, width // 2, 3, padding=1, bias=False)
        self.correct = nn.Conv2d(width // 2, width, 1, bias=False)
        nn.init.ones_(self.gate.bias)
        nn.init.zeros_(self.correct.weight)

    def forward(self, level: Tensor, others: Sequence[Tensor], embedding: Tensor, share: Tensor) -> Tensor:
        """``level`` and each of ``others`` are ``(2, gaps, channels, rows, columns)``.

        ``embedding`` ``(others * gaps, width)`` describes the offsets, ``share`` ``(others, gaps, 2)`` is how much each counts
        among the earlier and among the later phases.
        """
        gates = self.gate(embedding).unflatten(1, (2, -1)).unflatten(0, share.shape[:2])
        weights = (gates * share[..., None]).to(level.dtype)
        seen = torch.zeros((*level.shape[:2], 2, *level.shape[2:]), dtype=level.dtype, device=level.device)
        for other, weight in zip(others, weights, strict=True):
            seen = torch.addcmul(seen, (other - level)[:, :, None], weight[None, ..., None, None])
        flat = seen.flatten(0, 1).flatten(1, 2).contiguous(memory_format=torch.channels_last)
        change: Tensor = self.correct(functional.silu(self.gather(flat)))
        return level + change.reshape(level.shape)


class TemporalMixer(nn.Module):
    """Adds to the features of a phase what earlier and later phases show differently."""

    def __init__(self, config: TemporalConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = ScalarEmbedding(1, config.embedding)
        self.levels = nn.ModuleList(LevelMixer(width, config.embedding) for width in config.widths)

    def forward(self, features: GapFeatures, others: Sequence[GapFeatures], offsets: Tensor) -> GapFeatures:
        """Features like ``features``, levels ``(2, gaps, channels, rows, columns)``.

        Parameters
        ----------
        features
            Of the gaps at their own phase.
        others
            Of the same gaps at other phases.
        offsets
            ``(others, gaps)``: how much later each is, in heart cycles, negative where earlier.
        """
        if not others:
            return features
        embedding = self.embedding((offsets / REACH).reshape(-1, 1))
        near = closeness(offsets)
        share = torch.stack([near * (offsets < 0), near * (offsets > 0)], dim=-1)
        levels = [
            mixer(level, [other.levels[depth] for other in others], embedding, share)
            for depth, (mixer, level) in enumerate(zip(self.levels, features.levels, strict=True))
        ]
        return GapFeatures(tuple(levels))

    @torch.no_grad()
    def scale(self, share: float) -> None:
        """Multiply all corrections by ``share``: the last layer of each level is linear and has no bias."""
        for mixer in self.levels:
            mixer.correct.weight.mul_(share)  # type: ignore[union-attr, operator]
