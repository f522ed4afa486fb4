"""The report as HTML that both browsers and Qt's text documents understand: tables, no scripts, no outside links."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from app.messages import BANNER
from app.review.report_content import PictureRow, ReportContent, SliceLine
from app.review.report_facts import Fact, FactTable
from app.review.verdicts import Decision, Verdict

TITLE = "Review of a reconstructed cardiac cine"
PICTURE_WIDTH = 165
"""CSS pixels; four fit beside each other on A4."""
ROWS_PER_PAGE = 3
SLICE_COLUMNS = (
    ("Slice", 6),
    ("Origin", 12),
    ("mm", 6),
    ("From", 17),
    ("Score", 7),
    ("Verdict", 12),
    ("By", 4),
    ("Time (UTC)", 20),
    ("Remark", 16),
)
"""Headings and shares of the width in percent."""
NO_BREAK = "\u00a0"
GOOD, BAD, NOTE, MUTED, RULE, HEAD = "#16693c", "#a1260d", "#7a5200", "#4c5866", "#c9d1da", "#eef2f6"


def report_body(content: ReportContent) -> str:
    """Everything between ``<body>`` and ``</body>``."""
    return "\n".join(
        (
            f"<h1>{TITLE}</h1>",
            f'<p class="muted">{_when(content.made)} · CaLID {escape(content.program)} · case {content.case} '
            f"(digits of the content; this report holds no name)</p>",
            _banner(),
            _summary(content),
            _facts("Input", content.input),
            _facts("Reconstruction", content.run),
            _checks(content),
            _pictures(content.pictures),
            _slices(content.slices),
            _acquired(content.acquired),
            _steps(content.steps),
        )
    )


def _banner() -> str:
    return (
        '<table width="100%" cellpadding="6" cellspacing="0"><tr><td bgcolor="#fff3d6" align="center">'
        f"<b>{escape(BANNER)}</b></td></tr></table>"
    )


def _summary(content: ReportContent) -> str:
    accepted, remarked, rejected, unchecked = content.counts
    total = sum(content.counts)
    whole = _verdict_cell(content.whole) if content.whole else f'<font color="{MUTED}">none yet</font>'
    remark = f"<br/>{escape(content.whole.remark)}" if content.whole and content.whole.remark else ""
    lines = [
        ("Verdict on the whole", whole + remark),
        (
            "Slices",
            f"<b>{total - unchecked} of {total} checked</b>: {accepted} accepted, {remarked} accepted with remark, "
            f"{rejected} rejected, {unchecked} not checked",
        ),
        ("Acquired slices", _proof(content.pass_through)),
        ("Checks", _attention(content.attention)),
        ("Reviewed", escape(content.label) + (f", by {escape(content.reader)}" if content.reader else "")),
    ]
    return "<h2>Summary</h2>" + _table(lines)


def _proof(passed: bool | None) -> str:
    if passed is None:
        return "nothing was made; these are the acquired slices themselves"
    if passed:
        return f'<font color="{GOOD}"><b>✓ bit-identical to the input</b></font>, compared on the data'
    return f'<font color="{BAD}"><b>✕ DIFFER from the input. Do not use this reconstruction.</b></font>'


def _attention(attention: bool | None) -> str:
    if attention is None:
        return f'<font color="{MUTED}">not run</font>'
    if attention:
        return f'<font color="{NOTE}"><b>⚠ need a person\'s attention</b></font>'
    return "nothing that needs attention; that is no proof of truth"


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
        return "<h2>Checks</h2><p>No check has run on this reconstruction.</p>"
    found = "".join(f"<li>{escape(finding)}</li>" for finding in content.findings)
    return (
        "<h2>Checks</h2>"
        + _table([(f.name, escape(f.value)) for f in content.checks])
        + (f"<ul>{found}</ul>" if found else "")
    )


def _pictures(rows: Sequence[PictureRow]) -> str:
    if not rows:
        return ""
    note = (
        "Rejected slices first, then remarked ones, then the most doubtful. Heart region, true proportions, one window "
        "for all, pixels smoothed for display."
    )
    parts = [f'<h2 class="page">Slices to look at</h2><p class="muted">{note}</p>']
    for number, row in enumerate(rows):
        new_page = number > 0 and number % ROWS_PER_PAGE == 0
        parts.append(_picture_row(row, new_page=new_page))
    return "".join(parts)


def _picture_row(row: PictureRow, *, new_page: bool) -> str:
    cells = "".join(
        f'<td width="25%" valign="top"><img width="{PICTURE_WIDTH}" height="{PICTURE_WIDTH}" '
        f'alt="{escape(p.title)}" src="data:image/png;base64,{b64encode(p.png).decode()}"/><br/>'
        f"<b>{escape(p.title)}</b><br/>{escape(p.detail)}</td>"
        for p in row.pictures
    )
    cells += '<td width="25%"></td>' * (4 - len(row.pictures))
    text = f"<p>{escape(row.text)}</p>" if row.text else ""
    page = ' class="page"' if new_page else ""
    heading = f"<h3{page}>{escape(row.heading)}</h3>{text}"
    return f'{heading}<table width="100%" cellpadding="2" cellspacing="0"><tr>{cells}</tr></table>'


def _slices(lines: Sequence[SliceLine]) -> str:
    head = "".join(
        f'<th align="left" bgcolor="{HEAD}" width="{width}%">{name}</th>' for name, width in SLICE_COLUMNS
    )
    rows = "".join(_slice_row(line) for line in lines)
    return (
        '<h2 class="page">Every slice</h2><p class="muted">mm: from the first slice. From: acquired slices and their '
        "distances in mm. Score by the checks: 1 or more needs attention.</p>"
        '<table width="100%" cellpadding="3" cellspacing="0" class="slices">'
        f"<thead><tr>{head}</tr></thead>{rows}</table>"
    )


def _acquired(table: FactTable | None) -> str:
    if table is None:
        return ""
    head = "".join(f'<th align="left" bgcolor="{HEAD}">{escape(name)}</th>' for name in table.columns)
    rows = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in table.rows)
    return (
        f'<h2>{escape(table.title)}</h2><p class="muted">{escape(table.note)}</p>'
        f'<table width="100%" cellpadding="3" cellspacing="0"><thead><tr>{head}</tr></thead>{rows}</table>'
    )


def _slice_row(line: SliceLine) -> str:
    verdict = line.verdict
    score = "" if line.score is None else f"{line.score:.1f}" + (" ⚠" if line.score >= 1 else "")
    cells = (
        f"<b>{escape(line.name)}</b>",
        escape(line.origin),
        f"{line.offset:.1f}",
        escape(line.sources).replace(" ", NO_BREAK),
        score,
        "" if verdict is None else _verdict_words(verdict),
        "" if verdict is None else escape(verdict.reader),
        "" if verdict is None else f"{verdict.time[:10]}{NO_BREAK}{verdict.time[11:19]}",
        "" if verdict is None else escape(verdict.remark),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _verdict_words(verdict: Verdict) -> str:
    rejected = verdict.decision is Decision.REJECT
    sign = "✕" if rejected else "✓"
    return f'<font color="{BAD if rejected else GOOD}"><b>{sign} {verdict.text}</b></font>'


def _verdict_cell(verdict: Verdict) -> str:
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
