"""What each check found, in one line for people, and whether it needs attention."""

from dataclasses import dataclass

import numpy as np

from app.messages import extent
from app.translation import tr, tr_later
from calid_core.checks.kinds import Check
from calid_core.checks.report import CheckReport
from calid_core.checks.results import ATTENTION_SCORE, InputChecks, PassThrough, Severity
from calid_core.cine import CineStack
from calid_core.metrics.clinical import VolumeCurve
from calid_core.provenance import SliceOrigin
from calid_core.settings import Method

CONTOURS = tr_later("Automatic contours that nobody has corrected")
SHOWN_SHIFT = 1.0
"""In-plane shift in mm from which a slice is listed."""


@dataclass(frozen=True)
class Summary:
    """The result of one check.

    Parameters
    ----------
    text
        One line.
    good
        Whether nothing needs attention; None for a result that is neither.
    notes
        Lines on what needs no attention but may be worth knowing.
    """

    text: str
    good: bool | None
    notes: str = ""


def summary_of(
    check: Check, report: CheckReport | None, found: InputChecks | None, stack: CineStack
) -> Summary | None:
    """The result of a check; None where it was not run. ``stack`` is what the run that is checked was made from."""
    if check is Check.INPUT:
        return _input(found)
    if report is None:
        return None
    if check is Check.PASS_THROUGH:
        return pass_through_summary(report.pass_through, stack) if report.pass_through else None
    maker = {
        Check.PLAUSIBILITY: _plausibility,
        Check.LEAVE_ONE_OUT: _leave_one_out,
        Check.LONG_AXIS: _long_axis,
        Check.SEEDS: _seeds,
        Check.VOLUMES: _volumes,
    }[check]
    return maker(report)


def _input(found: InputChecks | None) -> Summary | None:
    if found is None:
        return None
    attention = [f.message for f in found.findings if f.severity is Severity.ATTENTION]
    notes = "\n".join(f.message for f in found.findings if f.severity is Severity.INFO)
    if not attention:
        return Summary(tr("Nothing about the acquired slices needs attention"), good=True, notes=notes)
    return Summary("\n".join(attention), good=False, notes=notes)


def pass_through_summary(proof: PassThrough, stack: CineStack) -> Summary:
    """Whether the acquired slices of a run are those of its stack, and which of these are not as acquired themselves."""
    if proof.identical:
        return Summary(proof_text(stack), good=not stack.moved_slices)
    changed = ", ".join(SliceOrigin.ACQUIRED.numbered(i) for i in proof.changed)
    return Summary(
        tr("Acquired slices differ from the input: {changed}. Do not use this run.").format(changed=changed),
        good=False,
    )


def proof_text(stack: CineStack) -> str:
    """What the pass-through proof shows: slices as acquired, and what is not for its movement or its trigger times."""
    if stack.moved_slices:
        changed = {*stack.resampled_slices, *stack.moved_slices}
        text = (
            tr(
                "{same} of {slices} acquired slices bit-identical; {moved} moved in plane to align them, {resampled} resampled in "
                "time on opening: interpolated, not as acquired"
            )
            if stack.resampled_slices
            else tr(
                "{same} of {slices} acquired slices bit-identical; {moved} moved in plane to align them: interpolated, not as "
                "acquired"
            )
        )
        return text.format(
            same=stack.slices - len(changed),
            slices=stack.slices,
            moved=len(stack.moved_slices),
            resampled=len(stack.resampled_slices),
        )
    if not stack.resampled_slices:
        return tr("{slices} of {slices} acquired slices bit-identical").format(slices=stack.slices)
    frames = stack.slices * stack.phases
    resampled = sum(len(state.resampled_phases) for state in stack.slice_states)
    return tr(
        "{same} of {frames} acquired frames bit-identical; {resampled} frames of {slices} slices, triggered "
        "differently, were resampled in time on opening"
    ).format(same=frames - resampled, frames=frames, resampled=resampled, slices=len(stack.resampled_slices))


def _plausibility(report: CheckReport) -> Summary | None:
    found = report.plausibility
    if found is None:
        return None
    worst = int((found.score >= ATTENTION_SCORE).sum())
    if worst == 0:
        return Summary(tr("No made slice stands out from its neighbours"), good=True)
    return Summary(tr("%n made slice(s) stand(s) out from the neighbours", "", worst), good=False)


