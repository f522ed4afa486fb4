"""The variational autoencoder: one slice to a latent of a quarter of its side, and back.

A linear path (a 4x4 block transform, started from the principal components of training patches) carries most of the
signal; the residual networks beside it start at zero and learn what no linear transform can. All work is done at a
quarter of the resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from calid_core.models.blocks import ResidualBlock, convolution
from calid_core.models.config import AutoencoderConfig

INITIAL_LOG_VARIANCE = -9.0
LINEAR_PATH = ("analysis", "synthesis")
"""Layers that ``encode_linearly`` and ``decode_linearly`` run alone, in single precision."""


@dataclass(frozen=True)
class LatentDistribution:
    """Diagonal Gaussian over the latent, ``(batch, channels, rows / 4, columns / 4)`` each."""

    mean: Tensor
    log_variance: Tensor

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """One draw."""
        noise = torch.empty_like(self.mean).normal_(generator=generator)
        return self.mean + noise * (0.5 * self.log_variance).exp()


def kl_to_standard_normal(distribution: LatentDistribution) -> Tensor:
    """Mean divergence per latent element from the standard normal distribution, in nats."""
    mean, log_variance = distribution.mean, distribution.log_variance
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).mean()


class Autoencoder(nn.Module):
    """Encodes ``(batch, 1, rows, columns)``, sides multiples of 4, into normalised latents and decodes them.

    ``encode`` and ``decode`` speak normalised latents, of unit standard deviation per channel; the constants are
    buffers and travel with the weights.
    """

    latent_mean: Tensor
    latent_std: Tensor

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        self.config = config
        pixels, latent, width = config.factor**2, config.latent_channels, config.channels
        self.analysis = nn.Conv2d(pixels, latent, 1)
        self.synthesis = nn.Conv2d(latent, pixels, 1)
        self.encoder_in = convolution(pixels, width)
        self.encoder = nn.Sequential(*[ResidualBlock(width) for _ in range(config.encoder_blocks)])
        self.encoder_out = convolution(width, 2 * latent, zero=True)
        self.decoder_in = convolution(latent, width)
        self.decoder = nn.Sequential(*[ResidualBlock(width) for _ in range(config.decoder_blocks)])
        self.decoder_out = convolution(width, pixels, zero=True)
        self.register_buffer("latent_mean", torch.zeros(latent))
        self.register_buffer("latent_std", torch.ones(latent))

    def distribution(self, intensity: Tensor) -> LatentDistribution:
        """Posterior over raw (not normalised) latents."""
        blocks = functional.pixel_unshuffle(intensity, self.config.factor)
        features = self.encoder(self.encoder_in(blocks))
        mean, log_variance = self.encoder_out(functional.silu(features)).chunk(2, dim=1)
        return LatentDistribution(self.analysis(blocks) + mean, log_variance.float() + INITIAL_LOG_VARIANCE)

    def reconstruct(self, raw: Tensor) -> Tensor:
        """Intensity from raw latents."""
        features = self.decoder(self.decoder_in(raw))
        blocks = self.synthesis(raw) + self.decoder_out(functional.silu(features))
        return functional.pixel_shuffle(blocks, self.config.factor)

    def encode(self, intensity: Tensor) -> Tensor:
        """Normalised latent: the mode of the posterior."""
        return self._normalised(self.distribution(intensity).mean)

    def decode(self, latent: Tensor) -> Tensor:
        """Intensity ``(batch, 1, rows, columns)`` of normalised latents."""
        return self.reconstruct(self._raw(latent))

    def encode_linearly(self, intensity: Tensor) -> Tensor:
        """Normalised latent of ``(batch, 1, rows, columns)`` by the linear path alone: a hundredth of the cost of ``encode``."""
        return self._normalised(self.analysis(functional.pixel_unshuffle(intensity, self.config.factor)))

    def decode_linearly(self, latent: Tensor) -> Tensor:
        """Intensity ``(batch, 1, rows, columns)`` of normalised latents by the linear path alone."""
        return functional.pixel_shuffle(self.synthesis(self._raw(latent)), self.config.factor)

    def _normalised(self, raw: Tensor) -> Tensor:
        return (raw - self.latent_mean[:, None, None]) / self.latent_std[:, None, None]

    def _raw(self, latent: Tensor) -> Tensor:
        return latent * self.latent_std[:, None, None] + self.latent_mean[:, None, None]

    @torch.no_grad()
    def start_from_principal_components(self, blocks: Tensor) -> None:
        """Set the linear path to the whitened principal components of ``blocks``, ``(n, factor**2)``."""
        mean = blocks.mean(dim=0)
        covariance = (blocks - mean).T @ (blocks - mean) / len(blocks)
        variance, vectors = torch.linalg.eigh(covariance.double())
        order = variance.argsort(descending=True)[: self.config.latent_channels]
        basis, scale = vectors[:, order].float(), variance[order].sqrt().float()
        self.analysis.weight.copy_((basis / scale).T[:, :, None, None])
        self.analysis.bias.copy_(-(basis / scale).T @ mean)  # type: ignore[union-attr]
        self.synthesis.weight.copy_((basis * scale)[:, :, None, None])
        self.synthesis.bias.copy_(mean)  # type: ignore[union-attr]
