"""What the checks found, as tables of a report."""

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.checks.report import CheckReport
from calid_core.checks.results import (
    ATTENTION_SCORE,
    InputChecks,
    LeaveOneOut,
    LongAxis,
    Severity,
    SliceRank,
)
from calid_core.marks import slice_name
from calid_core.preprocessing import percentile_scale
from calid_core.provenance import SliceOrigin
from calid_core.report.content import ErrorTable, FactTable, Picture
from calid_core.report.pictures import badged
from calid_core.report.subject import Subject
from calid_core.report.volumes import TWO_PHASES_NEEDED, made_origin, volume_table
from calid_core.settings import Method
from calid_core.words import signed

LISTED = 20
"""Ranked slices that are listed."""
PICTURED_VIEWS = 2


def findings(report: CheckReport | None) -> tuple[str, ...]:
    """Sentences of the checks, those that need attention first."""
    found = report.input.findings if report is not None and report.input is not None else ()
    attention = [f"⚠ {f.message}" for f in found if f.severity is Severity.ATTENTION]
    return (*attention, *(f.message for f in found if f.severity is Severity.INFO))


def look_first(subject: Subject) -> FactTable | None:
    """The slices that the checks doubt, worst first; None where none stands out."""
    ranking = subject.checks.ranking if subject.checks is not None else ()
    if not ranking:
        return None
    more = len(ranking) - LISTED
    note = f" {more} more have lower scores." if more > 0 else ""
    return FactTable(
        "Look first at",
        f"By the checks. ⚠ marks a score of {ATTENTION_SCORE:g} or more, which needs attention.{note}",
        ("", "Slice", "Score", "Why", "Phase"),
        tuple(
            (
                str(number),
                rank_name(rank, subject),
                f"{rank.score:.2f}" + (" ⚠" if rank.needs_attention else ""),
                "; ".join(rank.reasons),
                "" if rank.phase is None else str(rank.phase + 1),
            )
            for number, rank in enumerate(ranking[:LISTED], start=1)
        ),
        (4, 20, 10, 58, 8),
    )


def rank_name(rank: SliceRank, subject: Subject) -> str:
    """``A4 acquired``, ``S17 synthesised``."""
    if rank.acquired:
        return f"{SliceOrigin.ACQUIRED.numbered(rank.slice_index)} acquired"
    entry = subject.provenance[rank.slice_index] if rank.slice_index < len(subject.provenance) else None
    if entry is None:
        return f"slice {rank.slice_index + 1}"
    return f"{slice_name(entry, rank.slice_index)} {entry.origin.word}"


def check_tables(subject: Subject) -> tuple[FactTable, ...]:
    """Every other table of the checks that have run."""
    report = subject.checks
    if report is None:
        return ()
    found = (
        volume_table(report, subject),
        _spread(report),
        _acquired(report),
        _long_axes(report.long_axis, subject),
    )
    return tuple(table for table in found if table is not None)


def error_table(test: LeaveOneOut | None) -> ErrorTable | None:
    """Errors of leave-one-out; None where it was not run."""
    if test is None:
        return None
    return ErrorTable(
        tuple(SliceOrigin.ACQUIRED.numbered(k) for k in test.slices),
        tuple(str(p + 1) for p in test.phases),
        100 * test.error,
        100 * test.linear_error.mean(axis=1),
    )


def _acquired(report: CheckReport) -> FactTable | None:
    """Shift and leave-one-out errors of every acquired slice; None where neither was found out."""
    shifts, test = report.input, report.leave_one_out
    if shifts is None and test is None:
        return None
    notes, names = [], ["Slice"]
    if shifts is not None:
        notes.append(
            "Shift: how far the content lies from where its neighbours say, mm down and right, and within what it is known; "
            "nothing was moved."
        )
        names += ["Shift down", "Shift right", "±"]
    if test is not None:
        notes.append(
            "Hidden: error when the slice was hidden and made again from the others, in % of the intensity range "
            "(pessimistic: the distance doubles)."
        )
        names += ["Hidden: error", "Error, linear", "Hidden: SSIM", "SSIM, linear"]
    rows = (
        (
            SliceOrigin.ACQUIRED.numbered(index),
            *(_shift(shifts, index) if shifts is not None else ()),
            *(_hidden(test, index) if test is not None else ()),
        )
        for index in range(report.slices)
    )
    return FactTable("Acquired slices", " ".join(notes), tuple(names), tuple(rows))


