"""Starting the viewer: command line, Qt application, log, language, and the loop until the window is closed."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import appearance, language
from app.collecting import Collecting
from app.failures import FailureRelay, start_logging
from app.messages import APPLICATION
from app.preferences import Preferences
from app.resources import icon
from app.theme import TextSize, Theme
from app.viewer import Viewer
from calid_core.cli.view import add_arguments, wanted_settings
from calid_core.errors import OutputError, SettingsError
from calid_core.io.atomic import check_folder, make_folder

SWITCH_INTERVAL_S = 0.002
"""How long a worker may keep the interpreter from the window."""
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""Variables that tell Qt on Linux where to draw; without any of them it ends the process."""
NO_DISPLAY = (
    "calid: there is no display for the window; give it a virtual one (xvfb-run calid view …), "
    "or use 'calid reconstruct', which needs none"
)


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
        There is no display, the arguments make no sense, or nothing can be written into the folder of ``--capture``.
    """
    return show(parse_arguments(argv))


def show(arguments: argparse.Namespace) -> int:
    """Run the viewer as ``main`` does, with arguments that were read already."""
    if sys.platform == "linux" and not any(os.environ.get(name) for name in DISPLAYS):
        sys.exit(NO_DISPLAY)
    if arguments.capture is not None:
        _make_folder(arguments.capture)
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

        capture = Capture(viewer, arguments.capture, wanted, relay)
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


def _make_folder(folder: Path) -> None:
    """Make what ``--capture`` writes into; the process ends where that cannot be, before anything is opened and made."""
    try:
        check_folder(folder, "--capture")
        make_folder(folder / "screenshot.png")
    except OutputError as error:
        sys.exit(f"calid: {error}")
