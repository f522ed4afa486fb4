"""The networks on one batch of missing slices: first latents, then images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from calid_core.diffusion.encoding import EncodedPhase
from calid_core.diffusion.flow import state_at
from calid_core.diffusion.guide import composite, uniform_field
from calid_core.diffusion.noise import Purpose, blend_noise, white_noise
from calid_core.diffusion.sampling import integrate
from calid_core.diffusion.target_batch import KeptNoise, TargetBatch, gaps_of
from calid_core.diffusion.texture import with_texture
from calid_core.models.checkpoint import CalidModel
from calid_core.models.posterior_mean import Position
from calid_core.models.warping import warp_pair
from calid_core.settings import Mode


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
    drawing: Drawing
    noise: KeptNoise
    before_evaluation: Callable[[], None]

    @property
    def device(self) -> torch.device:
        """Where the work is done."""
        return self.model.device


def latent_evaluations(drawing: Drawing) -> int:
    """Network evaluations of ``make_latents``."""
    return 2 + drawing.evaluations


@dataclass(frozen=True, eq=False)
class BatchLatents:
    """What is made of some targets at one phase, before it is decoded.

    Parameters
    ----------
    drawn
        Latents ``(targets, channels, rows, columns)``: of each sample in realism, the posterior mean in fidelity.
    half_width
        Calibrated half-widths of 90 % intervals about the posterior mean, ``(targets, 1, rows, columns)``.
    texture
        Like ``half_width``: how strong the texture of samples is to be; None for a mean, which has none.
    """

    drawn: tuple[Tensor, ...]
    half_width: Tensor
    texture: Tensor | None


@dataclass(frozen=True, eq=False)
class Detail:
    """What samples are made of, beside the mean: where the targets lie, what is injected, the near neighbours moved into place.

    ``warped`` is ``(2 * targets, 1, rows, columns)``, lower neighbours first.
    """

    position: Position
    injections: tuple[Tensor, Tensor]
    warped: Tensor


def make_latents(work: GapWork, encoded: EncodedPhase, batch: TargetBatch) -> BatchLatents:
    """Posterior mean or samples of the targets of ``batch`` at the phase ``encoded``."""
    network, position, lower = work.model.conditional, batch.position, batch.lower
    surroundings = batch.places.neighbourhood(encoded.latents)
    work.before_evaluation()
    coarse = network.coarse_mean(encoded.features.select(batch.gap_in_run), surroundings, batch.gap, position)
    work.before_evaluation()
    displacements = network.displacements(coarse, position)
    with torch.autocast(work.device.type, enabled=False):
        warped = warp_pair(encoded.images[lower], encoded.images[lower + 1], displacements)
    mean = network.refiner(coarse, warped, position)
    half_width = mean.half_width * work.model.calibration.interval_factor
    if work.drawing.mode is Mode.FIDELITY:
        return BatchLatents((mean.latent,), half_width, None)
    detail = Detail(position, network.injector(mean), warped)
    samples = range(work.drawing.samples)
    drawn = tuple(draw_sample(work, batch, mean.latent, detail, sample) for sample in samples)
    alpha = position.alpha[:, None, None, None]
    return BatchLatents(
        drawn, half_width, torch.lerp(encoded.texture[lower], encoded.texture[lower + 1], alpha)
    )


def decode_latents(work: GapWork, latents: BatchLatents) -> tuple[Tensor, Tensor]:
    """Intensities and half-widths, ``(targets, 1, rows, columns)`` each, padding included."""
    images = []
    for latent in latents.drawn:
        work.before_evaluation()
        images.append(work.model.autoencoder.decode(latent).float())
    shown = images[0] if latents.texture is None else with_texture(images[0], latents.texture)
    width = latents.half_width
    return shown, width if len(images) == 1 else shaped_by_spread(width, torch.stack(images))


def draw_sample(work: GapWork, batch: TargetBatch, mean: Tensor, detail: Detail, sample: int) -> Tensor:
    """Latents of one sample of every target about the latents ``mean``."""
    network, calibration = work.model.conditional, work.model.calibration
    start = work.noise.of(
        Purpose.START, sample, batch, lambda: starting_noise(work, batch, detail.warped.shape, sample)
    )
    position = detail.position
    if calibration.start_time > 0.0:
        guess = network.standardise(guessed_latent(work, batch, mean, detail, sample) - mean)
        start = state_at(start, guess, torch.full_like(position.alpha, calibration.start_time))
    data = integrate(
        lambda state, time: network.denoiser(state, time, position, detail.injections),
        start,
        work.drawing.steps,
        work.before_evaluation,
        calibration.start_time,
    )
    return mean + network.restore(data)


def starting_noise(work: GapWork, batch: TargetBatch, shape: Sequence[int], sample: int) -> Tensor:
    """Latent noise of every target for images of ``shape`` ``(…, rows, columns)``: between that of two planes, the same at every phase."""
    targets = batch.targets
    planes = {
        plane: white_noise((1, *shape[-2:]), seed=work.drawing.seed, plane=plane, sample=sample)
        for plane in {t.gap for t in targets} | {t.gap + 1 for t in targets}
    }
    white = torch.stack([blend_noise(planes[t.gap], planes[t.gap + 1], t.alpha) for t in targets])
    with torch.autocast(work.device.type, enabled=False):
        return work.model.conditional.noise(white.to(work.device)) * work.model.calibration.noise_scale


def region_field(work: GapWork, batch: TargetBatch, shape: Sequence[int], sample: int) -> Tensor:
    """Which regions come from which neighbour where nothing else decides, ``(targets, 1, rows, columns)``: one field per gap, the same at every phase."""
    white = {
        gap: white_noise(
            (1, *shape[-2:]), seed=work.drawing.seed, plane=gap, sample=sample, purpose=Purpose.REGIONS
        )
        for gap in gaps_of(batch.targets)
    }
    with torch.autocast(work.device.type, enabled=False):
        return uniform_field(torch.stack([white[t.gap] for t in batch.targets]).to(work.device))


def guessed_latent(work: GapWork, batch: TargetBatch, mean: Tensor, detail: Detail, sample: int) -> Tensor:
    """Latents of the warped neighbours, each region from one of them.

    The linear path of the autoencoder is enough for a first guess (docs/decisions/0019).
    """
    autoencoder = work.model.autoencoder
    field = work.noise.of(
        Purpose.REGIONS, sample, batch, lambda: region_field(work, batch, detail.warped.shape, sample)
    )
    with torch.autocast(work.device.type, enabled=False):
        decoded = autoencoder.decode_linearly(mean)
        lower, upper = detail.warped.chunk(2)
        sharpness = work.model.calibration.sharpness
        guess = composite(lower, upper, decoded, field, detail.position.alpha, sharpness=sharpness)
        return autoencoder.encode_linearly(guess)


def shaped_by_spread(width: Tensor, drawn: Tensor) -> Tensor:
    """Half-widths averaged with the spread of ``drawn`` ``(samples, targets, …)``, whose level is set by the calibrated width."""
    spread = drawn.std(dim=0)
    axes = (1, 2, 3)
    level = width.mean(dim=axes, keepdim=True) / spread.mean(dim=axes, keepdim=True).clamp_min(1e-6)
    return 0.5 * (width + spread * level)
