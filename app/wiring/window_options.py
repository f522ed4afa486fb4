"""Puts what a person can adjust into the window: preferences, keys, the key sheet and the tour."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from app import appearance
from app.actions.catalogue import Act
from app.actions.keyboard import Keyboard
from app.controllers.controller import Controller
from app.dialogs.key_editor import KeyEditor
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.shortcuts import ShortcutSheet
from app.preferences import Preferences
from app.state.stored_choices import stored_matching, stored_preset
from app.tour.guide import Tour
from app.window.keyboard_focus import focus_next_part, reach_tools
from app.window.main_window import MainWindow
from app.window.number_fields import NumberFields
from app.wiring.reviewing import ReviewWiring


class WindowOptions(QObject):
    """Dialogs and choices that belong to the window, not to what is open.

    Parameters
    ----------
    window, controller, preferences
        What is adjusted, and where choices are kept.
    review
        Told when the reader's initials change.
    """

    def __init__(
        self, window: MainWindow, controller: Controller, preferences: Preferences, review: ReviewWiring
    ) -> None:
        super().__init__(window)
        self._window, self._controller = window, controller
        self._preferences, self._review = preferences, review
        self.keyboard = Keyboard(window, window.actions_, preferences)
        self.tour = Tour(window, controller, preferences)
        actions = window.actions_
        actions.on(Act.SHORTCUTS, self.show_keys)
        actions.on(Act.EDIT_KEYS, self.edit_keys)
        actions.on(Act.PREFERENCES, self.show_preferences)
        actions.on(Act.TOUR, self.tour.start)
        actions.on(Act.NEXT_PART, focus_next_part, window)
        reach_tools(window)
        NumberFields(window)
        window.empty.tour_requested.connect(self.tour.start)
        self._apply_motion()
        self._apply_matching()
        self._apply_preset()

    @Slot()
    def show_keys(self) -> None:
        """Open the sheet of keys and mouse gestures."""
        ShortcutSheet(self._window, self.keyboard.actions).open()

    @Slot()
    def edit_keys(self) -> None:
        """Open the dialog in which keys are changed."""
        KeyEditor(self._window, self.keyboard).open()

    @Slot()
    def show_preferences(self) -> None:
        """Open the preferences."""
        dialog = PreferencesDialog(self._window, self._preferences)
        dialog.appearance_changed.connect(self._apply_appearance)
        dialog.reader_changed.connect(self._set_reader)
        dialog.matching_changed.connect(self._apply_matching)
        dialog.preset_changed.connect(self._apply_preset)
        dialog.keys_requested.connect(self.edit_keys)
        dialog.open()

    @Slot(str)
    def _set_reader(self, initials: str) -> None:
        """Without initials nobody reviews: the next verdict asks for them."""
        if initials:
            self._review.reviewing.set_reader(initials)
        else:
            self._review.reviewing.forget_reader()

    @Slot()
    def _apply_appearance(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            appearance.apply_stored(application, self._preferences)
        self._apply_motion()

    def _apply_motion(self) -> None:
        reduced = appearance.reduced_motion(self._preferences)
        self._controller.comparing.set_reduced_motion(reduced)

    @Slot()
    def _apply_matching(self) -> None:
        self._controller.series.matching = stored_matching(self._preferences)

    @Slot()
    def _apply_preset(self) -> None:
        self._controller.series.preset = stored_preset(self._preferences)
