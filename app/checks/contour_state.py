"""Automatic contours of the left ventricle that were found in this session; written by ``app.checks.checking`` only."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.study import Layer

if TYPE_CHECKING:
    from calid_core.contouring.contours import ChamberContours


class ContourState(QObject):
    """Contours by series and run."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._contours: dict[tuple[int, int | None], ChamberContours] = {}

    def of(self, study_id: int, layer: Layer) -> "ChamberContours | None":
        """Contours in the pictures of a layer of a series; None where none were looked for."""
        return None if layer.held_out else self._contours.get((study_id, layer.run_id))

    def keep(self, study_id: int, run_id: int | None, contours: "ChamberContours") -> None:
        """Keep the contours in the acquired slices (``run_id`` None) or in a run."""
        self._contours[study_id, run_id] = contours
        self.changed.emit()

    def retain(self, study_ids: set[int]) -> None:
        """Forget series that are not open any more."""
        self._contours = {key: found for key, found in self._contours.items() if key[0] in study_ids}
