"""The dock on the right: reconstruct, display and provenance."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.panels.display_panel import DisplayPanel
from app.panels.provenance_panel import ProvenancePanel
from app.panels.reconstruct_panel import ReconstructPanel
from app.panels.runs_panel import RunsPanel
from app.panels.scrolling import Scrolling
from app.translation import tr

NARROWEST = 316


class Inspector(QTabWidget):
    """Tabs with the panels; each scrolls where the window is too low for it."""

    def __init__(
        self,
        reconstruct: ReconstructPanel,
        runs: RunsPanel,
        display: DisplayPanel,
        provenance: ProvenancePanel,
    ) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.setUsesScrollButtons(False)
        first = QWidget()
        column = QVBoxLayout(first)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(reconstruct)
        column.addWidget(runs, 1)
        self.addTab(Scrolling(first), tr("Runs"))
        self.addTab(Scrolling(display), tr("Display"))
        self.addTab(provenance, tr("Origin"))
        self.setTabToolTip(0, tr("Method and start; the runs made so far"))
        self.setTabToolTip(1, tr("Window/level and what is drawn"))
        self.setTabToolTip(2, tr("Where every slice comes from and what was done to the data"))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for every tab and what is in it, however large the text."""
        _settle(self)
        hint = super().minimumSizeHint()
        return QSize(max(NARROWEST, hint.width(), self.tabBar().sizeHint().width()), hint.height())


def _settle(tabs: QWidget) -> None:
    """Give what is behind other tabs the font of the style sheet and the sizes for it, which Qt does as it is shown."""
    for widget in reversed(tabs.findChildren(QWidget)):
        widget.ensurePolished()
        layout = widget.layout()
        if layout is not None and not widget.isVisible():
            layout.activate()
