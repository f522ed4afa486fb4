"""Linear and spherical interpolation in the latent space of the shipped autoencoder: what the paper argues against."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from calid_core.cine import CineStack
from calid_core.evaluation.comparators.surroundings import surroundings, unpadded
from calid_core.evaluation.prediction import Prediction
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.device import ComputeDevice
from calid_core.models.precision import reduced_precision

PARALLEL = 1e-4
"""Angle in radians below which a spherical interpolation is a linear one."""


def linear(lower: Tensor, upper: Tensor, alpha: float) -> Tensor:
    """Straight line between latents ``(batch, channels, rows, columns)``."""
    return (1.0 - alpha) * lower + alpha * upper


def spherical(lower: Tensor, upper: Tensor, alpha: float) -> Tensor:
    """Great circle between latents, each slice as one vector (Shoemake 1985)."""
    axes = (1, 2, 3)
    norms = lower.square().sum(axes, keepdim=True).sqrt() * upper.square().sum(axes, keepdim=True).sqrt()
    cosine = ((lower * upper).sum(axes, keepdim=True) / norms.clamp_min(1e-12)).clamp(-1.0, 1.0)
    angle = torch.acos(cosine)
    sine = torch.sin(angle).clamp_min(1e-12)
    turned = (torch.sin((1.0 - alpha) * angle) * lower + torch.sin(alpha * angle) * upper) / sine
    return torch.where(angle < PARALLEL, linear(lower, upper, alpha), turned)


@dataclass(frozen=True)
class LatentInterpolation:
    """Encode the slices of a gap, interpolate, decode."""

    name: str
    autoencoder: Autoencoder
    compute: ComputeDevice
    on_sphere: bool

    @torch.inference_mode()
    def predict(self, kept: CineStack) -> Prediction:
        """See ``EvaluatedMethod``."""
        started = time.perf_counter()
        between = spherical if self.on_sphere else linear
        filled = []
        for phase in range(kept.phases):
            images = surroundings(kept, phase, self.compute.device).latents
            with reduced_precision(self.compute):
                lower, upper = (self.autoencoder.encode(images[:, i]).float() for i in (1, 2))
                filled.append(unpadded(self.autoencoder.decode(between(lower, upper, 0.5)), kept))
        return Prediction(
            np.stack(filled),
            seconds=time.perf_counter() - started,
            device=self.compute.label,
        )
