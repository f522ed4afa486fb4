"""Time: what is made of a slice at one phase is drawn to what lies between the same slice at the phases before and after it.

Latents of successive phases err alike where the neighbouring slices do not show what lies between them, and differently where the
acquired images are noisy: a share of what lies between two other phases keeps the former and calms the latter. It is found by linear
interpolation in time, so phases need not be evenly spaced, and motion that is even in time stays as it is. The cycle is closed. A heart
that stands still, or a single phase, gives exactly what one phase gives (docs/decisions/0016).
"""

from __future__ import annotations

import torch
from torch import Tensor


def drawn_together(own: Tensor, before: Tensor, after: Tensor, place: float, share: float) -> Tensor:
    """``own`` with ``share`` of what lies at ``place`` between ``before`` and ``after``; latents of equal shape."""
    return torch.lerp(own, torch.lerp(before, after, place), share)
