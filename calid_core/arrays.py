"""Array types used in signatures, and what is done with any array."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntensityArray = NDArray[np.generic]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]

A = TypeVar("A", bound="np.ndarray[Any, Any]")


def frozen(array: A) -> A:
    """Read-only view of an array; the memory is shared, not copied."""
    view = array.view()
    view.flags.writeable = False
    return view


def nearest(positions: FloatArray, targets: FloatArray) -> IntArray:
    """``(targets,)``, index of the nearest of ``positions``, both in mm; half-way between two, the one before."""
    # To a millionth of a mm: half-way is not decided by the rounding of positions.
    distances = np.abs(targets[:, None] - positions[None, :]).round(6)
    indices: IntArray = distances.argmin(axis=1)
    return indices


def runs(indices: IntArray) -> tuple[IntArray, ...]:
    """Stretches of rising ``indices`` that follow each other without a gap, in order; none where there are no indices."""
    parts = np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)
    return tuple(part for part in parts if len(part))
