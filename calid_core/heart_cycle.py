"""Which phases lie next to each other in the heart cycle, and how near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calid_core.arrays import FloatArray

REACH = 0.1
"""Phases farther away than this share of the heart cycle are not looked at: few phases, or a cine that was not acquired all around."""
ROUNDING = 1e-6
"""Ten even phases lie ``REACH`` apart but for this: all of them are treated alike."""


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
        near = 0.0 < earlier <= REACH + ROUNDING and 0.0 < later <= REACH + ROUNDING
        found.append(Surrounding(before, after, earlier / (earlier + later)) if near else None)
    return tuple(found)


def needed_phases(around: Sequence[Surrounding | None], phases: Sequence[int]) -> set[int]:
    """The phases whose latents are needed to make ``phases``."""
    needed = set(phases)
    for phase in phases:
        if (surrounding := around[phase]) is not None:
            needed |= {surrounding.before, surrounding.after}
    return needed
