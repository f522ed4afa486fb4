"""The shortcut sheet, made from the actions themselves."""

import html
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from app.actions import Act, Menu
from app.presets import PRESETS

MOUSE = (
    ("Wheel", "Slice"),
    ("Shift + wheel", "Phase"),
    ("Ctrl + wheel, right-drag", "Zoom"),
    ("Middle-drag", "Pan"),
    ("Left-drag", "The active tool; window/level at first"),
    ("Double click", "Maximise the viewport, and back"),
    ("Click on the ladder", "Go to that slice"),
)


class ShortcutSheet(QDialog):
    """Every key and mouse gesture on one page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and mouse")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1080, 660)
        page = QTextBrowser()
        page.setHtml(_page())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(page)
        column.addWidget(buttons)


def _page() -> str:
    sections = [_section("Mouse", MOUSE)]
    for menu in Menu:
        rows = [(_key(act.value.key), act.value.text) for act in Act if act.value.menu is menu]
        sections.append(_section(menu.value, rows))
    sections.append(_section("Window/level presets", [(str(i), p.label) for i, p in enumerate(PRESETS)]))
    columns = (sections[:3], sections[3:5], sections[5:])
    cells = "".join(f"<td width='33%' valign='top'>{''.join(column)}</td>" for column in columns)
    return f"<table width='100%'><tr>{cells}</tr></table>"


def _key(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _section(title: str, rows: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f"<tr><td style='padding:1px 14px 1px 0'><b>{html.escape(key)}</b></td>"
        f"<td>{html.escape(_plain(text))}</td></tr>"
        for key, text in rows
    )
    return f"<h3>{html.escape(_plain(title))}</h3><table>{lines}</table>"


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix("…")
