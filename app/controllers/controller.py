"""The controller: everything that may change the state, put together."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.comparing import Comparing
from app.controllers.display import Display
from app.controllers.job_monitor import JobMonitor
from app.controllers.measuring import Measuring
from app.controllers.navigation import Navigation
from app.controllers.playback import Playback
from app.controllers.reconstruction import Reconstructions
from app.controllers.saving import Saving
from app.controllers.series_opening import SeriesOpening
from app.jobs import JobRunner
from app.layers import Run
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.undo import Step, UndoStack

CLOSING_TIMEOUT_S = 1.0


class Controller(QObject):
    """Owns the worker threads and one controller per subject.

    Two threads, so that opening another series does not wait for a long reconstruction.
    """

    failed = Signal(str, object)  # what was tried, the exception
    noticed = Signal(str, object)  # headline, details

    def __init__(self, state: ViewerState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.undo = UndoStack(self)
        self.worker = JobRunner("reconstruct", self)
        self.loader = JobRunner("load", self)
        self.jobs = JobMonitor(state, self)
        self.navigation = Navigation(state, self)
        self.display = Display(state, self)
        self.measuring = Measuring(state, self.undo, self)
        self.comparing = Comparing(state, self.display, self)
        self.playback = Playback(state, self)  # before series, which gives each its own rate back
        self.series = SeriesOpening(state, self.loader, self.jobs, self)
        self.reconstructions = Reconstructions(state, self.worker, self.jobs, self)
        self.saving = Saving(self.loader, self.jobs, self)
        self.reconstructions.run_deleted.connect(self._on_run_deleted)
        for part in (self.jobs, self.series, self.reconstructions):
            part.failed.connect(self.failed)
        self.series.noticed.connect(self.noticed)
        self.series.closed.connect(self.undo.forget)
        self.undo.moving.connect(self.series.activate)  # what changes is on the screen
        self.reconstructions.run_discarded.connect(self.series.lead_back)

    @Slot(object)
    def _on_run_deleted(self, run: Run) -> None:
        restore = partial(self.reconstructions.restore, run)
        self.undo.push(Step(run.series_id, tr("delete run"), None, restore))

    def shut_down(self) -> bool:
        """Cancel every job and wait for the threads; whether they ended in time."""
        self.playback.pause()
        self.undo.clear()
        self.worker.cancel_all()
        self.loader.cancel_all()
        ended = self.worker.shut_down(CLOSING_TIMEOUT_S)
        return self.loader.shut_down(CLOSING_TIMEOUT_S) and ended
