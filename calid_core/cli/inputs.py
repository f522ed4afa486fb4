"""What ``calid reconstruct`` and ``calid check`` are told alike: inputs, phases, how slices are made, and when to stop."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from calid_core.errors import InputError, SettingsError
from calid_core.io.phase_resampling import PhaseMatching
from calid_core.models.weights import VARIABLE
from calid_core.progress import CancelToken
from calid_core.ranges import option_error
from calid_core.settings import Device, Method, Mode, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.io import Scan, SeriesSummary
    from calid_core.models.checkpoint import CalidModel

DEFAULTS = ReconstructionSettings()


def add_input_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe what is read."""
    parser.add_argument(
        "inputs", nargs="+", type=Path, metavar="INPUT", help="DICOM folder, or NIfTI, NRRD or MetaImage file"
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
    parser.add_argument(
        "--phases-as-indexed",
        action="store_true",
        help="keep every frame as acquired where slices were triggered differently, instead of resampling them in time "
        "to common phases by RR fraction",
    )


def matching_of(arguments: argparse.Namespace) -> PhaseMatching:
    """What is to be done with slices that were triggered differently."""
    return PhaseMatching.AS_INDEXED if arguments.phases_as_indexed else PhaseMatching.RR_FRACTION


def add_method_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe how missing slices are made."""
    for name, values, default, text in (
        ("method", [m.value for m in Method], DEFAULTS.method.value, "how missing slices are made"),
        (
            "mode",
            [m.value for m in Mode],
            DEFAULTS.mode.value,
            "CaLID's answer: realism, a sharp sample, or fidelity, the mean of all likely answers, for intensities and "
            "how they change from phase to phase",
        ),
        (
            "device",
            [d.value for d in Device],
            DEFAULTS.device.value,
            "where the model runs; auto takes CUDA, else MPS, else the CPU; of several GPUs CUDA_VISIBLE_DEVICES chooses",
        ),
    ):
        parser.add_argument(f"--{name}", choices=values, default=default, help=text)
    parser.add_argument(
        "--slice-spacing",
        type=float,
        metavar="MM",
        default=DEFAULTS.slice_spacing,
        help="wanted centre-to-centre distance in mm, 0.5 to 20; the pitch is taken over the whole number nearest to pitch / wanted",
    )
    parser.add_argument(
        "--steps",
        type=int,
        metavar="N",
        default=DEFAULTS.steps,
        help="denoiser evaluations per sample of CaLID's realism, 1 to 100",
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        default=DEFAULTS.seed,
        help="seed of the noise of CaLID's realism; the same seed gives the same volume",
    )
    add_weights_argument(parser)


def add_weights_argument(parser: argparse.ArgumentParser) -> None:
    """Describe where the model comes from."""
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="DIR",
        help=f"folder that 'calid train export' wrote: its model instead of the shipped one (also: environment variable {VARIABLE})",
    )


def settings_of(arguments: argparse.Namespace) -> ReconstructionSettings:
    """Settings that the arguments ask for; ``SettingsError`` where a value is outside its range or would change nothing."""
    device = present_device(arguments.device)
    try:
        settings = ReconstructionSettings(
            method=Method(arguments.method),
            mode=Mode(arguments.mode),
            slice_spacing=arguments.slice_spacing,
            steps=arguments.steps,
            samples=getattr(arguments, "samples", DEFAULTS.samples),
            seed=arguments.seed,
            device=device,
        )
    except SettingsError as error:
        raise option_error(error) from None
    _check_effect(settings)
    return settings


def _check_effect(settings: ReconstructionSettings) -> None:
    """Raise ``SettingsError`` where a value other than the default changes nothing that is made."""
    method, mode = settings.method, settings.mode
    calid = method is Method.CALID
    if not calid and mode is not DEFAULTS.mode:
        raise SettingsError(
            f"--mode is {mode.value}, but only CaLID has modes, not {method.value}; leave it out"
        )
    if calid and mode is Mode.REALISM:
        return
    for name in ("steps", "samples", "seed"):
        value = getattr(settings, name)
        if value != getattr(DEFAULTS, name):
            asked = mode if calid else method
            raise SettingsError(
                f"--{name} is {value}, but only CaLID's realism draws samples, not {asked.value}; leave it out"
            )


def model_of(arguments: argparse.Namespace, settings: ReconstructionSettings) -> CalidModel | None:
    """The model of ``--weights`` or ``CALID_WEIGHTS``; None where neither is given, or the method takes no model.

    Raises
    ------
    CheckpointError
        The folder holds no weights that can be used.
    SettingsError
        ``--weights`` of a method that takes no model.
    """
    if arguments.weights is not None and settings.method is not Method.CALID:
        raise SettingsError(f"--weights: only CaLID runs a model, not {settings.method.value}; leave it out")
    shipped = arguments.weights is None and VARIABLE not in os.environ
    if shipped or settings.method is not Method.CALID:
        return None
    # torch is imported only where a model runs.
    from calid_core.synthesising import ready_model

    return ready_model(settings.device, arguments.weights)


def present_device(name: str) -> Device:
    """The device of this name; one that is asked for and absent raises ``SettingsError``, whether a method needs it or not."""
    device = Device(name)
    if device not in (Device.AUTO, Device.CPU):
        # torch is imported only where a device is asked for.
        from calid_core.models.device import choose_device

        choose_device(device)
    return device


def chosen_series(found: Scan, series: str | None) -> SeriesSummary:
    """The series that ``--series`` names by its number (from 1) or label, without it the one short-axis stack.

    Raises
    ------
    InputError
        There is no such stack or more than one; it says how to name one of several.
    SettingsError
        The name is that of no series or of several.
    """
    from calid_core.io import only_short_axis

    if series is not None:
        return _named_series(found, series)
    try:
        return only_short_axis(found)
    except InputError as error:
        if len(found.series) == 1:
            raise
        raise InputError(f"{error}; name it by its number: --series N") from error


def _named_series(found: Scan, series: str) -> SeriesSummary:
    numbered = tuple(enumerate(found.series, 1))
    if series.isdecimal():
        chosen = [(number, summary) for number, summary in numbered if number == int(series)]
    else:
        chosen = [
            (number, summary) for number, summary in numbered if summary.label.lower() == series.lower()
        ]
    if len(chosen) == 1:
        return chosen[0][1]
    listed = "; ".join(
        f"{number}: {summary.label} ({summary.size})" for number, summary in chosen or numbered
    )
    if chosen:
        raise SettingsError(
            f"--series {series} names {len(chosen)} series: {listed}; name it by its number: --series N"
        )
    raise SettingsError(f"--series {series} names 0 series; there are {listed}")


@contextmanager
def stopped_by_interrupt() -> Iterator[CancelToken]:
    """A token that the first Ctrl-C sets; the second one, and one while a library is imported, stops the process where it is.

    Nobody looks at the token during an import, and that of torch takes a second.
    """
    cancel = CancelToken()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if cancel.cancelled or _in_import(frame):
            raise KeyboardInterrupt
        cancel.cancel()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


def _in_import(frame: FrameType | None) -> bool:
    """Whether a module is being imported where ``frame`` was interrupted."""
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False
