"""All slices of a pack as one tensor on the training device, and where each volume lies in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from calid_core.training.pack import FULL_SCALE, PackedVolume


@dataclass(frozen=True)
class SliceBank:
    """Slices of many volumes, padded to one square by reflection.

    ``intensity`` is ``(slices, side, side)`` uint8; ``first[v]`` is the index of the first slice of volume ``v``;
    ``centres`` is ``(volumes, 2)``, row and column of the heart; ``extents`` its sides in pixels.
    """

    intensity: Tensor
    first: tuple[int, ...]
    volumes: tuple[PackedVolume, ...]
    centres: Tensor
    extents: Tensor

    def gather(self, index: Tensor) -> Tensor:
        """Scaled float32 slices ``(*index.shape, side, side)``."""
        return self.intensity[index.to(self.intensity.device)].float() / FULL_SCALE


def make_bank(volumes: Sequence[PackedVolume], device: torch.device) -> SliceBank:
    """Put ``volumes`` on ``device``."""
    side = max(max(v.intensity.shape[1:]) for v in volumes)
    padded, first, total = [], [], 0
    for volume in volumes:
        _, rows, columns = volume.intensity.shape
        padded.append(
            np.pad(volume.intensity, ((0, 0), (0, side - rows), (0, side - columns)), mode="reflect")
        )
        first.append(total)
        total += len(volume.intensity)
    boxes = torch.tensor([v.box for v in volumes], dtype=torch.float32)
    return SliceBank(
        torch.from_numpy(np.concatenate(padded)).to(device),
        tuple(first),
        tuple(volumes),
        torch.stack([boxes[:, :2].mean(dim=1), boxes[:, 2:].mean(dim=1)], dim=1),
        torch.stack([boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]], dim=1),
    )
