"""Which other phases tell something about a phase: those near in time on the circle of the heart cycle, the relaxed and the contracted heart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.models.temporal import REACH, Role

EACH_SIDE = 2
"""Near phases that are looked at before and after a phase."""
STRIDE = 4


@dataclass(frozen=True)
class OtherPhase:
    """A phase that is looked at for another one: its index, how much later it is in heart cycles (negative: earlier), and why."""

    phase: int
    offset: float
    role: Role = Role.NEAR


@dataclass(frozen=True)
class ExtremePhases:
    """The phases of the relaxed and of the contracted heart; the same one where nothing moves."""

    relaxed: int
    contracted: int


def extreme_phases(cine: Callable[[int], FloatArray], phases: int) -> ExtremePhases:
    """The two of ``phases`` that differ most, wherever the cycle begins: the brighter one, with more blood, is the relaxed one.

    ``cine`` gives the slices of a phase; every ``STRIDE``-th pixel is looked at.
    """
    images = np.stack(
        [cine(phase)[:, ::STRIDE, ::STRIDE].astype(np.float32).ravel() for phase in range(phases)]
    )
    differences = np.array([np.abs(images - image).mean(axis=1) for image in images])
    first, second = (int(place) for place in np.unravel_index(differences.argmax(), differences.shape))
    return ExtremePhases(*sorted((first, second), key=lambda phase: -float(images[phase].mean())))


def neighbouring_phases(fractions: FloatArray, extremes: ExtremePhases) -> tuple[tuple[OtherPhase, ...], ...]:
    """Per phase the ones within ``REACH`` of it, at most ``EACH_SIDE`` before and after, and the relaxed and the contracted one.

    Parameters
    ----------
    fractions
        ``(phases,)``, increasing; moments in heart cycles after the R wave. The cycle closes after 1.
    extremes
        From ``extreme_phases``.
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
        for other, role in ((extremes.relaxed, Role.RELAXED), (extremes.contracted, Role.CONTRACTED)):
            if other != phase and extremes.relaxed != extremes.contracted:
                others.append(OtherPhase(other, _around(float(fractions[other] - fractions[phase])), role))
        found.append(tuple(others))
    return tuple(found)


def _around(offset: float) -> float:
    """The shorter way around the cycle."""
    return (offset + 0.5) % 1.0 - 0.5


def needed_phases(about: tuple[tuple[OtherPhase, ...], ...], phases: tuple[int, ...]) -> set[int]:
    """The phases that must be encoded to make ``phases``."""
    return {*phases, *(other.phase for phase in phases for other in about[phase])}
