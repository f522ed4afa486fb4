"""When contours are looked for: as soon as they are wanted, of every layer that is shown, unasked."""

from PySide6.QtCore import QObject, Slot

from app.checks.checking import Checking
from app.layers import Layer
from app.state.check_state import CheckState
from app.state.viewer_state import ViewerState


class ContourSeeking(QObject):
    """Starts the check that finds contours, once for every layer; again when they are hidden and shown anew.

    Parameters
    ----------
    state, checks, checking
        What is shown, what runs, and who is asked to look.
    """

    def __init__(
        self, state: ViewerState, checks: CheckState, checking: Checking, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._checks, self._checking = state, checks, checking
        self._sought: set[tuple[int, Layer]] = set()
        state.all_series_changed.connect(self._forget_closed)
        state.contours_visible_changed.connect(self._seek_anew)
        checking.contours_cancelled.connect(self._give_up)
        for changed in (
            state.layer_changed,
            state.stack_changed,
            state.layout_changed,
            state.compare_layers_changed,
            state.compare.mode_changed,
            state.compare.shown_changed,
            checks.running_changed,
        ):
            changed.connect(self.seek)

    @Slot()
    def seek(self) -> None:
        """Find the contours that are wanted and were not looked for yet, of one layer after the other."""
        waiting = []
        for place in self._wanted():
            series_id, layer = place
            # Those of a run take up what is found in the acquired slices.
            free = all(
                started.series_id != series_id or not started.contoured for started in self._checks.running
            )
            if not free:
                waiting.append((series_id, layer.run_id))
            elif place not in self._sought:  # else the start of another one led here, too
                self._sought.add(place)
                self._checking.start_contours(self._state.run(layer.run_id) or self._checks.subject)
        self._state.contours.wait_for(frozenset(waiting))

    def _wanted(self) -> list[tuple[int, Layer]]:
        """Series and layers that are shown without the contours that belong there; runs first, which look in acquired slices, too."""
        state = self._state
        series = state.active_series
        if series is None or series.stack is None or not state.contours_visible:
            return []
        layers = sorted(set(state.seen_layers), key=lambda layer: (layer.acquired, layer.run_id or 0))
        return [
            (series.id, layer)
            for layer in layers
            if not layer.held_out
            and (layer.acquired or self._finished(layer))
            and (series.id, layer) not in self._sought
            and state.contours.of(series.id, layer) is None
        ]

    def _finished(self, layer: Layer) -> bool:
        run = self._state.run(layer.run_id)
        return run is not None and run.reconstruction is not None

    @Slot()
    def _seek_anew(self) -> None:
        """Find the contours that are wanted, also those that were looked for and not found, or cancelled."""
        self._sought.clear()
        self.seek()

    @Slot(int)
    def _give_up(self, series_id: int) -> None:
        """A search that is cancelled does not lead to those that wait for its end."""
        self._sought.update(place for place in self._wanted() if place[0] == series_id)
        self.seek()

    @Slot()
    def _forget_closed(self) -> None:
        """Closed series may be listed again; their contours are forgotten."""
        self._sought = {sought for sought in self._sought if self._state.series(sought[0]) is not None}
