"""``calid view``: hand over to the viewer."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files and folders to open")
    parser.add_argument("--sample", action="store_true", help="open the bundled sample")
    parser.add_argument("--reconstruct", action="store_true", help="reconstruct what is opened")


def run(arguments: argparse.Namespace) -> int:
    """Open the viewer and return its exit code when it is closed."""
    from app.application import main

    flags = [f"--{name}" for name in ("sample", "reconstruct") if getattr(arguments, name)]
    return main([*flags, *(str(path) for path in arguments.paths)])
