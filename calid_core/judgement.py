"""What a reader said of slices before they were written, as it stands in files: ``rejected by AB: ghosting``."""

import re
from collections.abc import Iterable, Sequence

from calid_core.provenance import SliceOrigin

Judged = tuple[tuple[int | None, str], ...]
"""By output slice (None: the whole) what was said."""

_SAID = re.compile(r"(?:^|\. )(Slice|Reconstruction) (?=(?:accepted(?: with remark)?|rejected) by \w+)")
_QUOTED = re.compile(r"\.( {1,2})(?=Slice |Reconstruction )")
"""What begins a judgement, with one space, or with two where it stands in a remark: those have no double spaces."""


def judgement_comment(of_slice: str | None, of_whole: str | None) -> str:
    """``Slice rejected by AB: ghosting. Reconstruction accepted by AB``; empty where nothing was said."""
    said = (("Slice", of_slice), ("Reconstruction", of_whole))
    return ". ".join(f"{what} {_QUOTED.sub('.  ', text)}" for what, text in said if text)


def told_judgements(comment: str) -> tuple[str, str]:
    """What ``judgement_comment`` put at the end of a text, of the slice and of the whole; empty where nothing."""
    said = list(_SAID.finditer(comment))
    ends = [*(match.start() for match in said[1:]), len(comment)]
    texts = [_QUOTED.sub(". ", comment[match.end() : end]) for match, end in zip(said, ends, strict=False)]
    told = {match[1]: text for match, text in zip(said, texts, strict=True)}
    return told.get("Slice", ""), told.get("Reconstruction", "")


def rejected_sentence(judged: Judged, origins: Sequence[SliceOrigin]) -> str:
    """What a reader rejected; empty where nothing.

    ``origins`` are those of all slices: they are called as in the window, acquired ones by their number among the acquired.
    """
    rejected = [index for index, text in judged if text.startswith("rejected")]
    acquired = [i for i, origin in enumerate(origins) if origin is SliceOrigin.ACQUIRED]
    what = _names((index for index in rejected if index is not None), origins, acquired)
    listed = [", ".join(what)] if what else []
    listed += ["the whole"] if None in rejected else []
    return f"A reader rejected {' and '.join(listed)}." if listed else ""


def _names(slices: Iterable[int], origins: Sequence[SliceOrigin], acquired: Sequence[int]) -> list[str]:
    return [f"A{acquired.index(i) + 1}" if i in acquired else f"{origins[i].value}{i + 1}" for i in slices]
