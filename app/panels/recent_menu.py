"""The menu of what was opened lately."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.preferences import Preferences
from app.translation import tr


class RecentMenu(QMenu):
    """Filled anew whenever it opens.

    Parameters
    ----------
    preferences
        Where the list is kept.
    """

    chosen = Signal(object)  # tuple[Path]

    def __init__(self, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(tr("Open &recent"), parent)
        self._preferences = preferences
        self.aboutToShow.connect(self._fill)

    @Slot()
    def _fill(self) -> None:
        self.clear()
        for path in self._preferences.recent_paths():
            action = self.addAction(str(path))
            action.setData(path)
            action.triggered.connect(self._choose)
        if self.isEmpty():
            self.addAction(tr("Nothing opened yet")).setEnabled(False)
        else:
            self.addSeparator()
            self.addAction(tr("Clear list")).triggered.connect(self._preferences.clear_recent)

    @Slot()
    def _choose(self) -> None:
        action = self.sender()
        path = action.data() if isinstance(action, QAction) else None
        if isinstance(path, Path):
            self.chosen.emit((path,))