def _leave_one_out(report: CheckReport) -> Summary | None:
    test = report.leave_one_out
    if test is None:
        return None
    mean = 100 * float(np.nanmean(test.error))
    if test.method is Method.LINEAR:
        text = tr("Linear interpolation, {extent}; mean error {mean:.1f} % of the intensity range").format(
            extent=extent(len(test.slices), len(test.phases)), mean=mean
        )
    else:
        text = tr(
            "Better than linear on {better} of {slices}; mean error {mean:.1f} % of the intensity range"
        ).format(better=test.better_than_linear, slices=tr("%n slice(s)", "", len(test.slices)), mean=mean)
    return Summary(text, good=None)


def _long_axis(report: CheckReport) -> Summary | None:
    if not report.long_axis:
        return None
    better = sum(bool(np.nanmean(v.score) > np.nanmean(v.linear_score)) for v in report.long_axis)
    number = len(report.long_axis)
    if report.settings is not None and report.settings.method is Method.LINEAR:
        score = float(np.mean([np.nanmean(view.score) for view in report.long_axis]))
        text = tr(
            "%n long-axis view(s) compared with linear interpolation; mean match {score:.2f}", "", number
        )
        return Summary(text.format(score=score), good=None)
    return Summary(
        tr("%n long-axis view(s) compared; nearer than linear on {better} of %n", "", number).format(
            better=better
        ),
        good=None,
    )


def _seeds(report: CheckReport) -> Summary | None:
    spread = report.spread
    if spread is None:
        return None
    text = tr("{seeds} seeds: voxels vary by {spread:.1f} %").format(
        seeds=len(spread.seeds), spread=100 * float(np.nanmean(spread.voxel_spread))
    )
    if np.isfinite(spread.ef).sum() > 1:
        text += tr(", EF {lowest:.0f} to {highest:.0f} %").format(
            lowest=np.nanmin(spread.ef), highest=np.nanmax(spread.ef)
        )
    if np.isfinite(spread.edv).sum() > 1:
        text += tr(", EDV {lowest:.0f} to {highest:.0f} ml").format(
            lowest=np.nanmin(spread.edv), highest=np.nanmax(spread.edv)
        )
    if report.phases < 2:
        text += tr("; ESV and EF need two phases")
    return Summary(text, good=None)


def _volumes(report: CheckReport) -> Summary | None:
    if report.volumes is None:
        return None
    made = function_text(report.volumes.made)
    return Summary(f"{made}\n{acquired_text(report.volumes.acquired)}", good=None)


def acquired_text(curve: VolumeCurve) -> str:
    """Figures of the acquired slices, and that nobody has drawn the contours."""
    figures = tr("Acquired slices alone: {figures}").format(figures=function_text(curve))
    return f"{figures}\n{tr(CONTOURS)}"


def function_text(curve: VolumeCurve) -> str:
    """``EDV 139 ml (phase 1), ESV 73 ml (phase 9), EF 47 %``."""
    if not curve.found:
        return tr("no left ventricle was found at some phases")
    if not curve.beats:
        return tr("{volume:.0f} ml at the only phase; ESV and EF need two phases").format(volume=curve.edv)
    text = tr("EDV {edv:.0f} ml (phase {largest}), ESV {esv:.0f} ml (phase {smallest}), EF {ef:.0f} %")
    return text.format(
        edv=curve.edv,
        largest=int(curve.volumes.argmax()) + 1,
        esv=curve.esv,
        smallest=int(curve.volumes.argmin()) + 1,
        ef=curve.ef,
    )


def shift_text(found: InputChecks, index: int) -> str:
    """``A3: 4.8 mm up, 0.3 mm right (± 0.4)``; a slice's shift relative to its neighbours."""
    down, right = (float(v) for v in found.shifts[index])
    error = float(found.shift_errors[index])
    vertical = (tr("{shift:.1f} mm down") if down >= 0 else tr("{shift:.1f} mm up")).format(shift=abs(down))
    sideways = (tr("{shift:.1f} mm right") if right >= 0 else tr("{shift:.1f} mm left")).format(
        shift=abs(right)
    )
    certainty = f" (± {error:.1f})" if np.isfinite(error) else " " + tr("(uncertain)")
    return f"{SliceOrigin.ACQUIRED.numbered(index)}: {vertical}, {sideways}{certainty}"


def shifted_slices(found: InputChecks) -> tuple[int, ...]:
    """Acquired slices that lie off by ``SHOWN_SHIFT`` or more and by more than twice their error, worst first."""
    lengths = found.shift_lengths
    off = [
        i for i in range(len(lengths)) if lengths[i] >= SHOWN_SHIFT and lengths[i] > 2 * found.shift_errors[i]
    ]
    return tuple(sorted(off, key=lambda i: -float(lengths[i])))