def _hidden(test: LeaveOneOut, index: int) -> tuple[str, ...]:
    if index not in test.slices:
        return "", "", "", ""
    row = test.slices.index(index)
    errors = (float(values[row].mean()) for values in (test.error, test.linear_error))
    likeness = (float(values[row].mean()) for values in (test.ssim, test.linear_ssim))
    return (*(f"{100 * e:.1f}" for e in errors), *(f"{s:.3f}" for s in likeness))


def _shift(checks: InputChecks, index: int) -> tuple[str, ...]:
    if index >= len(checks.shifts):
        return "", "", ""
    down, right = (float(value) for value in checks.shifts[index])
    error = float(checks.shift_errors[index])
    known = f"{error:.1f}" if np.isfinite(error) else "not known"
    return signed(down), signed(right), known


def _long_axes(found: tuple[LongAxis, ...], subject: Subject) -> FactTable | None:
    if not found:
        return None
    return FactTable(
        "Acquired long axis",
        "Mean local correlation of the acquired cine with the reconstruction on its plane; 1 is perfect.",
        ("View", "cm² compared", "Reconstruction", "Linear", ""),
        tuple(
            (
                f"{number}, slice {view.slice_index + 1}",
                f"{view.overlap:.0f}",
                f"{view.score.mean():.3f}",
                f"{view.linear_score.mean():.3f}",
                _against_linear(view, subject),
            )
            for number, view in enumerate(found, start=1)
        ),
        pictures=tuple(
            picture
            for view in [v for v in found if v.images is not None][:PICTURED_VIEWS]
            for picture in _views(view, subject)
        ),
    )


def _against_linear(view: LongAxis, subject: Subject) -> str:
    if subject.made is not None and subject.made.settings.method is Method.LINEAR:
        return "is linear"
    return "better" if view.score.mean() > view.linear_score.mean() else "not better"


def _views(view: LongAxis, subject: Subject) -> list[Picture]:
    images = view.images
    if images is None:
        return []
    inside = images.inside > 0
    rows, columns = (np.flatnonzero(inside.any(axis=a)) for a in (1, 0))
    crop = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    spacing = images.geometry.spacing[1:]
    made = made_origin(subject)

    def shown(image: FloatArray, origin: SliceOrigin, badge: str, detail: str) -> Picture:
        scaled = percentile_scale(image[inside]).apply(image) * inside
        return badged(scaled[crop], spacing, badge, origin, detail)

    return [
        shown(images.acquired[0], SliceOrigin.ACQUIRED, "ACQUIRED long axis", "what was acquired"),
        shown(images.resliced[0], made, "RESLICED", "reconstruction on its plane"),
        shown(images.linear[0], SliceOrigin.INTERPOLATED, "LINEAR", "linear on its plane"),
    ]


def _spread(report: CheckReport) -> FactTable | None:
    spread = report.spread
    if spread is None:
        return None
    missing = "none" if report.phases > 1 else TWO_PHASES_NEEDED
    return FactTable(
        "Spread over seeds",
        "Left ventricle by automatic contours: EDV at the first phase, ESV at the end-systole found in the images, each "
        "phase contoured alone. Voxels differ by "
        f"{100 * float(spread.voxel_spread.mean()):.2f} % of the intensity range (standard deviation); that does not "
        "predict how far the volumes differ.",
        ("Seed", "EDV ml", "ESV ml", "EF %"),
        tuple(
            (
                str(seed),
                _figure(float(spread.edv[i])),
                *(_figure(float(values[i]), missing) for values in (spread.esv, spread.ef)),
            )
            for i, seed in enumerate(spread.seeds)
        ),
    )


def _figure(value: float, missing: str = "none") -> str:
    """``12.3``; ``missing`` where there is no figure: no ventricle was found, say."""
    return f"{value:.1f}" if np.isfinite(value) else missing
