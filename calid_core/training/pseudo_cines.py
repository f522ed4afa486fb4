"""Whole cines to train on: what an ED/ES pair with its displacement becomes when the heart beats.

Reading a pack of cines, written by ``calid train pack-cines``::

    volumes = expand(read_pack(Path("cines.npz")))    # PackedVolume, one per phase, in order of subject and phase
    for subject, cine in groupby(volumes, key=attrgetter("subject")):
        phases = tuple(cine)                      # phases[i].fraction is the share of RR, phases[i].intensity uint8

All phases of a subject share crop, box and one intensity scale; ``validation`` is the patient's. An acquired cine (and
one of the phantom) comes as it was stored; an ED/ES pair of ACDC comes as 20 to 25 phases along a time course of its
own, the same for all its slices. ``beat`` draws other time courses from the same pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from calid_core.arrays import FloatArray
from calid_core.phantom import HeartParameters, phase_fractions
from calid_core.phantom.motion import ejected_share
from calid_core.training.deformation import between
from calid_core.training.pack import PackedVolume

DISPLACEMENT_SCALE = 8.0
"""Stored displacements are in 1/8 pixel."""
DISPLACEMENT_STRIDE = 4
MINIMUM_PHASES, MAXIMUM_PHASES = 20, 25
UNEQUAL_SHARE = 0.3
"""Share of hearts whose phases are not equally spaced."""
SYSTOLE_RANGE = (0.3, 0.45)
BETWEEN = (0.35, 0.7)
"""How far a heart has contracted at the moments that the training of single phases may add."""


@dataclass(frozen=True)
class TimeCourse:
    """When a heart is imaged, and how far it has contracted then.

    ``fractions`` ``(phases,)`` are shares of RR, ``shares`` ``(phases,)`` 0 at end-diastole, 1 at end-systole.
    """

    fractions: FloatArray
    shares: FloatArray


def random_course(generator: np.random.Generator, systole: float) -> TimeCourse:
    """20 to 25 phases of a cycle whose end-systole is at the share ``systole``: fast ejection, isovolumic relaxation,
    fast filling, diastasis, atrial kick.
    """
    phases = int(generator.integers(MINIMUM_PHASES, MAXIMUM_PHASES + 1))
    fractions = phase_fractions(phases)
    if generator.uniform() < UNEQUAL_SHARE:
        fractions = fractions + generator.uniform(0.0, 0.6, phases) / phases
    heart = HeartParameters(
        systole=float(np.clip(systole, *SYSTOLE_RANGE)), atrial_kick=float(generator.uniform(0.08, 0.33))
    )
    return TimeCourse(fractions, ejected_share(heart, fractions))


def store_displacement(displacement: npt.NDArray[np.float32]) -> npt.NDArray[np.int8]:
    """``(slices, 2, rows, columns)`` in pixels as a pack keeps it."""
    means = functional.avg_pool2d(torch.from_numpy(displacement), DISPLACEMENT_STRIDE)
    stored: npt.NDArray[np.int8] = np.clip(np.rint(means.numpy() * DISPLACEMENT_SCALE), -127, 127).astype(
        np.int8
    )
    return stored


def beat(diastole: PackedVolume, systole: PackedVolume, course: TimeCourse) -> Iterator[PackedVolume]:
    """The phases of a heart that beats between two volumes, ``diastole`` carrying the displacement.

    Intensity and displacement are both followed from the one to the other: a phase of share 0 is the one volume and a
    phase of share 1 the other.
    """
    if diastole.displacement is None:
        raise ValueError("the end-diastolic volume needs a displacement")
    first, last = (torch.from_numpy(v.intensity.astype(np.float32))[:, None] for v in (diastole, systole))
    field = torch.from_numpy(diastole.displacement.astype(np.float32) / DISPLACEMENT_SCALE)
    for phase, (fraction, share) in enumerate(zip(course.fractions, course.shares, strict=True)):
        frame = between(first, last, field, torch.full((len(first),), float(share)))
        intensity = frame[:, 0].round().clamp(0, 255).to(torch.uint8).numpy()
        yield replace(diastole, phase=phase, intensity=intensity, fraction=float(fraction), displacement=None)


def expand(volumes: Sequence[PackedVolume]) -> tuple[PackedVolume, ...]:
    """``volumes`` with every ED/ES pair replaced by the phases of its beat; the same pair always gives the same phases."""
    phases: list[PackedVolume] = []
    waiting = iter(volumes)
    for volume in waiting:
        if volume.displacement is None:
            phases.append(volume)
            continue
        systole = next(waiting)
        seed = np.frombuffer(volume.subject.encode(), np.uint8).tolist()
        phases += beat(volume, systole, random_course(np.random.default_rng(seed), systole.fraction))
    return tuple(phases)


def moments_between(volumes: Sequence[PackedVolume]) -> Iterator[PackedVolume]:
    """Of every ED/ES pair among ``volumes`` that is not for validation, the moments of the shares ``BETWEEN``: more shapes to train on."""
    course = TimeCourse(np.zeros(len(BETWEEN)), np.asarray(BETWEEN))
    for diastole, systole in pairwise(volumes):
        if diastole.displacement is not None and not diastole.validation:
            yield from beat(diastole, systole, course)
