"""The log, and what happens to exceptions nobody caught: they are logged and shown, and the window goes on."""

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.jobs import anonymous_traceback

log = logging.getLogger(__name__)

LOG_BYTES = 1_000_000


def log_file() -> Path:
    """Where the log is written."""
    return user_log_path("calid", appauthor=False) / "viewer.log"


def start_logging() -> None:
    """Write warnings and worse to standard error, everything from INFO on to the log file if it can be written.

    That takes the place of what ``calid view`` set up when it was a command like others.
    """
    # That its cache lies elsewhere is no concern of a person who draws nothing with it (pyvista imports it), and names the home.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    screen = logging.StreamHandler()
    screen.setLevel(logging.WARNING)
    handlers: list[logging.Handler] = [screen]
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handlers.append(RotatingFileHandler(log_file(), maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8"))
    except OSError:
        pass  # a read-only home is no reason not to start
    text = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, format=text, handlers=handlers, force=True)


class FailureRelay(QObject):
    """Takes exceptions that nobody caught, in any thread, to the window.

    The message of an exception may hold a path or a name: the log gets its type and place only.
    """

    failed = Signal(str, object)  # headline, the exception

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._relay, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Become the exception hook of the interpreter and its threads."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("not caught: %s", anonymous_traceback(error))
        self._posted.emit(error)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._on_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    @Slot(object)
    def _relay(self, error: BaseException) -> None:
        self.failed.emit("", error)
