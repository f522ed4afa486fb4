"""Text in the 3D view: names of slices where they lie, the badge and the mark that is always there."""

from collections.abc import Sequence

import numpy as np
import pyvista as pv
from vtkmodules.vtkRenderingCore import (
    vtkBillboardTextActor3D,
    vtkTextActor,
    vtkTextProperty,
)

from app.messages import BANNER
from app.scenes.palette import TEXT, WARNING, Colour
from calid_core.arrays import FloatArray

LABEL_SIZE, BADGE_SIZE, MARK_SIZE = 13, 12, 13
"""Points."""
LABEL_ROOM = 34
"""Width of a name in pixels."""
SMALLEST_MARK = 8
EDGE = 8
"""Pixels between text and the edge of the view."""


def _style(text: vtkTextProperty, colour: Colour, size: int) -> None:
    text.SetColor(*colour)
    text.SetFontSize(size)
    text.SetShadow(True)
    text.SetShadowOffset(1, -1)


class SliceLabels:
    """Names at the corners of slices."""

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._renderer = plotter.renderer
        self._actors: list[vtkBillboardTextActor3D] = []
        self._visible = True

    def show(self, names: Sequence[str], places: FloatArray, colour: Colour) -> None:
        """Replace the names; ``places`` is ``(names, 3)`` in LPS mm."""
        while len(self._actors) > len(names):
            self._renderer.RemoveActor(self._actors.pop())
        while len(self._actors) < len(names):
            actor = vtkBillboardTextActor3D()
            actor.PickableOff()
            self._renderer.AddActor(actor)
            self._actors.append(actor)
        for actor, name, place in zip(self._actors, names, places, strict=True):
            actor.SetInput(name)
            actor.SetPosition(*(float(x) for x in place))
            _style(actor.GetTextProperty(), colour, LABEL_SIZE)

    def set_visible(self, visible: bool) -> None:
        """Show or hide all names."""
        self._visible = visible
        for actor in self._actors:
            actor.SetVisibility(visible)

    def thin(self) -> None:
        """Leave out names of a row that would be written over each other."""
        if not self._visible or len(self._actors) < 2:
            return
        first, last = (self._on_screen(actor) for actor in (self._actors[0], self._actors[-1]))
        apart = float(np.abs(last - first) @ (1 / np.array([LABEL_ROOM, LABEL_SIZE])))
        step = max(1, int(np.ceil((len(self._actors) - 1) / max(apart, 1e-6))))
        for index, actor in enumerate(self._actors):
            actor.SetVisibility(index % step == 0)

    def _on_screen(self, actor: vtkBillboardTextActor3D) -> FloatArray:
        """``(x, y)`` in pixels."""
        self._renderer.SetWorldPoint(*actor.GetPosition(), 1.0)
        self._renderer.WorldToDisplay()
        return np.array(self._renderer.GetDisplayPoint()[:2])


class Captions:
    """What is shown (upper left) and the research-use mark (below), burned into every picture."""

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._window = plotter.render_window
        self._badge, self._mark = vtkTextActor(), vtkTextActor()
        for actor in (self._badge, self._mark):
            actor.PickableOff()
            actor.GetPositionCoordinate().SetCoordinateSystemToDisplay()
            plotter.renderer.AddViewProp(actor)
        _style(self._badge.GetTextProperty(), TEXT, BADGE_SIZE)
        self._badge.GetTextProperty().SetVerticalJustificationToTop()
        self._badge.GetTextProperty().SetLineSpacing(1.15)
        _style(self._mark.GetTextProperty(), WARNING, MARK_SIZE)
        self._mark.GetTextProperty().SetJustificationToCentered()
        self._mark.SetInput(BANNER)
        self._placed_for = (0, 0)

    @property
    def text(self) -> str:
        """The badge."""
        return str(self._badge.GetInput())

    def set_badge(self, lines: Sequence[str], colour: Colour) -> None:
        """Say what is shown."""
        self._badge.SetInput("\n".join(lines))
        self._badge.GetTextProperty().SetColor(*colour)

    def place(self) -> None:
        """Follow the size of the view; the mark shrinks rather than being cut off."""
        width, height = (int(n) for n in self._window.GetSize())
        if (width, height) == self._placed_for or width < 1 or height < 1:
            return
        self._placed_for = (width, height)
        self._badge.SetPosition(EDGE, height - EDGE)
        self._mark.SetPosition(width // 2, EDGE)
        # About 0.56 of the size per letter at 72 dpi.
        room = int((width - 2 * EDGE) / (0.56 * len(BANNER)))
        self._mark.GetTextProperty().SetFontSize(max(SMALLEST_MARK, min(MARK_SIZE, room)))
