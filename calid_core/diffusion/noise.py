"""White noise that a sample starts from: shared by all slices and phases near a plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import IntEnum

import torch
from torch import Tensor

PLANE_STRIDE = 1_009
SAMPLE_STRIDE = 1_000_003
PURPOSE_STRIDE = 15_485_863


class Purpose(IntEnum):
    """What noise is drawn for."""

    START = 0
    REGIONS = 1


def plane_seed(seed: int, plane: int, sample: int, purpose: Purpose) -> int:
    """Seed of the noise of one acquired plane, or of the gap above it, for one sample."""
    return seed + PLANE_STRIDE * (plane + 1) + SAMPLE_STRIDE * sample + PURPOSE_STRIDE * purpose


def white_noise(
    shape: Sequence[int], *, seed: int, plane: int, sample: int = 0, purpose: Purpose = Purpose.START
) -> Tensor:
    """Standard normal pixels of one acquired plane; the same for every phase, device, batch size and order."""
    generator = torch.Generator().manual_seed(plane_seed(seed, plane, sample, purpose))
    return torch.randn(tuple(shape), generator=generator)


def blend_noise(lower: Tensor, upper: Tensor, alpha: float) -> Tensor:
    """Noise at ``alpha`` between two planes: continuous in ``alpha`` and of the same variance everywhere."""
    turn = alpha * math.pi / 2.0
    return math.cos(turn) * lower + math.sin(turn) * upper
