"""The cost of the earlier method: a pixel-space diffusion autoencoder of DMCVR's published size, random weights.

Only its time is of interest, so nothing is trained: 128 base channels, multipliers 1, 1, 2, 2, 4, 4, two residual
blocks per level, attention at 16 pixels; 20 to 100 DDIM steps to encode an acquired slice, 100 to decode a new one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

ENCODING_STEPS = (20, 100)
"""Fewest and most steps with which an acquired slice is encoded; its released script takes the fewest."""
DECODING_STEPS = 100
REPEATS = 3
"""Evaluations that the median is taken of."""


@dataclass(frozen=True)
class DmcvrConfig:
    """Size of the network; the defaults are the published ones."""

    base: int = 128
    multipliers: tuple[int, ...] = (1, 1, 2, 2, 4, 4)
    blocks: int = 2
    embedding: int = 512
    attention_side: int = 16
    groups: int = 32


class _Block(nn.Module):
    """Residual block with group normalisation, scaled and shifted by the embedding."""

    def __init__(self, inputs: int, outputs: int, config: DmcvrConfig) -> None:
        super().__init__()
        self.first_norm = nn.GroupNorm(config.groups, inputs)
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.film = nn.Linear(config.embedding, 2 * outputs)
        self.second_norm = nn.GroupNorm(config.groups, outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, features: Tensor, embedding: Tensor) -> Tensor:
        """Features of the next layer."""
        hidden = self.first(functional.silu(self.first_norm(features)))
        scale, shift = self.film(embedding)[:, :, None, None].chunk(2, dim=1)
        hidden = self.second(functional.silu(self.second_norm(hidden) * (1.0 + scale) + shift))
        output: Tensor = self.skip(features) + hidden
        return output


class _Attention(nn.Module):
    """Self-attention over all pixels, one head."""

    def __init__(self, channels: int, config: DmcvrConfig) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(config.groups, channels)
        self.projection = nn.Conv2d(channels, 3 * channels, 1)
        self.exit = nn.Conv2d(channels, channels, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Features of the same shape."""
        query, key, value = (
            part.flatten(2).transpose(1, 2) for part in self.projection(self.norm(features)).chunk(3, dim=1)
        )
        mixed = functional.scaled_dot_product_attention(query, key, value).transpose(1, 2)
        output: Tensor = features + self.exit(mixed.reshape(features.shape))
        return output


class DmcvrDenoiser(nn.Module):
    """One evaluation of the pixel-space U-Net on ``(batch, 1, side, side)``."""

    def __init__(self, config: DmcvrConfig, side: int) -> None:
        super().__init__()
        widths = [config.base * m for m in config.multipliers]
        self.entry = nn.Conv2d(1, widths[0], 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        skips, current = [widths[0]], widths[0]
        for depth, width in enumerate(widths):
            for _ in range(config.blocks):
                self.down.append(self._step(current, width, side >> depth, config))
                current = width
                skips.append(current)
            if depth + 1 < len(widths):
                self.down.append(nn.Conv2d(current, current, 3, stride=2, padding=1))
                skips.append(current)
        self.middle = nn.ModuleList(
            [_Block(current, current, config), _Attention(current, config), _Block(current, current, config)]
        )
        for depth, width in reversed(list(enumerate(widths))):
            for index in range(config.blocks + 1):
                self.up.append(self._step(current + skips.pop(), width, side >> depth, config))
                current = width
                if depth and index == config.blocks:
                    self.up.append(nn.Upsample(scale_factor=2.0))
        self.exit = nn.Sequential(
            nn.GroupNorm(config.groups, current), nn.SiLU(), nn.Conv2d(current, 1, 3, padding=1)
        )

    @staticmethod
    def _step(inputs: int, outputs: int, side: int, config: DmcvrConfig) -> nn.ModuleList:
        layers: list[nn.Module] = [_Block(inputs, outputs, config)]
        if side == config.attention_side:
            layers.append(_Attention(outputs, config))
        return nn.ModuleList(layers)

    def forward(self, image: Tensor, embedding: Tensor) -> Tensor:
        """Predicted noise like ``image``; ``embedding`` ``(batch, embedding)`` carries time and meaning."""
        features = self.entry(image)
        skips = [features]
        for layer in self.down:
            features = _run(layer, features, embedding)
            skips.append(features)
        for layer in self.middle:
            features = layer(features, embedding) if isinstance(layer, _Block) else layer(features)
        for layer in self.up:
            if isinstance(layer, nn.Upsample):
                features = layer(features)
            else:
                features = _run(layer, torch.cat([features, skips.pop()], dim=1), embedding)
        noise: Tensor = self.exit(features)
        return noise


def _run(layer: nn.Module, features: Tensor, embedding: Tensor) -> Tensor:
    if not isinstance(layer, nn.ModuleList):
        result: Tensor = layer(features)
        return result
    for part in layer:
        features = part(features, embedding) if isinstance(part, _Block) else part(features)
    return features


def evaluations(acquired: int, synthesised: int, *, encoding_steps: int) -> int:
    """Denoiser evaluations for a volume: every acquired slice is encoded, every new one decoded."""
    return acquired * encoding_steps + synthesised * DECODING_STEPS


@torch.inference_mode()
def seconds_per_evaluation(side: int, device: torch.device) -> float:
    """Median time of one evaluation on one slice of ``side`` pixels, in the faster of bfloat16 and float32."""
    config = DmcvrConfig()
    network = DmcvrDenoiser(config, side).to(device, memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
    image = torch.randn(1, 1, side, side, device=device)
    embedding = torch.randn(1, config.embedding, device=device)
    best = float("inf")
    for reduced in (True, False):
        with torch.autocast(device.type, torch.bfloat16, enabled=reduced):
            network(image, embedding)
            times = []
            for _ in range(REPEATS):
                started = time.perf_counter()
                # Reading a value back waits for the device.
                network(image, embedding).sum().item()
                times.append(time.perf_counter() - started)
        best = min(best, sorted(times)[len(times) // 2])
    return best
