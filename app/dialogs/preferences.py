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
from app.language import LANGUAGE, SYSTEM, languages, own_name, stored_language
from app.preferences import Preferences
from app.presets import PRESETS
from app.review.verdicts import LONGEST_INITIALS, check_initials
from app.state.stored_choices import PHASES_AS_INDEXED, PRESET, READER, stored_preset, stored_reader
from app.theme import TextSize, Theme
from app.translation import tr, tr_later
from app.views.text_label import Tone, label
from calid_core.errors import CalidError

SIZE_NAMES = {
    TextSize.SMALL: tr_later("Small"),
    TextSize.NORMAL: tr_later("Normal"),
    TextSize.LARGE: tr_later("Large"),
    TextSize.LARGEST: tr_later("Largest"),
}


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
    matching_changed = Signal()
    preset_changed = Signal()
    keys_requested = Signal()

    def __init__(self, parent: QWidget, preferences: Preferences) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.setWindowTitle(tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.theme, self.language, self.text_size = QComboBox(), QComboBox(), QComboBox()
        self.preset = QComboBox()
        for theme in Theme:
            self.theme.addItem(tr(theme.value), theme)
        self.language.addItem(tr("As the system"), SYSTEM)
        for code in languages():
            self.language.addItem(own_name(code), code)
        for size in TextSize:
            self.text_size.addItem(f"{tr(SIZE_NAMES[size])} ({size.value} px)", size)
        for number, preset in enumerate(PRESETS):
            self.preset.addItem(tr(preset.label), number)
        self.motion = QCheckBox(tr("Reduce motion"))
        self.as_indexed = QCheckBox(tr("Keep phases as indexed"))
        self.reader = QLineEdit(stored_reader(preferences))
        self.reader.setMaxLength(LONGEST_INITIALS)
        self._problem = label("", Tone.WARNING, wrap=True)
        self._show_stored()
        self._arrange()
        self._connect()

    def _show_stored(self) -> None:
        self.theme.setCurrentIndex(self.theme.findData(stored_theme(self._preferences)))
        self.language.setCurrentIndex(self.language.findData(stored_language(self._preferences)))
        self.text_size.setCurrentIndex(self.text_size.findData(stored_text_size(self._preferences)))
        self.preset.setCurrentIndex(stored_preset(self._preferences))
        self.motion.setChecked(reduced_motion(self._preferences))
        self.theme.setToolTip(tr("Images stay on black in every theme."))
        self.language.setToolTip(tr("Of menus, panels and messages. Exports and reports stay in English."))
        self.text_size.setToolTip(
            tr("Of panels, menus and dialogs. Texts over images follow the scaling of the screen.")
        )
        self.as_indexed.setChecked(self._preferences.flag(PHASES_AS_INDEXED))
        self.as_indexed.setToolTip(
            tr(
                "Slices of one stack that were triggered differently are resampled in time to common phases when a series is "
                "opened, and marked. With this choice every frame stays as acquired, at its index."
            )
        )
        self.motion.setToolTip(tr("Flicker comparison changes at most three times a second."))
        self.preset.setToolTip(tr("Window/level of every series when it is opened."))
        self.reader.setToolTip(tr("Written beside each of your verdicts."))

    def _arrange(self) -> None:
        form = QFormLayout()
        form.addRow(tr("&Theme"), self.theme)
        form.addRow(tr("&Language"), self.language)
        form.addRow(tr("Te&xt size"), self.text_size)
        form.addRow("", self.motion)
        form.addRow(tr("&Window/level at first"), self.preset)
        form.addRow(tr("Opening series"), self.as_indexed)
        form.addRow(tr("Your &initials"), self.reader)
        keys = QPushButton(tr("Change keys…"))
        keys.setToolTip(tr("Give any action another key"))
        keys.setAutoDefault(False)
        keys.clicked.connect(self.keys_requested)
        form.addRow(tr("Keys"), keys)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._problem)
        column.addWidget(
            label(
                tr(
                    "Kept on this computer. Every change holds at once; another language when CaLID starts next."
                ),
                Tone.SECONDARY,
                wrap=True,
            )
        )
        column.addWidget(buttons)
        self.setMinimumWidth(380)

    def _connect(self) -> None:
        for box in (self.theme, self.text_size):
            box.currentIndexChanged.connect(self._keep_appearance)
        self.motion.toggled.connect(self._keep_appearance)
        self.language.currentIndexChanged.connect(self._keep_language)
        self.preset.currentIndexChanged.connect(self._keep_preset)
        self.as_indexed.toggled.connect(self._keep_matching)
        self.reader.editingFinished.connect(self._keep_reader)

    @Slot()
    def _keep_appearance(self) -> None:
        self._preferences.set_text(THEME, self.theme.currentData().value)
        self._preferences.set_text(TEXT_SIZE, self.text_size.currentData().name)
        self._preferences.set_flag(REDUCED_MOTION, self.motion.isChecked())
        self.appearance_changed.emit()

    @Slot()
    def _keep_language(self) -> None:
        self._preferences.set_text(LANGUAGE, self.language.currentData())

    @Slot()
    def _keep_preset(self) -> None:
        self._preferences.set_text(PRESET, str(self.preset.currentData()))
        self.preset_changed.emit()

    @Slot()
    def _keep_matching(self) -> None:
        self._preferences.set_flag(PHASES_AS_INDEXED, self.as_indexed.isChecked())
        self.matching_changed.emit()

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
