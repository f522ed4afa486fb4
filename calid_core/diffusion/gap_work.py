"""The networks on one batch of missing slices: first what is estimated of them, then images made of that."""

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
from calid_core.models.posterior_mean import Position
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
    """What all batches share."""

    model: CalidModel
    positions: SlicePositions
    drawing: Drawing
    before_evaluation: Callable[[], None]

    @property
    def device(self) -> torch.device:
        """Where the work is done."""
        return self.model.device


ESTIMATE_EVALUATIONS = 2
"""Network evaluations of ``estimate_batch``."""


def finishing_evaluations(model: CalidModel, drawing: Drawing) -> int:
    """Network evaluations of ``finish_batch``."""
    if drawing.mode is Mode.FIDELITY:
        return 1
    guesses = drawing.samples if model.calibration.start_time > 0.0 else 0
    return drawing.evaluations + drawing.samples + guesses


@dataclass(frozen=True, eq=False)
class Detail:
    """What samples are made of, beside the mean: where the targets lie, what is injected, the near neighbours moved into place.

    ``warped`` is ``(2 * targets, 1, rows, columns)``, lower neighbours first.
    """

    position: Position
    injections: tuple[Tensor, Tensor]
    warped: Tensor


@dataclass(frozen=True, eq=False)
class BatchEstimate:
    """What is estimated of some targets at one phase.

    Parameters
    ----------
    targets
        The targets.
    latent
        Their posterior mean.
    half_width
        Calibrated half-widths of 90 % intervals about it.
    detail
        For realism; None for fidelity.
    """

    targets: tuple[Target, ...]
    latent: Tensor
    half_width: Tensor
    detail: Detail | None


def estimate_batch(work: GapWork, encoded: EncodedPhase, targets: Sequence[Target]) -> BatchEstimate:
    """Posterior mean of ``targets`` at the phase ``encoded``."""
    network, device = work.model.conditional, work.device
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
    displacements = network.displacements(coarse, position)
    lower = torch.tensor([target.gap for target in targets], device=device)
    with torch.autocast(device.type, enabled=False):
        warped = warp_pair(encoded.images[lower], encoded.images[lower + 1], displacements)
    mean = network.refiner(coarse, warped, position)
    realism = work.drawing.mode is Mode.REALISM
    return BatchEstimate(
        tuple(targets),
        mean.latent,
        mean.half_width * work.model.calibration.interval_factor,
        Detail(position, network.injector(mean), warped) if realism else None,
    )


def finish_batch(work: GapWork, estimate: BatchEstimate, latent: Tensor) -> tuple[Tensor, Tensor]:
    """Intensities and half-widths, ``(targets, 1, rows, columns)`` each, padding included.

    ``latent`` is the posterior mean of ``estimate`` with what other phases say of it.
    """
    decode, width = work.model.autoencoder.decode, estimate.half_width
    if estimate.detail is None:
        work.before_evaluation()
        return decode(latent), width
    drawn = []
    for sample in range(work.drawing.samples):
        sampled = draw_sample(work, estimate.targets, latent, estimate.detail, sample)
        work.before_evaluation()
        drawn.append(decode(sampled).float())
    return drawn[0], width if len(drawn) == 1 else shaped_by_spread(width, torch.stack(drawn))


def draw_sample(
    work: GapWork, targets: Sequence[Target], mean: Tensor, detail: Detail, sample: int
) -> Tensor:
    """Latents of one sample of every target about the latents ``mean``."""
    network, calibration = work.model.conditional, work.model.calibration
    shape = (1, *detail.warped.shape[-2:])
    planes = {
        plane: white_noise(shape, seed=work.drawing.seed, plane=plane, sample=sample)
        for plane in {t.gap for t in targets} | {t.gap + 1 for t in targets}
    }
    white = torch.stack([blend_noise(planes[t.gap], planes[t.gap + 1], t.alpha) for t in targets])
    with torch.autocast(work.device.type, enabled=False):
        start = network.noise(white.to(work.device)) * calibration.noise_scale
    position = detail.position
    if calibration.start_time > 0.0:
        guess = network.standardise(guessed_latent(work, targets, mean, detail, sample) - mean)
        start = state_at(start, guess, torch.full_like(position.alpha, calibration.start_time))
    data = integrate(
        lambda state, time: network.denoiser(state, time, position, detail.injections),
        start,
        work.drawing.steps,
        work.before_evaluation,
        calibration.start_time,
    )
    return mean + network.restore(data)


def encode_images(work: GapWork, images: Tensor) -> Tensor:
    """Latents of ``(batch, 1, rows, columns)``."""
    latents = work.model.autoencoder.encode(images.contiguous(memory_format=torch.channels_last))
    return latents.float()


def guessed_latent(
    work: GapWork, targets: Sequence[Target], mean: Tensor, detail: Detail, sample: int
) -> Tensor:
    """Latents of the warped neighbours, each region from one of them."""
    shape = (1, *detail.warped.shape[-2:])
    white = {
        gap: white_noise(shape, seed=work.drawing.seed, plane=gap, sample=sample, purpose=Purpose.REGIONS)
        for gap in {target.gap for target in targets}
    }
    work.before_evaluation()
    decoded = work.model.autoencoder.decode(mean).float()
    with torch.autocast(work.device.type, enabled=False):
        field = uniform_field(torch.stack([white[t.gap] for t in targets]).to(work.device))
        lower, upper = detail.warped.chunk(2)
        sharpness = work.model.calibration.sharpness
        guess = composite(lower, upper, decoded, field, detail.position.alpha, sharpness=sharpness)
    return encode_images(work, guess)


def shaped_by_spread(width: Tensor, drawn: Tensor) -> Tensor:
    """Half-widths averaged with the spread of ``drawn`` ``(samples, targets, …)``, whose level is set by the calibrated width."""
    spread = NORMAL_QUANTILE * drawn.std(dim=0)
    axes = (1, 2, 3)
    level = width.mean(dim=axes, keepdim=True) / spread.mean(dim=axes, keepdim=True).clamp_min(1e-6)
    return 0.5 * (width + spread * level)
