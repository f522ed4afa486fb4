"""Session and report entries of the File menu: ask where, then hand over."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.actions.catalogue import Act
from app.controllers.controller import Controller
from app.controllers.series_opening import SESSION_SUFFIX
from app.dialogs.save import SaveDialog, SaveFormat
from app.dialogs.session import REPORT_FORMATS, SESSION_FORMATS, ask_for_session
from app.file_names import proposed_name
from app.preferences import Preferences
from app.reports.saving import ReportSaving
from app.translation import tr
from app.window.main_window import MainWindow
from app.wiring.reviewing import ReviewWiring

if TYPE_CHECKING:
    from app.reports.content import ReportInput
    from app.sessions.saving import OpenReview


class SessionActions(QObject):
    """Open session, save session, save session as, save report.

    Parameters
    ----------
    window, controller, preferences, review
        Whose dialogs, jobs, last folder and review these are.
    """

    def __init__(
        self, window: MainWindow, controller: Controller, preferences: Preferences, review: ReviewWiring
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._preferences = window, controller, preferences
        self._sessions, self._remarks = review.sessions, review.remarks
        self.reports = ReportSaving(controller, review.reviews, self)
        actions = window.actions_
        actions.on(Act.OPEN_SESSION, self.ask_for_session)
        actions.on(Act.SAVE_SESSION, self.save)
        actions.on(Act.SAVE_SESSION_AS, self.ask_where_to_save)
        actions.on(Act.REPORT, self.ask_for_report)
        controller.series.session_requested.connect(self._sessions.open)
        self._sessions.saved.connect(self._on_saved)
        self._sessions.opened.connect(self._on_opened)
        self.reports.saved.connect(window.status.show_saved)
        controller.state.stack_changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def ask_for_session(self) -> None:
        """Let a person choose a session."""
        ask_for_session(self._window, self._preferences.folder(), self._on_chosen)

    @Slot(list)
    def _on_chosen(self, names: list[str]) -> None:
        if names:
            self._preferences.set_folder(Path(names[0]).parent)
            self._sessions.open(Path(names[0]))

    @Slot()
    def save(self) -> None:
        """Save to the file of the session, asking for one the first time."""
        if self._sessions.path is None:
            self.ask_where_to_save()
        else:
            self._remarks.keep_for_saving()
            self._sessions.save(self._sessions.path, pixels=self._sessions.holds_pixels)

    @Slot()
    def ask_where_to_save(self) -> None:
        """Ask for the file, and whether pixels belong into it."""
        self._remarks.keep_for_saving()
        known = self._sessions.path
        start = known or self._preferences.folder() / f"review{SESSION_SUFFIX}"
        save = partial(self.save_session, asked=self._sessions.describe())
        SaveDialog(self._window, tr("Save session"), start, SESSION_FORMATS, save).open()

    def save_session(
        self, path: Path, chosen: SaveFormat = SESSION_FORMATS[0], *, asked: "OpenReview | None" = None
    ) -> None:
        """Save what was asked for (None: what is open) to a file; the second format holds the pixels of made slices."""
        if asked is None:
            self._remarks.keep_for_saving()
        self._preferences.set_folder(path.parent)
        self._sessions.save(path, pixels=chosen is SESSION_FORMATS[1], asked=asked)

    @Slot()
    def ask_for_report(self) -> None:
        """Ask where to save the report on what is shown now, whatever is shown when that is known."""
        self._remarks.keep_for_saving()
        self._controller.comparing.stop_flicker()
        asked = self.reports.describe()
        if asked is None:
            return
        run = asked.run
        name = "review-report" if run is None else proposed_name("review-report", run.layer, run)
        start = self._preferences.folder() / f"{name}.pdf"
        save = partial(self.save_report, asked)
        SaveDialog(self._window, tr("Save report"), start, REPORT_FORMATS, save).open()

    def save_report(self, asked: "ReportInput", path: Path, _chosen: SaveFormat = REPORT_FORMATS[0]) -> None:
        """Save the report that was asked for; the suffix chooses PDF, HTML or JSON."""
        self._preferences.set_folder(path.parent)
        self.reports.save(asked, path)

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._window.remember_opened((path,))
        self._window.status.show_saved(path)

    @Slot(object)
    def _on_opened(self, path: Path | None) -> None:
        if path is not None:
            self._window.remember_opened((path,))
        self._window.status.showMessage(tr("Everything is as it was."), 5000)

    @Slot()
    def _refresh(self) -> None:
        for act in (Act.SAVE_SESSION, Act.SAVE_SESSION_AS):
            self._window.actions_[act].setEnabled(self._controller.state.active_stack is not None)
