"""Labels of the panels: ordinary, secondary, heading, warning and good news."""

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


class Tone(Enum):
    """How a label looks; the value is the property the style sheet selects by."""

    PLAIN = "plain"
    SECONDARY = "secondary"
    HEADING = "heading"
    TITLE = "title"
    BANNER = "banner"
    GOOD = "good"
    WARNING = "warning"


def label(text: str = "", tone: Tone = Tone.PLAIN, *, wrap: bool = False) -> QLabel:
    """A label with plain text (never interpreted as HTML: it may come from a file)."""
    widget = QLabel(text)
    widget.setTextFormat(Qt.TextFormat.PlainText)
    widget.setProperty(tone.value, True)
    widget.setWordWrap(wrap)
    return widget
