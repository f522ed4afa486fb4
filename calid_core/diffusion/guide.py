"""A sharp first guess to start the flow from: the neighbours, moved into place, each region taken from one of them.

Averaging two neighbours halves the power of their texture and shows edges twice. Here each region is taken from the
neighbour that is nearer and agrees better with the posterior mean; a smooth random field breaks ties. As the position
moves through the gap, regions change over one after another and softly, so that long-axis planes show no bands. Where
things are, the posterior mean knows better: only detail finer than ``DETAIL_SIGMA`` is taken from the neighbours.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from calid_core.diffusion.blur import blur
from calid_core.models.noise_spectrum import coloured

REGION_CORNER = 1.0 / 48.0
"""Regions are about as large as the inverse of this, in pixels."""
REGION_SLOPE = 3.0
SOFTNESS = 0.4
"""Width of the transition between regions in units of log-odds."""
AGREEMENT = 2.0
"""How many log-odds a neighbour gains per factor e of smaller squared distance from the posterior mean."""
AGREEMENT_SIGMA = 4.0
"""Pixels over which that distance is averaged."""
AGREEMENT_FLOOR = 1e-3
DETAIL_SIGMA = 5.0
"""Pixels; structures larger than this are taken from the posterior mean."""
FINE_SIGMA = 1.0


def uniform_field(white: Tensor) -> Tensor:
    """Smooth field ``(batch, 1, rows, columns)`` whose values are uniform in [0, 1], from white noise."""
    smooth = coloured(white, corner=REGION_CORNER, slope=REGION_SLOPE)
    return 0.5 * (1.0 + torch.erf(smooth / math.sqrt(2.0)))


def disagreement(image: Tensor, mean: Tensor) -> Tensor:
    """Logarithm of the local squared distance between a neighbour and the posterior mean."""
    return torch.log(blur((image - mean).square(), AGREEMENT_SIGMA) + AGREEMENT_FLOOR)


def upper_share(field: Tensor, alpha: Tensor, advantage: Tensor) -> Tensor:
    """Share of the upper slice in each pixel.

    Parameters
    ----------
    field
        ``(batch, 1, rows, columns)``, uniform in [0, 1]: what decides where nothing else does.
    alpha
        ``(batch,)``, position in the gap.
    advantage
        Like ``field``: log-odds by which the upper slice agrees better with the posterior mean.
    """
    odds = torch.logit(alpha, eps=1e-4)[:, None, None, None] + advantage
    return torch.sigmoid((odds - torch.logit(field, eps=1e-4)) / SOFTNESS)


def sharpened(detail: Tensor, sharpness: float) -> Tensor:
    """``detail`` with what is finer than a pixel or two raised by ``sharpness``: resampling a slice dampens it."""
    return detail + sharpness * (detail - blur(detail, FINE_SIGMA))


def composite(
    lower: Tensor, upper: Tensor, mean: Tensor, field: Tensor, alpha: Tensor, *, sharpness: float
) -> Tensor:
    """First guess ``(batch, 1, rows, columns)`` from the warped neighbours and the decoded posterior mean."""
    advantage = AGREEMENT * (disagreement(lower, mean) - disagreement(upper, mean))
    detail = torch.lerp(lower, upper, upper_share(field, alpha, advantage)) - mean
    return mean + sharpened(detail - blur(detail, DETAIL_SIGMA), sharpness)
