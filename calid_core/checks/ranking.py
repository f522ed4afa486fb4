"""Which slices to look at first, and whether anything needs attention at all.

Every check scales its score so that ``ATTENTION_SCORE`` (1) needs attention. A slice has the score of its worst check:

- *acquired*: how certain it is that it is shifted in plane by more than is usual; an intensity that stands out from its
  neighbours' counts 1; changed on the
  way through counts 10; leave-one-out counts 1 where the error is 1.5 times linear interpolation's and, so that a
  weak method shows, 1 where it lies 5 robust standard deviations above the stack's other slices (capped below a moved slice);
- *made*: its plausibility.

The input needs attention if any slice does, any finding is of severity ATTENTION, or an acquired slice changed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calid_core.checks.report import CheckReport
from calid_core.checks.results import (
    ATTENTION_SCORE,
    InputChecks,
    LeaveOneOut,
    Plausibility,
    Severity,
    SliceRank,
)
from calid_core.provenance import SliceOrigin
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method
from calid_core.words import signed

LEAST_SCORE = 0.3
"""Slices below this are not listed."""
WORSE_THAN_LINEAR = 1.5
"""Error over linear interpolation's error that counts 1."""
OUTLYING = 5.0
"""Robust standard deviations above the other slices' errors that count 1."""
_LEAVE_ONE_OUT_CAP = 1.4
_CHANGED = 10.0

Reasons = dict[tuple[bool, int], list[tuple[float, str, int | None]]]
"""By whether it is acquired and by index: score, sentence, phase."""


def rank(report: CheckReport, reconstruction: Reconstruction | None = None) -> CheckReport:
    """The report with its ranking and verdict made anew from the checks it holds.

    Parameters
    ----------
    report
        Any checks.
    reconstruction
        What was checked, so that acquired slices have an output index too.
    """
    outputs = {} if reconstruction is None else _outputs(reconstruction)
    reasons: Reasons = {}
    if report.input is not None:
        _add_input(report.input, reasons)
    if report.pass_through is not None:
        for k in report.pass_through.changed:
            _add(reasons, True, k, _CHANGED, "is not what was acquired", None)
    if report.leave_one_out is not None:
        _add_leave_one_out(report.leave_one_out, reasons)
    if report.plausibility is not None:
        _add_plausibility(report.plausibility, reasons)
    ranking = [_ranked(key, found, outputs) for key, found in reasons.items()]
    ranking.sort(key=lambda r: (-r.score, not r.acquired, r.slice_index))
    attention = any(r.needs_attention for r in ranking)
    if report.input is not None:
        attention |= any(f.severity is Severity.ATTENTION for f in report.input.findings)
    return replace(report, ranking=tuple(ranking), needs_attention=attention)


def _outputs(reconstruction: Reconstruction) -> dict[int, int]:
    return {
        p.sources[0].index: i
        for i, p in enumerate(reconstruction.provenance)
        if p.origin is SliceOrigin.ACQUIRED
    }


def _ranked(
    key: tuple[bool, int], found: list[tuple[float, str, int | None]], outputs: dict[int, int]
) -> SliceRank:
    acquired, index = key
    found = sorted(found, key=lambda f: -f[0])
    output = outputs.get(index) if acquired else index
    phase = next((p for _, _, p in found if p is not None), None)
    return SliceRank(acquired, index, output, found[0][0], tuple(text for _, text, _ in found), phase)


def _add(reasons: Reasons, acquired: bool, index: int, score: float, text: str, phase: int | None) -> None:
    if score >= LEAST_SCORE and text:
        reasons.setdefault((acquired, int(index)), []).append((float(score), text, phase))


def _add_input(checks: InputChecks, reasons: Reasons) -> None:
    for k, length in enumerate(checks.shift_lengths):
        row, column = checks.shifts[k]
        text = (
            f"lies {length:.1f} mm from where its neighbours say ({signed(row)} down, {signed(column)} right)"
        )
        if k in (0, len(checks.shifts) - 1):
            text += "; an end slice, so less certain"
        _add(
            reasons,
            True,
            k,
            0.0 if checks.shift_scores is None else float(checks.shift_scores[k]),
            text,
            None,
        )
    for finding in checks.findings:
        if finding.slice_index is not None and finding.check == "intensity":
            _add(reasons, True, finding.slice_index, ATTENTION_SCORE, finding.message, finding.phase)


def _add_leave_one_out(found: LeaveOneOut, reasons: Reasons) -> None:
    errors, linear = found.slice_errors, found.linear_error.mean(axis=1)
    median = float(np.median(errors))
    spread = max(1.4826 * float(np.median(np.abs(errors - median))), 0.1 * median, 1e-6)
    for i, k in enumerate(found.slices):
        ratio, outlying = float(errors[i]) / max(float(linear[i]), 1e-6), (float(errors[i]) - median) / spread
        phase = found.phases[int(np.argmax(found.error[i]))]
        texts = (
            f"made again without it, the error is {ratio:.2f} times that of linear interpolation",
            f"hard to make again from its neighbours (error {errors[i]:.3f}, median of all slices {median:.3f})",
        )
        worse = found.method is not Method.LINEAR and ratio > 1.0
        scores = (ratio / WORSE_THAN_LINEAR if worse else 0.0, outlying / OUTLYING)
        for score, text in zip(scores, texts, strict=True):
            _add(reasons, True, k, min(score, _LEAVE_ONE_OUT_CAP), text, phase)


def _add_plausibility(found: Plausibility, reasons: Reasons) -> None:
    for k, score in enumerate(found.score):
        _add(reasons, False, k, float(score), found.reasons[k], found.phase[k])
