"""A language that puts every translated text into ⟦…⟧, and the texts that a window then shows."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QMessageBox,
    QProgressBar,
    QSpinBox,
    QTableWidget,
    QTabWidget,
    QTextBrowser,
    QWidget,
)

KEY = r"(?:(?:Ctrl|Shift|Alt)\+)*(?:[A-Z0-9]\w*|\W)"
WRAPPED = re.compile(r"⟦[^⟦⟧]*(?:⟧|…$)")
"""Innermost brackets; a text cut short for want of room has lost the last one."""
WORD = re.compile(r"[A-Za-z]{2,}")


class PseudoLanguage(QTranslator):
    """Wraps every line of every text; names of keys stay, so that they can be read again."""

    def translate(self, context: str, source: str, _comment: str | None = None, _n: int = -1) -> str | None:
        """Called by Qt for every text."""
        return None if context == "QShortcut" else "\n".join(f"⟦{line}⟧" for line in source.split("\n"))

    def isEmpty(self) -> bool:
        """Qt asks before it installs."""
        return False


def unwrapped_words(text: str) -> set[str]:
    """Words outside of every ⟦…⟧, without keys in brackets."""
    previous = None
    while previous != text:
        previous, text = text, WRAPPED.sub(" ", text)
    text = re.sub(rf"\({KEY}\)", " ", re.sub(r"<[^>]*>", " ", text))
    return set(WORD.findall(text))


def texts_of(root: QWidget) -> Iterator[tuple[str, str]]:
    """Every text of a window and what is in it, each with the kind of thing that shows it."""
    for widget in [root, *root.findChildren(QWidget)]:
        if widget is not root and isinstance(widget.window(), QFileDialog):
            continue
        kind = type(widget).__name__
        for text in _texts(widget):
            yield kind, text
        for action in widget.actions():
            for text in _action_texts(action):
                yield "QAction", text


def _action_texts(action: QAction) -> Iterator[str]:
    yield from (action.text(), action.iconText(), action.toolTip(), action.statusTip())


def _texts(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.statusTip(), widget.accessibleName(), widget.accessibleDescription())
    if widget.isWindow() or type(widget).__name__ == "QDockWidget":
        yield widget.windowTitle()
    match widget:
        case QMessageBox():
            yield from (widget.text(), widget.informativeText())
        case QFileDialog():
            yield from widget.nameFilters()
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QGroupBox() | QMenu():
            yield widget.title()
        case QTabWidget():
            for index in range(widget.count()):
                yield from (widget.tabText(index), widget.tabToolTip(index))
        case QLineEdit():
            if not isinstance(widget.parent(), QAbstractSpinBox):
                yield widget.placeholderText()
        case QSpinBox() | QDoubleSpinBox():
            yield from (widget.prefix(), widget.suffix(), widget.specialValueText())
        case QComboBox():
            yield from (widget.itemText(index) for index in range(widget.count()))
        case QProgressBar():
            yield widget.format()
        case QTextBrowser():
            yield widget.toPlainText()
        case QListWidget():
            for row in range(widget.count()):
                yield from (widget.item(row).text(), widget.item(row).toolTip())
        case QTableWidget():
            yield from _cells(widget)


def _cells(table: QTableWidget) -> Iterator[str]:
    for column in range(table.columnCount()):
        cells = [
            table.horizontalHeaderItem(column),
            *(table.item(row, column) for row in range(table.rowCount())),
        ]
        for item in cells:
            if item is not None:
                yield from (item.text(), item.toolTip())
