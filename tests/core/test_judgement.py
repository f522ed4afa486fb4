"""What a reader said, put into a comment and told from it again."""

import pytest

from calid_core.judgement import Decision, Judgement, judgement_comment, told_judgement, told_judgements
from calid_core.provenance import SliceOrigin, SliceState, rejected_sentence

TIME = "2026-11-23T07:50:00.123456Z"
AT = f"at {TIME}"
REJECTED, ACCEPTED = Judgement(Decision.REJECT, "AB", ""), Judgement(Decision.ACCEPT, "AB", "")


@pytest.mark.parametrize(
    "of_slice",
    [
        None,
        Judgement(Decision.REJECT, "AB", TIME, "ghosting. Blurred"),
        Judgement(
            Decision.ACCEPT,
            "ÄÖ",
            TIME,
            f"see. Slice rejected by XY {AT}: quoted. Reconstruction accepted by XY",
        ),
        Judgement(Decision.OPEN, "AB", TIME, "see A2"),
    ],
)
@pytest.mark.parametrize(
    "of_whole",
    [
        None,
        Judgement(Decision.ACCEPT, "CD", TIME, "but see A2"),
        Judgement(Decision.REJECT, "CD", TIME),
    ],
)
def test_what_is_put_into_a_comment_is_told_from_it(
    of_slice: Judgement | None, of_whole: Judgement | None
) -> None:
    comment = ". ".join(filter(None, ("Synthesised slice", judgement_comment(of_slice, of_whole))))
    assert told_judgements(comment) == (of_slice, of_whole)


def test_older_files_without_times_still_tell() -> None:
    comment = "Acquired slice, copied unchanged. Slice rejected by AB: ghost. Reconstruction accepted by AB"
    assert told_judgements(comment) == (Judgement(Decision.REJECT, "AB", "", "ghost"), ACCEPTED)


@pytest.mark.parametrize(
    ("text", "judgement"),
    [
        (f"rejected by AB {AT}: ghost: see\nA2", Judgement(Decision.REJECT, "AB", TIME, "ghost: see\nA2")),
        (f"accepted by ÄÖ {AT}", Judgement(Decision.ACCEPT, "ÄÖ", TIME)),
        ("accepted with remark by AB: pale", Judgement(Decision.ACCEPT, "AB", "", "pale")),
        ("rejected by AB", REJECTED),
        (f"remarked by AB {AT}: see A2", Judgement(Decision.OPEN, "AB", TIME, "see A2")),
    ],
)
def test_a_judgement_is_written_as_in_earlier_files_and_told_again(text: str, judgement: Judgement) -> None:
    assert judgement.written == text
    assert told_judgement(text) == judgement


@pytest.mark.parametrize(
    ("text", "remark"),
    [("rejected", ""), ("rejected by A B at noon", "by A B at noon"), ("rejected, says AB", "says AB")],
)
def test_a_slice_that_was_rejected_in_other_words_is_no_less_rejected(text: str, remark: str) -> None:
    told = told_judgement(text)
    assert told == Judgement(Decision.REJECT, "", "", remark)
    assert told_judgement(told.written) == told  # and does not grow when it is written again


@pytest.mark.parametrize("text", ["", "fine", "not rejected by AB"])
def test_other_texts_are_no_judgements(text: str) -> None:
    assert told_judgement(text) is None


def test_rejected_slices_are_called_as_in_the_window() -> None:
    states = (
        SliceState(),
        SliceState(SliceOrigin.SYNTHESISED, judged=REJECTED),
        SliceState(judged=Judgement(Decision.REJECT, "AB", TIME)),
        SliceState(SliceOrigin.INTERPOLATED, judged=ACCEPTED),
    )
    assert rejected_sentence(states, None) == "A reader rejected S2, A2."
    assert rejected_sentence(states, REJECTED) == "A reader rejected S2, A2 and the whole."
    assert rejected_sentence(states[:1], REJECTED) == "A reader rejected the whole."
    assert rejected_sentence((states[0], states[3]), ACCEPTED) == ""
