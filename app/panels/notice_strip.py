"""A strip above the images for remarks that did not stop the work."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from app.dialogs.notices import show_remarks
from app.panels.labels import Tone, label
from app.resources import icon
from app.translation import tr


class NoticeStrip(QFrame):
    """One line with a button for the details and one to dismiss it; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("strip", True)
        self._details: tuple[str, ...] = ()
        self._text = label("", Tone.WARNING, wrap=True)  # a long remark must not push the series aside
        self._more = QPushButton(tr("Details…"))
        self._more.setToolTip(tr("Everything that was said while reading"))
        self._more.clicked.connect(self._show_details)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setIconSize(QSize(14, 14))
        close.setToolTip(tr("Dismiss"))
        close.setAccessibleName(tr("Dismiss"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 4, 2)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(close)
        self.hide()

    def show_notice(self, headline: str, details: Sequence[str]) -> None:
        """Show a remark; it replaces the one before."""
        self._details = tuple(details)
        single = len(self._details) == 1
        self._text.setText(f"{headline} {self._details[0]}" if single else headline)
        self._more.setVisible(len(self._details) > 1)
        self.show()

    @Slot()
    def _show_details(self) -> None:
        show_remarks(self.window(), self._text.text(), self._details)
