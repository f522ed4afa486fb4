"""``--capture``: open, reconstruct, write what was made, and quit."""

import logging
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from app.failures import FailureRelay
from app.messages import explain
from app.state.viewer_state import ViewerState
from app.viewer import Viewer
from calid_core.cli.progress_display import progress_display
from calid_core.settings import ReconstructionSettings

log = logging.getLogger(__name__)

SETTLING_MS = 2500
"""Time for the 3D view to draw finely before the picture is taken."""


class Capture(QObject):
    """Steps from the open stack to the files, then closes the window.

    ``exit_code`` is 0 when every step succeeded, else 1.

    Parameters
    ----------
    viewer
        Opens what it was told to.
    folder
        There already; gets ``screenshot.png``, ``volume.nii.gz``, ``volume.json`` and ``cine.mp4``.
    settings
        Of the reconstruction.
    relay
        Tells of exceptions that nobody caught: the capture ends with them.
    """

    def __init__(
        self, viewer: Viewer, folder: Path, settings: ReconstructionSettings, relay: FailureRelay
    ) -> None:
        super().__init__(viewer)
        self._viewer, self._folder = viewer, folder
        self.exit_code = 1
        self._failed = False
        CaptureProgress(viewer.state, self)
        controller = viewer.controller
        viewer.reconstruct_when_open(settings)
        controller.reconstructions.run_finished.connect(self._on_run_finished)
        controller.saving.saved.connect(self._on_saved)
        controller.failed.connect(self._on_failed)
        controller.noticed.connect(self._on_noticed)
        relay.failed.connect(self._on_failed)

    @Slot(int)
    def _on_run_finished(self, _run_id: int) -> None:
        self._go_to_made_slice()
        QTimer.singleShot(SETTLING_MS, self._save_screenshot)

    def _go_to_made_slice(self) -> None:
        """Show a slice from the middle of a gap in the middle of the stack."""
        volume = self._viewer.state.volume()
        if volume is None:
            return
        made = sorted(set(range(volume.slices)) - set(volume.acquired_indices))
        if made:
            distances = [volume.provenance[i].distance for i in made]
            middle = volume.slices / 2
            far = [
                i for i, distance in zip(made, distances, strict=True) if distance > 0.8 * np.max(distances)
            ]
            self._viewer.controller.navigation.go_to_slice(min(far, key=lambda i: abs(i - middle)))

    @Slot()
    def _save_screenshot(self) -> None:
        self._viewer.save_actions.save_screenshot(self._folder / "screenshot.png")
        self._viewer.save_actions.save_volume(self._folder / "volume.nii.gz")

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        if self._failed:
            return  # the window closes when what is being saved is there
        if path.name == "volume.nii.gz":
            self._viewer.save_actions.save_movie(self._folder / "cine.mp4")
        elif path.name == "cine.mp4":
            self._finish(0)

    @Slot(str, object)
    def _on_failed(self, headline: str, error: Exception) -> None:
        log.error("%s", ": ".join(filter(None, (headline, explain(error)))))
        self._finish(1)

    @Slot(str, object)
    def _on_noticed(self, headline: str, _details: object) -> None:
        log.warning("%s", headline)
        if not self._viewer.state.all_series:
            self._finish(1)

    def _finish(self, code: int) -> None:
        self.exit_code, self._failed = code, code != 0
        self._viewer.window.close()


class CaptureProgress(QObject):
    """Shows the job of the state on standard error, since nobody sees the window: a bar on a terminal, else a few lines per stage."""

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
