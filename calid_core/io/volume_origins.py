"""What the file beside a volume of CaLID tells of it: which slices were acquired, and when its phases were."""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.io.sidecar import FORMAT
from calid_core.io.volume import INTERPOLATED_NOTICE, SYNTHESISED_NOTICE
from calid_core.io.volume_files import sidecar_of
from calid_core.io.volume_headers import VolumeHeader
from calid_core.judgement import Judged, rejected_sentence, told_judgement
from calid_core.provenance import Movement, SliceOrigin, made_sentence

NOTICES = {
    SYNTHESISED_NOTICE: SliceOrigin.SYNTHESISED,
    INTERPOLATED_NOTICE: SliceOrigin.INTERPOLATED,
}
UNPLACED = "position and orientation were not known when it was written, says the JSON file beside it"


@dataclass(frozen=True)
class ToldOrigins:
    """What is known of the slices and phases of a volume.

    Parameters
    ----------
    origins
        By slice where it comes from; empty where all were acquired.
    resampled
        By slice the phases that were interpolated in time before it was written; empty where none was.
    messages
        What to say about it.
    moved
        By slice how far it was moved in plane before it was written; empty where none was.
    judged
        What a reader said of slices (None: of the whole) before it was written; empty where nothing.
    phase_times
        ``(phases,)`` ms, where a header holds only their mean distance; None where they are not told.
    rr_interval
        Heart cycle in ms; None where it is not told.
    placed
        False where position and orientation were not known when it was written, whatever the header says.
    """

    origins: tuple[SliceOrigin, ...] = ()
    resampled: tuple[tuple[int, ...], ...] = ()
    messages: tuple[str, ...] = ()
    moved: tuple[Movement | None, ...] = ()
    judged: Judged = ()
    phase_times: FloatArray | None = None
    rr_interval: float | None = None
    placed: bool = True


def volume_origins(header: VolumeHeader) -> ToldOrigins:
    """Where the slices of a volume come from."""
    told = _told_beside(header)
    if told is not None:
        return told
    notice = NOTICES.get(header.description)
    if notice is None:
        return ToldOrigins()
    message = (
        "made by a computer, says the header; which slices were acquired is not known, because the JSON file of its name "
        "is not beside it or does not fit: all are taken for made"
    )
    return ToldOrigins((notice,) * header.geometry.slices, messages=(message,))


def _told_beside(header: VolumeHeader) -> ToldOrigins | None:
    """What the JSON file beside a volume says; None where there is none that fits."""
    try:
        values: Any = json.loads(sidecar_of(header.path).read_text(encoding="utf-8"))
        slices = values["slices"]
        origins = tuple(SliceOrigin[s["origin"].upper()] for s in slices)
        resampled = tuple(tuple(int(p) for p in s.get("phases_resampled_in_time", ())) for s in slices)
        moved = tuple(_movement(s.get("moved_in_plane")) for s in slices)
        said = [(None, values.get("review")), *((i, s.get("review")) for i, s in enumerate(slices))]
        told = ((index, told_judgement(str(text))) for index, text in said if text)
        judged = tuple((index, judgement) for index, judgement in told if judgement)
        times = np.array(values["output"].get("phase_times", header.phase_times), dtype=np.float64)
        cycle = values.get("input", {}).get("rr_interval")
        rr_interval = float(cycle) if cycle else None
        placed = values["output"].get("orientation_known") is not False
        shape = (len(origins), *header.geometry.shape[1:])
        fits = (
            values["format"] == FORMAT
            and tuple(values["output"]["shape"]) == shape == header.geometry.shape
            and times.shape == header.phase_times.shape
            and bool(np.all(np.diff(times) > 0))
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    known = range(len(header.phase_times))
    if not fits or not all(phase in known for phases in resampled for phase in phases):
        return None
    sentence = made_sentence(origins)
    unplaced = "" if placed or not header.geometry.known else UNPLACED
    messages = tuple(filter(None, (sentence, rejected_sentence(judged, origins), unplaced)))
    return ToldOrigins(
        origins if sentence else (),
        resampled if any(resampled) else (),
        messages,
        moved if any(moved) else (),
        judged,
        times,
        rr_interval,
        placed,
    )


def _movement(told: Any) -> Movement | None:
    if told is None:
        return None
    down, across = map(float, told)
    if not (math.isfinite(down) and math.isfinite(across)):
        raise ValueError("a movement must be finite")
    return down, across
