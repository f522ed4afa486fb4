"""``calid inspect``: what is in files and folders, as a table or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calid_core.io.summary import Scan, SeriesSummary

HEADINGS = (
    "#",
    "series",
    "view",
    "slices × phases",
    "matrix",
    "pitch",
    "thick",
    "gap",
    "in-plane",
    "phases ms",
    "RR",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``calid inspect``."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="file or folder; folders are searched whole"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; a path with nothing readable raises ``InputError``."""
    from calid_core.io import scan

    found = scan(arguments.paths)
    if arguments.json:
        json.dump(as_json(found), sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        print(as_text(found))
    return 0


def as_json(found: Scan) -> dict[str, Any]:
    """Plain values for JSON: lengths in mm, times in ms."""
    return {
        "files": found.files,
        "series": [_series_json(number, summary) for number, summary in enumerate(found.series, 1)],
        "problems": [{"message": p.message, "count": p.count} for p in found.problems],
    }


def as_text(found: Scan) -> str:
    """Table of the series with their messages below, lengths in mm."""
    from calid_core.words import count_of

    rows = [HEADINGS, *(_cells(number, summary) for number, summary in enumerate(found.series, 1))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    table.insert(1, "  ".join("─" * width for width in widths))
    notes = [line for number, summary in enumerate(found.series, 1) for line in _notes(number, summary)]
    problems = [f"  ! {problem.message}" for problem in found.problems]
    uneven = "" if all(summary.regular for summary in found.series) else ", ~ unevenly spaced"
    size = f"{count_of(found.files, 'file')}, {len(found.series)} series"
    parts = [f"{size} (lengths in mm, times in ms{uneven})", *table]
    if notes:
        parts += ["", *notes]
    if problems:
        parts += ["", "Files", *problems]
    return "\n".join(parts)


def _cells(number: int, summary: SeriesSummary) -> tuple[str, ...]:
    row, column = summary.in_plane
    times = summary.phase_times
    return (
        str(number),
        summary.label,
        summary.view.value,
        f"{summary.slices} × {summary.phases}",
        f"{summary.rows} × {summary.columns}",
        _length(summary.pitch, 1) + ("" if summary.regular else "~"),
        _length(summary.thickness, 1),
        _length(summary.gap, 1),
        f"{row:.3f}" if abs(row - column) < 5e-4 else f"{row:.3f} × {column:.3f}",
        f"{times[0]:.0f}–{times[-1]:.0f}" if summary.phases > 1 else "–",
        _length(summary.rr_interval, 0),
    )


def _notes(number: int, summary: SeriesSummary) -> list[str]:
    stored = ", ".join(part for part in (summary.format, summary.dtype, summary.transfer_syntax) if part)
    place = f"study {summary.study}"
    if summary.frame_of_reference:
        place += f", frame of reference {summary.frame_of_reference}"
    first = f"{number:>3}  {stored}; {place}" if summary.format == "DICOM" else f"{number:>3}  {stored}"
    return [first, *(f"     - {message}" for message in summary.messages)]


def _length(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"


def _series_json(number: int, summary: SeriesSummary) -> dict[str, Any]:
    return {
        "number": number,
        "label": summary.label,
        "format": summary.format,
        "view": summary.view.value,
        "slices": summary.slices,
        "phases": summary.phases,
        "rows": summary.rows,
        "columns": summary.columns,
        "pitch": _rounded(summary.pitch),
        "evenly_spaced": summary.regular,
        "thickness": _rounded(summary.thickness),
        "gap": _rounded(summary.gap),
        "in_plane": [_rounded(value) for value in summary.in_plane],
        "orientation_known": summary.known,
        "dtype": summary.dtype,
        "transfer_syntax": summary.transfer_syntax,
        "phase_times": [_rounded(float(time)) for time in summary.phase_times],
        "rr_interval": _rounded(summary.rr_interval),
        "study": summary.study,
        "frame_of_reference": summary.frame_of_reference,
        "messages": list(summary.messages),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
