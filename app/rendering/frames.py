"""The frames of a volume at one phase: which are there, and where each comes from."""

import numpy as np

from app.layers import Volume
from calid_core.arrays import BoolArray
from calid_core.provenance import SliceOrigin


def frames_there(volume: Volume, phase: int) -> BoolArray:
    """``(slices,)``, which slices hold an image at a phase."""
    return np.array([volume.has_frame(phase, index) for index in range(volume.slices)])


def frame_origins(volume: Volume, phase: int) -> tuple[SliceOrigin, ...]:
    """What every slice is at a phase: interpolated where an acquired one was interpolated in time."""
    return tuple(entry.origin_at(phase) for entry in volume.provenance)
