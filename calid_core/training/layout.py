"""Where the numbers of a tensor lie in memory: the fused optimiser wants moments and gradients laid out as their parameter."""

from __future__ import annotations

import torch
from torch import Tensor


def laid_out_like(parameter: Tensor, values: Tensor) -> Tensor:
    """``values`` with the strides of ``parameter``, which has their shape; a copy only where they differ."""
    if values.stride() == parameter.stride():
        return values
    return torch.empty_like(parameter, dtype=values.dtype, device=values.device).copy_(values)
