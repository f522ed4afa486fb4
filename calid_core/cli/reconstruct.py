"""``calid reconstruct``: fill the space between the slices of one or many stacks."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from calid_core.cli.outputs import Destination, destinations
from calid_core.cli.progress_display import ProgressDisplay, progress_display
from calid_core.errors import CalidError, Cancelled, SettingsError
from calid_core.io.phase_resampling import PhaseMatching
from calid_core.io.volume_headers import SUFFIXES
from calid_core.phases import check_phases, parse_phases
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage
from calid_core.reconstruction import Reconstruction, SliceOrigin
from calid_core.settings import Device, Method, Mode, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.cine import CineStack
    from calid_core.io import Scan, SeriesSummary

logger = logging.getLogger(__name__)

DEFAULTS = ReconstructionSettings()
EXIT_SOME_FAILED = 1
EXIT_WRONG_USE = 2


@dataclass(frozen=True)
class Request:
    """What is wanted of every input."""

    settings: ReconstructionSettings
    phases: str
    series: str | None
    matching: PhaseMatching


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument(
        "inputs", nargs="+", type=Path, metavar="INPUT", help="DICOM folder, or NIfTI, NRRD or MetaImage file"
    )
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument(
        "--output", type=Path, metavar="FILE", help=f"result; its suffix is one of {', '.join(SUFFIXES)}"
    )
    target.add_argument(
        "--output-dir",
        type=Path,
        metavar="DIR",
        help="folder for the results of many inputs: files keep their name, folders become NAME.nii.gz",
    )
    parser.add_argument(
        "--dicom",
        type=Path,
        metavar="DIR",
        help="also write derived DICOM into this folder (for several inputs, into one folder each below it)",
    )
    parser.add_argument(
        "--series",
        metavar="N|LABEL",
        help="series of a folder that holds several: its number or label as 'calid inspect' lists it",
    )
    parser.add_argument(
        "--phases",
        default="all",
        help="all, or a list such as ED,ES or 0,5,12 (from 0); ED is the first phase, ES an estimate",
    )
    add_matching_argument(parser)
    _add_method_arguments(parser)


def add_matching_argument(parser: argparse.ArgumentParser) -> None:
    """Describe the choice of what is done with slices that were triggered differently."""
    parser.add_argument(
        "--phases-as-indexed",
        action="store_true",
        help="keep every frame as acquired where slices were triggered differently, instead of resampling them in time "
        "to common phases by RR fraction",
    )


def matching_of(arguments: argparse.Namespace) -> PhaseMatching:
    """What is to be done with slices that were triggered differently."""
    return PhaseMatching.AS_INDEXED if arguments.phases_as_indexed else PhaseMatching.RR_FRACTION


def _add_method_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--method",
        choices=[m.value for m in Method],
        default=DEFAULTS.method.value,
        help="how missing slices are made",
    )
    parser.add_argument(
        "--slice-spacing",
        type=float,
        metavar="MM",
        default=DEFAULTS.slice_spacing,
        help="wanted centre-to-centre distance in mm, 0.5 to 20; the pitch over a whole number that comes nearest is taken",
    )
    group = parser.add_argument_group("CaLID only")
    group.add_argument(
        "--mode",
        choices=[m.value for m in Mode],
        default=DEFAULTS.mode.value,
        help="realism: a sharp sample; fidelity: the mean of all likely answers, for measuring",
    )
    group.add_argument(
        "--steps",
        type=int,
        metavar="N",
        default=DEFAULTS.steps,
        help="denoiser evaluations per sample, 1 to 100",
    )
    group.add_argument(
        "--samples",
        type=int,
        metavar="N",
        default=DEFAULTS.samples,
        help="samples drawn for the spread, 1 to 32",
    )
    group.add_argument(
        "--seed",
        type=int,
        metavar="N",
        default=DEFAULTS.seed,
        help="seed of the noise; the same seed gives the same volume",
    )
    group.add_argument(
        "--device",
        choices=[d.value for d in Device],
        default=DEFAULTS.device.value,
        help="where the model runs; auto takes CUDA, else MPS, else the CPU",
    )


def run(arguments: argparse.Namespace) -> int:
    """Reconstruct every input; 1 if any of them failed, 2 if what was asked for makes no sense."""
    try:
        request = _request(arguments)
        chosen = destinations(arguments.inputs, arguments.output, arguments.output_dir, arguments.dicom)
    except SettingsError as error:
        print(f"calid reconstruct: {error}", file=sys.stderr)
        return EXIT_WRONG_USE
    failed = 0
    with stopped_by_interrupt() as cancel:
        display = progress_display()
        for number, destination in enumerate(chosen, start=1):
            title = (
                destination.source.name
                if len(chosen) == 1
                else f"[{number}/{len(chosen)}] {destination.source.name}"
            )
            failed += not _attempt(destination, request, title, display, cancel)
    if failed and len(chosen) > 1:
        print(f"calid: {failed} of {len(chosen)} inputs failed", file=sys.stderr)
    return EXIT_SOME_FAILED if failed else 0


def settings_of(arguments: argparse.Namespace) -> ReconstructionSettings:
    """Settings that the arguments ask for; a value outside its range raises ``SettingsError``."""
    return ReconstructionSettings(
        method=Method(arguments.method),
        mode=Mode(arguments.mode),
        slice_spacing=arguments.slice_spacing,
        steps=arguments.steps,
        samples=getattr(arguments, "samples", DEFAULTS.samples),
        seed=arguments.seed,
        device=Device(arguments.device),
    )


def _request(arguments: argparse.Namespace) -> Request:
    return Request(
        settings_of(arguments), check_phases(arguments.phases), arguments.series, matching_of(arguments)
    )


def _attempt(
    destination: Destination, request: Request, title: str, display: ProgressDisplay, cancel: CancelToken
) -> bool:
    display.start(title)
    try:
        result = _reconstruct_one(destination, request, display.show, cancel)
    except Cancelled:
        raise
    except (CalidError, OSError) as error:
        display.stop()
        print(f"{title}: failed: {error}", file=sys.stderr)
        return False
    except Exception as error:
        # A defect met by one input must not cost a night's work on the others.
        display.stop()
        logger.exception("unexpected error")
        print(f"{title}: failed unexpectedly: {error}", file=sys.stderr)
        return False
    finally:
        display.stop()
    for warning in (*result.acquired.source.steps, *result.warnings):
        print(f"{title}: note: {warning}", file=sys.stderr)
    print(f"{title}: {describe(result)} -> {destination.volume}", flush=True)
    return True


def _reconstruct_one(
    destination: Destination, request: Request, show: ProgressCallback, cancel: CancelToken
) -> Reconstruction:
    from calid_core.io.derived_dicom import write_dicom
    from calid_core.io.sidecar import write_sidecar
    from calid_core.io.volume import notice, write_volume
    from calid_core.pipeline import reconstruct

    show(Progress(Stage.READING))
    stack = _read(destination.source, request, show, cancel)
    phases, remarks = parse_phases(request.phases, stack)
    stack = replace(stack, source=replace(stack.source, steps=(*stack.source.steps, *remarks)))
    result = reconstruct(stack, request.settings, show, cancel, phases=phases)
    show(Progress(Stage.WRITING))
    destination.volume.parent.mkdir(parents=True, exist_ok=True)
    description = notice(result.settings.method)
    write_volume(
        destination.volume,
        result.intensity,
        result.geometry,
        result.phase_times,
        description=description,
        intensity_scale=stack.source.intensity_scale,
    )
    write_sidecar(destination.sidecar, result)
    if destination.dicom is not None:
        destination.dicom.mkdir(parents=True, exist_ok=True)
        write_dicom(result, destination.dicom, on_progress=show, cancel=cancel)
    return result


def _read(path: Path, request: Request, show: ProgressCallback, cancel: CancelToken) -> CineStack:
    from calid_core.io import load, only_short_axis, scan

    found = scan([path], on_progress=show, cancel=cancel, matching=request.matching)
    chosen = only_short_axis(found) if request.series is None else named_series(found, request.series)
    return load(chosen, on_progress=show, cancel=cancel)


def named_series(found: Scan, series: str) -> SeriesSummary:
    """The series of this number (from 1) or label, as ``calid inspect`` lists them."""
    if series.isdecimal():
        chosen = found.series[int(series) - 1 : int(series)] if int(series) else ()
    else:
        chosen = tuple(summary for summary in found.series if summary.label.lower() == series.lower())
    if len(chosen) == 1:
        return chosen[0]
    listed = "; ".join(
        f"{number}: {summary.label} ({summary.size})" for number, summary in enumerate(found.series, 1)
    )
    raise SettingsError(f"--series {series} names {len(chosen)} series; there are {listed}")


def describe(result: Reconstruction) -> str:
    """One line about a result: phases, slices by origin, spacing, device, time."""
    acquired = len(result.acquired_indices)
    made = result.geometry.slices - acquired
    origin = (
        "synthesised" if result.settings.method is Method.CALID else SliceOrigin.INTERPOLATED.name.lower()
    )
    return (
        f"{len(result.phase_times)} phases x {result.geometry.slices} slices at {result.geometry.pitch:.2f} mm "
        f"({acquired} acquired, {made} {origin}), {result.device}, {result.seconds:.1f} s"
    )


@contextmanager
def stopped_by_interrupt() -> Iterator[CancelToken]:
    """A token that the first Ctrl-C sets; the second one stops the process where it is."""
    cancel = CancelToken()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if cancel.cancelled:
            raise KeyboardInterrupt
        cancel.cancel()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)
