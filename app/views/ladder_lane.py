"""A lane beside the rungs of a slice ladder, which something else than the ladder fills."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from app.palette import scaled
from app.views.slice_ladder import SliceLadder


class LadderLane(QWidget):
    """A strip over a ladder, as high as it; lets the mouse through. A lane of a kind paints.

    Parameters
    ----------
    ladder
        Its parent, whose rungs it follows.
    left
        Where it begins on the ladder now, logical pixels.
    breadth
        Logical pixels at the normal text size.
    """

    def __init__(self, ladder: SliceLadder, left: Callable[[], int], breadth: float) -> None:
        super().__init__(ladder)
        self._ladder, self._left, self._breadth = ladder, left, breadth
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._cover()
        ladder.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the ladder."""
        if event.type() is QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        self.setGeometry(self._left(), 0, round(scaled(self._breadth)), self._ladder.height())
