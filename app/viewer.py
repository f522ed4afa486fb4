"""Composition root: state, controller, window and what joins them, and what is loaded when."""

import importlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.controllers.controller import Controller
from app.jobs import JobContext
from app.preferences import Preferences
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.window.main_window import MainWindow
from app.wiring.checking import CheckWiring
from app.wiring.intents import WindowWiring
from app.wiring.measuring import MeasureWiring
from app.wiring.reviewing import ReviewWiring
from app.wiring.save_actions import SaveActions
from app.wiring.session_actions import SessionActions
from app.wiring.window_options import WindowOptions
from calid_core.settings import ReconstructionSettings


class Viewer(QObject):
    """One window with its state and controller.

    Parameters
    ----------
    preferences
        What survives a restart.
    """

    def __init__(self, preferences: Preferences | None = None) -> None:
        super().__init__()
        self.preferences = preferences or Preferences()
        self.state = ViewerState(self)
        self.controller = Controller(self.state, self)
        self.window = MainWindow(self.controller, self.preferences)
        self.wiring = WindowWiring(self.window, self.controller)
        self.checks = CheckWiring(self.window, self.controller)
        self.measure = MeasureWiring(self.window, self.controller)
        self.review = ReviewWiring(self.window, self.controller, self.preferences)
        self.save_actions = SaveActions(self.window, self.controller, self.preferences, self.review)
        self.session_actions = SessionActions(self.window, self.controller, self.preferences, self.review)
        self.options = WindowOptions(self.window, self.controller, self.preferences, self.review)
        self._paths: tuple[Path, ...] = ()
        self._sample = False
        self._settings: ReconstructionSettings | None = None
        self.window.painted.connect(self._on_painted)

    def open_when_painted(self, paths: Sequence[Path], *, sample: bool = False) -> None:
        """Open files, folders or the sample once the window is on the screen."""
        self._paths, self._sample = tuple(paths), sample

    def reconstruct_when_open(self, settings: ReconstructionSettings) -> None:
        """Reconstruct the first series as soon as it is read."""
        self._settings = settings
        self.state.stack_changed.connect(self._on_stack_changed)

    @Slot()
    def _on_painted(self) -> None:
        if self._paths:
            self.controller.series.open_paths(self._paths)
        elif self._sample:
            self.controller.series.open_sample()
        job = self.controller.worker.submit(tr("Preparing 3D"), _load_volume_view)
        job.succeeded.connect(self._on_volume_view_loaded)
        job.failed.connect(self._on_volume_view_failed)
        self.controller.worker.warm_up(_load_model_code)

    @Slot(object)
    def _on_volume_view_loaded(self, _result: object) -> None:
        from app.wiring.volume_view import add_volume_view

        add_volume_view(self.window, self.controller)

    @Slot(object)
    def _on_volume_view_failed(self, error: Exception) -> None:
        self.window.show_failure("3D", error)

    @Slot()
    def _on_stack_changed(self) -> None:
        if self.state.active_stack is not None and self._settings is not None:
            settings, self._settings = self._settings, None
            self.controller.reconstructions.start(settings)


def _load_volume_view(_context: JobContext) -> None:
    importlib.import_module("app.views.volume_view")


def _load_model_code() -> None:
    importlib.import_module("calid_core.synthesising")
