"""Which part of its picture a view shows: zoom and pan, linked with the other views or its own."""

import math

from app.rendering.view_transform import ViewTransform
from app.state.viewer_state import ViewerState
from app.views.picture import Picture

Pan = tuple[float, float]


class Framing:
    """Zoom and pan of a view: those of the state while views are linked, else its own.

    Pan is the shift of the picture in mm, rightwards and downwards on this view's screen.
    """

    def __init__(self, state: ViewerState) -> None:
        self._state = state
        self._own_zoom, self._own_pan = 1.0, (0.0, 0.0)

    @property
    def zoom(self) -> float:
        """Magnification; 1 fits the picture into the view."""
        return self._state.zoom if self._state.linked else self._own_zoom

    @property
    def pan(self) -> Pan:
        """Shift of the picture in mm."""
        return self._from_linked(self._state.pan) if self._state.linked else self._own_pan

    def _from_linked(self, pan: Pan) -> Pan:
        """The pan of the state as it is seen in this view."""
        return pan

    def to_linked(self, pan: Pan) -> Pan:
        """The pan of the state that shows this pan here."""
        return pan

    def set_own(self, zoom: float, pan: Pan) -> None:
        """Change the frame of an unlinked view."""
        self._own_zoom, self._own_pan = zoom, pan

    def take_over_link(self) -> None:
        """Once unlinked, begin with what was shown while linked."""
        if not self._state.linked:
            self._own_zoom, self._own_pan = self._state.zoom, self._from_linked(self._state.pan)

    def reset(self) -> None:
        """Forget what is the view's own."""
        self._own_zoom, self._own_pan = 1.0, (0.0, 0.0)

    def transform(self, picture: Picture, viewport: tuple[float, float]) -> ViewTransform:
        """Where a picture lies in a viewport of ``(width, height)`` logical pixels."""
        plane, pan = picture.plane, self.pan
        row, column = (float(i) for i in plane.to_pixel(picture.centre))
        home = ((column + 0.5) * plane.spacing[1], (row + 0.5) * plane.spacing[0])
        focus = (home[0] - pan[0], home[1] - pan[1])
        return ViewTransform(viewport, plane.spacing, plane.shape, picture.fit, self.zoom, focus)


class LongAxisFraming(Framing):
    """Frame of a long-axis view: linked, it follows the part of the short-axis pan that lies along its line.

    Parameters
    ----------
    state
        What is shown.
    turn
        Degrees between the state's long-axis angle and this plane.
    """

    def __init__(self, state: ViewerState, turn: float) -> None:
        super().__init__(state)
        self._turn = turn
        self._down = 0.0

    @property
    def _direction(self) -> tuple[float, float]:
        """Rightwards on this screen, as ``(right, down)`` on the short-axis screen."""
        angle = math.radians(self._state.long_axis_angle + self._turn)
        return math.cos(angle), math.sin(angle)

    def _from_linked(self, pan: Pan) -> Pan:
        right, down = self._direction
        return pan[0] * right + pan[1] * down, self._down

    def to_linked(self, pan: Pan) -> Pan:
        """The pan of the state that shows this pan here; the vertical part stays this view's own."""
        right, down = self._direction
        before = self._state.pan
        moved = pan[0] - (before[0] * right + before[1] * down)
        self._down = pan[1]
        return before[0] + moved * right, before[1] + moved * down

    def reset(self) -> None:
        """Forget what is the view's own."""
        super().reset()
        self._down = 0.0
