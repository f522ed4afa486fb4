"""Starting noise of the denoiser: drawn once per acquired plane, shared by all slices and phases near it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

PLANE_STRIDE = 1_009
SAMPLE_STRIDE = 1_000_003


def plane_seed(seed: int, plane: int, sample: int) -> int:
    """Seed of the noise of one acquired plane for one sample."""
    return seed + PLANE_STRIDE * (plane + 1) + SAMPLE_STRIDE * sample


def plane_noise(shape: Sequence[int], *, seed: int, plane: int, sample: int = 0) -> Tensor:
    """Standard normal noise of one acquired plane; the same for every phase, device, batch size and order."""
    generator = torch.Generator().manual_seed(plane_seed(seed, plane, sample))
    return torch.randn(tuple(shape), generator=generator)


def blend_noise(lower: Tensor, upper: Tensor, alpha: float) -> Tensor:
    """Noise at ``alpha`` between two planes: continuous in ``alpha`` and of the same variance everywhere."""
    turn = alpha * math.pi / 2.0
    return math.cos(turn) * lower + math.sin(turn) * upper
