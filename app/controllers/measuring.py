"""Adding, deleting and clearing measurements, each step undoable."""

from dataclasses import replace
from functools import partial
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Slot

from app.measure.shapes import Measurement
from app.state.measure_state import MeasureState
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.undo import Step, UndoStack
from calid_core.cine import CineStack

Measurements = tuple[Measurement, ...]


class Measuring(QObject):
    """Changes the list of measurements."""

    def __init__(self, state: ViewerState, undo: UndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._undo = state, undo
        self._measures: MeasureState = state.measures
        self._next = 1
        self._made: WeakKeyDictionary[CineStack, Measurements] = WeakKeyDictionary()
        for changed in (state.stack_changed, state.runs_changed):
            changed.connect(self._show)

    @Slot(object)
    def add(self, drawn: Measurement) -> None:
        """Keep what was drawn, if it is more than a click."""
        if not drawn.complete:
            return
        numbered = replace(drawn, number=self.reserve(1))
        self._change(tr(drawn.shape.value), added=(numbered,))
        self._measures.set_selected(numbered.number)

    def reserve(self, count: int) -> int:
        """The first of that many numbers which no other measurement gets."""
        first, self._next = self._next, self._next + count
        return first

    def bring_back(self, numbered: Measurements) -> None:
        """Put measurements of a session among those that are there, in order; no step to take back."""
        self._apply(self._state.active_stack, added=numbered)

    @Slot(int)
    def delete(self, number: int) -> None:
        """Take one off the list."""
        gone = tuple(m for m in self._measures.measurements if m.number == number)
        if gone:
            self._change(tr("delete measurement"), removed=gone)

    @Slot()
    def delete_selected(self) -> None:
        """Take the one that is looked at off the list."""
        if self._measures.selected is not None:
            self.delete(self._measures.selected.number)

    @Slot()
    def clear(self) -> None:
        """Take all off the list."""
        if self._measures.measurements:
            self._change(tr("clear measurements"), removed=self._measures.measurements)

    @Slot(int)
    def select(self, number: int) -> None:
        """Look at one."""
        self._measures.set_selected(number)

    def made(self, stack: CineStack) -> Measurements:
        """Those of a stack, shown or not, without those of a run that is gone."""
        made = self._made.get(stack, ())
        return tuple(m for m in made if m.layer.acquired or self._state.run(m.layer.run_id) is not None)

    def _change(self, text: str, *, added: Measurements = (), removed: Measurements = ()) -> None:
        series = self._state.active_series
        if series is None or series.stack is None:
            return
        redo = partial(self._apply, series.stack, added=added, removed=removed)
        undo = partial(self._apply, series.stack, added=removed, removed=added)
        redo()
        self._undo.push(Step(series.id, text, redo, undo))

    def _apply(
        self, stack: CineStack | None, *, added: Measurements = (), removed: Measurements = ()
    ) -> None:
        """Change the list of a stack by these; others that came or went meanwhile stay as they are."""
        if stack is None:
            return
        changed = {m.number for m in (*added, *removed)}
        kept = [m for m in self._made.get(stack, ()) if m.number not in changed]
        self._made[stack] = tuple(sorted((*kept, *added), key=lambda m: m.number))
        self._show()

    @Slot()
    def _show(self) -> None:
        """Show those of the active stack; those of a run that is gone wait, because it may come back."""
        stack = self._state.active_stack
        made = () if stack is None else self._made.get(stack, ())
        self._measures.set_measurements(tuple(m for m in made if self._state.volume(m.layer) is not None))
