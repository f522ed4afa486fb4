"""The report as HTML that both browsers and Qt's text documents understand: tables, no scripts, no outside links."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

import numpy as np

from calid_core.judgement import Judgement
from calid_core.report.content import (
    ErrorTable,
    Fact,
    FactTable,
    Picture,
    PictureRow,
    ReportContent,
    SliceLine,
)
from calid_core.words import count_of

PICTURE_WIDTH = 165
"""CSS pixels; four fit beside each other on A4."""
WIDE_PICTURE = 660
ROWS_PER_PAGE = 3
PHASES_PER_TABLE = 25
"""Columns of the error table that fit on A4."""
SLICE_COLUMNS = (("Slice", 8), ("Origin", 14), ("mm", 8), ("From", 20), ("Score", 10), ("Why", 40))
REVIEWED_COLUMNS = (
    ("Slice", 6),
    ("Origin", 12),
    ("mm", 7),
    ("From", 17),
    ("Score", 7),
    ("Verdict", 12),
    ("By", 6),
    ("Time (UTC)", 16),
    ("Remark", 17),
)
"""Headings and shares of the width in percent."""
NO_BREAK = "\u00a0"
GOOD, BAD, NOTE, MUTED, RULE, HEAD = "#16693c", "#a1260d", "#7a5200", "#4c5866", "#c9d1da", "#eef2f6"


def report_body(content: ReportContent) -> str:
    """Everything between ``<body>`` and ``</body>``."""
    return "\n".join(
        (
            f"<h1>{escape(content.title)}</h1>",
            f'<p class="muted">{_when(content.made)} · CaLID {escape(content.program)} · case {content.case} '
            f"(digits of the content)</p>",
            _banner(content.notice),
            _summary(content),
            _facts("Input", content.input),
            _facts("Reconstruction", content.run),
            _checks(content),
            _fact_table(content.look_first),
            _pictures(content),
            *(_fact_table(table) for table in content.tables),
            _errors(content.errors),
            _slices(content),
            _steps(content.steps),
        )
    )


def _banner(notice: str) -> str:
    return (
        '<table width="100%" cellpadding="6" cellspacing="0"><tr><td bgcolor="#fff3d6" align="center">'
        f"<b>{escape(notice)}</b></td></tr></table>"
    )


def _summary(content: ReportContent) -> str:
    lines = [
        *_reviewed(content),
        ("Acquired slices", _proof(content.pass_through, content.moved)),
        ("Checks", _attention(content.attention)),
    ]
    by = content.reviewed.reader if content.reviewed is not None else ""
    about = "Reviewed" if content.reviewed is not None else "Series"
    lines.append((about, escape(content.label) + (f", by {escape(by)}" if by else "")))
    return "<h2>Summary</h2>" + _table(lines)


def _reviewed(content: ReportContent) -> list[tuple[str, str]]:
    reviewed = content.reviewed
    if reviewed is None:
        return []
    tally, whole = reviewed.tally, reviewed.whole
    said = f'<font color="{MUTED}">none yet</font>' if whole is None else _verdict_cell(whole)
    remark = f"<br/>{escape(whole.remark)}" if whole and whole.remark else ""
    noted = f", {tally.noted} remarked without a verdict" if tally.noted else ""
    return [
        ("Verdict on the whole", said + remark),
        (
            "Slices to check",
            f"<b>{tally.to_check - tally.not_checked} of {tally.to_check} checked</b>, {tally.not_checked} not checked",
        ),
        (
            "Verdicts on all slices",
            f"{tally.accepted} accepted, {tally.remarked} accepted with remark, {tally.rejected} rejected{noted}",
        ),
    ]


def _proof(passed: bool | None, moved: int) -> str:
    apart = f"{count_of(moved, 'slice')} moved in plane, not as acquired" if moved else ""
    if passed is None:
        return "; ".join(filter(None, ("nothing was made; these are the acquired slices themselves", apart)))
    if passed and moved:
        return f'<font color="{NOTE}"><b>{apart}</b></font>; all bit-identical to the aligned series, compared on the data'
    if passed:
        return f'<font color="{GOOD}"><b>✓ bit-identical to the input</b></font>, compared on the data'
    return f'<font color="{BAD}"><b>✕ DIFFER from the input. Do not use this reconstruction.</b></font>'


def _attention(attention: bool | None) -> str:
    if attention is None:
        return f'<font color="{MUTED}">not run</font>'
    if attention:
        return f'<font color="{NOTE}"><b>⚠ needs attention</b></font>'
    return "✓ nothing needs attention; that is no proof of truth"


def _facts(title: str, facts: Sequence[Fact]) -> str:
    return f"<h2>{title}</h2>" + _table([(f.name, escape(f.value)) for f in facts]) if facts else ""


def _table(lines: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<tr><td width="28%" class="name">{escape(name)}</td><td width="72%">{value}</td></tr>'
        for name, value in lines
    )
    return f'<table width="100%" cellpadding="3" cellspacing="0">{rows}</table>'


def _checks(content: ReportContent) -> str:
    if content.attention is None:
        proof = _table([(f.name, escape(f.value)) for f in content.checks])
        other = "other " if content.checks else ""
        return f"<h2>Checks</h2>{proof if content.checks else ''}<p>No {other}check has run on this reconstruction.</p>"
    found = "".join(f"<li>{escape(finding)}</li>" for finding in content.findings)
    return (
        "<h2>Checks</h2>"
        + _table([(f.name, escape(f.value)) for f in content.checks])
        + (f"<ul>{found}</ul>" if found else "")
    )


def _pictures(content: ReportContent) -> str:
    rows = content.pictures
    if not rows:
        return ""
    order = "Rejected slices first, then remarked ones, then the most doubtful. " if content.reviewed else ""
    note = f"{order}Heart region, true proportions, one window for all, pixels smoothed for display."
    parts = [f'<h2 class="page">Slices to look at</h2><p class="muted">{note}</p>']
    for number, row in enumerate(rows):
        new_page = number > 0 and number % ROWS_PER_PAGE == 0
        parts.append(_picture_row(row, new_page=new_page))
    return "".join(parts)


def _picture_row(row: PictureRow, *, new_page: bool) -> str:
    text = f"<p>{escape(row.text)}</p>" if row.text else ""
    page = ' class="page"' if new_page else ""
    return f"<h3{page}>{escape(row.heading)}</h3>{text}{_strips(row.pictures)}"


def _strips(pictures: Sequence[Picture]) -> str:
    """Pictures in rows of four; a single one takes the whole width."""
    if len(pictures) == 1:
        return _strip(pictures, 1)
    return "".join(_strip(pictures[i : i + 4], 4) for i in range(0, len(pictures), 4))


def _strip(pictures: Sequence[Picture], across: int) -> str:
    share, size = 100 // across, PICTURE_WIDTH if across > 1 else WIDE_PICTURE
    height = f' height="{size}"' if across > 1 else ""
    cells = "".join(
        f'<td width="{share}%" valign="top"><img width="{size}"{height} class="{"wide" if across == 1 else "slice"}" '
        f'alt="{escape(p.title)}" src="data:image/png;base64,{b64encode(p.png).decode()}"/><br/>'
        f"<b>{escape(p.title)}</b><br/>{escape(p.detail)}</td>"
        for p in pictures
    )
    cells += f'<td width="{share}%">{NO_BREAK}</td>' * (across - len(pictures))
    return f'<table width="100%" cellpadding="2" cellspacing="0"><tr>{cells}</tr></table>'


def _slices(content: ReportContent) -> str:
    lines, reviewed = content.slices, content.reviewed is not None
    columns = REVIEWED_COLUMNS if reviewed else SLICE_COLUMNS
    head = "".join(
        f'<th align="left" bgcolor="{HEAD}" width="{width}%">{name}</th>' for name, width in columns
    )
    rows = "".join(_slice_row(line, reviewed=reviewed) for line in lines)
    return (
        '<h2 class="page">Every slice</h2><p class="muted">mm: from the first slice. From: acquired slices and their '
        "distances in mm. Score by the checks: 1 or more needs attention.</p>"
        '<table width="100%" cellpadding="3" cellspacing="0" class="slices">'
        f"<thead><tr>{head}</tr></thead>{rows}</table>"
    )


def _fact_table(table: FactTable | None) -> str:
    if table is None:
        return ""
    widths = [f' width="{w}%"' for w in table.widths] or [""] * len(table.columns)
    head = "".join(
        f'<th align="left" bgcolor="{HEAD}"{width}>{escape(name)}</th>'
        for name, width in zip(table.columns, widths, strict=True)
    )
    rows = "".join(_row([escape(cell) for cell in row]) for row in table.rows)
    return (
        f'<h2>{escape(table.title)}</h2><p class="muted">{escape(table.note)}</p>'
        f'<table width="100%" cellpadding="3" cellspacing="0"><thead><tr>{head}</tr></thead>{rows}</table>'
        f"{_strips(table.pictures) if table.pictures else ''}"
    )


def _errors(table: ErrorTable | None) -> str:
    if table is None:
        return ""
    phases = len(table.phases)
    parts = [
        _error_block(table, start, min(start + PHASES_PER_TABLE, phases))
        for start in range(0, phases, PHASES_PER_TABLE)
    ]
    return (
        '<h2>Leave one slice out</h2><p class="muted">Each inner slice was hidden and made again from the others (the '
        "distance doubles, so this is pessimistic). Mean absolute errors by slice and phase in percent of the intensity "
        "range; darker is worse; the last columns are the mean over all phases and linear interpolation's.</p>"
        + "".join(parts)
    )


def _error_block(table: ErrorTable, start: int, end: int) -> str:
    low, high = float(np.nanmin(table.errors)), float(np.nanmax(table.errors))
    names = ("", *table.phases[start:end], "mean", "linear")
    head = "".join(f'<th align="center" bgcolor="{HEAD}">{name}</th>' for name in names)
    rows = []
    for name, errors, linear in zip(table.slices, table.errors, table.linear, strict=True):
        cells = "".join(
            _error_cell(float(v), (float(v) - low) / max(high - low, 1e-9)) for v in errors[start:end]
        )
        mean = float(errors.mean())
        # Of linear interpolation itself both are the same.
        sign = "" if np.isclose(mean, linear) else "✓ " if mean < linear else "✕ "
        rows.append(
            f'<tr><th bgcolor="{HEAD}">{name}</th>{cells}<td><b>{mean:.1f}</b></td><td>{sign}{linear:.1f}</td></tr>'
        )
    return (
        f'<table width="100%" cellpadding="2" cellspacing="0" class="errors"><thead><tr>{head}</tr></thead>'
        f"{''.join(rows)}</table>"
    )


def _error_cell(value: float, share: float) -> str:
    """White to dark blue, with letters that keep their contrast."""
    red, green, blue = (round(a + (b - a) * share) for a, b in ((255, 8), (255, 61), (255, 119)))
    ink = "#ffffff" if share > 0.5 else "#1c2430"
    return f'<td align="center" bgcolor="#{red:02x}{green:02x}{blue:02x}"><font color="{ink}" size="1">{value:.1f}</font></td>'


def _slice_row(line: SliceLine, *, reviewed: bool) -> str:
    score = "" if line.score is None else f"{line.score:.1f}" + (" ⚠" if line.score >= 1 else "")
    cells = [
        f"<b>{escape(line.name)}</b>",
        escape(line.origin),
        f"{line.offset:.1f}",
        escape(line.sources).replace(" ", NO_BREAK),
        score,
    ]
    cells += _verdict_cells(line.verdict) if reviewed else [escape("; ".join(line.reasons))]
    return _row(cells)


def _row(cells: Sequence[str]) -> str:
    """Cells as HTML; none is empty, or Qt drops the margin of a heading below the table."""
    return "<tr>" + "".join(f"<td>{cell or NO_BREAK}</td>" for cell in cells) + "</tr>"


def _verdict_cells(verdict: Judgement | None) -> list[str]:
    if verdict is None:
        return [""] * 4
    time = f"{verdict.time[:10]} {verdict.time[11:16]}"
    return [_verdict_words(verdict), escape(verdict.reader), time, escape(verdict.remark)]


def _verdict_words(verdict: Judgement) -> str:
    if verdict.is_open:
        return f"<b>… {verdict.text}</b>"
    sign = "✕" if verdict.rejected else "✓"
    return f'<font color="{BAD if verdict.rejected else GOOD}"><b>{sign} {verdict.text}</b></font>'


def _verdict_cell(verdict: Judgement) -> str:
    return f"{_verdict_words(verdict)} by {escape(verdict.reader)}, {_when(verdict.time)}"


def _steps(steps: Sequence[str]) -> str:
    if not steps:
        return ""
    return (
        "<h2>What was done to the data, and what to know</h2><ul>"
        + "".join(f"<li>{escape(step)}</li>" for step in steps)
        + "</ul>"
    )


def _when(time: str) -> str:
    return f"{time[:10]} {time[11:16]} UTC"
