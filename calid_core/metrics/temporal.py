"""Coherence over time of cines ``(phases, ...)`` scaled to the data range 1."""

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.metrics.ratio import ratio
from calid_core.metrics.similarity import psnr


def flicker(cine: FloatArray) -> float:
    """Mean absolute second difference in time; 0 for any intensity that is linear in time. Needs 3 phases."""
    if len(cine) < 3:
        raise ValueError(f"flicker needs at least 3 phases, got {len(cine)}")
    return float(np.abs(np.diff(cine, n=2, axis=0)).mean())


def flicker_ratio(prediction: FloatArray, truth: FloatArray) -> float:
    """Flicker of the prediction over that of the truth; 1 is as calm as the acquired slices."""
    return ratio(flicker(prediction), flicker(truth))


def difference_psnr(prediction: FloatArray, truth: FloatArray) -> float:
    """PSNR in dB of the differences between successive phases: how well motion is reproduced."""
    return psnr(np.diff(prediction, axis=0), np.diff(truth, axis=0))
