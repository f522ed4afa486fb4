"""The ``calid`` command line: one module per command, imported when it is called for.

A command module has ``add_arguments(parser)`` and ``run(arguments) -> int`` (the exit code). What a person can cause is
raised as a ``CalidError`` and printed here.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from calid_core.errors import CalidError, Cancelled, SettingsError

EXIT_FAILURE = 1
EXIT_WRONG_USE = 2
EXIT_CANCELLED = 130

RESEARCH_USE = "Research use only. Synthesised slices are not for diagnosis."


@dataclass(frozen=True)
class Command:
    """A command: its name, the module that has it, and one line about it."""

    name: str
    module: str
    summary: str


COMMANDS = (
    Command("inspect", "calid_core.cli.inspect", "list the series of a file or folder"),
    Command(
        "reconstruct", "calid_core.cli.reconstruct", "fill the space between the slices of sparse stacks"
    ),
    Command("check", "calid_core.cli.check", "say what is wrong with stacks and where to look first"),
    Command("phantom", "calid_core.cli.phantom", "write an analytic beating heart"),
    Command("evaluate", "calid_core.cli.evaluate", "measure methods on slices that are held out"),
    Command("train", "calid_core.training.command", "train the model"),
    Command("view", "calid_core.cli.view", "open the viewer"),
)


def program() -> NoReturn:
    """The ``calid`` process: run the command of its arguments and exit with its code.

    After Ctrl-C it ends at once: by then everything was unwound, and freeing what torch holds takes seconds.
    """
    for stream in (sys.stdout, sys.stderr):
        # Names and signs may have letters that the terminal lacks.
        if isinstance(stream, io.TextIOWrapper):  # None where a window started it
            stream.reconfigure(errors="backslashreplace")
    code = main()
    if code == EXIT_CANCELLED:
        logging.shutdown()
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 (failed), 2 (wrong use), 3 (``calid check``: look) or 130 (Ctrl-C)."""
    words = list(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except CalidError as error:
        print(f"calid: {error}", file=sys.stderr)
        return EXIT_WRONG_USE if isinstance(error, SettingsError) else EXIT_FAILURE
    except (Cancelled, KeyboardInterrupt):
        print("calid: stopped", file=sys.stderr)
        return EXIT_CANCELLED
    except BrokenPipeError:
        # The reader of our output went away; what Python still has buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILURE
    except (OSError, MemoryError) as error:
        print(f"calid: {explain(error)}", file=sys.stderr)
        return EXIT_FAILURE


def explain(error: CalidError | OSError | MemoryError) -> str:
    """What to tell a person in one line; of what the system refused, the name of the file without its folders."""
    if isinstance(error, CalidError):
        return str(error)
    if isinstance(error, MemoryError):
        return (
            "there is not enough memory; end other programs, or choose a wider slice spacing or fewer phases"
        )
    reason = f"{error.strerror or type(error).__name__}; check its name, its permissions and the disk"
    named = isinstance(error.filename, (str, bytes))
    return f"{Path(os.fsdecode(error.filename)).name}: {reason}" if named else reason


def _run(words: list[str]) -> int:
    wanted = next((word for word in words if not word.startswith("-")), None)
    parser = _Parser(
        prog="calid",
        description="Fills the space between the slices of a sparse cardiac MR short-axis cine. "
        + RESEARCH_USE,
        epilog="'calid COMMAND --help' explains a command.",
    )
    parser.add_argument("-V", "--version", action=_ShowVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(
            command.name,
            help=command.summary,
            description=f"{command.summary[0].upper()}{command.summary[1:]}.",
        )
        if command.name == wanted:
            module = importlib.import_module(command.module)
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    try:
        arguments = parser.parse_args(words)
    except SystemExit as stop:  # 0 after --help, 2 after wrong use
        return int(stop.code or 0)
    return int(arguments.run(arguments))


class _Parser(argparse.ArgumentParser):
    """A parser whose help, and that of its commands and their stages, names every default there is."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.formatter_class = _DefaultsShown


class _DefaultsShown(argparse.ArgumentDefaultsHelpFormatter):
    """Help that names every default there is."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        nothing = action.default in (None, []) or action.default is False
        return action.help if nothing else super()._get_help_string(action)


class _ShowVersion(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        import calid_core

        print(f"calid {calid_core.__version__}")
        parser.exit()
