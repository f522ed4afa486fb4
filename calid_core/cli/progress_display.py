"""Progress for people: a bar on a terminal, plain lines where the output is read later."""

import sys
from typing import Protocol, TextIO

from tqdm import tqdm

from calid_core.progress import Progress, Stage

LINES_PER_STAGE = 4


class ProgressDisplay(Protocol):
    """Shows the progress of one input after the other."""

    def start(self, title: str) -> None:
        """Begin an input."""

    def show(self, progress: Progress) -> None:
        """Show how far the input is."""

    def stop(self) -> None:
        """End the input."""


class TerminalBar:
    """A bar with the time left, rewritten in place."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._title = ""
        self._bar: tqdm | None = None

    def start(self, title: str) -> None:
        """Begin an input."""
        self._title = title
        self._bar = tqdm(
            file=self._stream,
            leave=False,
            bar_format="{desc} {percentage:3.0f}% |{bar}| {elapsed} gone, {remaining} left",
        )

    def show(self, progress: Progress) -> None:
        """Show how far the input is."""
        assert self._bar is not None
        self._bar.set_description_str(f"{self._title}: {progress.stage.value.lower()}", refresh=False)
        self._bar.total = progress.total or None
        self._bar.n = progress.done
        self._bar.refresh()

    def stop(self) -> None:
        """End the input and clear the line."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class PlainLines:
    """A few lines per stage, for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._title = ""
        self._last: tuple[Stage, int] | None = None

    def start(self, title: str) -> None:
        """Begin an input."""
        self._title = title
        self._last = None

    def show(self, progress: Progress) -> None:
        """Write a line when a new stage, or the next quarter of one, is reached."""
        step = (progress.stage, int(progress.fraction * LINES_PER_STAGE))
        if step == self._last or progress.stage is Stage.FINISHED:
            return
        self._last = step
        share = f" {progress.fraction:.0%}" if progress.total else ""
        print(f"{self._title}: {progress.stage.value.lower()}{share}", file=self._stream, flush=True)

    def stop(self) -> None:
        """End the input."""


def progress_display(stream: TextIO | None = None) -> ProgressDisplay:
    """A bar if ``stream`` (standard error by default) is a terminal, else plain lines."""
    stream = stream or sys.stderr
    return TerminalBar(stream) if stream.isatty() else PlainLines(stream)
