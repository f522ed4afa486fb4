"""Undo and redo: one stack for everything a person can take back."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand


class Step(QUndoCommand):
    """Something that was done already, and how to do it again and take it back.

    Parameters
    ----------
    text
        For the menu: ``slice 17 rejected``.
    redo, undo
        Called by the stack; a step without ``redo`` is forgotten once it was taken back.
    """

    def __init__(self, text: str, redo: Callable[[], object] | None, undo: Callable[[], object]) -> None:
        super().__init__(text)
        self._redo, self._undo = redo, undo
        self._pushed = False

    def redo(self) -> None:
        """Do it again; nothing the first time, when the stack takes the step over."""
        if self._pushed and self._redo is not None:
            self._redo()
        self._pushed = True

    def undo(self) -> None:
        """Take it back."""
        self._undo()
        if self._redo is None:
            self.setObsolete(True)
