"""The frozen segmentation network: it judges where boundaries of synthesised slices lie, and gives volume curves.

It has only ever seen acquired slices of training patients; one slice at a time, so that it knows nothing that the
slice itself does not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from scipy import ndimage
from torch import Tensor, nn
from torch.nn import functional

from calid_core.arrays import FloatArray
from calid_core.errors import CheckpointError
from calid_core.grid import Grid
from calid_core.models.blocks import ResidualBlock, convolution
from calid_core.models.device import ComputeDevice, choose_device, enough_memory, move
from calid_core.models.precision import reduced_precision
from calid_core.settings import Device
from calid_core.structures import LEFT_VENTRICLE

SPACING = 1.5
"""In-plane spacing the network works at, mm."""
SIDE = 112
"""Side of the square it looks at, in pixels of ``SPACING``: 168 mm."""
CLASSES = 4
"""Background, right ventricle, myocardium and left ventricle, in the order of their labels."""
WIDTHS = (32, 64, 96, 128)
"""Channels of each level, each at half the resolution of the one before."""
MIRRORINGS: tuple[tuple[int, ...], ...] = ((), (-1,), (-2,), (-2, -1))
"""Axes that are flipped; what is seen in each is averaged."""
LEAST_PROBABILITY = 1e-6
PART_SIZE = {"cpu": 16, "mps": 32, "cuda": 128}
"""Slices per network call."""
FACTOR = 2
"""The finest level works at this fraction of the resolution: unshuffled at the stem, shuffled back at the head."""


class SegmenterNetwork(nn.Module):
    """U-Net on ``(batch, 1, SIDE, SIDE)`` slices; gives class scores ``(batch, CLASSES, SIDE, SIDE)``."""

    def __init__(self) -> None:
        super().__init__()
        steps = tuple(pairwise(WIDTHS))
        self.stem = convolution(FACTOR**2, WIDTHS[0])
        self.inwards = nn.ModuleList(ResidualBlock(width) for width in WIDTHS)
        self.down = nn.ModuleList(nn.Conv2d(fine, coarse, 3, stride=2, padding=1) for fine, coarse in steps)
        self.up = nn.ModuleList(convolution(coarse, fine) for fine, coarse in steps)
        self.outwards = nn.ModuleList(ResidualBlock(width) for width in WIDTHS)
        self.head = convolution(WIDTHS[0], CLASSES * FACTOR**2)

    def forward(self, images: Tensor) -> Tensor:
        """Class scores of ``images``."""
        features = self.inwards[0](self.stem(functional.pixel_unshuffle(images, FACTOR)))
        passed = []
        for down, block in zip(self.down, self.inwards[1:], strict=True):
            passed.append(features)
            features = block(down(features))
        features = self.outwards[-1](features)
        for up, block in zip(reversed(self.up), reversed(self.outwards[:-1]), strict=True):
            features = block(passed.pop() + functional.interpolate(up(features), scale_factor=2.0))
        scores: Tensor = functional.pixel_shuffle(self.head(functional.silu(features)), FACTOR)
        return scores


@dataclass(frozen=True)
class Segmenter:
    """A trained network and the resampling around it."""

    network: SegmenterNetwork
    compute: ComputeDevice

    def segment(
        self, slices: FloatArray, *, spacing: tuple[float, float], centre: tuple[float, float]
    ) -> NDArray[np.uint8]:
        """Labels of slices on their own grid.

        Parameters
        ----------
        slices
            ``(slices, rows, columns)``, intensities scaled to 0 to 1.
        spacing
            ``(row, column)``, mm.
        centre
            ``(row, column)`` index about which the network looks, near the heart.

        Returns
        -------
        labels
            ``(slices, rows, columns)``: 0 background, 1 right ventricle, 2 myocardium, 3 left ventricle.
        """
        scores = self._scores(slices, spacing, centre)
        return from_square(scores, slices.shape[1:], spacing=spacing, centre=centre)

    def left_ventricle(
        self, slices: FloatArray, *, spacing: tuple[float, float], centre: tuple[float, float]
    ) -> NDArray[np.float32]:
        """By how much the score of the left ventricle exceeds every other, ``(slices, SIDE, SIDE)`` on ``grid``.

        ``DeviceMemoryError`` where the memory of the device does not suffice; so for ``segment``.
        """
        scores = self._scores(slices, spacing, centre)
        margin: NDArray[np.float32] = scores[:, LEFT_VENTRICLE] - scores[:, :LEFT_VENTRICLE].max(axis=1)
        return margin

    @staticmethod
    def grid(*, spacing: tuple[float, float], centre: tuple[float, float]) -> Grid:
        """Where the square that the network looks at lies in the images."""
        step = (SPACING / spacing[0], SPACING / spacing[1])
        half = 0.5 * (SIDE - 1)
        return Grid((centre[0] - half * step[0], centre[1] - half * step[1]), step, spacing)

    @torch.inference_mode()
    def _scores(
        self, slices: FloatArray, spacing: tuple[float, float], centre: tuple[float, float]
    ) -> NDArray[np.float32]:
        """Class scores ``(slices, CLASSES, SIDE, SIDE)``: logarithms of probabilities."""
        squares = torch.from_numpy(to_square(slices, spacing=spacing, centre=centre, side=SIDE))
        device = self.compute.device
        with enough_memory("contours", device), reduced_precision(self.compute):
            parts = [
                self._mirrored(part[:, None].to(device)).cpu()
                for part in torch.split(squares, PART_SIZE[device.type])
            ]
        return torch.cat(parts).clamp_min(LEAST_PROBABILITY).log().numpy()

    def _mirrored(self, images: Tensor) -> Tensor:
        """Class probabilities, the mean over all mirrorings: the network has no favourite side."""
        total = torch.zeros((), device=images.device)
        for axes in MIRRORINGS:
            seen = images.flip(axes).contiguous(memory_format=torch.channels_last)
            total = total + self.network(seen).float().softmax(dim=1).flip(axes)
        return total / len(MIRRORINGS)


def to_square(
    slices: FloatArray,
    *,
    spacing: tuple[float, float],
    centre: tuple[float, float],
    side: int,
    order: int = 1,
) -> NDArray[np.float32]:
    """Slices resampled to a square ``(slices, side, side)`` of ``SPACING`` mm pixels about ``centre``."""
    offset = [c - 0.5 * (side - 1) * SPACING / s for c, s in zip(centre, spacing, strict=True)]
    matrix = [SPACING / s for s in spacing]
    squares = [
        ndimage.affine_transform(
            plane.astype(np.float32), matrix, offset, (side, side), order=order, mode="nearest"
        )
        for plane in slices
    ]
    return np.stack(squares).astype(np.float32)


def from_square(
    scores: NDArray[np.float32],
    shape: tuple[int, ...],
    *,
    spacing: tuple[float, float],
    centre: tuple[float, float],
) -> NDArray[np.uint8]:
    """Labels on the grid of ``shape`` from class scores ``(slices, classes, side, side)``; outside is background."""
    side = scores.shape[-1]
    matrix = [s / SPACING for s in spacing]
    offset = [0.5 * (side - 1) - c * m for c, m in zip(centre, matrix, strict=True)]
    labels = np.zeros((len(scores), *shape), np.uint8)
    for target, classes in zip(labels, scores, strict=True):
        relative = classes[1:] - classes[0]
        resampled = [
            ndimage.affine_transform(score, matrix, offset, shape, order=1, cval=-1e3) for score in relative
        ]
        best = np.argmax(resampled, axis=0)
        target[...] = np.where(np.max(resampled, axis=0) > 0, best + 1, 0)
    return labels


def load_segmenter(path: Path, device: Device = Device.CPU) -> Segmenter:
    """The segmenter kept in ``path``, on ``device``.

    Raises
    ------
    CheckpointError
        The file is missing or does not fit.
    SettingsError, DeviceMemoryError
        The device is absent, or has no room for the weights.
    """
    network = SegmenterNetwork()
    try:
        network.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    except (OSError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"segmenter weights {path.name} cannot be used: {error}") from error
    compute = choose_device(device)
    network.eval().requires_grad_(False)
    move(network, compute.device)
    return Segmenter(network, compute)
