"""In-plane shifts of acquired slices: estimated always, applied only on request.

Slices are acquired in separate breath-holds, so the content may lie elsewhere in each. Which slices moved is decided for the
whole stack at once: the fewest and smallest shifts that explain where displacements from slice to slice are not
steady. One moved slice is then one shift, not three. End slices have one neighbour and the trend of the next to go by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from calid_core.arrays import FloatArray
from calid_core.checks.registration import vertex
from calid_core.checks.steadiness import STEP, comparable, unsteadiness
from calid_core.cine import CineStack
from calid_core.errors import InputError
from calid_core.progress import CancelToken
from calid_core.provenance import movement_text

LARGEST = 10.0
"""Largest shift along rows and along columns that is looked for, mm."""
FINE = 0.5
"""Spacing of the shifts that are tried, mm; a parabola refines the best."""
RARE = 0.2
"""Logarithm of the odds that each mm of shift must gain before a slice is taken for moved."""
BARELY_RARE = 0.02
"""The same when a shift is measured: enough that slices without content lie where they should."""
CERTAINLY_MOVED = 2.5
"""A slice that is shifted by this much, mm, is put back before its neighbours are measured."""
TOLERATED = 1.5
"""Shifts up to this, mm, are usual between breath-holds; certainty is that of more."""

_STEPS = np.arange(-round(LARGEST / FINE), round(LARGEST / FINE) + 1) * FINE
_SHIFTS = np.stack(np.meshgrid(_STEPS, _STEPS, indexing="ij"), axis=-1)
_LENGTHS = np.hypot(_SHIFTS[..., 0], _SHIFTS[..., 1])


@dataclass(frozen=True, eq=False)
class Shifts:
    """Estimated in-plane shifts.

    Parameters
    ----------
    millimetres
        ``(slices, 2)`` along rows and columns: how far content lies from where the neighbours say it should.
    errors
        ``(slices,)`` mm, root mean square distance of other shifts, each as likely as the images say. Slices without content
        say nothing for or against any shift: then it is 4 mm and more. Infinite where the images are smaller than a patch
        and in fewer than three slices.
    certainty
        ``(slices,)``, standard deviations of a normal distribution by which a shift of more than ``TOLERATED`` explains the stack
        better than any smaller one; 0 where it does not.
    """

    millimetres: FloatArray
    errors: FloatArray
    certainty: FloatArray


def estimate_shifts(stack: CineStack, cancel: CancelToken | None = None) -> Shifts:
    """Shift of every acquired slice relative to its neighbours; zero for fewer than three slices.

    ``cancel`` is looked at before every slice.
    """
    count = stack.slices
    if count < 3:
        return Shifts(np.zeros((count, 2)), np.full(count, np.inf), np.zeros(count))
    still = stack.intensity.astype(np.float32).mean(axis=0)
    spacing = stack.geometry.spacing
    evidence = unsteadiness(comparable(still, (spacing[1], spacing[2])), cancel or CancelToken())
    likely = _likeliest(evidence, count)
    moved = np.where(np.hypot(*likely.T)[:, None] >= CERTAINLY_MOVED, likely, 0.0)
    found = [_measured(evidence, moved, k) for k in range(count)]
    certainty = np.array([_certainty(_profile(evidence, likely, k)) for k in range(count)])
    return Shifts(np.stack([shift for shift, _ in found]), np.array([error for _, error in found]), certainty)


def align(stack: CineStack, shifts: FloatArray) -> CineStack:
    """The stack with every slice moved by minus its shift; recorded in its ``slice_states`` and the steps of its source.

    Linear interpolation within the slice; edge values where nothing was acquired. Undo is keeping the original.

    Parameters
    ----------
    stack
        As acquired.
    shifts
        ``(slices, 2)`` mm along rows and columns, as estimated; 0 leaves a slice untouched, bit by bit.

    Raises
    ------
    InputError
        Another number of shifts than slices, shifts that are not finite, or a stack with slices that were moved already.
    """
    if stack.moved_slices:
        raise InputError("slices of this stack were moved already; align the stack as acquired instead")
    shifts = np.asarray(shifts, dtype=np.float64)
    if shifts.shape != (stack.slices, 2) or not np.isfinite(shifts).all():
        raise InputError(f"{stack.slices} slices need as many finite shifts, got shape {shifts.shape}")
    intensity = np.array(stack.intensity)
    steps = []
    states = [replace(state, judged=None) for state in stack.slice_states]
    for k in np.flatnonzero(np.abs(shifts).max(axis=1) > 0):
        pixels = -shifts[k] / np.asarray(stack.geometry.spacing[1:])
        for phase in range(stack.phases):
            plane = intensity[phase, k].astype(np.float64)
            moved = ndimage.shift(plane, pixels, order=1, mode="nearest")
            intensity[phase, k] = np.rint(moved) if intensity.dtype.kind in "iu" else moved
        movement = (0.0 - float(shifts[k, 0]), 0.0 - float(shifts[k, 1]))
        states[k] = replace(states[k], moved=movement)
        steps.append(f"slice {k + 1} {movement_text(movement)}")
    return replace(
        stack,
        intensity=intensity,
        source=replace(stack.source, steps=(*stack.source.steps, *steps)),
        slice_states=tuple(states),
        whole_judged=None,
    )


def _likeliest(evidence: Sequence[FloatArray], count: int) -> FloatArray:
    """``(slices, 2)`` mm: shifts that explain all unsteadiness, each mm at the cost of ``RARE``.

    One slice at a time is moved to where it is likeliest given the others, the one that gains most first.
    """
    shifts = np.zeros((count, 2))
    for _ in range(4 * count):
        best, gain = (0, np.zeros(2)), 1e-6
        for k in range(count):
            profile = _profile(evidence, shifts, k) - RARE * _LENGTHS
            place = np.unravel_index(int(np.argmax(profile)), profile.shape)
            here = tuple(np.rint((shifts[k] + LARGEST) / FINE).astype(int))
            if profile[place] - profile[here] > gain:
                best, gain = (k, _SHIFTS[place]), float(profile[place] - profile[here])
        if gain <= 1e-6:
            break
        shifts[best[0]] = best[1]
    return shifts


def _profile(evidence: Sequence[FloatArray], shifts: FloatArray, k: int, own: bool = False) -> FloatArray:
    """Log-likelihood over the shifts of slice ``k``, others as in ``shifts``; ``own``: of its unsteadiness alone if it has any."""
    count = len(shifts)
    total = np.zeros(_LENGTHS.shape)
    for j, factor in ((k - 1, -1.0), (k, 2.0), (k + 1, -1.0)):
        if not 1 <= j <= count - 2 or (own and 0 < k < count - 1 and j != k):
            continue
        others = 2 * shifts[j] - shifts[j - 1] - shifts[j + 1] - factor * shifts[k]
        index = (others + factor * _SHIFTS) / (STEP / 2) + len(evidence[j - 1]) // 2
        total += ndimage.map_coordinates(evidence[j - 1], np.moveaxis(index, -1, 0), order=1, mode="nearest")
    return total


def _measured(evidence: Sequence[FloatArray], moved: FloatArray, k: int) -> tuple[FloatArray, float]:
    """Shift of slice ``k`` in mm and its error; small offsets of the neighbours' neighbours have no say."""
    profile = _profile(evidence, moved, k, own=True) - BARELY_RARE * _LENGTHS
    row, column = (int(i) for i in np.unravel_index(int(np.argmax(profile)), profile.shape))
    if np.ptp(profile + BARELY_RARE * _LENGTHS) == 0:
        return np.zeros(2), float("inf")
    fine = FINE * np.array([vertex(profile[:, column], row), vertex(profile[row], column)])
    odds = np.exp(profile - profile.max())
    squared = np.square(_SHIFTS - _SHIFTS[row, column]).sum(axis=-1)
    return _SHIFTS[row, column] + fine, float(np.sqrt((odds * squared).sum() / odds.sum()))


def _certainty(profile: FloatArray) -> float:
    # Wilks: twice the logarithm of the likelihood ratio is the square of a normal deviate.
    return float(np.sqrt(2.0 * max(0.0, profile.max() - profile[_LENGTHS <= TOLERATED].max())))
