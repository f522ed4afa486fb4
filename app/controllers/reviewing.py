"""Keys of the reader turned into verdicts: each is on the disk before it is shown, and each can be undone."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from textwrap import shorten

from PySide6.QtCore import QObject, Signal, Slot

from app.actions.key_texts import with_keys
from app.choices import ViewLayout
from app.controllers.navigation import Navigation
from app.layers import ACQUIRED
from app.review.journal import Change
from app.review.verdicts import LONGEST_REMARK, Verdict, check_initials, now
from app.state.review_state import ReviewState
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.undo import Step, UndoStack
from calid_core.checks.walk import next_unchecked
from calid_core.errors import CalidError
from calid_core.judgement import Decision

LONGEST_TOLD = 80
"""Letters of a remark that are told."""


class Reviewing(QObject):
    """Accepts, rejects, remarks, undoes, and walks from slice to slice.

    Parameters
    ----------
    state, reviews, navigation
        What is looked at, what was decided about it, and who moves on.
    record
        Puts a change on the disk before it is shown; raises ``CalidError`` if it cannot.
    undo
        Gets a step for every verdict.
    """

    initials_wanted = Signal()  # nobody has said who reviews; ``set_reader`` goes on with what was asked
    remark_wanted = Signal(object)  # slice index or None
    began = Signal()  # a verdict or the next unchecked slice was asked for
    layer_wanted = Signal(object)  # Layer on which a verdict is taken back or given again
    told = Signal(str)  # one line for the status bar
    failed = Signal(str, object)  # what was tried, the exception

    def __init__(
        self,
        state: ViewerState,
        reviews: ReviewState,
        navigation: Navigation,
        record: Callable[[Change], None],
        undo: UndoStack,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._reviews, self._navigation = state, reviews, navigation
        self._record, self._undo = record, undo
        self._waiting: tuple[str, Callable[[], object]] | None = None
        """What was asked before anybody said who reviews, and the key of what it is about."""
        self._just_rejected: tuple[str, int] | None = None
        for moved in (state.position_changed, state.stack_changed):
            moved.connect(self._forget_rejection)
        state.layer_changed.connect(self._on_layer_changed)

    @Slot()
    def _forget_rejection(self) -> None:
        self._just_rejected = None

    @Slot()
    def _on_layer_changed(self) -> None:
        """In a comparison the main layer changes behind what is judged."""
        if self._state.layout is not ViewLayout.COMPARE:
            self._forget_rejection()

    @property
    def _here(self) -> tuple[str, int]:
        """Key and slice of what is judged; an empty key for nothing."""
        subject = self._reviews.subject
        return subject.key if subject is not None else "", self._reviews.slice_index

    # -- verdicts ----------------------------------------------------------------------------------------

    @Slot()
    def accept(self) -> None:
        """Accept the slice that is shown and go on to the next unchecked one.

        Right after a rejection it only goes on: whoever comes back to a rejected slice may accept it.
        """
        if self._just_rejected == self._here:
            self.go_to_next_unchecked()
            return
        self._signed(partial(self._decide_and_go_on, self._reviews.slice_index))

    @Slot()
    def reject(self) -> None:
        """Reject the slice that is shown, and stay for a remark."""
        self._signed(partial(self._reject_here, self._reviews.slice_index))

    @Slot()
    def accept_whole(self) -> None:
        """Accept the reconstruction as a whole."""
        self._signed(partial(self._decide, None, Decision.ACCEPT))

    @Slot()
    def reject_whole(self) -> None:
        """Reject the reconstruction as a whole."""
        self._signed(partial(self._decide, None, Decision.REJECT))

    @Slot()
    def remark(self) -> None:
        """Ask for a remark on the slice that is shown."""
        self._signed(partial(self._ask_remark, self._reviews.slice_index))

    @Slot()
    def remark_whole(self) -> None:
        """Ask for a remark on the whole."""
        self._signed(partial(self._ask_remark, None))

    def set_remark(
        self,
        slice_index: int | None,
        remark: str,
        key: str = "",
        *,
        reader: str = "",
        replaced: str | None = None,
    ) -> bool:
        """Keep a remark on a run of the active series; whether it stands now.

        What has no verdict yet is still to check; an empty remark on it takes it away. A verdict of another reader takes
        none: it would be signed anew.

        Parameters
        ----------
        key
            Of the run; empty for what is judged.
        reader
            Who wrote it; empty for who reviews now.
        replaced
            The remark that stood when this one was begun: another one that came meanwhile stays, and is told. None
            for whatever stands.
        """
        text = " ".join(remark.split())[:LONGEST_REMARK]
        here = self._here[0]
        key = key or here
        if not key:
            return False
        standing = self._reviews.review(key).verdict(slice_index)
        if text == (standing.remark if standing is not None else ""):
            return True
        reader = reader or self._reviews.reader
        if self._is_of_another(slice_index, standing, reader):
            return False
        if standing is not None and replaced is not None and standing.remark not in ("", replaced):
            self.told.emit(
                tr("{reader} remarked meanwhile: “{remark}”. Return writes over it, Esc leaves it.").format(
                    reader=standing.reader, remark=shorten(standing.remark, LONGEST_TOLD, placeholder="…")
                )
            )
            return False
        decision = standing.decision if standing is not None else Decision.OPEN
        taken_away = decision is Decision.OPEN and not text
        verdict = None if taken_away else Verdict(decision, reader, now(), text)
        kept = self._give(key, slice_index, verdict)
        if kept and key != here:
            self.told.emit(tr("The remark was kept on a run that is not shown."))
        return kept

    def set_reader(self, initials: str) -> None:
        """Set who reviews, and do what was asked before that was known, if the same run is still shown."""
        check_initials(initials)
        self._reviews.set_reader(initials)
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        key, action = waiting
        if self._here[0] == key:
            action()
        else:
            self.told.emit(tr("No verdict was given, because another run or series is shown now."))

    def forget_reader(self) -> None:
        """Nobody reviews: the next verdict asks who does."""
        self._reviews.set_reader("")

    @Slot()
    def forget_waiting(self) -> None:
        """Nobody said who reviews: the verdict is not given."""
        self._waiting = None

    @Slot()
    def go_to_next_unchecked(self) -> None:
        """Go to the most doubtful slice without a verdict."""
        subject, review = self._reviews.subject, self._reviews.current
        self.began.emit()
        if subject is None or review is None:
            nothing = tr("Nothing to check yet: open a series and reconstruct it.")
            self.told.emit(self._reviews.refusal or nothing)
            return
        index = next_unchecked(subject.order, review.slices, self._reviews.slice_index)
        if index is None:
            total = len(subject.to_check)
            self.told.emit(
                tr("All {total} slices are checked.").format(total=total)
                + " "
                + with_keys(tr("{ACCEPT_WHOLE} accepts the whole reconstruction."))
            )
        else:
            self.go_to_slice(index)

    @Slot(int)
    def go_to_slice(self, index: int) -> None:
        """Go to a slice of what is judged."""
        self._navigation.go_to_slice_of(self._state.judged_layer, index)

    def _signed(self, action: Callable[[], object]) -> None:
        """Do it, after asking who reviews if nobody has said."""
        self.began.emit()
        subject = self._reviews.subject
        if subject is None:
            needed = tr("A verdict needs a finished run or the acquired slices.")
            self.told.emit(self._reviews.refusal or needed)
        elif self._reviews.reader:
            action()
        else:
            self._waiting = subject.key, action
            self.initials_wanted.emit()

    def _decide_and_go_on(self, slice_index: int) -> None:
        if self._decide(slice_index, Decision.ACCEPT):
            self.go_to_next_unchecked()

    def _reject_here(self, slice_index: int) -> None:
        if self._decide(slice_index, Decision.REJECT):
            self._just_rejected = self._here
            self.told.emit(with_keys(tr("Rejected. {ACCEPT} goes on, {REMARK} says why.")))

    def _decide(self, slice_index: int | None, decision: Decision) -> bool:
        review = self._reviews.current
        standing = review.verdict(slice_index) if review is not None else None
        reader = self._reviews.reader
        if standing is not None and (standing.decision, standing.reader) == (decision, reader):
            return True
        remark = standing.remark if standing is not None and standing.reader == reader else ""
        return self._give(self._here[0], slice_index, Verdict(decision, reader, now(), remark))

    def _ask_remark(self, slice_index: int | None) -> None:
        review = self._reviews.current
        standing = review.verdict(slice_index) if review is not None else None
        if not self._is_of_another(slice_index, standing, self._reviews.reader):
            self.remark_wanted.emit(slice_index)

    def _is_of_another(self, slice_index: int | None, standing: Verdict | None, reader: str) -> bool:
        """Whether another reader decided, which is told: remarks stand beside a verdict of the same reader only."""
        if standing is None or standing.is_open or standing.reader == reader:
            return False
        how = tr(
            "{ACCEPT} or {REJECT} gives your own verdict, which takes a remark; {REMARK_WHOLE} remarks on the whole."
        )
        if slice_index is None:
            how = tr("{ACCEPT_WHOLE} or {REJECT_WHOLE} gives your own verdict, which takes a remark.")
        self.told.emit(tr("Decided by {reader}.").format(reader=standing.reader) + " " + with_keys(how))
        return True

    def _give(self, key: str, slice_index: int | None, verdict: Verdict | None) -> bool:
        series = self._state.active_series
        if series is None or not key:
            return False
        before = self._reviews.review(key).verdict(slice_index)
        if before is not None and verdict is not None and replace(before, time=verdict.time) == verdict:
            return True
        later = None if verdict is None else verdict.after(before)
        change, back = (Change(key, slice_index, v) for v in (later, before))
        if not self._apply(change):
            return False
        place = tr("whole") if slice_index is None else tr("slice {number}").format(number=slice_index + 1)
        what = tr("without remark") if verdict is None else tr(verdict.text)
        self._undo.push(
            Step(series.id, f"{place} {what}", partial(self._redo, change), partial(self._redo, back))
        )
        return True

    def _redo(self, change: Change) -> bool:
        """Give or take back a verdict of the active series where it can be seen; whether that went well."""
        self._forget_rejection()
        shown = self._show(change.run_key)
        if shown and change.slice_index is not None:
            self.go_to_slice(change.slice_index)
        done = self._apply(change)
        if done and not shown:
            self.told.emit(tr("The verdict was changed on a run that is not shown."))
        return done

    def _show(self, key: str) -> bool:
        """Bring what a key is about on the screen; whether it is there now."""
        for layer in (self._state.judged_layer, ACQUIRED, *(run.layer for run in self._state.runs)):
            review = self._reviews.review_of(layer)
            if review is not None and review.run_key == key:
                if layer != self._state.judged_layer:
                    self.layer_wanted.emit(layer)
                return True
        return False

    def _apply(self, change: Change) -> bool:
        """Put a change on the disk, then show it; whether that went well."""
        try:
            self._record(change)
        except CalidError as error:
            self.failed.emit(tr("Save the verdict"), error)
            return False
        self._reviews.set_verdict(change.run_key, change.slice_index, change.verdict)
        return True
