"""The frames of a volume at one phase: where each comes from."""

from app.study import Volume
from calid_core.provenance import SliceOrigin


def frame_origins(volume: Volume, phase: int) -> tuple[SliceOrigin, ...]:
    """What every slice is at a phase: interpolated where an acquired one was interpolated in time."""
    return tuple(entry.origin_at(phase) for entry in volume.provenance)
