"""What a report says, as plain values; the page, the PDF and the JSON of the window are made from the same content."""

from dataclasses import dataclass, field

from calid_core.arrays import FloatArray
from calid_core.judgement import Judgement

NOTICE = "Research use only — not for diagnosis"
SYNTHESISED_NOTICE = "Research use only — AI-synthesised slices — not for diagnosis"
"""The notice of reports that hold synthesised slices."""


@dataclass(frozen=True)
class Fact:
    """One line of a table: a name and a value."""

    name: str
    value: str


@dataclass(frozen=True)
class Picture:
    """One picture: PNG data and a caption of two lines."""

    png: bytes = field(repr=False)
    title: str
    detail: str = ""


@dataclass(frozen=True)
class FactTable:
    """Rows under headings, with a note on how to read them.

    Parameters
    ----------
    title, note, columns, rows
        Texts; columns have names of their own, by which the JSON report keeps a row.
    widths
        Shares of the width in percent; empty to leave it to the page.
    pictures
        Shown below, up to four beside each other; a single one takes the whole width.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    pictures: tuple[Picture, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.columns)) < len(self.columns):
            raise ValueError(f"two columns of {self.title!r} have the same name: {self.columns}")


@dataclass(frozen=True, eq=False)
class ErrorTable:
    """Slice × phase errors of leave-one-out.

    Parameters
    ----------
    slices, phases
        Names of rows and columns.
    errors
        ``(slices, phases)``, percent of the intensity range.
    linear
        ``(slices,)``, mean error of linear interpolation.
    """

    slices: tuple[str, ...]
    phases: tuple[str, ...]
    errors: FloatArray
    linear: FloatArray


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
        What stands; None where nothing was said.
    """

    name: str
    origin: str
    offset: float
    sources: str
    score: float | None
    reasons: tuple[str, ...]
    verdict: Judgement | None


@dataclass(frozen=True)
class PictureRow:
    """A slice beside its neighbours and linear interpolation."""

    heading: str
    text: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Tally:
    """Verdicts on slices, and how many slices that wait for one have it.

    Parameters
    ----------
    accepted, remarked, rejected
        Every slice with that verdict, also those that did not wait for one; ``remarked`` are accepted ones.
    to_check, not_checked
        Slices that were made or that a check doubts, and those of them without a verdict.
    noted
        Every slice with a remark but no verdict.
    """

    accepted: int
    remarked: int
    rejected: int
    to_check: int
    not_checked: int
    noted: int


@dataclass(frozen=True)
class Reviewed:
    """What a person decided about the whole.

    Parameters
    ----------
    reader
        Initials of whom the report is for; empty where nobody has said.
    whole
        Verdict on the whole; None where there is none.
    tally
        Verdicts on slices.
    """

    reader: str
    whole: Judgement | None
    tally: Tally


@dataclass(frozen=True, eq=False)
class ReportContent:
    """A whole report.

    Parameters
    ----------
    title
        Of the page.
    made, program
        When (UTC, ISO 8601) and by which version.
    label
        Of what the report is about.
    case
        First digits of the content digest, in place of a name.
    notice
        What stands at its head and on every page.
    reviewed
        What a person decided; None where nobody was asked.
    pass_through
        Whether the acquired slices were proved bit-identical; None where nothing was made.
    moved
        How many of them had been moved in plane before, to align them.
    attention
        Whether a check asks for a person's attention; None where no check has run.
    input, run, checks
        Facts.
    findings
        Sentences of the checks, those that need attention first.
    look_first
        Slices ranked by the checks; None where none stands out.
    tables
        Whatever else was found or measured.
    errors
        Of leave-one-out; None where it was not run.
    steps
        What was done to the data, in order.
    slices, pictures
        Every slice, and the most doubtful ones to see.
    """

    title: str
    made: str
    program: str
    label: str
    case: str
    notice: str
    reviewed: Reviewed | None
    pass_through: bool | None
    moved: int
    attention: bool | None
    input: tuple[Fact, ...]
    run: tuple[Fact, ...]
    checks: tuple[Fact, ...]
    findings: tuple[str, ...]
    look_first: FactTable | None
    tables: tuple[FactTable, ...]
    errors: ErrorTable | None
    steps: tuple[str, ...]
    slices: tuple[SliceLine, ...]
    pictures: tuple[PictureRow, ...] = field(repr=False)
