"""``calid check``: what is wrong with stacks, how far what is made from them can be believed, where to look first."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from calid_core.checks.examine import Examined, Selection, examine
from calid_core.checks.kinds import USUAL, Check
from calid_core.checks.report import CheckReport
from calid_core.checks.results import Severity
from calid_core.cine import CineStack
from calid_core.cli import EXIT_FAILURE
from calid_core.cli.batch import attempt
from calid_core.cli.inputs import (
    add_input_arguments,
    add_method_arguments,
    chosen_series,
    matching_of,
    model_of,
    settings_of,
    stopped_by_interrupt,
)
from calid_core.cli.progress_display import progress_display
from calid_core.errors import SettingsError
from calid_core.io import load, scan
from calid_core.io.atomic import check_folder, write_text
from calid_core.io.volume_headers import stem
from calid_core.paths import name_of
from calid_core.phases import check_phases, parse_phases
from calid_core.plain import to_plain
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage
from calid_core.report.gathering import Asked, gather
from calid_core.report.page import html_page
from calid_core.report.subject import Subject
from calid_core.settings import Method, Mode, ReconstructionSettings
from calid_core.words import count_of

EXIT_ATTENTION = 3
SHOWN_RANKS = 5
PAGE = "check.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.epilog = "Exit code: 0 nothing needs attention, 3 something does (a slice, or the stack as a whole), 1 an input failed, 2 wrong use."
    add_input_arguments(parser)
    add_method_arguments(parser)
    parser.add_argument(
        "--report",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder for the reports: DIR/NAME/check.html and check.json",
    )
    parser.add_argument("--json", action="store_true", help="also print the reports as a JSON list")
    parser.add_argument(
        "--no-leave-one-out", action="store_true", help="hide no slices: faster, without an error matrix"
    )
    parser.add_argument(
        "--whole-cycle", action="store_true", help="reconstruct every phase, not six over the cycle"
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=0,
        metavar="N",
        help="also the spread over N seeds of CaLID's realism, 2 to 32; 0 for none",
    )
    parser.add_argument(
        "--volumes",
        action="store_true",
        help="also the left ventricle's volume by automatic contours, as the window shows it; reconstructs and contours every "
        "phase, which takes several times as long (default: no volumes)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check every input; the exit code says whether a person should look."""
    settings = settings_of(arguments)
    phases = check_phases(arguments.phases)
    folders = report_folders(arguments.inputs, arguments.report)
    _check_seeds(arguments.seeds, settings)
    model = model_of(arguments, settings)
    selection = _selection(arguments)
    reports: list[CheckReport | None] = []
    with stopped_by_interrupt() as cancel:
        display = progress_display()

        def check(path: Path, folder: Path, show: ProgressCallback) -> tuple[CheckReport, tuple[str, ...]]:
            stack, views = _read(path, arguments, show, cancel)
            wanted, remarks = parse_phases(phases, stack)
            stack = stack.with_steps(remarks)
            found = examine(stack, settings, views, selection, show, cancel, phases=wanted, model=model)
            write_report(found, stack, folder, cancel)
            return found.report, stack.source.steps

        for path, folder in zip(arguments.inputs, folders, strict=True):
            name = name_of(path)
            checked = attempt(name, display, partial(check, path, folder))
            report, steps = checked or (None, ())
            reports.append(report)
            for step in steps:
                print(f"{name}: note: {step}", file=sys.stderr)
            if report is not None:
                stream = sys.stderr if arguments.json else sys.stdout
                print(summary(name, report, folder), file=stream, flush=True)
    done = [report for report in reports if report is not None]
    if arguments.json:
        print(json.dumps([to_plain(report) for report in done], indent=1))
    if len(done) < len(reports):
        return EXIT_FAILURE
    return EXIT_ATTENTION if any(report.needs_attention for report in done) else 0


