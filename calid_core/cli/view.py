"""``calid view``: hand over to the viewer. ``main.py`` takes the same arguments."""

import argparse
from dataclasses import replace
from pathlib import Path

from calid_core.errors import SettingsError
from calid_core.ranges import option_error
from calid_core.settings import Method, ReconstructionSettings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.description = "Open the viewer to review a sparse short-axis cine."
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files and folders to open")
    parser.add_argument("--sample", action="store_true", help="open the bundled sample")
    parser.add_argument("--reconstruct", action="store_true", help="reconstruct what is opened")
    parser.add_argument(
        "--method",
        choices=[method.value for method in Method],
        help="method of --reconstruct and --capture (default: that of the last run, at first calid)",
    )
    parser.add_argument(
        "--slice-spacing",
        type=float,
        metavar="MM",
        help="wanted slice spacing of --reconstruct and --capture (default: that of the last run, at first 2)",
    )
    parser.add_argument(
        "--capture",
        type=Path,
        metavar="DIR",
        help="open, reconstruct, write screenshot.png, volume.nii.gz and cine.mp4 to DIR, and quit",
    )


def wanted_settings(
    arguments: argparse.Namespace, last: ReconstructionSettings | None = None
) -> ReconstructionSettings:
    """Settings that the arguments ask for, where they say nothing those of the ``last`` run.

    Raises
    ------
    SettingsError
        A value is outside its range.
    """
    wanted = last or ReconstructionSettings()
    if arguments.method:
        wanted = ReconstructionSettings(method=Method(arguments.method), slice_spacing=wanted.slice_spacing)
    if arguments.slice_spacing is None:
        return wanted
    try:
        return replace(wanted, slice_spacing=arguments.slice_spacing)
    except SettingsError as error:
        raise option_error(error) from None


def run(arguments: argparse.Namespace) -> int:
    """Open the viewer and return its exit code when it is closed."""
    wanted_settings(arguments)
    from app.application import show

    return show(arguments)
