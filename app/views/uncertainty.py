"""The uncertainty of a run as a map to lay over its pictures."""

import numpy as np

from app.study import Run
from app.views.picture import OverlayMap
from calid_core.arrays import FloatArray

LABEL = "90 % interval"
LARGEST_PERCENTILE = 99.0
"""Of the half-widths in slices that were not acquired; it gets the last colour."""
THRESHOLD_SHARE = 0.25
"""Share of the largest value below which nothing is drawn."""
STRIDES = (slice(None, None, 4), slice(None), slice(None, None, 4), slice(None, None, 4))
"""Phases, slices, rows and columns looked at for the percentile."""


class UncertaintyMaps:
    """Makes the map of the run shown last, and keeps it."""

    def __init__(self) -> None:
        self._known: tuple[FloatArray, OverlayMap | None] | None = None

    def clear(self) -> None:
        """Forget the map: its run may be gone."""
        self._known = None

    def of_run(self, run: Run | None) -> OverlayMap | None:
        """The map of a run; None where it has none or does not cover every phase."""
        reconstruction = run.reconstruction if run is not None else None
        values = reconstruction.half_width if reconstruction is not None else None
        if run is None or values is None or values.shape != run.intensity.shape:
            return None
        if self._known is None or self._known[0] is not values:
            self._known = (values, _overlay(values))
        return self._known[1]


def _overlay(values: FloatArray) -> OverlayMap | None:
    sampled = values[STRIDES]
    positive = sampled[sampled > 0].astype(np.float32)
    if not positive.size:
        return None
    largest = float(np.percentile(positive, LARGEST_PERCENTILE))
    return OverlayMap(values, largest, THRESHOLD_SHARE * largest, LABEL)
