"""Gaussian blur of images."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor


def blur(images: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of ``(batch, 1, rows, columns)`` with edge values beyond the border."""
    rows, columns = (_blur_matrix(size, sigma, images.device, images.dtype) for size in images.shape[-2:])
    return rows @ images @ columns.mT


@lru_cache(maxsize=32)
@torch.inference_mode(False)  # what is kept may be used where gradients are
def _blur_matrix(size: int, sigma: float, device: torch.device, dtype: torch.dtype) -> Tensor:
    """What each of ``size`` pixels in a row takes from each: on a CPU a product is many times faster than a long convolution."""
    radius = math.ceil(2.5 * sigma)
    offsets = torch.arange(-radius, radius + 1)
    window = torch.exp(-0.5 * (offsets / sigma).square())
    sources = (torch.arange(size)[:, None] + offsets).clamp(0, size - 1)
    shares = (window / window.sum()).expand(size, -1)
    return torch.zeros(size, size).scatter_add_(1, sources, shares).to(device, dtype)
