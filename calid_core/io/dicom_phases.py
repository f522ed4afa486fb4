"""Which frames of a stack belong to the same cardiac phase.

The order of phases is told by trigger time, else temporal position, else content or acquisition time, else instance
number. A tag counts only where every frame of a slice has a value of its own, so a constant, missing or absurd
tag is passed over.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.errors import DicomError
from calid_core.io.dicom_headers import FrameHeader

LONGEST_CYCLE = 3000.0
"""No heart cycle is longer, ms."""
DEFAULT_CYCLE = 1000.0
"""Assumed where nothing tells the heart rate, ms."""
SAME_TIME = 1.0
"""Trigger times closer than this are the same, ms."""

PHASE_TAGS: tuple[tuple[str, Callable[[FrameHeader], float | None]], ...] = (
    ("trigger time", lambda frame: frame.trigger_time),
    ("temporal position", lambda frame: frame.temporal_position),
    ("content time", lambda frame: frame.content_time),
    ("acquisition time", lambda frame: frame.acquisition_time),
    ("instance number", lambda frame: frame.instance_number),
)
CLOCKS = {"trigger time", "content time", "acquisition time"}


@dataclass(frozen=True)
class PhasePlan:
    """The frames of a stack, matched over its slices.

    Parameters
    ----------
    frames
        ``[slice][phase]``.
    times
        ``(phases,)`` ms, mean over the slices, increasing.
    rr_interval
        Mean heart cycle in ms; None where unknown.
    kept
        Indices of the slices that are used.
    messages
        What was decided.
    """

    frames: tuple[tuple[FrameHeader, ...], ...]
    times: FloatArray
    rr_interval: float | None
    kept: tuple[int, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True)
class _OrderedSlice:
    frames: list[FrameHeader]
    tag: str
    times: FloatArray | None
    rr_interval: float | None


def match_phases(slices: Sequence[Sequence[FrameHeader]]) -> PhasePlan:
    """Order the frames of each slice by phase and match them over the slices.

    Parameters
    ----------
    slices
        Frames of each slice, any order, any number.

    Raises
    ------
    DicomError
        No slice has a frame.
    """
    if not slices or not any(slices):
        raise DicomError("no frames")
    single = [_without_repeats(frames) for frames in slices]
    ordered = [_order_slice(frames) for frames in single]
    messages = [
        f"slice {index + 1} was acquired {len(slices[index]) // len(frames)} times: the last one is used"
        for index, frames in enumerate(single)
        if len(frames) < len(slices[index])
    ]
    messages += _tag_messages(ordered)
    counts = Counter(len(s.frames) for s in ordered)
    phases = max(counts, key=lambda n: (counts[n], n))
    kept = [i for i, s in enumerate(ordered) if 2 * len(s.frames) >= phases]
    for index in sorted(set(range(len(ordered))) - set(kept)):
        messages.append(
            f"slice {index + 1} has {len(ordered[index].frames)} of {phases} phases and is left out"
        )
    complete = [ordered[i] for i in kept if len(ordered[i].frames) == phases]
    times, rr_interval, time_messages = _stack_times(complete, phases)
    messages += time_messages
    frames = []
    for index in kept:
        chosen, message = _fill_phases(ordered[index], phases, times, rr_interval, index)
        frames.append(tuple(chosen))
        messages += message
    return PhasePlan(tuple(frames), times, rr_interval, tuple(kept), tuple(messages))


def _without_repeats(frames: Sequence[FrameHeader]) -> Sequence[FrameHeader]:
    """Frames of the last acquisition where every trigger time is there equally often and more than once."""
    by_time: dict[float | None, list[FrameHeader]] = {}
    for frame in frames:
        by_time.setdefault(frame.trigger_time, []).append(frame)
    counts = {len(repeats) for repeats in by_time.values()}
    if None in by_time or len(by_time) < 2 or len(counts) > 1 or counts == {1}:
        return frames
    return [
        max(repeats, key=lambda f: (f.series_number, f.instance_number or 0)) for repeats in by_time.values()
    ]


def _order_slice(frames: Sequence[FrameHeader]) -> _OrderedSlice:
    rr_values = [f.rr_interval for f in frames if f.rr_interval is not None]
    rr_interval = float(np.median(rr_values)) if rr_values else None
    for name, tag in PHASE_TAGS:
        stated = [tag(frame) for frame in frames]
        values = [value for value in stated if value is not None]
        if len(values) < len(frames) or len(set(values)) < len(values):
            continue
        if name in CLOCKS and max(values) - min(values) > LONGEST_CYCLE:
            continue
        order = np.argsort(values, kind="stable")
        times = np.sort(np.array(values, dtype=np.float64)) if name in CLOCKS else None
        if times is not None and name != "trigger time":
            times = times - times[0]
        return _OrderedSlice([frames[i] for i in order], name, times, rr_interval)
    by_name = sorted(frames, key=lambda f: (f.trigger_time or 0.0, f.instance_number or 0.0, f.reference))
    return _OrderedSlice(by_name, "file name", None, rr_interval)


def _tag_messages(ordered: Sequence[_OrderedSlice]) -> list[str]:
    moving = [s for s in ordered if len(s.frames) > 1]
    if not moving:
        return []
    tags = Counter(s.tag for s in moving)
    usual = tags.most_common(1)[0][0]
    messages = [f"phases ordered by {usual}"] if usual != "trigger time" else []
    for index, item in enumerate(ordered):
        if len(item.frames) > 1 and item.tag != usual:
            messages.append(f"slice {index + 1}: {usual} is unusable, phases ordered by {item.tag}")
    disagreeing = sum(not _instances_agree(s.frames) for s in moving)
    if usual != "instance number" and disagreeing:
        messages.append(f"instance numbers disagree with {usual} in {disagreeing} of {len(moving)} slices")
    return messages


def _instances_agree(frames: Sequence[FrameHeader]) -> bool:
    """Whether instance numbers rise or fall along the phases, save for one wrap-around."""
    numbers = [f.instance_number for f in frames]
    known = [n for n in numbers if n is not None]
    if len(known) < len(numbers) or len(set(known)) < len(known):
        return True
    steps = np.diff(np.array([*known, known[0]]))
    return int(np.sum(steps < 0)) <= 1 or int(np.sum(steps > 0)) <= 1


def _stack_times(
    complete: Sequence[_OrderedSlice], phases: int
) -> tuple[FloatArray, float | None, list[str]]:
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
    item: _OrderedSlice, phases: int, times: FloatArray, rr_interval: float | None, index: int
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
    message = (
        f"slice {index + 1} has {count} phases instead of {phases}: the nearest in time are taken, {what}"
    )
    return [item.frames[i] for i in nearest], [message]


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in numbers[:5])
    return f"{shown} and {len(numbers) - 5} more" if len(numbers) > 5 else shown
