"""Labels of the panels: ordinary, secondary, heading, warning and good news."""

from enum import Enum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStylePainter

ROOM_BESIDE = 8
"""Beside the text of a ``SteadyLabel``, logical pixels."""


class Tone(Enum):
    """How a label looks; the value is the property the style sheet selects by."""

    PLAIN = "plain"
    SECONDARY = "secondary"
    HEADING = "heading"
    TITLE = "title"
    BANNER = "banner"
    GOOD = "good"
    WARNING = "warning"


class SteadyLabel(QLabel):
    """A text in a room as wide as ``widest``, at its right: its neighbours keep still while it changes."""

    _widest = ""  # asked for its size also while a closed window is collected

    def __init__(self, widest: str = "") -> None:
        super().__init__()
        self._widest = widest
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def keep_room_for(self, widest: str) -> None:
        """Be as wide as a text from now on, in whatever letters."""
        if widest != self._widest:
            self._widest = widest
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for the widest text and the one that is shown, in the font of the style sheet."""
        hint = super().sizeHint()  # after which the style sheet has given it its font
        room = self.fontMetrics().horizontalAdvance(self._widest) + ROOM_BESIDE
        return QSize(max(hint.width(), room), hint.height())

    def minimumSizeHint(self) -> QSize:
        """The same: it is never cut off."""
        return self.sizeHint()


class ElidingLabel(QLabel):
    """A text that is shortened at its end where there is no room for it; the tooltip shows it whole."""

    def __init__(self, tone: Tone = Tone.PLAIN) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty(tone.value, True)

    def minimumSizeHint(self) -> QSize:
        """It makes room for its neighbours."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As much of the text as there is room for."""
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip("" if text == self.text() else self.text())
        painter = QStylePainter(self)
        alignment = self.alignment().value
        painter.drawItemText(room, alignment, self.palette(), self.isEnabled(), text, self.foregroundRole())


def label(text: str = "", tone: Tone = Tone.PLAIN, *, wrap: bool = False) -> QLabel:
    """A label with plain text (never interpreted as HTML: it may come from a file)."""
    widget = QLabel(text)
    widget.setTextFormat(Qt.TextFormat.PlainText)
    widget.setProperty(tone.value, True)
    widget.setWordWrap(wrap)
    return widget
