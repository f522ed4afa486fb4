"""Errors of clinical figures, derived from the left-ventricular volumes of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calid_core.datasets.cases import Moment
from calid_core.evaluation.scores import Metric, Score
from calid_core.metrics.clinical import ejection_fraction


def clinical_errors(scores: Sequence[Score]) -> list[Score]:
    """Absolute errors of EDV, ESV and EF per patient.

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
    return errors


def _ejection_fraction(volumes: dict[Moment, float]) -> float:
    return ejection_fraction(volumes[Moment.END_DIASTOLE], volumes[Moment.END_SYSTOLE])
