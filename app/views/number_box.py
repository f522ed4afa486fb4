"""Fields for numbers, as people of several languages type them; thousands are never set apart."""

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

POINT, COMMA = ".", ","


class NumberBox(QDoubleSpinBox):
    """Takes a comma for the decimal point it shows; a text with two of them is no number and is given up."""

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Whether a text is a number or may become one, with its comma made a point."""
        if text.count(POINT) + text.count(COMMA) > 1:
            return QValidator.State.Intermediate, text, place
        return super().validate(text.replace(COMMA, POINT), place)

    def fixup(self, text: str) -> str:
        """Leave alone what is no number; Qt would take its commas out and make another number of it."""
        return text


class WholeNumberBox(QSpinBox):
    """Takes digits alone; Qt would take commas between them for thousands."""

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Whether a text is a whole number or may become one."""
        if COMMA in text:
            return QValidator.State.Invalid, text, place
        return super().validate(text, place)
