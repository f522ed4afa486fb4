"""What an empty list says: why it is empty, and what fills it."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QAbstractItemView, QLabel
from shiboken6 import isValid

from app.views.text_label import Tone, label

MARGIN = 12


class Placeholder(QObject):
    """A text in the middle of a list or table while that has no rows.

    Parameters
    ----------
    view
        What it explains; owns it.
    text
        One or two sentences; the second says the remedy.
    """

    def __init__(self, view: QAbstractItemView, text: str) -> None:
        super().__init__(view)
        self._view = view
        self.text: QLabel = label(text, Tone.SECONDARY, wrap=True)
        self.text.setParent(view.viewport())
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.setAccessibleDescription(text)
        view.viewport().installEventFilter(self)
        model = view.model()
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        view = getattr(self, "_view", None)  # gone while a closed window is collected
        if view is None or not isValid(view):
            return  # a view that goes away removes its rows
        self.text.setGeometry(view.viewport().rect().adjusted(MARGIN, 0, -MARGIN, 0))
        self.text.setVisible(view.model().rowCount() == 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the view."""
        if event.type() is QEvent.Type.Resize:
            self._refresh()
        return super().eventFilter(watched, event)
