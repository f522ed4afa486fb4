"""Which phases lie about a phase on the circle of the heart cycle, and how far away in time."""

from __future__ import annotations

from dataclasses import dataclass

from calid_core.arrays import FloatArray
from calid_core.models.temporal import REACH

EACH_SIDE = 2
"""Phases that are looked at before and after a phase."""


@dataclass(frozen=True)
class OtherPhase:
    """A phase near another one: its index, and how much later it is in heart cycles (negative: earlier)."""

    phase: int
    offset: float


def neighbouring_phases(fractions: FloatArray) -> tuple[tuple[OtherPhase, ...], ...]:
    """Per phase the ones within ``REACH`` of it, at most ``EACH_SIDE`` before and after.

    Parameters
    ----------
    fractions
        ``(phases,)``, increasing; moments in heart cycles after the R wave. The cycle closes after 1.
    """
    count = len(fractions)
    found = []
    for phase in range(count):
        others = []
        for step in (*range(-EACH_SIDE, 0), *range(1, EACH_SIDE + 1)):
            turns, other = divmod(phase + step, count)
            offset = float(fractions[other] + turns - fractions[phase])
            if other != phase and abs(offset) < REACH:
                others.append(OtherPhase(other, offset))
        found.append(tuple(others))
    return tuple(found)


def needed_phases(about: tuple[tuple[OtherPhase, ...], ...], phases: tuple[int, ...]) -> set[int]:
    """The phases that must be encoded to make ``phases``."""
    return {*phases, *(other.phase for phase in phases for other in about[phase])}
