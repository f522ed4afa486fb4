"""Where a truth exists: a slice of a layer that lies on an acquired one."""

import numpy as np

from app.layers import Layer, Volume
from calid_core.arrays import IntensityArray

SAME_PLACE = 0.05
"""Distance in mm up to which two slices lie on each other."""


def truth_of(layer: Layer, volume: Volume, acquired: Volume, phase: int, index: int) -> IntensityArray | None:
    """The acquired image ``(rows, columns)`` that a slice of a layer can be held against.

    None where nothing was acquired there, for the acquired layer itself, and while the slice is not ready.
    """
    if layer.acquired or not volume.has_frame(phase, index):
        return None
    if volume.geometry.shape[1:] != acquired.geometry.shape[1:]:
        return None
    place = volume.geometry.slice_position(index)
    nearest = acquired.nearest_slice(place)
    if float(np.linalg.norm(acquired.geometry.slice_position(nearest) - place)) > SAME_PLACE:
        return None
    truth: IntensityArray = acquired.intensity[phase, nearest]
    return truth
