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
