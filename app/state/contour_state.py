"""Automatic contours of the left ventricle that were found in this session; written by ``app.checks`` only."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.layers import Layer

if TYPE_CHECKING:
    from calid_core.contouring.contours import ChamberContours


class ContourState(QObject):
    """Contours by series and run."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._contours: dict[tuple[int, int | None], ChamberContours] = {}
        self._sought: set[tuple[int, int | None]] = set()
        self._waiting: frozenset[tuple[int, int | None]] = frozenset()

    def of(self, series_id: int, layer: Layer) -> "ChamberContours | None":
        """Contours in the pictures of a layer of a series, of some phases only while they are ``sought``; None where there are none."""
        return None if layer.held_out else self._contours.get((series_id, layer.run_id))

    def keep(self, series_id: int, run_id: int | None, contours: "ChamberContours") -> None:
        """Keep the contours in the acquired slices (``run_id`` None) or in a run; complete ones are not looked for any more."""
        self._contours[series_id, run_id] = contours
        if contours.complete:
            self._sought.discard((series_id, run_id))
        self.changed.emit()

    def sought(self, series_id: int, layer: Layer) -> bool:
        """Whether contours in the pictures of a layer are being looked for, or will be next."""
        return not layer.held_out and (series_id, layer.run_id) in self._sought | self._waiting

    def wait_for(self, places: frozenset[tuple[int, int | None]]) -> None:
        """Series and runs whose contours are looked for as soon as others are found."""
        if places != self._waiting:
            self._waiting = places
            self.changed.emit()

    def begin(self, series_id: int, run_id: int | None) -> None:
        """Contours are looked for from now on, unless they are known."""
        if (series_id, run_id) not in self._contours:
            self._sought.add((series_id, run_id))
            self.changed.emit()

    def grow(self, series_id: int, run_id: int | None, contours: "ChamberContours") -> None:
        """What was found so far of contours that are being looked for; those that are known stay as they are."""
        if (series_id, run_id) in self._sought:
            self.keep(series_id, run_id, contours)

    def end(self, series_id: int, run_id: int | None) -> None:
        """Contours are not looked for any more; what was not finished is forgotten."""
        if (series_id, run_id) in self._sought:
            self._sought.discard((series_id, run_id))
            self._contours.pop((series_id, run_id), None)
            self.changed.emit()

    def retain(self, series_ids: set[int]) -> None:
        """Forget series that are not open any more."""
        self._contours = {key: found for key, found in self._contours.items() if key[0] in series_ids}
        self._sought = {key for key in self._sought if key[0] in series_ids}
        self._waiting = frozenset(key for key in self._waiting if key[0] in series_ids)
