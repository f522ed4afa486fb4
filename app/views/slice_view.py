"""The short-axis view: one slice at one phase, as it was acquired or filled in."""

from typing import TYPE_CHECKING

import numpy as np

from app.choices import ViewLayout
from app.core_words import moment_text, widest_moment_text
from app.layers import Layer, Volume
from app.measure.samplers import Sampler, SliceSampler
from app.palette import LONG_AXIS_LINES, SLICE_LINE
from app.presets import UNASKED, percentile_window
from app.rendering.image_plane import ImagePlane, slice_plane
from app.rendering.orientation import base_first, edge_letters, end_names
from app.rendering.slice_origin import badge_text, short_badge_text, sources_text
from app.state.viewer_state import ViewerState
from app.translation import tr, tr_later
from app.views.annotations import Annotations, window_text
from app.views.badge import Badge
from app.views.compare_chips import marked
from app.views.picture import Picture, UncertaintyMap
from app.views.plane_view import PlaneView
from app.views.slice_painter import LineRole, ReferenceLine
from calid_core.arrays import FloatArray
from calid_core.cine import View
from calid_core.marks import slice_name
from calid_core.provenance import SliceOrigin, SliceProvenance

if TYPE_CHECKING:
    from calid_core.contouring.contours import ChamberContours

TITLES = {
    View.SHORT_AXIS: tr_later("Short axis"),
    View.LONG_AXIS: tr_later("Long-axis series"),
    View.OTHER: tr_later("Series"),
}


