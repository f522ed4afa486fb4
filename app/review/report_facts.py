"""Input, run and checks as lines of a report."""

from dataclasses import dataclass

from app.review.identity import stack_digest
from app.study import Run
from calid_core.checks.results import CheckReport, Severity
from calid_core.cine import CineStack
from calid_core.reconstruction import SliceOrigin
from calid_core.settings import Method, Mode


@dataclass(frozen=True)
class Fact:
    """One line of a table: a name and a value."""

    name: str
    value: str


def input_facts(stack: CineStack) -> tuple[Fact, ...]:
    """The acquired stack in numbers."""
    geometry, source = stack.geometry, stack.source
    thickness = "not stated" if source.thickness is None else f"{source.thickness:.1f} mm"
    rows, columns = geometry.shape[1:]
    even = "" if geometry.regular else ", unevenly spaced"
    return (
        Fact("Format", source.format),
        Fact("View", stack.view.value),
        Fact("Slices × phases", f"{stack.slices} × {stack.phases}"),
        Fact("Slice spacing", f"{geometry.pitch:.2f} mm centre to centre{even}"),
        Fact("Slice thickness", thickness),
        Fact("In plane", f"{geometry.spacing[1]:.3f} × {geometry.spacing[2]:.3f} mm, {rows} × {columns}"),
        Fact("Heart cycle", f"{stack.cycle:.0f} ms" if stack.cycle > 0 else "unknown"),
        Fact("Data type", str(stack.intensity.dtype)),
        Fact("Content (SHA-256)", stack_digest(stack)),
    )


def run_facts(run: Run | None, key: str) -> tuple[Fact, ...]:
    """How the run was made."""
    result = run.reconstruction if run is not None else None
    if run is None or result is None:
        return (Fact("Reconstruction", "none: the acquired slices themselves were reviewed"),)
    settings = run.settings
    made = sum(p.origin is not SliceOrigin.ACQUIRED for p in run.provenance)
    facts = [
        Fact("Method", "CaLID (AI)" if settings.method is Method.CALID else settings.method.value),
        Fact(
            "Output", f"{run.geometry.slices} slices {run.geometry.pitch:.2f} mm apart, {made} of them made"
        ),
    ]
    if settings.method is Method.CALID:
        facts.append(Fact("Answer", settings.mode.value))
        if settings.mode is Mode.REALISM:
            facts.append(
                Fact("Sampling", f"{settings.steps} steps, {settings.samples} samples, seed {settings.seed}")
            )
        facts.append(Fact("Weights (SHA-256)", result.model_id))
    facts.append(Fact("Made on", f"{result.device} in {result.seconds:.1f} s"))
    facts.append(Fact("Run (SHA-256)", key))
    return tuple(facts)


def check_facts(report: CheckReport | None) -> tuple[Fact, ...]:
    """Results of the checks in numbers."""
    if report is None:
        return ()
    facts = []
    if report.pass_through is not None:
        proof = report.pass_through
        same = "bit-identical" if proof.identical else f"CHANGED in slices {_numbers(proof.changed)}"
        facts.append(Fact("Pass-through", f"{proof.slices} × {proof.phases} acquired images {same}"))
    if report.input is not None:
        moved = float(report.input.shift_lengths.max(initial=0.0))
        facts.append(Fact("Largest shift of an acquired slice", f"{moved:.1f} mm in plane"))
    if report.leave_one_out is not None:
        test = report.leave_one_out
        facts.append(
            Fact(
                "Leave one slice out",
                f"{test.summary}; mean error {100 * float(test.error.mean()):.1f} % of the intensity range, "
                f"linear {100 * float(test.linear_error.mean()):.1f} %",
            )
        )
    facts += [
        Fact(
            "Acquired long axis",
            f"agreement {float(view.score.mean()):.2f}, linear {float(view.linear_score.mean()):.2f} "
            f"({len(view.phases)} phases)",
        )
        for view in report.long_axis
    ]
    if report.spread is not None:
        spread = report.spread
        facts.append(
            Fact(
                "Over seeds",
                f"EF {float(spread.ef.min()):.0f} to {float(spread.ef.max()):.0f} %, {len(spread.seeds)} seeds",
            )
        )
    return tuple(facts)


def _numbers(indices: tuple[int, ...]) -> str:
    return ", ".join(f"A{index + 1}" for index in indices)


@dataclass(frozen=True)
class FactTable:
    """Rows of numbers under headings, with a note on how to read them."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def acquired_table(report: CheckReport | None) -> FactTable | None:
    """Shift and leave-one-out errors of every acquired slice; None where neither was found out."""
    if report is None or (report.input is None and report.leave_one_out is None):
        return None
    return FactTable(
        "Acquired slices",
        "Shift: how far the content lies from where its neighbours say, mm down and right. Hidden: error when the slice "
        "was hidden and made again from the others, in % of the intensity range (pessimistic: the distance doubles).",
        ("Slice", "Shift down", "Shift right", "Hidden: error", "Linear", "SSIM", "Linear"),
        tuple(_acquired_row(report, index) for index in range(report.slices)),
    )


def _acquired_row(report: CheckReport, index: int) -> tuple[str, ...]:
    shift: tuple[str, ...] = ("", "")
    hidden: tuple[str, ...] = ("", "", "", "")
    if report.input is not None and index < len(report.input.shifts):
        down, right = (float(value) for value in report.input.shifts[index])
        shift = (f"{down:+.1f}", f"{right:+.1f}")
    test = report.leave_one_out
    if test is not None and index in test.slices:
        row = test.slices.index(index)
        errors = (float(values[row].mean()) for values in (test.error, test.linear_error))
        likeness = (float(values[row].mean()) for values in (test.ssim, test.linear_ssim))
        hidden = (*(f"{100 * e:.1f}" for e in errors), *(f"{s:.3f}" for s in likeness))
    return (f"A{index + 1}", *shift, *hidden)


def findings(report: CheckReport | None) -> tuple[str, ...]:
    """Sentences of the checks, those that need attention first."""
    found = report.input.findings if report is not None and report.input is not None else ()
    attention = [f"⚠ {f.message}" for f in found if f.severity is Severity.ATTENTION]
    return (*attention, *(f.message for f in found if f.severity is Severity.INFO))
