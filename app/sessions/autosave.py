"""What a killed process leaves behind: a folder per unfinished review, with its session and its journal."""

import logging
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QLockFile

from app.review.journal import Change, Journal
from app.review.verdicts import Review
from app.sessions.file import write_session
from app.sessions.session import Session
from app.sessions.unfinished import JOURNAL_NAME, SESSION_NAME, Unfinished, read_unfinished
from app.translation import tr
from calid_core.errors import CalidError, OutputError

log = logging.getLogger(__name__)

LOCK_NAME = "lock"
UNKNOWN = ""
"""In place of the digest of images of which nothing is known."""


@dataclass(frozen=True)
class _Left:
    """The folder of a series that is not looked at, or of unknown images.

    Parameters
    ----------
    digest
        Of the images.
    folder
        Where it lies.
    lock
        What keeps other windows from offering it; None where it could not be taken.
    """

    digest: str
    folder: Path
    lock: QLockFile | None


class Autosave:
    """Keeps the open review on the disk. Nothing is written before the first verdict or measurement.

    A review is about one series: what was given and measured on another one stays in a folder of its own.

    Parameters
    ----------
    root
        Folder of all unfinished reviews of this user.
    snapshot
        The session of the active series as it is now, without verdicts; None while there is nothing to keep.
    standing
        Verdicts on the active series that stand already when its folder is begun.
    series
        Number of the active series: another one of the very same images has measurements of its own.
    """

    def __init__(
        self,
        root: Path,
        snapshot: Callable[[], Session | None],
        standing: Callable[[], tuple[Review, ...]] = tuple,
        series: Callable[[], int] = int,
    ) -> None:
        self._root, self._snapshot, self._before, self._series = root, snapshot, standing, series
        self._folder: Path | None = None
        self._lock: QLockFile | None = None
        self._journal: Journal | None = None
        self._standing: dict[str, Review] = {}
        self._about = UNKNOWN, 0
        """Digest of the images and number of the series that the folder is about."""
        self._aside: list[_Left] = []

    def record(self, change: Change) -> None:
        """Put a verdict on the active series on the disk; on return it survives whatever happens to the process.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        session = self._snapshot()
        self._leave_other(session)
        self._leave_lost()
        if self._journal is None:
            self._begin(session)
            self.keep_session()
        assert self._journal is not None
        journal = self._journal
        journal.append(change)
        review = self._standing.get(change.run_key) or Review(change.run_key)
        self._standing[change.run_key] = review.with_verdict(change.slice_index, change.verdict)
        if journal.wants_compaction:
            try:
                journal.compact(self._standing.values())
            except OutputError:  # the verdict itself is on the disk
                log.warning("the journal of verdicts could not be shortened")

    def keep_session(self, *, begin: bool = False) -> CalidError | None:
        """Write what is open now beside the verdicts; failing is no loss of verdicts, but one of measurements.

        Parameters
        ----------
        begin
            Whether to do so even where no verdict was given yet.

        Returns
        -------
        failure
            Why it could not be written; None where it was, or nothing had to be.
        """
        if self._folder is None and not begin:
            return None
        session = self._snapshot()
        self._leave_other(session)
        begin = self._leave_lost() or begin
        if self._folder is None and not begin:
            return None  # it was left with the other series
        try:
            folder = self._folder or self._begin(session)
            if session is None:
                return None
            write_session(folder / SESSION_NAME, session)
        except CalidError as error:
            log.warning("the open session could not be autosaved")
            return error
        self._drop_aside(session)
        return None

    def _leave_other(self, session: Session | None) -> None:
        """Leave the folder of a series that is not the one of ``session``, locked, until that is looked at again."""
        if self._folder is not None and self._about != (_digest(session), self._series()):
            self._aside.append(_Left(self._about[0], self._folder, self._lock))
            self._lock = None
            self._let_go()

    def _leave_lost(self) -> bool:
        """Let go of a folder that was taken away, so that what stands goes into a new one; whether it was."""
        lost = self._journal is not None and self._journal.gone
        if lost:
            log.warning("the folder of the unfinished review is gone; another one is begun")
            self._let_go()
        return lost

    def take_over(self, reviews: tuple[Review, ...]) -> None:
        """Put reviews that were read from elsewhere into the journal, so that they are safe from now on."""
        for review in reviews:
            for entry in review.verdicts:
                self.record(Change(review.run_key, entry.slice_index, entry.verdict))
        self.keep_session()

    def follow(self, reviews: tuple[Review, ...]) -> None:
        """Put into the journal of the active series, if it has one, what a session file changed of its verdicts.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        self._leave_other(self._snapshot())
        if self._journal is None:
            return
        for review in reviews:
            kept = self._standing.get(review.run_key) or Review(review.run_key)
            for entry in review.verdicts:
                if kept.verdict(entry.slice_index) != entry.verdict:
                    self.record(Change(review.run_key, entry.slice_index, entry.verdict))

    def clear(self) -> None:
        """Everything of the active series is in a session file of the person's own: take the copy away."""
        self._leave_other(self._snapshot())
        folder = self._folder
        self._let_go()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Let the files go and leave them for the next start."""
        self._let_go()
        for left in self._aside:
            if left.lock is not None:
                left.lock.unlock()
        self._aside = []

    def _let_go(self) -> None:
        if self._journal is not None:
            self._journal.close()
        if self._lock is not None:
            self._lock.unlock()
        self._journal, self._lock, self._folder = None, None, None
        self._standing = {}

    def drop_saved(self, session: Session) -> None:
        """Take the folders away that were left of a series while its session was written, where the file holds all of it."""
        self._leave_other(self._snapshot())
        for left in tuple(self._aside):
            if left.digest not in (session.images.digest, UNKNOWN):
                continue
            kept = read_unfinished(left.folder)
            if set(kept.reviews) <= set(session.reviews):
                self._drop(left, kept, session)

    def _drop_aside(self, session: Session) -> None:
        """Take the folders away that were left of the images of ``session``.

        The verdicts in them stand for the whole run of the program.
        """
        for left in tuple(self._aside):
            if left.digest == session.images.digest:
                self._drop(left, read_unfinished(left.folder), session)

    def _drop(self, left: _Left, kept: Unfinished, session: Session) -> None:
        """Take a folder away, where all that was measured in it is in ``session``, too.

        Another series of the same images, or one that was closed and opened anew, is one without them.
        """
        if not kept.is_in(session):
            return
        self._aside.remove(left)
        if left.lock is not None:
            left.lock.unlock()
        shutil.rmtree(left.folder, ignore_errors=True)

    def hold(self, unfinished: Unfinished) -> None:
        """Leave an unfinished review that could not be read whole where it is, until a session file holds all of it."""
        self._aside.append(_Left(UNKNOWN, unfinished.folder, _lock(unfinished.folder)))

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Reviews that ended without being saved and belong to no running window, newest first.

        Folders with nothing in them are taken away, none of which something cannot be read.
        """
        entries = self._root.iterdir() if self._root.is_dir() else ()
        found = []
        for folder in sorted((entry for entry in entries if entry.is_dir()), reverse=True):
            if folder == self._folder or _in_use(folder):
                continue
            review = read_unfinished(folder)
            if review.empty:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            if review.problem:
                log.warning("an unfinished review could not be read whole; it stays where it is")
            found.append(review)
        return tuple(found)

    @staticmethod
    def discard(unfinished: Unfinished) -> None:
        """Delete an unfinished review."""
        shutil.rmtree(unfinished.folder, ignore_errors=True)

    def _begin(self, session: Session | None) -> Path:
        """A folder for the series of a session, with a journal of the verdicts that stand."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        folder = self._root / stamp
        try:
            folder.mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise OutputError(
                tr("verdicts cannot be kept ({reason}); make the folder of program data writable").format(
                    reason=error.strerror or error
                )
            ) from error
        standing = {review.run_key: review for review in self._before()}
        with ExitStack() as failing:
            failing.callback(shutil.rmtree, folder, ignore_errors=True)
            lock = _lock(folder)
            if lock is not None:
                failing.callback(lock.unlock)
            journal = Journal(folder / JOURNAL_NAME)
            failing.callback(journal.close)
            if standing:
                journal.compact(standing.values())
            failing.pop_all()
        self._folder, self._lock, self._about = folder, lock, (_digest(session), self._series())
        self._journal, self._standing = journal, standing
        return folder


def _in_use(folder: Path) -> bool:
    """Whether a running process holds the folder."""
    lock = _lock(folder)
    if lock is None:
        return True
    lock.unlock()
    return False


def _lock(folder: Path) -> QLockFile | None:
    """The lock of a folder, taken; None where a running process holds it."""
    lock = QLockFile(str(folder / LOCK_NAME))
    lock.setStaleLockTime(0)
    return lock if lock.tryLock(0) else None


def _digest(session: Session | None) -> str:
    return UNKNOWN if session is None else session.images.digest
