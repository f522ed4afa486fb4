"""Names of slices where they lie in the 3D view, off the research-use mark."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyvista as pv
from vtkmodules.vtkRenderingCore import vtkBillboardTextActor3D, vtkTextProperty

from calid_core.arrays import FloatArray
from calid_core.marks import Colour

LABEL_SIZE = 13
"""Points."""
LABEL_ROOM = 34
"""Width of a name in pixels."""


def style(text: vtkTextProperty, colour: Colour, size: int) -> None:
    """Colour and size in points, with the shadow that every text of the view has."""
    text.SetColor(*colour)
    text.SetFontSize(size)
    text.SetShadow(True)
    text.SetShadowOffset(1, -1)


@dataclass(frozen=True)
class Strip:
    """Where the research-use mark lies above the lower edge, pixels.

    Parameters
    ----------
    left, right, top
        Its edges.
    name
        Width of a name.
    """

    left: float
    right: float
    top: float
    name: float

    def covers(self, place: FloatArray) -> bool:
        """Whether it lies over a name that begins at ``(x, y)``."""
        x, y = (float(value) for value in place)
        return y < self.top and self.left - self.name < x < self.right


class SliceLabels:
    """Names at the corners of slices."""

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._renderer = plotter.renderer
        self._actors: list[vtkBillboardTextActor3D] = []
        self._visible = True
        self._text_scale = 1.0

    def set_text_scale(self, scale: float) -> None:
        """How much larger than usual names are."""
        self._text_scale = scale
        for actor in self._actors:
            actor.GetTextProperty().SetFontSize(round(LABEL_SIZE * scale))

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
            style(actor.GetTextProperty(), colour, round(LABEL_SIZE * self._text_scale))

    def set_visible(self, visible: bool) -> None:
        """Show or hide all names."""
        self._visible = visible
        for actor in self._actors:
            actor.SetVisibility(visible)

    def keep_off(self, mark: Strip) -> None:
        """Raise names in the view that would be written under the research-use mark."""
        for actor in self._actors:
            place = self._on_screen(actor)
            raised = mark.top - float(place[1]) if place[1] >= 0 and mark.covers(place) else 0.0
            actor.SetDisplayOffset(0, int(np.ceil(raised)))

    def thin(self, mark: Strip) -> None:
        """Leave out names of a row that would be written over each other, or under the research-use mark."""
        if not self._visible or not self._actors:
            return
        places = [self._on_screen(actor) for actor in self._actors]
        apart = float(
            np.abs(places[-1] - places[0]) @ (1 / np.array([LABEL_ROOM, LABEL_SIZE]) / self._text_scale)
        )
        step = max(1, int(np.ceil((len(self._actors) - 1) / max(apart, 1e-6))))
        for index, (actor, place) in enumerate(zip(self._actors, places, strict=True)):
            actor.SetVisibility(index % step == 0 and not mark.covers(place))

    def _on_screen(self, actor: vtkBillboardTextActor3D) -> FloatArray:
        """``(x, y)`` in pixels."""
        self._renderer.SetWorldPoint(*actor.GetPosition(), 1.0)
        self._renderer.WorldToDisplay()
        return np.array(self._renderer.GetDisplayPoint()[:2])
