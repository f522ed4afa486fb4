"""The uncertainty of a run as a map to lay over its pictures."""

import numpy as np

from app.layers import Run
from app.presets import AUTOMATIC, percentile_window
from app.views.picture import UncertaintyMap
from calid_core.arrays import FloatArray

LARGEST_PERCENTILE = 99.0
"""Of the half-widths in slices that were not acquired; it gets the last colour."""
STRIDES = (slice(None, None, 4), slice(None), slice(None, None, 4), slice(None, None, 4))
"""Phases, slices, rows and columns looked at for the percentile."""


class UncertaintyMaps:
    """Makes the map of the run shown last, and keeps it."""

    def __init__(self) -> None:
        self._known: tuple[FloatArray, float | None, float] | None = None

    def clear(self) -> None:
        """Forget the map: its run may be gone."""
        self._known = None

    def of_run(self, run: Run | None, look: tuple[float, float]) -> UncertaintyMap | None:
        """The map of a run; None where it has none or does not cover every phase.

        Parameters
        ----------
        look
            Opacity, and the share of the largest value from which it is drawn.
        """
        reconstruction = run.reconstruction if run is not None else None
        values = reconstruction.half_width if reconstruction is not None else None
        if run is None or values is None or values.shape != run.intensity.shape:
            return None
        if self._known is None or self._known[0] is not values:
            _, extent = percentile_window(run.acquired.intensity, *AUTOMATIC)
            self._known = (values, _largest(values), extent)
        _, largest, extent = self._known
        opacity, share = look
        if largest is None:
            return None
        return UncertaintyMap(values, largest, share * largest, opacity, extent)


def _largest(values: FloatArray) -> float | None:
    """Half-width that gets the last colour; None where all are 0."""
    sampled = values[STRIDES]
    positive = sampled[sampled > 0].astype(np.float32)
    return float(np.percentile(positive, LARGEST_PERCENTILE)) if positive.size else None
