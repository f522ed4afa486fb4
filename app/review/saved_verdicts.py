"""Verdicts that were saved with a result, brought back when it is opened as a series."""

from collections.abc import Callable
from weakref import WeakSet

from PySide6.QtCore import QObject, Slot

from app.review.review_state import ReviewState
from app.review.saved import Saved
from app.review.verdicts import Review, told_verdict
from app.state import StudyState
from calid_core.cine import CineStack
from calid_core.identity import run_key, stack_digest


class SavedVerdicts(QObject):
    """Takes the verdicts of every opened result once; whoever takes one away later has the last word.

    Parameters
    ----------
    state, reviews, saved
        The open series, their verdicts, and what files hold of them.
    from_session
        Whether a series is being opened by a session, which has the later verdicts.
    """

    def __init__(
        self,
        state: StudyState,
        reviews: ReviewState,
        saved: Saved,
        from_session: Callable[[CineStack], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._reviews, self._saved, self._from_session = state, reviews, saved, from_session
        self._taken: WeakSet[CineStack] = WeakSet()
        state.stack_changed.connect(self._take)

    @Slot()
    def _take(self) -> None:
        stack = self._state.active_stack
        if stack is None or stack in self._taken:
            return
        self._taken.add(stack)
        if not stack.judged or self._from_session(stack):
            return
        told = _review_in(stack)
        if told.verdicts:
            standing = self._reviews.review(told.run_key).joined(told)
            self._saved.note_reviews(stack_digest(stack), (told,), (standing,))
            self._reviews.set_review(standing)


def _review_in(stack: CineStack) -> Review:
    """What a reader said of the slices of a result before it was saved; empty where nothing of it can be read."""
    review = Review(run_key(stack_digest(stack)))
    for index, text in stack.judged:
        verdict = told_verdict(text)
        if verdict is not None:
            review = review.with_verdict(index, verdict)
    return review
