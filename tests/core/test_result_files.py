"""What ``docs/result-files.md`` says of files that other programs read is what they hold."""

import csv
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from calid_core.checks.report import CheckReport
from calid_core.evaluation.methods import build_methods
from calid_core.evaluation.report import write_report
from calid_core.evaluation.runner import evaluate
from calid_core.io.sidecar import provenance
from calid_core.pipeline import reconstruct
from calid_core.settings import Method, ReconstructionSettings
from tests.core.evaluation_cases import ball_case
from tests.core.test_pipeline import make_stack

PAGE = Path(__file__).parents[2] / "docs" / "result-files.md"


def documented(heading: str) -> set[str]:
    """Names in the first column of the table below a heading."""
    text = PAGE.read_text(encoding="utf-8")
    (part,) = (part for part in text.split("\n## ") if part.startswith(heading))
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def keys_of(values: dict[str, Any], before: str = "") -> Iterator[str]:
    """``settings.seed``, ``slices[].index`` …"""
    for key, value in values.items():
        listed = isinstance(value, list) and value and isinstance(value[0], dict)
        name, inner = (f"{before}{key}[]", value[0]) if listed else (before + key, value)
        yield from keys_of(inner, name + ".") if isinstance(inner, dict) else [name]


def keys_of_type(kind: type, before: str = "") -> Iterator[str]:
    """The same of a dataclass that is written as JSON."""
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        hint, name = hints[field.name], before + field.name
        if not field.metadata.get("stored", True):
            continue
        inner = get_args(hint)[0] if get_origin(hint) in (UnionType, tuple) else hint
        name += "[]" if get_origin(hint) is tuple and dataclasses.is_dataclass(inner) else ""
        known = not dataclasses.is_dataclass(inner) or inner is ReconstructionSettings
        yield from [name] if known else keys_of_type(inner, name + ".")


def test_the_file_beside_a_result_holds_what_is_documented():
    made = reconstruct(make_stack(), ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.5))
    assert documented("The JSON beside a result") == {
        *keys_of(provenance(made)),
        "review",
        "slices[].review",
        "slices[].shifted_pixels_by_phase",
    }


def test_the_file_of_checks_holds_what_is_documented():
    assert documented("`check.json`") == set(keys_of_type(CheckReport))


def test_the_table_of_scores_has_the_columns_that_are_documented(tmp_path):
    write_report(evaluate([ball_case()], build_methods(["linear"])), tmp_path)
    with (tmp_path / "scores.csv").open(newline="") as file:
        columns = next(csv.reader(file))
    assert documented("`scores.csv`") == set(columns)
