"""What batches of missing slices have at every phase alike: where they lie, and their noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor

from calid_core.diffusion.encoding import GapPlaces, SlicePositions, gap_places
from calid_core.diffusion.noise import Purpose
from calid_core.models.posterior_mean import Position

Item = TypeVar("Item")


@dataclass(frozen=True)
class Target:
    """One slice to synthesise: between acquired slices ``gap`` and ``gap + 1``, at ``0 < alpha < 1`` of the way."""

    gap: int
    alpha: float


@dataclass(frozen=True, eq=False)
class TargetBatch:
    """Some targets, and what the networks are told of where they lie.

    Parameters
    ----------
    targets
        The slices to synthesise.
    places
        The acquired slices about the gaps of the batch, each gap once.
    gap_in_run
        ``(gaps,)``, index of each gap of the batch among all gaps of the run that are worked on.
    gap
        ``(targets,)``, index of each target's gap among those of the batch, as in ``places``.
    lower
        ``(targets,)``, index of the acquired slice below each target.
    position
        Of every target in its gap.
    """

    targets: tuple[Target, ...]
    places: GapPlaces
    gap_in_run: Tensor
    gap: Tensor
    lower: Tensor
    position: Position


@dataclass(frozen=True, eq=False)
class Parts:
    """How a phase is worked on: parts of its ``gaps`` for the encoder of neighbours, and of its ``targets``."""

    gaps: tuple[GapPlaces, ...]
    targets: tuple[TargetBatch, ...]


def gaps_of(targets: Sequence[Target]) -> tuple[int, ...]:
    """The gaps in which ``targets`` lie, increasing."""
    return tuple(sorted({target.gap for target in targets}))


def in_parts(targets: Sequence[Target], positions: SlicePositions, size: int, device: torch.device) -> Parts:
    """``targets`` and their gaps, ``size`` at a time, with what is known of them on ``device``."""
    gaps = gaps_of(targets)
    return Parts(
        tuple(gap_places(positions, part, device) for part in _split(gaps, size)),
        tuple(_batch(part, gaps, positions, device) for part in _split(tuple(targets), size)),
    )


def _split(items: tuple[Item, ...], size: int) -> list[tuple[Item, ...]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _batch(
    targets: tuple[Target, ...], gaps: tuple[int, ...], positions: SlicePositions, device: torch.device
) -> TargetBatch:
    own = gaps_of(targets)
    places = gap_places(positions, own, device)
    gap = torch.tensor([own.index(target.gap) for target in targets], device=device)
    alpha = torch.tensor([target.alpha for target in targets], dtype=torch.float32, device=device)
    return TargetBatch(
        targets,
        places,
        torch.tensor([gaps.index(gap) for gap in own], device=device),
        gap,
        torch.tensor([target.gap for target in targets], device=device),
        Position(alpha, places.distances[gap, 1], places.thickness[gap]),
    )


@dataclass(eq=False)
class KeptNoise:
    """Noise that was made for a phase, kept for the others as far as ``limit`` bytes go."""

    limit: int
    kept: dict[tuple[Purpose, int, TargetBatch], Tensor] = field(default_factory=dict)

    def of(self, purpose: Purpose, sample: int, batch: TargetBatch, make: Callable[[], Tensor]) -> Tensor:
        """What ``make`` gives, made once for a ``purpose``, ``sample`` and ``batch`` that is kept."""
        key = purpose, sample, batch
        if key in self.kept:
            return self.kept[key]
        made = make()
        if sum(noise.nbytes for noise in (*self.kept.values(), made)) <= self.limit:
            self.kept[key] = made
        return made
