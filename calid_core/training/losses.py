"""What training minimises, one equation each. Images are ``(batch, 1, rows, columns)`` float32, data range 1."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

SIGMA, RADIUS = 1.5, 5
"""Of the Gaussian window of SSIM, pixels."""


def gradient_difference(prediction: Tensor, truth: Tensor) -> Tensor:
    """Mean absolute difference of the in-plane finite differences."""
    error = prediction - truth
    return error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean()


def gaussian_window(sigma: float, radius: int, like: Tensor) -> Tensor:
    """Normalised Gaussian ``(2 * radius + 1,)``."""
    offsets = torch.arange(-radius, radius + 1, dtype=like.dtype, device=like.device)
    weights = torch.exp(-0.5 * (offsets / sigma).square())
    return weights / weights.sum()


def smooth(images: Tensor, window: Tensor) -> Tensor:
    """Separable filtering of ``(batch, channels, rows, columns)`` without padding."""
    channels = images.shape[1]
    size = len(window)
    rows = functional.conv2d(images, window.view(1, 1, size, 1).expand(channels, 1, size, 1), groups=channels)
    return functional.conv2d(rows, window.view(1, 1, 1, size).expand(channels, 1, 1, size), groups=channels)


def structural_similarity(prediction: Tensor, truth: Tensor) -> Tensor:
    """Mean SSIM (Wang 2004) with a Gaussian window and data range 1."""
    first, second = 0.01**2, 0.03**2
    moments = torch.cat([prediction, truth, prediction**2, truth**2, prediction * truth], dim=1)
    smoothed = smooth(moments, gaussian_window(SIGMA, RADIUS, prediction))
    mean_p, mean_t, square_p, square_t, product = smoothed.chunk(5, dim=1)
    variance_p, variance_t = square_p - mean_p**2, square_t - mean_t**2
    covariance = product - mean_p * mean_t
    numerator = (2 * mean_p * mean_t + first) * (2 * covariance + second)
    ratio: Tensor = numerator / ((mean_p**2 + mean_t**2 + first) * (variance_p + variance_t + second))
    return ratio.mean()


def squared_error(prediction: Tensor, truth: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean squared error ``(images,)``; ``weight`` is how much each pixel counts, of the shape of the images."""
    error = (prediction - truth).square()
    axes = (1, 2, 3)
    if weight is None:
        return error.mean(dim=axes)
    return (weight * error).sum(dim=axes) / weight.sum(dim=axes)


def relative_error(error: Tensor, reference: Tensor, floor: float) -> Tensor:
    """Mean over images of ``error`` over that of a ``reference`` plus ``floor``, ``(images,)`` both.

    Where the error of the reference is far above ``floor``, images count alike in decibels; far below, by the error itself.
    """
    return (error / (reference + floor)).mean()


def upper_quantile_loss(estimate: Tensor, values: Tensor, coverage: float) -> Tensor:
    """Pinball loss: least where ``estimate`` is the ``coverage`` quantile of ``values``."""
    excess = values - estimate
    return torch.maximum(coverage * excess, (coverage - 1.0) * excess).mean()


def multiscale_error(prediction: Tensor, truth: Tensor) -> Tensor:
    """Absolute error ``(batch,)`` at full and at a quarter of the resolution: the coarse one pulls from further away."""
    fine = (prediction - truth).abs().mean(dim=(1, 2, 3))
    coarse = functional.avg_pool2d(prediction - truth, 4).abs().mean(dim=(1, 2, 3))
    return fine + coarse
