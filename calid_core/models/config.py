"""Sizes of the networks, kept in every checkpoint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AutoencoderConfig:
    """Sizes of the variational autoencoder; one latent pixel stands for ``factor`` x ``factor`` pixels."""

    factor: int = 4
    latent_channels: int = 12
    channels: int = 96
    encoder_blocks: int = 3
    decoder_blocks: int = 5


@dataclass(frozen=True)
class ConditionalConfig:
    """Sizes of the two conditioning networks, the posterior mean and the denoiser.

    ``widths`` are channels at 1/4, 1/8 and 1/16 of the image's resolution; the blocks count residual blocks there.
    ``noise_corner`` (cycles per pixel) and ``noise_slope`` give the spectrum of the starting noise, measured on what
    linear interpolation leaves unexplained in training patients.
    """

    latent_channels: int = 12
    pixels: int = 16
    widths: tuple[int, int, int] = (96, 192, 256)
    encoder_blocks: tuple[int, int, int] = (3, 3, 3)
    decoder_blocks: tuple[int, int, int] = (4, 4, 2)
    denoiser_widths: tuple[int, int] = (96, 128)
    denoiser_blocks: tuple[int, int] = (2, 3)
    embedding: int = 128
    warp_width: int = 48
    refiner_blocks: int = 5
    noise_corner: float = 0.1
    noise_slope: float = 2.0
