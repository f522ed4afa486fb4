"""Plots as SVG text: one dot per volume, mean and interval per method."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from calid_core.evaluation.scores import Metric, ScoreTable

WIDTH, ROW, LEFT, RIGHT, TOP, BOTTOM = 560, 26, 120, 16, 34, 34


def dot_plot(table: ScoreTable, metric: Metric, methods: Sequence[str], dataset: str) -> str:
    """Values of every volume by method with mean and 95 % interval; empty text without values."""
    groups = {name: [s.value for s in table.of(metric, name, dataset=dataset)] for name in methods}
    groups = {name: [v for v in values if np.isfinite(v)] for name, values in groups.items()}
    groups = {name: values for name, values in groups.items() if values}
    if not groups:
        return ""
    every = [value for values in groups.values() for value in values]
    low, high = min(every), max(every)
    margin = 0.05 * (high - low) or 1.0
    low, high = low - margin, high + margin

    def x(value: float) -> float:
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    height = TOP + ROW * len(groups) + BOTTOM
    unit = f" ({metric.unit})" if metric.unit else ""
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img" aria-label="{escape(metric.label)}">',
        f'<text x="{LEFT}" y="18" class="title">{escape(metric.label + unit)}</text>',
        *_axis(low, high, x(low), x(high), height - BOTTOM),
    ]
    if metric.wanted is not None and low <= metric.wanted <= high:
        at = x(metric.wanted)
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 6}" y2="{height - BOTTOM}" class="wanted"/>'
        )
    for index, (name, values) in enumerate(groups.items()):
        y = TOP + ROW * (index + 0.5)
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" class="name">{escape(name)}</text>')
        parts += [f'<circle cx="{x(v):.1f}" cy="{y:.1f}" r="2.2" class="volume"/>' for v in values]
        estimate = table.mean(metric, name, dataset=dataset)
        if np.isfinite(estimate.low):
            parts.append(
                f'<line x1="{x(estimate.low):.1f}" x2="{x(estimate.high):.1f}" y1="{y:.1f}" y2="{y:.1f}" class="interval"/>'
            )
        parts.append(f'<circle cx="{x(estimate.mean):.1f}" cy="{y:.1f}" r="4.5" class="mean"/>')
    return "\n".join([*parts, "</svg>"])


def _axis(low: float, high: float, left: float, right: float, y: float) -> list[str]:
    """Axis line with ticks at round numbers."""
    step = 10.0 ** np.floor(np.log10((high - low) / 4))
    step *= next(f for f in (1, 2, 5, 10) if (high - low) / (step * f) <= 6)
    ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step + 0.0
    digits = max(0, int(np.ceil(-np.log10(step) - 1e-9)))
    parts = [f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{y}" y2="{y}" class="axis"/>']
    for tick in ticks:
        at = left + (tick - low) / (high - low) * (right - left)
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y}" y2="{y + 4}" class="axis"/>')
        parts.append(f'<text x="{at:.1f}" y="{y + 17}" class="tick">{tick:.{digits}f}</text>')
    return parts
