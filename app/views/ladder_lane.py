"""A lane beside the rungs of a slice ladder, which something else than the ladder fills."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from app.views.slice_ladder import SliceLadder


class LadderLane(QWidget):
    """A strip over a ladder, as high as it; lets the mouse through. A lane of a kind says where it lies, and paints.

    Parameters
    ----------
    ladder
        Its parent, whose rungs it follows.
    breadth
        Logical pixels.
    """

    def __init__(self, ladder: SliceLadder, breadth: int) -> None:
        super().__init__(ladder)
        self._ladder, self._breadth = ladder, breadth
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._cover()
        ladder.installEventFilter(self)

    @property
    def left(self) -> int:
        """Where it begins on the ladder, logical pixels."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the ladder."""
        if event.type() is QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        self.setGeometry(self.left, 0, self._breadth, self._ladder.height())
