"""The log of a training as a table: one row for every validation, the update first."""

from __future__ import annotations

import csv
import logging
from pathlib import Path

from calid_core.io.atomic import replacing, writing

logger = logging.getLogger(__name__)


def forget_later_rows(path: Path, step: int) -> None:
    """Drop from a log what a run wrote that was killed before its state was: rows of updates after ``step`` and a row cut short."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        rows = file.readlines()
    updates = [row.partition(",")[0] for row in rows]  # the first of them is the name of the column
    kept = [
        row
        for row, update in zip(rows, updates, strict=True)
        if row.endswith("\n") and not (update.isdigit() and int(update) > step)
    ]
    if kept != rows:
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            file.writelines(kept)


def append_row(path: Path, values: dict[str, float]) -> None:
    """Log ``values``, the update first, and add them to the file, which is made where there is none."""
    logger.info("%s %s", path.stem, "  ".join(f"{key} {value:.4g}" for key, value in values.items()))
    new = not path.exists() or path.stat().st_size == 0
    with writing(path), path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(values))
        if new:
            writer.writeheader()
        writer.writerow(values)
