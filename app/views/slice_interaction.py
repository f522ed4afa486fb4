"""Mouse and wheel of a slice view, turned into intents."""

import math
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from app.choices import Tool
from app.views.plane_intents import PlaneIntents
from app.views.slice_painter import LineRole, ReferenceLine, handle_points
from app.views.wheel import Notches

if TYPE_CHECKING:
    from app.views.plane_view import PlaneView

ZOOM_PER_NOTCH = 1.15
ZOOM_PER_PIXEL = 1.008
WINDOW_DRAG = 256.0
"""Logical pixels of dragging that change the window by its own width."""
GRAB = 7.0
"""Logical pixels within which a line or handle is taken hold of."""


class Drag(Enum):
    """What a mouse drag is doing."""

    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    POSITION = "position"
    SLICE = "slice"
    ANGLE = "angle"
    MEASURE = "measure"
    DIVIDER = "divider"


TOOL_DRAGS = {
    Tool.WINDOW_LEVEL: Drag.WINDOW,
    Tool.PAN: Drag.PAN,
    Tool.ZOOM: Drag.ZOOM,
    Tool.CROSSHAIR: Drag.POSITION,
    Tool.MEASURE: Drag.MEASURE,
    Tool.ANGLE: Drag.MEASURE,
    Tool.ELLIPSE: Drag.MEASURE,
    Tool.RECTANGLE: Drag.MEASURE,
    Tool.PROFILE: Drag.MEASURE,
}
CURSORS = {
    Drag.ANGLE: Qt.CursorShape.PointingHandCursor,
    Drag.SLICE: Qt.CursorShape.SizeVerCursor,
    Drag.POSITION: Qt.CursorShape.CrossCursor,
    Drag.MEASURE: Qt.CursorShape.CrossCursor,
    Drag.PAN: Qt.CursorShape.SizeAllCursor,
    Drag.DIVIDER: Qt.CursorShape.SplitHCursor,
}


class SliceInteraction:
    """Reads mouse and wheel events of one view.

    Parameters
    ----------
    view
        The view whose ``…_requested`` signals are emitted.
    """

    def __init__(self, view: "PlaneView") -> None:
        self._view = view
        self._intents = PlaneIntents(view)
        self._drag: Drag | None = None
        self._start = QPointF()
        self._last = QPointF()
        self._window = (0.0, 1.0)
        self._notches = Notches()
        self._line: ReferenceLine | None = None

    def wheel(self, event: QWheelEvent) -> None:
        """Slice, with Shift phase, with Ctrl zoom; small steps of a touch pad add up."""
        notches = self._notches.turned(event)
        if notches == 0:
            return
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._intents.zoom_at(event.position(), ZOOM_PER_NOTCH**notches)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._view.phase_step_requested.emit(-notches)
        else:
            self._view.slice_step_requested.emit(-notches, self._view.own_layer)

    def press(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        place = event.position()
        if self._drag is Drag.MEASURE:  # another button interrupts it
            self._intents.drop_measurement()
        self._start = self._last = place
        self._window = self._view.state.window
        self._drag = self._drag_of(event.button(), event.modifiers(), place)
        if self._drag is Drag.POSITION:
            self._intents.position_at(place)
        elif self._drag is Drag.MEASURE:
            self._intents.begin_measurement(place)

    def move(self, event: QMouseEvent) -> None:
        """Go on with the drag, or show what a press here would take hold of."""
        place = event.position()
        if self._drag is None:
            if self._intents.turning:
                self._intents.extend_measurement(place)
            self._show_cursor(place)
            return
        shift, self._last = place - self._last, place
        match self._drag:
            case Drag.WINDOW:
                self._drag_window(place)
            case Drag.PAN:
                self._intents.pan_by(shift)
            case Drag.ZOOM:
                self._intents.zoom_at(self._start, ZOOM_PER_PIXEL ** -shift.y())
            case Drag.POSITION:
                self._intents.position_at(place)
            case Drag.SLICE:
                self._intents.slice_at(place)
            case Drag.ANGLE:
                self._drag_angle(place)
            case Drag.MEASURE:
                self._intents.extend_measurement(place)
            case Drag.DIVIDER:
                self._drag_divider(place)

    def release(self) -> bool:
        """End the drag; whether it was measuring."""
        ended, self._drag = self._drag, None
        return ended is Drag.MEASURE

    def _drag_of(self, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, place: QPointF) -> Drag | None:
        if button == Qt.MouseButton.MiddleButton:
            return Drag.PAN
        if button == Qt.MouseButton.RightButton:
            return Drag.ZOOM
        if button != Qt.MouseButton.LeftButton:
            return None
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            return Drag.POSITION
        return self._at(place)

    def _at(self, place: QPointF) -> Drag:
        """What a drag with the left button does there: a tool that measures does so beside lines, too."""
        own, comparison = TOOL_DRAGS[self._view.state.tool], self._view.comparison
        if own is Drag.MEASURE and not (comparison is not None and comparison.on_divider(place)):
            return own
        return self._grab(place) or own

    def _drag_divider(self, place: QPointF) -> None:
        if self._view.comparison is not None:
            self._view.swipe_requested.emit(self._view.comparison.share_at(place))

    def _grab(self, place: QPointF) -> Drag | None:
        """What of the crosshair is under the cursor; remembers its line."""
        comparison, transform = self._view.comparison, self._view.transform
        if comparison is not None and comparison.on_divider(place):
            return Drag.DIVIDER
        if transform is None:
            return None
        for line in self._view.lines:
            if line.role is LineRole.LONG_AXIS and any(
                _length(place - handle) <= GRAB for handle in handle_points(line, transform)
            ):
                self._line = line
                return Drag.ANGLE
        for line in self._view.lines:
            centre, direction = QPointF(*transform.to_screen(line.row, line.column)), line.direction()
            offset = place - centre
            if line.role is LineRole.LONG_AXIS and _length(offset) <= GRAB:
                return Drag.POSITION
            across = offset.x() * direction.y() - offset.y() * direction.x()
            if line.role is LineRole.SLICE and abs(across) <= GRAB:
                return Drag.SLICE
        return None

    def _show_cursor(self, place: QPointF) -> None:
        self._view.setCursor(CURSORS.get(self._at(place), Qt.CursorShape.ArrowCursor))

    def _drag_window(self, place: QPointF) -> None:
        """Rightwards wider, downwards darker, in proportion to the width at the start.

        Nothing where the picture has a window of its own: it would change in other views only.
        """
        picture, (centre, width) = self._view.picture, self._window
        if picture is None or picture.window is not None:
            return
        gain = width / WINDOW_DRAG
        wider = width + (place.x() - self._start.x()) * gain
        self._view.window_requested.emit(
            centre + (place.y() - self._start.y()) * gain, max(wider, width / 100)
        )

    def _drag_angle(self, place: QPointF) -> None:
        transform, line = self._view.transform, self._line
        if transform is None or line is None:
            return
        offset = place - QPointF(*transform.to_screen(line.row, line.column))
        if _length(offset) < GRAB:
            return
        turned = math.degrees(math.atan2(offset.y(), offset.x())) - line.angle
        # Both ends of a line are handles: take the turn that is less than a quarter.
        turned = (turned + 90.0) % 180.0 - 90.0
        self._line = ReferenceLine(line.row, line.column, line.angle + turned, line.colour, line.role)
        self._view.long_axis_angle_requested.emit(self._view.state.long_axis_angle + turned)


def _length(offset: QPointF) -> float:
    return math.hypot(offset.x(), offset.y())
