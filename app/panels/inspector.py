"""The dock on the right: reconstruct, display and provenance."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from app.panels.display_panel import DisplayPanel
from app.panels.provenance_panel import ProvenancePanel
from app.panels.reconstruct_panel import ReconstructPanel
from app.panels.runs_panel import RunsPanel


class Inspector(QTabWidget):
    """Tabs with the panels; each scrolls where the window is too low for it."""

    def __init__(
        self,
        reconstruct: ReconstructPanel,
        runs: RunsPanel,
        display: DisplayPanel,
        provenance: ProvenancePanel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        first = QWidget()
        column = QVBoxLayout(first)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(reconstruct)
        column.addWidget(runs, 1)
        self.addTab(_scrolling(first), "Runs")
        self.addTab(_scrolling(display), "Display")
        self.addTab(provenance, "Origin")
        self.setTabToolTip(0, "Method and start; the runs made so far")
        self.setTabToolTip(1, "Window/level and what is drawn")
        self.setTabToolTip(2, "Where every slice comes from and what was done to the data")
        self.setMinimumWidth(316)


def _scrolling(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
