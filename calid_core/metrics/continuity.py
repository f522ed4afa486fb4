"""Continuity through plane: does a synthesised slice differ from its neighbours as much as the true one does?"""

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.metrics.ratio import ratio


def step(middle: FloatArray, lower: FloatArray, upper: FloatArray) -> float:
    """Mean absolute difference between slices ``(slices, rows, columns)`` and their neighbours on either side."""
    return float(np.mean(np.abs(middle - lower)) + np.mean(np.abs(middle - upper))) / 2


def step_ratio(prediction: FloatArray, truth: FloatArray, lower: FloatArray, upper: FloatArray) -> float:
    """Step of the predicted slices over that of the true ones.

    1 is as continuous as the acquired stack; above it slices jitter, below it they repeat or blend their neighbours.
    """
    return ratio(step(prediction, lower, upper), step(truth, lower, upper))


def steps(volume: FloatArray, distance: int = 1) -> FloatArray:
    """Mean absolute difference of all slices of ``(slices, rows, columns)`` that are ``distance`` slices apart."""
    difference: FloatArray = np.abs(volume[distance:] - volume[:-distance]).mean(axis=(1, 2))
    return difference


def spread_of_steps(volume: FloatArray, inner: int) -> float:
    """Largest over mean step of a pixel between neighbours within each gap of ``inner`` steps, mean over pixels and gaps.

    1 where every pixel crosses every gap in equal steps, as linear interpolation does; ``inner`` where each crosses it in
    one jump, be it at another place than its neighbours.
    """
    gaps = np.abs(np.diff(volume, axis=0)).reshape(-1, inner, *volume.shape[1:])
    return float(gaps.max(axis=1).mean() / gaps.mean())
