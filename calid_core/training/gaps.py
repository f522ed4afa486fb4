"""Random gaps of a pack: which slices are kept about a gap, which are hidden in it, seen through random views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from calid_core.errors import SettingsError
from calid_core.models.neighbours import Neighbourhood
from calid_core.models.posterior_mean import Position
from calid_core.training.augmentation import (
    random_intensity,
    random_views,
    resample,
    seen_points,
    within_box,
)
from calid_core.training.config import CalidTraining
from calid_core.training.pack import PackedVolume
from calid_core.training.slices import SliceBank

FINE_PITCH = 6.0
DENSE_PITCH = 3.0
DENSE_GAPS = (5.0, 12.5)
"""Least and largest gap in mm of a volume that is denser than ``DENSE_PITCH``."""
LEAST_SPAN = 2
"""Slice distances over which the smallest gap spans: one slice is hidden in it."""
THICKNESSES = (0.0, 5.0, 8.0)
NOISE, NOISY_SHARE = 0.02, 0.3
"""Noise of acquired slices, and in how many gaps."""


@dataclass(frozen=True)
class GapBatch:
    """Acquired and hidden slices of some gaps.

    ``acquired`` is ``(gaps, 4, side, side)`` from the lowest up, ``hidden`` ``(targets, 1, side, side)``; ``gap``
    ``(targets,)`` tells in which gap each hidden slice lies; ``heart`` ``(gaps, side, side)`` is true in the heart box.
    """

    acquired: Tensor
    hidden: Tensor
    heart: Tensor
    present: Tensor
    distances: Tensor
    thickness: Tensor
    gap: Tensor
    alpha: Tensor

    def neighbourhood(self, latents: Tensor) -> Neighbourhood:
        """Conditioning with the latents of the acquired slices."""
        return Neighbourhood(latents, self.present, self.distances, self.thickness)

    def position(self) -> Position:
        """Where the hidden slices lie."""
        return Position(self.alpha, self.distances[self.gap, 1], self.thickness[self.gap])

    def weight(self, surroundings: float) -> Tensor:
        """How much each pixel of ``hidden`` counts: 1 in the heart box, ``surroundings`` outside of it."""
        return torch.where(self.heart, 1.0, surroundings)[self.gap, None]


def reaches(volume: PackedVolume, span: int) -> tuple[int, int]:
    """Least and largest number of slice distances from the lower to the upper slice of a gap.

    ``span`` where all slices between are hidden; more in a dense volume, of which ``span - 1`` any are.
    """
    if volume.pitch >= DENSE_PITCH:
        return span, span
    least = max(span, round(DENSE_GAPS[0] / volume.pitch))
    return least, max(least, int(DENSE_GAPS[1] / volume.pitch))


def volume_weights(volumes: tuple[PackedVolume, ...], span: int, config: CalidTraining) -> Tensor:
    """How often each volume is drawn: more for finely spaced ones, none where the gap does not fit.

    Dense volumes share ``config.dense_share`` of all draws, however many there are.
    """
    weights = torch.zeros(len(volumes))
    dense = torch.tensor([volume.pitch < DENSE_PITCH for volume in volumes])
    for index, volume in enumerate(volumes):
        weight = config.fine_pitch_weight if volume.pitch < FINE_PITCH else 1.0
        weight *= config.cine_weight if volume.thickness > 0 else 1.0
        fits = len(volume.intensity) > reaches(volume, span)[1]
        weights[index] = (1.0 if dense[index] else weight) if fits else 0.0
    total, count = weights[~dense].sum(), weights[dense].sum()
    if total > 0 and count > 0:
        weights[dense] *= config.dense_share / (1.0 - config.dense_share) * total / count
    return weights


def check_spans(volumes: Sequence[PackedVolume], config: CalidTraining) -> None:
    """``SettingsError`` where ``config.gap_shares`` has a gap that none of ``volumes`` can hold."""
    for span, share in enumerate(config.gap_shares, start=LEAST_SPAN):
        if share > 0.0 and not volume_weights(tuple(volumes), span, config).any():
            raise SettingsError(
                f"gap_shares has gaps over {span} slice distances, for which no training volume has slices enough (the "
                f"longest has {max(len(volume.intensity) for volume in volumes)}); add longer stacks to the pack or set "
                f"their share to 0 in --config"
            )


def inner_slices(generator: torch.Generator, volume: PackedVolume, span: int) -> tuple[int, list[int]]:
    """A gap by its slice distances, and which ``span - 1`` slices in it are hidden, counted from the lower one."""
    least, most = reaches(volume, span)
    if most == span:
        return span, list(range(1, span))
    reach = least + draw(generator, most - least + 1)
    chosen = torch.randperm(reach - 1, generator=generator)[: span - 1] + 1
    return reach, sorted(chosen.tolist())


def draw(generator: torch.Generator, count: int) -> int:
    """Uniform integer in ``[0, count)``."""
    return int(torch.randint(0, count, (1,), generator=generator))


def far_slice(generator: torch.Generator, near: int, step: int, span: int, slices: int) -> int | None:
    """Next acquired slice beyond ``near``: mostly one span further, sometimes nearer, sometimes not used."""
    distance = span if float(torch.rand(1, generator=generator)) < 0.85 else 1 + draw(generator, span)
    index = near + step * distance
    inside = 0 <= index < slices
    return index if inside and float(torch.rand(1, generator=generator)) < 0.93 else None


@dataclass(frozen=True)
class Gap:
    """A gap of a volume.

    ``slices`` are the four acquired ones, then the hidden ones, which lie at the shares ``alphas`` of the gap; the rest is
    what ``Neighbourhood`` tells of it.
    """

    slices: tuple[int, ...]
    alphas: tuple[float, ...]
    present: tuple[float, float]
    distances: tuple[float, ...]
    thickness: float


def random_span(generator: torch.Generator, shares: tuple[float, float, float]) -> int:
    """How many slice distances a gap spans."""
    return LEAST_SPAN + int(torch.multinomial(torch.tensor(shares), 1, generator=generator))


def random_gap(generator: torch.Generator, volume: PackedVolume, span: int) -> Gap:
    """A gap somewhere in ``volume`` with ``span - 1`` hidden slices."""
    count = len(volume.intensity)
    reach, inner = inner_slices(generator, volume, span)
    lower = draw(generator, count - reach)
    upper = lower + reach
    below = far_slice(generator, lower, -1, reach, count)
    above = far_slice(generator, upper, 1, reach, count)
    chain = (lower if below is None else below, lower, upper, upper if above is None else above)
    return Gap(
        (*chain, *(lower + i for i in inner)),
        tuple(i / reach for i in inner),
        (float(below is not None), float(above is not None)),
        tuple(volume.pitch * (b - a) for a, b in pairwise(chain)),
        volume.thickness or THICKNESSES[draw(generator, len(THICKNESSES))],
    )


def random_gaps(
    bank: SliceBank,
    generator: torch.Generator,
    noise_generator: torch.Generator,
    config: CalidTraining,
    targets: int,
) -> GapBatch:
    """A batch of at most ``targets`` hidden slices; all its gaps hide the same number of slices.

    ``generator`` is on the CPU, ``noise_generator`` on the device of the bank.
    """
    span = random_span(generator, config.gap_shares)
    gaps = max(targets // (span - 1), 1)
    chosen = torch.multinomial(volume_weights(bank.volumes, span, config), gaps, True, generator=generator)
    about = [random_gap(generator, bank.volumes[v], span) for v in chosen.tolist()]
    index = torch.tensor(
        [[bank.first[v] + i for i in gap.slices] for v, gap in zip(chosen.tolist(), about, strict=True)]
    )
    images, heart = random_images(bank, generator, chosen, index, config)
    level = NOISE * (torch.rand(gaps, 1, 1, 1, generator=generator) < NOISY_SHARE).to(images.device)
    acquired = images[:, :4]
    acquired += level * torch.randn(acquired.shape, generator=noise_generator, device=images.device)
    return gap_batch(images, heart, about)


def gap_batch(images: Tensor, heart: Tensor, about: Sequence[Gap]) -> GapBatch:
    """A batch of the gaps ``about`` from their ``images`` ``(gaps, 4 + hidden, side, side)`` and heart boxes ``(gaps, side, side)``."""
    device = images.device
    alphas = torch.tensor([gap.alphas for gap in about], device=device)
    return GapBatch(
        acquired=images[:, :4],
        hidden=images[:, 4:].flatten(0, 1)[:, None],
        heart=heart,
        present=torch.tensor([gap.present for gap in about], device=device),
        distances=torch.tensor([gap.distances for gap in about], device=device),
        thickness=torch.tensor([gap.thickness for gap in about], device=device),
        gap=torch.arange(len(about), device=device).repeat_interleave(alphas.shape[1]),
        alpha=alphas.flatten(),
    )


def random_images(
    bank: SliceBank, generator: torch.Generator, volume: Tensor, index: Tensor, config: CalidTraining
) -> tuple[Tensor, Tensor]:
    """The slices ``index`` ``(gaps, 4 + hidden)`` through one random view per gap.

    Acquired slices may be shifted in plane; intensities change alike over a gap. Returns images ``(gaps, 4 + hidden, side, side)`` and
    where they show the heart box ``(gaps, side, side)``.
    """
    centres, extents = bank.centres[volume], bank.extents[volume]
    view = random_views(generator, centres, extents, config.views)
    points = seen_points(view, config.crop, bank.intensity.device)
    shift = torch.zeros(*index.shape, 2)
    moved = (torch.rand(len(index), 1, 1, generator=generator) < 0.25).float()
    shift[:, :4] = moved * torch.randn(len(index), 4, 2, generator=generator) * 0.8
    images = resample(bank.gather(index), points, shift)
    images = random_intensity(generator, images, gamma=1.2, gain=1.15, bias=0.3).clamp(0.0, 1.1)
    return images, within_box(points, centres, extents)


def uniform_times(generator: torch.Generator, count: int) -> Tensor:
    """Stratified times in [0, 1), one in each of ``count`` equal parts, in random order, on the device of ``generator``."""
    device = generator.device
    within = torch.rand(count, generator=generator, device=device)
    return (torch.randperm(count, generator=generator, device=device) + within) / count