class SliceView(PlaneView):
    """One slice at one phase.

    Parameters
    ----------
    state
        What is shown.
    layer
        The layer that is shown; None follows the layer of the state.
    """

    def __init__(self, state: ViewerState, layer: Layer | None = None) -> None:
        self._longest: tuple[tuple[SliceProvenance, ...], str] | None = None
        super().__init__(state, layer)
        self.setAccessibleName(tr("Short-axis view"))

    def _ready_slice(self, volume: Volume, wanted: int) -> int:
        """The wanted slice, or the nearest acquired one while the wanted one is not ready."""
        if volume.has_frame(self.state.phase, wanted):
            return wanted
        offsets = volume.geometry.slice_offsets
        ready = [i for i in range(volume.slices) if volume.has_frame(self.state.phase, i)]
        return min(ready, key=lambda i: abs(offsets[i] - offsets[wanted]), default=wanted)

    def _build_picture(self, volume: Volume) -> Picture:
        wanted = self.state.slice_index(self.layer)
        shown = self._ready_slice(volume, wanted)
        provenance = volume.provenance[shown]
        name = slice_name(provenance, shown)
        message = (
            ""
            if shown == wanted
            else tr("{wanted} not ready: showing {shown}").format(
                wanted=slice_name(volume.provenance[wanted], wanted), shown=name
            )
        )
        plane, contours = slice_plane(volume.geometry, shown), self._contours(volume)
        outlines = contours.outlines[self.state.phase][shown] if contours is not None else ()
        if provenance.origin is not SliceOrigin.ACQUIRED and volume.made_within:
            outlines = (*outlines, _frame(volume.made_within))
        values = volume.intensity[self.state.phase, shown]
        return Picture(
            values=values,
            plane=plane,
            fit=plane.extent,
            centre=plane.to_patient((np.array(plane.shape) - 1) / 2),
            known=volume.geometry.known,
            badge=Badge(
                (provenance.origin_at(self.state.phase),),
                badge_text(provenance, shown, self.state.phase),
                _detail(volume, shown),
                short_badge_text(provenance, shown, self.state.phase),
                self._longest_detail(volume),
            ),
            name=name,
            index=shown,
            message=message,
            outlines=outlines,
            real=volume.real,
            there=np.full(values.shape, volume.has_frame(self.state.phase, shown)),
        )

    def _longest_detail(self, volume: Volume) -> str:
        """Of the details of all slices; kept while the volume is the same."""
        if self._longest is None or self._longest[0] is not volume.provenance:
            details = (_detail(volume, index) for index in range(volume.slices))
            self._longest = (volume.provenance, max(details, key=len))
        return self._longest[1]

    def _picture_while_loading(self) -> Picture | None:
        series = self.state.active_series
        if series is None or series.preview is None:
            return None
        preview = series.preview
        centre = (np.array(preview.shape) - 1.0) / 2
        plane = ImagePlane(
            np.zeros(3), np.eye(3)[0], np.eye(3)[1], (1.0, 1.0), (preview.shape[0], preview.shape[1])
        )
        return Picture(
            values=preview,
            plane=plane,
            fit=plane.extent,
            centre=plane.to_patient(centre),
            known=False,
            badge=Badge((), tr("ORIGIN NOT KNOWN YET")),
            name=tr("preview"),
            message=tr("Loading …"),
            window=percentile_window(preview, *UNASKED),
        )

    def _build_lines(self, picture: Picture, volume: Volume) -> tuple[ReferenceLine, ...]:
        row, column = (float(i) for i in picture.plane.to_pixel(self.state.position))
        angle = self.state.long_axis_angle
        return tuple(
            ReferenceLine(row, column, angle + 90.0 * i, colour, LineRole.LONG_AXIS, dashed=bool(i))
            for i, colour in enumerate(LONG_AXIS_LINES)
        )

    def _overlay_values(self, overlay: UncertaintyMap, picture: Picture) -> FloatArray:
        values: FloatArray = overlay.values[self.state.phase, picture.index]
        return values

    def _contours(self, volume: Volume) -> "ChamberContours | None":
        """Automatic contours of the layer, where they are wanted and known."""
        series = self.state.active_series
        if series is None or not self.state.contours_visible:
            return None
        found = self.state.contours.of(series.id, self.layer)
        fits = found is not None and found.areas.shape == (self.state.phases, volume.slices)
        return found if fits else None

    def sampler(self, picture: Picture) -> Sampler:
        """Takes the slice that is shown."""
        return SliceSampler(picture.index)

    def kept_clear(self, picture: Picture) -> tuple[FloatArray, ...]:
        """Around the contours of the slice at all phases, where they are shown."""
        contours = self._contours(self.volume) if self.volume is not None else None
        if contours is None:
            return ()
        outlines = [outline for slices in contours.outlines for outline in slices[picture.index]]
        if not outlines:
            return ()
        points = np.concatenate(outlines)
        return (np.stack([points.min(axis=0), points.max(axis=0)]),)

    def annotations(self, picture: Picture, volume: Volume | None) -> Annotations:
        """Slice, phase, place, window and, where it is known, the ventricle's area."""
        state, stack, series = self.state, self.state.active_stack, self.state.active_series
        if volume is None or stack is None:
            return Annotations("", SLICE_LINE)
        name = series.label if series and state.names_shown else ""
        geometry, shown = volume.geometry, picture.index
        offset = float(geometry.slice_offsets[shown])
        from_top = offset if base_first(geometry) else geometry.length - offset
        top, _ = end_names(geometry, stack.view)
        return Annotations(
            title=tr(TITLES[stack.view]),
            title_colour=SLICE_LINE,
            subtitle=tuple(filter(None, (name, *self._layer_names(volume)))),
            of_layer=(
                *self._contour_text(volume, shown),
                tr("Slice {slice}/{slices}").format(slice=shown + 1, slices=volume.slices),
                tr("{distance:.1f} mm from {end}").format(distance=from_top, end=top),
            ),
            lower_left=(moment_text(stack, state.phase),),
            widest_left=(widest_moment_text(stack),),
            lower_right=(
                tr("Zoom {zoom:.0f} %").format(zoom=self.framing.zoom * 100),
                window_text(state.window, volume.real),
            ),
            letters=edge_letters(picture.plane) if picture.known else None,
        )

    def _layer_names(self, volume: Volume) -> tuple[str, ...]:
        """The name of the layer; side by side also whether verdicts are about it, or about which that is out of sight."""
        state = self.state
        side_by_side = state.layout is ViewLayout.COMPARE and not state.compare.mode.in_place
        name = marked(volume.label, judged=side_by_side and self.is_judged)
        judged = state.volume(state.judged_layer)
        elsewhere = side_by_side and self.alone and self.layer != state.judged_layer
        if judged is None or not elsewhere or state.judged_layer.held_out:
            return (name,)
        return name, tr("Verdicts go to {name}").format(name=judged.label)

    def _contour_text(self, volume: Volume, shown: int) -> tuple[str, ...]:
        """The ventricle's area where contours are wanted, or that they are being looked for."""
        state, series, contours = self.state, self.state.active_series, self._contours(volume)
        area = np.nan if contours is None else float(contours.areas[state.phase, shown])
        if not np.isnan(area):
            text = tr("no LV found") if area == 0 else tr("LV {area:.0f} mm² (automatic)")
            return (text.format(area=area),)
        sought = series is not None and state.contours.sought(series.id, self.layer)
        return (tr("Looking for the LV …"),) if sought and state.contours_visible else ()


def _detail(volume: Volume, index: int) -> str:
    """How far from its sources a slice was made; empty for an acquired one."""
    provenance = volume.provenance[index]
    if provenance.origin is SliceOrigin.ACQUIRED:
        return ""
    linear = tr("outside the frame: linear") if volume.made_within else ""
    return " · ".join(filter(None, (sources_text(provenance.sources), linear)))


def _frame(within: tuple[int, ...]) -> FloatArray:
    """Outline of ``(first row, end row, first column, end column)``, ``(4, 2)`` continuous indices."""
    top, bottom, left, right = (edge - 0.5 for edge in within)
    return np.array([(top, left), (top, right), (bottom, right), (bottom, left)])
