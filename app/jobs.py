"""Work off the GUI thread: one worker thread per runner, one relay object per job.

A job's function runs in the worker with frozen input and a ``JobContext``; everything it reports goes through
the event loop, so connecting to a job right after ``submit`` misses nothing. A job ends with exactly one of
``succeeded``, ``failed`` and ``cancelled``, and then ``finished``; with none of them where its runner is shut down before.
This is the one place that catches broadly.
"""

import contextlib
import logging
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from calid_core.errors import CalidError, Cancelled
from calid_core.progress import CancelToken, Progress, ProgressCallback, thinned

log = logging.getLogger(__name__)

PROGRESS_INTERVAL_S = 0.05
"""Progress events reach the window at most 20 times per second."""


@dataclass(frozen=True)
class JobStatus:
    """The long job that runs now, for the status bar and the Reconstruct panel.

    Parameters
    ----------
    title
        What is being done.
    progress
        Latest event; None before the first.
    elapsed
        Seconds since it began.
    remaining
        Estimated seconds left; None while unknown.
    cancelling
        Whether Cancel was pressed and the job has not ended yet.
    """

    title: str
    progress: Progress | None = None
    elapsed: float = 0.0
    remaining: float | None = None
    cancelling: bool = False


class Job(QObject):
    """One piece of work, seen from the GUI thread.

    Parameters
    ----------
    title
        For people.
    """

    began = Signal()
    progressed = Signal(object)  # Progress
    partial = Signal(object)  # whatever the work handed to context.on_partial
    succeeded = Signal(object)  # the result
    failed = Signal(object)  # the exception
    cancel_requested = Signal()
    cancelled = Signal()
    finished = Signal()

    _beginning_posted = Signal(float)
    _progress_posted = Signal(object)
    _partial_posted = Signal(object)
    _outcome_posted = Signal(object, object)

    def __init__(self, title: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._started_at: float | None = None
        self._token = CancelToken()
        self._ended = False
        queued = Qt.ConnectionType.QueuedConnection
        self._beginning_posted.connect(self._relay_beginning, queued)
        self._progress_posted.connect(self._relay_progress, queued)
        self._partial_posted.connect(self._relay_partial, queued)
        self._outcome_posted.connect(self._relay_outcome, queued)

    @property
    def started_at(self) -> float | None:
        """When the work began, in seconds of ``time.monotonic``; None while it waits for the work before."""
        return self._started_at

    @property
    def cancelling(self) -> bool:
        """Whether cancel was asked for and the job has not ended."""
        return self._token.cancelled and not self._ended

    @property
    def ended(self) -> bool:
        """Whether the outcome was delivered, or nobody waits for it any more."""
        return self._ended

    def cancel(self) -> None:
        """Ask the work to stop; it ends with ``cancelled`` even if it was just done."""
        self._token.cancel()
        self.cancel_requested.emit()

    def silence(self) -> None:
        """Pass nothing on any more, no outcome either: who waits for it goes."""
        self._ended = True

    @Slot(float)
    def _relay_beginning(self, started_at: float) -> None:
        if not self._ended:
            self._started_at = started_at
            self.began.emit()

    @Slot(object)
    def _relay_progress(self, progress: Progress) -> None:
        if not self._ended:
            self.progressed.emit(progress)

    @Slot(object)
    def _relay_partial(self, value: Any) -> None:
        if not self._ended and not self._token.cancelled:
            self.partial.emit(value)

    @Slot(object, object)
    def _relay_outcome(self, result: Any, error: BaseException | None) -> None:
        if self._ended:
            return
        self._ended = True
        try:
            if isinstance(error, Cancelled) or self._token.cancelled:
                self.cancelled.emit()
            elif error is not None:
                self.failed.emit(error)
            else:
                self.succeeded.emit(result)
        finally:
            self.finished.emit()


class JobContext:
    """What the work gets to report and to look at; used in the worker thread."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.cancel: CancelToken = job._token
        self.on_progress: ProgressCallback = thinned(job._progress_posted.emit, PROGRESS_INTERVAL_S)

    def on_partial(self, value: Any) -> None:
        """Pass a part of the result on; never thinned."""
        self._job._partial_posted.emit(value)


class JobRunner(QObject):
    """One worker thread that runs jobs in the order they were submitted."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._running: dict[Job, Future[None]] = {}
        self._closed = False

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Jobs that have not ended."""
        return tuple(self._running)

    def submit(self, title: str, work: Callable[[JobContext], Any]) -> Job:
        """Run work in the worker thread.

        Parameters
        ----------
        title
            For people.
        work
            Called with a ``JobContext``; its return value is the result.

        Raises
        ------
        ValueError
            The runner is closed.
        """
        if self._closed:
            raise ValueError("the runner is closed")
        job = Job(title, self)
        job.finished.connect(self._forget_ended)
        self._running[job] = self._executor.submit(_run, job, work)
        return job

    def warm_up(self, work: Callable[[], object]) -> None:
        """Run a preparation (importing torch) in the worker; failures are logged and otherwise left to the first job."""
        self._executor.submit(_run_quietly, work)

    def cancel(self, job: Job) -> None:
        """Stop a job: one that waits ends at once, one that runs at its next check."""
        job.cancel()
        future = self._running.get(job)
        if future is not None and future.cancel():
            job._outcome_posted.emit(None, Cancelled())

    def cancel_all(self) -> None:
        """Stop every job."""
        for job in self.jobs:
            self.cancel(job)

    def shut_down(self, timeout_s: float = 1.0) -> bool:
        """Cancel everything and wait for the worker; whether it ended in time. Nobody hears of the jobs any more."""
        self._closed = True
        for job in self.jobs:
            self.cancel(job)
            job.silence()
        done = wait(self._running.values(), timeout_s)
        self._executor.shutdown(wait=not done.not_done, cancel_futures=True)
        return not done.not_done

    @Slot()
    def _forget_ended(self) -> None:
        for job in [job for job in self._running if job.ended]:
            del self._running[job]
            job.deleteLater()


def _run(job: Job, work: Callable[[JobContext], Any]) -> None:
    result: Any = None
    error: Exception | None = None
    try:
        job._token.raise_if_cancelled()
        job._beginning_posted.emit(time.monotonic())
        result = work(JobContext(job))
    except (Cancelled, CalidError) as outcome:
        error = outcome
    except Exception as unexpected:
        log.error("job failed unexpectedly: %s", anonymous_traceback(unexpected))
        error = unexpected
    with contextlib.suppress(RuntimeError):  # the window and its jobs are gone already
        job._outcome_posted.emit(result, error)


def anonymous_traceback(error: BaseException) -> str:
    """Where an error arose, without its message, which may hold a path or a name."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{type(error).__name__} at {places}"


def _run_quietly(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as error:
        log.warning("warm-up failed: %s", type(error).__name__)
