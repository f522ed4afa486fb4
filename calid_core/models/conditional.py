"""The conditional half of CaLID: both conditioning networks, the posterior mean and the denoiser."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from calid_core.models.config import ConditionalConfig
from calid_core.models.denoiser import Denoiser, Injector
from calid_core.models.neighbours import GapFeatures, NeighbourEncoder, Neighbourhood
from calid_core.models.noise_spectrum import coloured, latent_noise, normalised_basis
from calid_core.models.posterior_mean import Fusion, MeanDecoder, MeanEstimate, Position, blend
from calid_core.models.refiner import Refiner
from calid_core.models.warping import WarpHead


class ConditionalNetwork(nn.Module):
    """Posterior mean and denoiser of the latent of a slice between acquired slices.

    ``residual_std`` ``(channels,)`` is the standard deviation of the true latent about the mean; the flow runs on
    residuals divided by it, so that noise and data start with the same variance. ``noise_basis``
    ``(channels, pixels)`` turns blocks of coloured pixel noise into latent noise of unit variance.
    """

    residual_std: Tensor
    noise_basis: Tensor

    def __init__(self, config: ConditionalConfig) -> None:
        super().__init__()
        self.config = config
        self.neighbours = NeighbourEncoder(config)
        self.fusion = Fusion(config)
        self.mean_decoder = MeanDecoder(config)
        self.injector = Injector(config)
        self.denoiser = Denoiser(config)
        self.warp_head = WarpHead(config)
        self.refiner = Refiner(config)
        self.register_buffer("residual_std", torch.full((config.latent_channels,), 0.7))
        self.register_buffer("noise_basis", torch.eye(config.latent_channels, config.pixels))

    def follow_basis(self, analysis: Tensor) -> None:
        """Make starting noise from the autoencoder's linear part ``(channels, pixels, 1, 1)``."""
        basis = analysis.detach().flatten(1)
        config = self.config
        self.noise_basis.copy_(normalised_basis(basis, corner=config.noise_corner, slope=config.noise_slope))

    def noise(self, white: Tensor) -> Tensor:
        """Starting noise of unit variance from white pixels ``(batch, 1, rows, columns)``."""
        pixels = coloured(white, corner=self.config.noise_corner, slope=self.config.noise_slope)
        return latent_noise(pixels, self.noise_basis)

    def coarse_mean(
        self, features: GapFeatures, gap: Neighbourhood, index: Tensor, position: Position
    ) -> MeanEstimate:
        """Coarse posterior mean of targets that lie in the gaps ``index`` ``(targets,)`` at ``position``."""
        blended = blend(gap.latents[index, 1], gap.latents[index, 2], position.alpha)
        return self.mean_decoder(self.fusion(features.select(index), position), position, blended)  # type: ignore[no-any-return]

    def displacements(self, mean: MeanEstimate, position: Position) -> tuple[Tensor, Tensor]:
        """Where each target finds its structures in the lower and in the upper slice, pixels; see ``warping.warp``."""
        lower, upper = self.warp_head(mean.views, mean.features[0]).chunk(2)
        remoteness = position.remoteness()
        return lower * remoteness, upper * remoteness

    def standardise(self, residual: Tensor) -> Tensor:
        """Residual latents divided by ``residual_std``."""
        return residual / self.residual_std[:, None, None]

    def restore(self, standardised: Tensor) -> Tensor:
        """Inverse of ``standardise``."""
        return standardised * self.residual_std[:, None, None]
