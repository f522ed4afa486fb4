"""The tables of a report, as text cells: the same for HTML and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calid_core.evaluation.bootstrap import LEAST_PATIENTS, Estimate
from calid_core.evaluation.prediction import ACQUIRED
from calid_core.evaluation.runner import Evaluation
from calid_core.evaluation.scores import Metric, Stratum
from calid_core.words import count_of

REFERENCE = "linear"
"""The method that the others are compared with, volume by volume."""
ABSENT = "–"
COUNTS = f" (n of m, p patients): of m volumes n, of p patients, have a value; no interval where p is below {LEAST_PATIENTS}."

IMAGE = (Metric.PSNR, Metric.SSIM, Metric.HAARPSI, Metric.SPECTRUM, Metric.STEP)
FIELD = (Metric.PSNR_FIELD, Metric.SSIM_FIELD)
VOLUME_ERRORS = (Metric.EDV_ERROR, Metric.ESV_ERROR, Metric.EF_ERROR)
"""Absolute errors of volumes."""
ONE_PER_PATIENT = " Errors of EDV, ESV and EF: one per patient, less is better."
ANATOMY = (
    Metric.DICE_LV,
    Metric.DICE_MYO,
    Metric.DICE_RV,
    Metric.HD95_LV,
    Metric.HD95_MYO,
    Metric.HD95_RV,
    *VOLUME_ERRORS,
)
TIME = (
    Metric.FLICKER,
    Metric.MOTION_PSNR,
    Metric.CURVE_ERROR,
    Metric.CURVE_MINIMA,
    Metric.CURVE_SPIKE,
)
COST = (Metric.SECONDS, Metric.EVALUATIONS)
COMPARED = (
    *(Metric.PSNR, Metric.SSIM, Metric.HAARPSI),
    *(Metric.DICE_LV, Metric.DICE_MYO, Metric.DICE_RV),
    *VOLUME_ERRORS,
)


@dataclass(frozen=True)
class Table:
    """A table for people: ``rows`` hold as many cells as ``columns``, the first of each is its name."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(evaluation: Evaluation, dataset: str) -> tuple[Table, ...]:
    """All tables about one data set; those without a single number are left out."""
    made = (
        _metrics(evaluation, dataset, "Image quality, heart box", IMAGE),
        _two_sample(evaluation, dataset),
        _metrics(evaluation, dataset, "Image quality, field of view", FIELD),
        _strata(evaluation, dataset),
        *(_differences(evaluation, dataset, stratum) for stratum in (Stratum.ALL, Stratum.GAP_10)),
        _metrics(evaluation, dataset, "Anatomy: frozen segmenter against the expert", ANATOMY),
        _metrics(evaluation, dataset, "Time", TIME),
        *_by_phase(evaluation, dataset),
        _metrics(evaluation, dataset, "Uncertainty", (Metric.COVERAGE,)),
        _metrics(evaluation, dataset, "Cost", COST),
    )
    return tuple(t for t in made if any(cell != ABSENT for row in t.rows for cell in row[1:]))


def number(estimate: Estimate, digits: int, *, signed: bool = False) -> str:
    """Mean with its interval, and how many volumes entered where not all did; or ``ABSENT``."""
    if estimate.volumes == 0:
        return ABSENT
    return _interval(estimate, digits, "+" if signed else "") + _count(estimate)


def _interval(estimate: Estimate, digits: int, sign: str) -> str:
    # Adding zero turns a rounded -0.0 into 0.0.
    mean, low, high = (round(v, digits) + 0.0 for v in (estimate.mean, estimate.low, estimate.high))
    text = f"{mean:{sign}.{digits}f}"
    if not np.isfinite(estimate.low) or estimate.low == estimate.high:
        return text
    return f"{text} [{low:{sign}.{digits}f}, {high:{sign}.{digits}f}]"


def _count(estimate: Estimate) -> str:
    if not estimate.left_out:
        return ""
    every = estimate.volumes + estimate.left_out
    return f" ({estimate.volumes} of {every}, {count_of(estimate.subjects, 'patient')})"


def _size(
    evaluation: Evaluation, dataset: str, metrics: Sequence[Metric], stratum: Stratum = Stratum.ALL
) -> str:
    """How many volumes, or cases where a metric is of all phases, of how many patients there are, and whether that is enough for an interval."""
    scores = [
        s
        for m in metrics
        for name in evaluation.methods
        for s in evaluation.table.of(m, name, stratum, dataset)
    ]
    volumes = {(s.case, s.phase) for s in scores if s.phase >= 0}
    patients = len({s.subject for s in scores})
    counted = count_of(len(volumes), "volume") if volumes else count_of(len({s.case for s in scores}), "case")
    counted += f" of {count_of(patients, 'patient')}"
    if patients < LEAST_PATIENTS:
        return f"{counted}; no interval with fewer than {LEAST_PATIENTS} patients."
    return f"{counted} [95 % bootstrap interval over patients]."


def _noted(note: str, rows: Sequence[Sequence[str]]) -> str:
    """The note of a table; it explains the counts where a cell has one."""
    return note + COUNTS if any(" of " in cell for row in rows for cell in row[1:]) else note


