"""A long-axis view cut out of the short-axis stack, with marks for what was acquired and what filled in."""

import numpy as np
from PySide6.QtGui import QPainter

from app.core_words import moment_text, widest_moment_text
from app.layers import Layer, Volume
from app.measure.samplers import LongAxisSampler, Sampler
from app.palette import LONG_AXIS_LINES, SLICE_LINE, scaled
from app.rendering.frames import frame_origins, frames_there
from app.rendering.orientation import edge_letters
from app.rendering.reformat import LongAxisPlane, long_axis_plane
from app.rendering.slice_origin import ORIGIN_WORDS, origin_word
from app.rendering.view_transform import ViewTransform
from app.state.viewer_state import ViewerState
from app.translation import tr, tr_later
from app.views.annotations import Annotations, window_text
from app.views.badge import Badge
from app.views.framing import Framing, LongAxisFraming
from app.views.origin_strip import STRIP_WIDTH, OriginStrip
from app.views.picture import Picture, UncertaintyMap
from app.views.plane_view import PlaneView
from app.views.slice_painter import LineRole, ReferenceLine
from calid_core.arrays import FloatArray
from calid_core.cine import View
from calid_core.geometry import Geometry
from calid_core.provenance import SliceOrigin


class ReformatView(PlaneView):
    """A long-axis plane through the crosshair; each row shows the slice it lies in.

    Parameters
    ----------
    state
        What is shown.
    number
        0 begins along the slices' columns axis, 1 at right angles to it; both turn with the state's long-axis angle.
    layer
        The layer that is shown; None follows the layer of the state.
    """

    def __init__(
        self,
        state: ViewerState,
        number: int = 0,
        layer: Layer | None = None,
    ) -> None:
        self._number = number
        super().__init__(state, layer)
        self._strip = OriginStrip()
        self._cut: LongAxisPlane | None = None
        self._cut_at: FloatArray = np.zeros(3)
        self._cut_of: tuple[Geometry, tuple[float, ...]] | None = None
        self.setAccessibleName(tr("Long-axis view {number}").format(number=self._number + 1))

    @property
    def angle(self) -> float:
        """Degrees of the plane about the stack normal, clockwise on the short-axis picture."""
        return self.state.long_axis_angle + 90.0 * self._number

    def _make_framing(self) -> Framing:
        return LongAxisFraming(self.state, 90.0 * self._number)

    def _long_axis(self, geometry: Geometry) -> LongAxisPlane:
        """The plane through the crosshair, kept while only slice or phase change."""
        row, column = geometry.to_index(self.state.position)[1:]
        key = (round(float(row), 3), round(float(column), 3), self.angle)
        if (
            self._cut is None
            or self._cut_of is None
            or self._cut_of[0] is not geometry
            or self._cut_of[1] != key
        ):
            self._cut_of = (geometry, key)
            self._cut_at = self.state.position
            self._cut = long_axis_plane(geometry, self._cut_at, self.angle)
        return self._cut

    def _build_picture(self, volume: Volume) -> Picture:
        geometry, phase = volume.geometry, self.state.phase
        cut = self._long_axis(geometry)
        _, row, column = geometry.spacing
        width = max(geometry.shape[1] * row, geometry.shape[2] * column)
        ready = bool(volume.ready[phase])
        values = cut.sample(volume.intensity[phase])
        rows_there = cut.rows_there(frames_there(volume, phase))
        return Picture(
            values=values,
            plane=cut.plane,
            fit=(width, self._height(cut.plane.extent[1])),
            centre=_middle(geometry),
            known=geometry.known,
            badge=_badge(volume, phase),
            name=tr_later("long axis"),
            index=self.state.slice_index(self.layer),
            message="" if ready else tr("Not ready: acquired slices only"),
            there=np.broadcast_to(rows_there[:, np.newaxis], values.shape),
            real=volume.real,
        )

    def _height(self, own: float) -> float:
        """Millimetres that fill the view: the same for sparse and dense layers, so that they flicker in place."""
        stack = self.state.active_stack
        return own if stack is None else max(own, stack.geometry.length + stack.geometry.pitch)

    def _build_lines(self, picture: Picture, volume: Volume) -> tuple[ReferenceLine, ...]:
        place = volume.on_slice(self.state.position, picture.index)
        row, column = (float(i) for i in picture.plane.to_pixel(place))
        other = LONG_AXIS_LINES[1 - self._number]
        return (
            ReferenceLine(row, column, 0.0, SLICE_LINE, LineRole.SLICE),
            ReferenceLine(row, column, 90.0, other, dashed=self._number == 0),
        )

    def _overlay_values(self, overlay: UncertaintyMap, picture: Picture) -> FloatArray:
        values = overlay.values[self.state.phase]
        if self._cut is None:
            raise ValueError("an overlay needs a picture")
        sampled: FloatArray = self._cut.sample(values)  # type: ignore[assignment]
        return sampled

    def sampler(self, picture: Picture) -> Sampler:
        """Cuts the plane that is shown out of a volume."""
        if self._cut is None:
            raise ValueError("nothing is shown")
        x, y, z = (float(v) for v in self._cut_at)
        return LongAxisSampler((x, y, z), self.angle, self._cut)

    def annotations(self, picture: Picture, volume: Volume | None) -> Annotations:
        """Plane, phase, zoom and window."""
        state, stack = self.state, self.state.active_stack
        if volume is None or stack is None:
            return Annotations("", LONG_AXIS_LINES[self._number])
        kind = tr("Long axis") if stack.view is View.SHORT_AXIS else tr("Reformat")
        return Annotations(
            title=f"{kind} {self._number + 1}",
            title_colour=LONG_AXIS_LINES[self._number],
            subtitle=(
                tr("reformat at {angle:.0f}°, slabs").format(angle=self.angle),
                volume.label,
            ),
            lower_left=(moment_text(stack, state.phase),),
            widest_left=(widest_moment_text(stack),),
            lower_right=(
                tr("Zoom {zoom:.0f} %").format(zoom=self.framing.zoom * 100),
                window_text(state.window, volume.real),
            ),
            letters=edge_letters(picture.plane) if picture.known else None,
        )

    # -- marks of origin -----------------------------------------------------------------------------------

    def text_margin(self) -> float:
        """Width of the strip."""
        return scaled(STRIP_WIDTH)

    def paint_margin(self, painter: QPainter, picture: Picture, transform: ViewTransform) -> None:
        """The strip: which slices are real at this phase."""
        volume = self.volume
        if volume is not None:
            origins = frame_origins(volume, self.state.phase)
            self._strip.paint(painter, volume, origins, picture.plane, transform, picture.index)


def _middle(geometry: Geometry) -> FloatArray:
    """``(3,)``, LPS mm of the middle of a stack: half way in mm, where sparse and dense layers agree."""
    _, rows, columns = geometry.shape
    corner = geometry.to_patient((0, (rows - 1) / 2, (columns - 1) / 2))
    middle: FloatArray = corner + geometry.normal * geometry.length / 2
    return middle


def _badge(volume: Volume, phase: int) -> Badge:
    counts = dict.fromkeys(SliceOrigin, 0)
    for origin in frame_origins(volume, phase):
        counts[origin] += 1
    present = tuple(origin for origin in SliceOrigin if counts[origin])
    if len(present) == 1:
        text, detail = f"{counts[present[0]]} {tr(ORIGIN_WORDS[present[0]])}", ""
        short = f"{counts[present[0]]} {present[0].value}"
    else:
        text = " + ".join(f"{counts[origin]} {origin.value}" for origin in present)
        detail = " + ".join(origin_word(origin) for origin in present)
        short = "+".join(origin.value for origin in present)
    return Badge(present, text, detail, short)
