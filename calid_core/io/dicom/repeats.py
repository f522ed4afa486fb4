"""Slices that were acquired more than once under one series: the last whole acquisition is used.

What tells acquisitions apart is tried in turn: series number (where UIDs do not), acquisition number, acquisition time, trigger times
that fall back in the order of instance numbers, and equal trigger times. A tag counts only where what it tells apart are
whole acquisitions of the same heart cycle: some scanners give every phase an acquisition number of its own, and some cines
are acquired by halves. Where no times of phases show that, something else must: instance numbers that begin anew, the stated
number of phases, or that of slices that were acquired once.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import BoolArray, FloatArray
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.phase_order import LONGEST_CYCLE

LEAST_WHOLE = 4
"""Fewest frames of a whole acquisition."""
WHOLE_SHARE = 0.75
"""An acquisition is whole where it has this share of the frames of the longest one, and covers this share of the time of all."""
CROWDED = 0.5
"""Frames closer than this share of their mean distance were not acquired in turn: they repeat each other."""
TIMES: tuple[Callable[[FrameHeader], float | None], ...] = (
    lambda frame: frame.trigger_time,
    lambda frame: frame.temporal_position,
)


@dataclass(frozen=True)
class LastAcquisition:
    """The frames of a slice that are used.

    Parameters
    ----------
    frames
        All of them, or those of one acquisition.
    acquisitions
        How many there are.
    cut_short
        Whether one after it was not whole.
    """

    frames: Sequence[FrameHeader]
    acquisitions: int = 1
    cut_short: bool = False

    @property
    def told(self) -> str:
        """``was acquired 2 times: the last one is used``; empty where it was acquired once."""
        if self.acquisitions < 2:
            return ""
        whole = "whole " if self.cut_short else ""
        return f"was acquired {self.acquisitions} times: the last {whole}one is used"


def last_acquisitions(slices: Sequence[Sequence[FrameHeader]]) -> list[LastAcquisition]:
    """Frames of the last whole acquisition of each slice of a stack."""
    once = Counter(
        len(frames) for frames in slices if not any(_whole(split(frames), None) for split in SPLITS)
    )
    usual = max(once, key=lambda count: (once[count], count), default=0)
    return [_last(frames, usual) for frames in slices]


def _last(frames: Sequence[FrameHeader], usual: int) -> LastAcquisition:
    for split in SPLITS:
        groups = split(frames)
        whole = _whole(groups, usual)
        if whole:
            return LastAcquisition(groups[whole[-1]], len(groups), cut_short=whole[-1] < len(groups) - 1)
    return _by_equal_time(frames)


def _whole(groups: Sequence[Sequence[FrameHeader]], usual: int | None) -> list[int]:
    """Indices of the groups that are whole acquisitions; none where the groups do not repeat each other.

    ``usual`` is the number of frames of slices that were acquired once, 0 where there is none; where it is None groups without
    times are taken for repeats.
    """
    if len(groups) < 2:
        return []
    longest = max(len(group) for group in groups)
    whole = [i for i, g in enumerate(groups) if len(g) >= max(LEAST_WHOLE, WHOLE_SHARE * longest)]
    times = _times(groups)
    if times is None:
        repeated = usual is None or _begin_anew(groups) or _is_whole(groups, usual)
        return whole if len(whole) == len(groups) and repeated else []
    merged = np.sort(np.concatenate(times))
    if float(np.diff(merged).min()) >= CROWDED * float(np.ptp(merged)) / (len(merged) - 1):
        return []
    return [i for i in whole if float(np.ptp(times[i])) >= WHOLE_SHARE * float(np.ptp(merged))]


def _begin_anew(groups: Sequence[Sequence[FrameHeader]]) -> bool:
    """Whether every group is a series of its own, or has the instance numbers of every other."""
    series = [{frame.series_number for frame in group} for group in groups]
    if all(len(own) == 1 for own in series) and len(set.union(*series)) == len(groups):
        return True
    numbers = [{frame.instance_number for frame in group} for group in groups]
    return all(
        None not in own and own == numbers[0] and len(own) == len(group)
        for own, group in zip(numbers, groups, strict=True)
    )


def _is_whole(groups: Sequence[Sequence[FrameHeader]], usual: int) -> bool:
    """Whether each has about as many frames as its slice has phases, as stated, or else ``usual``."""
    phases = groups[0][0].stated_phases or usual
    return phases > 0 and all(WHOLE_SHARE * phases <= len(group) <= phases / WHOLE_SHARE for group in groups)


def _times(groups: Sequence[Sequence[FrameHeader]]) -> list[FloatArray] | None:
    """By group, trigger times or else temporal positions; None where not all frames have one, or all have the same."""
    for tag in TIMES:
        stated = [[tag(frame) for frame in group] for group in groups]
        values = {value for group in stated for value in group}
        if None not in values and len(values) > 1:
            return [np.array(group, dtype=np.float64) for group in stated]
    return None


def _by_series_number(frames: Sequence[FrameHeader]) -> list[list[FrameHeader]]:
    return _by_value(frames, [frame.series_number for frame in frames])


def _by_acquisition_number(frames: Sequence[FrameHeader]) -> list[list[FrameHeader]]:
    numbers = [frame.acquisition_number for frame in frames]
    return [] if None in numbers else _by_value(frames, [number or 0.0 for number in numbers])


def _by_value(frames: Sequence[FrameHeader], values: Sequence[float]) -> list[list[FrameHeader]]:
    return [
        [frame for frame, own in zip(frames, values, strict=True) if own == value]
        for value in sorted(set(values))
    ]


def _by_acquisition_time(frames: Sequence[FrameHeader]) -> list[list[FrameHeader]]:
    """Cut where longer than a heart cycle passed."""
    if any(frame.acquisition_time is None for frame in frames):
        return []
    ordered = sorted(frames, key=lambda frame: frame.acquisition_time or 0.0)
    times = np.array([frame.acquisition_time for frame in ordered], dtype=np.float64)
    return _cut(ordered, np.diff(times) > LONGEST_CYCLE)


def _by_fallen_time(frames: Sequence[FrameHeader]) -> list[list[FrameHeader]]:
    """Cut where the trigger time falls back in the order of instance numbers; each acquisition begins at its beginning."""
    numbers = {frame.instance_number for frame in frames}
    if None in numbers or len(numbers) < len(frames) or any(frame.trigger_time is None for frame in frames):
        return []
    ordered = sorted(frames, key=lambda frame: frame.instance_number or 0.0)
    times = np.array([frame.trigger_time for frame in ordered], dtype=np.float64)
    fallen = np.diff(times) < 0
    starts = times[np.flatnonzero(np.concatenate(([True], fallen)))]
    if bool((starts - times.min() > (1 - WHOLE_SHARE) * np.ptp(times)).any()):
        return []
    return _cut(ordered, fallen)


def _cut(ordered: Sequence[FrameHeader], cuts: BoolArray) -> list[list[FrameHeader]]:
    groups = [[ordered[0]]]
    for frame, cut in zip(ordered[1:], cuts, strict=True):
        if cut:
            groups.append([])
        groups[-1].append(frame)
    return groups


SPLITS = (_by_series_number, _by_acquisition_number, _by_acquisition_time, _by_fallen_time)


def _by_equal_time(frames: Sequence[FrameHeader]) -> LastAcquisition:
    """The later frames where every trigger time is there equally often and more than once."""
    by_time: dict[float | None, list[FrameHeader]] = {}
    for frame in frames:
        by_time.setdefault(frame.trigger_time, []).append(frame)
    counts = {len(repeats) for repeats in by_time.values()}
    if None in by_time or len(by_time) < 2 or len(counts) > 1 or counts == {1}:
        return LastAcquisition(frames)
    last = [max(r, key=lambda f: (f.series_number, f.instance_number or 0)) for r in by_time.values()]
    return LastAcquisition(last, counts.pop())
