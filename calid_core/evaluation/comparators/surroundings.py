"""The acquired slices about every gap of a kept volume, as tensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from calid_core.cine import CineStack

MULTIPLE = 16


@dataclass(frozen=True)
class Surroundings:
    """Four acquired slices about each gap.

    Parameters
    ----------
    images
        ``(gaps, 4, rows, columns)``, far lower, near lower, near upper, far upper; absent ones repeat the near one.
    present
        ``(gaps, 2)``, 1 where the far ones exist.
    distances
        ``(gaps, 3)``, mm between successive ones of the four.
    thickness
        ``(gaps,)``, mm, 0 where unknown.
    """

    images: Tensor
    present: Tensor
    distances: Tensor
    thickness: Tensor

    def blended(self, alpha: Tensor) -> Tensor:
        """Linear interpolation ``(gaps, 1, rows, columns)`` at ``alpha`` ``(gaps,)``."""
        weight = alpha[:, None, None]
        return ((1.0 - weight) * self.images[:, 1] + weight * self.images[:, 2])[:, None]


def surroundings(kept: CineStack, phase: int, device: torch.device) -> Surroundings:
    """Every gap of one phase; sides are padded to multiples of ``MULTIPLE`` by reflection."""
    volume = torch.tensor(kept.intensity[phase].astype(np.float32), device=device)
    rows, columns = volume.shape[1:]
    volume = functional.pad(volume[:, None], (0, -columns % MULTIPLE, 0, -rows % MULTIPLE), mode="reflect")[
        :, 0
    ]
    gaps, last = kept.slices - 1, kept.slices - 1
    near = torch.arange(gaps, device=device)
    chain = torch.stack([near - 1, near, near + 1, near + 2], dim=1)
    present = torch.stack([chain[:, 0] >= 0, chain[:, 3] <= last], dim=1).float()
    clamped = chain.clamp(0, last)
    pitch = kept.geometry.pitch
    return Surroundings(
        images=volume[clamped],
        present=present,
        distances=clamped.diff(dim=1).float() * pitch,
        thickness=torch.full((gaps,), kept.source.thickness or 0.0, device=device),
    )


def unpadded(images: Tensor, kept: CineStack) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """``(gaps, rows, columns)`` float32 of padded ``(gaps, 1, …)`` images."""
    rows, columns = kept.geometry.shape[1:]
    result: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = (
        images[:, 0, :rows, :columns].float().cpu().numpy()
    )
    return result
