"""The report as one self-contained HTML page: tables, plots, pictures, no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.evaluation.curves import JudgedCurve
from calid_core.evaluation.panels import Panel, Picture, panels
from calid_core.evaluation.plots import dot_plot, line_plot
from calid_core.evaluation.runner import Evaluation
from calid_core.evaluation.scores import Metric
from calid_core.evaluation.specimens import primary_method
from calid_core.evaluation.tables import Table, tables
from calid_core.evaluation.targets import target_table

PLOTTED = (
    Metric.PSNR,
    Metric.SSIM,
    Metric.HAARPSI,
    Metric.SPECTRUM,
    Metric.DICE_LV,
    Metric.DICE_MYO,
    Metric.DICE_RV,
    Metric.HD95_LV,
    Metric.FLICKER,
    Metric.COVERAGE,
)
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1480px; padding: 0 1.5rem; color: #1c2430;
  background: #fff; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #d5dbe3; padding-bottom: .3rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; font-variant-numeric: tabular-nums; display: block;
  overflow-x: auto; }
th, td { padding: .25rem .8rem; border-bottom: 1px solid #e5e9ef; text-align: left; white-space: nowrap; }
th { background: #f3f5f8; font-weight: 600; }
.note { color: #57606e; margin: .2rem 0; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; }
svg { max-width: 100%; height: auto; }
svg text { font-size: 12px; fill: #1c2430; } svg .title { font-weight: 600; font-size: 13px; }
svg .name { text-anchor: end; } svg .tick { text-anchor: middle; fill: #57606e; }
svg .volume { fill: #2b6cb0; opacity: .3; } svg .mean { fill: #c2410c; }
svg .interval { stroke: #c2410c; stroke-width: 2.5; } svg .axis { stroke: #8a94a3; }
svg .grid { stroke: #e5e9ef; } svg .wanted { stroke: #15803d; stroke-dasharray: 4 3; }
.panel { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: .6rem; background: #10151c; padding: .8rem; border-radius: 6px 6px 0 0; }
.panel.long { grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); padding-top: 0; border-radius: 0 0 6px 6px; }
figure { margin: 0; } figure img { display: block; width: 100%; height: auto; }
figcaption { color: #dfe5ee; font-size: 12.5px; padding-top: .3rem; }
"""


def html_report(evaluation: Evaluation, heading: str) -> str:
    """The whole page."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(heading)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(heading)}</h1>",
        '<p class="note">Research use only. Every second slice was hidden; only hidden slices are scored. '
        "Intensities are clipped to the 0.5 and 99.5 percentiles of the kept slices and scaled to 0 … 1.</p>",
        "<ul>" + "".join(f"<li>{escape(r)}</li>" for r in evaluation.remarks) + "</ul>",
    ]
    for dataset in evaluation.table.datasets:
        parts += _section(evaluation, dataset)
    return "\n".join([*parts, "</body></html>\n"])


def _section(evaluation: Evaluation, dataset: str) -> list[str]:
    plots = [dot_plot(evaluation.table, metric, evaluation.table.methods, dataset) for metric in PLOTTED]
    primary = primary_method(evaluation.methods)
    ours = [s for s in evaluation.specimens if s.dataset == dataset]
    planes = [r for r in evaluation.reformats if r.dataset == dataset]
    volumes = [s.value for s in evaluation.table.of(Metric.PSNR, primary, dataset=dataset)]
    return [
        f"<h2>{escape(dataset)}</h2>",
        *(
            _table(table)
            for table in (target_table(evaluation, dataset), *tables(evaluation, dataset))
            if table.rows
        ),
        "<h3>Every volume</h3>",
        '<p class="note">Blue: volumes. Orange: mean and, of enough patients, its 95 % interval. Green: the value wanted.</p>',
        '<div class="plots">' + "\n".join(plot for plot in plots if plot) + "</div>",
        *_over_time(evaluation, dataset),
        f"<h3>Pictures, ranked by {escape(primary)}</h3>",
        '<p class="note">All volumes are ranked by their PSNR in the heart box; every phase of a cine is a volume. Of several cines the '
        "median is the nearest of their own best, median and worst phases. Heart region at the acquired resolution. Error and "
        "uncertainty from 0 (black) to 0.5 (white) "
        "of the intensity range. Below: two long-axis planes through the volume, its first slice above, acquired and hidden slices in "
        "turn, linear between slices for display.</p>",
        *(_panel(panel) for panel in panels(ours, planes, primary, evaluation.methods, volumes)),
    ]


def _over_time(evaluation: Evaluation, dataset: str) -> list[str]:
    """Volume-time curves and the error of every phase, one pair of plots per cine."""
    groups: dict[str, list[JudgedCurve]] = {}
    for curve in evaluation.curves:
        if curve.dataset == dataset and curve.method in evaluation.methods:
            groups.setdefault(curve.subject, []).append(curve)
    if not groups:
        return []
    plots = []
    for subject, curves in groups.items():
        volumes = {c.method: c.volumes for c in curves}
        plots.append(
            line_plot(
                f"{subject}: LV volume in ml over time in ms",
                curves[0].times,
                volumes,
                curves[0].true_volumes,
            )
        )
        errors = {c.method: _by_phase(evaluation, c) for c in curves}
        plots.append(line_plot(f"{subject}: PSNR in dB over time in ms", curves[0].times, errors))
    note = (
        "LV volume by the frozen segmenter: all slices as acquired, all of which decide where the chamber ends, and hidden ones as each "
        "method made them, where the kept ones decide. PSNR: a line is "
        "interrupted where a hidden slice is exactly as acquired, which has no finite PSNR, or where none could be scored."
    )
    return [
        "<h3>Over the heart cycle</h3>",
        f'<p class="note">{note}</p>',
        f'<div class="plots">{"".join(plots)}</div>',
    ]


def _by_phase(evaluation: Evaluation, curve: JudgedCurve) -> FloatArray:
    scores = evaluation.table.of(Metric.PSNR, curve.method, dataset=curve.dataset)
    values = {s.phase: s.value for s in scores if s.subject == curve.subject}
    return np.array([values.get(phase, np.nan) for phase in range(len(curve.times))])


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(c)}</th>" for c in table.columns)
    rows = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in table.rows)
    return (
        f'<h3>{escape(table.title)}</h3><p class="note">{escape(table.note)}</p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _panel(panel: Panel) -> str:
    return (
        f'<h4>{escape(panel.title)}</h4><div class="panel">{_figures(panel.pictures)}</div>'
        f'<div class="panel long">{_figures(panel.long_axes)}</div>'
    )


def _figures(pictures: Sequence[Picture]) -> str:
    return "".join(
        f'<figure><img alt="{escape(p.caption)}" src="data:image/png;base64,{p.png}">'
        f"<figcaption>{escape(p.caption)}</figcaption></figure>"
        for p in pictures
    )
