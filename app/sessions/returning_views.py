"""A series is shown as it was when its session was saved: at once what its images can show, the rest when its runs are back."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot

from app.choices import LoopMode, PlayMode, Tool, ViewLayout
from app.controllers.controller import Controller
from app.layers import ACQUIRED, Layer, Run
from app.sessions.session import Views
from app.state.compare_state import CompareMode
from app.state.review_state import ReviewState
from calid_core.cine import CineStack


class ReturningViews(QObject):
    """Shows saved layers as their runs come back, while the reader has not moved, chosen a layer or layout, judged or measured."""

    def __init__(self, controller: Controller, reviews: ReviewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._reviews = controller, reviews
        self._state = state = controller.state
        self._views: WeakKeyDictionary[CineStack, Views] = WeakKeyDictionary()
        """By series, what comes back to it."""
        self._looked_at: CineStack | None = None
        """The series on the screen; None while one comes on it, which moves what is seen, too."""
        self._applying = False
        for changed in (
            state.position_changed,
            state.layer_changed,
            state.layout_changed,
            state.long_axis_angle_changed,
            state.compare_layers_changed,
            state.compare.mode_changed,
            state.compare.long_axis_changed,
            controller.undo.worked,
        ):
            changed.connect(self._on_looked)
        state.runs_changed.connect(self._go_on)
        state.stack_changed.connect(self._on_left)
        state.stack_changed.connect(self._on_came, Qt.ConnectionType.QueuedConnection)

    def begin(self, stack: CineStack, views: Views) -> None:
        """Show the active series as it was, as far as it can be."""
        self._looked_at = stack
        self._views[stack] = views
        self._applying = True
        try:
            apply_views(self._controller, views, self._reviews.runs)
        finally:
            self._applying = False

    def finish(self, stack: CineStack) -> None:
        """No more runs come back to the active series."""
        self._show(stack)
        self._views.pop(stack, None)

    @Slot()
    def stay(self) -> None:
        """What is seen of the active series is the reader's from now on."""
        stack = self._state.active_stack
        if stack is not None:
            self._views.pop(stack, None)

    def close(self) -> None:
        """The window closes: nothing comes back any more."""
        self._views.clear()

    @Slot()
    def _on_looked(self) -> None:
        if self._state.active_stack is self._looked_at and not self._applying:
            self.stay()

    @Slot()
    def _on_left(self) -> None:
        self._looked_at = None

    @Slot()
    def _on_came(self) -> None:
        self._looked_at = self._state.active_stack

    @Slot()
    def _go_on(self) -> None:
        if self._looked_at is not None and self._state.active_stack is self._looked_at:
            self._show(self._looked_at)

    def _show(self, stack: CineStack) -> None:
        views = self._views.get(stack)
        if views is None or self._applying:
            return
        self._applying = True
        try:
            _show_layers(self._controller, views, self._reviews.runs)
        finally:
            self._applying = False


def apply_views(controller: Controller, views: Views, runs: Mapping[str, Run]) -> None:
    """Show things as they were; runs that are not there are left out.

    Parameters
    ----------
    runs
        Runs by key.
    """
    state, display, playback = controller.state, controller.display, controller.playback
    comparing, navigation = controller.comparing, controller.navigation
    _show_layers(controller, views, runs)
    comparing.set_mode(CompareMode[views.compare_mode])
    comparing.set_swipe(views.swipe)
    comparing.set_rate(views.flicker_rate)
    display.set_layout(ViewLayout[views.layout])
    display.set_tool(Tool[views.tool])
    controller.series.opening_place.stay()
    navigation.go_to_phase(min(views.phase, max(0, state.phases - 1)))
    display.set_window(views.window[0], views.window[1])
    display.set_zoom(views.zoom)
    display.set_pan(views.pan[0], views.pan[1])
    display.set_long_axis_angle(views.long_axis_angle)
    for wished, shown, toggle in (
        (views.inverted, state.inverted, display.toggle_inverted),
        (views.interpolation, state.interpolation, display.toggle_interpolation),
        (views.annotations_visible, state.annotations_visible, display.toggle_annotations),
        (views.crosshair_visible, state.crosshair_visible, display.toggle_crosshair),
        (views.contours_visible, state.contours_visible, display.toggle_contours),
        (views.uncertainty_visible, state.uncertainty_visible, display.toggle_uncertainty),
        (views.linked, state.linked, display.toggle_linked),
    ):
        if wished != shown:
            toggle()
    playback.set_rate(views.fps_wanted)
    playback.set_loop_mode(LoopMode[views.loop_mode])
    playback.set_play_mode(PlayMode[views.play_mode])


def _show_layers(controller: Controller, views: Views, runs: Mapping[str, Run]) -> None:
    """Show the runs that were shown, where they were looked at; the acquired slices in place of one that is not there.

    Parameters
    ----------
    runs
        Runs by key.
    """

    def layer(key: str) -> Layer:
        return runs[key].layer if key in runs else ACQUIRED

    wanted = [layer(key) for key in views.compare if not key or key in runs]
    controller.display.show_layer(layer(views.layer))
    controller.comparing.compare(tuple(dict.fromkeys(wanted)))
    controller.navigation.go_to_position(np.array(views.position))
