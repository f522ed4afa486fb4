"""Files that hold the same frame twice."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from calid_core.cine import FrameReference
from calid_core.errors import InputError
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.pixels import read_frame
from calid_core.io.summary import Problem
from calid_core.words import count_of


def without_duplicates(frames: Sequence[FrameHeader]) -> tuple[list[FrameHeader], list[Problem]]:
    """Every frame once, in the order given, and what was left out.

    A frame is a duplicate if it has the SOP Instance UID, place and time of another, or place, time and equal pixels. Those of
    different series that CaLID wrote never are: each is a result of its own, with what was said of it.
    """
    kept, copies = _by_key(frames)
    kept, equal = _by_pixels(kept)
    problems = []
    if copies:
        problems.append(
            Problem(f"{count_of(copies, 'duplicate file')} skipped (same SOP Instance UID)", copies)
        )
    if equal:
        problems.append(
            Problem(f"{count_of(equal, 'duplicate file')} skipped (same pixels, position and phase)", equal)
        )
    reused = _reused_uids(kept)
    if reused:
        problems.append(
            Problem(f"{reused} frames share an SOP Instance UID but differ; all are kept", reused)
        )
    return kept, problems


def _moment(frame: FrameHeader) -> tuple[object, ...]:
    return (*_place(frame), frame.instance_number)


def _place(frame: FrameHeader) -> tuple[object, ...]:
    series = frame.series_uid if frame.own else ""
    return series, frame.study, frame.position, frame.orientation, frame.trigger_time, frame.temporal_position


def _by_key(frames: Sequence[FrameHeader]) -> tuple[list[FrameHeader], int]:
    seen: set[tuple[object, ...]] = set()
    kept = []
    for frame in frames:
        key = (frame.sop_uid, frame.reference.frame, *_moment(frame))
        if frame.sop_uid and key in seen:
            continue
        seen.add(key)
        kept.append(frame)
    return kept, len(frames) - len(kept)


def _by_pixels(frames: Sequence[FrameHeader]) -> tuple[list[FrameHeader], int]:
    """Frames without those whose pixels equal another at the same place and time; only such are read."""
    places: dict[tuple[object, ...], list[FrameHeader]] = defaultdict(list)
    for frame in frames:
        timed = frame.trigger_time is not None or frame.temporal_position is not None
        number = None if timed else frame.instance_number
        places[(*_place(frame), number)].append(frame)
    crowded = [together for together in places.values() if len(together) > 1]
    doubtful = [frame for together in crowded for frame in together]
    # File by file: a deflated one is inflated as a whole.
    doubtful.sort(key=lambda frame: str(frame.reference.path))
    digests = {id(frame): _digest(frame) for frame in doubtful}
    dropped: set[int] = set()
    for together in crowded:
        seen: set[bytes | FrameReference] = set()
        for frame in together:
            digest = digests[id(frame)]
            if digest in seen:
                dropped.add(id(frame))
            seen.add(digest)
    return [frame for frame in frames if id(frame) not in dropped], len(dropped)


def _digest(frame: FrameHeader) -> bytes | FrameReference:
    """Of the pixels; where they cannot be read, what no other frame has."""
    try:
        return hashlib.sha256(read_frame(frame).tobytes()).digest()
    except InputError:
        return frame.reference


def _reused_uids(frames: Sequence[FrameHeader]) -> int:
    counts: dict[tuple[str, int | None], int] = defaultdict(int)
    for frame in frames:
        if frame.sop_uid:
            counts[frame.sop_uid, frame.reference.frame] += 1
    return sum(count for count in counts.values() if count > 1)
