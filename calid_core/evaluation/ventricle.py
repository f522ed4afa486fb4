"""Errors of clinical figures, derived from the left-ventricular volumes of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calid_core.evaluation.cases import Moment
from calid_core.evaluation.scores import Metric, Score
from calid_core.metrics.clinical import ejection_fraction

LEAST_PHASES = 6
"""Phases with a volume from which on there is a volume-time curve to compare."""


def clinical_errors(scores: Sequence[Score]) -> list[Score]:
    """Absolute errors of EDV, ESV and EF per patient, and the largest relative error of volume-time curves.

    Parameters
    ----------
    scores
        Scores with ``LV_VOLUME`` and ``LV_VOLUME_TRUE``; a patient without both moments gives no EF.
    """
    groups: dict[tuple[str, str, str], list[Score]] = {}
    for score in scores:
        if score.metric in (Metric.LV_VOLUME, Metric.LV_VOLUME_TRUE):
            groups.setdefault((score.method, score.dataset, score.subject), []).append(score)
    return [error for group in groups.values() for error in _patient_errors(group)]


def _patient_errors(group: Sequence[Score]) -> list[Score]:
    ours = {s.moment: s.value for s in group if s.metric is Metric.LV_VOLUME and s.moment}
    theirs = {s.moment: s.value for s in group if s.metric is Metric.LV_VOLUME_TRUE and s.moment}
    whole = replace(group[0], case=group[0].subject, phase=-1, moment=None)
    errors = [
        replace(whole, metric=metric, value=abs(ours[moment] - theirs[moment]))
        for moment, metric in (
            (Moment.END_DIASTOLE, Metric.EDV_ERROR),
            (Moment.END_SYSTOLE, Metric.ESV_ERROR),
        )
        if moment in ours
    ]
    if len(ours) == len(Moment):
        difference = _ejection_fraction(ours) - _ejection_fraction(theirs)
        errors.append(replace(whole, metric=Metric.EF_ERROR, value=abs(difference)))
    curve = _curve_error(group)
    return errors if curve is None else [*errors, replace(whole, metric=Metric.CURVE_ERROR, value=curve)]


def _ejection_fraction(volumes: dict[Moment, float]) -> float:
    return ejection_fraction(volumes[Moment.END_DIASTOLE], volumes[Moment.END_SYSTOLE])


def _curve_error(group: Sequence[Score]) -> float | None:
    ours = {s.phase: s.value for s in group if s.metric is Metric.LV_VOLUME}
    theirs = {s.phase: s.value for s in group if s.metric is Metric.LV_VOLUME_TRUE and s.value > 0}
    if len(theirs) < LEAST_PHASES:
        return None
    return 100.0 * max(abs(ours[phase] - value) / value for phase, value in theirs.items())
