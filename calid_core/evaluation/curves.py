"""Volume-time curves of the left ventricle: from the densified stack and from the true one, by the same segmenter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import find_peaks

from calid_core.arrays import FloatArray, frozen
from calid_core.contouring.cine_contours import contours_of
from calid_core.evaluation.holdout import HoldOut, clipped
from calid_core.evaluation.prediction import ACQUIRED, Prediction

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
    """The ceiling (``ACQUIRED``) and one curve per method; none for less than ``LEAST_PHASES`` phases.

    The ceiling is what a perfect method would get: the true hidden slices, which like a method's do not decide where the chamber
    ends.
    """
    if held.case.stack.phases < LEAST_PHASES:
        return ()
    kept, hidden = (
        _margins(held, cine, segmenter) for cine in (held.kept.intensity.astype(np.float32), held.truth)
    )
    true = _volumes(held, kept, hidden, segmenter)
    deciding = range(0, 2 * held.kept.slices - 1, 2)
    made = {ACQUIRED: _volumes(held, kept, hidden, segmenter, deciding)}
    for name, prediction in predictions.items():
        margins = _margins(held, clipped(prediction.intensity), segmenter)
        made[name] = _volumes(held, kept, margins, segmenter, deciding)
    return tuple(
        JudgedCurve(
            dataset=held.case.dataset,
            subject=held.case.subject,
            method=name,
            times=held.case.stack.phase_times,
            volumes=volumes,
            true_volumes=true,
        )
        for name, volumes in made.items()
    )


def _margins(held: HoldOut, cine: FloatArray, segmenter: Segmenter) -> FloatArray:
    """``(phases, slices, side, side)``, what the segmenter sees of the ventricle in the slices of ``cine``."""
    case = held.case
    phases, slices, rows, columns = cine.shape
    margins = segmenter.left_ventricle(
        cine.reshape(-1, rows, columns), spacing=case.spacing[1:], centre=case.box.centre
    )
    return margins.reshape(phases, slices, *margins.shape[1:])


def _volumes(
    held: HoldOut,
    kept: FloatArray,
    hidden: FloatArray,
    segmenter: Segmenter,
    deciding: Sequence[int] | None = None,
) -> FloatArray:
    """``(phases,)`` ml of the one chamber in kept and hidden slices; every slice stands for one pitch.

    Where it ends is decided as in the window: in a densified stack by the acquired slices, in a full one by all.
    """
    case = held.case
    phases, slices, *square = kept.shape
    every = np.zeros((phases, 2 * slices - 1, *square), kept.dtype)
    every[:, ::2], every[:, 1::2] = kept, hidden
    grid = segmenter.grid(spacing=case.spacing[1:], centre=case.box.centre)
    found = contours_of(list(every), case.stack.cycle_fractions, grid, deciding=deciding)
    volumes: FloatArray = found.areas.sum(axis=1) * case.spacing[0] / 1000.0
    return volumes
