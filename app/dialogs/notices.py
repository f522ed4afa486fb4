"""Errors and remarks, shown without blocking."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.messages import APPLICATION


def show_error(parent: QWidget, headline: str, text: str) -> QMessageBox:
    """Open an error box; the event loop goes on."""
    return _open(parent, QMessageBox.Icon.Warning, headline, text)


def show_remarks(parent: QWidget, headline: str, details: Sequence[str]) -> QMessageBox:
    """Open a box with remarks that did not stop the work."""
    text = "\n".join(f"• {detail}" for detail in details)
    return _open(parent, QMessageBox.Icon.Information, headline, text)


def _open(parent: QWidget, kind: QMessageBox.Icon, headline: str, text: str) -> QMessageBox:
    box = QMessageBox(kind, APPLICATION, headline, QMessageBox.StandardButton.Close, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(text)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box
