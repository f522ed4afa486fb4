"""What the file beside a volume of CaLID tells of it: which slices were acquired, and when its phases were."""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.io.sidecar import FORMAT
from calid_core.io.volume import INTERVAL_NOTICE, NOTICES
from calid_core.io.volume_files import sidecar_of
from calid_core.io.volume_headers import VolumeHeader
from calid_core.judgement import Judgement, told_judgement
from calid_core.provenance import (
    Movement,
    Shift,
    SliceOrigin,
    SliceState,
    made_sentence,
    rejected_sentence,
    shifts_if_any,
)
from calid_core.real_values import RealScale

ORIGINS = {notice: origin for origin, notice in NOTICES.items()}
"""How the slices were made of which a header says this."""
SHORTEST_CYCLE, LONGEST_CYCLE = 200.0, 3000.0
"""Limits of a heart cycle, ms; no two phases that follow each other are farther apart."""
UNPLACED = "position and orientation were not known when it was written, says the JSON file beside it"


@dataclass(frozen=True)
class ToldOrigins:
    """What is known of the slices and phases of a volume.

    Parameters
    ----------
    slice_states
        By slice where it comes from, and what was done to it before it was written.
    messages
        What to say about it.
    whole_judged
        What a reader said of the whole before it was written; None where nothing.
    phase_times
        ``(phases,)`` ms, where a header holds only their mean distance; None where they are not told.
    rr_interval
        Heart cycle in ms; None where it is not told.
    real
        Stored values as real ones, for formats that have no place for it; None where it is not told.
    placed
        False where position and orientation were not known when it was written, whatever the header says.
    """

    slice_states: tuple[SliceState, ...]
    messages: tuple[str, ...] = ()
    whole_judged: Judgement | None = None
    phase_times: FloatArray | None = None
    rr_interval: float | None = None
    real: RealScale | None = None
    placed: bool = True


def volume_origins(header: VolumeHeader) -> ToldOrigins:
    """Where the slices of a volume come from."""
    if header.description == INTERVAL_NOTICE:
        made = (SliceState(SliceOrigin.SYNTHESISED),) * header.geometry.slices
        return ToldOrigins(made, ("no intensities but half-widths of an interval, says the header",))
    told = _told_beside(header)
    if told is not None:
        return told
    origin = ORIGINS.get(header.description)
    if origin is None:
        return ToldOrigins((SliceState(),) * header.geometry.slices)
    message = (
        "made by a computer, says the header; which slices were acquired is not known, because the JSON file of its name "
        "is not beside it or does not fit: all are taken for made"
    )
    return ToldOrigins((SliceState(origin),) * header.geometry.slices, (message,))


def _told_beside(header: VolumeHeader) -> ToldOrigins | None:
    """What the JSON file beside a volume says; None where there is none that fits."""
    try:
        values: Any = json.loads(sidecar_of(header.path).read_text(encoding="utf-8"))
        states = tuple(_state(told, len(header.phase_times)) for told in values["slices"])
        whole_judged = told_judgement(str(values.get("review") or ""))
        times = np.array(values["output"].get("phase_times", header.phase_times), dtype=np.float64)
        cycle = values.get("input", {}).get("rr_interval")
        rr_interval = float(cycle) if cycle else None
        real = _real(values) if values["output"].get("dtype") == header.dtype else None
        placed = values["output"].get("orientation_known") is not False
        shape = (len(states), *header.geometry.shape[1:])
        fits = (
            values["format"] == FORMAT
            and tuple(values["output"]["shape"]) == shape == header.geometry.shape
            and times.shape == header.phase_times.shape
            and bool(np.isfinite(times).all())
            and bool(np.all((np.diff(times) > 0) & (np.diff(times) <= LONGEST_CYCLE)))
            and (rr_interval is None or SHORTEST_CYCLE <= rr_interval <= LONGEST_CYCLE)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    known = range(len(header.phase_times))
    if not fits or not all(phase in known for state in states for phase in state.resampled_phases):
        return None
    unplaced = "" if placed or not header.geometry.known else UNPLACED
    said = (made_sentence(states), rejected_sentence(states, whole_judged), unplaced)
    return ToldOrigins(states, tuple(filter(None, said)), whole_judged, times, rr_interval, real, placed)


def _state(told: Any, phases: int) -> SliceState:
    return SliceState(
        SliceOrigin[told["origin"].upper()],
        tuple(int(phase) for phase in told.get("phases_resampled_in_time", ())),
        _movement(told.get("moved_in_plane")),
        told_judgement(str(told.get("review") or "")),
        _shifts(told, phases),
    )


def _shifts(told: Any, phases: int) -> tuple[Shift, ...]:
    by_phase = told.get("shifted_pixels_by_phase", [told.get("shifted_pixels", (0, 0))] * phases)
    if len(by_phase) != phases:
        raise ValueError("every phase needs a shift")
    return shifts_if_any(map(_shift, by_phase))


def _shift(told: Any) -> Shift:
    rows, columns = map(int, told)
    return rows, columns


def _real(values: Any) -> RealScale | None:
    told = values.get("input", {}).get("intensity_scale")
    return RealScale(float(told["slope"]), float(told["intercept"])) if told else None


def _movement(told: Any) -> Movement | None:
    if told is None:
        return None
    down, across = map(float, told)
    if not (math.isfinite(down) and math.isfinite(across)):
        raise ValueError("a movement must be finite")
    return down, across
