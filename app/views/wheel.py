"""The wheel of a mouse, in notches."""

from PySide6.QtGui import QWheelEvent

NOTCH = 120
"""Wheel angle of one notch, eighths of a degree."""


class Notches:
    """Adds up the small steps of a touch pad."""

    def __init__(self) -> None:
        self._angle = 0

    def turned(self, event: QWheelEvent) -> int:
        """Whole notches since the last ones, positive away from the person; mostly 0 for a touch pad."""
        delta = event.angleDelta()
        # With Shift or Alt some platforms report the wheel as horizontal.
        self._angle += delta.y() or delta.x()
        notches = int(self._angle / NOTCH)
        self._angle -= notches * NOTCH
        return notches
