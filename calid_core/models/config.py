"""Sizes of the networks, kept in every checkpoint."""

from __future__ import annotations

import math
from dataclasses import dataclass

from calid_core.ranges import Range, check_ranges


@dataclass(frozen=True)
class AutoencoderConfig:
    """Sizes of the variational autoencoder; one latent pixel stands for ``factor`` x ``factor`` pixels."""

    factor: int = 4
    latent_channels: int = 12
    channels: int = 96
    encoder_blocks: int = 3
    decoder_blocks: int = 5

    def __post_init__(self) -> None:
        check_ranges(
            self,
            {
                "factor": Range(1),
                "latent_channels": Range(1, self.factor**2),
                "channels": Range(1),
                "encoder_blocks": Range(0),
                "decoder_blocks": Range(0),
            },
        )


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

    def __post_init__(self) -> None:
        sizes = (
            "latent_channels",
            "pixels",
            "widths",
            "denoiser_widths",
            "embedding",
            "warp_width",
        )
        check_ranges(self, dict.fromkeys(sizes, Range(1)))
        blocks = ("encoder_blocks", "decoder_blocks", "denoiser_blocks", "refiner_blocks")
        check_ranges(self, dict.fromkeys(blocks, Range(0)))
        for name in blocks[:3]:
            if not any(getattr(self, name)):
                # The embedding of positions that each of these networks has would go nowhere, and nothing train it.
                raise ValueError(f"{name} is {getattr(self, name)}, one of them must be above 0")
        check_ranges(self, {"noise_corner": Range(0, above=True), "noise_slope": Range(0)})
        if self.factor**2 != self.pixels:
            raise ValueError(
                f"pixels is {self.pixels}, must be a square number: the pixels of one latent pixel"
            )

    @property
    def factor(self) -> int:
        """Pixels along a side of one latent pixel."""
        return math.isqrt(self.pixels)

    @property
    def divisor(self) -> int:
        """What the sides of an image must be multiples of: the coarsest of three levels has a quarter of the finest one's pixels."""
        return 4 * self.factor
