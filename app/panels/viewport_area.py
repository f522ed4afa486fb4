"""Where viewports stand beside each other: in as many rows as their widths need."""

from math import ceil

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

LEAST_COLUMNS = 2
"""Pictures that are compared stand beside each other, however narrow they are."""


def columns_that_fit(count: int, width: int, room: int, spacing: int) -> int:
    """Columns in which viewports fit, in as few rows as possible; two at least where there are two.

    Parameters
    ----------
    count
        Of the viewports.
    width
        Smallest width of the widest of them, logical pixels.
    room
        Width of all together, logical pixels.
    spacing
        Between two columns, logical pixels.
    """
    columns = count
    for rows in range(1, count + 1):
        columns = max(ceil(count / rows), min(count, LEAST_COLUMNS))
        if columns * (width + spacing) - spacing <= room:
            break
    return columns


class ViewportArea(QWidget):
    """Holds viewports in a grid; may be made narrower than the columns that it has now need."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(2)
        self._beside: tuple[QWidget, ...] = ()

    def set_beside(self, beside: tuple[QWidget, ...]) -> None:
        """Say which viewports stand beside each other in rows that may change; none where all have fixed places."""
        self._beside = beside
        least, spacing = min(LEAST_COLUMNS, len(beside)), self.grid.spacing()
        # else a layout asks for the columns that it has now
        self.setMinimumWidth(least * (self._widest + spacing) - spacing if least else 0)

    @property
    def columns(self) -> int:
        """Columns in which the viewports beside each other fit now; 0 where there are none."""
        return columns_that_fit(len(self._beside), self._widest, self.width(), self.grid.spacing())

    @property
    def _widest(self) -> int:
        return max((viewport.minimumSizeHint().width() for viewport in self._beside), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that there is another room."""
        super().resizeEvent(event)
        self.resized.emit()
