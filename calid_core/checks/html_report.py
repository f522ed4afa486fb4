"""The checks as one self-contained page: no script, nothing loaded from elsewhere, nothing told by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

import calid_core
from calid_core.arrays import FloatArray
from calid_core.checks.pictures import Picture, pictures_of, png
from calid_core.checks.results import ATTENTION_SCORE, CheckReport, LeaveOneOut, LongAxis, Severity, SliceRank
from calid_core.cine import CineStack
from calid_core.preprocessing import percentile_scale
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method

SHOWN = 6
"""Worst slices that are pictured."""
LISTED = 20
"""Ranked slices that are listed."""
NOTICE = "Research use only. Synthesised slices are not for diagnosis."
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1180px; padding: 0 1.5rem 3rem; color: #1c2430;
  background: #fff; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; } h2 { margin-top: 2.2rem; border-bottom: 1px solid #d5dbe3; }
h1 { margin-top: 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums; display: block;
  overflow-x: auto; }
th, td { padding: .22rem .6rem; border-bottom: 1px solid #e5e9ef; text-align: left; vertical-align: top; }
th { background: #f3f5f8; font-weight: 600; } .matrix td { text-align: center; padding: .22rem .35rem; font-size: 12.5px; }
.matrix th { font-size: 12.5px; padding: .22rem .4rem; white-space: nowrap; }
.notice { background: #7a1f1f; color: #fff; padding: .4rem 1rem; margin: 0 -1.5rem; font-weight: 600; }
.verdict { font-size: 1.15rem; font-weight: 600; border-left: 6px solid; padding: .3rem .8rem; }
.attention { border-color: #c2410c; } .fine { border-color: #15803d; } .note { color: #57606e; margin: .3rem 0; }
.pictures { display: flex; flex-wrap: wrap; gap: .6rem; background: #10151c; padding: .8rem; border-radius: 6px; }
figure { margin: 0; width: 200px; } figure img { display: block; width: 200px; height: auto; }
figcaption { color: #dfe5ee; font-size: 12.5px; padding-top: .3rem; }
"""


def html_report(report: CheckReport, stack: CineStack, reconstruction: Reconstruction | None) -> str:
    """The whole page."""
    verdict = "▲ Needs attention" if report.needs_attention else "✓ Nothing needs attention"
    title = f"Check of {report.label}"
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>',
        f'<p class="notice">{NOTICE}</p><h1>{escape(title)}</h1>',
        f'<p class="verdict {"attention" if report.needs_attention else "fine"}">{verdict}</p>',
        f'<p class="note">{escape(_about(report))}</p>',
        *_ranking(report),
        *_pictures(report, stack, reconstruction),
        *_findings(report),
        *_shifts(report),
        *_pass_through(report),
        *([] if report.leave_one_out is None else _leave_one_out(report.leave_one_out)),
        *_long_axes(report.long_axis),
        *_spread(report),
        f'<p class="note">CaLID {calid_core.__version__}; checks took {report.seconds:.0f} s. {NOTICE}</p></body></html>',
    ]
    return "\n".join(parts) + "\n"


