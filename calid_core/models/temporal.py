"""Conditioning over time: the features of a gap at one phase, with what other phases of the heart show differently.

Two kinds of phases are looked at. Those near in time show the same tissue with other noise. The relaxed and the contracted heart show other
tissue: between them the base moves towards the apex by as much as slices lie apart, so that what is hidden at one phase passes
through an acquired slice at another.

Only differences between phases enter, through layers without bias: a heart that stands still, or a single phase, gives
exactly the features of the 2D networks. How a near phase counts depends on its distance in time, not on its index, so phases need
not be evenly spaced; beyond ``REACH`` it does not count at all. Everything downstream (posterior mean, displacements,
denoiser) is conditioned on these features.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.models.blocks import ScalarEmbedding
from calid_core.models.config import TemporalConfig
from calid_core.models.neighbours import GapFeatures

REACH = 0.15
"""Near phases further away than this share of the heart cycle are not looked at."""


class Role(IntEnum):
    """Why a phase is looked at."""

    NEAR = 0
    RELAXED = 1
    CONTRACTED = 2


VOICES = 4
"""Sums that enter separately: over earlier and over later near phases, the relaxed and the contracted heart."""


def closeness(offset: Tensor) -> Tensor:
    """1 for the same moment, falling smoothly to 0 at ``REACH``; ``offset`` in heart cycles."""
    return (1.0 - (offset / REACH).square()).clamp(min=0.0).square()


def shares(offsets: Tensor, roles: Tensor) -> Tensor:
    """How much each phase counts in each voice: ``(others, gaps)`` twice to ``(others, gaps, VOICES)``."""
    near = closeness(offsets) * (roles == Role.NEAR)
    voices = (near * (offsets < 0), near * (offsets > 0), roles == Role.RELAXED, roles == Role.CONTRACTED)
    return torch.stack([voice.to(offsets.dtype) for voice in voices], dim=-1)


class LevelMixer(nn.Module):
    """The mixing at one level of resolution: one sum per voice, then a correction."""

    def __init__(self, width: int, embedding: int) -> None:
        super().__init__()
        self.gate = nn.Linear(embedding, VOICES * width)
        self.gather = nn.Conv2d(VOICES * width, width // 2, 3, padding=1, bias=False)
        self.correct = nn.Conv2d(width // 2, width, 1, bias=False)
        nn.init.ones_(self.gate.bias)
        nn.init.zeros_(self.correct.weight)

    def forward(
        self,
        level: Tensor,
        others: Sequence[Tensor],
        embedding: Tensor,
        share: Tensor,
        heard: Sequence[Sequence[bool]],
    ) -> Tensor:
        """``level`` and each of ``others`` are ``(2, gaps, channels, rows, columns)``.

        ``embedding`` ``(others * gaps, width)`` describes the offsets, ``share`` ``(others, gaps, VOICES)`` is how much each counts,
        ``heard`` in which voices it counts at all.
        """
        gates = self.gate(embedding).unflatten(1, (VOICES, -1)).unflatten(0, share.shape[:2])
        weights = (gates * share[..., None]).to(level.dtype)[..., None, None]
        silence = torch.zeros_like(level)
        seen = [silence] * VOICES
        for other, weight, voices in zip(others, weights, heard, strict=True):
            difference = other - level
            for voice in range(VOICES):
                if voices[voice]:
                    seen[voice] = torch.addcmul(seen[voice], difference, weight[None, :, voice])
        flat = torch.cat(seen, dim=2).flatten(0, 1).contiguous(memory_format=torch.channels_last)
        change: Tensor = self.correct(functional.silu(self.gather(flat)))
        return level + change.reshape(level.shape)


class TemporalMixer(nn.Module):
    """Adds to the features of a phase what other phases show differently."""

    def __init__(self, config: TemporalConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = ScalarEmbedding(1, config.embedding)
        self.levels = nn.ModuleList(LevelMixer(width, config.embedding) for width in config.widths)

    def forward(
        self, features: GapFeatures, others: Sequence[GapFeatures], offsets: Tensor, roles: Tensor
    ) -> GapFeatures:
        """Features like ``features``, levels ``(2, gaps, channels, rows, columns)``.

        Parameters
        ----------
        features
            Of the gaps at their own phase.
        others
            Of the same gaps at other phases.
        offsets
            ``(others, gaps)``: how much later each is, in heart cycles, negative where earlier.
        roles
            ``(others, gaps)``: the ``Role`` of each.
        """
        if not others:
            return features
        # The extremes are known by their voices; how far away they are differs from heart to heart.
        embedding = self.embedding((offsets * (roles == Role.NEAR) / REACH).reshape(-1, 1))
        share = shares(offsets, roles)
        heard = share.any(dim=1).tolist()
        levels = [
            mixer(level, [other.levels[depth] for other in others], embedding, share, heard)
            for depth, (mixer, level) in enumerate(zip(self.levels, features.levels, strict=True))
        ]
        return GapFeatures(tuple(levels))

    @torch.no_grad()
    def scale(self, share: float) -> None:
        """Multiply all corrections by ``share``: the last layer of each level is linear and has no bias."""
        for mixer in self.levels:
            mixer.correct.weight.mul_(share)  # type: ignore[union-attr, operator]
