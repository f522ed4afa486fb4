"""Garbage collection in the thread of the window.

Python collects in whatever thread happens to allocate; widgets and dialogs that are collected by a worker are destroyed behind
Qt's back, which now and then ends the process.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 1000


class Collecting(QObject):
    """Collects in the thread it lives in, once a second where there is enough, and nowhere else until ``leave``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation that is due, with all younger ones."""
        due = [
            g for g, (n, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if n > most
        ]
        if due:
            gc.collect(due[-1])

    def leave(self) -> None:
        """Leave collecting to Python again."""
        self._timer.stop()
        gc.enable()
