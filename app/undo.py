"""Undo and redo: one stack for everything a person can take back."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack


class Step(QUndoCommand):
    """Something that was done already, and how to do it again and take it back.

    Parameters
    ----------
    series_id
        The series it was done in.
    text
        For the menu: ``slice 17 rejected``.
    redo, undo
        Called by the stack; they return False where it could not be done (the disk is full), and the stack stays where it was.
        A step without ``redo`` is forgotten once it was taken back.
    """

    def __init__(
        self, series_id: int, text: str, redo: Callable[[], object] | None, undo: Callable[[], object]
    ) -> None:
        super().__init__(text)
        self.series_id = series_id
        self._redo: Callable[[], object] | None = redo
        self._undo: Callable[[], object] | None = undo
        self._still = True  # the stack takes a step over by doing it
        self.failed = False
        """Whether what was called last could not be done."""
        self.stands = False
        """Whether it is done, though it lies among the steps to do again: it came while the one before it was taken back."""

    def redo(self) -> None:
        """Do it again; nothing the first time, when the stack takes the step over."""
        self._call(self._redo)

    def undo(self) -> None:
        """Take it back."""
        self._call(self._undo)
        if self._redo is None and not self.failed:
            self.setObsolete(True)

    def stay(self) -> None:
        """Do nothing when it is called next: the stack only goes back to where it was."""
        self._still = True

    def forget(self) -> None:
        """Let go of what it holds; it is neither taken back nor done again."""
        self._redo = self._undo = None
        self.setObsolete(True)

    def _call(self, done: Callable[[], object] | None) -> None:
        still, self._still = self._still, False
        self.failed = not still and done is not None and done() is False


class UndoStack(QUndoStack):
    """The steps in their order, without those in series that were closed."""

    moving = Signal(int)  # id of the series in which a step is about to be taken back or done again
    worked = Signal()  # a step came, was taken back or done again; not where steps are only forgotten

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moving = False

    def push(self, step: QUndoCommand) -> None:
        """Take over a step that was done; one that comes while another is taken back stands, and goes with that one."""
        super().push(step)
        if self._moving and isinstance(step, Step):
            step.stands = True
        self.worked.emit()

    @Slot()
    def undo(self) -> None:
        """Take the last step back."""
        self._move(super().undo, super().redo, self.next_to_undo)

    @Slot()
    def redo(self) -> None:
        """Do the step again that was taken back last."""
        self._move(super().redo, super().undo, self.next_to_redo)

    @property
    def next_to_undo(self) -> Step | None:
        """The step that ``undo`` takes back."""
        return self._step(self.index() - 1)

    @property
    def next_to_redo(self) -> Step | None:
        """The step that ``redo`` does again."""
        return self._step(self.index())

    def _step(self, index: int) -> Step | None:
        step = self.command(index)
        return step if isinstance(step, Step) else None

    @Slot(int)
    def forget(self, series_id: int) -> None:
        """Forget the steps in a series that was closed; not where a step closes it, which can open it again."""
        if self._moving:
            return
        for index in range(self.count()):
            step = self._step(index)
            if step is not None and step.series_id == series_id:
                step.forget()
        self._drop_forgotten()

    def _move(self, move: Callable[[], None], back: Callable[[], None], step: Step | None) -> None:
        """Move by a step, and back where that could not be done: it can be tried again."""
        self._moving = True
        try:
            if step is not None:
                self.moving.emit(step.series_id)
            move()
            if step is not None and step.failed:
                step.stay()
                back()
            self._pass_standing()
        finally:
            self._moving = False
        done = step is not None and not step.failed
        self._drop_forgotten()
        if done:
            self.worked.emit()

    def _pass_standing(self) -> None:
        """Leave no step that stands among those to do again, once the one before it is done."""
        while (step := self.next_to_redo) is not None and step.stands:
            step.stands = False
            step.stay()
            super().redo()

    def _drop_forgotten(self) -> None:
        """Let the next step to undo and the next one to redo be such that do something."""
        before = self.count()
        while self.canUndo() and self.command(self.index() - 1).isObsolete():
            super().undo()
        while self.canRedo() and self.command(self.index()).isObsolete():
            super().redo()
        if self.count() != before:
            self.indexChanged.emit(self.index())  # Qt is silent where only a step to redo goes
