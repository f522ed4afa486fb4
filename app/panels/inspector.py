"""The dock on the right: reconstruct, display and provenance."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from app.panels.display_panel import DisplayPanel
from app.panels.provenance_panel import ProvenancePanel
from app.panels.reconstruct_panel import ReconstructPanel
from app.panels.runs_panel import RunsPanel
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
        self.addTab(_scrolling(first), tr("Runs"))
        self.addTab(_scrolling(display), tr("Display"))
        self.addTab(provenance, tr("Origin"))
        self.setTabToolTip(0, tr("Method and start; the runs made so far"))
        self.setTabToolTip(1, tr("Window/level and what is drawn"))
        self.setTabToolTip(2, tr("Where every slice comes from and what was done to the data"))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for every tab, however large the text."""
        hint = super().minimumSizeHint()
        return QSize(max(NARROWEST, self.tabBar().sizeHint().width()), hint.height())


def _scrolling(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
