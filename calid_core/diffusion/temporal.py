"""Time: the posterior mean of a slice at one phase, averaged in latents with what is estimated of it at the phases about that one.

Estimates of successive phases err alike where the neighbouring slices do not show what lies between them, and differently where the
acquired images are noisy: an average over a short time keeps the former and calms the latter. How a phase counts depends on its distance
in time, not on its index, so phases need not be evenly spaced; the cycle is closed. Only differences between phases enter: a heart that
stands still, or a single phase, gives exactly what is estimated of one phase (docs/decisions/0016).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from calid_core.arrays import FloatArray

REACH = 0.15
"""Phases further away than this share of the heart cycle are not looked at: a gap in a cine that was not acquired all around."""


@dataclass(frozen=True)
class OtherPhase:
    """A phase that is looked at for another one: its index, and how much later it is in heart cycles (negative: earlier)."""

    phase: int
    offset: float


def neighbouring_phases(fractions: FloatArray) -> tuple[tuple[OtherPhase, ...], ...]:
    """Per phase the ones before and after it, where they are within ``REACH``.

    Parameters
    ----------
    fractions
        ``(phases,)``, increasing; moments in heart cycles after the R wave. The cycle closes after 1.
    """
    count = len(fractions)
    found = []
    for phase in range(count):
        others = []
        for step in (-1, 1):
            turns, other = divmod(phase + step, count)
            offset = float(fractions[other] + turns - fractions[phase])
            if other != phase and abs(offset) < REACH:
                others.append(OtherPhase(other, offset))
        found.append(tuple(others))
    return tuple(found)


def needed_phases(about: tuple[tuple[OtherPhase, ...], ...], phases: tuple[int, ...]) -> set[int]:
    """The phases that must be estimated to make ``phases``."""
    return {*phases, *(other.phase for phase in phases for other in about[phase])}


def averaged_over_time(
    own: Tensor, others: Sequence[Tensor], offsets: Sequence[float], time: float
) -> Tensor:
    """``own`` averaged with ``others``, weighted by a normal curve.

    Parameters
    ----------
    own
        Latents ``(targets, channels, rows, columns)`` of a phase.
    others
        Of the same slices at other phases, each like ``own``.
    offsets
        How much later each is, in heart cycles, negative where earlier.
    time
        Standard deviation of the curve in heart cycles.
    """
    weights = [math.exp(-0.5 * (offset / time) ** 2) for offset in offsets]
    change = torch.zeros_like(own)
    for other, weight in zip(others, weights, strict=True):
        change += weight * (other - own)
    return own + change / (1.0 + sum(weights))
