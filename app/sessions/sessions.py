"""Saving and opening sessions: a review put away, and everything of it brought back."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.controllers.controller import Controller
from app.jobs import JobContext
from app.open_series import OpenSeries
from app.review.verdicts import Review
from app.sessions.autosave import Autosave
from app.sessions.file import read_session
from app.sessions.images import SessionImages
from app.sessions.joining import join_reviews, join_session
from app.sessions.measurement_restoring import MeasurementRestoring
from app.sessions.returning_views import ReturningViews
from app.sessions.run_restoring import RunRestoring
from app.sessions.saved import Saved, SessionFile
from app.sessions.saved_measurement import SavedMeasurement
from app.sessions.saved_verdicts import SavedVerdicts
from app.sessions.saving import OpenReview, SessionSaving, Written
from app.sessions.session import Session
from app.sessions.unfinished import Unfinished
from app.state.review_state import ReviewState
from app.translation import tr
from calid_core.cine import CineStack
from calid_core.errors import InputError, OutputError
from calid_core.identity import stack_digest
from calid_core.progress import Progress, Stage


@dataclass(frozen=True, eq=False)
class _Opening:
    """A session that is being opened.

    Parameters
    ----------
    session
        What was read.
    path
        Its file; None for an unfinished review.
    unfinished
        That review; None for a file.
    remarks
        What to tell when it is open.
    complete
        Whether all of its runs came back.
    """

    session: Session
    path: Path | None
    unfinished: Unfinished | None = None
    remarks: tuple[str, ...] = ()
    complete: bool = True


class Sessions(QObject):
    """The session file of the open review; every series has its own.

    A session is opened in steps, each in the background: read the file, find its images, bring back its runs one
    after the other, and with them what was shown.
    """

    saved = Signal(object)  # Path
    saved_elsewhere = Signal(object)  # Path that another window saved to meanwhile; it was not written
    opened = Signal(object)  # Path, or None for an unfinished review
    resume_ended = Signal()  # an unfinished review was taken up, or stays where it is because it could not be
    images_wanted = Signal(object)  # SourceImages that are not where they were; ``locate`` goes on
    noticed = Signal(str, object)  # headline, details
    told = Signal(str)
    failed = Signal(str, object)  # what was tried, the exception

    def __init__(
        self,
        controller: Controller,
        reviews: ReviewState,
        autosave: Autosave,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._reviews, self._autosave = controller, reviews, autosave
        self._state = controller.state
        self._wanted: _Opening | None = None
        """The session whose images are looked for."""
        self._next: list[_Opening] = []
        """Sessions that are opened after it."""
        self._images = SessionImages(controller, self)
        self._images.shown.connect(self._on_shown)
        self._images.missed.connect(self.leave)
        self._images.wanted.connect(self.images_wanted)
        self._openings: WeakKeyDictionary[CineStack, _Opening] = WeakKeyDictionary()
        """Sessions whose runs are brought back."""
        self._restored: WeakKeyDictionary[CineStack, _Opening] = WeakKeyDictionary()
        """Sessions whose runs are back, until their series is looked at again."""
        self._saved = Saved()
        self._saved_verdicts = SavedVerdicts(self._state, reviews, self._saved, self._decided_until, self)
        self._measurements = MeasurementRestoring(controller.state, reviews, controller.measuring, self)
        self._measurements.left_out.connect(self._on_left_out)
        self._saving = SessionSaving(controller, reviews, self._measurements, self._saved, self)
        self._saving.written.connect(self._on_written)
        self._saving.refused.connect(self.saved_elsewhere)
        self._saving.failed.connect(self.failed)
        self._views = ReturningViews(controller, reviews, self)
        self._restoring = RunRestoring(controller, reviews, self)
        self._restoring.finished.connect(self._on_runs_restored)
        self._state.stack_changed.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    @property
    def unsaved(self) -> bool:
        """Whether there are verdicts or measurements of the active series that no session file holds."""
        return not self._saved.holds(self._state.active_stack, self.reviews, self.measurements)

    @property
    def taken_away(self) -> tuple[OpenSeries, ...]:
        """Open series whose session file holds verdicts or measurements of which none stands any more: no folder keeps that."""
        return tuple(
            s for s in self._state.all_series if s.stack is not None and self._is_taken_away(s.stack)
        )

    def _is_taken_away(self, stack: CineStack) -> bool:
        saved = self._saved
        if not saved.has_file(stack) or saved.holds(stack, (), ()):
            return False
        return not (self._reviews.reviews_of(stack_digest(stack)) or self._measurements.any_of(stack))

    @property
    def path(self) -> Path | None:
        """The session file of the active series; None while it has none."""
        return self._file.path

    @property
    def holds_pixels(self) -> bool:
        """Whether the session file of the active series holds the pixels of made slices."""
        return self._file.pixels

    @property
    def _file(self) -> SessionFile:
        return self._saved.file(self._state.active_stack)

    def _decided_until(self, stack: CineStack) -> str:
        """When the session was saved that is being opened and is about these images; empty where none is."""
        session = None if self._wanted is None else self._wanted.session
        return session.saved if session is not None and session.images.digest == stack_digest(stack) else ""

    def _active(self, session: Session) -> CineStack | None:
        """The active stack, if it is the one that a session is about."""
        stack = self._state.active_stack
        return stack if stack is not None and stack_digest(stack) == session.images.digest else None

    @property
    def reviews(self) -> tuple[Review, ...]:
        """Reviews of the active series, those included whose run is gone or still to come."""
        stack = self._state.active_stack
        return () if stack is None else self._reviews.reviews_of(stack_digest(stack))

    @property
    def measurements(self) -> tuple[SavedMeasurement, ...]:
        """Measurements of the open series, those included whose run is still to come."""
        return self._measurements.saved

    @property
    def awaits_run(self) -> bool:
        """Whether ``measurements`` lacks one, because the run it was made on is still being made."""
        return self._measurements.awaits_run

    # -- saving ------------------------------------------------------------------------------------------

    def describe(self) -> OpenReview | None:
        """The open review as it is now, for saving it later; None while no series is open."""
        return self._saving.describe()

    def save(self, path: Path, *, pixels: bool = False, asked: OpenReview | None = None) -> None:
        """Write the open review to a file, with the pixels of made slices if they are asked for.

        Parameters
        ----------
        asked
            The review that was asked about; None for the open one.
        """
        self._saving.save(path, pixels=pixels, asked=asked)

    @Slot(object)
    def _on_written(self, written: Written) -> None:
        session = written.session
        self._saved.set_reviews(session)
        self._saved.set_file(written.stack, SessionFile.of(session, written.path))
        if not self.unsaved:
            self._autosave.clear()
        self._autosave.drop_saved(session)
        self.saved.emit(written.path)

    # -- opening -----------------------------------------------------------------------------------------

    @Slot(object)
    def open(self, path: Path) -> None:
        """Open a session file."""
        job = self._controller.loader.submit(
            tr("Opening {name}").format(name=path.name), partial(_read, path)
        )
        job.succeeded.connect(self._on_read)
        self._controller.jobs.watch(job, self._controller.loader)

    def resume(self, unfinished: Unfinished) -> None:
        """Take up a review that was not saved."""
        if unfinished.session is None:
            problem = InputError(
                tr("what was open could not be read; open the images, the verdicts are kept")
            )
            join_reviews(self._reviews, unfinished.reviews)
            self._autosave.hold(unfinished)
            self.failed.emit(tr("Resume review"), problem)
            self.resume_ended.emit()
            return
        self._begin(_Opening(replace(unfinished.session, reviews=unfinished.reviews), None, unfinished))

    @Slot(object)
    def _on_read(self, read: tuple[Path, Session]) -> None:
        path, session = read
        self._begin(_Opening(session, path))

    def _begin(self, opening: _Opening) -> None:
        """Look for the images, once those of the session before are shown or given up."""
        if self._wanted is not None:
            self._next.append(opening)
            return
        self._wanted = opening
        self._images.look(opening.session.images, opening.path.parent if opening.path else Path())

    def locate(self, paths: tuple[Path, ...]) -> None:
        """Go on with images that lie elsewhere now."""
        if self._wanted is not None:
            self._images.locate(paths)

    @Slot()
    def leave(self) -> None:
        """The images were not found: the session is not opened, an unfinished review that is about them stays where it is."""
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted.unfinished is not None:
            self.resume_ended.emit()
        self._go_on()

    def _go_on(self) -> None:
        if self._next and self._wanted is None:
            self._begin(self._next.pop(0))

    @Slot()
    def _on_shown(self) -> None:
        opening = self._wanted
        stack = None if opening is None else self._active(opening.session)
        if opening is None or stack is None:
            self.leave()
            return
        self._wanted = None
        self._restore(opening, stack)
        self._go_on()

    def _restore(self, opening: _Opening, stack: CineStack) -> None:
        """The images are shown: bring back verdicts and views at once, then runs and what is seen of them."""
        session, unfinished = opening.session, opening.unfinished
        joined, remarks = join_session(self._reviews, session, is_file=unfinished is None)
        if unfinished is not None:
            try:
                self._autosave.take_over(joined)
            except OutputError as error:
                self.failed.emit(tr("Resume review"), error)
                self.resume_ended.emit()
                return
        else:
            self._saved.set_file(stack, SessionFile(None, session.measurements))
            self._saved.note_reviews(session.images.digest, session.reviews)
            self._saved.note(session)
            try:
                self._autosave.follow(joined)
            except OutputError as error:  # the file holds them
                self.failed.emit(tr("Save the verdict"), error)
        self._measurements.start(session.measurements)
        self._views.begin(stack, session.views)
        before = self._restored.pop(stack, None) or self._openings.get(stack)
        if before is not None:  # another session of these images, which this one goes on with
            remarks = [*before.remarks, *remarks]
            if before.unfinished is not None:
                self._take_place_of(before.unfinished)
        self._openings[stack] = replace(opening, remarks=tuple(dict.fromkeys(remarks)))
        if any(run.pixels is None for run in session.runs):
            self.told.emit(tr("The session's runs are made again; their verdicts come back with them."))
        self._restoring.start(session.runs, stack, opening.path)

    @Slot(object, object, bool)
    def _on_runs_restored(self, stack: CineStack, remarks: tuple[str, ...], complete: bool) -> None:
        opening = self._openings.pop(stack, None)
        if opening is None:
            return
        if any(series.stack is stack for series in self._state.all_series):
            self._restored[stack] = replace(opening, remarks=(*opening.remarks, *remarks), complete=complete)
            self._finish()
        elif opening.unfinished is not None:  # its series was closed
            self.resume_ended.emit()

    @Slot()
    def _finish(self) -> None:
        """The runs of the active series are back: show things as they were."""
        stack = self._state.active_stack
        opening = None if stack is None else self._restored.pop(stack, None)
        if stack is None or opening is None:
            return
        self._views.finish(stack)
        if opening.unfinished is not None:
            self._take_place_of(opening.unfinished)
        elif self._file.path is None:  # else it was saved meanwhile
            # A file with runs that did not come back is not written over unasked.
            path = opening.path if opening.complete else None
            shown = self._file.measurements
            self._saved.set_file(stack, replace(SessionFile.of(opening.session, path), measurements=shown))
        if opening.remarks:
            self.noticed.emit(tr("The session was opened, with remarks."), opening.remarks)
        self.opened.emit(opening.path)

    def close(self) -> None:
        """The window closes: what is being opened is not finished any more."""
        self._next = []
        self._openings.clear()
        self._restored.clear()
        self._views.close()

    @Slot()
    def stay(self) -> None:
        """The reader judges what is shown: it does not give way to what was shown when the session was saved."""
        self._views.stay()

    def _take_place_of(self, unfinished: Unfinished) -> None:
        """Keep a review in a folder of this window, and delete what it was read from, if it was read whole.

        Its measurements are shown by now, wait for their run, or were taken away by the person or with a remark.
        """
        failure = self._autosave.keep_session(begin=True)
        if failure is not None:
            self.failed.emit(tr("Resume review"), failure)
        elif unfinished.problem:
            self._autosave.hold(unfinished)
        else:
            self._autosave.discard(unfinished)
        self.resume_ended.emit()

    @Slot(object)
    def _on_left_out(self, lost: tuple[SavedMeasurement, ...]) -> None:
        """What cannot be shown is not missed."""
        stack = self._state.active_stack
        if stack is not None:
            shown = tuple(m for m in self._file.measurements if m not in lost)
            self._saved.set_file(stack, replace(self._file, measurements=shown))
        remark = tr(
            "%n measurement(s) lie(s) on no slice or at no phase of it and was/were left out.", "", len(lost)
        )
        self.noticed.emit(tr("The session was opened, with remarks."), (remark,))


def _read(path: Path, context: JobContext) -> tuple[Path, Session]:
    context.on_progress(Progress(Stage.READING))
    return path, read_session(path)
