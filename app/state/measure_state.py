"""The measurements of a session; written by ``app.controllers.measuring`` only."""

from PySide6.QtCore import QObject, Signal

from app.measure.shapes import Measurement


class MeasureState(QObject):
    """Every measurement of the active series, oldest first, and the one that is looked at."""

    measurements_changed = Signal()
    selected_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._measurements: tuple[Measurement, ...] = ()
        self._selected: int | None = None

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """Oldest first."""
        return self._measurements

    def set_measurements(self, measurements: tuple[Measurement, ...]) -> None:
        """Replace them all; what is looked at goes with its measurement."""
        if measurements == self._measurements:
            return
        self._measurements = measurements
        numbers = {m.number for m in measurements}
        self.measurements_changed.emit()
        if self._selected not in numbers:
            self.set_selected(measurements[-1].number if measurements else None)

    @property
    def selected(self) -> Measurement | None:
        """The one that is looked at."""
        return next((m for m in self._measurements if m.number == self._selected), None)

    def set_selected(self, number: int | None) -> None:
        """Look at a measurement by its number."""
        if number != self._selected:
            self._selected = number
            self.selected_changed.emit()
