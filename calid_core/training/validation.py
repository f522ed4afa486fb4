"""A quick look at how good the networks are, in the terms of the hold-out protocol, during training."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from calid_core.diffusion.sampling import integrate
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.neighbours import Neighbourhood
from calid_core.models.posterior_mean import Position
from calid_core.training.losses import structural_similarity
from calid_core.training.pack import PackedVolume

MULTIPLE = 16


@dataclass(frozen=True)
class Prediction:
    """Odd slices of one volume, each ``(targets, rows, columns)``; ``half_width`` is not calibrated."""

    volume: PackedVolume
    truth: Tensor
    lower: Tensor
    upper: Tensor
    linear: Tensor
    fidelity: Tensor
    realism: Tensor
    half_width: Tensor

    def heart(self, images: Tensor) -> Tensor:
        """The heart box of ``images``, clipped to the data range."""
        low, high, left, right = self.volume.box
        return images[:, low:high, left:right].clamp(0.0, 1.0)


def pad_to_multiple(images: Tensor, multiple: int = MULTIPLE) -> Tensor:
    """Reflect ``(batch, channels, rows, columns)`` at the bottom and right so that both sides divide by ``multiple``."""
    rows, columns = images.shape[-2:]
    return functional.pad(images, (0, -columns % multiple, 0, -rows % multiple), mode="reflect")


@torch.no_grad()
def predict_hidden(
    network: ConditionalNetwork,
    autoencoder: Autoencoder,
    volume: PackedVolume,
    device: torch.device,
    *,
    steps: int = 4,
    noise_scale: float = 1.0,
) -> Prediction:
    """Keep the even slices of ``volume`` and predict the odd ones between them."""
    scaled = volume.scaled()
    kept = scaled[::2]
    low, high = np.percentile(kept, (0.5, 99.5))
    images = torch.from_numpy((scaled - low) / (high - low)).to(device)[:, None].float()
    targets = torch.arange(1, len(images) - 1, 2)
    rows, columns = images.shape[-2:]
    padded = pad_to_multiple(images.clamp(0.0, 1.1))
    with torch.autocast(device.type, torch.bfloat16):
        latents = autoencoder.encode(padded.contiguous(memory_format=torch.channels_last)).float()
        chain = torch.stack([targets - 3, targets - 1, targets + 1, targets + 3], dim=1)
        inside = ((chain >= 0) & (chain < len(images)))[:, ::3].float().to(device)
        count = len(targets)
        gap = Neighbourhood(
            latents[chain.clamp(0, len(images) - 1).to(device)],
            inside,
            torch.full((count, 3), 2.0 * volume.pitch, device=device),
            torch.full((count,), volume.thickness, device=device),
        )
        position = Position(torch.full((count,), 0.5, device=device), gap.distances[:, 1], gap.thickness)
        mean = network.mean(network.neighbours(gap), gap, torch.arange(count, device=device), position)
        injections = network.injector(mean)
        white = torch.randn(padded[targets].shape, generator=torch.Generator().manual_seed(0))
        noise = network.noise(white.to(device))
        data = integrate(
            lambda state, time: network.denoiser(state, time, position, injections),
            noise * noise_scale,
            steps,
            lambda: None,
        )
        sample = autoencoder.decode(mean.latent + network.restore(data)).float()
        decoded = autoencoder.decode(mean.latent).float()
    crop = (slice(None), 0, slice(0, rows), slice(0, columns))
    lower, upper = images[targets - 1, 0], images[targets + 1, 0]
    return Prediction(
        volume,
        images[targets, 0].cpu(),
        lower.cpu(),
        upper.cpu(),
        (0.5 * (lower + upper)).cpu(),
        decoded[crop].cpu(),
        sample[crop].cpu(),
        mean.half_width[crop].float().cpu(),
    )


def psnr(prediction: Tensor, truth: Tensor) -> float:
    """Peak signal-to-noise ratio in dB for data range 1."""
    return float(-10.0 * torch.log10((prediction - truth).square().mean()))


def spectrum_ratio(prediction: Tensor, truth: Tensor) -> float:
    """Power above a quarter of the sampling frequency, prediction over truth, of ``(slices, rows, columns)``."""
    rows, columns = truth.shape[-2:]
    window = torch.hann_window(rows, periodic=False)[:, None] * torch.hann_window(columns, periodic=False)
    frequency = torch.hypot(torch.fft.fftfreq(rows)[:, None], torch.fft.fftfreq(columns)[None, :])
    high = frequency > 0.25

    def power(images: Tensor) -> Tensor:
        centred = images - images.mean(dim=(-2, -1), keepdim=True)
        spectrum: Tensor = torch.fft.fft2(centred * window)
        return spectrum.abs().square()[..., high].sum()

    return float(power(prediction) / power(truth))


@dataclass(frozen=True)
class Summary:
    """Means over volumes in the heart box: gains in dB and SSIM over linear, and how sharp the sample is."""

    linear_psnr: float
    linear_ssim: float
    fidelity_psnr: float
    fidelity_ssim: float
    realism_psnr: float
    realism_ssim: float
    realism_spectrum: float
    linear_spectrum: float
    fidelity_spectrum: float
    fine_fidelity_psnr: float
    fine_fidelity_ssim: float
    fine_realism_psnr: float
    coverage: float


def summarise(predictions: tuple[Prediction, ...]) -> Summary:
    """Gains over linear (linear itself in absolute terms)."""
    rows = []
    for p in predictions:
        truth, linear = p.heart(p.truth), p.heart(p.linear)
        fidelity, realism = p.heart(p.fidelity), p.heart(p.realism)
        base_psnr, base_ssim = (
            psnr(linear, truth),
            float(structural_similarity(linear[:, None], truth[:, None])),
        )
        rows.append(
            [
                base_psnr,
                base_ssim,
                psnr(fidelity, truth) - base_psnr,
                float(structural_similarity(fidelity[:, None], truth[:, None])) - base_ssim,
                psnr(realism, truth) - base_psnr,
                float(structural_similarity(realism[:, None], truth[:, None])) - base_ssim,
                spectrum_ratio(realism, truth),
                spectrum_ratio(linear, truth),
                spectrum_ratio(fidelity, truth),
                float(((fidelity - truth).abs() <= p.heart(p.half_width)).float().mean()),
            ]
        )
    table: npt.NDArray[np.float64] = np.asarray(rows)
    fine = np.array([p.volume.pitch < 6.0 for p in predictions])
    mean = table.mean(axis=0)
    part = table[fine].mean(axis=0) if fine.any() else np.full(len(mean), np.nan)
    values = [*mean[:9], part[2], part[3], part[4], mean[9]]
    return Summary(**dict(zip((f.name for f in fields(Summary)), map(float, values), strict=True)))
