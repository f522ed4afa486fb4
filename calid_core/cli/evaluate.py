"""``calid evaluate``: hide every second slice of real stacks, predict it, score it, write a report."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from calid_core.cli.inputs import add_weights_argument, present_device
from calid_core.cli.progress_display import progress_display
from calid_core.datasets.patients import find_patients, left_out_remark, read_cases, select_patients
from calid_core.errors import SettingsError
from calid_core.evaluation.methods import MethodOptions, build_methods, method_names, model_remarks
from calid_core.evaluation.report import write_report
from calid_core.evaluation.runner import Evaluation, evaluate
from calid_core.evaluation.tables import markdown, tables
from calid_core.evaluation.targets import target_table
from calid_core.io.atomic import check_folder
from calid_core.settings import DEFAULT_STEPS, Device

DEFAULT_METHODS = "linear,linear-blur,calid,calid-fidelity"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "data",
        nargs="+",
        type=Path,
        metavar="DATA",
        help="ACDC, Sunnybrook or other stacks: files or folders, labelled or not; of several patients one in each subfolder",
    )
    parser.add_argument(
        "--methods",
        default=DEFAULT_METHODS,
        metavar="NAMES",
        help=f"methods with commas between; known are {', '.join(method_names())}",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the report")
    parser.add_argument(
        "--patients",
        default="validation",
        metavar="WHICH",
        help="validation (leaves out the patients of ACDC and Sunnybrook that the shipped model was trained on), all, or names or "
        "numbers",
    )
    parser.add_argument(
        "--device",
        default="auto",
        choices=[d.value for d in Device],
        help="where the model runs; of several GPUs CUDA_VISIBLE_DEVICES chooses",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the samples")
    parser.add_argument(
        "--steps",
        type=int,
        default=DEFAULT_STEPS,
        metavar="N",
        help="denoiser evaluations of CaLID's realism",
    )
    add_weights_argument(parser)
    parser.add_argument(
        "--comparators",
        type=Path,
        metavar="DIR",
        help="weights of trained comparators (benchmarks.comparators)",
    )
    parser.add_argument(
        "--limit", type=int, default=0, metavar="N", help="only the first N patients; 0 for all"
    )
    parser.add_argument("--quick", action="store_true", help="without the segmenter and the two-sample test")


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, write the report, print the tables."""
    if arguments.limit < 0:
        raise SettingsError(f"--limit is {arguments.limit}, must be 0 or more")
    names = [name.strip() for name in arguments.methods.split(",") if name.strip()]
    options = MethodOptions(
        present_device(arguments.device),
        arguments.seed,
        arguments.steps,
        weights=arguments.weights,
        comparators=arguments.comparators,
    )
    check_folder(arguments.out, "--out")
    methods = build_methods(names, options)
    found = find_patients(arguments.data)
    patients = select_patients(found, arguments.patients)
    remarks = (*model_remarks(names, options), *left_out_remark(found, patients, arguments.patients))
    for remark in remarks:
        print(f"calid evaluate: note: {remark}", file=sys.stderr)
    display = progress_display()
    display.start("Evaluation")
    try:
        cases = read_cases(patients[: arguments.limit or None], display.show)
        segmenter = None
        if not arguments.quick:
            # torch is imported only where a network runs.
            from calid_core.models.shipped_segmenter import shipped_segmenter

            segmenter = shipped_segmenter()
        evaluation = evaluate(
            cases, methods, segmenter=segmenter, two_sample=not arguments.quick, on_progress=display.show
        )
    finally:
        display.stop()
    evaluation = replace(evaluation, remarks=(*evaluation.remarks, *remarks))
    files = write_report(evaluation, arguments.out)
    _print_tables(evaluation)
    print(f"Report: {files[-1]}")
    return 0


def _print_tables(evaluation: Evaluation) -> None:
    for dataset in evaluation.table.datasets:
        print(f"## {dataset}\n")
        for table in (target_table(evaluation, dataset), *tables(evaluation, dataset)):
            if table.rows:
                print(markdown(table))
