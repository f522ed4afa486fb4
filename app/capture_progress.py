"""How far ``--capture`` is, on standard error: nobody sees its window."""

from PySide6.QtCore import QObject, Slot

from app.state.viewer_state import ViewerState
from calid_core.cli.progress_display import progress_display


class CaptureProgress(QObject):
    """Shows the job of the state as the command line does: a bar on a terminal, else a few lines per stage."""

    def __init__(self, state: ViewerState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._display = progress_display()
        self._title = ""
        state.job_changed.connect(self._on_job_changed)

    @Slot()
    def _on_job_changed(self) -> None:
        job = self._state.job
        title = "" if job is None else job.title
        if title != self._title:
            self._display.stop()
            self._title = title
            if title:
                self._display.start(title)
        if job is not None and job.progress is not None:
            self._display.show(job.progress)
