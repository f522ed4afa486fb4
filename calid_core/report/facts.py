"""Input, run and checks as lines of a report."""

import numpy as np

from calid_core.checks.report import CheckReport
from calid_core.cine import CineStack
from calid_core.identity import reconstruction_key, stack_digest
from calid_core.provenance import SliceOrigin
from calid_core.reconstruction import Reconstruction
from calid_core.report.content import Fact
from calid_core.settings import Method, Mode
from calid_core.words import count_of


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


def run_facts(result: Reconstruction | None) -> tuple[Fact, ...]:
    """How the run was made."""
    if result is None:
        return (Fact("Reconstruction", "none: these are the acquired slices themselves"),)
    settings, geometry = result.settings, result.geometry
    made = sum(p.origin is not SliceOrigin.ACQUIRED for p in result.provenance)
    facts = [
        Fact("Method", "CaLID (AI)" if settings.method is Method.CALID else settings.method.value),
        Fact("Output", f"{geometry.slices} slices {geometry.pitch:.2f} mm apart, {made} of them made"),
    ]
    if settings.method is Method.CALID:
        facts.append(Fact("Answer", settings.mode.value))
        if settings.mode is Mode.REALISM:
            facts.append(Fact("Sampling", settings.sampling))
        facts.append(Fact("Weights (SHA-256)", result.model_id))
    facts.append(Fact("Made on", f"{result.device} in {result.seconds:.1f} s"))
    facts.append(Fact("Run (SHA-256)", reconstruction_key(result)))
    return tuple(facts)


def check_facts(report: CheckReport | None, moved: int) -> tuple[Fact, ...]:
    """Results of the checks in numbers; ``moved`` acquired slices had been moved in plane before."""
    if report is None:
        return ()
    facts = []
    if report.pass_through is not None:
        proof = report.pass_through
        same = "bit-identical" if proof.identical else f"CHANGED in slices {_numbers(proof.changed)}"
        before = f" to the aligned series, {count_of(moved, 'slice')} moved in plane" if moved else ""
        facts.append(Fact("Pass-through", f"{proof.slices} × {proof.phases} acquired images {same}{before}"))
    if report.input is not None:
        largest = float(report.input.shift_lengths.max(initial=0.0))
        facts.append(Fact("Largest shift of an acquired slice", f"{largest:.1f} mm in plane"))
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
        known = report.spread.ef[np.isfinite(report.spread.ef)]
        seen = np.isfinite(report.spread.edv).any()
        why = "no volume at end systole" if seen else "no ventricle was found"
        why = why if report.phases > 1 else "two phases are needed"
        two = "of the first phase and end-systole, each contoured alone"
        ef = f"EF {known.min():.0f} to {known.max():.0f} % {two}" if len(known) else f"no EF: {why}"
        facts.append(Fact("Over seeds", f"{ef}, {len(report.spread.seeds)} seeds"))
    return tuple(facts)


def _numbers(indices: tuple[int, ...]) -> str:
    return ", ".join(SliceOrigin.ACQUIRED.numbered(index) for index in indices)
