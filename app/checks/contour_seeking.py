"""When contours are looked for: as soon as they are wanted, of every layer that is shown, unasked."""

from PySide6.QtCore import QObject, Slot

from app.checks.checking import Checking
from app.layers import Layer
from app.state.check_state import CheckState
from app.state.viewer_state import ViewerState
from calid_core.checks.kinds import Check


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
        for changed in (state.layer_changed, state.stack_changed, checks.running_changed):
            changed.connect(self.seek)

    @Slot()
    def seek(self) -> None:
        """Find the contours that are wanted and were not looked for yet."""
        state = self._state
        series, subject = state.active_series, self._checks.subject
        if series is None or not state.contours_visible or state.layer.held_out:
            return
        finished = state.layer.acquired or (subject is not None and subject.id == state.layer.run_id)
        # Those of a run take up what is found in the acquired slices.
        free = all(
            started.series_id != series.id or not started.contoured for started in self._checks.running
        )
        wanted = series.id, state.layer
        if finished and free and wanted not in self._sought and state.contours.of(*wanted) is None:
            self._sought.add(wanted)
            self._checking.start(Check.VOLUMES)

    @Slot()
    def _seek_anew(self) -> None:
        """Find the contours that are wanted, also those that were looked for and not found, or cancelled."""
        self._sought.clear()
        self.seek()

    @Slot()
    def _forget_closed(self) -> None:
        """Closed series may be listed again; their contours are forgotten."""
        self._sought = {sought for sought in self._sought if self._state.series(sought[0]) is not None}
