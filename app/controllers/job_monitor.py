"""The job shown in the status bar: its progress, time left and end."""

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs import Job, JobRunner, JobStatus
from app.state.viewer_state import ViewerState
from calid_core.progress import Progress

REFRESH_MS = 100
"""Ten times per second: progress bars paint at once whenever they change, which takes the window 4 ms."""
LEAST_SHARE = 0.03
"""Share of a job that must be done before its end is predicted."""


class JobMonitor(QObject):
    """Keeps ``state.job`` up to date with the job that began last of those that run; others wait behind it."""

    failed = Signal(str, object)  # title of the job, the exception

    def __init__(self, state: ViewerState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._jobs: list[tuple[Job, JobRunner]] = []
        self._progress: dict[Job, Progress] = {}
        self._steps: dict[Job, _Step] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._refresh)

    @property
    def _shown(self) -> tuple[Job, JobRunner] | None:
        """The job that began last, with its runner; the first that waits while none runs."""
        begun = {job.started_at: (job, runner) for job, runner in self._jobs if job.started_at is not None}
        if begun:
            return begun[max(begun)]
        return self._jobs[0] if self._jobs else None

    def watch(self, job: Job, runner: JobRunner) -> None:
        """Show a job while it runs, until it ends."""
        self._jobs.append((job, runner))
        job.began.connect(self._refresh)
        job.progressed.connect(self._on_progress)
        job.failed.connect(self._on_failed)
        job.finished.connect(self._on_finished)
        self._timer.start()
        self._refresh()

    @Slot()
    def cancel(self) -> None:
        """Cancel the job that is shown."""
        shown = self._shown
        if shown is not None:
            job, runner = shown
            runner.cancel(job)
            self._refresh()

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        job = self.sender()
        if isinstance(job, Job):
            self._progress[job] = progress

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        job = self.sender()
        self.failed.emit(job.title if isinstance(job, Job) else "", error)

    @Slot()
    def _on_finished(self) -> None:
        self._jobs = [(job, runner) for job, runner in self._jobs if not job.ended]
        self._progress = {job: self._progress[job] for job, _ in self._jobs if job in self._progress}
        self._steps = {job: self._steps[job] for job in self._progress if job in self._steps}
        if not self._jobs:
            self._timer.stop()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if self._shown is None:
            self._state.set_job(None)
            return
        job, _ = self._shown
        progress = self._progress.get(job)
        elapsed = 0.0 if job.started_at is None else time.monotonic() - job.started_at
        remaining = self._remaining(job, elapsed, progress.fraction if progress else 0.0)
        self._state.set_job(JobStatus(job.title, progress, elapsed, remaining, job.cancelling))

    def _remaining(self, job: Job, elapsed: float, fraction: float) -> float | None:
        """Seconds left as predicted when the last step was done, less what has passed since; None once that is used up."""
        step = self._steps.get(job)
        if step is None or step.fraction != fraction:
            step = self._steps[job] = _Step(fraction, elapsed)
        predicted = remaining_time(step.elapsed, fraction)
        left = None if predicted is None else predicted - (elapsed - step.elapsed)
        return left if left is not None and left > 0 else None


@dataclass(frozen=True)
class _Step:
    """When a share of a job was done.

    Parameters
    ----------
    fraction
        0 to 1.
    elapsed
        Seconds from its start.
    """

    fraction: float
    elapsed: float


def remaining_time(elapsed: float, fraction: float) -> float | None:
    """Seconds left of a job at constant speed; None while too little of it is done to tell."""
    if fraction < LEAST_SHARE:
        return None
    return elapsed * (1 - fraction) / fraction
