"""Puts measuring into the window: its tab, and the way back to what was measured."""

import re

from PySide6.QtCore import QObject, Slot

from app.actions.catalogue import Act
from app.actions.key_texts import key_text
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
MNEMONIC = re.compile("&(.)")


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
        self._undo = actions[Act.UNDO]
        self._undo.changed.connect(self._show_undo)
        self._show_undo()
        self.panel.phase_requested.connect(controller.navigation.go_to_phase)

    @Slot()
    def _show_undo(self) -> None:
        """The button is alive while the action is, and tells the same: its step and its key."""
        text = MNEMONIC.sub(r"\1", self._undo.text())
        key = key_text(self._undo.shortcut())
        self.panel.show_undo(f"{text} ({key})" if key else text, possible=self._undo.isEnabled())
