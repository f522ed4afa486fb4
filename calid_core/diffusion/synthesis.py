"""Synthesis of the missing slices of one phase: encode, condition per gap, sample, decode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from calid_core.arrays import FloatArray
from calid_core.diffusion.noise import blend_noise, white_noise
from calid_core.diffusion.sampling import integrate
from calid_core.errors import DeviceMemoryError
from calid_core.models.checkpoint import CalidModel
from calid_core.models.device import out_of_memory
from calid_core.models.neighbours import GapFeatures, Neighbourhood
from calid_core.models.posterior_mean import MeanEstimate, Position
from calid_core.models.precision import reduced_precision
from calid_core.progress import CancelToken
from calid_core.settings import Mode

SIDE_MULTIPLE = 16
"""Sides are padded to a multiple of this: a quarter for the latent, and two halvings more."""
CEILING = 1.1
"""Largest scaled intensity the networks were trained on."""
NORMAL_QUANTILE = 1.645
"""Half-width of the central 90 % of a normal distribution in standard deviations."""


@dataclass(frozen=True)
class Target:
    """One slice to synthesise: between acquired slices ``gap`` and ``gap + 1``, at ``0 < alpha < 1`` of the way."""

    gap: int
    alpha: float


@dataclass(frozen=True, eq=False)
class Synthesis:
    """Synthesised slices of one phase.

    Parameters
    ----------
    intensity
        ``(targets, rows, columns)`` float32, scaled units of the input.
    half_width
        Like ``intensity``: half-width of the calibrated 90 % interval about the posterior mean.
    evaluations
        Denoiser evaluations per slice.
    """

    intensity: FloatArray
    half_width: FloatArray | None
    evaluations: int


@dataclass(frozen=True)
class Work:
    """What all steps of one synthesis share."""

    model: CalidModel
    latents: Tensor
    positions: tuple[float, ...]
    thickness: float
    mode: Mode
    steps: int
    samples: int
    seed: int
    before_evaluation: Callable[[], None]


def synthesise_phase(
    model: CalidModel,
    slices: FloatArray,
    *,
    positions: FloatArray,
    thickness: float,
    targets: Sequence[Target],
    mode: Mode,
    steps: int,
    samples: int,
    seed: int,
    batch_size: int,
    cancel: CancelToken,
    on_step: Callable[[int, int], None],
) -> Synthesis:
    """Synthesise ``targets`` between the acquired ``slices`` of one phase.

    Parameters
    ----------
    model
        From ``calid_core.models.checkpoint.load_model``.
    slices
        ``(slices, rows, columns)``, about 0 to 1: scaled by the percentiles of the acquired slices.
    positions
        ``(slices,)``, mm along the normal, increasing or decreasing.
    thickness
        Slice thickness in mm, 0 where unknown.
    targets
        Slices to synthesise, in any order.
    mode
        Realism draws a sample; fidelity returns the posterior mean and ignores ``steps``, ``samples`` and ``seed``.
    steps, samples, seed
        Denoiser evaluations per sample; samples for the spread, of which the first is returned; seed of the noise.
    batch_size
        Slices per network call; halved where memory does not suffice.
    cancel
        Looked at before every network evaluation.
    on_step
        Told how many network evaluations are done, and of how many.

    Raises
    ------
    Cancelled
        ``cancel`` was set.
    DeviceMemoryError
        Not even one slice fits.
    """
    if not targets:
        return Synthesis(np.zeros((0, *slices.shape[1:]), np.float32), None, 0)
    order = sorted(range(len(targets)), key=lambda i: (targets[i].gap, targets[i].alpha))
    while True:
        try:
            return _synthesise(
                model, slices, [float(p) for p in positions], thickness, targets, order, mode,
                steps, samples, seed, batch_size, cancel, on_step,
            )  # fmt: skip
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            if batch_size == 1:
                rows, columns = slices.shape[1:]
                raise DeviceMemoryError(
                    f"{model.device} ran out of memory on one slice of {rows} x {columns}; "
                    "close other programs, lower --samples, or use another device"
                ) from error
            batch_size = max(batch_size // 2, 1)


def _synthesise(
    model: CalidModel,
    slices: FloatArray,
    positions: list[float],
    thickness: float,
    targets: Sequence[Target],
    order: list[int],
    mode: Mode,
    steps: int,
    samples: int,
    seed: int,
    batch_size: int,
    cancel: CancelToken,
    on_step: Callable[[int, int], None],
) -> Synthesis:
    per_slice = steps * samples if mode is Mode.REALISM else 0
    batches = list(_batches([targets[i] for i in order], batch_size))
    total = -(-len(slices) // batch_size) + sum(
        2 + per_slice + (samples if per_slice else 1) for _ in batches
    )
    done = 0

    def before_evaluation() -> None:
        nonlocal done
        cancel.raise_if_cancelled()
        done += 1
        on_step(done, total)

    rows, columns = slices.shape[1:]
    images: list[Tensor] = []
    widths: list[Tensor] = []
    with torch.inference_mode(), reduced_precision(model.compute):
        latents = encode_slices(model, slices, batch_size, before_evaluation)
        work = Work(
            model, latents, tuple(positions), thickness, mode, steps, samples, seed, before_evaluation
        )
        for batch in batches:
            intensity, width = _synthesise_batch(work, batch)
            images.append(intensity[:, 0, :rows, :columns].float().cpu())
            widths.append(width[:, 0, :rows, :columns].float().cpu())
    back = np.argsort(np.asarray(order))
    return Synthesis(torch.cat(images).numpy()[back], torch.cat(widths).numpy()[back], per_slice)


def encode_slices(
    model: CalidModel, slices: FloatArray, batch_size: int, before_evaluation: Callable[[], None]
) -> Tensor:
    """Latents ``(slices, channels, rows / 4, columns / 4)`` of the reflected-to-size slices."""
    images = torch.from_numpy(np.ascontiguousarray(slices, np.float32))[:, None].clamp(0.0, CEILING)
    rows, columns = images.shape[-2:]
    padding = (0, -columns % SIDE_MULTIPLE, 0, -rows % SIDE_MULTIPLE)
    reflects = padding[1] < columns and padding[3] < rows
    padded = functional.pad(images, padding, mode="reflect" if reflects else "replicate")
    latents = []
    for part in torch.split(padded.to(model.device), batch_size):
        before_evaluation()
        latents.append(model.autoencoder.encode(part.contiguous(memory_format=torch.channels_last)).float())
    return torch.cat(latents)


def _batches(targets: Sequence[Target], batch_size: int) -> Iterator[list[Target]]:
    for start in range(0, len(targets), batch_size):
        yield list(targets[start : start + batch_size])


def neighbourhood(work: Work, gaps: Sequence[int]) -> Neighbourhood:
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


def _synthesise_batch(work: Work, batch: Sequence[Target]) -> tuple[Tensor, Tensor]:
    network, autoencoder = work.model.conditional, work.model.autoencoder
    gaps = sorted({target.gap for target in batch})
    surroundings = neighbourhood(work, gaps)
    work.before_evaluation()
    features: GapFeatures = network.neighbours(surroundings)
    index = torch.tensor([gaps.index(target.gap) for target in batch], device=work.latents.device)
    position = Position(
        torch.tensor([target.alpha for target in batch], device=work.latents.device),
        surroundings.distances[index, 1],
        surroundings.thickness[index],
    )
    work.before_evaluation()
    mean = network.mean(features, surroundings, index, position)
    width = mean.half_width * work.model.calibration.interval_factor
    if work.mode is Mode.FIDELITY:
        work.before_evaluation()
        return autoencoder.decode(mean.latent), width
    drawn = []
    for sample in range(work.samples):
        latent = draw_sample(work, batch, mean, position, sample)
        work.before_evaluation()
        drawn.append(autoencoder.decode(latent).float())
    return drawn[0], width if work.samples == 1 else shaped_by_spread(width, torch.stack(drawn))


def draw_sample(
    work: Work, batch: Sequence[Target], mean: MeanEstimate, position: Position, sample: int
) -> Tensor:
    """Latents of one sample of every target of ``batch``."""
    network = work.model.conditional
    shape = (1, *mean.half_width.shape[-2:])
    planes = {
        plane: white_noise(shape, seed=work.seed, plane=plane, sample=sample)
        for plane in {t.gap for t in batch} | {t.gap + 1 for t in batch}
    }
    white = torch.stack([blend_noise(planes[t.gap], planes[t.gap + 1], t.alpha) for t in batch])
    with torch.autocast(white.device.type, enabled=False):
        start = network.noise(white.to(mean.latent.device))
    injections = network.injector(mean)
    data = integrate(
        lambda state, time: network.denoiser(state, time, position, injections),
        start * work.model.calibration.noise_scale,
        work.steps,
        work.before_evaluation,
    )
    return mean.latent + network.restore(data)


def shaped_by_spread(width: Tensor, drawn: Tensor) -> Tensor:
    """Half-widths averaged with the spread of ``drawn`` ``(samples, targets, …)``, whose level is set by the calibrated width."""
    spread = NORMAL_QUANTILE * drawn.std(dim=0)
    axes = (1, 2, 3)
    level = width.mean(dim=axes, keepdim=True) / spread.mean(dim=axes, keepdim=True).clamp_min(1e-6)
    return 0.5 * (width + spread * level)
