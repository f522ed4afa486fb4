"""Where a series is looked at first: on its heart, until the reader looks elsewhere."""

import numpy as np
from PySide6.QtCore import QObject, Slot

from app.open_series import OpenSeries
from app.state.viewer_state import ViewerState
from calid_core.arrays import FloatArray, frozen


class OpeningPlace(QObject):
    """Puts the crosshair on the heart, and again where the heart is found better while nobody has moved, turned, measured or judged.

    The slice stays: only the place within it is found better.
    """

    def __init__(self, state: ViewerState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._put: dict[int, FloatArray] = {}
        """By series, where the crosshair was put and still stands."""
        state.position_changed.connect(self._on_moved)
        state.long_axis_angle_changed.connect(self._on_turned)
        state.measures.measurements_changed.connect(self._on_measured)

    def begin(self, series: OpenSeries) -> None:
        """Look at a series for the first time, on its heart where that is known."""
        if series.heart is not None:
            self._state.set_position(series.heart)
        self._put[series.id] = self._state.position

    def follow(self, series: OpenSeries) -> None:
        """Go to the heart of the active series as it is known now, if the crosshair stands where it was put."""
        if series.id not in self._put or series.heart is None or series.stack is None:
            return
        geometry = series.stack.geometry
        place = geometry.to_index(self._put[series.id])
        place[1:] = geometry.to_index(series.heart)[1:]
        self._put[series.id] = frozen(geometry.to_patient(place))
        self._state.set_position(self._put[series.id])

    @Slot()
    def stay(self) -> None:
        """The place of the active series is the reader's from now on."""
        if self._state.active_series is not None:
            self.forget(self._state.active_series.id)

    def forget(self, series_id: int) -> None:
        """Leave the crosshair of a series alone from now on."""
        self._put.pop(series_id, None)

    @Slot()
    def _on_moved(self) -> None:
        series = self._state.active_series
        if series is not None and not np.array_equal(self._put.get(series.id, ()), self._state.position):
            self.stay()

    @Slot()
    def _on_turned(self) -> None:
        if self._state.long_axis_angle != 0.0:
            self.stay()

    @Slot()
    def _on_measured(self) -> None:
        """What was drawn on a long-axis plane lies on it only while the crosshair stays."""
        if self._state.measures.measurements:
            self.stay()
