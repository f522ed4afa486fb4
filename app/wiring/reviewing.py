"""Puts reviewing into the window: its tab, marks, keys, dialogs and files."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.actions.catalogue import Act
from app.choices import ViewLayout
from app.controllers.controller import Controller
from app.controllers.reviewing import Reviewing
from app.dialogs.reader import ask_reader
from app.dialogs.session import RelocationDialog, ResumeDialog, SavedElsewhereDialog
from app.panels.review_panel import ReviewPanel
from app.preferences import Preferences
from app.review.verdicts import Review
from app.sessions.autosave import Autosave
from app.sessions.describing import describe_session
from app.sessions.session import Session, SourceImages
from app.sessions.sessions import Sessions
from app.sessions.unfinished import Unfinished
from app.state.review_state import ReviewState
from app.state.stored_choices import READER, stored_reader
from app.translation import tr
from app.undo import Step
from app.views.plane_view import PlaneView
from app.views.review_overlay import VerdictChip
from app.views.slice_ladder import SliceLadder
from app.views.verdict_lane import VerdictLane
from app.window.main_window import MainWindow
from app.wiring.keeping import Keeping
from app.wiring.remarks import Remarks
from calid_core.errors import CalidError
from calid_core.identity import stack_digest

VERDICT_ACTS = (Act.ACCEPT, Act.REJECT, Act.REMARK, Act.NEXT_UNCHECKED)
SUBJECT_ACTS = (*VERDICT_ACTS, Act.ACCEPT_WHOLE, Act.REJECT_WHOLE, Act.REMARK_WHOLE)


class ReviewWiring(QObject):
    """Everything of reviewing in one window.

    Parameters
    ----------
    window, controller, preferences
        Where it is put, who changes the state, and where initials and autosaves live.
    """

    def __init__(self, window: MainWindow, controller: Controller, preferences: Preferences) -> None:
        super().__init__(window)
        self._window, self._controller, self._preferences = window, controller, preferences
        state = controller.state
        self.reviews = ReviewState(state, self, reader=stored_reader(preferences))
        self.autosave = Autosave(preferences.reviews_folder(), self._snapshot, self._standing, self._series)
        self.reviewing = Reviewing(
            state, self.reviews, controller.navigation, self.autosave.record, controller.undo, self
        )
        self.sessions = Sessions(controller, self.reviews, self.autosave, self)
        actions = window.actions_
        self.panel = ReviewPanel(state, self.reviews, tuple(actions[act] for act in VERDICT_ACTS))
        window.inspector.insertTab(1, self.panel, tr("Review"))
        self.chip = VerdictChip(window.grid.short_axis, state, self.reviews)
        images = window.grid.images
        self.remarks = Remarks(controller, self.reviews, self.reviewing, images, self._remarked, self)
        self._shown = False
        self._told_of_verdict = ""
        self._offered: set[Path] = set()
        """Folders of the unfinished reviews that this window offered."""
        self._keeping = Keeping(window, controller, self.sessions, self.autosave, self.remarks, self)
        self._connect_actions()
        self._connect_panel()
        self._connect_state()
        self._refresh_actions()

    def _connect_actions(self) -> None:
        actions, reviewing = self._window.actions_, self.reviewing
        actions.on(Act.ACCEPT, reviewing.accept)
        actions.on(Act.REJECT, reviewing.reject)
        actions.on(Act.REMARK, reviewing.remark)
        actions.on(Act.NEXT_UNCHECKED, self.go_to_next_unchecked)
        actions.on(Act.ACCEPT_WHOLE, reviewing.accept_whole)
        actions.on(Act.REJECT_WHOLE, reviewing.reject_whole)
        actions.on(Act.REMARK_WHOLE, reviewing.remark_whole)
        actions.on(Act.READER, self.ask_reader)

    def _connect_panel(self) -> None:
        panel, reviewing, controller = self.panel, self.reviewing, self._controller
        panel.slice_requested.connect(reviewing.go_to_slice)
        panel.accept_whole_requested.connect(reviewing.accept_whole)
        panel.reject_whole_requested.connect(reviewing.reject_whole)
        panel.next_requested.connect(self.go_to_next_unchecked)
        panel.report_requested.connect(self._window.actions_[Act.REPORT].trigger)
        panel.reader_requested.connect(self.ask_reader)
        reviewing.began.connect(controller.comparing.stop_flicker)  # what is judged stays on the screen
        reviewing.initials_wanted.connect(self.ask_reader)
        for show in (controller.comparing.leave, controller.display.show_layer):
            reviewing.layer_wanted.connect(show)
        reviewing.told.connect(self._tell_of_verdict)
        for judging in (reviewing.began, reviewing.remark_wanted):
            judging.connect(controller.series.opening_place.stay)
            judging.connect(self.sessions.stay)
        reviewing.began.connect(self._show_panel)
        reviewing.failed.connect(self._window.show_failure)
        self.remarks.noticed.connect(self._window.notices.show_notice)
        self.sessions.images_wanted.connect(self._ask_for_images)
        self.sessions.saved_elsewhere.connect(self._offer_saved_elsewhere)
        self.sessions.failed.connect(self._window.show_failure)
        self.sessions.noticed.connect(self._window.notices.show_notice)
        self.sessions.told.connect(self._tell)
        self.sessions.opened.connect(self._show_panel)
        self.sessions.resume_ended.connect(self.offer_unfinished)

    def _connect_state(self) -> None:
        state, grid = self._controller.state, self._window.grid
        self._add_lane(grid.ladder)
        grid.ladder_added.connect(self._add_lane)
        for view in grid.plane_views:
            self._add_plane_view(view)
        grid.plane_view_added.connect(self._add_plane_view)
        self.reviews.subject_changed.connect(self._refresh_actions)
        self.reviews.review_changed.connect(self._refresh_actions)
        self._controller.undo.indexChanged.connect(self._refresh_actions)
        state.all_series_changed.connect(self._refresh_actions)
        for changed in (state.position_changed, self.reviews.review_changed):
            changed.connect(self._forget_told)
        state.stack_changed.connect(self._prepare_digest)
        self._window.painted.connect(self.offer_unfinished)
        self._window.closing.connect(self._on_closing)

    # -- keeping -----------------------------------------------------------------------------------------

    def _snapshot(self) -> Session | None:
        measurements = self.sessions.measurements
        return describe_session(self._controller.state, self.reviews, measurements, with_reviews=False)

    def _standing(self) -> tuple[Review, ...]:
        return self.sessions.reviews

    def _series(self) -> int:
        series = self._controller.state.active_series
        return 0 if series is None else series.id

    @Slot()
    def _prepare_digest(self) -> None:
        """Compute the key of a stack in the background, so that the first verdict need not wait."""
        stack = self._controller.state.active_stack
        if stack is not None:
            self._controller.loader.warm_up(partial(stack_digest, stack))

    @Slot()
    def _on_closing(self) -> None:
        self._keeping.close()
        self.sessions.close()
        self._controller.undo.indexChanged.disconnect(self._refresh_actions)  # it emits while it is destroyed
        if not self.sessions.unsaved:
            self.autosave.clear()
        self.autosave.close()

    @Slot()
    def offer_unfinished(self) -> None:
        """Offer to take up the newest review that was not saved; whatever becomes of it, then the next one, each once."""
        left = [u for u in self.autosave.unfinished() if u.folder not in self._offered]
        if not left:
            return
        self._offered.add(left[0].folder)
        dialog = ResumeDialog(self._window, left[0])
        dialog.rejected.connect(self.offer_unfinished)
        dialog.resume_requested.connect(self._resume)
        dialog.discard_requested.connect(self._discard)
        dialog.open()

    @Slot(object)
    def _resume(self, unfinished: Unfinished) -> None:
        self.sessions.resume(unfinished)

    @Slot(object)
    def _discard(self, unfinished: Unfinished) -> None:
        self.autosave.discard(unfinished)
        self.offer_unfinished()

    # -- asking ------------------------------------------------------------------------------------------

    @Slot()
    def go_to_next_unchecked(self) -> None:
        """Go to the most doubtful slice without a verdict, and give the images the keys for judging it."""
        self.reviewing.go_to_next_unchecked()
        self._host().setFocus()

    @Slot()
    def ask_reader(self) -> None:
        """Ask for the reader's initials."""
        dialog = ask_reader(self._window, self.reviews.reader)
        dialog.initials_given.connect(self._set_reader)
        dialog.rejected.connect(self.reviewing.forget_waiting)
        dialog.finished.connect(self._return_to_images)

    @Slot()
    def _return_to_images(self) -> None:
        """After a question the keys belong to the images again."""
        self._window.activateWindow()
        self._host().setFocus()

    @Slot()
    def _show_panel(self) -> None:
        """Bring the Review tab up when reviewing begins; later the reader chooses."""
        if not self._shown:
            self._shown = True
            self._window.inspector.setCurrentWidget(self.panel)

    @Slot(str)
    def _set_reader(self, initials: str) -> None:
        self._preferences.set_text(READER, initials)
        try:
            self.reviewing.set_reader(initials)
        except CalidError as error:
            self._window.show_failure(tr("Set the initials"), error)

    def _host(self) -> QWidget:
        """The view that is given the keys: the one with the focus, else the first on the screen."""
        views = [view for view in self._window.grid.plane_views if view.isVisible()]
        focused = [view for view in views if view.hasFocus()]
        return (focused or views or [self._window.grid.short_axis])[0]

    def _remarked(self) -> QWidget:
        """The view that a remark is written over: the one with the keys, in a comparison one of what is judged."""
        host, grid = self._host(), self._window.grid
        if self._controller.state.layout is not ViewLayout.COMPARE:
            return host
        judged = [view for view in grid.plane_views if view.isVisible() and view.is_judged]
        return host if host in judged or not judged else judged[0]

    @Slot(object)
    def _ask_for_images(self, images: SourceImages) -> None:
        dialog = RelocationDialog(self._window, images, self._preferences.folder())
        dialog.located.connect(self.sessions.locate)
        dialog.rejected.connect(self.sessions.leave)
        dialog.open()

    @Slot(object)
    def _offer_saved_elsewhere(self, path: Path) -> None:
        self._window.stay()
        dialog = SavedElsewhereDialog(self._window, path)
        dialog.open_requested.connect(self.sessions.open)
        dialog.open()

    @Slot(str)
    def _tell(self, text: str) -> None:
        self._window.status.showMessage(text, 6000)

    @Slot(str)
    def _tell_of_verdict(self, text: str) -> None:
        self._told_of_verdict = text
        self._tell(text)

    @Slot()
    def _forget_told(self) -> None:
        """What was told of a verdict does not hide the line about the next slice."""
        told, self._told_of_verdict = self._told_of_verdict, ""
        if told and self._window.status.currentMessage() == told:
            self._window.status.clearMessage()

    # -- drawing -----------------------------------------------------------------------------------------

    @Slot(object)
    def _add_plane_view(self, view: PlaneView) -> None:
        view.drawing_began.connect(self.sessions.stay)

    @Slot(object)
    def _add_lane(self, ladder: SliceLadder) -> None:
        VerdictLane(ladder, self.reviews).show()

    @Slot()
    def _refresh_actions(self) -> None:
        actions, undo = self._window.actions_, self._controller.undo
        judged = self.reviews.subject is not None
        for act in SUBJECT_ACTS:
            actions[act].setEnabled(judged or bool(self.reviews.refusal))
        actions[Act.REPORT].setEnabled(judged)
        actions[Act.UNDO].setEnabled(undo.canUndo())
        actions[Act.REDO].setEnabled(undo.canRedo())
        actions[Act.UNDO].setText(tr("&Undo {step}").format(step=self._name(undo.next_to_undo)).rstrip())
        actions[Act.REDO].setText(tr("&Redo {step}").format(step=self._name(undo.next_to_redo)).rstrip())

    def _name(self, step: Step | None) -> str:
        """What a step does, and in which series where that is not the one that is shown."""
        if step is None:
            return ""
        state = self._controller.state
        series = state.series(step.series_id)
        if series is None or series is state.active_series:
            return step.text()
        return tr("{step} in {series}").format(step=step.text(), series=series.label.replace("&", "&&"))
