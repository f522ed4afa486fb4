"""A chooser of layers in a narrow place: method, mode and seed of a run stay readable."""

from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from app.layers import Layer
from app.views.run_names import shortened

NARROWEST = 110
"""Room for the method and the seed; the chips over the pictures name the layers whole."""
MARGIN = 4
"""Beside the text, logical pixels."""


class LayerBox(QComboBox):
    """Begins with the method and ends with mode and seed; its tooltip and its list show whole names.

    Parameters
    ----------
    tip
        Which layer is chosen here.
    """

    def __init__(self, tip: str) -> None:
        super().__init__()
        self._tip = tip
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setMinimumWidth(NARROWEST)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def fill(self, layers: list[tuple[Layer, str]], current: int) -> None:
        """Offer layers with their names; -1 chooses none."""
        self.clear()
        for layer, name in layers:
            self.addItem(name, layer)
        self.setCurrentIndex(current)
        name = self.currentText()
        self.setToolTip(f"{self._tip}: {name}" if name else self._tip)

    @property
    def shown_text(self) -> str:
        """The name as far as there is room for it."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, field, self).width() - MARGIN
        return shortened(self.currentText(), QFontMetricsF(self.fontMetrics()), room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As always, with the shortened name."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:
        """Open the list as wide as its longest name."""
        view = self.view()
        bar = view.verticalScrollBar().sizeHint().width()
        view.setMinimumWidth(view.sizeHintForColumn(0) + bar + 2 * MARGIN)
        super().showPopup()
