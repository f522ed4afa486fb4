"""What a report says, as plain values; PDF, HTML and JSON are made from the same content. No identifying data."""

from dataclasses import dataclass, field, replace
from typing import Any

import calid_core
from app.rendering.slice_origin import slice_name
from app.review.identity import stack_digest
from app.review.report_facts import (
    Fact,
    FactTable,
    acquired_table,
    check_facts,
    findings,
    input_facts,
    run_facts,
)
from app.review.verdicts import Decision, Review, Verdict, now
from app.review.walk import reasons, scores, slices_to_check, worst_first
from app.study import Run, Volume
from calid_core.arrays import FloatArray
from calid_core.checks.results import CheckReport
from calid_core.cine import CineStack
from calid_core.progress import CancelToken
from calid_core.reconstruction import SliceOrigin

ORIGINS = {
    SliceOrigin.ACQUIRED: "acquired",
    SliceOrigin.INTERPOLATED: "interpolated",
    SliceOrigin.SYNTHESISED: "synthesised",
}


@dataclass(frozen=True, eq=False)
class ReportInput:
    """Everything a report is made from, as it was when it was asked for.

    Parameters
    ----------
    stack, run, key, volume, review
        The acquired stack, the run (None: the stack itself is reported), its key, its slices and its verdicts.
    reader
        Initials of who asks for it.
    window, position, phase
        Of the views, for the pictures.
    """

    stack: CineStack
    run: Run | None
    key: str
    volume: Volume
    review: Review
    reader: str
    window: tuple[float, float]
    position: FloatArray
    phase: int

    @property
    def checks(self) -> CheckReport | None:
        """What the checks found."""
        return self.run.checks if self.run is not None else None


@dataclass(frozen=True)
class SliceLine:
    """One slice in the table of all slices.

    Parameters
    ----------
    name, origin
        ``S17``, ``synthesised``.
    offset
        mm from the first slice.
    sources
        ``A4 3.1 · A5 4.9``: acquired slices and their distances in mm.
    score
        By the checks; None where there is none.
    reasons
        Of the checks.
    verdict
        What stands; None where it was not checked.
    """

    name: str
    origin: str
    offset: float
    sources: str
    score: float | None
    reasons: tuple[str, ...]
    verdict: Verdict | None


@dataclass(frozen=True)
class Picture:
    """One picture: PNG data and a caption of two lines."""

    png: bytes = field(repr=False)
    title: str
    detail: str


@dataclass(frozen=True)
class PictureRow:
    """A slice beside its neighbours and linear interpolation."""

    heading: str
    text: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, eq=False)
class ReportContent:
    """A whole report.

    Parameters
    ----------
    made, program, reader
        When (UTC, ISO 8601), by which version, for whom.
    label
        Of the run.
    case
        First digits of the content digest, in place of a name.
    whole
        Verdict on the whole; None where there is none.
    counts
        Slices accepted, accepted with remark, rejected, not checked; among those to check.
    pass_through
        Whether the acquired slices were proved bit-identical; None where nothing was made.
    attention
        Whether a check asks for a person's attention; None where no check has run.
    input, run, checks
        Facts.
    acquired
        What the checks found out about each acquired slice; None where nothing.
    findings
        Sentences of the checks, those that need attention first.
    steps
        What was done to the data, in order.
    slices, pictures
        Every slice, and the most doubtful ones to see.
    details
        Plain values for the JSON report alone: provenance and the results of all checks.
    """

    made: str
    program: str
    reader: str
    label: str
    case: str
    whole: Verdict | None
    counts: tuple[int, int, int, int]
    pass_through: bool | None
    attention: bool | None
    input: tuple[Fact, ...]
    run: tuple[Fact, ...]
    checks: tuple[Fact, ...]
    acquired: FactTable | None
    findings: tuple[str, ...]
    steps: tuple[str, ...]
    slices: tuple[SliceLine, ...]
    pictures: tuple[PictureRow, ...] = field(repr=False)
    details: dict[str, Any] = field(repr=False)


def gather(asked: ReportInput, cancel: CancelToken) -> ReportContent:
    """The content of a report."""
    from app.review.report_pictures import picture_rows

    run, report = asked.run, asked.checks
    return ReportContent(
        made=now(),
        program=calid_core.__version__,
        reader=asked.reader,
        label=asked.volume.label,
        case=stack_digest(asked.stack)[:12],
        whole=asked.review.verdict(None),
        counts=_counts(asked),
        pass_through=None if run is None else run.passes_through,
        attention=None if report is None else report.needs_attention,
        input=input_facts(asked.stack),
        run=run_facts(run, asked.key),
        checks=check_facts(report),
        acquired=acquired_table(report),
        findings=findings(report),
        steps=_steps(asked),
        slices=tuple(_slice_line(asked, index) for index in range(asked.volume.slices)),
        pictures=picture_rows(asked, cancel),
        details=_details(asked),
    )


def slices_to_show(asked: ReportInput, most: int) -> tuple[int, ...]:
    """The slices worth a picture: rejected, then remarked, then the most doubtful."""
    review = asked.review

    def rank(index: int) -> int:
        verdict = review.verdict(index)
        if verdict is None:
            return 2
        return 0 if verdict.decision is Decision.REJECT else 1 if verdict.remark else 3

    order = worst_first(asked.volume.provenance, asked.checks)
    judged = [i for i in sorted(review.slices) if i < asked.volume.slices and i not in order]
    return tuple(sorted((*order, *judged), key=rank)[:most])


def _counts(asked: ReportInput) -> tuple[int, int, int, int]:
    accepted = remarked = rejected = 0
    to_check = slices_to_check(asked.volume.provenance, asked.checks)
    for index in to_check:
        verdict = asked.review.verdict(index)
        if verdict is not None:
            rejected += verdict.decision is Decision.REJECT
            remarked += verdict.decision is Decision.ACCEPT and bool(verdict.remark)
            accepted += verdict.decision is Decision.ACCEPT and not verdict.remark
    return accepted, remarked, rejected, len(to_check) - accepted - remarked - rejected


def _slice_line(asked: ReportInput, index: int) -> SliceLine:
    entry = asked.volume.provenance[index]
    acquired = entry.origin is SliceOrigin.ACQUIRED
    return SliceLine(
        name=slice_name(entry, index),
        origin=ORIGINS[entry.origin],
        offset=round(float(asked.volume.geometry.slice_offsets[index]), 2),
        sources="" if acquired else " · ".join(f"A{s.index + 1} {s.distance:.1f}" for s in entry.sources[:2]),
        score=scores(asked.checks).get(index),
        reasons=reasons(asked.checks, index),
        verdict=asked.review.verdict(index),
    )


def _steps(asked: ReportInput) -> tuple[str, ...]:
    result = asked.run.reconstruction if asked.run is not None else None
    return (*asked.stack.source.steps, *(result.warnings if result is not None else ()))


def _details(asked: ReportInput) -> dict[str, Any]:
    from calid_core.checks.json_codec import to_plain
    from calid_core.io.sidecar import provenance

    result = asked.run.reconstruction if asked.run is not None else None
    return {
        "run_key": asked.key,
        "provenance": provenance(result) if result is not None else None,
        "checks": to_plain(_without_names(asked.checks)) if asked.checks is not None else None,
    }


def _without_names(report: CheckReport) -> CheckReport:
    """The report without the names of series, which may be those of patients."""
    return replace(report, label="", long_axis=tuple(replace(view, label="") for view in report.long_axis))
