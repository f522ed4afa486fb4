"""Verdicts that were saved with a result, when the result is opened."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.open_series import OpenSeries
from app.review.verdicts import Verdict, verdict_of
from app.sessions.saved import Saved
from app.sessions.saved_verdicts import SavedVerdicts
from app.state.review_state import ReviewState
from app.state.viewer_state import ViewerState
from calid_core.cine import CineStack
from calid_core.judgement import Decision, Judgement, told_judgement
from calid_core.provenance import SliceState

REJECTED = Verdict(Decision.REJECT, "AB", "2026-11-23T07:50:00.123456Z", "ghost: see A2")
ACCEPTED = Verdict(Decision.ACCEPT, "CD", "2026-11-24T07:50:00.000000Z")


@given(
    st.sampled_from(Decision),
    st.sampled_from(["AB", "xyz1", "ÄÖ"]),
    st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30),
)
def test_a_written_verdict_is_told_again(decision: Decision, reader: str, remark: str) -> None:
    assume(remark or decision is not Decision.OPEN)
    verdict = Verdict(decision, reader, REJECTED.time, remark)
    told = told_judgement(verdict.written)
    assert told is not None
    assert verdict_of(told) == verdict


@pytest.mark.parametrize(
    "text",
    [
        "rejected by AB",
        "rejected by AB at 2026-11-23T07:50:00Z",
        "rejected by A B at " + REJECTED.time,
        "rejected by ABCDEFGHI at " + REJECTED.time,
    ],
)
def test_judgements_that_are_not_whole_are_no_verdicts(text: str) -> None:
    told = told_judgement(text)
    assert told is not None
    assert verdict_of(told) is None


@pytest.fixture
def judged(stack: CineStack) -> CineStack:
    """A result whose slice 2 was rejected and which was accepted as a whole; of slice 4 an older file tells no time."""
    states = list(stack.slice_states)
    states[1], states[3] = (
        SliceState(judged=REJECTED),
        SliceState(judged=Judgement(Decision.REJECT, "AB", "")),
    )
    return replace(stack, slice_states=tuple(states), whole_judged=ACCEPTED)


class Opened:
    """A state with a series and what takes its verdicts."""

    def __init__(self, stack: CineStack, decided_until: str = "") -> None:
        self.state = ViewerState()
        self.reviews = ReviewState(self.state)
        self.saved = Saved()
        self.taking = SavedVerdicts(self.state, self.reviews, self.saved, lambda _: decided_until)
        self.stack = stack
        self.show()

    def show(self) -> None:
        self.state.set_all_series((OpenSeries(1, "one", stack=self.stack),), None)
        self.state.set_all_series(self.state.all_series, 1)

    @property
    def verdicts(self) -> dict[int | None, Verdict]:
        assert self.reviews.current is not None
        return {v.slice_index: v.verdict for v in self.reviews.current.verdicts}

    @property
    def unsaved(self) -> bool:
        return not self.saved.holds(self.stack, self.reviews.reviews, ())


def test_verdicts_of_a_result_stand_when_it_is_opened_and_count_as_saved(judged: CineStack) -> None:
    opened = Opened(judged)
    assert opened.verdicts == {None: ACCEPTED, 1: REJECTED}
    assert not opened.unsaved


def test_a_verdict_that_is_taken_away_does_not_come_back_with_the_next_look(judged: CineStack) -> None:
    opened = Opened(judged)
    assert opened.reviews.current is not None
    opened.reviews.set_verdict(opened.reviews.current.run_key, 1, None)
    opened.show()
    assert opened.verdicts == {None: ACCEPTED}
    assert opened.unsaved


def test_a_session_has_the_last_word_on_what_was_decided_before_it_was_saved(judged: CineStack) -> None:
    assert Opened(judged, "2026-11-25T00:00:00.000000Z").verdicts == {}
    assert Opened(judged, "2026-11-23T12:00:00.000000Z").verdicts == {None: ACCEPTED}


def test_what_two_files_hold_between_them_is_saved(judged: CineStack) -> None:
    opened = Opened(judged)
    states = (SliceState(), SliceState(), SliceState(judged=ACCEPTED), SliceState())
    opened.stack = replace(judged, slice_states=states, whole_judged=None)
    opened.show()
    assert opened.verdicts == {None: ACCEPTED, 1: REJECTED, 2: ACCEPTED}
    assert not opened.unsaved
