"""Frames and names of slices: acquired ones solid with A1, A2 …, dashed where interpolated in time; what lies between dashed with its letter."""

from itertools import pairwise

import numpy as np
import pyvista as pv
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from app.colours import SLICE_LINE
from app.layers import Volume
from app.rendering.frames import frame_origins
from app.scenes.labels import SliceLabels, Strip
from app.scenes.outlines import dashed, dashed_rectangle, rectangles, slice_corners
from calid_core.arrays import FloatArray
from calid_core.marks import ORIGIN, Colour, slice_name
from calid_core.provenance import SliceOrigin

FRAME_OPACITY = 0.6
"""Of the frames of the whole stack, so that they do not hide the heart."""
LABEL_OFFSET = 3.0
"""From the corner of a slice to its name, mm."""


class SliceFrames:
    """Frames of the acquired slices, dashed edges over the gaps, and the frame of the slice under the crosshair."""

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._acquired, self._acquired_mapper = _lines(plotter, ORIGIN[SliceOrigin.ACQUIRED], 1.2)
        self._in_time, self._in_time_mapper = _lines(plotter, ORIGIN[SliceOrigin.INTERPOLATED], 1.5)
        self._gaps, self._gaps_mapper = _lines(plotter, ORIGIN[SliceOrigin.SYNTHESISED], 1.5)
        self._current, self._current_mapper = _lines(plotter, SLICE_LINE, 1.6)
        self._names, self._gap_names = SliceLabels(plotter), SliceLabels(plotter)
        self._current_name = SliceLabels(plotter)
        for actor in (self._acquired, self._in_time, self._gaps):
            actor.GetProperty().SetOpacity(FRAME_OPACITY)
        self._volume: Volume | None = None
        self._rows, self._columns = slice(0), slice(0)
        self._origins: tuple[SliceOrigin, ...] = ()
        self._index = -1

    def show(self, volume: Volume | None, phase: int, rows: slice, columns: slice) -> None:
        """Place the frames on part of the slices of a volume, as they are at a phase."""
        self._volume, self._rows, self._columns = volume, rows, columns
        self._index = -1
        if volume is None:
            for labels in (self._names, self._gap_names, self._current_name):
                labels.show((), np.zeros((0, 3)), SLICE_LINE)
            self.set_visible(stack=False, current=False)
            return
        self._origins = frame_origins(volume, phase)
        indices = volume.acquired_indices
        corners = self._show_acquired(volume, indices)
        names = [slice_name(volume.provenance[i], i) for i in indices]
        self._names.show(names, self._label_places(corners), ORIGIN[SliceOrigin.ACQUIRED])
        self._show_gaps(volume, indices, corners)

    def set_phase(self, phase: int) -> None:
        """Draw the slices as they are at another phase."""
        if self._volume is None:
            return
        origins = frame_origins(self._volume, phase)
        if origins != self._origins:
            self._origins = origins
            self._show_acquired(self._volume, self._volume.acquired_indices)
            self.set_current(self._index)

    def _show_acquired(self, volume: Volume, indices: tuple[int, ...]) -> FloatArray:
        """Frame the acquired slices ``indices`` and return their corners, ``(slices, 4, 3)``."""
        parts = [slice_corners(volume.geometry, i, self._rows, self._columns) for i in indices]
        corners = np.reshape(parts, (-1, 4, 3))
        real = np.array([self._origins[i] is SliceOrigin.ACQUIRED for i in indices], dtype=np.bool_)
        self._acquired_mapper.SetInputData(rectangles(corners[real]))
        starts = corners[~real]
        self._in_time_mapper.SetInputData(
            dashed(starts.reshape(-1, 3), np.roll(starts, -1, axis=1).reshape(-1, 3))
        )
        return corners

    def _show_gaps(self, volume: Volume, indices: tuple[int, ...], corners: FloatArray) -> None:
        starts, ends = corners[:-1].reshape(-1, 3), corners[1:].reshape(-1, 3)
        self._gaps_mapper.SetInputData(dashed(starts, ends))
        names, places = [], []
        colour: Colour = ORIGIN[SliceOrigin.INTERPOLATED]
        # Turned halfway round, so that these names stand at the opposite corner.
        middle = self._label_places(np.roll((corners[:-1] + corners[1:]) / 2, 2, axis=1))
        for (first, last), place in zip(pairwise(indices), middle, strict=True):
            if last - first > 1:
                origin = volume.origin(first + 1)
                names.append(f"{origin.value} × {last - first - 1}")
                places.append(place)
                colour = ORIGIN[origin]
        self._gaps.GetProperty().SetColor(*colour)
        self._gap_names.show(names, np.reshape(places, (-1, 3)), colour)

    def set_current(self, index: int) -> None:
        """Frame one slice: solid when it was acquired, dashed otherwise."""
        self._index = index
        if self._volume is None or index < 0:
            return
        corners = slice_corners(self._volume.geometry, index, self._rows, self._columns)
        acquired = self._origins[index] is SliceOrigin.ACQUIRED
        lines = rectangles(corners[None]) if acquired else dashed_rectangle(corners)
        self._current_mapper.SetInputData(lines)
        self._current.GetProperty().SetColor(*SLICE_LINE)
        name = slice_name(self._volume.provenance[index], index)
        self._current_name.show([name], self._label_places(np.roll(corners, -1, axis=0)[None]), SLICE_LINE)

    def set_text_scale(self, scale: float) -> None:
        """How much larger than usual names are."""
        for labels in (self._names, self._gap_names, self._current_name):
            labels.set_text_scale(scale)

    def set_visible(self, *, stack: bool, current: bool) -> None:
        """Show or hide the frames of the acquired slices with their gaps, and of the current slice."""
        self._acquired.SetVisibility(stack)
        self._in_time.SetVisibility(stack)
        self._gaps.SetVisibility(stack)
        self._current.SetVisibility(current)
        self._stack_visible, self._current_visible = stack, current

    def set_labels_visible(self, visible: bool) -> None:
        """Show or hide the names of the frames that are shown."""
        self._names.set_visible(visible and self._stack_visible)
        self._gap_names.set_visible(visible and self._stack_visible)
        self._current_name.set_visible(visible and self._current_visible)

    def place_labels(self, mark: Strip) -> None:
        """Leave out names that would be written over each other or under the research-use mark; that of the current slice is raised."""
        self._names.thin(mark)
        self._gap_names.thin(mark)
        self._current_name.keep_off(mark)

    def _label_places(self, corners: FloatArray) -> FloatArray:
        """Beside the upper right corner of each frame."""
        outwards = corners[:, 1] - corners[:, 3]
        places: FloatArray = corners[:, 1] + LABEL_OFFSET * outwards / np.linalg.norm(
            outwards, axis=1, keepdims=True
        )
        return places


def _lines(plotter: pv.BasePlotter, colour: Colour, width: float) -> tuple[vtkActor, vtkPolyDataMapper]:
    mapper, actor = vtkPolyDataMapper(), vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(*colour)
    actor.GetProperty().SetLineWidth(width)
    actor.GetProperty().LightingOff()
    actor.PickableOff()
    actor.VisibilityOff()
    plotter.renderer.AddActor(actor)
    return actor, mapper
