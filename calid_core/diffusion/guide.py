"""A sharp first guess to start the flow from: the neighbours, moved into place, each region taken from one of them.

Averaging two neighbours halves the power of their texture and shows edges twice. Here a smooth random field decides by
region which neighbour is shown; as the position moves through the gap, regions change over one after another, so that
the volume stays continuous.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from calid_core.diffusion.noise import coloured

REGION_CORNER = 1.0 / 48.0
"""Regions are about as large as the inverse of this, in pixels."""
REGION_SLOPE = 3.0
SOFTNESS = 0.06
"""Width of the transition between regions in units of the position in the gap."""


def uniform_field(white: Tensor) -> Tensor:
    """Smooth field ``(batch, 1, rows, columns)`` whose values are uniform in [0, 1], from white noise."""
    smooth = coloured(white, corner=REGION_CORNER, slope=REGION_SLOPE)
    return 0.5 * (1.0 + torch.erf(smooth / math.sqrt(2.0)))


def upper_share(field: Tensor, alpha: Tensor) -> Tensor:
    """Share of the upper slice in each pixel at ``alpha`` ``(batch,)``: near 0 where the field exceeds it, else near 1."""
    return torch.sigmoid((alpha[:, None, None, None] - field) / SOFTNESS)


def composite(lower: Tensor, upper: Tensor, share: Tensor) -> Tensor:
    """Lower and upper image in the proportion of ``share``."""
    return torch.lerp(lower, upper, share)
