"""The content of a report on a subject."""

from dataclasses import dataclass

import calid_core
from calid_core.checks.results import ATTENTION_SCORE
from calid_core.checks.walk import reasons, scores, slices_to_check, worst_first
from calid_core.identity import stack_digest
from calid_core.judgement import Judgement
from calid_core.marks import slice_name
from calid_core.progress import CancelToken
from calid_core.provenance import SliceOrigin, holds_synthesised
from calid_core.report.content import (
    NOTICE,
    SYNTHESISED_NOTICE,
    FactTable,
    ReportContent,
    Reviewed,
    SliceLine,
    Tally,
)
from calid_core.report.facts import check_facts, input_facts, run_facts
from calid_core.report.pictures import picture_rows
from calid_core.report.subject import Subject, origin_word
from calid_core.report.tables import check_tables, error_table, findings, look_first

MOST_PICTURED = 6


@dataclass(frozen=True)
class Asked:
    """What a report is called and what a person adds to it.

    Parameters
    ----------
    title, made, label
        Title of the page, moment (UTC, ISO 8601), and name of what it is about.
    reader
        Initials of who reviews; None where nobody does.
    whole
        Verdict on the whole.
    tables
        Further tables: what was measured.
    """

    title: str
    made: str
    label: str
    reader: str | None = None
    whole: Judgement | None = None
    tables: tuple[FactTable, ...] = ()


def gather(subject: Subject, asked: Asked, cancel: CancelToken) -> ReportContent:
    """The content of a report."""
    made, checks = subject.made, subject.checks
    proof = checks.pass_through if checks is not None else None
    moved = len(subject.stack.moved_slices)
    return ReportContent(
        title=asked.title,
        made=asked.made,
        program=calid_core.__version__,
        label=asked.label,
        case=stack_digest(subject.stack)[:12],
        notice=SYNTHESISED_NOTICE if holds_synthesised(subject.provenance) else NOTICE,
        reviewed=None if asked.reader is None else Reviewed(asked.reader, asked.whole, _tally(subject)),
        pass_through=None if made is None else proof.identical if proof else made.passes_through(),
        moved=moved,
        attention=None if checks is None else checks.attention,
        input=input_facts(subject.stack),
        run=run_facts(made),
        checks=check_facts(checks, moved),
        findings=findings(checks),
        look_first=look_first(subject),
        tables=(*asked.tables, *check_tables(subject)),
        errors=error_table(checks.leave_one_out if checks is not None else None),
        steps=(*subject.stack.source.steps, *(made.warnings if made is not None else ())),
        slices=tuple(_slice_line(subject, index) for index in range(subject.geometry.slices)),
        pictures=picture_rows(subject, slices_to_show(subject, MOST_PICTURED), cancel),
    )


def slices_to_show(subject: Subject, most: int) -> tuple[int, ...]:
    """The slices worth a picture: rejected, then remarked, then the most doubtful; accepted ones last that no check doubts."""
    score = scores(subject.checks)

    def rank(index: int) -> int:
        verdict = subject.verdicts.get(index)
        if verdict is None or (
            score.get(index, 0.0) >= ATTENTION_SCORE and not verdict.rejected and not verdict.remark
        ):
            return 2
        return 0 if verdict.rejected else 1 if verdict.remark else 3

    order = worst_first(subject.provenance, subject.checks)
    judged = [i for i in sorted(subject.verdicts) if i < subject.geometry.slices and i not in order]
    return tuple(sorted((*order, *judged), key=rank)[:most])


def _tally(subject: Subject) -> Tally:
    said = {i: v for i, v in subject.verdicts.items() if i < subject.geometry.slices}
    standing = {i: v for i, v in said.items() if not v.is_open}
    rejected = sum(verdict.rejected for verdict in standing.values())
    remarked = sum(not verdict.rejected and bool(verdict.remark) for verdict in standing.values())
    to_check = slices_to_check(subject.provenance, subject.checks)
    return Tally(
        accepted=len(standing) - remarked - rejected,
        remarked=remarked,
        rejected=rejected,
        to_check=len(to_check),
        not_checked=len(to_check - standing.keys()),
        noted=len(said) - len(standing),
    )


def _slice_line(subject: Subject, index: int) -> SliceLine:
    entry = subject.provenance[index]
    acquired = entry.origin is SliceOrigin.ACQUIRED
    return SliceLine(
        name=slice_name(entry, index),
        origin=origin_word(entry),
        offset=round(float(subject.geometry.slice_offsets[index]), 2),
        sources="" if acquired else " · ".join(source.told for source in entry.sources[:2]),
        score=scores(subject.checks).get(index),
        reasons=reasons(subject.checks, index),
        verdict=subject.verdicts.get(index),
    )
