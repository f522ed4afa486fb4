"""CaLID as published: noise prediction conditioned on the two neighbours, DDIM in 50 steps, always the midpoint."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.cine import CineStack
from calid_core.evaluation.comparators.surroundings import surroundings, unpadded
from calid_core.evaluation.prediction import Prediction
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.blocks import ResidualBlock, ScalarEmbedding, convolution
from calid_core.models.device import ComputeDevice
from calid_core.models.precision import reduced_precision

TRAINING_STEPS = 1000
SAMPLING_STEPS = 50
BETA_FIRST, BETA_LAST = 0.00085, 0.012
"""Ends of the noise schedule of latent diffusion (Rombach 2022)."""


@dataclass(frozen=True)
class PublishedConfig:
    """Channels at 1/4, 1/8 and 1/16 of the resolution, and residual blocks there in either network."""

    latent_channels: int = 12
    widths: tuple[int, int, int] = (96, 144, 192)
    blocks: tuple[int, int, int] = (2, 2, 2)
    embedding: int = 128


def signal_levels(device: torch.device) -> Tensor:
    """Share of signal variance, ``(TRAINING_STEPS,)``, falling with the step (the cumulative alpha of DDPM)."""
    beta = torch.linspace(BETA_FIRST**0.5, BETA_LAST**0.5, TRAINING_STEPS, device=device).square()
    return torch.cumprod(1.0 - beta, dim=0)


def noised(latent: Tensor, noise: Tensor, level: Tensor) -> Tensor:
    """Latents at signal levels ``(batch,)``."""
    level = level[:, None, None, None]
    return level.sqrt() * latent + (1.0 - level).sqrt() * noise


def ddim_step(state: Tensor, noise: Tensor, level: Tensor, next_level: Tensor) -> Tensor:
    """Deterministic step between two signal levels given the predicted noise (Song 2021, eq. 12, eta 0)."""
    clean = (state - (1.0 - level).sqrt() * noise) / level.sqrt()
    return next_level.sqrt() * clean + (1.0 - next_level).sqrt() * noise


class _Levels(nn.Module):
    """Down-path over three levels; gives the features of each."""

    def __init__(self, config: PublishedConfig, inputs: int, embedding: int) -> None:
        super().__init__()
        self.entry = convolution(inputs, config.widths[0])
        self.stages = nn.ModuleList(
            nn.ModuleList(ResidualBlock(width, embedding) for _ in range(count))
            for width, count in zip(config.widths, config.blocks, strict=True)
        )
        self.down = nn.ModuleList(
            nn.Conv2d(fine, coarse, 3, stride=2, padding=1)
            for fine, coarse in zip(config.widths[:-1], config.widths[1:], strict=True)
        )

    def forward(
        self, images: Tensor, embedding: Tensor | None = None, injected: tuple[Tensor, ...] | None = None
    ) -> tuple[Tensor, ...]:
        """Features by level; ``injected`` are added before the blocks of their level."""
        features = self.entry(images.contiguous(memory_format=torch.channels_last))
        levels: list[Tensor] = []
        for depth, stage in enumerate(self.stages):
            if depth:
                features = self.down[depth - 1](functional.silu(features))
            if injected is not None:
                features = features + injected[depth]
            for block in stage:  # type: ignore[attr-defined]
                features = block(features, embedding)
            levels.append(features)
        return tuple(levels)


class PublishedNetwork(nn.Module):
    """An encoder of the two neighbours and the U-Net it is injected into at every level."""

    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        self.config = config
        self.conditioning = _Levels(config, 2 * config.latent_channels, 0)
        self.injections = nn.ModuleList(convolution(w, w) for w in config.widths)
        self.time = ScalarEmbedding(1, config.embedding)
        self.descent = _Levels(config, config.latent_channels, config.embedding)
        pairs = list(zip(config.widths[:-1], config.widths[1:], strict=True))
        self.up = nn.ModuleList(convolution(coarse, fine) for fine, coarse in pairs)
        self.ascent = nn.ModuleList(
            nn.ModuleList(ResidualBlock(width, config.embedding) for _ in range(count))
            for width, count in zip(config.widths[:-1], config.blocks[:-1], strict=True)
        )
        self.exit = convolution(config.widths[0], config.latent_channels, zero=True)

    def condition(self, lower: Tensor, upper: Tensor) -> tuple[Tensor, ...]:
        """Injections by level from the latents of the two neighbours; made once per slice."""
        levels = self.conditioning(torch.cat([lower, upper], dim=1))
        return tuple(layer(level) for layer, level in zip(self.injections, levels, strict=True))

    def forward(self, state: Tensor, step: Tensor, injected: tuple[Tensor, ...]) -> Tensor:
        """Predicted noise like ``state``; ``step`` ``(batch,)`` is 0 to ``TRAINING_STEPS`` - 1."""
        embedding = self.time(step[:, None].float() / TRAINING_STEPS)
        levels = self.descent(state, embedding, injected)
        features = levels[-1]
        for depth in reversed(range(len(self.up))):
            raised = functional.interpolate(self.up[depth](features), scale_factor=2.0)
            features = levels[depth] + raised
            for block in self.ascent[depth]:  # type: ignore[attr-defined]
                features = block(features, embedding)
        noise: Tensor = self.exit(functional.silu(features)).float()
        return noise


def sample(
    network: PublishedNetwork, lower: Tensor, upper: Tensor, *, generator: torch.Generator, steps: int
) -> Tensor:
    """Latents of the midpoints by DDIM from white noise."""
    device = lower.device
    levels = signal_levels(device)
    chosen = torch.linspace(TRAINING_STEPS - 1, 0, steps).round().long().tolist()
    injected = network.condition(lower, upper)
    state = torch.randn(lower.shape, generator=generator).to(device)
    for index, step in enumerate(chosen):
        noise = network(state, torch.full((len(state),), step, device=device), injected)
        last = index + 1 == len(chosen)
        state = ddim_step(
            state, noise, levels[step], torch.ones((), device=device) if last else levels[chosen[index + 1]]
        )
    return state


@dataclass(frozen=True)
class Published:
    """The published method, trained by us, as a method of the evaluation."""

    network: PublishedNetwork
    autoencoder: Autoencoder
    compute: ComputeDevice
    seed: int = 0
    name: str = "calid-published"

    @torch.inference_mode()
    def predict(self, kept: CineStack) -> Prediction:
        """See ``EvaluatedMethod``."""
        started = time.perf_counter()
        filled = []
        for phase in range(kept.phases):
            images = surroundings(kept, phase, self.compute.device).latents
            generator = torch.Generator().manual_seed(self.seed)
            with reduced_precision(self.compute):
                lower, upper = (self.autoencoder.encode(images[:, i]).float() for i in (1, 2))
                latent = sample(self.network, lower, upper, generator=generator, steps=SAMPLING_STEPS)
                filled.append(unpadded(self.autoencoder.decode(latent), kept))
        return Prediction(
            np.stack(filled),
            seconds=time.perf_counter() - started,
            evaluations=SAMPLING_STEPS,
            device=self.compute.label,
        )
