"""Writing to disk in the background: runs with their provenance, and whatever else must be written before the window closes."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.job_monitor import JobMonitor
from app.jobs import Job, JobContext, JobRunner
from app.translation import tr
from calid_core.judgement import Judgement
from calid_core.progress import Progress, Stage
from calid_core.reconstruction import Reconstruction

if TYPE_CHECKING:
    from app.export.frames import CineContent

MOVIE_BEATS = 4
"""Heart cycles in an MP4: one is over before it is seen."""


class Saving(QObject):
    """Saves one thing after the other."""

    saved = Signal(object)  # Path
    idle = Signal()  # nothing is being saved any more

    def __init__(self, runner: JobRunner, monitor: JobMonitor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._monitor = monitor
        self._jobs: list[Job] = []

    @property
    def busy(self) -> bool:
        """Whether something is still being saved or waits for it."""
        return bool(self._jobs)

    def save_volume(
        self, reconstruction: Reconstruction, path: Path, judged: Mapping[int | None, Judgement] | None = None
    ) -> None:
        """Write NIfTI, NRRD or MetaImage by suffix, with a JSON file of provenance and verdicts beside it."""
        work = partial(_write_volume, reconstruction, path, judged)
        self._save(tr("Saving {name}").format(name=path.name), work)

    def save_dicom(
        self,
        reconstruction: Reconstruction,
        folder: Path,
        judged: Mapping[int | None, Judgement] | None = None,
    ) -> None:
        """Write one derived DICOM file per slice and phase to a folder."""
        self._save(tr("Saving DICOM"), partial(_write_dicom, reconstruction, folder, judged))

    def save_movie(self, content: "CineContent", path: Path) -> None:
        """Write every phase as MP4 or GIF, by suffix."""
        self._save(tr("Saving {name}").format(name=path.name), partial(_write_movie, content, path))

    def submit(self, title: str, work: Callable[[JobContext], object]) -> Job:
        """Write something else; what it gives is told by the job alone."""
        job = self._runner.submit(title, work)
        self._jobs.append(job)
        job.finished.connect(self._on_finished)
        self._monitor.watch(job, self._runner)
        return job

    def _save(self, title: str, work: partial[Path]) -> None:
        self.submit(title, work).succeeded.connect(self.saved)

    @Slot()
    def _on_finished(self) -> None:
        self._jobs = [job for job in self._jobs if not job.ended]
        if not self._jobs:
            self.idle.emit()


def _write_volume(
    reconstruction: Reconstruction,
    path: Path,
    judged: Mapping[int | None, Judgement] | None,
    context: JobContext,
) -> Path:
    from calid_core.io.derived_volume import write_reconstruction

    context.on_progress(Progress(Stage.WRITING))
    write_reconstruction(path, reconstruction, judged, context.cancel)
    return path


def _write_movie(content: "CineContent", path: Path, context: JobContext) -> Path:
    from app.export.movie import write_movie

    write_movie(path, content, beats=MOVIE_BEATS, on_progress=context.on_progress, cancel=context.cancel)
    return path


def _write_dicom(
    reconstruction: Reconstruction,
    folder: Path,
    judged: Mapping[int | None, Judgement] | None,
    context: JobContext,
) -> Path:
    from calid_core.io.derived_dicom import write_dicom

    write_dicom(reconstruction, folder, judged=judged, on_progress=context.on_progress, cancel=context.cancel)
    return folder
