"""Adding, deleting and clearing measurements, each step undoable."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoStack

from app.measure.measure_state import MeasureState
from app.measure.shapes import Measurement
from app.state import StudyState
from app.undo import Step

Measurements = tuple[Measurement, ...]


class Measuring(QObject):
    """Changes the list of measurements."""

    def __init__(self, state: StudyState, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._undo = state, undo
        self._measures: MeasureState = state.measures
        self._next = 1
        state.stack_changed.connect(self._forget)
        state.runs_changed.connect(self._drop_gone)

    @Slot(object)
    def add(self, drawn: Measurement) -> None:
        """Keep what was drawn, if it is more than a click."""
        if not drawn.complete:
            return
        numbered = replace(drawn, number=self._next)
        self._next += 1
        self._change(f"{drawn.shape.value.lower()}", (*self._measures.measurements, numbered))
        self._measures.set_selected(numbered.number)

    @Slot(int)
    def delete(self, number: int) -> None:
        """Take one off the list."""
        left = tuple(m for m in self._measures.measurements if m.number != number)
        if left != self._measures.measurements:
            self._change("delete measurement", left)

    @Slot()
    def delete_selected(self) -> None:
        """Take the one that is looked at off the list."""
        if self._measures.selected is not None:
            self.delete(self._measures.selected.number)

    @Slot()
    def clear(self) -> None:
        """Take all off the list."""
        if self._measures.measurements:
            self._change("clear measurements", ())

    @Slot(int)
    def select(self, number: int) -> None:
        """Look at one."""
        self._measures.set_selected(number)

    def _change(self, text: str, after: Measurements) -> None:
        before = self._measures.measurements
        stack = self._state.active_stack
        self._measures.set_measurements(after)
        self._undo.push(
            Step(text, partial(self._restore, stack, after), partial(self._restore, stack, before))
        )

    def _restore(self, stack: object, measurements: Measurements) -> None:
        if stack is self._state.active_stack:
            kept = tuple(m for m in measurements if self._state.volume(m.layer) is not None)
            self._measures.set_measurements(kept)

    @Slot()
    def _forget(self) -> None:
        self._measures.set_measurements(())

    @Slot()
    def _drop_gone(self) -> None:
        self._restore(self._state.active_stack, self._measures.measurements)
