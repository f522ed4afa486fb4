"""Composition root: command line, application, state, controller, window, and what is loaded when."""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import appearance, language
from app.checks.workflow import CheckWorkflow
from app.collecting import Collecting
from app.controller import Controller
from app.failures import FailureRelay, start_logging
from app.jobs import JobContext
from app.main_window import MainWindow
from app.measure.workflow import MeasureWorkflow
from app.messages import APPLICATION
from app.preferences import Preferences
from app.resources import icon
from app.review.session_actions import SessionActions
from app.review.workflow import ReviewWorkflow
from app.save_actions import SaveActions
from app.state import StudyState
from app.theme import TextSize, Theme
from app.translation import tr
from app.window_options import WindowOptions
from app.wiring import WindowWiring
from calid_core.cli.view import add_arguments, wanted_settings
from calid_core.errors import SettingsError
from calid_core.settings import ReconstructionSettings

SWITCH_INTERVAL_S = 0.002
"""How long a worker may keep the interpreter from the window."""
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""Variables that tell Qt on Linux where to draw; without any of them it ends the process."""
NO_DISPLAY = (
    "calid: there is no display for the window; give it a virtual one (xvfb-run calid view …), "
    "or use 'calid reconstruct', which needs none"
)


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
        self.state = StudyState(self)
        self.controller = Controller(self.state, self)
        self.window = MainWindow(self.controller, self.preferences)
        self.wiring = WindowWiring(self.window, self.controller)
        self.save_actions = SaveActions(self.window, self.controller, self.preferences)
        self.checks = CheckWorkflow(self.window, self.controller)
        self.measure = MeasureWorkflow(self.window, self.controller)
        self.review = ReviewWorkflow(self.window, self.controller, self.preferences)
        self.save_actions.judged = self.review.reviews.judged
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
            self.controller.studies.open_paths(self._paths)
        elif self._sample:
            self.controller.studies.open_sample()
        job = self.controller.worker.submit(tr("Preparing 3D"), _load_volume_view)
        job.succeeded.connect(self._on_volume_view_loaded)
        job.failed.connect(self._on_volume_view_failed)
        self.controller.worker.warm_up(_load_model_code)

    @Slot(object)
    def _on_volume_view_loaded(self, _result: object) -> None:
        from app.volume_wiring import add_volume_view

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


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the viewer, those of ``calid view``; wrong ones end the process."""
    parser = argparse.ArgumentParser(prog="calid view")
    add_arguments(parser)
    arguments = parser.parse_args(argv)
    try:
        wanted_settings(arguments)
    except SettingsError as error:
        parser.error(str(error))
    return arguments


def make_application() -> QApplication:
    """The one Qt application, with its name, the dark theme and texts in English."""
    if sys.platform == "linux" and os.environ.get("WAYLAND_DISPLAY") and os.environ.get("DISPLAY"):
        # VTK renders into X11 windows only.
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        application = existing
    else:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        application = QApplication(sys.argv[:1])
    application.setOrganizationName("CaLID")
    application.setApplicationName(APPLICATION)
    application.setWindowIcon(icon("calid"))
    application.setStyle("Fusion")
    appearance.apply(application, Theme.DARK, TextSize.NORMAL)
    language.install(application, language.ENGLISH)
    return application


def main(argv: Sequence[str] | None = None) -> int:
    """Run the viewer until its window is closed.

    Parameters
    ----------
    argv
        Arguments without the program name; by default those of the process.

    Returns
    -------
    exit_code
        0, or 1 if ``--capture`` did not succeed.

    Raises
    ------
    SystemExit
        There is no display, or the arguments make no sense.
    """
    return show(parse_arguments(argv))


def show(arguments: argparse.Namespace) -> int:
    """Run the viewer as ``main`` does, with arguments that were read already."""
    if sys.platform == "linux" and not any(os.environ.get(name) for name in DISPLAYS):
        sys.exit(NO_DISPLAY)
    start_logging()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    application = make_application()
    Collecting(application)
    relay = FailureRelay()
    relay.install()
    preferences = Preferences()
    appearance.apply_stored(application, preferences)
    language.install(application, language.stored_language(preferences))
    viewer = Viewer(preferences)
    relay.failed.connect(viewer.window.show_failure)
    wanted = wanted_settings(arguments, viewer.preferences.reconstruction())
    viewer.open_when_painted(arguments.paths, sample=arguments.sample or arguments.capture is not None)
    capture = None
    if arguments.capture is not None:
        from app.capture import Capture

        capture = Capture(viewer, arguments.capture, wanted)
    elif arguments.reconstruct:
        viewer.reconstruct_when_open(wanted)
    viewer.window.show()
    exit_code = application.exec()
    relay.remove()
    if capture is not None:
        exit_code = capture.exit_code
    del viewer, capture, relay
    gc.collect()  # while there is still an application: what Python collects at its end is destroyed in any order
    return exit_code
