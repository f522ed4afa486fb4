"""A review that ended without being saved, as it is read from its folder; what cannot be read is not taken for nothing."""

from dataclasses import dataclass
from pathlib import Path

from app.review.journal import read_journal
from app.review.verdicts import Review
from app.sessions.file import read_session
from app.sessions.session import Session
from app.translation import tr
from calid_core.errors import CalidError
from calid_core.judgement import Decision

SESSION_NAME, JOURNAL_NAME = "session.calid", "verdicts.journal"


@dataclass(frozen=True)
class Unfinished:
    """A review that was not saved.

    Parameters
    ----------
    folder
        Where it lies.
    session
        What was open; None where that could not be read.
    reviews
        Every verdict that was given, as far as they could be read.
    problem
        Why not all of it could be read; empty where it could.
    """

    folder: Path
    session: Session | None
    reviews: tuple[Review, ...]
    problem: str = ""

    @property
    def verdicts(self) -> int:
        """How many verdicts there are."""
        return sum(len(review.verdicts) for review in self.reviews) - self.remarks

    @property
    def remarks(self) -> int:
        """How many remarks there are without a verdict."""
        said = (entry.verdict for review in self.reviews for entry in review.verdicts)
        return sum(verdict.decision is Decision.OPEN for verdict in said)

    @property
    def measurements(self) -> int:
        """How many measurements there are."""
        return 0 if self.session is None else len(self.session.measurements)

    @property
    def last_time(self) -> str:
        """When the last verdict was given, ISO 8601 UTC; without one, when it was kept."""
        kept = "" if self.session is None else self.session.saved
        return max((v.verdict.time for r in self.reviews for v in r.verdicts), default=kept)

    @property
    def empty(self) -> bool:
        """Whether there surely is nothing in it."""
        return not (self.problem or self.reviews or self.measurements)

    def is_in(self, session: Session) -> bool:
        """Whether another session surely holds everything that was measured in it."""
        measured = () if self.session is None else self.session.measurements
        return not self.problem and set(measured) <= set(session.measurements)


def read_unfinished(folder: Path) -> Unfinished:
    """The review in a folder, with what could be read of it."""
    session: Session | None = None
    reviews: tuple[Review, ...] = ()
    problems: list[str] = []
    try:
        journal = read_journal(folder / JOURNAL_NAME)
        reviews = journal.reviews
        if journal.damaged:
            problems.append(tr("%n damaged line(s) in the verdicts", "", journal.damaged))
    except CalidError as error:
        problems.append(str(error))
    try:
        session = read_session(folder / SESSION_NAME)
    except CalidError as error:
        if not _is_absent(folder / SESSION_NAME):
            problems.append(str(error))
    return Unfinished(folder, session, reviews, "; ".join(problems))


def _is_absent(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
