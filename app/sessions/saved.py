"""What files hold of the open series already: where their sessions are, and which verdicts and measurements are in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from app.review.verdicts import Review, Verdict
from app.sessions.saved_measurement import SavedMeasurement
from app.sessions.session import Session
from calid_core.cine import CineStack
from calid_core.identity import stack_digest

_Verdicts = dict[tuple[str, int | None], set[Verdict]]
"""By run key and slice (None: the whole): of several files, what each of them says."""


@dataclass(frozen=True)
class SessionFile:
    """The session file of a series.

    Parameters
    ----------
    path
        Where it lies; None where there is none that holds everything.
    measurements
        What it holds of measurements.
    pixels
        Whether it holds the pixels of made slices.
    """

    path: Path | None = None
    measurements: tuple[SavedMeasurement, ...] = ()
    pixels: bool = False

    @classmethod
    def of(cls, session: Session, path: Path | None) -> "SessionFile":
        """That of a session which was read or written."""
        return cls(path, session.measurements, any(run.pixels is not None for run in session.runs))


class Saved:
    """By series what a file holds of it."""

    def __init__(self) -> None:
        self._files: WeakKeyDictionary[CineStack, SessionFile] = WeakKeyDictionary()
        self._verdicts: dict[str, _Verdicts] = {}
        """By digest of the images what files hold of them."""
        self._known: set[tuple[str, str]] = set()
        """Digest and time of the sessions that this window read or wrote."""

    def file(self, stack: CineStack | None) -> SessionFile:
        """The session file of a series."""
        nothing = SessionFile()
        return nothing if stack is None else self._files.get(stack, nothing)

    def has_file(self, stack: CineStack) -> bool:
        """Whether a session file of a series was read or written."""
        return stack in self._files

    def set_file(self, stack: CineStack, file: SessionFile) -> None:
        """Set ``file``."""
        self._files[stack] = file

    def note(self, session: Session) -> None:
        """A session was read or written, by the window or a worker: it may be replaced by what is open of its images."""
        self._known.add((session.images.digest, session.saved))

    def knows(self, session: Session) -> bool:
        """Whether this window read or wrote a session; another one holds what it does not know of."""
        return (session.images.digest, session.saved) in self._known

    def holds(
        self, stack: CineStack | None, reviews: Sequence[Review], measurements: Sequence[SavedMeasurement]
    ) -> bool:
        """Whether files hold exactly these verdicts and measurements of a series."""
        held = {} if stack is None else self._verdicts.get(stack_digest(stack), {})
        standing = _verdicts(reviews)
        kept = standing.keys() == held.keys() and all(standing[place] <= held[place] for place in standing)
        return kept and set(measurements) == set(self.file(stack).measurements)

    def set_reviews(self, session: Session) -> None:
        """A session was written: it holds all verdicts on its images."""
        self._verdicts[session.images.digest] = _verdicts(session.reviews)

    def note_reviews(self, digest: str, read: Sequence[Review]) -> None:
        """Keep which verdicts a file holds that was read."""
        held = self._verdicts.setdefault(digest, {})
        for place, verdicts in _verdicts(read).items():
            held[place] = held.get(place, set()) | verdicts


def _verdicts(reviews: Sequence[Review]) -> _Verdicts:
    return {
        (review.run_key, entry.slice_index): {entry.verdict}
        for review in reviews
        for entry in review.verdicts
    }