def _metrics(evaluation: Evaluation, dataset: str, title: str, metrics: Sequence[Metric]) -> Table:
    table = evaluation.table
    used = [m for m in metrics if any(table.of(m, name, dataset=dataset) for name in evaluation.methods)]
    names = [name for name in table.methods if any(table.of(m, name, dataset=dataset) for m in used)]
    rows = [
        (
            name,
            *(number(table.mean(m, name, dataset=dataset), m.digits) for m in used),
        )
        for name in names
    ]
    columns = ("method", *(f"{m.label}, {m.unit}" if m.unit else m.label for m in used))
    note = f"Mean over {_size(evaluation, dataset, used)}"
    if any(m in VOLUME_ERRORS for m in used):
        note += ONE_PER_PATIENT
    if ACQUIRED in names:
        note += f" “{ACQUIRED}”: the true hidden slices, the ceiling."
    return Table(title, _noted(note, rows), columns, tuple(rows))


def _by_phase(evaluation: Evaluation, dataset: str) -> tuple[Table, ...]:
    """Error of every phase, one table per cine; none for volumes without a curve."""
    table, made = evaluation.table, []
    for subject in dict.fromkeys(s.subject for s in evaluation.curves if s.dataset == dataset):
        times = next(c.times for c in evaluation.curves if (c.dataset, c.subject) == (dataset, subject))
        cells: dict[str, dict[int, str]] = {}
        for name in evaluation.methods:
            psnr, ssim = (
                {s.phase: s.value for s in table.of(metric, name, dataset=dataset) if s.subject == subject}
                for metric in (Metric.PSNR, Metric.SSIM)
            )
            cells[name] = {phase: f"{psnr[phase]:.2f} / {ssim[phase]:.3f}" for phase in psnr}
        rows = tuple(
            (f"{phase + 1} ({time:.0f} ms)", *(cells[name].get(phase, ABSENT) for name in cells))
            for phase, time in enumerate(times)
        )
        made.append(
            Table(
                f"Error by phase: {subject}",
                "PSNR in dB / SSIM of the hidden slices of one phase, heart box.",
                ("phase", *cells),
                rows,
            )
        )
    return tuple(made)


def _two_sample(evaluation: Evaluation, dataset: str) -> Table:
    results = [r for r in evaluation.two_sample if r.dataset == dataset]
    rows = tuple((r.method, number(r.auc, 3)) for r in results)
    patients = max((r.auc.subjects for r in results), default=0)
    note = (
        "AUC of a small network trained on other patients to tell synthesised from acquired slices, "
        f"mean over {count_of(patients, 'patient')}; 0.5: it cannot."
    )
    if patients < LEAST_PATIENTS:
        note += f" No interval with fewer than {LEAST_PATIENTS} patients."
    return Table("Two-sample test", note, ("method", "AUC"), rows)


def _strata(evaluation: Evaluation, dataset: str) -> Table:
    table = evaluation.table
    used = [s for s in Stratum if table.of(Metric.PSNR, evaluation.methods[0], s, dataset)]
    rows = []
    for name in evaluation.methods:
        cells = []
        for stratum in used:
            decibel = table.mean(Metric.PSNR, name, stratum, dataset)
            similarity = table.mean(Metric.SSIM, name, stratum, dataset)
            first = f"{decibel.mean:.2f}" if decibel.volumes else ABSENT
            cells.append(f"{first} / {similarity.mean:.3f}{_count(decibel)}")
        rows.append((name, *cells))
    found = [table.of(Metric.PSNR, evaluation.methods[0], s, dataset) for s in used]
    counts = [f"{len(scores)}, {len({score.subject for score in scores})}" for scores in found]
    columns = ("method", *(f"{s.value} ({n})" for s, n in zip(used, counts, strict=True)))
    note = "PSNR in dB / SSIM; numbers of volumes and of patients in brackets."
    return Table("Strata, heart box", _noted(note, rows), columns, tuple(rows))


def _differences(evaluation: Evaluation, dataset: str, stratum: Stratum) -> Table:
    table = evaluation.table
    used = [m for m in COMPARED if table.of(m, REFERENCE, stratum, dataset)]
    part, whole = (table.of(Metric.PSNR, REFERENCE, s, dataset) for s in (stratum, Stratum.ALL))
    if stratum is not Stratum.ALL and len(part) == len(whole):
        used = []
    others = [n for n in evaluation.methods if n != REFERENCE] if REFERENCE in evaluation.methods else []
    rows = [
        (
            name,
            *(
                number(table.difference(m, name, REFERENCE, stratum, dataset), m.digits, signed=True)
                for m in used
            ),
        )
        for name in others
    ]
    note = f"Paired by volume, {_size(evaluation, dataset, used, stratum)}"
    if any(m in VOLUME_ERRORS for m in used):
        note += ONE_PER_PATIENT
    return Table(
        f"Difference from {REFERENCE}: {stratum.value}",
        _noted(note, rows),
        ("method", *(f"{m.label}, {m.unit}" if m.unit else m.label for m in used)),
        tuple(rows),
    )


def markdown(table: Table) -> str:
    """The table in Markdown under a heading of level 3."""
    lines = [
        f"### {table.title}",
        "",
        table.note,
        "",
        "| " + " | ".join(table.columns) + " |",
        "|" + "---|" * len(table.columns),
        *("| " + " | ".join(row) + " |" for row in table.rows),
    ]
    return "\n".join(lines) + "\n"
