"""The networks on one batch of missing slices: features of their gaps, posterior mean, samples, intensities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from calid_core.diffusion.flow import state_at
from calid_core.diffusion.guide import composite, uniform_field
from calid_core.diffusion.noise import Purpose, blend_noise, white_noise
from calid_core.diffusion.sampling import integrate
from calid_core.models.checkpoint import CalidModel
from calid_core.models.neighbours import GapFeatures, Neighbourhood
from calid_core.models.posterior_mean import MeanEstimate, Position
from calid_core.models.warping import warp
from calid_core.settings import Mode

NORMAL_QUANTILE = 1.645
"""Half-width of the central 90 % of a normal distribution in standard deviations."""

Known = dict[int, tuple[Tensor, ...]]
"""Features of gaps by level, each ``(2, 1, channels, rows, columns)``."""


@dataclass(frozen=True)
class Target:
    """One slice to synthesise: between acquired slices ``gap`` and ``gap + 1``, at ``0 < alpha < 1`` of the way."""

    gap: int
    alpha: float


@dataclass(frozen=True)
class Batch:
    """Targets that are synthesised together, the gaps they lie in, and those that no earlier batch has encoded."""

    targets: tuple[Target, ...]
    gaps: tuple[int, ...]
    new_gaps: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class GapWork:
    """What all batches of one phase share; ``images`` ``(slices, 1, rows, columns)`` are padded."""

    model: CalidModel
    images: Tensor
    latents: Tensor
    positions: tuple[float, ...]
    thickness: float
    mode: Mode
    steps: int
    samples: int
    seed: int
    before_evaluation: Callable[[], None]


def planned(targets: Sequence[Target], batch_size: int) -> tuple[Batch, ...]:
    """Batches of ``targets``, which are sorted by gap: a gap that spans batches is encoded once."""
    batches = []
    seen: set[int] = set()
    for start in range(0, len(targets), batch_size):
        part = tuple(targets[start : start + batch_size])
        gaps = sorted({target.gap for target in part})
        batches.append(Batch(part, tuple(gaps), tuple(gap for gap in gaps if gap not in seen)))
        seen.update(gaps)
    return tuple(batches)


def neighbourhood(work: GapWork, gaps: Sequence[int]) -> Neighbourhood:
    """The four acquired slices about each of ``gaps``; absent far ones are masked."""
    last = len(work.positions) - 1
    chain = [[gap - 1, gap, gap + 1, gap + 2] for gap in gaps]
    clamped = [[min(max(i, 0), last) for i in four] for four in chain]
    device = work.latents.device
    distances = [[abs(work.positions[b] - work.positions[a]) for a, b in pairwise(four)] for four in clamped]
    present = [[float(four[0] >= 0), float(four[3] <= last)] for four in chain]
    return Neighbourhood(
        work.latents[torch.tensor(clamped, device=device)],
        torch.tensor(present, device=device),
        torch.tensor(distances, device=device),
        torch.full((len(gaps),), work.thickness, device=device),
    )


def encode_gaps(work: GapWork, batch: Batch, known: Known) -> Known:
    """Features of the batch's gaps; those in ``known`` are not computed again."""
    found = {gap: known[gap] for gap in batch.gaps if gap in known}
    if batch.new_gaps:
        work.before_evaluation()
        features = work.model.conditional.neighbours(neighbourhood(work, batch.new_gaps))
        for place, gap in enumerate(batch.new_gaps):
            found[gap] = tuple(level[:, place : place + 1] for level in features.levels)
    return found


def synthesise_batch(work: GapWork, batch: Batch, known: Known) -> tuple[Tensor, Tensor]:
    """Intensities and half-widths, ``(targets, 1, rows, columns)`` each, padding included."""
    network, autoencoder = work.model.conditional, work.model.autoencoder
    surroundings = neighbourhood(work, batch.gaps)
    levels = zip(*(known[gap] for gap in batch.gaps), strict=True)
    features = GapFeatures(tuple(torch.cat(level, dim=1) for level in levels))
    device = work.latents.device
    index = torch.tensor([batch.gaps.index(target.gap) for target in batch.targets], device=device)
    position = Position(
        torch.tensor([target.alpha for target in batch.targets], dtype=torch.float32, device=device),
        surroundings.distances[index, 1],
        surroundings.thickness[index],
    )
    work.before_evaluation()
    coarse = network.coarse_mean(features, surroundings, index, position)
    work.before_evaluation()
    warped = warp_neighbours(work, batch.targets, network.displacements(coarse, position))
    mean = network.refiner(coarse, encode_images(work, warped), position)
    width = mean.half_width * work.model.calibration.interval_factor
    if work.mode is Mode.FIDELITY:
        work.before_evaluation()
        return autoencoder.decode(mean.latent), width
    drawn = []
    for sample in range(work.samples):
        latent = draw_sample(work, batch.targets, mean, warped, position, sample)
        work.before_evaluation()
        drawn.append(autoencoder.decode(latent).float())
    return drawn[0], width if work.samples == 1 else shaped_by_spread(width, torch.stack(drawn))


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
        plane: white_noise(shape, seed=work.seed, plane=plane, sample=sample)
        for plane in {t.gap for t in targets} | {t.gap + 1 for t in targets}
    }
    white = torch.stack([blend_noise(planes[t.gap], planes[t.gap + 1], t.alpha) for t in targets])
    with torch.autocast(work.latents.device.type, enabled=False):
        start = network.noise(white.to(work.latents.device)) * calibration.noise_scale
    if calibration.start_time > 0.0:
        guess = network.standardise(
            guessed_latent(work, targets, mean, warped, position, sample) - mean.latent
        )
        start = state_at(start, guess, torch.full_like(position.alpha, calibration.start_time))
    injections = network.injector(mean)
    data = integrate(
        lambda state, time: network.denoiser(state, time, position, injections),
        start,
        work.steps,
        work.before_evaluation,
        calibration.start_time,
    )
    return mean.latent + network.restore(data)


def warp_neighbours(work: GapWork, targets: Sequence[Target], displacements: tuple[Tensor, Tensor]) -> Tensor:
    """Near neighbours moved into place, ``(2 * targets, 1, rows, columns)``, the lower ones first."""
    gaps = torch.tensor([target.gap for target in targets], device=work.images.device)
    with torch.autocast(work.images.device.type, enabled=False):
        moved = [warp(work.images[gaps + side], field, "bicubic") for side, field in enumerate(displacements)]
    return torch.cat(moved)


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
        gap: white_noise(shape, seed=work.seed, plane=gap, sample=sample, purpose=Purpose.REGIONS)
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
