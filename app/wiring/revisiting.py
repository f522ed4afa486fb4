"""Going back to where something was measured, so that it is in view."""

from typing import TypeVar

import numpy as np
from PySide6.QtCore import QObject, QPointF, Slot

from app.choices import ViewLayout
from app.controllers.controller import Controller
from app.layers import ACQUIRED, Layer
from app.measure.samplers import LongAxisSampler, SliceSampler
from app.measure.shapes import Measurement
from app.panels.viewport_grid import ViewportGrid
from app.views.plane_view import PlaneView
from app.views.reformat_view import ReformatView
from app.views.slice_view import SliceView

V = TypeVar("V", bound=PlaneView)


class Revisiting(QObject):
    """Shows what a measurement was made on: its layer and phase, and its slice or long-axis plane.

    Parameters
    ----------
    grid
        The viewports it is to be seen in.
    controller
        Carries it out.
    """

    def __init__(self, grid: ViewportGrid, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._grid, self._controller, self._state = grid, controller, controller.state

    @Slot(int)
    def show(self, number: int) -> None:
        """Bring a measurement into view by its number; a running cine stops at its phase."""
        found = [m for m in self._state.measures.measurements if m.number == number]
        if not found:
            return
        (measurement,) = found
        self._controller.playback.pause()
        self._show_layer(measurement)
        self._controller.navigation.go_to_phase(measurement.phase)
        if isinstance(measurement.sample, SliceSampler):
            self._controller.navigation.go_to_slice_of(measurement.layer, measurement.sample.index)
            beside = self._stands_beside_others(measurement)
            self._uncover(SliceView, measurement.layer if beside else None)
        else:
            self._show_plane(measurement.sample)
        for view in (*self._shown(SliceView), *self._shown(ReformatView)):
            if view.layer == measurement.layer:
                self._pan_to(measurement, view)

    def _show_layer(self, measurement: Measurement) -> None:
        """Show its layer; one that leave-one-out made is only shown in a comparison, others are looked at alone."""
        layer, comparing = measurement.layer, self._controller.comparing
        if self._stands_beside_others(measurement):
            return
        if layer.held_out:
            comparing.compare_in_place(ACQUIRED, layer)
        else:
            comparing.leave()
            self._controller.display.show_layer(layer)

    def _stands_beside_others(self, measurement: Measurement) -> bool:
        """Whether its slices are on the screen already, side by side with those of other layers."""
        state = self._state
        return (
            state.layout is ViewLayout.COMPARE
            and not state.compare.mode.in_place
            and state.compare.long_axis is None
            and measurement.layer in state.compare_layers
            and isinstance(measurement.sample, SliceSampler)
        )

    def _show_plane(self, sample: LongAxisSampler) -> None:
        """Turn the long-axis planes until one of them is this one, as little as can be."""
        self._controller.navigation.go_to_position(np.array(sample.position))
        self._uncover(ReformatView)
        turns = [_turn(view.angle, sample.angle) for view in self._shown(ReformatView)]
        if turns:
            turned = self._state.long_axis_angle + min(turns, key=abs)
            self._controller.display.set_long_axis_angle(turned)

    def _uncover(self, kind: type[PlaneView], layer: Layer | None = None) -> None:
        """Make room for a kind of view, of a layer, where the layout has none, or another view is maximised."""
        if any(layer is None or view.layer == layer for view in self._shown(kind)):
            return
        if kind is ReformatView and self._state.layout is ViewLayout.SINGLE:
            self._controller.display.set_layout(ViewLayout.PAIR)
        else:
            self._grid.toggle_maximised()

    def _pan_to(self, measurement: Measurement, view: PlaneView) -> None:
        """Move the picture of a view that holds the measurement, but not on its screen."""
        picture, transform = view.picture, view.transform
        if picture is None or transform is None or not measurement.lies_in(picture.plane):
            return
        pixels = picture.plane.to_pixel(measurement.points)
        if all(view.rect().contains(QPointF(*transform.to_screen(*p)).toPoint()) for p in pixels):
            return
        down, right = (pixels.mean(axis=0) + 0.5) * picture.plane.spacing
        framing, focus = view.framing, transform.focus
        pan = (framing.pan[0] + focus[0] - float(right), framing.pan[1] + focus[1] - float(down))
        if self._state.linked:
            self._controller.display.set_pan(*framing.to_linked(pan))
        else:
            framing.set_own(framing.zoom, pan)
        view.update()

    def _shown(self, kind: type[V]) -> list[V]:
        views = self._grid.plane_views
        return [view for view in views if isinstance(view, kind) and view.isVisibleTo(self._grid)]


def _turn(angle: float, wanted: float) -> float:
    """Degrees from one angle to another, -180 to below 180."""
    return (wanted - angle + 180.0) % 360.0 - 180.0
