"""Fields for numbers beside the images: they give the keys back, and take none that no number needs."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

from app.window.main_window import MainWindow

OF_NUMBERS = set("0123456789+-.,")
WITH_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class NumberFields(QObject):
    """Return and Esc in a number field lead back to the images; letters are those of the actions.

    Parameters
    ----------
    window
        The fields in it are watched, as far as they are made.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._grid = window.grid
        for box in window.findChildren(QAbstractSpinBox):
            box.installEventFilter(self)
            box.lineEdit().returnPressed.connect(self._grid.focus_last)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim Esc, which else cancels a job; let go what a number cannot hold."""
        if not isinstance(event, QKeyEvent) or event.modifiers() & WITH_COMMANDS:
            return super().eventFilter(watched, event)
        leaves = event.key() == Qt.Key.Key_Escape
        if event.type() is QEvent.Type.ShortcutOverride:
            foreign = event.text().isprintable() and not set(event.text()) <= OF_NUMBERS
            if leaves or foreign:
                event.setAccepted(leaves)
                return True
        elif event.type() is QEvent.Type.KeyPress and leaves:
            _give_up(watched)
            self._grid.focus_last()
            return True
        return super().eventFilter(watched, event)


def _give_up(box: QObject) -> None:
    """Show the number in use instead of what is half typed."""
    match box:
        case QSpinBox():
            box.setValue(box.value())
        case QDoubleSpinBox():
            box.setValue(box.value())
