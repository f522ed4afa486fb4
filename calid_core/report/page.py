"""A report as one self-contained HTML page: no script, nothing loaded from elsewhere, nothing told by colour alone."""

from html import escape

from calid_core.report.body import MUTED, RULE, report_body
from calid_core.report.content import ReportContent

_STYLE = f"""
body {{ font: 14px/1.45 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; color: #1a222c; background: #fff;
  max-width: 900px; margin: 2rem auto; padding: 0 1.5rem 4rem; }}
h1 {{ font-size: 1.6rem; margin: 0; }} h2 {{ font-size: 1.15rem; margin: 1.8rem 0 .4rem; }}
h3 {{ font-size: 1rem; margin: 1.2rem 0 .2rem; }}
table {{ border-collapse: collapse; }} td, th {{ vertical-align: top; border-bottom: 1px solid {RULE}; }}
td {{ overflow-wrap: anywhere; }}
td.name, .muted {{ color: {MUTED}; }}
img.slice {{ width: 100%; height: auto; max-width: 210px; background: #000; }}
img.wide {{ width: 100%; height: auto; }}
.errors {{ font-size: 12px; font-variant-numeric: tabular-nums; }} .errors font {{ font-size: 11px; }}
footer {{ position: fixed; bottom: 0; left: 0; right: 0; background: #fff3d6; text-align: center; padding: .4rem;
  font-weight: 600; }}
@media print {{ .page {{ break-before: page; }} tr, h3 {{ break-inside: avoid; }} h2, h3 {{ break-after: avoid; }} }}
"""


def html_page(content: ReportContent) -> str:
    """One page with everything in it; the notice stays on the screen and on every printed page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(content.title)}</title><style>{_STYLE}</style></head><body>\n"
        f"{report_body(content)}\n<footer>{escape(content.notice)}</footer></body></html>\n"
    )
