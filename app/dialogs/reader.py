"""Asking once who reviews."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from app.review.verdicts import LONGEST_INITIALS, check_initials
from app.translation import tr
from app.views.text_label import Tone, label
from calid_core.errors import CalidError


class ReaderDialog(QDialog):
    """One line for the reader's initials; they are written beside every verdict."""

    initials_given = Signal(str)

    def __init__(self, parent: QWidget, initials: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Who reviews?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._line = QLineEdit(initials)
        self._line.setMaxLength(LONGEST_INITIALS)
        self._line.setAccessibleName(tr("Initials of the reader"))
        self._line.textChanged.connect(self._refresh)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._problem = label("", Tone.WARNING, wrap=True)
        column = QVBoxLayout(self)
        column.addWidget(label(tr("Your initials"), Tone.HEADING))
        column.addWidget(
            label(
                tr("They are kept on this computer and written beside each of your verdicts, with the time."),
                Tone.SECONDARY,
                wrap=True,
            )
        )
        column.addWidget(self._line)
        column.addWidget(self._problem)
        column.addWidget(self._buttons)
        self.setMinimumWidth(360)
        self._refresh()
        self._line.setFocus()

    @Slot()
    def _refresh(self) -> None:
        problem = ""
        try:
            check_initials(self._line.text())
        except CalidError as error:
            problem = str(error)
        self._problem.setText(problem if self._line.text() else "")
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)

    def accept(self) -> None:
        """Hand the initials over."""
        initials = self._line.text()
        super().accept()
        self.initials_given.emit(initials)


def ask_reader(parent: QWidget, initials: str) -> ReaderDialog:
    """Open the dialog; the event loop goes on."""
    dialog = ReaderDialog(parent, initials)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
    return dialog
