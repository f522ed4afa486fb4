"""Training of the autoencoder on random views of single slices."""

from __future__ import annotations

import logging

import torch
from torch import Tensor
from torch.nn import functional

from calid_core.models.autoencoder import Autoencoder, kl_to_standard_normal
from calid_core.models.precision import reduced_precision
from calid_core.training.augmentation import ViewLimits, random_intensity, random_views, resample, seen_points
from calid_core.training.config import AutoencoderTraining
from calid_core.training.loop import Pace, Run, fit, step_generator
from calid_core.training.losses import gradient_difference
from calid_core.training.pack import PackedVolume
from calid_core.training.slices import SliceBank, make_bank

logger = logging.getLogger(__name__)

VALIDATION_STRIDE = 5
VIEWS = ViewLimits(rigid=0.6, stretch=1.0, bend=0.0)
"""Texture as it was acquired: the autoencoder learns no shapes."""


def slice_batch(bank: SliceBank, generator: torch.Generator, batch: int, crop: int) -> Tensor:
    """Random augmented crops ``(batch, 1, crop, crop)``; every volume is as likely as any other."""
    volume = torch.randint(0, len(bank.volumes), (batch,), generator=generator)
    share = torch.rand(batch, generator=generator)
    index = torch.tensor(
        [
            bank.first[v] + int(s * len(bank.volumes[v].intensity))
            for v, s in zip(volume.tolist(), share.tolist(), strict=True)
        ]
    )
    view = random_views(generator, bank.centres[volume], bank.extents[volume], VIEWS)
    points = seen_points(view, crop, bank.intensity.device)
    images = resample(bank.gather(index)[:, None], points, torch.zeros(batch, 1, 2))
    return random_intensity(generator, images, gamma=1.2, gain=1.15, bias=0.2).clamp(0.0, 1.1)


def autoencoder_loss(
    model: Autoencoder, images: Tensor, config: AutoencoderTraining, generator: torch.Generator | None = None
) -> Tensor:
    """Absolute, squared and gradient error of the reconstruction plus the weighted divergence."""
    distribution = model.distribution(images)
    output = model.reconstruct(distribution.sample(generator).to(images.dtype)).float()
    error = output - images
    return (
        error.abs().mean()
        + config.squared_weight * error.square().mean()
        + config.gradient_weight * gradient_difference(output, images)
        + config.kl_weight * kl_to_standard_normal(distribution)
    )


@torch.no_grad()
def heart_psnr(model: Autoencoder, volumes: tuple[PackedVolume, ...], device: torch.device) -> float:
    """Reconstruction PSNR in the heart box in dB, mean over volumes."""
    values = []
    for volume in volumes:
        low, high, left, right = volume.box
        images = torch.from_numpy(volume.scaled()).clamp(0, 1)[:, None].to(device)
        rows, columns = images.shape[-2:]
        factor = model.config.factor
        padded = functional.pad(images, (0, -columns % factor, 0, -rows % factor), mode="replicate")
        output = model.decode(model.encode(padded))[..., :rows, :columns].clamp(0, 1)
        error = (output - images)[..., low:high, left:right].square().mean()
        values.append(-10.0 * torch.log10(error).item())
    return sum(values) / len(values)


def whole_blocks(images: Tensor, factor: int) -> Tensor:
    """``images`` ``(…, rows, columns)`` without the last rows and columns that fill no block of ``factor`` pixels a side."""
    rows, columns = images.shape[-2:]
    return images[..., : rows - rows % factor, : columns - columns % factor]


@torch.no_grad()
def set_latent_scale(model: Autoencoder, bank: SliceBank) -> None:
    """Set the constants that give latents zero mean and unit deviation per channel over the training slices."""
    images = bank.gather(torch.arange(0, len(bank.intensity), 3))[:, None].clamp(0.0, 1.1)
    images = whole_blocks(images, model.config.factor)
    latents = torch.cat([model.distribution(part).mean for part in torch.split(images, 32)])
    model.latent_mean.copy_(latents.mean(dim=(0, 2, 3)))
    model.latent_std.copy_(latents.std(dim=(0, 2, 3)))


def training_blocks(bank: SliceBank, factor: int) -> Tensor:
    """Blocks ``(n, factor**2)`` of every seventh slice."""
    images = bank.gather(torch.arange(0, len(bank.intensity), 7))[:, None].cpu()
    return (
        functional.pixel_unshuffle(whole_blocks(images, factor), factor)
        .permute(0, 2, 3, 1)
        .reshape(-1, factor**2)
    )


def train_autoencoder(
    volumes: tuple[PackedVolume, ...], config: AutoencoderTraining, run: Run
) -> tuple[Autoencoder, float]:
    """Train within the budget of ``run``; the averaged weights and their PSNR in dB on all held-out hearts."""
    batch = run.per_part("batch", config.batch)
    bank = make_bank([v for v in volumes if not v.validation], run.device)
    held_out = tuple(v for v in volumes if v.validation)
    torch.manual_seed(config.seed)
    model = Autoencoder(config.model)
    model.start_from_principal_components(training_blocks(bank, config.model.factor))

    def loss(network: Autoencoder, step: int, part: int) -> Tensor:
        generator = step_generator(config.seed, step, part)
        images = slice_batch(bank, generator, batch, config.crop)
        images = images.contiguous(memory_format=torch.channels_last)
        noise = step_generator(config.seed, step, part, run.device)
        with reduced_precision(run.compute):
            return autoencoder_loss(network, images, config, noise)

    def validate(network: Autoencoder, step: int) -> dict[str, float]:
        set_latent_scale(network, bank)
        return {"heart_psnr": heart_psnr(network, held_out[::VALIDATION_STRIDE], run.device)}

    pace = Pace(config.peak_rate, config.warmup, config.weight_decay, config.ema, config.validate_every)
    trained = fit("autoencoder", model, loss, validate, run, pace)
    logger.info("autoencoder: measuring on all held-out patients")
    set_latent_scale(trained, bank)
    return trained, heart_psnr(trained, held_out, run.device)
