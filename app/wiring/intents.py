"""Which intent and which action calls which part of the controller."""

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDockWidget

from app.actions.action_set import ActionSet, BoundAction
from app.actions.catalogue import Act
from app.choices import PlayMode, Tool, ViewLayout
from app.controllers.controller import Controller
from app.views.plane_view import PlaneView
from app.views.slice_ladder import SliceLadder
from app.window.main_window import MainWindow
from calid_core.cine import View

LAYOUT_ACTS = {
    Act.LAYOUT_SINGLE: ViewLayout.SINGLE,
    Act.LAYOUT_PAIR: ViewLayout.PAIR,
    Act.LAYOUT_GRID: ViewLayout.GRID,
    Act.LAYOUT_ONE_THREE: ViewLayout.ONE_AND_THREE,
}
TOOL_ACTS = {
    Act.TOOL_WINDOW: Tool.WINDOW_LEVEL,
    Act.TOOL_CROSSHAIR: Tool.CROSSHAIR,
    Act.TOOL_PAN: Tool.PAN,
    Act.TOOL_ZOOM: Tool.ZOOM,
    Act.TOOL_MEASURE: Tool.MEASURE,
    Act.TOOL_ANGLE: Tool.ANGLE,
    Act.TOOL_ELLIPSE: Tool.ELLIPSE,
    Act.TOOL_RECTANGLE: Tool.RECTANGLE,
    Act.TOOL_PROFILE: Tool.PROFILE,
}


def connect_actions(actions: ActionSet, controller: Controller) -> None:
    """Connect every action that only needs the controller."""
    display = controller.display
    _connect_navigation(actions, controller)
    _connect_cine(actions, controller)
    for act, layout in LAYOUT_ACTS.items():
        actions.on(act, display.set_layout, layout)
    for act, tool in TOOL_ACTS.items():
        actions.on(act, display.set_tool, tool)
    for number, action in enumerate(actions.presets):
        action.handler = partial(display.apply_preset, number)
    actions.on(Act.INVERT, display.toggle_inverted)
    actions.on(Act.SMOOTH, display.toggle_interpolation)
    actions.on(Act.ANNOTATIONS, display.toggle_annotations)
    actions.on(Act.CROSSHAIR, display.toggle_crosshair)
    actions.on(Act.CONTOURS, display.toggle_contours)
    actions.on(Act.UNCERTAINTY, display.toggle_uncertainty)
    actions.on(Act.LINK, display.toggle_linked)
    actions.on(Act.RESET, display.reset)
    actions.on(Act.DELETE_MEASUREMENT, controller.measuring.delete_selected)
    actions.on(Act.COMPARE, controller.comparing.next_mode)
    actions.on(Act.FLICKER, controller.comparing.toggle_flicker)
    actions.on(Act.LAYER_NEXT, display.step_layer, 1)
    actions.on(Act.LAYER_PREVIOUS, display.step_layer, -1)
    actions.on(Act.CANCEL, controller.jobs.cancel)
    actions.on(Act.DELETE_RUN, controller.reconstructions.delete_shown)
    actions.on(Act.UNDO, controller.undo.undo)
    actions.on(Act.REDO, controller.undo.redo)
    actions.on(Act.OPEN_SAMPLE, controller.series.open_sample)
    actions.on(Act.CLOSE_SERIES, controller.series.close_active)


def _connect_navigation(actions: ActionSet, controller: Controller) -> None:
    navigation = controller.navigation
    actions.on(Act.SLICE_NEXT, navigation.step_slice, 1)
    actions.on(Act.SLICE_PREVIOUS, navigation.step_slice, -1)
    actions.on(Act.ACQUIRED_NEXT, navigation.step_acquired, 1)
    actions.on(Act.ACQUIRED_PREVIOUS, navigation.step_acquired, -1)
    actions.on(Act.ACQUIRED_NEAREST, _show_acquired, actions[Act.ACQUIRED_NEAREST], controller)
    actions.on(Act.SLICE_FIRST, navigation.go_to_first)
    actions.on(Act.SLICE_LAST, navigation.go_to_last)
    actions.on(Act.PHASE_NEXT, navigation.step_phase, 1)
    actions.on(Act.PHASE_PREVIOUS, navigation.step_phase, -1)
    actions.on(Act.END_DIASTOLE, navigation.go_to_end_diastole)
    actions.on(Act.END_SYSTOLE, navigation.go_to_end_systole)


