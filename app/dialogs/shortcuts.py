"""The shortcut sheet, made from the actions as they are now; it can be saved as PDF to be printed."""

import html
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSize, Qt, Slot
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from app.actions.action_set import BoundAction
from app.actions.catalogue import Menu
from app.actions.key_texts import key_text
from app.dialogs.notices import show_error
from app.dialogs.save import SaveDialog, SaveFormat
from app.export.pdf import write_pdf_file
from app.messages import APPLICATION, explain
from app.translation import tr, tr_later
from calid_core.errors import CalidError

MOUSE = (
    (tr_later("Wheel"), tr_later("Slice")),
    (tr_later("Shift + wheel"), tr_later("Phase")),
    (tr_later("Ctrl + wheel, right-drag"), tr_later("Zoom")),
    (tr_later("Middle-drag"), tr_later("Pan")),
    (tr_later("Left-drag"), tr_later("The active tool; window/level at first")),
    (tr_later("Drag a circle on a line"), tr_later("Turn the long axes")),
    (tr_later("Drag the line of the slice"), tr_later("Go to another slice")),
    (tr_later("Double click"), tr_later("Maximise the viewport, and back")),
    (tr_later("Click on the ladder"), tr_later("Go to that slice")),
)
PRESETS_TITLE = tr_later("Window/level presets")
COLUMN_COUNT = 4
PRINTED_PIXELS = 8
SIZE = QSize(1340, 690)
FRAME = QSize(16, 48)
"""What the window around the sheet takes of the screen."""
PDF = SaveFormat(tr_later("PDF document"), ".pdf")

Section = tuple[str, Sequence[tuple[str, str]]]


class ShortcutSheet(QDialog):
    """Every key and mouse gesture on one page.

    Parameters
    ----------
    parent
        Window it belongs to.
    actions
        Every action by its stored name.
    """

    def __init__(self, parent: QWidget, actions: dict[str, BoundAction]) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setWindowTitle(tr("Keys and mouse"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self.page = QTextBrowser()
        self.page.setAccessibleName(tr("Keys and mouse"))
        self.page.setHtml(sheet(actions))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        save = buttons.addButton(tr("Save as PDF…"), QDialogButtonBox.ButtonRole.ActionRole)
        save.setToolTip(tr("One A4 page to print"))
        save.clicked.connect(self._ask)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.page)
        column.addWidget(buttons)

    @Slot()
    def _ask(self) -> None:
        SaveDialog(self, tr("Save the sheet"), Path.home() / "calid-keys.pdf", (PDF,), self._save).open()

    def _save(self, path: Path, _chosen: SaveFormat) -> None:
        try:
            write_sheet(path, self._actions)
        except CalidError as error:
            show_error(self, tr("The sheet was not saved."), explain(error))


def write_sheet(path: Path, actions: dict[str, BoundAction]) -> None:
    """Write the sheet as a PDF of A4 pages, landscape.

    Raises
    ------
    OutputError
        It cannot be written; an old file survives.
    """
    write_pdf_file(path, partial(_print_sheet, actions))


def _print_sheet(actions: dict[str, BoundAction], writer: QPdfWriter) -> bool:
    writer.setTitle(tr("{program}: keys and mouse").format(program=APPLICATION))
    margins = QMarginsF(10, 10, 10, 10)
    size = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(
        QPageLayout(size, QPageLayout.Orientation.Landscape, margins, QPageLayout.Unit.Millimeter)
    )
    document = QTextDocument()
    document.setDefaultStyleSheet(f"* {{ color: #000000; font-size: {PRINTED_PIXELS}pt; }}")
    document.setHtml(sheet(actions))
    document.print_(writer)
    return True


def sheet(actions: dict[str, BoundAction]) -> str:
    """The page as HTML: a section per menu, in columns of about the same length."""
    presets = [action for name, action in actions.items() if name.startswith("PRESET_")]
    others = [action for name, action in actions.items() if not name.startswith("PRESET_")]
    sections: list[Section] = [(tr("Mouse"), [(tr(gesture), tr(text)) for gesture, text in MOUSE])]
    sections += [
        (tr(menu.value).replace("&", ""), _rows(a for a in others if a.spec.menu is menu)) for menu in Menu
    ]
    sections.append((tr(PRESETS_TITLE), _rows(presets)))
    cells = "".join(
        f"<td width='{100 // COLUMN_COUNT}%' valign='top' style='padding-right: 18px'>{''.join(map(_section, column))}</td>"
        for column in _columns([section for section in sections if section[1]])
    )
    return f"<table width='100%'><tr>{cells}</tr></table>"


def _rows(actions: Iterable[BoundAction]) -> list[tuple[str, str]]:
    return [(", ".join(key_text(keys) for keys in a.shortcuts()) or "–", a.name) for a in actions]


def _columns(sections: list[Section]) -> list[list[Section]]:
    """Sections in order, broken where a column has its share of the rows."""
    heights = [len(rows) + 2 for _, rows in sections]
    share = sum(heights) / COLUMN_COUNT
    columns: list[list[Section]] = [[] for _ in range(COLUMN_COUNT)]
    above = 0.0
    for section, height in zip(sections, heights, strict=True):
        middle = above + height / 2
        columns[min(COLUMN_COUNT - 1, int(middle / share))].append(section)
        above += height
    return columns


def _section(section: Section) -> str:
    title, rows = section
    lines = "".join(
        f"<tr><td style='padding:1px 12px 1px 0'><b>{html.escape(key)}</b></td>"
        f"<td>{html.escape(text)}</td></tr>"
        for key, text in rows
    )
    return f"<h3>{html.escape(title)}</h3><table>{lines}</table>"
