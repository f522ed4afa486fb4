"""Random gaps of beating hearts: a gap at several phases in a row, seen through one view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from calid_core.diffusion.phase_neighbours import (
    ExtremePhases,
    OtherPhase,
    extreme_phases,
    neighbouring_phases,
)
from calid_core.models.neighbours import GapFeatures
from calid_core.models.temporal import TemporalMixer
from calid_core.training.augmentation import uniform
from calid_core.training.config import CalidTraining, TemporalTraining
from calid_core.training.gaps import (
    FINE_PITCH,
    GapBatch,
    Surroundings,
    draw,
    gap_batch,
    random_images,
    random_span,
    random_surroundings,
)
from calid_core.training.pack import PackedVolume
from calid_core.training.slices import SliceBank, make_bank

NO_PHASE = OtherPhase(0, 1.0)
"""Stands for a phase that a window does not hold: too far away to count."""


@dataclass(frozen=True, eq=False)
class CineBank:
    """Cines on the training device.

    ``bank`` holds their phases, ``volumes[c]`` the indices in it of cine ``c`` in phase order, ``about[c]`` which phases are looked at
    for which, ``extremes[c]`` the relaxed and the contracted heart, ``whole[c]`` whether it was imaged at every phase.
    """

    bank: SliceBank
    volumes: tuple[tuple[int, ...], ...]
    about: tuple[tuple[tuple[OtherPhase, ...], ...], ...]
    extremes: tuple[ExtremePhases, ...]
    whole: tuple[bool, ...]

    def first(self, cine: int) -> PackedVolume:
        """First phase of a cine."""
        return self.bank.volumes[self.volumes[cine][0]]


@dataclass(frozen=True, eq=False)
class CineBatch:
    """``gaps`` holds each gap at ``phases`` phases, one after the other; ``others[g * phases + p]`` are within the window.

    ``OtherPhase.phase`` counts through all items of the batch.
    """

    gaps: GapBatch
    phases: int
    others: tuple[tuple[OtherPhase, ...], ...]

    def condition(self, temporal: TemporalMixer, features: GapFeatures) -> GapFeatures:
        """Features of all items, each with those of the same gap at other phases."""
        device = features.levels[0].device
        most = max(map(len, self.others))
        filled = [[*others, *[NO_PHASE] * (most - len(others))] for others in self.others]
        offsets = torch.tensor([[other.offset for other in item] for item in filled], device=device).T
        roles = torch.tensor([[other.role for other in item] for item in filled], device=device).T
        index = torch.tensor([[other.phase for other in item] for item in filled], device=device).T
        return temporal(features, [features.select(row) for row in index], offsets, roles)  # type: ignore[no-any-return]


def make_cine_bank(volumes: Sequence[PackedVolume], device: torch.device) -> CineBank:
    """Put cines on ``device``: ``volumes`` in order of subject and phase, as ``pseudo_cines.expand`` gives them."""
    groups = [
        tuple(i for i, _ in group) for _, group in groupby(enumerate(volumes), key=lambda v: v[1].subject)
    ]
    # Pairs that were made to beat are ACDC's, whose headers state no thickness.
    whole = tuple(volumes[group[0]].thickness > 0 for group in groups)
    extremes = tuple(_extremes([volumes[i] for i in group]) for group in groups)
    about = tuple(
        neighbouring_phases(np.asarray([volumes[i].fraction for i in group]), extreme)
        for group, extreme in zip(groups, extremes, strict=True)
    )
    return CineBank(make_bank(volumes, device), tuple(groups), about, extremes, whole)


def _extremes(cine: Sequence[PackedVolume]) -> ExtremePhases:
    return extreme_phases(lambda phase: cine[phase].scaled(), len(cine))


def cine_weights(cines: CineBank, span: int, weights: CalidTraining, whole_weight: float) -> Tensor:
    """How often each cine is drawn; none where the gap does not fit."""
    drawn = []
    for cine, whole in enumerate(cines.whole):
        volume = cines.first(cine)
        weight = weights.fine_pitch_weight if volume.pitch < FINE_PITCH else 1.0
        weight *= whole_weight if whole else 1.0
        drawn.append(weight if len(volume.intensity) > span else 0.0)
    return torch.tensor(drawn)


def random_cine_gaps(
    cines: CineBank,
    generator: torch.Generator,
    noise_generator: torch.Generator,
    weights: CalidTraining,
    config: TemporalTraining,
    gaps: int,
) -> CineBatch:
    """A batch of ``gaps * config.phases`` images of gaps.

    Each gap is shown at some phases in a row and at those of the relaxed and of the contracted heart, ``config.phases`` in all; or, in
    ``config.pair_share`` of the batches, ``config.phases / 2`` times as many gaps at the latter two alone.
    """
    pairs = bool(torch.rand(1, generator=generator) < config.pair_share)
    span = random_span(generator, weights.gap_shares)
    gaps, phases = (gaps * config.phases // 2, 2) if pairs else (gaps, config.phases)
    drawn = cine_weights(cines, span, weights, 1.0 if pairs else config.whole_weight)
    chosen = torch.multinomial(drawn, gaps, True, generator=generator)
    about: list[Surroundings] = []
    others: list[tuple[OtherPhase, ...]] = []
    index = []
    for cine in chosen.tolist():
        gap = random_surroundings(generator, cines.first(cine), span)
        count = len(cines.volumes[cine])
        start = draw(generator, count)
        extremes = cines.extremes[cine]
        window = [(start + step) % count for step in range(phases - 2)]
        window += [extremes.relaxed, extremes.contracted]
        late = _mistimed(generator, len(gap.slices), config.mistimed)
        index.append(
            [
                [
                    cines.bank.first[cines.volumes[cine][(phase + shift) % count]] + slice_
                    for slice_, shift in zip(gap.slices, late, strict=True)
                ]
                for phase in window
            ]
        )
        about += [gap] * phases
        others += _within(cines.about[cine], window, len(others))
    volumes = torch.tensor([cines.volumes[cine][0] for cine in chosen.tolist()])
    images, heart = random_images(cines.bank, generator, volumes, torch.tensor(index), weights)
    level = uniform(generator, (gaps, 1, 1, 1, 1), 0.0, config.noise).to(images.device)
    acquired = images[:, :, :4]
    acquired += level * torch.randn(acquired.shape, generator=noise_generator, device=images.device)
    return CineBatch(
        gap_batch(images.flatten(0, 1), heart.repeat_interleave(phases, dim=0), about), phases, tuple(others)
    )


def _mistimed(generator: torch.Generator, slices: int, chance: float) -> list[int]:
    """By how many phases each slice comes too late: some of the four acquired ones by one."""
    late = torch.rand(4, generator=generator) < chance
    sign = torch.randint(0, 2, (4,), generator=generator) * 2 - 1
    return [*(late * sign).tolist(), *[0] * (slices - 4)]


def _within(
    about: tuple[tuple[OtherPhase, ...], ...], window: list[int], first: int
) -> list[tuple[OtherPhase, ...]]:
    """The neighbours of each phase of a window that it holds too, by item of the batch from ``first`` on."""
    place = {phase: item for item, phase in enumerate(window)}
    return [
        tuple(
            replace(other, phase=first + place[other.phase]) for other in about[phase] if other.phase in place
        )
        for phase in window
    ]