def write_report(found: Examined, stack: CineStack, folder: Path, cancel: CancelToken) -> None:
    """``check.json`` and ``check.html`` in ``folder``, which is made."""
    subject = Subject(stack, found.reconstruction, found.report)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    label = found.report.label
    page = html_page(gather(subject, Asked(f"Check of {label}", made, label), cancel))
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "check.json", found.report.to_json() + "\n")
    write_text(folder / PAGE, page)


def summary(name: str, report: CheckReport, folder: Path) -> str:
    """A few lines for the terminal: what needs attention, the slices to look at first, where the page is."""
    lines = [f"{name}: {'needs attention' if report.needs_attention else 'nothing needs attention'}"]
    lines += [f"  ! {reason}" for reason in _reasons(report)]
    if report.leave_one_out is not None:
        lines.append(f"  leave-one-out: {report.leave_one_out.summary}")
    for number, rank in enumerate(report.ranking[:SHOWN_RANKS], start=1):
        kind = "acquired slice" if rank.acquired else "made slice"
        lines.append(f"  {number}. {kind} {rank.slice_index + 1} ({rank.score:.2f}): {rank.reasons[0]}")
    lines.append(f"  report: {folder / PAGE}")
    return "\n".join(lines)


def _reasons(report: CheckReport) -> list[str]:
    """Why a person should look, apart from the scores of slices."""
    findings = () if report.input is None else report.input.findings
    reasons = [finding.message for finding in findings if finding.severity is Severity.ATTENTION]
    if report.pass_through is not None and not report.pass_through.identical:
        count = len(report.pass_through.changed)
        reasons.insert(
            0, f"{count_of(count, 'acquired slice')} did not come back unchanged: do not use the result."
        )
    return reasons


def _check_seeds(seeds: int, settings: ReconstructionSettings) -> None:
    if not 0 <= seeds <= 32 or seeds == 1:
        raise SettingsError(f"--seeds is {seeds}, must be 2 to 32, or 0 for none")
    if seeds and (settings.method, settings.mode) != (Method.CALID, Mode.REALISM):
        asked = settings.method if settings.method is not Method.CALID else settings.mode
        raise SettingsError(
            f"--seeds is {seeds}, but only CaLID's realism depends on the seed, not {asked.value}; leave --seeds out"
        )


def _selection(arguments: argparse.Namespace) -> Selection:
    wanted = dict.fromkeys(USUAL, True) | {
        Check.LEAVE_ONE_OUT: not arguments.no_leave_one_out,
        Check.VOLUMES: arguments.volumes,
        Check.SEEDS: arguments.seeds > 0,
    }
    return Selection(tuple(c for c in wanted if wanted[c]), arguments.whole_cycle, arguments.seeds)


def report_folders(inputs: list[Path], report: Path) -> list[Path]:
    """A folder in ``report`` for each input, called like it without its suffix.

    Raises
    ------
    SettingsError
        Several would be the same.
    OutputError
        Nothing can be written into one.
    """
    names = [stem(path.resolve()) for path in inputs]
    folded = [name.casefold() for name in names]  # many disks do not tell names apart by case
    repeated = {name for name in names if folded.count(name.casefold()) > 1}
    if repeated:
        raise SettingsError(f"several inputs are called {', '.join(sorted(repeated))}; check them one by one")
    folders = [report / name for name in names]
    for folder in folders:
        check_folder(folder, "--report")
    return folders


def _read(
    path: Path, arguments: argparse.Namespace, show: ProgressCallback, cancel: CancelToken
) -> tuple[CineStack, list[CineStack]]:
    """The short-axis stack, and the long-axis cines that share its frame of reference."""
    show(Progress(Stage.READING))
    found = scan([path], on_progress=show, cancel=cancel, matching=matching_of(arguments))
    chosen = chosen_series(found, arguments.series)
    stack = load(chosen, on_progress=show, cancel=cancel)
    views = [
        load(summary, on_progress=show, cancel=cancel)
        for summary in found.series
        if summary.is_long_axis_of(chosen)
    ]
    return stack, views
