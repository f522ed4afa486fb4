"""Text in the 3D view: names of slices where they lie, the badge and the mark that is always there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyvista as pv
from vtkmodules.vtkRenderingCore import (
    vtkBillboardTextActor3D,
    vtkTextActor,
    vtkTextProperty,
)

from app.messages import RESEARCH_MARKS
from app.scenes.canvas import POINTS_PER_INCH
from app.scenes.palette import TEXT, WARNING
from app.scenes.text_fitting import SMALLEST, fit, largest_size
from app.translation import tr
from calid_core.arrays import FloatArray
from calid_core.marks import Colour

LABEL_SIZE, BADGE_SIZE, NOTE_SIZE, MARK_SIZE = 13, 12, 11, 13
"""Points; the badge is what is shown, the notes below it are how it was made visible."""
BADGE_LINES = 3
"""Lines of the badge: layer, kinds of slices, slice under the crosshair; notes follow."""
BADGE_SHARE, NOTES_SHARE = 0.42, 0.46
"""How far down the view the badge and the notes may reach, shares of its height."""
LABEL_ROOM = 34
"""Width of a name in pixels."""
BUTTON_ROOM, BUTTON_DEPTH = 60, 40
"""Pixels at the right, from the upper edge down, that the button over the view takes."""
PLATE = 0.6
"""Opacity of the dark plate under badge and mark: frames and names of slices run behind them."""
EDGE = 8
"""Pixels between text and the edge of the view."""


def _style(text: vtkTextProperty, colour: Colour, size: int) -> None:
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
    name: float = LABEL_ROOM

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
            _style(actor.GetTextProperty(), colour, round(LABEL_SIZE * self._text_scale))

    def set_visible(self, visible: bool) -> None:
        """Show or hide all names."""
        self._visible = visible
        for actor in self._actors:
            actor.SetVisibility(visible)

    def keep_off(self, mark: "Strip") -> None:
        """Raise names in the view that would be written under the research-use mark."""
        for actor in self._actors:
            place = self._on_screen(actor)
            raised = mark.top - float(place[1]) if place[1] >= 0 and mark.covers(place) else 0.0
            actor.SetDisplayOffset(0, int(np.ceil(raised)))

    def thin(self, mark: "Strip") -> None:
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


class Captions:
    """What is shown (upper left) and the research-use mark (below), burned into every picture."""

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._window, self._renderer = plotter.render_window, plotter.renderer
        self._badge, self._notes, self._mark = vtkTextActor(), vtkTextActor(), vtkTextActor()
        self._marks = tuple(tr(mark) for mark in RESEARCH_MARKS)
        for actor in (self._badge, self._notes, self._mark):
            actor.PickableOff()
            actor.GetPositionCoordinate().SetCoordinateSystemToDisplay()
            actor.GetTextProperty().SetBackgroundOpacity(PLATE)
            plotter.renderer.AddViewProp(actor)
        for actor, size in ((self._badge, BADGE_SIZE), (self._notes, NOTE_SIZE)):
            _style(actor.GetTextProperty(), TEXT, size)
            actor.GetTextProperty().SetVerticalJustificationToTop()
            actor.GetTextProperty().SetLineSpacing(1.15)
        _style(self._mark.GetTextProperty(), WARNING, MARK_SIZE)
        self._mark.GetTextProperty().SetJustificationToCentered()
        self._mark.SetInput(self._marks[0])
        self._text = ""
        self._text_scale = 1.0
        self._placed_for = (0, 0, 0.0)

    def set_text_scale(self, scale: float) -> None:
        """How much larger than usual texts are where they fit."""
        if scale != self._text_scale:
            self._text_scale = scale
            self._placed_for = (0, 0, 0.0)

    def set_badge(self, lines: Sequence[str], colour: Colour) -> None:
        """Say what is shown, and in the lines from ``BADGE_LINES`` on how."""
        text = "\n".join(lines)
        if text != self._text:
            self._text = text
            self._placed_for = (0, 0, 0.0)
        for actor in (self._badge, self._notes):
            actor.GetTextProperty().SetColor(*colour)

    def place(self) -> None:
        """Follow the size of the view; texts break into lines, then shrink, rather than being cut off: the notes first."""
        width, height = (int(n) for n in self._window.GetSize())
        scale = self._window.GetDPI() / POINTS_PER_INCH
        if (width, height, scale) == self._placed_for:
            return
        self._placed_for = (width, height, scale)
        edge = round(EDGE * scale)
        room = (width - 2 * edge) / scale
        self._place_badge(height, edge, room, scale)
        self._mark.SetPosition(width // 2, edge)
        sizes = {
            text: min(largest_size(line, room, self._scaled(MARK_SIZE)) for line in text.split("\n"))
            for text in self._marks
        }
        mark = next((text for text in self._marks if sizes[text] > self._scaled(SMALLEST)), self._marks[-1])
        self._mark.SetInput(mark)
        self._mark.GetTextProperty().SetFontSize(sizes[mark])

    def _place_badge(self, height: int, edge: int, room: float, scale: float) -> None:
        lines, top = self._text.split("\n") if self._text else [], float(height - edge)
        for actor, part, wanted, share in (
            (self._badge, lines[:BADGE_LINES], BADGE_SIZE, BADGE_SHARE),
            (self._notes, lines[BADGE_LINES:], NOTE_SIZE, NOTES_SHARE),
        ):
            actor.SetPosition(edge, round(top))
            beside = BUTTON_ROOM if height - top < BUTTON_DEPTH * scale else 0
            limits = (room - beside, top - (1 - share) * height)
            top -= fit(actor, self._renderer, part, wanted=self._scaled(wanted), room=limits)

    def _scaled(self, size: int) -> int:
        return round(size * self._text_scale)

    @property
    def mark(self) -> Strip:
        """Where the research-use mark lies."""
        box = [0.0] * 4
        self._mark.GetBoundingBox(self._renderer, box)
        left, bottom = self._mark.GetPosition()
        return Strip(left + box[0], left + box[1], bottom + box[3], LABEL_ROOM * self._text_scale)
