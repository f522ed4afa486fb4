"""Scores of the slices of a run, gathered from its checks: 1 needs a person's attention."""

import numpy as np

from app.layers import Run
from app.translation import tr
from calid_core.arrays import FloatArray
from calid_core.checks.report import CheckReport
from calid_core.provenance import SliceOrigin


def slice_scores(run: Run) -> FloatArray | None:
    """``(output slices,)``, the worst score that any check gave; NaN where none looked, None without checks."""
    report = run.checks
    if report is None:
        return None
    scores = np.full(len(run.provenance), np.nan)
    made = np.array([p.origin is not SliceOrigin.ACQUIRED for p in run.provenance])
    if report.plausibility is not None and len(report.plausibility.score) == len(scores):
        scores[made] = report.plausibility.score[made]
    for rank in report.ranking:
        output = rank.output_index
        if output is not None and 0 <= output < len(scores):
            scores[output] = np.fmax(scores[output], rank.score)
    return None if np.isnan(scores).all() else scores


def mean_uncertainty(run: Run) -> FloatArray | None:
    """``(output slices,)``, mean half-width of the 90 % interval; None where the run has none.

    Every fourth pixel and phase is looked at.
    """
    half_width = run.reconstruction.half_width if run.reconstruction else None
    if half_width is None:
        return None
    mean: FloatArray = half_width[::4, :, ::4, ::4].astype(np.float32).mean(axis=(0, 2, 3))
    return mean if mean.max() > 0 else None


def verdict_text(report: CheckReport) -> str:
    """One sentence about everything that was checked; empty while nothing was that judges slices."""
    worst = [rank for rank in report.ranking if rank.needs_attention]
    if worst:
        return tr("%n slice(s) need(s) a closer look", "", len(worst))
    if report.attention is None:
        return ""
    return tr("Something needs a closer look") if report.attention else tr("Nothing remarkable was found")
