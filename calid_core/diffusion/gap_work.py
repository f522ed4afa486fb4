"""The networks on one batch of missing slices: posterior mean, samples, intensities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from calid_core.diffusion.encoding import EncodedPhase, SlicePositions, neighbourhood
from calid_core.diffusion.flow import state_at
from calid_core.diffusion.guide import composite, uniform_field
from calid_core.diffusion.noise import Purpose, blend_noise, white_noise
from calid_core.diffusion.sampling import integrate
from calid_core.models.checkpoint import CalidModel
from calid_core.models.posterior_mean import MeanEstimate, Position
from calid_core.models.warping import warp_pair
from calid_core.settings import Mode

NORMAL_QUANTILE = 1.645
"""Half-width of the central 90 % of a normal distribution in standard deviations."""


@dataclass(frozen=True)
class Target:
    """One slice to synthesise: between acquired slices ``gap`` and ``gap + 1``, at ``0 < alpha < 1`` of the way."""

    gap: int
    alpha: float


@dataclass(frozen=True)
class Drawing:
    """How slices are made: ``mode``, and for realism denoiser evaluations per sample, samples and the seed of the noise."""

    mode: Mode
    steps: int
    samples: int
    seed: int

    @property
    def evaluations(self) -> int:
        """Denoiser evaluations per slice."""
        return self.steps * self.samples if self.mode is Mode.REALISM else 0


@dataclass(frozen=True, eq=False)
class GapWork:
    """What all batches of one phase share."""

    model: CalidModel
    encoded: EncodedPhase
    positions: SlicePositions
    drawing: Drawing
    before_evaluation: Callable[[], None]

    @property
    def images(self) -> Tensor:
        """The acquired slices ``(slices, 1, rows, columns)``, padded."""
        return self.encoded.images


def batch_evaluations(model: CalidModel, drawing: Drawing) -> int:
    """Network evaluations of ``synthesise_batch``."""
    if drawing.mode is Mode.FIDELITY:
        return 3
    guesses = drawing.samples if model.calibration.start_time > 0.0 else 0
    return 2 + drawing.evaluations + drawing.samples + guesses


def synthesise_batch(work: GapWork, targets: Sequence[Target]) -> tuple[Tensor, Tensor]:
    """Intensities and half-widths, ``(targets, 1, rows, columns)`` each, padding included."""
    network, autoencoder = work.model.conditional, work.model.autoencoder
    encoded, device = work.encoded, work.images.device
    gaps = sorted({target.gap for target in targets})
    place = torch.tensor([encoded.gaps.index(gap) for gap in gaps], device=device)
    surroundings = neighbourhood(encoded.latents, work.positions, gaps)
    index = torch.tensor([gaps.index(target.gap) for target in targets], device=device)
    position = Position(
        torch.tensor([target.alpha for target in targets], dtype=torch.float32, device=device),
        surroundings.distances[index, 1],
        surroundings.thickness[index],
    )
    work.before_evaluation()
    coarse = network.coarse_mean(encoded.features.select(place), surroundings, index, position)
    work.before_evaluation()
    warped = warp_neighbours(work, targets, network.displacements(coarse, position))
    mean = network.refiner(coarse, warped, position)
    width = mean.half_width * work.model.calibration.interval_factor
    if work.drawing.mode is Mode.FIDELITY:
        work.before_evaluation()
        return autoencoder.decode(mean.latent), width
    drawn = []
    for sample in range(work.drawing.samples):
        latent = draw_sample(work, targets, mean, warped, position, sample)
        work.before_evaluation()
        drawn.append(autoencoder.decode(latent).float())
    return drawn[0], width if len(drawn) == 1 else shaped_by_spread(width, torch.stack(drawn))


def draw_sample(
    work: GapWork,
    targets: Sequence[Target],
    mean: MeanEstimate,
    warped: Tensor,
    position: Position,
    sample: int,
) -> Tensor:
    """Latents of one sample of every target."""
    network, calibration = work.model.conditional, work.model.calibration
    shape = (1, *mean.half_width.shape[-2:])
    planes = {
        plane: white_noise(shape, seed=work.drawing.seed, plane=plane, sample=sample)
        for plane in {t.gap for t in targets} | {t.gap + 1 for t in targets}
    }
    white = torch.stack([blend_noise(planes[t.gap], planes[t.gap + 1], t.alpha) for t in targets])
    with torch.autocast(work.images.device.type, enabled=False):
        start = network.noise(white.to(work.images.device)) * calibration.noise_scale
    if calibration.start_time > 0.0:
        guess = network.standardise(
            guessed_latent(work, targets, mean, warped, position, sample) - mean.latent
        )
        start = state_at(start, guess, torch.full_like(position.alpha, calibration.start_time))
    injections = network.injector(mean)
    data = integrate(
        lambda state, time: network.denoiser(state, time, position, injections),
        start,
        work.drawing.steps,
        work.before_evaluation,
        calibration.start_time,
    )
    return mean.latent + network.restore(data)


def warp_neighbours(work: GapWork, targets: Sequence[Target], displacements: tuple[Tensor, Tensor]) -> Tensor:
    """Near neighbours moved into place; see ``warp_pair``."""
    gaps = torch.tensor([target.gap for target in targets], device=work.images.device)
    with torch.autocast(work.images.device.type, enabled=False):
        return warp_pair(work.images[gaps], work.images[gaps + 1], displacements)


def encode_images(work: GapWork, images: Tensor) -> Tensor:
    """Latents of ``(batch, 1, rows, columns)``."""
    latents = work.model.autoencoder.encode(images.contiguous(memory_format=torch.channels_last))
    return latents.float()


def guessed_latent(
    work: GapWork,
    targets: Sequence[Target],
    mean: MeanEstimate,
    warped: Tensor,
    position: Position,
    sample: int,
) -> Tensor:
    """Latents of the warped neighbours, each region from one of them."""
    device, shape = work.images.device, (1, *work.images.shape[-2:])
    white = {
        gap: white_noise(shape, seed=work.drawing.seed, plane=gap, sample=sample, purpose=Purpose.REGIONS)
        for gap in {target.gap for target in targets}
    }
    work.before_evaluation()
    decoded = work.model.autoencoder.decode(mean.latent).float()
    with torch.autocast(device.type, enabled=False):
        field = uniform_field(torch.stack([white[t.gap] for t in targets]).to(device))
        lower, upper = warped.chunk(2)
        sharpness = work.model.calibration.sharpness
        guess = composite(lower, upper, decoded, field, position.alpha, sharpness=sharpness)
    return encode_images(work, guess)


def shaped_by_spread(width: Tensor, drawn: Tensor) -> Tensor:
    """Half-widths averaged with the spread of ``drawn`` ``(samples, targets, …)``, whose level is set by the calibrated width."""
    spread = NORMAL_QUANTILE * drawn.std(dim=0)
    axes = (1, 2, 3)
    level = width.mean(dim=axes, keepdim=True) / spread.mean(dim=axes, keepdim=True).clamp_min(1e-6)
    return 0.5 * (width + spread * level)
