"""In-plane shifts of acquired slices: estimated always, applied only on request.

Slices are acquired in separate breath-holds, so the heart may lie elsewhere in each. The shift of a slice is where its
content fits the slice before and the slice after best together, beyond the steady drift of oblique anatomy. The whole
field of view (which moves with a slice that is displaced as a whole) and the heart are weighed together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from calid_core.arrays import FloatArray
from calid_core.checks.drift import (
    FINE,
    REACH,
    STEP,
    Surface,
    comparable,
    fitted_drift,
    neighbour_surfaces,
    shift_profile,
)
from calid_core.cine import CineStack
from calid_core.errors import InputError
from calid_core.evaluation.heart_box import estimated_box

LARGEST = 9.0
"""Largest shift that is looked for, mm."""
MOST_MOVED = 3
"""Slices at most whose shift is taken out before their neighbours are judged."""
CERTAINLY_MOVED = 2.5
"""A slice that is shifted by this much, mm, may be taken for moved when its neighbours are judged."""
HEART_RADIUS = 45.0
"""Standard deviation of the Gaussian weight about the heart, mm."""
INNER_PENALTY = 0.03
END_PENALTY = 0.12
"""Similarity (in standard deviations) that each mm of shift must gain; an end slice has one neighbour to go by."""
NEARLY_AS_GOOD = 0.3
"""Shifts whose similarity is lower by no more than this might as well be the true one."""
BORDER = 9.0
"""Rim of the images that is left out, mm: a moved slice has no content there."""


@dataclass(frozen=True, eq=False)
class Shifts:
    """Estimated in-plane shifts.

    Parameters
    ----------
    millimetres
        ``(slices, 2)`` along rows and columns: how far content lies from where the neighbours say it should.
    errors
        ``(slices,)`` mm, radius of the circle as large as the area of shifts that fit nearly as well; infinite for
        end slices, which have only one neighbour.
    """

    millimetres: FloatArray
    errors: FloatArray


@dataclass(frozen=True, eq=False)
class _Fit:
    """Shift of one slice in mm, its error, and how similar everything is then."""

    shift: FloatArray
    error: float
    height: float

    @property
    def length(self) -> float:
        return float(np.hypot(*self.shift))


def estimate_shifts(stack: CineStack) -> Shifts:
    """Shift of every acquired slice relative to its neighbours; zero for fewer than three slices."""
    if stack.slices < 3:
        return Shifts(np.zeros((stack.slices, 2)), np.full(stack.slices, np.inf))
    spacing = stack.geometry.spacing[1:]
    still = np.nan_to_num(stack.intensity.astype(np.float32)).mean(axis=0)
    low, high = np.percentile(still, (0.5, 99.5))
    images = comparable(np.clip(still, low, high), spacing)
    regions = [_field(images.shape[1:]), _heart(stack, images.shape[1:])]
    surfaces = [neighbour_surfaces(images, weight) for weight in regions]
    moved: dict[int, FloatArray] = {}
    for _ in range(MOST_MOVED):
        # One more at a time, the one that explains the whole stack best; its neighbours are judged anew without its fault.
        fits = {k: _alone(surfaces, k, moved) for k in range(stack.slices) if k not in moved}
        likely = {k: fit for k, fit in fits.items() if fit.length >= CERTAINLY_MOVED}
        if not likely:
            break
        best = max(likely, key=lambda k: likely[k].height)
        if best != max(fits, key=lambda k: fits[k].height):
            break
        moved[best] = likely[best].shift
    channels = [(channel, fitted_drift(channel, _known(moved, stack.slices))[0]) for channel in surfaces]
    found = [_shift(channels, k, moved) for k in range(stack.slices)]
    return Shifts(np.stack([fit.shift for fit in found]), np.array([fit.error for fit in found]))


def align(stack: CineStack, shifts: FloatArray) -> CineStack:
    """The stack with every slice moved by minus its shift; recorded in the steps of its source.

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
        Another number of shifts than slices, or shifts that are not finite.
    """
    shifts = np.asarray(shifts, dtype=np.float64)
    if shifts.shape != (stack.slices, 2) or not np.isfinite(shifts).all():
        raise InputError(f"{stack.slices} slices need as many finite shifts, got shape {shifts.shape}")
    intensity = np.array(stack.intensity)
    steps = []
    for k in np.flatnonzero(np.abs(shifts).max(axis=1) > 0):
        pixels = -shifts[k] / np.asarray(stack.geometry.spacing[1:])
        for phase in range(stack.phases):
            plane = intensity[phase, k].astype(np.float64)
            moved = ndimage.shift(plane, pixels, order=1, mode="nearest")
            intensity[phase, k] = np.rint(moved) if intensity.dtype.kind in "iu" else moved
        steps.append(
            f"slice {k + 1} moved in plane by {-shifts[k, 0]:.1f} mm along rows and {-shifts[k, 1]:.1f} mm along columns"
        )
    return replace(
        stack, intensity=intensity, source=replace(stack.source, steps=(*stack.source.steps, *steps))
    )


def _field(shape: tuple[int, ...]) -> FloatArray:
    weight = np.zeros(shape)
    rim = round(BORDER / STEP)
    weight[rim:-rim, rim:-rim] = 1.0
    return weight


def _heart(stack: CineStack, shape: tuple[int, ...]) -> FloatArray:
    centre = [
        c * s / STEP for c, s in zip(estimated_box(stack).centre, stack.geometry.spacing[1:], strict=True)
    ]
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    squared = np.square(rows - centre[0]) + np.square(columns - centre[1])
    weight: FloatArray = _field(shape) * np.exp(-0.5 * squared / (HEART_RADIUS / STEP) ** 2)
    return weight


def _known(moved: dict[int, FloatArray], slices: int) -> FloatArray:
    """``(slices, 2)``, shifts of moved slices, 0 of others."""
    known = np.zeros((slices, 2))
    for k, shift in moved.items():
        known[k] = shift
    return known


def _alone(surfaces: Sequence[Sequence[Surface]], k: int, moved: dict[int, FloatArray]) -> _Fit:
    """Shift of slice ``k`` if it is the next that moved: it has no say in the drift, but in how well all is explained."""
    known = _known(moved, len(surfaces[0]) + 1)
    fits = [fitted_drift(channel, known, (k - 1, k)) for channel in surfaces]
    fit = _shift([(channel, drift) for channel, (drift, _) in zip(surfaces, fits, strict=True)], k, moved)
    return replace(fit, height=fit.height + sum(height for _, height in fits))


def _shift(
    channels: Sequence[tuple[Sequence[Surface], FloatArray]], k: int, moved: dict[int, FloatArray]
) -> _Fit:
    """Shift of slice ``k``, other slices at the shifts in ``moved`` and else in place."""
    zero = np.zeros(2)
    profile: Surface | None = None
    inner = 0 < k < len(channels[0][0])
    for surfaces, drift in channels:
        if inner:
            part = shift_profile(
                surfaces[k - 1],
                surfaces[k],
                drift=0.5 * (drift[k - 1] + drift[k]),
                moved=(moved.get(k - 1, zero), moved.get(k + 1, zero)),
                largest=LARGEST,
            )
        elif k > 0:
            part = _window(surfaces[k - 1], drift[k - 1] - moved.get(k - 1, zero))
        else:
            # The slice after is displaced against this one: mirrored.
            part = _window(surfaces[k][::-1, ::-1], -drift[k] - moved.get(k + 1, zero))
        profile = part if profile is None else profile + part
    assert profile is not None
    profile = profile - (INNER_PENALTY if inner else END_PENALTY) * _distance(profile)
    good = np.count_nonzero(profile > profile.max() - NEARLY_AS_GOOD) * FINE**2
    error = float(np.sqrt(good / np.pi)) if inner else float("inf")
    return _Fit(_peak(profile), error, float(profile.max()))


def _window(surface: Surface, centre: FloatArray) -> Surface:
    """The surface over shifts of -LARGEST to LARGEST about a displacement in mm."""
    half = round(REACH / FINE)
    steps = np.arange(-round(LARGEST / FINE), round(LARGEST / FINE) + 1)
    rows, columns = (np.clip(steps + round(float(c) / FINE) + half, 0, 2 * half) for c in centre)
    part: Surface = surface[np.ix_(rows, columns)]
    return part


def _peak(surface: Surface) -> FloatArray:
    peak = np.unravel_index(int(np.argmax(surface)), surface.shape)
    return (np.array(peak) - len(surface) // 2) * FINE


def _distance(surface: Surface) -> Surface:
    """Distance of every element of a window from its centre, mm."""
    steps = (np.arange(len(surface)) - len(surface) // 2) * FINE
    distance: Surface = np.hypot(steps[:, None], steps[None])
    return distance
