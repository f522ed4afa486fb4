"""The job shown in the status bar: its progress, time left and end."""

import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs import Job, JobRunner
from app.state import StudyState
from app.study import JobStatus
from calid_core.progress import Progress

REFRESH_MS = 100
"""Ten times per second: progress bars paint at once whenever they change, which takes the window 4 ms."""
LEAST_SHARE = 0.03
"""Share of a job that must be done before its end is predicted."""


class JobMonitor(QObject):
    """Keeps ``state.job`` up to date with the most important job that runs."""

    failed = Signal(str, object)  # title of the job, the exception

    def __init__(self, state: StudyState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._jobs: list[tuple[Job, JobRunner]] = []
        self._progress: Progress | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._refresh)

    @property
    def busy(self) -> bool:
        """Whether a watched job runs."""
        return bool(self._jobs)

    def watch(self, job: Job, runner: JobRunner) -> None:
        """Show a job until it ends; the job started last is shown first."""
        self._jobs.append((job, runner))
        self._progress = None
        job.progressed.connect(self._on_progress)
        job.failed.connect(self._on_failed)
        job.finished.connect(self._on_finished)
        self._timer.start()
        self._refresh()

    @Slot()
    def cancel(self) -> None:
        """Cancel the job that is shown."""
        if self._jobs:
            job, runner = self._jobs[-1]
            runner.cancel(job)
            self._refresh()

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        if self._jobs and self.sender() is self._jobs[-1][0]:
            self._progress = progress

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        job = self.sender()
        self.failed.emit(job.title if isinstance(job, Job) else "", error)

    @Slot()
    def _on_finished(self) -> None:
        self._jobs = [(job, runner) for job, runner in self._jobs if not job.ended]
        self._progress = None
        if not self._jobs:
            self._timer.stop()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if not self._jobs:
            self._state.set_job(None)
            return
        job = self._jobs[-1][0]
        elapsed = time.monotonic() - job.started_at
        self._state.set_job(
            JobStatus(
                job.title,
                self._progress,
                elapsed,
                remaining_time(elapsed, self._progress.fraction if self._progress else 0.0),
                job.cancelling,
            )
        )


def remaining_time(elapsed: float, fraction: float) -> float | None:
    """Seconds left of a job at constant speed; None while too little of it is done to tell."""
    if fraction < LEAST_SHARE:
        return None
    return elapsed * (1 - fraction) / fraction
