"""Where a reader was in a series, and what comes back with it."""

from dataclasses import dataclass

from app.layers import Layer, Run
from app.open_series import OpenSeries
from app.state.viewer_state import ViewerState
from calid_core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Place:
    """What of a series was looked at and how, for when it is shown again."""

    layer: Layer
    position: FloatArray
    phase: int
    window: tuple[float, float]
    zoom: float
    pan: tuple[float, float]
    long_axis_angle: float
    inverted: bool
    fps_wanted: float

    @classmethod
    def of(cls, state: ViewerState) -> "Place":
        """What is looked at now."""
        return cls(
            layer=state.layer,
            position=state.position,
            phase=state.phase,
            window=state.window,
            zoom=state.zoom,
            pan=state.pan,
            long_axis_angle=state.long_axis_angle,
            inverted=state.inverted,
            fps_wanted=state.fps_wanted,
        )

    def show(self, state: ViewerState) -> None:
        """Look at it again; at the acquired slices where the run is gone."""
        state.set_layer(self.layer)
        state.set_position(self.position)
        state.set_phase(self.phase)
        state.set_window(self.window)
        state.set_zoom(self.zoom)
        state.set_pan(self.pan)
        state.set_long_axis_angle(self.long_axis_angle)
        state.set_inverted(self.inverted)
        state.set_fps_wanted(self.fps_wanted)


@dataclass(frozen=True, eq=False)
class LeftPlace:
    """What was looked at, and where, when a run began to be shown instead."""

    series_id: int
    run_id: int
    layer: Layer
    position: FloatArray


@dataclass(frozen=True, eq=False)
class ClosedSeries:
    """A series that was taken off the list, with what comes back with it.

    Parameters
    ----------
    series
        The series.
    index
        Where in the list it was.
    runs
        Its finished runs.
    place
        Where the reader was in it; None where it was never left.
    """

    series: OpenSeries
    index: int
    runs: tuple[Run, ...]
    place: Place | None
