"""What the networks know of one phase before anything is synthesised: latents and features of its gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from calid_core.arrays import FloatArray
from calid_core.diffusion.texture import texture_power
from calid_core.models.checkpoint import CalidModel
from calid_core.models.neighbours import GapFeatures, Neighbourhood

CEILING = 1.1
"""Largest scaled intensity the networks were trained on."""


@dataclass(frozen=True)
class SlicePositions:
    """Where the acquired slices lie: ``along`` the normal in mm, and their ``thickness`` in mm, 0 where unknown."""

    along: tuple[float, ...]
    thickness: float


@dataclass(frozen=True, eq=False)
class GapPlaces:
    """The four acquired slices about each of some gaps, the same at every phase.

    Parameters
    ----------
    slices
        ``(gaps, 4)``, which they are; a far one that is absent is its neighbour.
    present, distances, thickness
        As in a ``Neighbourhood``.
    """

    slices: Tensor
    present: Tensor
    distances: Tensor
    thickness: Tensor

    def neighbourhood(self, latents: Tensor) -> Neighbourhood:
        """What the networks are told of those slices, from the ``latents`` of all."""
        return Neighbourhood(latents[self.slices], self.present, self.distances, self.thickness)


@dataclass(frozen=True, eq=False)
class EncodedPhase:
    """One phase as the networks see it.

    Parameters
    ----------
    images
        ``(slices, 1, rows, columns)``, padded.
    latents
        ``(slices, channels, rows / factor, columns / factor)``; the factor is that of the autoencoder, 4 in the shipped one.
    features
        Of the gaps in which slices are wanted, in increasing order.
    """

    images: Tensor
    latents: Tensor
    features: GapFeatures

    @cached_property
    def texture(self) -> Tensor:
        """How strong the texture of ``images`` is at each place."""
        return texture_power(self.images)


def encode_phase(
    model: CalidModel,
    slices: FloatArray,
    gaps: Sequence[GapPlaces],
    batch_size: int,
    before_evaluation: Callable[[], None],
) -> EncodedPhase:
    """Encode the acquired ``slices`` ``(slices, rows, columns)`` of one phase, and the parts ``gaps`` of those between them."""
    images = padded_images(slices, model.conditional.config.divisor).to(model.device)
    latents = encode_slices(model, images, batch_size, before_evaluation)
    parts = []
    for places in gaps:
        before_evaluation()
        parts.append(model.conditional.neighbours(places.neighbourhood(latents)))
    return EncodedPhase(images, latents, GapFeatures.joined(parts))


def encoding_evaluations(slices: int, gaps: int, batch_size: int) -> int:
    """Network evaluations of ``encode_phase``."""
    return -(-slices // batch_size) - (-gaps // batch_size)


def gap_places(positions: SlicePositions, gaps: Sequence[int], device: torch.device) -> GapPlaces:
    """The four acquired slices about each of ``gaps``, on ``device``; absent far ones are masked."""
    along = positions.along
    last = len(along) - 1
    chain = [[gap - 1, gap, gap + 1, gap + 2] for gap in gaps]
    clamped = [[min(max(i, 0), last) for i in four] for four in chain]
    distances = [[abs(along[b] - along[a]) for a, b in pairwise(four)] for four in clamped]
    present = [[float(four[0] >= 0), float(four[3] <= last)] for four in chain]
    return GapPlaces(
        torch.tensor(clamped, device=device),
        torch.tensor(present, device=device),
        torch.tensor(distances, device=device),
        torch.full((len(gaps),), positions.thickness, device=device),
    )


def padded_images(slices: FloatArray, multiple: int) -> Tensor:
    """``slices`` as ``(slices, 1, rows, columns)``, clipped to what was trained on, sides reflected to multiples of ``multiple``."""
    images = torch.from_numpy(np.ascontiguousarray(slices, np.float32))[:, None].clamp(0.0, CEILING)
    rows, columns = images.shape[-2:]
    padding = (0, -columns % multiple, 0, -rows % multiple)
    reflects = padding[1] < columns and padding[3] < rows
    return functional.pad(images, padding, mode="reflect" if reflects else "replicate")


def encode_slices(
    model: CalidModel, padded: Tensor, batch_size: int, before_evaluation: Callable[[], None]
) -> Tensor:
    """Latents ``(slices, channels, rows / factor, columns / factor)`` of padded images."""
    latents = []
    for part in torch.split(padded, batch_size):
        before_evaluation()
        latents.append(model.autoencoder.encode(part.contiguous(memory_format=torch.channels_last)).float())
    return torch.cat(latents)
