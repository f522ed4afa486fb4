"""Preferences: how the window looks and moves, and what holds for every series. Every choice holds at once."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.appearance import (
    REDUCED_MOTION,
    TEXT_SIZE,
    THEME,
    reduced_motion,
    stored_text_size,
    stored_theme,
)
from app.panels.labels import Tone, label
from app.preferences import Preferences
from app.presets import PRESETS
from app.review.verdicts import LONGEST_INITIALS, check_initials
from app.theme import TextSize, Theme
from calid_core.errors import CalidError

PRESET = "preset"
"""Name under which the window/level preset of newly opened series is stored."""
READER = "reader"


def stored_preset(preferences: Preferences) -> int:
    """Number of the preset for newly opened series; 0, automatic, where what is stored is damaged."""
    stored = preferences.text(PRESET, "0")
    return int(stored) if stored.isdecimal() and int(stored) < len(PRESETS) else 0


class PreferencesDialog(QDialog):
    """Writes choices to the preferences and tells that they changed.

    Parameters
    ----------
    parent
        Window it belongs to.
    preferences
        Where choices are kept.
    """

    appearance_changed = Signal()
    reader_changed = Signal(str)
    keys_requested = Signal()

    def __init__(self, parent: QWidget, preferences: Preferences) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.theme, self.text_size, self.preset = QComboBox(), QComboBox(), QComboBox()
        for theme in Theme:
            self.theme.addItem(theme.value, theme)
        for size in TextSize:
            self.text_size.addItem(f"{size.name.capitalize()} ({size.value} px)", size)
        for number, preset in enumerate(PRESETS):
            self.preset.addItem(preset.label, number)
        self.motion = QCheckBox("Reduce motion")
        self.reader = QLineEdit(preferences.text(READER, ""))
        self.reader.setMaxLength(LONGEST_INITIALS)
        self._problem = label("", Tone.WARNING, wrap=True)
        self._show_stored()
        self._arrange()
        self._connect()

    def _show_stored(self) -> None:
        self.theme.setCurrentIndex(self.theme.findData(stored_theme(self._preferences)))
        self.text_size.setCurrentIndex(self.text_size.findData(stored_text_size(self._preferences)))
        self.preset.setCurrentIndex(stored_preset(self._preferences))
        self.motion.setChecked(reduced_motion(self._preferences))
        self.theme.setToolTip("Images stay on black in every theme.")
        self.text_size.setToolTip(
            "Of panels, menus and dialogs. Texts over images follow the scaling of the screen."
        )
        self.motion.setToolTip("Flicker comparison changes at most three times a second.")
        self.preset.setToolTip("Window/level of every series when it is opened.")
        self.reader.setToolTip("Written beside each of your verdicts.")

    def _arrange(self) -> None:
        form = QFormLayout()
        form.addRow("&Theme", self.theme)
        form.addRow("Te&xt size", self.text_size)
        form.addRow("", self.motion)
        form.addRow("&Window/level at first", self.preset)
        form.addRow("Your &initials", self.reader)
        keys = QPushButton("Change keys…")
        keys.setToolTip("Give any action another key")
        keys.setAutoDefault(False)
        keys.clicked.connect(self.keys_requested)
        form.addRow("Keys", keys)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._problem)
        column.addWidget(
            label("Kept on this computer. Every change holds at once.", Tone.SECONDARY, wrap=True)
        )
        column.addWidget(buttons)
        self.setMinimumWidth(380)

    def _connect(self) -> None:
        for box in (self.theme, self.text_size):
            box.currentIndexChanged.connect(self._keep_appearance)
        self.motion.toggled.connect(self._keep_appearance)
        self.preset.currentIndexChanged.connect(self._keep_preset)
        self.reader.editingFinished.connect(self._keep_reader)

    @Slot()
    def _keep_appearance(self) -> None:
        self._preferences.set_text(THEME, self.theme.currentData().value)
        self._preferences.set_text(TEXT_SIZE, self.text_size.currentData().name)
        self._preferences.set_flag(REDUCED_MOTION, self.motion.isChecked())
        self.appearance_changed.emit()

    @Slot()
    def _keep_preset(self) -> None:
        self._preferences.set_text(PRESET, str(self.preset.currentData()))

    @Slot()
    def _keep_reader(self) -> None:
        initials = self.reader.text()
        try:
            if initials:
                check_initials(initials)
        except CalidError as error:
            self._problem.setText(str(error))
            return
        self._problem.setText("")
        self._preferences.set_text(READER, initials)
        self.reader_changed.emit(initials)
