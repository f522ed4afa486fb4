"""What a reader said, put into a comment and told from it again."""

import pytest

from calid_core.judgement import judgement_comment, rejected_sentence, told_judgements
from calid_core.provenance import SliceOrigin

AT = "at 2026-11-23T07:50:00.123456Z"


@pytest.mark.parametrize(
    "of_slice",
    [
        "",
        f"rejected by AB {AT}: ghosting. Blurred",
        f"accepted with remark by ÄÖ {AT}: see. Slice rejected by XY {AT}: quoted. Reconstruction accepted by XY",
    ],
)
@pytest.mark.parametrize(
    "of_whole", ["", f"accepted with remark by CD {AT}: but see A2", f"rejected by CD {AT}"]
)
def test_what_is_put_into_a_comment_is_told_from_it(of_slice: str, of_whole: str) -> None:
    comment = ". ".join(filter(None, ("Synthesised slice", judgement_comment(of_slice, of_whole))))
    assert told_judgements(comment) == (of_slice, of_whole)


def test_older_files_without_times_still_tell() -> None:
    comment = "Acquired slice, copied unchanged. Slice rejected by AB: ghost. Reconstruction accepted by AB"
    assert told_judgements(comment) == ("rejected by AB: ghost", "accepted by AB")


def test_rejected_slices_are_called_as_in_the_window() -> None:
    origins = (SliceOrigin.ACQUIRED, SliceOrigin.SYNTHESISED, SliceOrigin.ACQUIRED, SliceOrigin.INTERPOLATED)
    judged = ((1, "rejected by AB"), (2, f"rejected by AB {AT}"), (3, "accepted by AB"))
    assert rejected_sentence(judged, origins) == "A reader rejected S2, A2."
    whole = (*judged, (None, "rejected by AB"))
    assert rejected_sentence(whole, origins) == "A reader rejected S2, A2 and the whole."
    assert rejected_sentence(judged[2:], origins) == ""
