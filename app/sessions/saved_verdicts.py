"""Verdicts that were saved with a result, brought back when it is opened as a series."""

from collections.abc import Callable
from weakref import WeakSet

from PySide6.QtCore import QObject, Slot

from app.review.verdicts import Review, verdict_of
from app.sessions.saved import Saved
from app.state.review_state import ReviewState
from app.state.viewer_state import ViewerState
from calid_core.cine import CineStack
from calid_core.identity import run_key, stack_digest


class SavedVerdicts(QObject):
    """Takes the verdicts of every opened result once; whoever takes one away later has the last word.

    Parameters
    ----------
    state, reviews, saved
        The open series, their verdicts, and what files hold of them.
    decided_until
        When the session was saved that a series is being opened by, ISO 8601: whatever was decided before, it holds, or the
        reader took it away. Empty for none.
    """

    def __init__(
        self,
        state: ViewerState,
        reviews: ReviewState,
        saved: Saved,
        decided_until: Callable[[CineStack], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._reviews, self._saved = state, reviews, saved
        self._decided_until = decided_until
        self._taken: WeakSet[CineStack] = WeakSet()
        state.stack_changed.connect(self._take)

    @Slot()
    def _take(self) -> None:
        stack = self._state.active_stack
        if stack is None or stack in self._taken:
            return
        self._taken.add(stack)
        if not stack.judged:
            return
        told = _review_in(stack, self._decided_until(stack))
        if told.verdicts:
            self._saved.note_reviews(stack_digest(stack), (told,))
            self._reviews.set_review(self._reviews.review(told.run_key).joined(told))


def _review_in(stack: CineStack, after: str) -> Review:
    """What a reader said of the slices of a result before it was saved, ``after`` a time; empty where nothing of it can be read."""
    review = Review(run_key(stack_digest(stack)))
    for index, judgement in stack.judged:
        verdict = verdict_of(judgement)
        if verdict is not None and verdict.time > after:
            review = review.with_verdict(index, verdict)
    return review