def _about(report: CheckReport) -> str:
    size = f"{report.slices} slices × {report.phases} phases, {report.pitch:.2f} mm apart."
    if report.settings is None:
        return size
    settings = report.settings
    how = f" Reconstructed by {settings.method.value}"
    if settings.method is Method.CALID:
        how += f", {settings.mode.value}, {settings.steps} steps, seed {settings.seed}, model {report.model_id[:12]}"
    return f"{size}{how}, at about {settings.slice_spacing:g} mm."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = "".join(f"<th>{escape(c)}</th>" for c in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _name(rank: SliceRank) -> str:
    return (
        f"acquired slice A{rank.slice_index + 1}" if rank.acquired else f"made slice {rank.slice_index + 1}"
    )


def _ranking(report: CheckReport) -> list[str]:
    if not report.ranking:
        return ["<h2>Look first at</h2><p>No slice stands out.</p>"]
    rows = [
        (
            str(n),
            _name(r),
            f"{r.score:.2f}" + (" ▲" if r.needs_attention else ""),
            "; ".join(r.reasons),
            "–" if r.phase is None else str(r.phase + 1),
        )
        for n, r in enumerate(report.ranking[:LISTED], start=1)
    ]
    more = len(report.ranking) - len(rows)
    note = f" {more} more with lower scores are in check.json." if more > 0 else ""
    return [
        "<h2>Look first at</h2>",
        f'<p class="note">▲ marks a score of {ATTENTION_SCORE:g} or more: needs attention. Slices count from 1.{note}</p>',
        _table(("", "slice", "score", "why", "phase"), rows),
    ]


def _pictures(report: CheckReport, stack: CineStack, made: Reconstruction | None) -> list[str]:
    parts = []
    for rank in report.ranking[:SHOWN]:
        shown = pictures_of(rank, report, stack, made)
        parts.append(f"<h3>{escape(_name(rank))}: {escape(rank.reasons[0])}</h3>{_strip(shown)}")
    return ["<h2>Pictures of the worst</h2>", *parts] if parts else []


def _strip(pictures: Sequence[Picture]) -> str:
    figures = "".join(
        f'<figure><img alt="{escape(p.caption)}" src="data:image/png;base64,{p.png}">'
        f"<figcaption>{escape(p.caption)}</figcaption></figure>"
        for p in pictures
    )
    return f'<div class="pictures">{figures}</div>'


def _findings(report: CheckReport) -> list[str]:
    found = report.input.findings if report.input is not None else ()
    if not found:
        return ["<h2>Input</h2><p>Nothing unusual was found.</p>"]
    rows = [
        ("▲ attention" if f.severity is Severity.ATTENTION else "note", f.check, f.message) for f in found
    ]
    return ["<h2>Input</h2>", _table(("", "check", "finding"), rows)]


def _shifts(report: CheckReport) -> list[str]:
    if report.input is None:
        return []
    checks = report.input
    rows = [
        (
            f"A{k + 1}",
            f"{checks.shifts[k, 0]:+.1f}",
            f"{checks.shifts[k, 1]:+.1f}",
            f"{checks.shift_lengths[k]:.1f}",
            f"{checks.shift_errors[k]:.1f}" if np.isfinite(checks.shift_errors[k]) else "one neighbour only",
        )
        for k in range(len(checks.shifts))
    ]
    return [
        "<h2>In-plane shift of every acquired slice</h2>",
        '<p class="note">How far the content lies from where the neighbours say, mm. Nothing was moved.</p>',
        _table(("slice", "down", "right", "length", "uncertain by ±"), rows),
    ]


def _pass_through(report: CheckReport) -> list[str]:
    proof = report.pass_through
    if proof is None:
        return []
    text = (
        f"✓ All {proof.slices} acquired slices came back bit-identical at {proof.phases} phases ({proof.voxels:,} voxels; SHA-256 "
        f"{proof.digest[:16]}…)."
        if proof.identical
        else f"▲ Acquired slices {', '.join(str(k + 1) for k in proof.changed)} are not what was acquired."
    )
    return ["<h2>Pass-through</h2>", f"<p>{text}</p>"]


def _leave_one_out(found: LeaveOneOut) -> list[str]:
    means = [
        f"{found.psnr.mean():.2f} dB, SSIM {found.ssim.mean():.3f}; linear {found.linear_psnr.mean():.2f} dB, "
        f"SSIM {found.linear_ssim.mean():.3f}"
    ]
    return [
        "<h2>Leave one out</h2>",
        f"<p>{escape(found.summary)}. Means: {means[0]}. {found.seconds:.0f} s on {escape(found.device)}.</p>",
        '<p class="note">Each inner slice was hidden and made again from the others (the gap doubles, so this is '
        "pessimistic). Numbers are mean absolute errors in percent of the intensity range; darker is worse; the last "
        "columns are means, and linear interpolation's.</p>",
        _matrix(found),
    ]


def _matrix(found: LeaveOneOut) -> str:
    errors, linear = 100 * found.error, 100 * found.linear_error.mean(axis=1)
    low, high = float(errors.min()), max(float(errors.max()), float(errors.min()) + 1e-6)
    head = "".join(f"<th>{p + 1}</th>" for p in found.phases)
    rows = []
    for i, k in enumerate(found.slices):
        cells = "".join(f"<td style={_shade((v - low) / (high - low))}>{v:.1f}</td>" for v in errors[i])
        mean = float(errors[i].mean())
        mark = "" if found.method is Method.LINEAR else "better" if mean < linear[i] else "worse"
        rows.append(
            f"<tr><th>A{k + 1}</th>{cells}<th>{mean:.1f}</th><td>{linear[i]:.1f}</td><td>{mark}</td></tr>"
        )
    return (
        f'<table class="matrix"><thead><tr><th>slice \\ phase</th>{head}<th>mean</th><th>linear</th><th></th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _shade(share: float) -> str:
    """White to dark blue, with letters that keep their contrast."""
    channels = [round(a + (b - a) * share) for a, b in ((255, 8), (255, 61), (255, 119))]
    return f'"background:rgb({channels[0]},{channels[1]},{channels[2]});color:{"#fff" if share > 0.5 else "#1c2430"}"'


def _long_axes(found: Sequence[LongAxis]) -> list[str]:
    if not found:
        return []
    rows = [
        (
            f"{v.label}, slice {v.slice_index + 1}",
            f"{v.overlap:.0f}",
            f"{v.score.mean():.3f}",
            f"{v.linear_score.mean():.3f}",
            "better" if v.score.mean() > v.linear_score.mean() else "not better",
        )
        for v in found
    ]
    pictured = [v for v in found if v.images is not None][:2]
    return [
        "<h2>Acquired long axis</h2>",
        '<p class="note">Mean local correlation of the acquired cine with the reconstruction on its plane; 1 is perfect.</p>',
        _table(("view", "cm² compared", "reconstruction", "linear", ""), rows),
        *(_strip(_views(v)) for v in pictured),
    ]


def _views(view: LongAxis) -> list[Picture]:
    images = view.images
    assert images is not None
    inside = images.inside > 0
    rows, columns = (np.flatnonzero(inside.any(axis=a)) for a in (1, 0))
    crop = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    spacing = images.geometry.spacing[1:]

    def shown(caption: str, image: FloatArray) -> Picture:
        scaled = percentile_scale(image[inside]).apply(image) * inside
        return Picture(caption, png(scaled[crop], spacing))

    return [
        shown("acquired long axis", images.acquired[0]),
        shown("reconstruction on its plane", images.resliced[0]),
        shown("linear on its plane", images.linear[0]),
    ]


def _spread(report: CheckReport) -> list[str]:
    spread = report.spread
    if spread is None:
        return []
    rows = [
        (str(seed), f"{spread.edv[i]:.1f}", f"{spread.esv[i]:.1f}", f"{spread.ef[i]:.1f}")
        for i, seed in enumerate(spread.seeds)
    ]
    return [
        "<h2>Spread over seeds</h2>",
        '<p class="note">Left ventricle by the frozen segmenter. Voxels differ by '
        f"{100 * float(spread.voxel_spread.mean()):.2f} % of the intensity range (standard deviation).</p>",
        _table(("seed", "EDV ml", "ESV ml", "EF %"), rows),
    ]
