"""Volume-time curves of the left ventricle: from the densified stack and from the true one, by the same segmenter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import find_peaks

from calid_core.arrays import FloatArray, frozen
from calid_core.evaluation.cases import LEFT_VENTRICLE
from calid_core.evaluation.holdout import HoldOut, clipped
from calid_core.evaluation.prediction import Prediction
from calid_core.metrics.clinical import chamber_volume

if TYPE_CHECKING:
    from calid_core.models.segmenter import Segmenter

LEAST_PHASES = 6
"""Phases from which on a cine has a curve."""
LEAST_DEPTH = 0.1
"""A minimum counts from this depth on, as a share of the range of the curve; shallower ones are noise of the segmenter."""


@dataclass(frozen=True, eq=False)
class JudgedCurve:
    """Left-ventricular volume over the heart cycle as a method made it, beside the true one.

    Parameters
    ----------
    dataset, subject, method
        What it is from.
    times
        ``(phases,)``, ms.
    volumes
        ``(phases,)``, ml, hidden slices as the method made them.
    true_volumes
        ``(phases,)``, ml, all slices as acquired.
    """

    dataset: str
    subject: str
    method: str
    times: FloatArray
    volumes: FloatArray
    true_volumes: FloatArray

    def __post_init__(self) -> None:
        for name in ("times", "volumes", "true_volumes"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def largest_error(self) -> float:
        """Largest difference of any phase, percent of the true volume; NaN where no ventricle is seen."""
        if not np.all(self.true_volumes > 0):
            return float("nan")
        return 100.0 * float(np.max(np.abs(self.volumes / self.true_volumes - 1.0)))

    @property
    def minima(self) -> int:
        """Minima of the cyclic curve that are deeper than ``LEAST_DEPTH`` of its range: one in a heart, none if it is still."""
        from_highest = np.roll(self.volumes, -int(np.argmax(self.volumes)))
        cycle = np.append(from_highest, from_highest[0])
        depth = LEAST_DEPTH * float(np.ptp(cycle))
        return len(find_peaks(-cycle, prominence=depth)[0]) if depth else 0

    @property
    def largest_spike(self) -> float:
        """Largest departure of a phase from the mean of the phases beside it beyond that of the true curve there, percent
        of the largest true volume; NaN where no ventricle is seen.
        """
        highest = float(self.true_volumes.max())
        if highest <= 0:
            return float("nan")
        ours, theirs = (
            np.abs(v - (np.roll(v, 1) + np.roll(v, -1)) / 2) for v in (self.volumes, self.true_volumes)
        )
        return 100.0 * max(0.0, float(np.max(ours - theirs))) / highest


def volume_curves(
    held: HoldOut, predictions: Mapping[str, Prediction], segmenter: Segmenter
) -> tuple[JudgedCurve, ...]:
    """One curve per method; none for less than ``LEAST_PHASES`` phases."""
    if held.case.stack.phases < LEAST_PHASES:
        return ()
    kept = _volumes(held, held.kept.intensity.astype(np.float32), segmenter)
    true = kept + _volumes(held, held.truth, segmenter)
    return tuple(
        JudgedCurve(
            dataset=held.case.dataset,
            subject=held.case.subject,
            method=name,
            times=held.case.stack.phase_times,
            volumes=kept + _volumes(held, clipped(prediction.intensity), segmenter),
            true_volumes=true,
        )
        for name, prediction in predictions.items()
    )


def _volumes(held: HoldOut, cine: FloatArray, segmenter: Segmenter) -> FloatArray:
    """``(phases,)`` ml of the ventricle in the slices of ``cine``."""
    case = held.case
    phases, slices, rows, columns = cine.shape
    labels = segmenter.segment(
        cine.reshape(-1, rows, columns), spacing=case.spacing[1:], centre=case.box.centre
    )
    ventricle = (labels == LEFT_VENTRICLE).reshape(phases, slices, rows, columns)
    return np.array([chamber_volume(volume, case.spacing) for volume in ventricle])
