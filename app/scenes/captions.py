"""What is written over the 3D view: the badge, and the mark that is always there."""

from collections.abc import Sequence

import pyvista as pv
from vtkmodules.vtkRenderingCore import vtkTextActor

from app.colours import WARNING
from app.layers import Volume
from app.messages import research_marks
from app.rendering.frames import frame_origins
from app.rendering.slice_origin import badge_text, origin_word
from app.scenes.canvas import POINTS_PER_INCH
from app.scenes.display import Content, Extent, HeartDisplay
from app.scenes.labels import LABEL_ROOM, Strip, style
from app.scenes.palette import TEXT
from app.scenes.text_fitting import SMALLEST, fit, largest_size
from app.translation import tr, tr_later
from calid_core.marks import Colour
from calid_core.provenance import SliceOrigin

RENDERER_INTERPOLATES = tr_later("interpolated by the renderer between slices")
NOT_READY = tr_later("phase not reconstructed yet")
NOTICEABLE_PITCH = 4.0
"""Pitch from which the reader is told that the renderer fills the space between slices, mm."""
BADGE_SIZE, NOTE_SIZE, MARK_SIZE = 12, 11, 13
"""Points; the badge is what is shown, the notes below it are how it was made visible."""
BADGE_LINES = 3
"""Lines of the badge: layer, kinds of slices, slice under the crosshair; notes follow."""
BADGE_SHARE, NOTES_SHARE = 0.42, 0.46
"""How far down the view the badge and the notes may reach, shares of its height."""
BUTTON_ROOM, BUTTON_DEPTH = 60, 40
"""Pixels at the right, from the upper edge down, that the button over the view takes."""
PLATE = 0.6
"""Opacity of the dark plate under badge and mark: frames and names of slices run behind them."""
EDGE = 8
"""Pixels between text and the edge of the view."""


def worst_origin(volume: Volume, phase: int) -> SliceOrigin:
    """The least trustworthy kind of slice in a volume at a phase."""
    found = set(frame_origins(volume, phase))
    for origin in (SliceOrigin.SYNTHESISED, SliceOrigin.INTERPOLATED):
        if origin in found:
            return origin
    return SliceOrigin.ACQUIRED


def badge_lines(
    volume: Volume, phase: int, index: int, display: HeartDisplay, *, software: bool
) -> tuple[str, ...]:
    """Lines of the badge.

    Parameters
    ----------
    volume
        What is shown.
    phase
        Its phase.
    index
        The slice under the crosshair.
    display
        Choices of the view.
    software
        Whether there is no GPU.
    """
    lines = [
        volume.label,
        f"{_kinds(volume, phase)} · " + tr("{pitch:.1f} mm pitch").format(pitch=volume.geometry.pitch),
    ]
    lines.append(tr("Crosshair: {slice}").format(slice=badge_text(volume.provenance[index], index, phase)))
    if display.content is not Content.SLICES:
        sparse = volume.geometry.pitch >= NOTICEABLE_PITCH or not volume.geometry.regular
        if not volume.ready[phase]:
            lines.append(f"{tr(NOT_READY)}: {tr(RENDERER_INTERPOLATES)}")
        elif sparse:
            lines.append(tr(RENDERER_INTERPOLATES))
        clipped = display.extent is Extent.HEART
        evened = tr("brightness evened, smoothed 1 mm")
        lines.append(tr("clipped to the heart") + f", {evened}" if clipped else evened)
    if software:
        lines.append(tr("software OpenGL"))
    return tuple(lines)


def _kinds(volume: Volume, phase: int) -> str:
    """``12 acquired + 44 synthesised``."""
    origins = frame_origins(volume, phase)
    counts = {origin: origins.count(origin) for origin in SliceOrigin}
    return " + ".join(f"{n} {origin_word(origin)}" for origin, n in counts.items() if n)


def _marks(*, synthesised: bool) -> tuple[str, ...]:
    return tuple(tr(mark) for mark in research_marks(synthesised=synthesised))


class Captions:
    """What is shown (upper left) and the research-use mark (below), burned into every picture."""

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._window, self._renderer = plotter.render_window, plotter.renderer
        self._badge, self._notes, self._mark = vtkTextActor(), vtkTextActor(), vtkTextActor()
        self._marks = _marks(synthesised=False)
        for actor in (self._badge, self._notes, self._mark):
            actor.PickableOff()
            actor.GetPositionCoordinate().SetCoordinateSystemToDisplay()
            actor.GetTextProperty().SetBackgroundOpacity(PLATE)
            plotter.renderer.AddViewProp(actor)
        for actor, size in ((self._badge, BADGE_SIZE), (self._notes, NOTE_SIZE)):
            style(actor.GetTextProperty(), TEXT, size)
            actor.GetTextProperty().SetVerticalJustificationToTop()
            actor.GetTextProperty().SetLineSpacing(1.15)
        style(self._mark.GetTextProperty(), WARNING, MARK_SIZE)
        self._mark.GetTextProperty().SetJustificationToCentered()
        self._mark.SetInput(self._marks[0])
        self.text = ""
        self._text_scale = 1.0
        self._placed_for = (0, 0, 0.0)

    def set_text_scale(self, scale: float) -> None:
        """How much larger than usual texts are where they fit."""
        if scale != self._text_scale:
            self._text_scale = scale
            self._placed_for = (0, 0, 0.0)

    def set_badge(self, lines: Sequence[str], colour: Colour, *, synthesised: bool) -> None:
        """Say what is shown, and in the lines from ``BADGE_LINES`` on how; in the mark whether slices of it are ``synthesised``."""
        text, marks = "\n".join(lines), _marks(synthesised=synthesised)
        if (text, marks) != (self.text, self._marks):
            self.text, self._marks = text, marks
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
        lines, top = self.text.split("\n") if self.text else [], float(height - edge)
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
