"""Reports as files: HTML in one piece, JSON, PDF."""

import json
from pathlib import Path
from typing import Any

from app.reports.content import ReportInput, details, gather_review
from app.reports.pdf import write_pdf
from calid_core.io.atomic import write_text
from calid_core.plain import to_plain
from calid_core.progress import CancelToken
from calid_core.report.content import ReportContent, Tally
from calid_core.report.page import html_page

REPORT_FORMAT, REPORT_VERSION = "calid-review-report", 1


def write_report(asked: ReportInput, path: Path, cancel: CancelToken) -> None:
    """Write a report; the suffix chooses HTML, JSON or PDF.

    Raises
    ------
    OutputError
        It cannot be written; an old file survives.
    """
    content = gather_review(asked, cancel)
    suffix = path.suffix.lower()
    if suffix == ".html":
        write_text(path, html_page(content))
    elif suffix == ".json":
        plain = {**plain_report(content), **details(asked)}
        write_text(path, json.dumps(plain, indent=1, allow_nan=False, ensure_ascii=False) + "\n")
    else:
        write_pdf(content, path)


def plain_report(content: ReportContent) -> dict[str, Any]:
    """Values for the JSON report; pictures are left out."""
    reviewed = content.reviewed
    tally = reviewed.tally if reviewed is not None else Tally(0, 0, 0, 0, 0, 0)
    return {
        "format": REPORT_FORMAT,
        "version": REPORT_VERSION,
        "notice": content.notice,
        "made": content.made,
        "program": {"name": "CaLID", "version": content.program},
        "reader": "" if reviewed is None else reviewed.reader,
        "reviewed": content.label,
        "verdict": None if reviewed is None else to_plain(reviewed.whole),
        "slices_checked": {
            "accepted": tally.accepted,
            "accepted_with_remark": tally.remarked,
            "rejected": tally.rejected,
            "to_check": tally.to_check,
            "not_checked": tally.not_checked,
            "remarked_without_verdict": tally.noted,
        },
        "acquired_slices_unchanged": content.pass_through and not content.moved,
        "needs_attention": content.attention,
        "input": {fact.name: fact.value for fact in content.input},
        "reconstruction": {fact.name: fact.value for fact in content.run},
        "findings": list(content.findings),
        "steps": list(content.steps),
        "slices": to_plain(content.slices),
        "tables": {
            table.title: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
            for table in content.tables
        },
    }
