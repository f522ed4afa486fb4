"""Which other phases tell something about a phase: those near in time on the circle of the heart cycle, the relaxed and the contracted heart."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.models.temporal import REACH, Role

EACH_SIDE = 2
"""Near phases that are looked at before and after a phase."""
PIXELS = 20_000
"""About how many pixels of each phase the search for the extremes looks at."""
MOVING_SHARE = 0.05
"""Share of them that changes most over the cycle."""
LEAST_FOR_MEDIANS = 5
"""Phases from which on each is seen as the median of itself and its two neighbours."""


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

    ``cine`` gives the slices of a phase. About ``PIXELS`` pixels are looked at, and of those the ones that change most, so that a
    heart in a large field of view is found like one in a crop. Of each phase and the two next to it the median counts: a
    single spoiled one is no extreme.
    """
    images = np.stack([_thinned(cine(phase)) for phase in range(phases)])
    if phases >= LEAST_FOR_MEDIANS:
        images = np.median([np.roll(images, 1, axis=0), images, np.roll(images, -1, axis=0)], axis=0)
    motion = images.std(axis=0)
    moving = images[:, motion >= np.quantile(motion, 1.0 - MOVING_SHARE)]
    differences = np.array([np.abs(moving - image).mean(axis=1) for image in moving])
    first, second = (int(place) for place in np.unravel_index(differences.argmax(), differences.shape))
    return ExtremePhases(*sorted((first, second), key=lambda phase: -float(moving[phase].mean())))


def _thinned(slices: FloatArray) -> FloatArray:
    stride = max(1, math.isqrt(slices.size // PIXELS))
    pixels: FloatArray = slices[:, ::stride, ::stride].astype(np.float32).ravel()
    return pixels


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
