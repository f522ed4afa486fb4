"""Random views of slices: where to look, how the intensities may differ, how breath-holds may shift.

Every function takes its parameters or a generator; nothing is drawn from global state. Images are
``(batch, slices, rows, columns)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from calid_core.ranges import Range, check_ranges

LARGEST_OFFSET = 0.4
"""How far the centre of a view lies from that of the heart at most, as a share of the extent of the heart."""
BEND_NODES = 5
"""Nodes along a side of the coarse grid that bends a view."""


@dataclass(frozen=True)
class InPlaneViews:
    """In-plane views.

    ``matrix`` ``(batch, 2, 2)`` leads from crop to bank pixels, ``centre`` ``(batch, 2)`` is row and column there, ``bend``
    ``(batch, 2, n, n)`` how many pixels further a coarse grid over the crop looks.
    """

    matrix: Tensor
    centre: Tensor
    bend: Tensor


@dataclass(frozen=True)
class ViewLimits:
    """How far views differ.

    Parameters
    ----------
    rigid
        Share of views that are only flipped and transposed, so that no texture is lost.
    scale
        Largest magnification, and its inverse the least.
    stretch
        Likewise, the largest ratio of magnifications of two perpendicular directions.
    bend
        Standard deviation in pixels of the bending.
    """

    rigid: float = 0.5
    scale: float = 1.3
    stretch: float = 1.15
    bend: float = 1.5

    def __post_init__(self) -> None:
        check_ranges(self, {"rigid": Range(0, 1), "scale": Range(1), "stretch": Range(1), "bend": Range(0)})


def uniform(generator: torch.Generator, shape: tuple[int, ...], low: float, high: float) -> Tensor:
    """Uniform draws in ``[low, high)``."""
    return low + (high - low) * torch.rand(shape, generator=generator)


def random_views(
    generator: torch.Generator, centres: Tensor, extents: Tensor, limits: ViewLimits
) -> InPlaneViews:
    """Random views about the heart."""
    batch = len(centres)
    exact = torch.rand(batch, generator=generator) < limits.rigid
    angle = torch.where(exact, 0.0, uniform(generator, (batch,), -math.pi, math.pi))
    scale = torch.where(exact, 0.0, uniform(generator, (batch,), -1.0, 1.0)) * math.log(limits.scale)
    cosine, sine = torch.cos(angle) * scale.exp(), torch.sin(angle) * scale.exp()
    rotation = torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
    sign = torch.randint(0, 2, (batch, 2), generator=generator) * 2.0 - 1.0
    half = torch.where(exact, 0.0, uniform(generator, (batch,), -0.5, 0.5)) * math.log(limits.stretch)
    axes = torch.stack([half, -half], 1).exp()
    matrix = rotation * (sign * axes)[:, None, :]
    swap = torch.rand(batch, generator=generator) < 0.5
    matrix = torch.where(swap[:, None, None], matrix.flip(2), matrix)
    offset = uniform(generator, (batch, 2), -LARGEST_OFFSET, LARGEST_OFFSET) * extents
    nodes = torch.randn(batch, 2, BEND_NODES, BEND_NODES, generator=generator) * limits.bend
    bend = torch.where(exact[:, None, None, None], 0.0, nodes)
    return InPlaneViews(matrix, (centres + offset).round(), bend)


def seen_points(view: InPlaneViews, size: int, device: torch.device) -> Tensor:
    """``(batch, size, size, 2)``: row and column in the bank of every pixel of a view."""
    axis = torch.arange(size, dtype=torch.float32, device=device) - size // 2
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="ij"), dim=-1)
    bend = functional.interpolate(
        view.bend.to(device), size=(size, size), mode="bicubic", align_corners=True
    ).permute(0, 2, 3, 1)
    points = torch.einsum("bij,brcj->brci", view.matrix.to(device), grid + bend)
    return points + view.centre.to(device)[:, None, None]


def within_box(points: Tensor, centres: Tensor, extents: Tensor) -> Tensor:
    """Which of the ``points`` ``(batch, size, size, 2)`` lie in boxes about ``centres`` with sides ``extents``, ``(batch, 2)`` both."""
    away = (points - centres.to(points.device)[:, None, None]).abs()
    return (away <= 0.5 * extents.to(points.device)[:, None, None]).all(dim=-1)


def resample(images: Tensor, points: Tensor, shift: Tensor) -> Tensor:
    """Images ``(batch, slices, rows, columns)`` at ``points`` ``(batch, size, size, 2)`` by bicubic sampling.

    Every slice is moved by its ``shift`` ``(batch, slices, 2)`` in pixels.
    """
    batch, slices, rows, columns = images.shape
    device, size = images.device, points.shape[1]
    points = points[:, None] + shift.to(device)[:, :, None, None]
    scale = torch.tensor([2.0 / (rows - 1), 2.0 / (columns - 1)], device=device)
    normalised = (points * scale - 1.0).flip(-1).reshape(batch * slices, size, size, 2)
    sampled = functional.grid_sample(
        images.reshape(batch * slices, 1, rows, columns),
        normalised,
        mode="bicubic",
        padding_mode="reflection",
        align_corners=True,
    )
    return sampled.reshape(batch, slices, size, size)


def random_intensity(
    generator: torch.Generator, images: Tensor, *, gamma: float, gain: float, bias: float
) -> Tensor:
    """Images after a random gain, gamma and smooth in-plane coil bias, each the same for all slices of an item."""
    batch, _, rows, columns = images.shape
    device = images.device
    exponent = uniform(generator, (batch, 1, 1, 1), -1.0, 1.0).to(device) * math.log(gamma)
    factor = uniform(generator, (batch, 1, 1, 1), -1.0, 1.0).to(device) * math.log(gain)
    tilt = uniform(generator, (batch, 1, 2), -bias, bias).to(device)
    row = torch.linspace(-1, 1, rows, device=device)[:, None] * tilt[..., 0, None, None]
    column = torch.linspace(-1, 1, columns, device=device)[None, :] * tilt[..., 1, None, None]
    return images.clamp(0.0, 1.25).pow(exponent.exp()) * (factor + row + column).exp()
