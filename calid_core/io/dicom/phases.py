"""Which frames of a stack belong to the same cardiac phase.

Phases of a stack are moments that all of its slices share, as fractions of RR (decision 0007); where moments are not
known, they are ranks.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.errors import DicomError
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.phase_order import (
    TRIGGER_TIME,
    OrderedSlice,
    order_slice,
    tag_messages,
)
from calid_core.io.dicom.repeats import last_acquisitions
from calid_core.io.phase_resampling import (
    CLOSE_AGREEMENT,
    LEAST_FRAMES,
    WHOLE_CYCLE,
    PhaseMatching,
    SliceMoments,
    common_fractions,
    disagreeing,
    held,
    in_order,
    lies_on,
    moments_of,
    nearest_frames,
)
from calid_core.judgement import Judgement
from calid_core.provenance import SliceOrigin, SliceState, shifts_if_any

DEFAULT_CYCLE = 1000.0
"""Assumed where nothing tells the heart rate, ms."""
AGREEING = "phases agree as fractions of RR: every frame is as acquired"
TRIGGERED_DIFFERENTLY = "slices were triggered differently: brought to common phases"
FRAMES_MISSING = "frames are missing: the phases that lack one are interpolated in time"
SAME_TIME = 1.0
"""Trigger times closer than this are the same, ms."""


@dataclass(frozen=True, eq=False)
class Resampling:
    """Phases of a slice that none of its frames was acquired at.

    Parameters
    ----------
    frames
        All frames of the slice in the order of their moments.
    moments
        Of these frames.
    phases
        Indices of the phases to interpolate.
    targets
        Their moments as shares of RR.
    """

    frames: tuple[FrameHeader, ...]
    moments: SliceMoments
    phases: tuple[int, ...]
    targets: FloatArray


@dataclass(frozen=True)
class PhasePlan:
    """The frames of a stack, matched over its slices.

    Parameters
    ----------
    frames
        ``[slice][phase]``; where a phase is resampled, the frame nearest to it.
    times
        ``(phases,)`` ms, mean over the slices, increasing.
    rr_interval
        Mean heart cycle in ms; None where unknown.
    kept
        Indices of the slices that are used.
    messages
        What was decided.
    resampled
        By slice; None where every phase is a frame of the slice.
    """

    frames: tuple[tuple[FrameHeader, ...], ...]
    times: FloatArray
    rr_interval: float | None
    kept: tuple[int, ...]
    messages: tuple[str, ...]
    resampled: tuple[Resampling | None, ...]

    @property
    def slice_states(self) -> tuple[SliceState, ...]:
        """By slice what its frames tell, and what is to be resampled."""
        return tuple(_state(*slice_) for slice_ in zip(self.frames, self.resampled, strict=True))

    @property
    def whole_judged(self) -> Judgement | None:
        """What a reader said of the whole before the files were written; None where nothing."""
        return next((f.whole_judged for frames in self.frames for f in frames if f.whole_judged), None)


def _state(frames: Sequence[FrameHeader], resampling: Resampling | None) -> SliceState:
    """What holds for a slice; one frame that was made makes it made."""
    before = [phase for phase, f in enumerate(frames) if f.resampled]
    return SliceState(
        next((f.origin for f in frames if f.origin is not SliceOrigin.ACQUIRED), SliceOrigin.ACQUIRED),
        tuple(sorted({*before, *(resampling.phases if resampling is not None else ())})),
        next((f.moved for f in frames if f.moved is not None), None),
        next((f.judged for f in frames if f.judged), None),
        shifts_if_any(f.shifted for f in frames),
    )


def match_phases(
    slices: Sequence[Sequence[FrameHeader]], matching: PhaseMatching = PhaseMatching.RR_FRACTION
) -> PhasePlan:
    """Order the frames of each slice by phase and match them over the slices.

    Parameters
    ----------
    slices
        Frames of each slice, any order, any number.
    matching
        Whether slices whose moments differ as shares of RR are resampled, or matched by rank.

    Raises
    ------
    DicomError
        No slice has a frame.
    """
    if not slices or not any(slices):
        raise DicomError("no frames")
    single = last_acquisitions(slices)
    ordered = [order_slice(last.frames) for last in single]
    counts = Counter(len(s.frames) for s in ordered)
    phases = max(counts, key=lambda n: (counts[n], n))
    kept = [i for i, s in enumerate(ordered) if 2 * len(s.frames) >= phases]
    names = _names(kept, len(ordered))
    messages = [f"{name} {last.told}" for name, last in zip(names, single, strict=True) if last.told]
    messages += tag_messages(ordered, names)
    for index in sorted(set(range(len(ordered))) - set(kept)):
        messages.append(f"{names[index]} has {len(ordered[index].frames)} of {phases} phases and is left out")
    used = [ordered[i] for i in kept]
    moments = _moments(used) if matching is PhaseMatching.RR_FRACTION else None
    if moments is not None:
        plan = _by_rr_fraction(used, moments, kept, phases)
    else:
        plan = _by_rank(used, kept, phases)
    return replace(plan, messages=(*messages, *plan.messages))


def _names(kept: Sequence[int], count: int) -> list[str]:
    """What messages call each of ``count`` slices: those ``kept`` by their number in the stack, others by where they would lie in it."""
    names = []
    for index in range(count):
        before = sum(own < index for own in kept)
        if index in kept:
            names.append(f"slice {before + 1}")
        elif 0 < before < len(kept):
            names.append(f"a slice between slices {before} and {before + 1}")
        else:
            names.append(f"a slice behind slice {before}" if before else "a slice before slice 1")
    return names


def _moments(used: Sequence[OrderedSlice]) -> list[SliceMoments] | None:
    """Moments of the frames of every slice; None where they are not all told by trigger times."""
    times = [s.times for s in used if s.times is not None and s.tag == TRIGGER_TIME]
    if len(times) < len(used) or any(len(t) < LEAST_FRAMES for t in times):
        return None
    moments = [moments_of(t, s.rr_interval) for t, s in zip(times, used, strict=True)]
    return [_without_ends_lost(m, moments) for m in moments]


def _without_ends_lost(own: SliceMoments, moments: Sequence[SliceMoments]) -> SliceMoments:
    """Moments of a slice whose cycle is not stated, as if it had the first or last frame that others of its pace have."""
    if own.stated:
        return own
    step = own.step * own.cycle
    cycles = [
        m.cycle
        for m in moments
        if not m.stated
        and abs(m.step * m.cycle - step) <= CLOSE_AGREEMENT * step
        and m.cycle - own.cycle <= WHOLE_CYCLE * step
    ]
    cycle = max(cycles)
    return replace(own, fractions=own.fractions * own.cycle / cycle, cycle=cycle)


def _common(moments: Sequence[SliceMoments], phases: int) -> FloatArray:
    """Moments that most slices share; those of the fullest slices where others only lack single frames, here one, there
    another: most slices have a frame at each of them.
    """
    most = max(len(m.fractions) for m in moments)
    full = common_fractions([m for m in moments if len(m.fractions) == most])
    following = [held(m, full) for m in moments if lies_on(m, full)]
    if following and bool((2 * np.sum(following, axis=0) > len(moments)).all()):
        return full
    return common_fractions([m for m in moments if len(m.fractions) == phases])


def _by_rr_fraction(
    used: Sequence[OrderedSlice], moments: Sequence[SliceMoments], kept: Sequence[int], phases: int
) -> PhasePlan:
    """Plan in which every slice has the moments that most slices share."""
    common = _common(moments, phases)
    phases = len(common)
    gaps = [disagreeing(m, common) for m in moments]
    if not any(len(g) for g in gaps) and all(in_order(m, common) for m in moments):
        plan = _by_rank(used, kept, phases)
        agree = (*plan.messages, AGREEING) if plan.messages else ()
        return replace(plan, messages=agree)
    frames, messages = [], []
    resampled: list[Resampling | None] = []
    for number, (item, own, missing) in enumerate(zip(used, moments, gaps, strict=True), 1):
        ordered = in_order(own, common)
        frames.append(
            tuple(item.frames if ordered else (item.frames[i] for i in nearest_frames(own, common)))
        )
        if not len(missing):
            resampled.append(None)
            if len(own.fractions) != phases:
                messages.append(
                    f"slice {number} has {len(own.fractions)} phases instead of {phases}: those of the other slices "
                    "are taken, others left out"
                )
            elif not ordered:
                later = float(own.fractions[0] - common[0]) * own.cycle
                messages.append(
                    f"slice {number} was triggered {abs(later):.0f} ms {'later' if later > 0 else 'earlier'} than the other slices: its frames "
                    "are matched round the cycle, every one as acquired"
                )
            continue
        chosen = tuple(int(p) for p in missing)
        resampled.append(Resampling(tuple(item.frames), own, chosen, common[missing]))
        told = f"RR {own.cycle:.0f} ms" if own.stated else "RR not stated"
        messages.append(
            f"slice {number} ({told}, {len(own.fractions)} phases): {len(chosen)} of {phases} phases resampled in "
            "time by RR fraction, not as acquired"
        )
    cycle = float(np.mean([m.cycle for m in moments]))
    stated = [m.cycle for m in moments if m.stated]
    return PhasePlan(
        tuple(frames),
        common * cycle,
        float(np.mean(stated)) if stated else None,
        tuple(kept),
        (_why(moments, common), *messages) if any(resampled) else tuple(messages),
        tuple(resampled),
    )


def _why(moments: Sequence[SliceMoments], common: FloatArray) -> str:
    """Why phases are resampled."""
    return FRAMES_MISSING if all(lies_on(m, common) for m in moments) else TRIGGERED_DIFFERENTLY


def _by_rank(used: Sequence[OrderedSlice], kept: Sequence[int], phases: int) -> PhasePlan:
    """Plan that takes frames by their rank, or the nearest in time where the counts differ."""
    complete = [s for s in used if len(s.frames) == phases]
    times, rr_interval, messages = _stack_times(complete, phases)
    frames = []
    for number, item in enumerate(used, 1):
        chosen, message = _fill_phases(item, phases, times, rr_interval, number)
        frames.append(tuple(chosen))
        messages += message
    return PhasePlan(tuple(frames), times, rr_interval, tuple(kept), tuple(messages), (None,) * len(frames))


def _stack_times(complete: Sequence[OrderedSlice], phases: int) -> tuple[FloatArray, float | None, list[str]]:
    """Times of the phases, heart cycle and what to say about them."""
    cycles = [s.rr_interval for s in complete if s.rr_interval is not None]
    rr_interval = float(np.mean(cycles)) if cycles else None
    timed = [s.times for s in complete if s.times is not None]
    if phases == 1:
        first = float(np.mean([t[0] for t in timed])) if timed else 0.0
        return np.array([first]), rr_interval, []
    if not timed:
        cycle = rr_interval or DEFAULT_CYCLE
        told = "from the heart rate" if rr_interval else f"a heart cycle of {DEFAULT_CYCLE:.0f} ms is assumed"
        return np.arange(phases) * cycle / phases, rr_interval, [f"no phase times are stated: {told}"]
    table = np.array(timed)
    times: FloatArray = table.mean(axis=0)
    messages = []
    if float(np.ptp(table, axis=0).max()) > SAME_TIME:
        ends = table[:, -1]
        cycle_text = f"RR {min(cycles):.0f}–{max(cycles):.0f} ms, " if cycles else ""
        messages.append(
            f"slices were triggered differently ({cycle_text}last phase at {ends.min():.0f}–{ends.max():.0f} ms): "
            "matched by phase rank, times are the mean over the slices"
        )
        spread = float(np.ptp(_fractions(table), axis=0).max())
        if spread > 1 / phases:
            messages.append(
                f"phases of the same rank differ by up to {100 * spread:.0f} % of the cycle between slices"
            )
    return times, rr_interval, messages


def _fractions(table: FloatArray) -> FloatArray:
    """``(slices, phases)`` trigger times as fractions of the acquired part of each slice's cycle."""
    steps = (table[:, -1:] - table[:, :1]) / (table.shape[1] - 1)
    fractions: FloatArray = table / (steps * table.shape[1])
    return fractions


def _fill_phases(
    item: OrderedSlice, phases: int, times: FloatArray, rr_interval: float | None, number: int
) -> tuple[list[FrameHeader], list[str]]:
    """One frame for each phase: by rank where the counts agree, else the nearest in the cycle."""
    count = len(item.frames)
    if count == phases:
        return item.frames, []
    if item.times is not None and count > 1:
        scale = (rr_interval / item.rr_interval) if rr_interval and item.rr_interval else 1.0
        own = item.times * scale
        nearest = np.abs(times[:, None] - own[None, :]).argmin(axis=1)
    else:
        nearest = np.minimum(np.rint(np.arange(phases) * count / phases).astype(int), count - 1)
    repeated = [p + 1 for p in range(1, phases) if nearest[p] == nearest[p - 1]]
    what = f"repeated at phase {_listed(repeated)}" if repeated else "others left out"
    message = f"slice {number} has {count} phases instead of {phases}: the nearest in time are taken, {what}"
    return [item.frames[i] for i in nearest], [message]


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in numbers[:5])
    return f"{shown} and {len(numbers) - 5} more" if len(numbers) > 5 else shown
