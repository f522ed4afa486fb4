"""``calid reconstruct``: fill the space between the slices of one or many stacks."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calid_core.cli import EXIT_FAILURE
from calid_core.cli.batch import attempt
from calid_core.cli.inputs import (
    DEFAULTS,
    add_input_arguments,
    add_method_arguments,
    chosen_series,
    matching_of,
    model_of,
    settings_of,
    stopped_by_interrupt,
)
from calid_core.cli.outputs import Destination, destinations
from calid_core.cli.progress_display import ProgressDisplay, progress_display
from calid_core.errors import DicomError, OutputError, SettingsError
from calid_core.io.phase_resampling import PhaseMatching
from calid_core.io.volume_headers import SUFFIXES
from calid_core.paths import name_of
from calid_core.phases import check_phases, parse_phases
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage
from calid_core.provenance import made_by
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method, ReconstructionSettings
from calid_core.words import count_of

if TYPE_CHECKING:
    from calid_core.cine import CineStack
    from calid_core.models.checkpoint import CalidModel


@dataclass(frozen=True)
class Request:
    """What is wanted of every input."""

    settings: ReconstructionSettings
    phases: str
    series: str | None
    matching: PhaseMatching
    model: CalidModel | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command."""
    add_input_arguments(parser)
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help=f"result, in place of a file of that name; its suffix is one of {', '.join(SUFFIXES)}",
    )
    target.add_argument(
        "--output-dir",
        type=Path,
        metavar="DIR",
        help="folder for the results of many inputs: files keep their name, folders become NAME.nii.gz; "
        "files of those names are replaced",
    )
    parser.add_argument(
        "--dicom",
        type=Path,
        metavar="DIR",
        help="also write derived DICOM into this folder (for several inputs, into one folder each below it), beside what is there: "
        "every run adds a series of its own and replaces none",
    )
    add_method_arguments(parser)
    parser.add_argument(
        "--samples",
        type=int,
        metavar="N",
        default=DEFAULTS.samples,
        help="with --interval: how many samples of CaLID's realism shape the half-widths, 1 to 32; N take up to N times as long and change no slice",
    )
    parser.add_argument(
        "--interval",
        action="store_true",
        help="also write OUT-interval beside each result: the half-width of CaLID's 90 %% interval about the mean of all likely answers, "
        "in place of an earlier one",
    )


def run(arguments: argparse.Namespace) -> int:
    """Reconstruct every input; 1 if any of them failed."""
    request = _request(arguments)
    chosen = destinations(
        arguments.inputs,
        arguments.output,
        arguments.output_dir,
        arguments.dicom,
        interval=arguments.interval,
    )
    failed = 0
    with stopped_by_interrupt() as cancel:
        display = progress_display()
        for number, destination in enumerate(chosen, start=1):
            name = name_of(destination.source)
            title = name if len(chosen) == 1 else f"[{number}/{len(chosen)}] {name}"
            failed += not _attempt(destination, request, title, display, cancel)
    if failed and len(chosen) > 1:
        print(f"calid: {failed} of {len(chosen)} inputs failed", file=sys.stderr)
    return EXIT_FAILURE if failed else 0


def _request(arguments: argparse.Namespace) -> Request:
    settings, phases = settings_of(arguments), check_phases(arguments.phases)
    _check_interval(settings, interval=arguments.interval)
    return Request(settings, phases, arguments.series, matching_of(arguments), model_of(arguments, settings))


def _check_interval(settings: ReconstructionSettings, *, interval: bool) -> None:
    """Raise ``SettingsError`` where there is no interval to write, or where samples would change nothing without one."""
    if interval and settings.method is not Method.CALID:
        raise SettingsError(
            f"--interval: only CaLID gives an interval, not {settings.method.value}; leave it out"
        )
    if settings.samples != DEFAULTS.samples and not interval:
        raise SettingsError(
            f"--samples is {settings.samples}, but they shape the interval alone; add --interval or leave --samples out"
        )


def _attempt(
    destination: Destination, request: Request, title: str, display: ProgressDisplay, cancel: CancelToken
) -> bool:
    result = attempt(title, display, lambda show: _reconstruct_one(destination, request, show, cancel))
    if result is None:
        return False
    for warning in (*result.acquired.source.steps, *result.warnings):
        print(f"{title}: note: {warning}", file=sys.stderr)
    print(f"{title}: {describe(result)} -> {destination.volume}", flush=True)
    return True


def _reconstruct_one(
    destination: Destination, request: Request, show: ProgressCallback, cancel: CancelToken
) -> Reconstruction:
    from calid_core.io.atomic import writing
    from calid_core.io.derived_dicom import write_dicom
    from calid_core.io.derived_volume import write_reconstruction
    from calid_core.io.volume_files import check_not_acquired
    from calid_core.pipeline import reconstruct

    show(Progress(Stage.READING))
    stack = _read(destination.source, request, show, cancel)
    check_not_acquired(destination.volume, stack)
    phases, remarks = parse_phases(request.phases, stack)
    result = reconstruct(
        stack.with_steps(remarks), request.settings, show, cancel, model=request.model, phases=phases
    )
    show(Progress(Stage.WRITING))
    destination.volume.parent.mkdir(parents=True, exist_ok=True)
    write_reconstruction(destination.volume, result, cancel=cancel, interval=destination.interval)
    if destination.dicom is not None:
        try:
            with writing(destination.dicom):
                destination.dicom.mkdir(parents=True, exist_ok=True)
            write_dicom(result, destination.dicom, on_progress=show, cancel=cancel)
        except (OutputError, DicomError) as error:
            raise type(error)(f"{error}; {destination.volume.name} is written") from error
    cancel.raise_if_cancelled()
    return result


def _read(path: Path, request: Request, show: ProgressCallback, cancel: CancelToken) -> CineStack:
    from calid_core.io import load, scan

    found = scan([path], on_progress=show, cancel=cancel, matching=request.matching)
    return load(chosen_series(found, request.series), on_progress=show, cancel=cancel)


def describe(result: Reconstruction) -> str:
    """One line about a result: phases, slices by origin, spacing, device, time."""
    acquired = len(result.acquired_indices)
    made = result.geometry.slices - acquired
    origin = made_by(result.settings.method)
    return (
        f"{count_of(len(result.phase_times), 'phase')} x {count_of(result.geometry.slices, 'slice')} "
        f"at {result.geometry.pitch:.2f} mm ({acquired} acquired, {made} {origin.word}), {result.device}, {result.seconds:.1f} s"
    )
