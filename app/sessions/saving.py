"""Writing the open review to its session file, in the background; what another window put there is not lost."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.controller import Controller
from app.controllers.series_opening import SESSION_SUFFIX
from app.jobs import JobContext
from app.open_series import OpenSeries
from app.sessions.describing import describe_images, describe_session
from app.sessions.file import session_at, write_session
from app.sessions.measurement_restoring import MeasurementRestoring
from app.sessions.pixels import with_digests
from app.sessions.saved import Saved
from app.sessions.session import Session
from app.state.review_state import ReviewState
from app.translation import tr
from calid_core.cine import CineStack
from calid_core.errors import InputError
from calid_core.progress import Progress, Stage
from calid_core.reconstruction import Reconstruction


@dataclass(frozen=True, eq=False)
class OpenReview:
    """What is written to a session file.

    Parameters
    ----------
    series, stack
        The series.
    session
        As it is to be saved; where its images lie is not said from the folder of a file yet.
    results
        Its runs, by key.
    """

    series: OpenSeries
    stack: CineStack
    session: Session
    results: dict[str, Reconstruction]


@dataclass(frozen=True, eq=False)
class Written:
    """A session that was written, or was not because its file holds one that this window does not know.

    Parameters
    ----------
    path
        The file.
    stack
        The series.
    session
        What was to be written.
    refused
        Whether it was not.
    """

    path: Path
    stack: CineStack
    session: Session
    refused: bool = False


class SessionSaving(QObject):
    """Writes sessions; what files hold is noted in ``saved``."""

    written = Signal(object)  # Written
    refused = Signal(object)  # Path of a file that another window saved to meanwhile
    failed = Signal(str, object)  # what was tried, the exception

    def __init__(
        self,
        controller: Controller,
        reviews: ReviewState,
        measurements: MeasurementRestoring,
        saved: Saved,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._reviews = controller, reviews
        self._measurements, self._saved = measurements, saved

    def describe(self) -> OpenReview | None:
        """The open review as it is now; None while no series is open."""
        state = self._controller.state
        series, stack = state.active_series, state.active_stack
        session = describe_session(state, self._reviews, self._measurements.saved)
        if series is None or stack is None or session is None:
            return None
        results = {
            key: run.reconstruction
            for key, run in self._reviews.runs.items()
            if run.reconstruction is not None
        }
        return OpenReview(series, stack, session, results)

    def save(self, path: Path, *, pixels: bool, asked: OpenReview | None) -> None:
        """Write the open review; the one that was ``asked`` for where another series is shown by now."""
        review = self.describe()
        if asked is not None and (review is None or review.stack is not asked.stack):
            review = asked
        if review is None:
            nothing = InputError(tr("there is nothing to save yet; open a series first"))
            self.failed.emit(tr("Save session"), nothing)
            return
        target = path if path.suffix.lower() == SESSION_SUFFIX else path.with_name(path.name + SESSION_SUFFIX)
        images = describe_images(review.series, review.stack, target.parent)
        review = replace(review, session=replace(review.session, images=images))
        own = self._saved.file(review.stack).path
        same = own is not None and os.path.realpath(own) == os.path.realpath(target)
        known = self._saved.knows if same else _any  # another file was agreed to be replaced
        title = tr("Saving {name}").format(name=target.name)
        job = self._controller.saving.submit(
            title, partial(_write, target, review, pixels, known, self._saved.note)
        )
        job.succeeded.connect(self._on_ended)

    @Slot(object)
    def _on_ended(self, written: Written) -> None:
        if written.refused:
            self.refused.emit(written.path)
        else:
            self.written.emit(written)


def _any(_session: Session) -> bool:
    return True


def _write(
    target: Path,
    review: OpenReview,
    pixels: bool,
    known: Callable[[Session], bool],
    note: Callable[[Session], None],
    context: JobContext,
) -> Written:
    """Write a session where its file holds one that is ``known``, or none; ``note`` it then."""
    context.on_progress(Progress(Stage.WRITING))
    check = context.cancel.raise_if_cancelled
    complete, stored = with_digests(review.session, review.results, pixels=pixels, check=check)
    held = session_at(target)
    if held is not None and not known(held):
        return Written(target, review.stack, complete, refused=True)
    write_session(target, complete, stored or None)
    note(complete)
    return Written(target, review.stack, complete)
