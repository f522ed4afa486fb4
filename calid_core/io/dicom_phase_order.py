"""The order of the frames of one slice over the heart cycle, and what tells it.

It is told by trigger time, else temporal position, else content or acquisition time, else instance number. A tag counts
only where every frame of a slice has a value of its own, so a constant, missing or absurd tag is passed over.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.io.dicom_headers import FrameHeader

TRIGGER_TIME = "trigger time"
LONGEST_CYCLE = 3000.0
"""No heart cycle is longer, ms."""
PHASE_TAGS: tuple[tuple[str, Callable[[FrameHeader], float | None]], ...] = (
    (TRIGGER_TIME, lambda frame: frame.trigger_time),
    ("temporal position", lambda frame: frame.temporal_position),
    ("content time", lambda frame: frame.content_time),
    ("acquisition time", lambda frame: frame.acquisition_time),
    ("instance number", lambda frame: frame.instance_number),
)
CLOCKS = {TRIGGER_TIME, "content time", "acquisition time"}


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
    """Frames of one slice by the first tag that works."""
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
        if times is not None and name != TRIGGER_TIME:
            times = times - times[0]
        return OrderedSlice([frames[i] for i in order], name, times, rr_interval)
    by_name = sorted(frames, key=lambda f: (f.trigger_time or 0.0, f.instance_number or 0.0, f.reference))
    return OrderedSlice(by_name, "file name", None, rr_interval)


def tag_messages(ordered: Sequence[OrderedSlice]) -> list[str]:
    """What to say about the tags that told the order."""
    moving = [s for s in ordered if len(s.frames) > 1]
    if not moving:
        return []
    tags = Counter(s.tag for s in moving)
    usual = tags.most_common(1)[0][0]
    messages = [f"phases ordered by {usual}"] if usual != TRIGGER_TIME else []
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
