"""Verdicts and reader of the open review; written by ``app.review.reviewing`` and ``app.review.sessions`` only."""

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from app.review.verdicts import Review, Verdict
from app.state import StudyState
from app.study import Layer, Run, Volume
from calid_core.checks.walk import slices_to_check, worst_first
from calid_core.identity import reconstruction_key, run_key, stack_digest
from calid_core.reconstruction import Reconstruction


@dataclass(frozen=True, eq=False)
class Subject:
    """What is shown, as something that can be judged: a finished run, or the acquired slices.

    Parameters
    ----------
    key
        By content.
    volume
        Its slices.
    run
        The run; None for the acquired slices.
    """

    key: str
    volume: Volume
    run: Run | None

    @property
    def order(self) -> tuple[int, ...]:
        """Slices to check, most doubtful first."""
        return worst_first(self.volume.provenance, self.run.checks if self.run else None)

    @property
    def to_check(self) -> frozenset[int]:
        """Slices that count as work."""
        return slices_to_check(self.volume.provenance, self.run.checks if self.run else None)


class ReviewState(QObject):
    """Reviews by run key, who reviews, and what is shown as the subject of a review."""

    review_changed = Signal(str)  # run key
    reader_changed = Signal()
    subject_changed = Signal()

    def __init__(self, state: StudyState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._reviews: dict[str, Review] = {}
        self._reader = ""
        self._keys: WeakKeyDictionary[Reconstruction, str] = WeakKeyDictionary()
        self._subject: Subject | None = None
        for changed in (state.stack_changed, state.runs_changed, state.layer_changed):
            changed.connect(self._refresh_subject)

    @property
    def reader(self) -> str:
        """Initials of who reviews; empty while nobody has said."""
        return self._reader

    def set_reader(self, reader: str) -> None:
        """Set ``reader``."""
        if reader != self._reader:
            self._reader = reader
            self.reader_changed.emit()

    @property
    def reviews(self) -> tuple[Review, ...]:
        """Every review that holds a verdict."""
        return tuple(review for review in self._reviews.values() if review.verdicts)

    def review(self, key: str) -> Review:
        """The review of a run; empty where nothing was decided."""
        return self._reviews.get(key) or Review(key)

    def set_verdict(self, key: str, slice_index: int | None, verdict: Verdict | None) -> None:
        """Give, change or withdraw a verdict."""
        self.set_review(self.review(key).with_verdict(slice_index, verdict))

    def set_review(self, review: Review) -> None:
        """Replace the review of a run."""
        if review != self.review(review.run_key):
            self._reviews[review.run_key] = review
            self.review_changed.emit(review.run_key)

    @property
    def subject(self) -> Subject | None:
        """What is shown, if it can be judged; None while nothing is open or the run is not finished."""
        return self._subject

    @property
    def current(self) -> Review | None:
        """The review of what is shown."""
        return None if self._subject is None else self.review(self._subject.key)

    def review_of(self, layer: Layer | None) -> Review | None:
        """The review of a layer (None: the one that is shown); None where it cannot be judged."""
        stack = self._state.active_stack
        if layer is None or stack is None:
            return self.current
        if layer.run_id is None:
            return self.review(run_key(stack_digest(stack)))
        run = None if layer.held_out else self._state.run(layer.run_id)
        return self.review(self.key_of(run)) if run is not None and run.reconstruction is not None else None

    def judged(self, run: Run) -> dict[int | None, str]:
        """The verdicts on the slices of a run (None: on the whole) as texts that are saved with it."""
        return {v.slice_index: v.verdict.written for v in self.review(self.key_of(run)).verdicts}

    @property
    def progress(self) -> tuple[int, int]:
        """Slices checked and slices to check of what is shown."""
        subject = self.subject
        if subject is None:
            return 0, 0
        return len(subject.to_check & self.review(subject.key).slices), len(subject.to_check)

    def key_of(self, run: Run) -> str:
        """Key of a finished run; empty for others."""
        if run.reconstruction is None:
            return ""
        key = self._keys.get(run.reconstruction)
        if key is None:
            key = self._keys[run.reconstruction] = reconstruction_key(run.reconstruction)
        return key

    def _refresh_subject(self) -> None:
        subject = self._find_subject()
        before = self._subject
        same = before is not None and subject is not None and before.volume is subject.volume
        if same and before is not None and subject is not None and before.run is subject.run:
            return
        if before is None and subject is None:
            return
        self._subject = subject
        self.subject_changed.emit()

    def _find_subject(self) -> Subject | None:
        stack, volume = self._state.active_stack, self._state.volume()
        if stack is None or volume is None or self._state.layer.held_out:
            return None
        run_id = self._state.layer.run_id
        if run_id is None:
            return Subject(run_key(stack_digest(stack)), volume, None)
        run = self._state.run(run_id)
        if run is None or run.reconstruction is None:
            return None
        return Subject(self.key_of(run), replace(volume, provenance=run.provenance), run)
