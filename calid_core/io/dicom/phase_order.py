"""The order of the frames of one slice over the heart cycle, and what tells it.

It is told by trigger time, else temporal position, else content or acquisition time, else instance number. A tag counts
only where every frame of a slice has a value of its own, so a constant, missing or absurd tag is passed over. Content and
acquisition times often tell when images were made instead of which moment of the heart cycle they show: they count as times where
they go round about one cycle in the order of the instance numbers, else as an order where there are no instance numbers.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.cine import FrameReference
from calid_core.io.dicom.headers import FrameHeader

TRIGGER_TIME = "trigger time"
LONGEST_CYCLE = 3000.0
"""No heart cycle is longer, ms."""
LEAST_SHARE, LARGEST_SHARE = 0.5, 1.25
"""Of a stated heart cycle that the times of its phases go round."""
SHORTEST_CYCLE = 300.0
"""Where none is stated, ms."""
Tag = Callable[[FrameHeader], float | None]
DAYTIMES: tuple[tuple[str, Tag], ...] = (
    ("content time", lambda frame: frame.content_time),
    ("acquisition time", lambda frame: frame.acquisition_time),
)
TIMES_TOLD: tuple[tuple[str, Tag], ...] = ((TRIGGER_TIME, lambda frame: frame.trigger_time), *DAYTIMES)
PHASE_TAGS: tuple[tuple[str, Tag], ...] = (
    TIMES_TOLD[0],
    ("temporal position", lambda frame: frame.temporal_position),
    *DAYTIMES,
    ("instance number", lambda frame: frame.instance_number),
)


@dataclass(frozen=True)
class OrderedSlice:
    """Frames of a slice in order.

    Parameters
    ----------
    frames
        In order of phase.
    tag
        What told the order.
    times
        ``(frames,)`` ms, increasing; None where the tag is no clock.
    rr_interval
        ms; None where not stated.
    """

    frames: list[FrameHeader]
    tag: str
    times: FloatArray | None
    rr_interval: float | None


def order_slice(frames: Sequence[FrameHeader]) -> OrderedSlice:
    """Frames of one slice by the first tag that works; what creation times tell is no moment of the heart cycle."""
    rr_values = [f.rr_interval for f in frames if f.rr_interval is not None]
    rr_interval = float(np.median(rr_values)) if rr_values else None
    for name, tag in PHASE_TAGS:
        order = _told_order(frames, tag)
        if order is None:
            continue
        ordered = [frames[i] for i in order]
        if name not in dict(TIMES_TOLD):
            return OrderedSlice(ordered, name, None, rr_interval)
        times = np.array([tag(frame) for frame in ordered], dtype=np.float64)
        if name == TRIGGER_TIME:
            if times[-1] - times[0] <= LONGEST_CYCLE:
                return OrderedSlice(ordered, name, times, rr_interval)
        elif _goes_round(times, rr_interval) and _numbered_so(ordered):
            return OrderedSlice(ordered, name, times - times[0], rr_interval)
    for name, tag in DAYTIMES:
        order = _told_order(frames, tag)
        if order is not None:
            return OrderedSlice([frames[i] for i in order], name, None, rr_interval)
    by_name = sorted(
        frames, key=lambda f: (f.trigger_time or 0.0, f.instance_number or 0.0, _place(f.reference))
    )
    return OrderedSlice(by_name, "file name", None, rr_interval)


def _place(reference: FrameReference) -> tuple[list[str | int], int]:
    """Key that sorts ``im2`` before ``im10``, and frames of one file as they stand in it."""
    parts = re.split(r"(\d+)", str(reference.path))
    return [int(part) if part.isdecimal() else part for part in parts], reference.frame or 0


def _told_order(frames: Sequence[FrameHeader], tag: Tag) -> list[int] | None:
    """Indices of the frames by rising values of a tag; None where one has none or two have the same."""
    values = [value for value in map(tag, frames) if value is not None]
    if len(values) < len(frames) or len(set(values)) < len(values):
        return None
    return [int(i) for i in np.argsort(values, kind="stable")]


def _goes_round(times: FloatArray, rr_interval: float | None) -> bool:
    """Whether rising times, and one more step, go round about one heart cycle."""
    if len(times) < 2:
        return False
    cycle = float(times[-1] - times[0]) * len(times) / (len(times) - 1)
    if rr_interval is None:
        return SHORTEST_CYCLE <= cycle <= LONGEST_CYCLE
    return LEAST_SHARE * rr_interval <= cycle <= LARGEST_SHARE * rr_interval


def _numbered_so(frames: Sequence[FrameHeader]) -> bool:
    """Whether instance numbers rise along the frames, where every frame has one of its own."""
    numbers = [f.instance_number for f in frames if f.instance_number is not None]
    return len(set(numbers)) < len(frames) or bool(np.all(np.diff(numbers) > 0))


def tag_messages(ordered: Sequence[OrderedSlice], names: Sequence[str]) -> list[str]:
    """What to say about the tags that told the order of slices called so."""
    moving = [s for s in ordered if len(s.frames) > 1]
    if not moving:
        return []
    tags = Counter(s.tag for s in moving)
    usual = tags.most_common(1)[0][0]
    messages = [f"phases ordered by {usual}"] if usual != TRIGGER_TIME else []
    for name, item in zip(names, ordered, strict=True):
        if len(item.frames) > 1 and item.tag != usual:
            messages.append(f"{name}: {usual} is unusable, phases ordered by {item.tag}")
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
