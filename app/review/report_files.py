"""Reports as files: HTML in one piece, JSON, PDF."""

import json
from pathlib import Path
from typing import Any

from app.messages import BANNER
from app.review.report_body import MUTED, RULE, TITLE, report_body
from app.review.report_content import ReportContent
from app.review.report_pdf import write_pdf
from calid_core.checks.json_codec import to_plain
from calid_core.io.atomic import replacing, write_text

REPORT_FORMAT, REPORT_VERSION = "calid-review-report", 1
_STYLE = f"""
body {{ font: 14px/1.45 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; color: #1a222c; background: #fff;
  max-width: 900px; margin: 2rem auto; padding: 0 1.5rem 4rem; }}
h1 {{ font-size: 1.6rem; margin: 0; }} h2 {{ font-size: 1.15rem; margin: 1.8rem 0 .4rem; }}
h3 {{ font-size: 1rem; margin: 1.2rem 0 .2rem; }}
table {{ border-collapse: collapse; }} td, th {{ vertical-align: top; border-bottom: 1px solid {RULE}; }}
td {{ overflow-wrap: anywhere; }}
td.name, .muted {{ color: {MUTED}; }}
img {{ width: 100%; height: auto; max-width: 210px; background: #000; }}
footer {{ position: fixed; bottom: 0; left: 0; right: 0; background: #fff3d6; text-align: center; padding: .4rem;
  font-weight: 600; }}
@media print {{ .page {{ break-before: page; }} tr, h3 {{ break-inside: avoid; }} h2, h3 {{ break-after: avoid; }} }}
"""


def write_report(content: ReportContent, path: Path) -> None:
    """Write a report; the suffix chooses HTML, JSON or PDF.

    Raises
    ------
    OutputError
        It cannot be written; an old file survives.
    """
    suffix = path.suffix.lower()
    if suffix == ".html":
        write_text(path, html_page(content))
    elif suffix == ".json":
        write_text(
            path, json.dumps(plain_report(content), indent=1, allow_nan=False, ensure_ascii=False) + "\n"
        )
    else:
        with replacing(path) as temporary:
            write_pdf(content, temporary)


def html_page(content: ReportContent) -> str:
    """One page with everything in it; the notice stays on the screen and on every printed page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}</title><style>{_STYLE}</style></head><body>\n"
        f"{report_body(content)}\n<footer>{BANNER}</footer></body></html>\n"
    )


def plain_report(content: ReportContent) -> dict[str, Any]:
    """Values for the JSON report; pictures are left out."""
    accepted, remarked, rejected, unchecked = content.counts
    return {
        "format": REPORT_FORMAT,
        "version": REPORT_VERSION,
        "notice": BANNER,
        "made": content.made,
        "program": {"name": "CaLID", "version": content.program},
        "reader": content.reader,
        "reviewed": content.label,
        "verdict": to_plain(content.whole),
        "slices_checked": {
            "accepted": accepted,
            "accepted_with_remark": remarked,
            "rejected": rejected,
            "not_checked": unchecked,
        },
        "acquired_slices_unchanged": content.pass_through,
        "needs_attention": content.attention,
        "input": {fact.name: fact.value for fact in content.input},
        "reconstruction": {fact.name: fact.value for fact in content.run},
        "findings": list(content.findings),
        "steps": list(content.steps),
        "slices": to_plain(content.slices),
        **content.details,
    }
