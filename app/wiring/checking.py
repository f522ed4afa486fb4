"""Puts the checks into the window: tab, ladder lanes, and where a click goes."""

from PySide6.QtCore import QObject, Slot

from app.actions.catalogue import Act
from app.checks.aligning import Aligning
from app.checks.checking import Checking
from app.checks.contour_seeking import ContourSeeking
from app.controllers.controller import Controller
from app.layers import ACQUIRED, Run
from app.panels.checks_panel import ChecksPanel
from app.panels.uncertainty_controls import UncertaintyControls
from app.state.check_state import CheckState
from app.translation import tr
from app.views.error_matrix import worst_cell
from app.views.score_lane import ScoreLane
from app.views.slice_ladder import SliceLadder
from app.views.volume_curve import VolumeCurveView
from app.window.main_window import MainWindow
from calid_core.checks.kinds import Check
from calid_core.checks.results import SliceRank


class CheckWiring(QObject):
    """Everything of the checks in one window."""

    def __init__(self, window: MainWindow, controller: Controller) -> None:
        super().__init__(window)
        self._window, self._controller = window, controller
        state = controller.state
        self.checks = CheckState(state, self)
        self.checking = Checking(controller, self.checks, self)
        self.contours = ContourSeeking(state, self.checks, self.checking, self)
        self.aligning = Aligning(controller, self.checks, self)
        self.panel = ChecksPanel(state, self.checks, self.checking)
        window.inspector.addTab(self.panel, tr("Checks"))
        self.uncertainty = UncertaintyControls(state)
        window.display.add_section(tr("Uncertainty overlay"), self.uncertainty)
        self.curve = VolumeCurveView(state, self.checks, window.transport.ruler)
        window.transport.add_above_ruler(self.curve)
        window.actions_[Act.VOLUMES].setIconText(tr("LV volume"))
        window.transport.add_action(window.actions_[Act.VOLUMES])
        self._connect()

    def _connect(self) -> None:
        panel, window, controller = self.panel, self._window, self._controller
        for row in panel.rows.values():
            row.start_requested.connect(self.checking.start)
        panel.run_all.clicked.connect(self.checking.start_all)
        panel.cancel.clicked.connect(self.checking.cancel)
        panel.matrix.cell_requested.connect(self._show_cell)
        panel.matrix.compare_requested.connect(self._show_worst_cell)
        panel.ranking.rank_requested.connect(self._show_rank)
        panel.shifts.slice_requested.connect(self._show_acquired)
        panel.shifts.align_requested.connect(self._align)
        panel.long_axis.long_axis_requested.connect(controller.comparing.show_long_axis)
        self.uncertainty.look_requested.connect(controller.display.set_uncertainty_look)
        self.checking.noticed.connect(window.notices.show_notice)
        self.checking.failed.connect(window.show_failure)
        self.checking.heart_found.connect(controller.series.set_heart)
        self.aligning.failed.connect(window.show_failure)
        window.actions_.on(Act.VOLUMES, self._show_volumes)
        self.curve.phase_requested.connect(window.transport.phase_requested)
        state = controller.state
        for changed in (
            state.stack_changed,
            state.runs_changed,
            state.layer_changed,
            self.checks.running_changed,
            self.curve.shown_changed,
        ):
            changed.connect(self._refresh_actions)
        self._refresh_actions()
        self._add_lane(window.grid.ladder)
        window.grid.ladder_added.connect(self._add_lane)
        controller.reconstructions.run_finished.connect(self._check_new_run)

    @Slot(object)
    def _add_lane(self, ladder: SliceLadder) -> None:
        ScoreLane(ladder, self._controller.state).show()

    @Slot(int)
    def _check_new_run(self, _run_id: int) -> None:
        """What takes no time is done unasked: how the made slices fit. The run brings the proof with it."""
        self.checking.start_quietly(Check.PLAUSIBILITY)
        self.contours.seek()

    @Slot()
    def _show_volumes(self) -> None:
        """Find the volumes, or hide the curve that is there."""
        if self.curve.complete:
            self.curve.set_wanted(not self.curve.wanted)
        else:
            self.curve.set_wanted(True)
            self.checking.start(Check.VOLUMES)
        self._refresh_actions()

    @Slot()
    def _refresh_actions(self) -> None:
        self._window.actions_[Act.VOLUMES].setChecked(self.curve.shown)
        usable = not self.checking.possible(Check.VOLUMES) and not self.checks.is_running(Check.VOLUMES)
        self._window.actions_[Act.VOLUMES].setEnabled(usable)

    # -- where a click goes ------------------------------------------------------------------------------

    @Slot(int)
    def _show_acquired(self, slice_index: int) -> None:
        self._controller.navigation.go_to_slice_of(ACQUIRED, slice_index)

    @Slot(int, int)
    def _show_cell(self, slice_index: int, phase: int) -> None:
        self._show_acquired(slice_index)
        self._controller.playback.pause()
        self._controller.navigation.go_to_phase(phase)

    @Slot()
    def _show_worst_cell(self) -> None:
        run = self.checks.subject
        test = run.checks.leave_one_out if run is not None and run.checks is not None else None
        if run is None or test is None or run.held_out_layer is None:
            return
        state = self._controller.state
        here = state.volume(ACQUIRED)
        if here is None or here.nearest_slice(state.position) not in test.slices:
            self._show_cell(*worst_cell(test))
        else:
            self._show_acquired(here.nearest_slice(state.position))
        self._controller.comparing.compare_in_place(ACQUIRED, run.held_out_layer)

    @Slot(object)
    def _show_rank(self, rank: SliceRank) -> None:
        run: Run | None = self.checks.subject
        if rank.output_index is not None and run is not None:
            self._controller.display.show_layer(run.layer)
            self._controller.navigation.go_to_slice_of(run.layer, rank.output_index)
        else:
            self._show_acquired(rank.slice_index)
        if rank.phase is not None:
            self._controller.navigation.go_to_phase(rank.phase)

    @Slot()
    def _align(self) -> None:
        self.aligning.ask(self._window)
