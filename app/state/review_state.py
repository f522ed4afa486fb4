"""Verdicts and reader of the open review.

Written by ``app.controllers.reviewing``, ``app.sessions.joining`` and ``app.sessions.saved_verdicts`` only: what the reader
says, and what files hold.
"""

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from app.layers import Layer, Run, Volume
from app.review.verdicts import Review, Verdict
from app.state.viewer_state import ViewerState
from app.translation import tr
from calid_core.checks.walk import slices_to_check, worst_first
from calid_core.identity import reconstruction_key, run_key, stack_digest
from calid_core.judgement import Judgement
from calid_core.reconstruction import Reconstruction


@dataclass(frozen=True, eq=False)
class Subject:
    """What on the screen is judged: a finished run, or the acquired slices.

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

    def is_same(self, other: "Subject") -> bool:
        """Whether another one is about the same slices and findings."""
        same_slices = self.key == other.key and self.volume.intensity is other.volume.intensity
        return same_slices and self.run is other.run

    @property
    def order(self) -> tuple[int, ...]:
        """Slices to check, most doubtful first."""
        return worst_first(self.volume.provenance, self.run.checks if self.run else None)

    @property
    def to_check(self) -> frozenset[int]:
        """Slices that count as work."""
        return slices_to_check(self.volume.provenance, self.run.checks if self.run else None)


class ReviewState(QObject):
    """Reviews by run key, who reviews, and what of the screen is the subject of a review."""

    review_changed = Signal(str)  # run key
    reader_changed = Signal()
    subject_changed = Signal()

    def __init__(self, state: ViewerState, parent: QObject | None = None, *, reader: str = "") -> None:
        super().__init__(parent)
        self._state = state
        self._reviews: dict[str, Review] = {}
        self._images: dict[str, set[str]] = {}
        """By run key: digests of the images that its run was made of, or whose session holds its review."""
        self._reader = reader
        self._keys: WeakKeyDictionary[Reconstruction, str] = WeakKeyDictionary()
        self._subject: Subject | None = None
        self._layer = state.judged_layer
        for changed in (
            state.stack_changed,
            state.runs_changed,
            state.layer_changed,
            state.layout_changed,
            state.compare_layers_changed,
            state.compare.mode_changed,
            state.compare.shown_changed,
            state.compare.long_axis_changed,
        ):
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

    def reviews_of(self, digest: str) -> tuple[Review, ...]:
        """Those of the images with this digest: of acquired slices and of runs, be they gone or still to come."""
        acquired = run_key(digest)
        return tuple(
            review
            for review in self.reviews
            if review.run_key == acquired or digest in self._images.get(review.run_key, ())
        )

    def assign(self, key: str, digest: str) -> None:
        """Count the review of a run among those of the images with this digest."""
        self._images.setdefault(key, set()).add(digest)

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
        """What is judged; None while nothing is open, the run is not finished or held-out slices are shown."""
        return self._subject

    @property
    def slice_index(self) -> int:
        """The slice shown of what is judged."""
        return self._state.slice_index(self._state.judged_layer)

    @property
    def refusal(self) -> str:
        """Why held-out slices that are shown take no verdicts; empty where other ones are shown."""
        layer = self._state.judged_layer
        volume = self._state.volume(layer)
        if volume is None or not layer.held_out:
            return ""
        return tr("{label}: no verdicts, they are about a run or the acquired slices.").format(
            label=volume.label
        )

    @property
    def current(self) -> Review | None:
        """The review of what is judged."""
        return None if self._subject is None else self.review(self._subject.key)

    def review_of(self, layer: Layer | None) -> Review | None:
        """The review of a layer (None: the one that is judged); None where it cannot be judged."""
        if layer is None:
            return self.current
        key = self._key(layer)
        return self.review(key) if key else None

    def judged(self, run: Run) -> dict[int | None, Judgement]:
        """The verdicts on the slices of a run (None: on the whole), that are saved with it."""
        return {v.slice_index: v.verdict for v in self.review(self.key_of(run)).verdicts}

    @property
    def progress(self) -> tuple[int, int]:
        """Slices checked and slices to check of what is judged."""
        subject = self.subject
        if subject is None:
            return 0, 0
        return len(subject.to_check & self.review(subject.key).slices), len(subject.to_check)

    @property
    def runs(self) -> dict[str, Run]:
        """Finished runs of the active series by key; of those that are the same, the newest."""
        return {self.key_of(run): run for run in self._state.runs if run.reconstruction is not None}

    def key_of(self, run: Run | None) -> str:
        """Key of a finished run; empty for others, and where there is none."""
        if run is None or run.reconstruction is None:
            return ""
        key = self._keys.get(run.reconstruction)
        if key is None:
            key = self._keys[run.reconstruction] = reconstruction_key(run.reconstruction)
            self.assign(key, stack_digest(run.reconstruction.acquired))
        return key

    def _refresh_subject(self) -> None:
        subject, before = self._find_subject(self._state.judged_layer), self._subject
        if before is None or subject is None:
            same = before is subject and self._layer == self._state.judged_layer
        else:
            same = before.is_same(subject)
        self._subject, self._layer = subject, self._state.judged_layer
        if not same:
            self.subject_changed.emit()

    def _find_subject(self, layer: Layer) -> Subject | None:
        key, volume = self._key(layer), self._state.volume(layer)
        if not key or volume is None:
            return None
        run = self._state.run(layer.run_id)
        return Subject(key, volume if run is None else replace(volume, provenance=run.provenance), run)

    def _key(self, layer: Layer) -> str:
        """Key of what a layer shows; empty where it cannot be judged."""
        stack, run = self._state.active_stack, self._state.run(layer.run_id)
        if stack is None or layer.held_out:
            return ""
        if layer.acquired:
            return run_key(stack_digest(stack))
        return self.key_of(run)
