"""Layers that all networks share: norm-free residual blocks and scalar embeddings.

Convolutions at a quarter of the resolution and below carry the work; there are no normalisation layers, because on
a CPU they cost more than the convolutions. Residual branches start at zero instead, which keeps a deep stack stable.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def convolution(inputs: int, outputs: int, *, zero: bool = False) -> nn.Conv2d:
    """A 3x3 convolution with reflection-free zero padding, optionally starting at zero."""
    layer = nn.Conv2d(inputs, outputs, 3, padding=1)
    if zero:
        nn.init.zeros_(layer.weight)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


class ResidualBlock(nn.Module):
    """Two convolutions beside the identity, scaled and shifted by an embedding where one is given."""

    def __init__(self, channels: int, embedding: int = 0) -> None:
        super().__init__()
        self.first = convolution(channels, channels)
        self.second = convolution(channels, channels, zero=True)
        self.film = nn.Linear(embedding, 2 * channels) if embedding else None
        if self.film is not None:
            nn.init.zeros_(self.film.weight)
            nn.init.zeros_(self.film.bias)

    def forward(self, features: Tensor, embedding: Tensor | None = None) -> Tensor:
        """``(batch, channels, rows, columns)`` to the same shape."""
        hidden = self.first(functional.silu(features))
        if self.film is not None and embedding is not None:
            hidden = modulate(hidden, self.film(embedding))
        output: Tensor = features + self.second(functional.silu(hidden))
        return output


def modulate(features: Tensor, parameters: Tensor) -> Tensor:
    """Feature-wise affine map; ``parameters`` is ``(batch, 2 * channels)``, scale about one and shift."""
    scale, shift = parameters[:, :, None, None].chunk(2, dim=1)
    return torch.addcmul(shift, features, 1.0 + scale)


def sinusoids(values: Tensor, frequencies: Tensor) -> Tensor:
    """Sines and cosines of scalars: ``(batch, n)`` and ``(f,)`` to ``(batch, n * 2 * f)``."""
    angles = values[..., None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=-1).flatten(1)


class ScalarEmbedding(nn.Module):
    """Embedding of a few scalars of order one, such as a position, a distance and a time.

    Parameters
    ----------
    scalars
        How many scalars there are.
    width
        Size of the embedding.
    """

    frequencies: Tensor

    def __init__(self, scalars: int, width: int) -> None:
        super().__init__()
        self.register_buffer("frequencies", torch.pi * 2.0 ** torch.arange(-2, 3), persistent=False)
        self.first = nn.Linear(scalars * 11, width)
        self.second = nn.Linear(width, width)

    def forward(self, scalars: Tensor) -> Tensor:
        """``(batch, scalars)`` to ``(batch, width)``."""
        code = torch.cat([scalars, sinusoids(scalars, self.frequencies)], dim=1)
        output: Tensor = functional.silu(self.second(functional.silu(self.first(code))))
        return output