def _show_acquired(action: BoundAction, controller: Controller) -> None:
    """Hold the nearest acquired slice as long as a key is held; from the menu go there."""
    navigation = controller.navigation
    navigation.hold_acquired() if action.by_key else navigation.go_to_acquired()


def _connect_cine(actions: ActionSet, controller: Controller) -> None:
    playback = controller.playback
    actions.on(Act.PLAY, playback.toggle)
    actions.on(Act.PLAY_ANYWHERE, playback.toggle)
    actions.on(Act.SLOWER, playback.slower)
    actions.on(Act.FASTER, playback.faster)
    actions.on(Act.OWN_RATE, playback.set_natural_rate)
    actions.on(Act.LOOP_MODE, playback.next_loop_mode)
    actions.on(Act.EVERY_FRAME, playback.toggle_play_mode)


class WindowWiring(QObject):
    """Connects a window with its controller, and keeps menus true to the state; its connections end with the window.

    Parameters
    ----------
    window, controller
        What is connected.
    """

    def __init__(self, window: MainWindow, controller: Controller) -> None:
        super().__init__(window)
        self._window, self._controller = window, controller
        self._actions = window.actions_
        connect_actions(self._actions, controller)
        self._connect_window_actions()
        self._connect_panels()
        self._connect_sides()
        for view in window.grid.plane_views:
            self.connect_plane_view(view)
        self.connect_ladder(window.grid.ladder)
        window.grid.plane_view_added.connect(self.connect_plane_view)
        window.grid.ladder_added.connect(self.connect_ladder)
        self._connect_state()
        self.refresh_actions()

    def connect_plane_view(self, view: PlaneView) -> None:
        """Connect the intents of a slice or long-axis view."""
        navigation, display = self._controller.navigation, self._controller.display
        view.slice_step_requested.connect(navigation.step_slice)
        view.slice_requested.connect(navigation.go_to_slice_of)
        view.phase_step_requested.connect(navigation.step_phase)
        view.position_requested.connect(navigation.go_to_position)
        view.window_requested.connect(display.set_window)
        view.zoom_requested.connect(display.set_zoom)
        view.pan_requested.connect(display.set_pan)
        view.drawing_began.connect(self._controller.series.opening_place.stay)
        view.measured.connect(self._controller.measuring.add)
        view.swipe_requested.connect(self._controller.comparing.set_swipe)
        view.long_axis_angle_requested.connect(display.set_long_axis_angle)
        display.views_reset.connect(view.reset_view)
        view.phase_painted.connect(self._controller.playback.count_painted)
        view.pointed.connect(self._window.status.show_pointer)

    def connect_ladder(self, ladder: SliceLadder) -> None:
        """Connect the intents of a slice ladder."""
        ladder.slice_requested.connect(self._controller.navigation.go_to_slice_of)
        ladder.slice_step_requested.connect(self._controller.navigation.step_slice)

    def _connect_window_actions(self) -> None:
        window, actions = self._window, self._actions
        actions.on(Act.QUIT, window.close)
        actions.on(Act.FULL_SCREEN, window.toggle_full_screen)
        actions.on(Act.IMAGES_ONLY, window.toggle_docks)
        actions.on(Act.MAXIMISE, window.grid.toggle_maximised)
        actions.on(Act.NEXT_VIEWPORT, window.grid.focus_next)
        actions.on(Act.RECONSTRUCT, window.reconstruct.start)
        actions.on(Act.ABOUT, window.show_about)
        actions.on(Act.LOG_FOLDER, window.show_log)
        actions.on(Act.OPEN_FILES, window.ask_for_files)
        actions.on(Act.OPEN_FOLDER, window.ask_for_folder)

    def _connect_panels(self) -> None:
        window, controller = self._window, self._controller
        display, runs = controller.display, controller.reconstructions
        window.paths_requested.connect(controller.series.open_paths)
        window.empty.files_requested.connect(window.ask_for_files)
        window.empty.folder_requested.connect(window.ask_for_folder)
        window.empty.sample_requested.connect(controller.series.open_sample)
        window.reconstruct.reconstruct_requested.connect(runs.start)
        window.reconstruct.cancel_requested.connect(controller.jobs.cancel)
        window.status.cancel_requested.connect(controller.jobs.cancel)
        window.runs.layer_requested.connect(display.show_layer)
        window.runs.compare_requested.connect(controller.comparing.compare)
        window.runs.delete_requested.connect(runs.delete)
        bar, comparing = window.grid.compare_bar, controller.comparing
        bar.mode_requested.connect(comparing.show)
        bar.layers_requested.connect(comparing.compare)
        bar.flicker_requested.connect(comparing.toggle_flicker)
        bar.rate_requested.connect(comparing.set_rate)
        bar.leave_requested.connect(comparing.leave)
        window.display.window_requested.connect(display.set_window)
        window.display.preset_requested.connect(display.apply_preset)
        window.provenance.slice_requested.connect(controller.navigation.go_to_slice)
        controller.failed.connect(window.show_failure)
        controller.noticed.connect(window.notices.show_notice)
        controller.series.opened.connect(window.remember_opened)
        runs.run_finished.connect(self._show_device)

    def _connect_sides(self) -> None:
        controller, transport, series = self._controller, self._window.transport, self._window.series
        playback, navigation = controller.playback, controller.navigation
        transport.play_requested.connect(playback.toggle)
        transport.slower_requested.connect(playback.slower)
        transport.faster_requested.connect(playback.faster)
        transport.rate_requested.connect(playback.set_rate)
        transport.loop_mode_requested.connect(playback.set_loop_mode)
        transport.play_mode_requested.connect(playback.set_play_mode)
        transport.phase_requested.connect(navigation.go_to_phase)
        transport.phase_step_requested.connect(navigation.step_phase)
        series.series_requested.connect(controller.series.activate)
        series.close_requested.connect(controller.series.close)

    def _connect_state(self) -> None:
        state = self._controller.state
        for changed in (
            state.stack_changed,
            state.runs_changed,
            state.layer_changed,
            state.layout_changed,
            state.tool_changed,
            state.inverted_changed,
            state.interpolation_changed,
            state.annotations_visible_changed,
            state.crosshair_visible_changed,
            state.contours_visible_changed,
            state.uncertainty_visible_changed,
            state.linked_changed,
            state.play_mode_changed,
            state.job_changed,
            state.compare.mode_changed,
            *(dock.visibilityChanged for dock in self._window.findChildren(QDockWidget)),
            *(
                self._actions[act].triggered for act in Act if act.value.checkable
            ),  # Qt has turned their ticks
        ):
            changed.connect(self.refresh_actions)

    def _show_device(self, run_id: int) -> None:
        run = self._controller.state.run(run_id)
        if run is not None and run.reconstruction is not None:
            self._window.status.set_device(run.reconstruction.device)

    @Slot()
    def refresh_actions(self) -> None:
        """Make ticks and greying of the menus follow the state."""
        state, actions = self._controller.state, self._actions
        ticks = {
            **{act: state.layout is layout for act, layout in LAYOUT_ACTS.items()},
            **{act: state.tool is tool for act, tool in TOOL_ACTS.items()},
            Act.COMPARE: state.layout is ViewLayout.COMPARE,
            Act.INVERT: state.inverted,
            Act.SMOOTH: state.interpolation,
            Act.ANNOTATIONS: state.annotations_visible,
            Act.CROSSHAIR: state.crosshair_visible,
            Act.CONTOURS: state.contours_visible,
            Act.UNCERTAINTY: state.uncertainty_visible,
            Act.LINK: state.linked,
            Act.EVERY_FRAME: state.play_mode is PlayMode.EVERY_FRAME,
            Act.FULL_SCREEN: self._window.isFullScreen(),
            Act.IMAGES_ONLY: not self._window.docks_visible,
        }
        for act, ticked in ticks.items():
            actions[act].setChecked(ticked)
        stack = state.active_stack
        long_axis = stack is not None and stack.view is View.LONG_AXIS
        volume = state.volume()
        shown = state.run(state.layer.run_id)
        finished = shown is not None and shown.reconstruction is not None
        has_half_width = any(
            run.reconstruction and run.reconstruction.half_width is not None for run in state.runs
        )
        enabled = {
            Act.RECONSTRUCT: stack is not None
            and stack.slices > 1
            and not stack.made_slices
            and state.job is None,
            Act.CANCEL: state.job is not None,
            Act.CONTOURS: state.contours_visible or (stack is not None and not long_axis),
            Act.UNCERTAINTY: state.uncertainty_visible or has_half_width,
            Act.SAVE: finished,
            Act.DELETE_RUN: finished,
            Act.SCREENSHOT: stack is not None,
            Act.MOVIE: volume is not None and bool(volume.ready.all()),
            Act.COMPARE: bool(state.runs) or state.layout is ViewLayout.COMPARE,
            Act.FLICKER: bool(state.runs),
            Act.CLOSE_SERIES: state.active_series is not None,
        }
        for act, usable in enabled.items():
            actions[act].setEnabled(usable)
