"""``calid view``: hand over to the viewer."""

import argparse
import os
import sys
from pathlib import Path

from calid_core.errors import CalidError

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""Variables that tell Qt on Linux where to draw; without any of them it ends the process."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files and folders to open")
    parser.add_argument("--sample", action="store_true", help="open the bundled sample")
    parser.add_argument("--reconstruct", action="store_true", help="reconstruct what is opened")


def run(arguments: argparse.Namespace) -> int:
    """Open the viewer and return its exit code when it is closed.

    Raises
    ------
    CalidError
        There is no display.
    """
    if sys.platform == "linux" and not any(os.environ.get(name) for name in DISPLAYS):
        raise CalidError(
            "there is no display for the window; give it a virtual one (xvfb-run calid view …), "
            "or use 'calid reconstruct', which needs none"
        )
    from app.application import main

    flags = [f"--{name}" for name in ("sample", "reconstruct") if getattr(arguments, name)]
    return main([*flags, *(str(path) for path in arguments.paths)])
