"""The acquired slices about every gap of a kept volume, as tensors."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from calid_core.cine import CineStack
from calid_core.diffusion.encoding import SlicePositions, gap_places
from calid_core.models.neighbours import Neighbourhood

MULTIPLE = 16


def surroundings(kept: CineStack, phase: int, device: torch.device) -> Neighbourhood:
    """Every gap of one phase; its images, of one channel, take the place of latents.

    Sides are padded to multiples of ``MULTIPLE`` by reflection.
    """
    volume = torch.tensor(kept.intensity[phase].astype(np.float32), device=device)[:, None]
    rows, columns = volume.shape[2:]
    padding = (0, -columns % MULTIPLE, 0, -rows % MULTIPLE)
    along = tuple(kept.geometry.pitch * index for index in range(kept.slices))
    positions = SlicePositions(along, kept.source.thickness or 0.0)
    places = gap_places(positions, range(kept.slices - 1), device)
    return places.neighbourhood(functional.pad(volume, padding, mode="reflect"))


def unpadded(images: Tensor, kept: CineStack) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """``(gaps, rows, columns)`` float32 of padded ``(gaps, 1, …)`` images."""
    rows, columns = kept.geometry.shape[1:]
    result: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = (
        images[:, 0, :rows, :columns].float().cpu().numpy()
    )
    return result
