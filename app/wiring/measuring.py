"""Puts measuring into the window: its tab, and the way back to what was measured."""

from PySide6.QtCore import QObject

from app.actions.catalogue import Act
from app.controllers.controller import Controller
from app.panels.measure_panel import MeasurePanel
from app.translation import tr, tr_later
from app.window.main_window import MainWindow
from app.wiring.revisiting import Revisiting

TOOLS = {
    Act.TOOL_MEASURE: tr_later("Distance"),
    Act.TOOL_ANGLE: tr_later("Angle"),
    Act.TOOL_ELLIPSE: tr_later("Ellipse"),
    Act.TOOL_RECTANGLE: tr_later("Box"),
    Act.TOOL_PROFILE: tr_later("Profile"),
}
"""Tools and their short names on buttons."""


class MeasureWiring(QObject):
    """Everything of measuring in one window."""

    def __init__(self, window: MainWindow, controller: Controller) -> None:
        super().__init__(window)
        actions = window.actions_
        for act, name in TOOLS.items():
            actions[act].setIconText(tr(name))
        self.panel = MeasurePanel(controller.state, [actions[act] for act in TOOLS])
        window.inspector.addTab(self.panel, tr("Measure"))
        measuring = controller.measuring
        self._revisiting = Revisiting(window.grid, controller, self)
        self.panel.selected.connect(measuring.select)
        self.panel.measurement_requested.connect(self._revisiting.show)
        self.panel.delete_requested.connect(measuring.delete)
        self.panel.clear_requested.connect(measuring.clear)
        self.panel.undo_requested.connect(controller.undo.undo)
        self.panel.phase_requested.connect(controller.navigation.go_to_phase)
