"""The images that a session is about: found where they are open, where they were, or where a person says."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.controller import Controller
from app.jobs import Job
from app.sessions.opening import FoundImages, find_images, find_sample, present_paths
from app.sessions.session import SourceImages
from app.translation import tr
from calid_core.identity import stack_digest


class SessionImages(QObject):
    """Shows the images of the session that was asked for last."""

    shown = Signal()
    missed = Signal()  # they could not be read, or are others
    wanted = Signal(object)  # SourceImages that are not where they were; ``locate`` goes on

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._images: SourceImages | None = None
        self._search: Job | None = None
        """Who looks for them."""

    def look(self, images: SourceImages, folder: Path) -> None:
        """Show these images; what of them lay below the session's folder is looked for there first."""
        self._images = images
        if self._activate(images.digest):
            self.shown.emit()
        elif images.is_sample:
            self._find(partial(find_sample, images))
        else:
            paths = present_paths(images, folder)
            if paths is None:
                self.wanted.emit(images)
            else:
                self._find(partial(find_images, images, paths))

    def locate(self, paths: tuple[Path, ...]) -> None:
        """Go on with images that lie elsewhere now."""
        if self._images is not None:
            self._find(partial(find_images, self._images, paths))

    def _activate(self, digest: str) -> bool:
        """Show the series whose stack has the very same content; whether one is open."""
        for series in self._controller.state.all_series:
            if series.stack is not None and stack_digest(series.stack) == digest:
                self._controller.series.activate(series.id)
                return True
        return False

    def _find(self, work: "partial[FoundImages]") -> None:
        job = self._controller.loader.submit(tr("Opening the images of the session"), work)
        job.succeeded.connect(self._on_found)
        self._controller.jobs.watch(job, self._controller.loader)
        self._search = job
        for missed in (job.failed, job.cancelled):
            missed.connect(self._on_missed)

    @Slot()
    def _on_missed(self) -> None:
        if self.sender() is self._search:  # else another session is looked for by now
            self.missed.emit()

    @Slot(object)
    def _on_found(self, found: FoundImages) -> None:
        # They are open already where another session of the same images was opened just before.
        if not self._activate(stack_digest(found.stack)):
            self._list(found)
        self.shown.emit()

    def _list(self, found: FoundImages) -> None:
        """List images as acquired, where they are not open, and below them the aligned ones that a session is about."""
        opening = self._controller.series
        if found.aligned is None or not self._activate(stack_digest(found.loaded.stack)):
            if found.chosen is None:
                opening.adopt_sample(found.loaded)
            else:
                opening.adopt(found.paths, found.series, found.chosen, found.loaded)
        source = self._controller.state.active_series
        if found.aligned is not None and source is not None:
            opening.add_derived(source.id, found.aligned)
