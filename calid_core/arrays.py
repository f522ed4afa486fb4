"""Array types used in signatures."""

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
