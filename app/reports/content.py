"""What the window puts into a report: run, verdicts, measurements and window of the views. No identifying data."""

from dataclasses import dataclass, replace
from typing import Any

from app.layers import Run, Volume
from app.measure.listing import measurement_table
from app.measure.shapes import Measurement
from app.review.verdicts import Review, now
from calid_core.checks.report import CheckReport
from calid_core.cine import CineStack
from calid_core.plain import to_plain
from calid_core.progress import CancelToken
from calid_core.report.content import ReportContent
from calid_core.report.gathering import Asked, gather
from calid_core.report.subject import Subject

TITLE = "Review of a reconstructed cardiac cine"


@dataclass(frozen=True, eq=False)
class ReportInput:
    """Everything a report is made from, as it was when it was asked for.

    Parameters
    ----------
    stack, run, key, volume, review
        The acquired stack, the run (None: the stack itself is reported), its key, its slices and its verdicts.
    reader
        Initials of who asks for it.
    window, phase
        Of the views, for the pictures.
    measured
        What was measured, each with the volume it was measured on.
    """

    stack: CineStack
    run: Run | None
    key: str
    volume: Volume
    review: Review
    reader: str
    window: tuple[float, float]
    phase: int
    measured: tuple[tuple[Measurement, Volume], ...] = ()

    @property
    def checks(self) -> CheckReport | None:
        """What the checks found, without the names of series, which may be those of patients."""
        if self.run is None or self.run.checks is None:
            return None
        unnamed = tuple(replace(view, label="") for view in self.run.checks.long_axis)
        return replace(self.run.checks, label="", long_axis=unnamed)


def gather_review(asked: ReportInput, cancel: CancelToken) -> ReportContent:
    """The content of a report on a review."""
    verdicts = {v.slice_index: v.verdict for v in asked.review.verdicts if v.slice_index is not None}
    subject = Subject(
        stack=asked.stack,
        made=asked.run.reconstruction if asked.run is not None else None,
        checks=asked.checks,
        window=asked.window,
        phase=asked.phase,
        verdicts=verdicts,
    )
    table = measurement_table(asked.measured)
    form = Asked(
        title=TITLE,
        made=now(),
        label=asked.volume.written,
        reader=asked.reader,
        whole=asked.review.verdict(None),
        tables=() if table is None else (table,),
    )
    return gather(subject, form, cancel)


def details(asked: ReportInput) -> dict[str, Any]:
    """Plain values for the JSON report alone: provenance and the results of all checks."""
    from calid_core.io.sidecar import provenance

    result = asked.run.reconstruction if asked.run is not None else None
    return {
        "run_key": asked.key,
        "provenance": provenance(result) if result is not None else None,
        "checks": to_plain(asked.checks) if asked.checks is not None else None,
    }
