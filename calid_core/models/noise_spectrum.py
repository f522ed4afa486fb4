"""Starting noise of the denoiser: coloured like what is unknown.

White noise in the latent is blocky: neighbouring latent pixels know nothing of each other, and a few steps must first
build what every image has, smoothness. What the neighbours leave open (misplaced edges, texture) has a falling
spectrum; noise of that spectrum, put through the linear part of the encoder, is already of the right kind.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

REFERENCE_SIDE = 256
"""Side of the grid on which the covariance of coloured noise is evaluated."""


def amplitude(rows: int, columns: int, *, corner: float, slope: float) -> Tensor:
    """Amplitude ``(rows, columns // 2 + 1)`` by spatial frequency: flat below ``corner`` (per pixel), then falling.

    The power falls with the frequency to the power ``2 * slope``; it is scaled so that pixels have unit variance.
    """
    vertical, horizontal = torch.fft.fftfreq(rows), torch.fft.rfftfreq(columns)
    ratio = torch.hypot(vertical[:, None], horizontal[None, :]) / corner
    shape = (1.0 + ratio.square()).pow(-0.5 * slope)
    # A real transform keeps half of the columns: those between the first and the last stand for two.
    weight = torch.full((columns // 2 + 1,), 2.0)
    weight[0] = 1.0
    if columns % 2 == 0:
        weight[-1] = 1.0
    return shape / ((shape.square() * weight).sum() / (rows * columns)).sqrt()


def coloured(white: Tensor, *, corner: float, slope: float) -> Tensor:
    """``white`` ``(…, rows, columns)`` with the spectrum of ``amplitude``, unit variance."""
    rows, columns = white.shape[-2:]
    gain = _gain(rows, columns, corner, slope, white.device)
    pixels: Tensor = torch.fft.irfft2(torch.fft.rfft2(white) * gain, s=(rows, columns))
    return pixels


@lru_cache(maxsize=8)
@torch.inference_mode(False)  # what is kept may be used where gradients are
def _gain(rows: int, columns: int, corner: float, slope: float, device: torch.device) -> Tensor:
    return amplitude(rows, columns, corner=corner, slope=slope).to(device)


def covariance(side: int, *, corner: float, slope: float) -> Tensor:
    """Covariance ``(side**2, side**2)`` of the pixels of a small block of coloured noise."""
    gain = amplitude(REFERENCE_SIDE, REFERENCE_SIDE, corner=corner, slope=slope)
    by_lag: Tensor = torch.fft.irfft2(gain.square().to(torch.complex64), s=(REFERENCE_SIDE, REFERENCE_SIDE))
    place = torch.arange(side)
    row, column = (axis.reshape(-1) for axis in torch.meshgrid(place, place, indexing="ij"))
    return by_lag[row[:, None] - row[None, :], column[:, None] - column[None, :]]


def normalised_basis(basis: Tensor, *, corner: float, slope: float) -> Tensor:
    """Rows of ``basis`` ``(channels, side**2)`` scaled so that blocks of coloured noise give unit variances."""
    pixels = covariance(math.isqrt(basis.shape[1]), corner=corner, slope=slope)
    variance = torch.einsum("ci,ij,cj->c", basis.float().cpu(), pixels, basis.float().cpu())
    return basis / variance.sqrt().to(basis.device)[:, None]


def latent_noise(pixels: Tensor, basis: Tensor) -> Tensor:
    """Latent noise ``(batch, channels, rows / side, columns / side)`` of pixel noise ``(batch, 1, rows, columns)``."""
    blocks = functional.pixel_unshuffle(pixels, math.isqrt(basis.shape[1]))
    return torch.einsum("ci,bihw->bchw", basis.to(blocks.dtype), blocks)
