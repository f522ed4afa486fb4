"""Plots as SVG text: one dot per volume with mean and interval per method; lines over the heart cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from calid_core.arrays import FloatArray, runs
from calid_core.evaluation.scores import Metric, ScoreTable

WIDTH, ROW, LEFT, RIGHT, TOP, BOTTOM = 560, 26, 120, 16, 34, 34
LINE_HEIGHT, LINE_LEFT, LEGEND, LEGEND_ROW = 220, 48, 130, 16
LETTER = 6.8
"""Width of a letter of a name, generously."""
COLOURS = ("#111827", "#c2410c", "#2b6cb0", "#15803d", "#7e22ce", "#a16207", "#0e7490", "#be185d")
DASHES = ("none", "7 3", "2 2")
"""Of the first methods that have all colours but the first to themselves, of the next, and of all beyond."""


@dataclass(frozen=True)
class _Style:
    colour: str
    width: float
    dashes: str = "none"

    @classmethod
    def of(cls, index: int) -> _Style:
        """The style of the method number ``index``: when colours are used up, lines are dashed."""
        turn, colour = divmod(index, len(COLOURS) - 1)
        return cls(COLOURS[1 + colour], 1.5, DASHES[min(turn, len(DASHES) - 1)])

    @property
    def attributes(self) -> str:
        dashes = "" if self.dashes == "none" else f' stroke-dasharray="{self.dashes}"'
        return f'stroke="{self.colour}" stroke-width="{self.width}"{dashes}'


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

    left = max(LEFT, 12 + LETTER * max(map(len, groups)))

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (WIDTH - left - RIGHT)

    height = TOP + ROW * len(groups) + BOTTOM
    unit = f" ({metric.unit})" if metric.unit else ""
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img" aria-label="{escape(metric.label)}">',
        f'<text x="{left}" y="18" class="title">{escape(metric.label + unit)}</text>',
        *_axis(low, high, x(low), x(high), height - BOTTOM),
    ]
    if metric.wanted is not None and low <= metric.wanted <= high:
        at = x(metric.wanted)
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 6}" y2="{height - BOTTOM}" class="wanted"/>'
        )
    for index, (name, values) in enumerate(groups.items()):
        y = TOP + ROW * (index + 0.5)
        parts.append(f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" class="name">{escape(name)}</text>')
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
    ticks, digits = _ticks(low, high)
    parts = [f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{y}" y2="{y}" class="axis"/>']
    for tick in ticks:
        at = left + (tick - low) / (high - low) * (right - left)
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y}" y2="{y + 4}" class="axis"/>')
        parts.append(f'<text x="{at:.1f}" y="{y + 17}" class="tick">{tick:.{digits}f}</text>')
    return parts


def _ticks(low: float, high: float) -> tuple[FloatArray, int]:
    """Round numbers between two bounds, and the digits they need."""
    step = 10.0 ** np.floor(np.log10((high - low) / 4))
    step *= next(f for f in (1, 2, 5, 10) if (high - low) / (step * f) <= 6)
    ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step + 0.0
    return ticks, max(0, int(np.ceil(-np.log10(step) - 1e-9)))


def line_plot(
    title: str, times: FloatArray, series: Mapping[str, FloatArray], truth: FloatArray | None = None
) -> str:
    """Series over time in ms, each ``(phases,)``; the truth, where there is one, first and thick.

    A line is interrupted where its value is not finite; empty text where none is.
    """
    lines = [("acquired", truth, _Style(COLOURS[0], 3.0))] if truth is not None else []
    lines += [(name, values, _Style.of(index)) for index, (name, values) in enumerate(series.items())]
    every = np.concatenate([values[np.isfinite(values)] for _, values, _ in lines])
    if not every.size:
        return ""
    low, high = float(every.min()), float(every.max())
    margin = 0.08 * (high - low) or 1.0
    low, high = low - margin, high + margin
    height = max(LINE_HEIGHT, TOP + LEGEND_ROW * len(lines))
    left, right, bottom = LINE_LEFT, WIDTH - LEGEND, height - BOTTOM
    whole = max(WIDTH, round(right + 40 + LETTER * max(len(name) for name, _, _ in lines)))
    span = float(times[-1] - times[0]) or 1.0
    x = left + (times - times[0]) / span * (right - left)
    parts = [
        f'<svg viewBox="0 0 {whole} {height}" width="{whole}" role="img" aria-label="{escape(title)}">',
        f'<text x="{left}" y="18" class="title">{escape(title)}</text>',
        *_axis(float(times[0]), float(times[-1]) or 1.0, left, right, bottom),
    ]
    for tick in _ticks(low, high)[0]:
        y = bottom - (tick - low) / (high - low) * (bottom - TOP)
        parts.append(f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" class="name">{tick:g}</text>')
    for index, (name, values, style) in enumerate(lines):
        parts += _line(x, bottom - (values - low) / (high - low) * (bottom - TOP), style)
        row = TOP + LEGEND_ROW * index
        parts.append(f'<line x1="{right + 10}" x2="{right + 28}" y1="{row}" y2="{row}" {style.attributes}/>')
        parts.append(f'<text x="{right + 33}" y="{row + 4}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"])


def _line(x: FloatArray, y: FloatArray, style: _Style) -> list[str]:
    """A polyline for every run of finite ``y``; a dot for a value that stands alone."""
    parts = []
    for run in runs(np.flatnonzero(np.isfinite(y))):
        if len(run) == 1:
            parts.append(
                f'<circle cx="{x[run[0]]:.1f}" cy="{y[run[0]]:.1f}" r="{style.width}" fill="{style.colour}"/>'
            )
        else:
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x[run], y[run], strict=True))
            parts.append(f'<polyline points="{points}" fill="none" {style.attributes}/>')
    return parts
