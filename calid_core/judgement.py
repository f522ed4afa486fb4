"""What a reader decided about slices, and how it stands in files: ``rejected by AB at 2026-11-23T07:50:00.123456Z: ghosting``."""

import re
from dataclasses import dataclass
from enum import Enum


class Decision(Enum):
    """Whether what is shown may be believed."""

    ACCEPT = "accept"
    REJECT = "reject"
    OPEN = "open"  # not decided yet: there is a remark only


@dataclass(frozen=True)
class Judgement:
    """What a reader decided.

    Parameters
    ----------
    decision
        Accept or reject, or open while there is only a remark; an acceptance with a remark is a kind of its own for people.
    reader
        Initials.
    time
        UTC, ISO 8601; empty where it is not known, as in older files.
    remark
        Free text, empty for none.
    """

    decision: Decision
    reader: str
    time: str
    remark: str = ""

    @property
    def rejected(self) -> bool:
        """Whether what is shown is not to be believed."""
        return self.decision is Decision.REJECT

    @property
    def is_open(self) -> bool:
        """Whether nothing was decided yet: there is only a remark."""
        return self.decision is Decision.OPEN

    @property
    def text(self) -> str:
        """In English words: accepted, rejected, accepted with remark, remarked."""
        if self.is_open:
            return "remarked"
        if self.rejected:
            return "rejected"
        return "accepted with remark" if self.remark else "accepted"

    @property
    def written(self) -> str:
        """For files, in English; ``told_judgement`` reads it."""
        by = f" by {self.reader}" if self.reader else ""
        at = f" at {self.time}" if self.time else ""
        said = f"{self.text}{by}{at}"
        return f"{said}: {self.remark}" if self.remark else said


_DECISIONS = {"accepted": Decision.ACCEPT, "rejected": Decision.REJECT, "remarked": Decision.OPEN}
_WRITTEN = re.compile(
    r"(accepted|rejected|remarked)(?: with remark)?(?: by (\w+))?(?: at (\S+Z))?(?:: (.*))?", re.DOTALL
)
_SAID = re.compile(
    r"(?:^|\. )(Slice|Reconstruction) (?=(?:accepted(?: with remark)?|rejected|remarked) by \w+)"
)
_QUOTED = re.compile(r"\.( {1,2})(?=Slice |Reconstruction )")
"""What begins a judgement, with one space, or with two where it stands in a remark: those have no double spaces."""


def told_judgement(text: str) -> Judgement | None:
    """The judgement that was ``written``; one without reader and time where only its beginning is one, None for another text."""
    text = text.strip()
    told = _WRITTEN.fullmatch(text)
    if told is not None:
        return Judgement(_DECISIONS[told[1]], told[2] or "", told[3] or "", told[4] or "")
    said = re.match(r"(accepted|rejected)(?: with remark)?\W*(.*)", text, re.DOTALL)
    return None if said is None else Judgement(_DECISIONS[said[1]], "", "", said[2])


def judgement_comment(of_slice: Judgement | None, of_whole: Judgement | None) -> str:
    """``Slice rejected by AB: ghosting. Reconstruction accepted by AB``; empty where nothing was said."""
    said = (("Slice", of_slice), ("Reconstruction", of_whole))
    return ". ".join(f"{what} {_QUOTED.sub('.  ', told.written)}" for what, told in said if told)


def told_judgements(comment: str) -> tuple[Judgement | None, Judgement | None]:
    """What ``judgement_comment`` put at the end of a text, of the slice and of the whole; None where nothing."""
    said = list(_SAID.finditer(comment))
    ends = [*(match.start() for match in said[1:]), len(comment)]
    texts = [_QUOTED.sub(". ", comment[match.end() : end]) for match, end in zip(said, ends, strict=False)]
    told = {match[1]: told_judgement(text) for match, text in zip(said, texts, strict=True)}
    return told.get("Slice"), told.get("Reconstruction")
