"""Changing keys: a table of every action, a field that takes the new key, and what it would clash with."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions.key_texts import key_text
from app.actions.keyboard import Keyboard
from app.translation import tr, tr_later
from app.views.text_label import Tone, label

COLUMNS = (tr_later("Action"), tr_later("Menu"), tr_later("Key"), "")


class KeyEditor(QDialog):
    """Gives actions other keys; every change holds at once and is kept.

    Parameters
    ----------
    parent
        Window it belongs to.
    keyboard
        Whose keys are changed.
    """

    def __init__(self, parent: QWidget, keyboard: Keyboard) -> None:
        super().__init__(parent)
        self._keyboard = keyboard
        self.setWindowTitle(tr("Change keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 560)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Find an action or a key"))
        self.filter.setAccessibleName(tr("Find an action or a key"))
        self.filter.setClearButtonEnabled(True)
        self.table = _table()
        self._rows: dict[str, list[QTableWidgetItem]] = {}
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setClearButtonEnabled(True)
        self.edit.setAccessibleName(tr("New key"))
        self.edit.setToolTip(tr("Press the new key here"))
        self.assign = QPushButton(tr("Use this key"))
        self.assign.setProperty("primary", True)
        self.assign.setToolTip(
            tr("Give the selected action the key in the field; an empty field takes its key away")
        )
        self.reset = QPushButton(tr("Reset"))
        self.reset.setToolTip(tr("Give the selected action its first key back"))
        self.reset_all = QPushButton(tr("Reset all"))
        self.reset_all.setToolTip(tr("Give every action its first key back"))
        self.message = label("", Tone.SECONDARY, wrap=True)
        self.message.setMinimumHeight(34)
        self._arrange()
        self._connect()
        self._fill()
        self.table.selectRow(0)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.addWidget(label(tr("New key")))
        row.addWidget(self.edit, 1)
        for button in (self.assign, self.reset, self.reset_all):
            button.setAutoDefault(False)
            row.addWidget(button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.filter, self.table):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.message)
        column.addWidget(buttons)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._hide_others)
        self.table.itemSelectionChanged.connect(self._on_selected)
        self.edit.keySequenceChanged.connect(self._on_typed)
        self.assign.clicked.connect(self._assign)
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(self._keyboard.reset_all)
        self._keyboard.keys_changed.connect(self._refresh)

    def select(self, name: str) -> None:
        """Select an action by its stored name."""
        self.table.selectRow(list(self._rows).index(name))

    def selected(self) -> str:
        """Stored name of the selected action."""
        return list(self._rows)[max(0, self.table.currentRow())]

    def _fill(self) -> None:
        actions = self._keyboard.actions
        self.table.setRowCount(len(actions))
        for row, (name, action) in enumerate(actions.items()):
            menu = tr(action.spec.menu.value).replace("&", "")
            items = self._rows[name] = [QTableWidgetItem(text) for text in (action.name, menu, "", "")]
            items[0].setToolTip(action.tip)
            for column, item in enumerate(items):
                self.table.setItem(row, column, item)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        for name, action in self._keyboard.actions.items():
            keys = tr(" or ").join(key_text(keys) for keys in action.shortcuts())
            self._rows[name][2].setText(keys or tr("none"))
            self._rows[name][3].setText(tr("changed") if self._keyboard.is_changed(name) else "")
        self._on_selected()

    @Slot(str)
    def _hide_others(self, wanted: str) -> None:
        for row, items in enumerate(self._rows.values()):
            texts = " ".join(item.text() for item in items[:3])
            self.table.setRowHidden(row, wanted.casefold() not in texts.casefold())

    @Slot()
    def _on_selected(self) -> None:
        name = self.selected()
        self.edit.setKeySequence(self._keyboard.actions[name].shortcut())
        self.reset.setEnabled(self._keyboard.is_changed(name))
        self.message.setText("")

    @Slot(QKeySequence)
    def _on_typed(self, keys: QKeySequence) -> None:
        clash = None if keys.isEmpty() else self._keyboard.clash(self.selected(), keys)
        self.assign.setText(tr("Take it over") if clash else tr("Use this key"))
        if clash is None:
            self.message.setText("" if not keys.isEmpty() else tr("The action will have no key."))
        else:
            self.message.setText(
                tr(
                    "⚠ {key} belongs to “{name}”. Choose another key, or take it over: that action then has none until "
                    "you give it one."
                ).format(key=key_text(keys), name=clash.action.name)
            )

    @Slot()
    def _assign(self) -> None:
        name, keys = self.selected(), self.edit.keySequence()
        self._keyboard.assign(name, keys)
        action = self._keyboard.actions[name]
        self.message.setText(
            tr("“{name}” is now {key}.").format(name=action.name, key=key_text(keys))
            if not keys.isEmpty()
            else tr("“{name}” has no key.").format(name=action.name)
        )

    @Slot()
    def _reset(self) -> None:
        name = self.selected()
        clash = self._keyboard.reset(name)
        if clash is not None:
            self.message.setText(
                tr("⚠ Its first key now belongs to “{name}”. Reset that action before, or reset all.").format(
                    name=clash.action.name
                )
            )


def _table() -> QTableWidget:
    table = QTableWidget(0, len(COLUMNS))
    table.setHorizontalHeaderLabels([tr(column) for column in COLUMNS])
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setAccessibleName(tr("Actions and their keys"))
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table
