"""Training of the autoencoder on random views of single slices."""

from __future__ import annotations

import copy
import csv
import logging
import time
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from calid_core.models.autoencoder import Autoencoder, kl_to_standard_normal
from calid_core.training.augmentation import random_intensity, random_views, resample
from calid_core.training.config import AutoencoderTraining
from calid_core.training.ema import ema_decay, update_ema
from calid_core.training.losses import gradient_difference
from calid_core.training.pack import PackedVolume
from calid_core.training.schedule import learning_rate
from calid_core.training.slices import SliceBank, make_bank
from calid_core.training.state import Clock, load_state, save_state

logger = logging.getLogger(__name__)


def step_generator(seed: int, step: int) -> torch.Generator:
    """Generator of one update: the same however often a run was interrupted."""
    return torch.Generator().manual_seed(seed * 1_000_003 + step)


def slice_batch(bank: SliceBank, generator: torch.Generator, batch: int, crop: int) -> Tensor:
    """Random augmented crops ``(batch, 1, crop, crop)``; every volume is as likely as any other."""
    volume = torch.randint(0, len(bank.volumes), (batch,), generator=generator)
    share = torch.rand(batch, generator=generator)
    index = torch.tensor(
        [bank.first[v] + int(s * len(bank.volumes[v].intensity)) for v, s in zip(volume, share, strict=True)]
    )
    view = random_views(generator, bank.centres[volume], bank.extents[volume], rigid=0.6, maximum_scale=1.3)
    images = resample(bank.gather(index)[:, None], view, torch.zeros(batch, 1, 2), crop)
    return random_intensity(generator, images, gamma=1.2, gain=1.15, bias=0.2).clamp(0.0, 1.1)


def autoencoder_loss(model: Autoencoder, images: Tensor, config: AutoencoderTraining) -> Tensor:
    """Absolute, squared and gradient error of the reconstruction plus the weighted divergence."""
    distribution = model.distribution(images)
    output = model.reconstruct(distribution.sample().to(images.dtype)).float()
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
        padded = functional.pad(images, (0, -columns % 4, 0, -rows % 4), mode="replicate")
        output = model.decode(model.encode(padded))[..., :rows, :columns].clamp(0, 1)
        error = (output - images)[..., low:high, left:right].square().mean()
        values.append(-10.0 * torch.log10(error).item())
    return sum(values) / len(values)


@torch.no_grad()
def set_latent_scale(model: Autoencoder, bank: SliceBank) -> None:
    """Set the constants that give latents zero mean and unit deviation per channel over the training slices."""
    images = bank.gather(torch.arange(0, len(bank.intensity), 3))[:, None].clamp(0.0, 1.1)
    latents = torch.cat([model.distribution(part).mean for part in images.split(32)])
    model.latent_mean.copy_(latents.mean(dim=(0, 2, 3)))
    model.latent_std.copy_(latents.std(dim=(0, 2, 3)))


def train_autoencoder(
    volumes: tuple[PackedVolume, ...],
    config: AutoencoderTraining,
    output: Path,
    *,
    device: torch.device,
    time_budget: float,
    resume: bool,
) -> Autoencoder:
    """Train for ``time_budget`` minutes in all and return the averaged weights; state and log go to ``output``."""
    bank = make_bank([v for v in volumes if not v.validation], device)
    held_out = tuple(v for v in volumes if v.validation)
    torch.manual_seed(config.seed)
    model = Autoencoder(config.model)
    factor = config.model.factor
    blocks = functional.pixel_unshuffle(bank.gather(torch.arange(0, len(bank.intensity), 7))[:, None].cpu(), factor)
    model.start_from_principal_components(blocks.permute(0, 2, 3, 1).reshape(-1, factor**2))
    model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), lr=config.peak_rate, weight_decay=config.weight_decay)
    clock, path = Clock(), output / "autoencoder-state.safetensors"
    if resume and path.exists():
        clock = load_state(path, model, average, optimiser)
    output.mkdir(parents=True, exist_ok=True)
    start, step = time.monotonic() - clock.elapsed, clock.step
    with (output / "autoencoder.csv").open("a", newline="") as log_file:
        log = csv.writer(log_file)
        while (elapsed := time.monotonic() - start) < 60.0 * time_budget:
            rate = learning_rate(
                config.peak_rate, step=step, warmup=config.warmup, progress=elapsed / (60.0 * time_budget)
            )
            for group in optimiser.param_groups:
                group["lr"] = rate
            images = slice_batch(bank, step_generator(config.seed, step), config.batch, config.crop)
            images = images.contiguous(memory_format=torch.channels_last)
            with torch.autocast(device.type, torch.bfloat16):
                loss = autoencoder_loss(model, images, config)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            update_ema(average, model, ema_decay(step, maximum=config.ema))
            step += 1
            if step % 100 == 0:
                set_latent_scale(average, bank)
                psnr = heart_psnr(average, held_out[:8], device)
                log.writerow([step, round(elapsed, 1), round(loss.item(), 5), round(psnr, 3)])
                log_file.flush()
                logger.info("step %d, %.0f s, loss %.4f, heart %.2f dB", step, elapsed, loss.item(), psnr)
                save_state(path, model, average, optimiser, Clock(step, time.monotonic() - start))
    set_latent_scale(average, bank)
    save_state(path, model, average, optimiser, Clock(step, time.monotonic() - start))
    logger.info("heart %.2f dB on all held-out volumes", heart_psnr(average, held_out, device))
    return average
