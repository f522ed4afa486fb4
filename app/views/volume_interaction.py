"""Mouse and wheel of the 3D view: turning, shifting and zooming are its own, slices and phases are intents."""

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from app.scenes import camera_motion
from app.views.slice_interaction import ZOOM_PER_NOTCH, ZOOM_PER_PIXEL
from app.views.wheel import Notches

if TYPE_CHECKING:
    from app.views.volume_view import VolumeView


class Drag(Enum):
    """What a mouse drag is doing."""

    TURN = "turn"
    SHIFT = "shift"
    ZOOM = "zoom"


DRAGS = {
    Qt.MouseButton.LeftButton: Drag.TURN,
    Qt.MouseButton.MiddleButton: Drag.SHIFT,
    Qt.MouseButton.RightButton: Drag.ZOOM,
}


class VolumeInteraction:
    """Reads mouse and wheel events of the 3D view."""

    def __init__(self, view: "VolumeView") -> None:
        self._view = view
        self._drag: Drag | None = None
        self._last = QPointF()
        self._notches = Notches()

    def press(self, event: QMouseEvent) -> None:
        """Begin a drag; with Shift the left button shifts as well."""
        self._drag = DRAGS.get(event.button())
        if self._drag is Drag.TURN and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._drag = Drag.SHIFT
        self._last = event.position()

    def move(self, event: QMouseEvent) -> None:
        """Go on with the drag."""
        plotter = self._view.plotter
        if self._drag is None or plotter is None:
            return
        step = event.position() - self._last
        self._last = event.position()
        ratio = self._view.devicePixelRatioF()
        match self._drag:
            case Drag.TURN:
                camera_motion.turn(plotter, step.x(), step.y())
            case Drag.SHIFT:
                camera_motion.shift(plotter, step.x() * ratio, step.y() * ratio)
            case Drag.ZOOM:
                camera_motion.zoom(plotter, ZOOM_PER_PIXEL ** -step.y())
        self._view.render_moving()

    def release(self) -> None:
        """End the drag."""
        self._drag = None

    def wheel(self, event: QWheelEvent) -> None:
        """Slice, with Shift phase, with Ctrl zoom, as in the slice views."""
        notches = self._notches.turned(event)
        if notches == 0:
            return
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            if self._view.plotter is not None:
                camera_motion.zoom(self._view.plotter, ZOOM_PER_NOTCH**notches)
                self._view.render_moving()
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._view.phase_step_requested.emit(-notches)
        else:
            self._view.slice_step_requested.emit(-notches)
