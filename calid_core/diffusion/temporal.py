"""Time: what is made of a slice at one phase is drawn to what lies between the same slice at the phases before and after it.

Latents of successive phases err alike where the neighbouring slices do not show what lies between them, and differently where the
acquired images are noisy: a share of what lies between two other phases keeps the former and calms the latter. It is found by linear
interpolation in time, so phases need not be evenly spaced, and motion that is even in time stays as it is. The cycle is closed. A heart
that stands still, or a single phase, gives exactly what one phase gives (docs/decisions/0016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from calid_core.arrays import FloatArray

REACH = 0.1
"""Phases this share of the heart cycle away or more are not looked at: few phases, or a cine that was not acquired all around."""


@dataclass(frozen=True)
class Surrounding:
    """The phases before and after a phase, and where it lies between them: 0 at ``before``, 1 at ``after``."""

    before: int
    after: int
    place: float


def surroundings_in_time(fractions: FloatArray) -> tuple[Surrounding | None, ...]:
    """What surrounds each phase in time, None where it is not within ``REACH`` on both sides.

    Parameters
    ----------
    fractions
        ``(phases,)``, increasing; moments in heart cycles after the R wave. The cycle closes after 1.
    """
    count = len(fractions)
    found: list[Surrounding | None] = []
    for phase, moment in enumerate(fractions):
        before, after = (phase - 1) % count, (phase + 1) % count
        earlier = float(moment - fractions[before]) % 1.0
        later = float(fractions[after] - moment) % 1.0
        near = 0.0 < earlier < REACH and 0.0 < later < REACH
        found.append(Surrounding(before, after, earlier / (earlier + later)) if near else None)
    return tuple(found)


def needed_phases(around: Sequence[Surrounding | None], phases: Sequence[int]) -> set[int]:
    """The phases whose latents are needed to make ``phases``."""
    needed = set(phases)
    for phase in phases:
        if (surrounding := around[phase]) is not None:
            needed |= {surrounding.before, surrounding.after}
    return needed


def drawn_together(own: Tensor, before: Tensor, after: Tensor, place: float, share: float) -> Tensor:
    """``own`` with ``share`` of what lies at ``place`` between ``before`` and ``after``; latents of equal shape."""
    return torch.lerp(own, torch.lerp(before, after, place), share)
