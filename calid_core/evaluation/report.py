"""The files of a report: every number as CSV, the means as JSON, everything to look at as HTML."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

from calid_core.evaluation.bootstrap import Estimate
from calid_core.evaluation.html import html_report
from calid_core.evaluation.runner import Evaluation
from calid_core.evaluation.scores import Metric, Stratum
from calid_core.io.atomic import make_folder, write_text

SCORES_FILE, SUMMARY_FILE, PAGE_FILE = "scores.csv", "summary.json", "report.html"


def write_report(evaluation: Evaluation, folder: Path, heading: str = "CaLID evaluation") -> tuple[Path, ...]:
    """Write ``scores.csv``, ``summary.json`` and ``report.html`` to ``folder``; returns their paths.

    Raises
    ------
    OutputError
        A file cannot be written; the one that it was to replace is still there.
    """
    texts = {
        SCORES_FILE: _scores(evaluation),
        SUMMARY_FILE: json.dumps(summary(evaluation), indent=1) + "\n",
        PAGE_FILE: html_report(evaluation, heading),
    }
    make_folder(folder / PAGE_FILE)
    for name, text in texts.items():
        write_text(folder / name, text)
    return tuple(folder / name for name in texts)


def summary(evaluation: Evaluation) -> dict[str, Any]:
    """Means with intervals by data set, method, stratum and metric; numbers that do not exist are null."""
    table = evaluation.table
    return {
        "remarks": list(evaluation.remarks),
        "devices": evaluation.devices,
        "cases": evaluation.cases,
        "datasets": {
            dataset: {
                method: {
                    stratum.value: {
                        metric.name.lower(): _plain(estimate)
                        for metric in Metric
                        if (estimate := table.mean(metric, method, stratum, dataset)).volumes
                    }
                    for stratum in Stratum
                }
                for method in table.methods
            }
            for dataset in table.datasets
        },
        "two_sample_auc": [
            {"dataset": r.dataset, "method": r.method, **_plain(r.auc)} for r in evaluation.two_sample
        ],
    }


def _plain(estimate: Estimate) -> dict[str, float | int | None]:
    return {
        "mean": _finite(estimate.mean),
        "low": _finite(estimate.low),
        "high": _finite(estimate.high),
        "volumes": estimate.volumes,
        "subjects": estimate.subjects,
        "left_out": estimate.left_out,
    }


def _finite(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None


def _scores(evaluation: Evaluation) -> str:
    """Every score as CSV; phases count from 0, as in ``--phases``."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(
        [
            "method",
            "dataset",
            "subject",
            "case",
            "phase_from_0",
            "pitch_mm",
            "moment",
            "zone",
            "metric",
            "value",
        ]
    )
    for s in evaluation.table.scores:
        moment, zone = s.moment.value if s.moment else "", s.zone.value if s.zone else ""
        phase = s.phase if s.phase >= 0 else ""
        place = [s.method, s.dataset, s.subject, s.case, phase, s.pitch, moment, zone]
        writer.writerow([*place, s.metric.name.lower(), f"{s.value:.6g}"])
    return file.getvalue()
