"""Texture of samples as strong as that of the acquired slices on either side.

Noise and sharpness differ from patient to patient, from coil to far wall and from phase to phase; one network that draws
them alike everywhere makes some slices smoother and some rougher than their neighbours. How strong texture is at a place
hardly changes from slice to slice, so the neighbours tell it (docs/decisions/0024).
"""

from __future__ import annotations

import torch
from torch import Tensor

from calid_core.diffusion.blur import blur

FINE_SIGMA = 1.0
"""Texture is what a blur of so many pixels takes away."""
PLACE_SIGMA = 8.0
"""Pixels over which its power is averaged."""
SMALLEST_GAIN, LARGEST_GAIN = 0.7, 1.5
LEAST_POWER = 1e-6
"""So that nothing is divided by zero where there is no texture; a thousandth of the range of intensities, squared."""


def texture_power(images: Tensor) -> Tensor:
    """Mean square of the finest detail of ``(batch, 1, rows, columns)`` about each pixel."""
    with torch.autocast(images.device.type, enabled=False):
        return _power(_detail(images))


def with_texture(images: Tensor, power: Tensor) -> Tensor:
    """``images`` with their finest detail raised or lowered towards ``power``, of the same shape."""
    with torch.autocast(images.device.type, enabled=False):
        detail = _detail(images)
        gain = ((power + LEAST_POWER) / (_power(detail) + LEAST_POWER)).sqrt()
        return images + (gain.clamp(SMALLEST_GAIN, LARGEST_GAIN) - 1.0) * detail


def _detail(images: Tensor) -> Tensor:
    return images - blur(images, FINE_SIGMA)


def _power(detail: Tensor) -> Tensor:
    return blur(detail.square(), PLACE_SIGMA)
