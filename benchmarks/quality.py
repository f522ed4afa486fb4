"""Evaluate on held-out patients and write docs/results.md.

    python benchmarks/quality.py --acdc ../shared/data/acdc [--cines FOLDER …] [--comparators DIR] [--cost]

The ACDC patients are the validation patients; cines are folders that ``calid evaluate`` understands. Without shipped
weights of CaLID the page holds the baselines only.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from calid_core.errors import CheckpointError
from calid_core.evaluation.comparators.weights import comparator_file
from calid_core.evaluation.cost import ACQUIRED, SIDE, VolumeCost, volume_costs
from calid_core.evaluation.datasets import find_patients, read_cases, select_patients
from calid_core.evaluation.methods import BASELINES, MethodOptions, build_methods
from calid_core.evaluation.report import write_report
from calid_core.evaluation.runner import Evaluation, evaluate
from calid_core.evaluation.shipped import shipped_segmenter
from calid_core.evaluation.tables import Table, markdown, tables
from calid_core.evaluation.targets import target_table
from calid_core.models.checkpoint import NAME, load_model
from calid_core.models.device import choose_device
from calid_core.models.weights import read_entry, weights_directory
from calid_core.progress import Progress
from calid_core.settings import Device

PAGE = Path(__file__).resolve().parents[1] / "docs" / "results.md"
LATENT = ("latent-linear", "latent-spherical")
OURS = ("calid", "calid-fidelity")
TRAINED = ("regression", "calid-published")

logger = logging.getLogger("benchmarks.quality")


@dataclass(frozen=True)
class Page:
    """What the page is made of."""

    device: str
    model_id: str
    evaluations: tuple[Evaluation, ...]
    costs: tuple[VolumeCost, ...]


def main() -> None:
    """Evaluate everything there is and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--acdc", type=Path, required=True)
    parser.add_argument("--cines", type=Path, nargs="*", default=[])
    parser.add_argument("--comparators", type=Path, help="folder of trained comparators")
    parser.add_argument("--methods", help="names with commas between; by default all that have weights")
    parser.add_argument("--cost", action="store_true", help="also time whole volumes")
    parser.add_argument("--limit", type=int, help="only the first patients of ACDC: a trial")
    parser.add_argument("--device", choices=[d.value for d in Device], default=Device.AUTO.value)
    parser.add_argument("--report", type=Path, help="folder for the full reports")
    parser.add_argument("--page", type=Path, default=PAGE)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options = MethodOptions(device=Device(arguments.device), comparators=arguments.comparators)
    model_id = shipped_model_id()
    chosen = tuple(arguments.methods.split(",")) if arguments.methods else ()
    names = chosen or method_names(model_id, options)
    cine_names = chosen or (*names, *(("calid-frames",) if model_id else ()))
    still = evaluate_paths([arguments.acdc], names, options, arguments.limit)
    moving = [evaluate_paths([path], cine_names, options) for path in arguments.cines]
    if arguments.report:
        for index, evaluation in enumerate((still, *moving)):
            write_report(evaluation, arguments.report / "-".join(evaluation.table.datasets or (str(index),)))
    costs = volume_costs(options.device) if arguments.cost and model_id else ()
    page = Page(choose_device(options.device).label, model_id, (still, *moving), costs)
    arguments.page.write_text(text_of(page), encoding="utf-8")


def shipped_model_id() -> str:
    """Identity of the shipped weights, empty where there are none."""
    try:
        load_model(Device.CPU.value)
        return read_entry(weights_directory(), NAME).model_id
    except CheckpointError as error:
        logger.warning("baselines only: %s", error)
        return ""


def method_names(model_id: str, options: MethodOptions) -> tuple[str, ...]:
    """The methods that can be run with the weights there are."""
    folder = options.comparators
    trained = [n for n in TRAINED if folder is not None and comparator_file(folder, n).is_file()]
    return (*BASELINES, *((*LATENT, *OURS) if model_id else ()), *trained)


def evaluate_paths(
    paths: Sequence[Path], names: Sequence[str], options: MethodOptions, limit: int | None = None
) -> Evaluation:
    """The validation patients below ``paths``."""
    cases = read_cases(select_patients(find_patients(paths), "validation")[:limit])
    return evaluate(
        cases, build_methods(names, options), segmenter=shipped_segmenter(), on_progress=log_progress
    )


def log_progress(progress: Progress) -> None:
    """One log line per case."""
    logger.info("%s", progress.message)


def text_of(page: Page) -> str:
    """The page in Markdown."""
    parts = [
        "# Results",
        "",
        "Made by `python benchmarks/quality.py`; do not edit. Every second slice of patients that no training has seen "
        "was hidden; only hidden slices are scored. Definitions: "
        "[decision 0010](decisions/0010-evaluation-definitions.md).",
        "",
        f"- Date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- Model: {page.model_id or 'none shipped, baselines only'}",
        f"- Device: {page.device}",
    ]
    for evaluation in page.evaluations:
        for dataset in evaluation.table.datasets:
            parts += ["", f"## {dataset}", ""]
            parts += [f"- {remark}" for remark in evaluation.remarks if remark.startswith((dataset, "CPU"))]
            aims = target_table(evaluation, dataset)
            shown = (*((aims,) if aims.rows else ()), *tables(evaluation, dataset))
            parts += ["", *(markdown(table) for table in shown)]
    if page.costs:
        parts += ["", "## Cost of a whole volume", "", markdown(cost_table(page.costs))]
    return "\n".join(parts).rstrip() + "\n"


def cost_table(costs: Sequence[VolumeCost]) -> Table:
    """Whole volumes, and how many times faster than the earlier method."""
    slowest = max(cost.seconds for cost in costs)
    rows = tuple(
        (
            cost.name,
            cost.device,
            f"{cost.seconds:.1f}" + ("" if cost.measured else " (single evaluations × their number)"),
            str(cost.evaluations),
            f"{slowest / cost.seconds:.0f}",
        )
        for cost in costs
    )
    note = f"{ACQUIRED} slices of {SIDE} × {SIDE} at 10 mm to 1.25 mm, one phase, everything from intensities to intensities."
    columns = ("method", "device", "seconds", "network evaluations", "times faster")
    return Table("10 to 73 slices", note, columns, rows)


if __name__ == "__main__":
    main()
