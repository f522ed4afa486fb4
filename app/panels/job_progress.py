"""How far a job is, as a line of text and on a bar."""

from PySide6.QtWidgets import QProgressBar

from app.core_words import progress_text
from app.jobs import JobStatus
from app.messages import duration
from app.translation import tr

BAR_STEPS = 1000


def describe_job(job: JobStatus) -> str:
    """Stage, message, time so far and time left of a job in one line."""
    parts = [job.title]
    if job.cancelling:
        parts = [tr("Cancelling")]
    elif job.progress is not None:
        parts = [progress_text(job.progress)]
    if job.remaining is not None and not job.cancelling:
        parts.append(tr("{time} left").format(time=duration(job.remaining)))
    elif job.elapsed >= 1:
        parts.append(duration(job.elapsed))
    return " · ".join(parts)


def show_progress(bar: QProgressBar, job: JobStatus) -> None:
    """Set a bar to the share of a job that is done; it moves to and fro while that is unknown."""
    if job.progress is None or job.progress.total <= 0:
        bar.setRange(0, 0)
        return
    bar.setRange(0, BAR_STEPS)
    bar.setValue(round(BAR_STEPS * job.progress.fraction))
