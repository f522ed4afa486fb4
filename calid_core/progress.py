"""How a long computation tells how far it is, and how it is told to stop. Plain Python, any thread."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from calid_core.errors import Cancelled


class Stage(Enum):
    """What a reconstruction is doing; the value is shown to people."""

    READING = "Reading"
    LOADING_MODEL = "Loading model"
    PREPARING = "Preparing"
    SYNTHESISING = "Synthesising"
    CHECKING = "Checking"
    WRITING = "Writing"
    FINISHED = "Finished"


@dataclass(frozen=True)
class Progress:
    """A moment of a long computation.

    Parameters
    ----------
    stage
        What is being done.
    done, total
        Steps finished and steps in all, over the whole run; ``total`` 0 means not known yet.
    message
        Free text for people, without identifying data.
    phase, phases
        Which of how many phases is worked on, from 1; 0 where the work does not go phase by phase.
    """

    stage: Stage
    done: int = 0
    total: int = 0
    message: str = ""
    phase: int = 0
    phases: int = 0

    @property
    def fraction(self) -> float:
        """Share that is done, 0 to 1; 0 where the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else 0.0


ProgressCallback = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Take a progress event and do nothing."""


def within(callback: ProgressCallback, begin: float, end: float) -> ProgressCallback:
    """Report a part of a computation as what it is of the whole: from ``begin`` to ``end``, each 0 to 1."""

    def report(progress: Progress) -> None:
        done = begin + (end - begin) * progress.fraction
        callback(Progress(progress.stage, round(1000 * done), 1000))

    return report


class CancelToken:
    """A request to stop, set in one thread and looked at in another."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the computation to stop at its next check."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether stopping has been asked for."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise ``Cancelled`` if stopping has been asked for."""
        if self._event.is_set():
            raise Cancelled


def thinned(callback: ProgressCallback, interval_s: float = 0.05) -> ProgressCallback:
    """Pass on the first event, the last one, every change of stage, and others at most once per interval."""
    last_time = -float("inf")
    last_stage: Stage | None = None

    def report(progress: Progress) -> None:
        nonlocal last_time, last_stage
        now = time.monotonic()
        complete = progress.total > 0 and progress.done >= progress.total
        if progress.stage is not last_stage or complete or now - last_time >= interval_s:
            last_time, last_stage = now, progress.stage
            callback(progress)

    return report
