"""Bringing back the measurements of a session, each as soon as what it was made on is there."""

from dataclasses import replace
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.measuring import Measuring
from app.layers import ACQUIRED, Layer
from app.sessions.saved_measurement import SavedMeasurement, place_measurement, save_measurement
from app.state.review_state import ReviewState
from app.state.viewer_state import ViewerState
from calid_core.cine import CineStack


class MeasurementRestoring(QObject):
    """Keeps measurements whose run is not there yet, so that saving again loses none of them."""

    left_out = Signal(
        object
    )  # tuple[SavedMeasurement, ...] that lie on no picture or at no phase of these images

    def __init__(
        self, state: ViewerState, reviews: ReviewState, measuring: Measuring, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._reviews, self._measuring = state, reviews, measuring
        self._waiting: WeakKeyDictionary[CineStack, dict[int, SavedMeasurement]] = WeakKeyDictionary()
        for changed in (state.stack_changed, state.runs_changed):
            changed.connect(self._place)

    @property
    def saved(self) -> tuple[SavedMeasurement, ...]:
        """Every measurement of the active series as a session keeps it, oldest first."""
        kept = dict(self._waiting_here)
        for measurement in self._state.measures.measurements:
            run = self._state.run(measurement.layer.run_id)
            made = save_measurement(measurement, self._reviews.key_of(run))
            if made is not None:
                kept[measurement.number] = made
        return tuple(kept[number] for number in sorted(kept))

    @property
    def awaits_run(self) -> bool:
        """Whether a measurement was made on a run that is still being made: until then ``saved`` lacks it."""
        unfinished = {run.id for run in self._state.runs if run.reconstruction is None}
        return any(m.layer.run_id in unfinished for m in self._state.measures.measurements)

    def any_of(self, stack: CineStack) -> bool:
        """Whether there are measurements of a series, shown or not, or still to come."""
        return bool(self._waiting.get(stack) or self._measuring.made(stack))

    @property
    def _waiting_here(self) -> dict[int, SavedMeasurement]:
        """Those of the active stack, by number."""
        stack = self._state.active_stack
        return {} if stack is None else self._waiting.setdefault(stack, {})

    def start(self, measurements: tuple[SavedMeasurement, ...]) -> None:
        """Bring these back on the active stack; what is there already is left alone."""
        there = set(self.saved)
        new = [m for m in dict.fromkeys(measurements) if m not in there]
        first = self._measuring.reserve(len(new))
        self._waiting_here.update(enumerate(new, first))
        self._place()

    @Slot()
    def _place(self) -> None:
        waiting = self._waiting_here
        if not waiting:
            return
        layers = {"": ACQUIRED, **{key: run.layer for key, run in self._reviews.runs.items()}}
        placed, lost = [], []
        for number, saved in tuple(waiting.items()):
            layer = self._layer(saved, layers)
            volume = self._state.volume(layer) if layer is not None else None
            if layer is None or volume is None:
                continue
            del waiting[number]
            made = place_measurement(saved, layer, volume)
            if made is None:
                lost.append(saved)
            else:
                placed.append(replace(made, number=number))
        self._measuring.bring_back(tuple(placed))
        if lost:
            self.left_out.emit(tuple(lost))

    def _layer(self, saved: SavedMeasurement, layers: dict[str, Layer]) -> Layer | None:
        """The layer it was made on, if its run is there."""
        found = layers.get(saved.run)
        return found if found is None or not saved.held_out else Layer(found.run_id, held_out=True)
