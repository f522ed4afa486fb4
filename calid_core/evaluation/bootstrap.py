"""Intervals of means and of paired differences by resampling patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray

RESAMPLES = 2000
LEVEL = 0.95
LEAST_PATIENTS = 10
"""Fewer are given no interval: resampling so few comes out too narrow."""
SEED = 0


@dataclass(frozen=True)
class Estimate:
    """A mean over volumes with its 95 % interval.

    Parameters
    ----------
    mean
        Mean over volumes.
    low, high
        Bounds; NaN with fewer than ``LEAST_PATIENTS`` patients.
    volumes, subjects
        How many entered.
    left_out
        Volumes without a value, which did not enter.
    """

    mean: float
    low: float
    high: float
    volumes: int
    subjects: int
    left_out: int = 0


def bootstrap_mean(values: Sequence[float], subjects: Sequence[str]) -> Estimate:
    """Mean over volumes with a percentile bootstrap interval; values that are not finite are left out and counted.

    Patients are drawn with replacement, each with all its volumes, since volumes of one patient are not
    independent. For a paired comparison pass the differences.

    Parameters
    ----------
    values
        One per volume.
    subjects
        The patient of each volume.
    """
    pairs = [(v, s) for v, s in zip(values, subjects, strict=True) if np.isfinite(v)]
    left_out = len(values) - len(pairs)
    if not pairs:
        return Estimate(float("nan"), float("nan"), float("nan"), 0, 0, left_out)
    names = sorted({s for _, s in pairs})
    sums = np.array([sum(v for v, s in pairs if s == name) for name in names])
    counts = np.array([sum(1 for _, s in pairs if s == name) for name in names], dtype=np.float64)
    mean = float(sums.sum() / counts.sum())
    if len(names) < LEAST_PATIENTS:
        return Estimate(mean, float("nan"), float("nan"), len(pairs), len(names), left_out)
    low, high = np.quantile(_resampled(sums, counts), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(mean, float(low), float(high), len(pairs), len(names), left_out)


def _resampled(sums: FloatArray, counts: FloatArray) -> FloatArray:
    drawn = np.random.default_rng(SEED).integers(0, len(sums), (RESAMPLES, len(sums)))
    means: FloatArray = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return means
