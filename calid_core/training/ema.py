"""Exponential moving average of weights."""

from __future__ import annotations

import torch
from torch import nn


def ema_decay(step: int, *, maximum: float) -> float:
    """Decay at ``step``: short memory at first, so that the average forgets the random start."""
    return min(maximum, (1.0 + step) / (10.0 + step))


@torch.no_grad()
def update_ema(average: nn.Module, model: nn.Module, decay: float) -> None:
    """Move ``average`` towards ``model``; buffers are copied."""
    targets = [parameter.detach() for parameter in average.parameters()]
    torch._foreach_lerp_(targets, [parameter.detach() for parameter in model.parameters()], 1.0 - decay)
    for target, source in zip(average.buffers(), model.buffers(), strict=True):
        target.copy_(source)
