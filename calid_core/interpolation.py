"""Nearest, linear and cubic interpolation through plane: what a learned model must beat.

All three are linear in the slices, so each is a matrix of weights that is applied to every voxel column alike.
"""

from collections.abc import Callable

import numpy as np
from scipy.interpolate import CubicSpline

from calid_core.arrays import FloatArray, IntensityArray, nearest
from calid_core.settings import Method


def nearest_weights(positions: FloatArray, targets: FloatArray) -> FloatArray:
    """Weights ``(targets, slices)`` that take the nearest slice; half-way between two, the one before."""
    weights: FloatArray = np.eye(len(positions))[nearest(positions, targets)]
    return weights


def linear_weights(positions: FloatArray, targets: FloatArray) -> FloatArray:
    """Weights ``(targets, slices)`` that fall linearly with the distance to the slice before and after."""
    return np.stack([np.interp(targets, positions, row) for row in np.eye(len(positions))], axis=1)


def cubic_weights(positions: FloatArray, targets: FloatArray) -> FloatArray:
    """Weights ``(targets, slices)`` of the cubic spline with not-a-knot ends.

    Of the usual splines it is the one that returns a cubic exactly up to the ends, for any slice positions. Three
    slices give a parabola, two a straight line.
    """
    weights: FloatArray = CubicSpline(positions, np.eye(len(positions)), bc_type="not-a-knot")(targets)
    return weights


_WEIGHTS: dict[Method, Callable[[FloatArray, FloatArray], FloatArray]] = {
    Method.NEAREST: nearest_weights,
    Method.LINEAR: linear_weights,
    Method.CUBIC: cubic_weights,
}


def through_plane_weights(positions: FloatArray, targets: FloatArray, method: Method) -> FloatArray:
    """Weights of an interpolation.

    Parameters
    ----------
    positions
        ``(slices,)``, mm along the slice axis, increasing; need not be evenly spaced.
    targets
        ``(n,)``, mm, within the first and the last position.
    method
        Nearest, linear or cubic.

    Returns
    -------
    weights
        ``(n, slices)``, float64; every row sums to 1.
    """
    if method not in _WEIGHTS:
        raise ValueError(f"{method.value} is not an interpolation")
    if len(targets) and (targets.min() < positions[0] or targets.max() > positions[-1]):
        raise ValueError("targets must lie between the first and the last slice")
    if len(positions) == 1:
        return np.ones((len(targets), 1))
    return _WEIGHTS[method](positions, targets)


def interpolate(
    volume: IntensityArray, positions: FloatArray, targets: FloatArray, method: Method
) -> FloatArray:
    """Slices between the slices of one phase.

    Parameters
    ----------
    volume
        ``(slices, rows, columns)``.
    positions, targets, method
        As for ``through_plane_weights``.

    Returns
    -------
    slices
        ``(n, rows, columns)``; float64 for 32-bit integers and for float64, else float32.
    """
    weights = through_plane_weights(positions, targets, method)
    kind = np.result_type(volume.dtype, np.float32)
    flat = volume.reshape(len(volume), -1).astype(kind, copy=False)
    filled: FloatArray = (weights.astype(kind) @ flat).reshape(len(targets), *volume.shape[1:])
    return filled
