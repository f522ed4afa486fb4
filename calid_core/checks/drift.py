"""Displacements between neighbouring slices: similarity over all of them, and the smooth drift of oblique anatomy.

A chest wall that the slices cut obliquely moves by several millimetres from slice to slice, steadily. A slice that was
moved breaks the steadiness: it is displaced by the drift plus its shift against the slice before, and the slice after
by the drift minus it. The drift is a parabola along the stack from which it may depart a little at every slice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from calid_core.arrays import FloatArray

STEP = 1.5
"""Spacing that slices are compared at, mm."""
FINE = 0.5
"""Spacing of similarity surfaces, mm."""
REACH = 24.0
"""Largest displacement between neighbouring slices, mm."""
DRIFT_FREEDOM = 6.0
"""How far the drift at a slice may depart from the parabola, mm along rows and along columns."""
DRIFT_PENALTY = 0.03
"""Similarity that a departure costs per mm."""
NEIGHBOURHOOD = 8.0
"""Standard deviation of the Gaussian that intensities are normalised in, mm."""

Surface = NDArray[np.float64]
"""Similarity ``(2 n + 1, 2 n + 1)`` over displacements of -REACH to REACH in steps of ``FINE``."""


def comparable(images: FloatArray, spacing: tuple[float, float]) -> FloatArray:
    """``(slices, rows, columns)`` at ``STEP`` mm, each pixel relative to mean and spread of its surroundings."""
    result = []
    for image in images:
        smooth = ndimage.gaussian_filter(image, [0.35 * STEP / s for s in spacing])
        small = ndimage.zoom(smooth, [s / STEP for s in spacing], order=1)
        difference = small - ndimage.gaussian_filter(small, NEIGHBOURHOOD / STEP)
        spread = np.sqrt(ndimage.gaussian_filter(np.square(difference), NEIGHBOURHOOD / STEP))
        result.append(difference / (spread + 0.1 * np.median(spread) + 1e-6))
    return np.stack(result)


def neighbour_surfaces(images: FloatArray, weight: FloatArray) -> list[Surface]:
    """Similarity of every slice to the one before, over the displacement of its content against that.

    Parameters
    ----------
    images
        ``(slices, rows, columns)`` from ``comparable``.
    weight
        ``(rows, columns)``, 0 to 1.

    Returns
    -------
    surfaces
        One per pair of neighbours, mean 0 and standard deviation 1.
    """
    reach = round(REACH / STEP)
    shape = [fft.next_fast_len(n + 2 * reach) for n in weight.shape]
    index = np.ix_(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    mask = fft.rfft2(weight, shape)
    values = [fft.rfft2(image * weight, shape) for image in images]
    energies = [fft.rfft2(np.square(image) * weight, shape) for image in images]

    def crossed(a: FloatArray, b: FloatArray) -> FloatArray:
        surface: FloatArray = fft.irfft2(a * np.conj(b), shape)[index]
        return surface

    found = []
    for before, after in zip(range(len(images) - 1), range(1, len(images)), strict=True):
        energy = crossed(energies[after], mask) * crossed(mask, energies[before])
        similarity = crossed(values[after], values[before]) / np.sqrt(np.maximum(energy, 1e-6))
        fine = ndimage.zoom(similarity, (2 * round(REACH / FINE) + 1) / (2 * reach + 1), order=3)
        found.append((fine - fine.mean()) / max(float(fine.std()), 1e-9))
    return found


def fitted_drift(
    surfaces: Sequence[Surface], shifts: FloatArray, ignored: Sequence[int] = ()
) -> tuple[FloatArray, float]:
    """Parabola along the stack on which the surfaces are highest together, and how high they are there.

    Parameters
    ----------
    surfaces
        One per pair of neighbours.
    shifts
        ``(slices, 2)`` mm, known shifts of slices, on top of the drift.
    ignored
        Pairs that have no say.

    Returns
    -------
    drift
        ``(pairs, 2)`` mm, of all pairs.
    height
        Sum over the pairs that have a say.
    """
    steps = np.diff(shifts, axis=0)
    count = len(surfaces)
    place = np.linspace(-1.0, 1.0, count) if count > 1 else np.zeros(1)
    pair = np.array([i for i in range(count) if i not in ignored], dtype=int)
    powers = np.stack([place**0, place, place**2], axis=1)[:, : max(1, min(3, len(pair) - 1))]
    stack = np.stack(surfaces)
    coefficients = np.zeros((powers.shape[1], 2))

    def height(candidate: FloatArray) -> float:
        index = np.rint((powers[pair] @ candidate + steps[pair]) / FINE).astype(int) + stack.shape[1] // 2
        index = index.clip(0, stack.shape[1] - 1)
        return float(stack[pair, index[:, 0], index[:, 1]].sum()) - 0.02 * float(np.abs(candidate[1:]).sum())

    best = height(coefficients)
    for width in (8.0, 4.0, 2.0, 1.0, 0.5):
        for _ in range(6):
            before = best
            for order, row, column in np.ndindex(len(coefficients), 3, 3):
                candidate = coefficients.copy()
                candidate[order] += np.array([row - 1, column - 1]) * width
                if (value := height(candidate)) > best + 1e-9:
                    best, coefficients = value, candidate
            if best == before:
                break
    return powers @ coefficients, best


def shift_profile(
    before: Surface,
    after: Surface,
    *,
    drift: FloatArray,
    moved: tuple[FloatArray, FloatArray],
    largest: float,
) -> Surface:
    """Similarity of a slice to both neighbours over its shift, at the drift that suits each shift best.

    Parameters
    ----------
    before, after
        Surfaces of the slice against the one before, and of the one after against the slice.
    drift
        ``(2,)`` mm that is expected; departing from it costs ``DRIFT_PENALTY`` per mm.
    moved
        Shifts of the slice before and the slice after, mm.
    largest
        Largest shift along rows and columns, mm.
    """
    half, reach = round(largest / FINE), len(before) // 2
    shifts = np.arange(-half, half + 1)
    freedom = np.arange(-round(DRIFT_FREEDOM / FINE), round(DRIFT_FREEDOM / FINE) + 1, 2)
    first, second = (np.rint(m / FINE).astype(int) for m in (drift - moved[0], drift + moved[1]))
    profile = np.full((len(shifts), len(shifts)), -np.inf)
    for row, column in ((r, c) for r in freedom for c in freedom):
        cost = DRIFT_PENALTY * FINE * float(np.hypot(row, column))
        up = np.ix_(
            *((first[i] + t + shifts + reach).clip(0, 2 * reach) for i, t in enumerate((row, column)))
        )
        down = np.ix_(
            *((second[i] + t - shifts + reach).clip(0, 2 * reach) for i, t in enumerate((row, column)))
        )
        np.maximum(profile, before[up] + after[down] - cost, out=profile)
    return profile
