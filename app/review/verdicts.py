"""What a reader decided about slices and about the whole reconstruction; values, replaced, never changed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from app.file_values import check_digest, check_index
from app.translation import tr
from calid_core.errors import InputError
from calid_core.judgement import Decision, Judgement

LONGEST_REMARK = 2000
LONGEST_INITIALS = 8
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True)
class Verdict(Judgement):
    """A judgement of which all is known, as the window takes it.

    Parameters
    ----------
    decision
        Accept or reject, or open while there is only a remark.
    reader
        Initials, 1 to 8 letters or digits.
    time
        UTC, ISO 8601 with microseconds and ``Z``.
    remark
        Free text, empty for none.

    Raises
    ------
    InputError
        Initials, time or remark are not of that form, or an open one has no remark.
    """

    def __post_init__(self) -> None:
        check_initials(self.reader)
        try:
            moment = datetime.strptime(self.time, TIME_FORMAT)
        except ValueError:
            raise InputError(
                tr("time of a verdict is {time!r}, must be like {example}").format(
                    time=self.time[:40], example=now()
                )
            ) from None
        if moment.strftime(TIME_FORMAT) != self.time:
            raise InputError(
                tr("time of a verdict is {time!r}, must be like {example}").format(
                    time=self.time[:40], example=now()
                )
            )
        if len(self.remark) > LONGEST_REMARK:
            raise InputError(
                tr("a remark has {length} characters, limit {limit}").format(
                    length=len(self.remark), limit=LONGEST_REMARK
                )
            )
        if self.decision is Decision.OPEN and not self.remark:
            raise InputError(tr("nothing was decided or remarked; give a verdict or a remark"))

    def after(self, standing: "Verdict | None") -> "Verdict":
        """The verdict at a time later than that of the one it overrules, whose clock may have been ahead of this one."""
        if standing is None or self.time > standing.time:
            return self
        try:
            moment = datetime.strptime(standing.time, TIME_FORMAT) + timedelta(microseconds=1)
        except OverflowError:  # the end of all times
            return replace(self, time=standing.time)
        return replace(self, time=moment.strftime(TIME_FORMAT))

    @property
    def signed(self) -> str:
        """For the window: ``Accepted by AB``."""
        verdict = tr(self.text)
        return tr("{verdict} by {reader}").format(
            verdict=verdict[:1].upper() + verdict[1:], reader=self.reader
        )


@dataclass(frozen=True)
class SliceVerdict:
    """The verdict that stands for one slice, or for all of them.

    Parameters
    ----------
    slice_index
        Output slice from 0; None for the verdict on the whole reconstruction.
    verdict
        What was decided.
    """

    slice_index: int | None
    verdict: Verdict

    def __post_init__(self) -> None:
        if self.slice_index is not None:
            check_index(tr("slice of a verdict"), self.slice_index)


@dataclass(frozen=True)
class Review:
    """The verdicts that stand on one run.

    Parameters
    ----------
    run_key
        What the verdicts are about, by content (``calid_core.identity``).
    verdicts
        At most one per slice and one for the whole, in order of slices, the whole first.
    """

    run_key: str
    verdicts: tuple[SliceVerdict, ...] = ()

    def __post_init__(self) -> None:
        check_digest(tr("a run"), self.run_key)
        places = [entry.slice_index for entry in self.verdicts]
        if len(set(places)) != len(places):
            raise InputError(tr("two verdicts stand for one slice"))

    def verdict(self, slice_index: int | None) -> Verdict | None:
        """The verdict on a slice (None: on the whole), or None where there is none yet."""
        return next((v.verdict for v in self.verdicts if v.slice_index == slice_index), None)

    @property
    def slices(self) -> frozenset[int]:
        """Slices that were decided about; those with only a remark are still to check."""
        decided = (v.slice_index for v in self.verdicts if v.verdict.decision is not Decision.OPEN)
        return frozenset(index for index in decided if index is not None)

    def joined(self, other: "Review") -> "Review":
        """The verdicts of both; of two on one slice the later one stands."""
        joined = self
        for entry in other.verdicts:
            standing = self.verdict(entry.slice_index)
            if standing is None or standing.time < entry.verdict.time:
                joined = joined.with_verdict(entry.slice_index, entry.verdict)
        return joined

    def with_verdict(self, slice_index: int | None, verdict: Verdict | None) -> "Review":
        """The review with another verdict on a slice or the whole; None takes it away."""
        kept = [v for v in self.verdicts if v.slice_index != slice_index]
        if verdict is not None:
            kept.append(SliceVerdict(slice_index, verdict))
        kept.sort(key=lambda v: -1 if v.slice_index is None else v.slice_index)
        return replace(self, verdicts=tuple(kept))


def verdict_of(judgement: Judgement) -> Verdict | None:
    """The verdict that a file told; None where it has no time, as in older files, or nobody's initials."""
    try:
        return Verdict(judgement.decision, judgement.reader, judgement.time, judgement.remark)
    except InputError:
        return None


def check_initials(initials: str) -> None:
    """Raise ``InputError`` unless these are 1 to 8 letters or digits."""
    if not 1 <= len(initials) <= LONGEST_INITIALS or not initials.isalnum():
        raise InputError(
            tr("initials are {initials!r}, must be 1 to {limit} letters or digits without spaces").format(
                initials=initials[:20], limit=LONGEST_INITIALS
            )
        )


def now() -> str:
    """The present moment as a verdict stores it."""
    return datetime.now(UTC).strftime(TIME_FORMAT)
