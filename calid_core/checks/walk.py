"""In which order slices are looked at: the most doubtful first."""

from collections.abc import Sequence

from calid_core.checks.report import CheckReport
from calid_core.provenance import SliceOrigin, SliceProvenance


def slices_to_check(
    provenance: Sequence[SliceProvenance], report: CheckReport | None = None
) -> frozenset[int]:
    """Slices that count as work: those that were made, or all of a stack in which none was.

    Acquired slices that a check found remarkable (moved by breathing, say) count too.
    """
    made = {i for i, p in enumerate(provenance) if p.origin is not SliceOrigin.ACQUIRED}
    if not made:
        return frozenset(range(len(provenance)))
    doubtful = {i for i, s in scores(report).items() if s >= 1.0 and i < len(provenance)}
    return frozenset(made | doubtful)


def worst_first(provenance: Sequence[SliceProvenance], report: CheckReport | None = None) -> tuple[int, ...]:
    """Slices to check, most doubtful first: by the score of the checks, then by distance from acquired slices.

    Slices as doubtful as each other come in the order of the stack.
    """
    score = scores(report)
    return tuple(
        sorted(
            slices_to_check(provenance, report),
            # Whole hundredths: 4.000001 mm is not farther than 4 mm.
            key=lambda i: (-score.get(i, 0.0), -round(100 * provenance[i].distance), i),
        )
    )


def next_unchecked(order: Sequence[int], checked: frozenset[int], here: int) -> int | None:
    """The first slice of an order without a verdict, other than where one is now unless it is the only one."""
    left = [i for i in order if i not in checked]
    others = [i for i in left if i != here]
    return others[0] if others else left[0] if left else None


def scores(report: CheckReport | None) -> dict[int, float]:
    """Score of output slices as the checks ranked them; empty without a report."""
    if report is None:
        return {}
    return {rank.output_index: rank.score for rank in report.ranking if rank.output_index is not None}


def reasons(report: CheckReport | None, index: int) -> tuple[str, ...]:
    """Why the checks doubt an output slice, the weightiest reason first."""
    ranking = report.ranking if report is not None else ()
    return next((rank.reasons for rank in ranking if rank.output_index == index), ())
