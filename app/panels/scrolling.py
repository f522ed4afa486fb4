"""A panel that scrolls down where the window is too low for it, and is never cut off at its side."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class Scrolling(QScrollArea):
    """As wide as its panel needs to be, with room for the scroll bar.

    Parameters
    ----------
    panel
        What scrolls.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.setWidget(panel)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def minimumSizeHint(self) -> QSize:
        """Of any height."""
        hint, panel = super().minimumSizeHint(), self.widget()
        if panel is None:
            return hint
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(panel.minimumSizeHint().width() + bar, hint.height())

    def sizeHint(self) -> QSize:
        """No narrower than that."""
        return super().sizeHint().expandedTo(self.minimumSizeHint())

    def showEvent(self, event: QShowEvent) -> None:
        """Give the panel the height of what changed in it while it was out of sight."""
        panel = self.widget()
        layout = panel.layout() if panel is not None else None
        if panel is not None and layout is not None:
            # A layout that was asked for its size out of sight counts as done and asks for no place any more.
            layout.invalidate()
            panel.updateGeometry()
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Be as wide as the panel when its texts or letters change."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
