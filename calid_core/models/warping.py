"""Neighbouring slices moved to where their structures lie in the slice between them: sharp by construction."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.models.blocks import convolution
from calid_core.models.config import ConditionalConfig


class WarpHead(nn.Module):
    """Displacement of each neighbour towards the target, by the same weights for the lower and the upper one."""

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__()
        self.first = convolution(2 * config.widths[0], config.warp_width)
        self.second = convolution(config.warp_width, 2, zero=True)

    def forward(self, views: Tensor, features: Tensor) -> Tensor:
        """Displacements ``(2 * targets, 2, rows / 4, columns / 4)`` in pixels, row and column.

        ``views`` ``(2 * targets, …)`` are the finest features seen from below and from above, ``features``
        ``(targets, …)`` the finest ones of the mean decoder.
        """
        both = torch.cat([views, torch.cat([features, features])], dim=1)
        return self.second(functional.silu(self.first(functional.silu(both)))).float()  # type: ignore[no-any-return]


def warp(images: Tensor, displacement: Tensor, mode: str = "bilinear") -> Tensor:
    """``images`` ``(batch, 1, rows, columns)`` sampled at each pixel plus its displacement, given at a lower resolution."""
    size = images.shape[-2:]
    field = functional.interpolate(displacement, size=size, mode="bilinear", align_corners=False)
    return sample(images, field, mode)


def sample(images: Tensor, offset: Tensor, mode: str) -> Tensor:
    """``images`` ``(batch, channels, rows, columns)`` at each pixel plus ``offset`` ``(batch, 2, rows, columns)``, row and column."""
    rows, columns = images.shape[-2:]
    row = torch.arange(rows, dtype=torch.float32, device=images.device)[:, None] + offset[:, 0]
    column = torch.arange(columns, dtype=torch.float32, device=images.device)[None, :] + offset[:, 1]
    grid = torch.stack([2.0 * column / (columns - 1) - 1.0, 2.0 * row / (rows - 1) - 1.0], dim=-1)
    place = sampling_device(images.device)
    sampled = functional.grid_sample(
        images.to(place), grid.to(place), mode=mode, padding_mode="border", align_corners=True
    )
    return sampled.to(images.device)


def sampling_device(device: torch.device) -> torch.device:
    """Where images on ``device`` are sampled."""
    # On MPS, border padding is an error before torch 2.13 (pytorch#125098), which PyTorch's own fallback does not catch.
    return torch.device("cpu") if device.type == "mps" else device


def warp_pair(lower: Tensor, upper: Tensor, displacements: tuple[Tensor, Tensor]) -> Tensor:
    """Both neighbours ``(targets, 1, rows, columns)`` moved into place by bicubic sampling, ``(2 * targets, …)``, the lower ones first."""
    return torch.cat([warp(lower, displacements[0], "bicubic"), warp(upper, displacements[1], "bicubic")])


def roughness(displacement: Tensor) -> Tensor:
    """Mean squared difference of neighbouring displacements, in pixels squared."""
    return displacement.diff(dim=-1).square().mean() + displacement.diff(dim=-2).square().mean()
