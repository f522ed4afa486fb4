"""What is open and how it is shown: the mutable state of the window, but for what checks and readers say.

Who may write: ``app.controllers``, in the GUI thread, through the ``set_*`` methods and ``mark_phase_ready``; nobody else.
``measures`` is written by ``app.controllers.measuring`` and ``contours`` by ``app.checks.checking`` instead, as are the two states
beside this one, ``app.state.check_state`` and ``app.state.review_state``, by the modules they name. ``app.wiring.save_actions``
takes its pictures ``without_names``. Views get the state in their constructor, draw it, listen to its signals and
emit intents (``slice_step_requested`` …), which the controller connects.

Every property has a read accessor and a signal ``<name>_changed`` without arguments, emitted only when the value
really changed; a listener reads the new value from the state. Signals of values that belong together
(stack, runs, layer, position, phase) are emitted in that order, each when all of them already agree.

Slice and phase are independent axes. The slice has no number of its own: ``position`` (LPS mm) is kept, and the
slice index of any shown volume derives from it, so the place in the heart survives switching between 12
acquired and 60 dense slices. ``phase`` is an index into the acquired phases and is the same for every layer.
"""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.choices import ViewLayout
from app.layers import ACQUIRED, Layer, Run, Volume
from app.open_series import OpenSeries
from app.state.compare_state import CompareState
from app.state.contour_state import ContourState
from app.state.display_state import DisplayState
from app.state.measure_state import MeasureState
from calid_core.arrays import FloatArray, frozen
from calid_core.cine import CineStack

if TYPE_CHECKING:
    from calid_core.checks.results import LeaveOneOut


class ViewerState(DisplayState):
    """Series, runs and what is shown of them, with the display choices of ``DisplayState``."""

    all_series_changed = Signal()
    stack_changed = Signal()
    runs_changed = Signal()
    run_phase_ready = Signal(int, int)  # run id, phase
    layer_changed = Signal()
    compare_layers_changed = Signal()
    position_changed = Signal()
    phase_changed = Signal()
    landmarks_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all_series: tuple[OpenSeries, ...] = ()
        self._active_series_id: int | None = None
        self._acquired: Volume | None = None
        self._runs: tuple[Run, ...] = ()
        self._volumes: dict[Layer, Volume] = {}
        self._held_out: dict[int, tuple[LeaveOneOut, Volume]] = {}
        self._layer = ACQUIRED
        self._compare_layers: tuple[Layer, ...] = ()
        self._position: FloatArray = frozen(np.zeros(3))
        self._phase = 0
        self._landmarks = (0, 0)
        self.compare = CompareState(self)
        self.measures = MeasureState(self)
        self.contours = ContourState(self)

    # -- what is open ------------------------------------------------------------------------------------

    @property
    def all_series(self) -> tuple[OpenSeries, ...]:
        """Every series in the list."""
        return self._all_series

    def series(self, series_id: int | None) -> OpenSeries | None:
        """A series of the list by its id."""
        return next((series for series in self._all_series if series.id == series_id), None)

    @property
    def active_series(self) -> OpenSeries | None:
        """The series being reviewed; its stack may still be loading."""
        return self.series(self._active_series_id)

    @property
    def active_stack(self) -> CineStack | None:
        """The acquired stack being reviewed; None when nothing is open or it is still loading."""
        series = self.active_series
        return series.stack if series else None

    def set_all_series(self, all_series: tuple[OpenSeries, ...], active_id: int | None) -> None:
        """Replace the list and the active series; a new active stack resets runs, layers, phase and position."""
        before = self.active_stack
        list_changed = all_series != self._all_series or active_id != self._active_series_id
        self._all_series, self._active_series_id = all_series, active_id
        stack = self.active_stack
        if stack is not before:
            self._reset_to(stack)
        if list_changed:
            self.all_series_changed.emit()
        if stack is not before:
            for signal in (
                self.stack_changed,
                self.runs_changed,
                self.layer_changed,
                self.compare_layers_changed,
                self.position_changed,
                self.phase_changed,
            ):
                signal.emit()

    def _reset_to(self, stack: CineStack | None) -> None:
        self._acquired = Volume.of_stack(stack) if stack else None
        self._layer, self._compare_layers, self._phase = ACQUIRED, (), 0
        self._update_volumes()
        if stack:
            centre = (np.array(stack.geometry.shape) - 1) / 2
            centre[0] = np.rint(centre[0])
            self._position = frozen(stack.geometry.to_patient(centre))

    # -- runs and layers ---------------------------------------------------------------------------------

    @property
    def all_runs(self) -> tuple[Run, ...]:
        """Runs of every open series, oldest first."""
        return self._runs

    @property
    def runs(self) -> tuple[Run, ...]:
        """Runs of the active series, oldest first."""
        return tuple(run for run in self._runs if run.series_id == self._active_series_id)

    def set_runs(self, runs: tuple[Run, ...]) -> None:
        """Replace the runs of every series; layers whose run is gone fall back to the acquired stack."""
        if runs == self._runs:
            return
        self._runs = runs
        self._update_volumes()
        layer_gone = self._layer not in self._volumes and not self._layer.acquired
        kept = tuple(layer for layer in self._compare_layers if layer in self._volumes)
        compare_changed = kept != self._compare_layers
        if layer_gone:
            self._layer = ACQUIRED
        self._compare_layers = kept
        self.runs_changed.emit()
        if layer_gone:
            self.layer_changed.emit()
        if compare_changed:
            self.compare_layers_changed.emit()

    def _update_volumes(self) -> None:
        before = self._volumes
        self._volumes = {}
        there = {run.id for run in self._runs}
        self._held_out = {run_id: known for run_id, known in self._held_out.items() if run_id in there}
        for run in self.runs:
            known = before.get(run.layer)
            same = known is not None and known.intensity is run.intensity
            self._volumes[run.layer] = known if known is not None and same else Volume.of_run(run)
            self._add_held_out(run)
        if self._acquired is not None:
            self._volumes[ACQUIRED] = self._acquired

    def _add_held_out(self, run: Run) -> None:
        """The volume of a leave-one-out check, made once per check."""
        layer, test = run.held_out_layer, run.checks.leave_one_out if run.checks else None
        if layer is None or test is None or test.made is None:
            self._held_out.pop(run.id, None)
            return
        known = self._held_out.get(run.id)
        if known is None or known[0] is not test:
            known = self._held_out[run.id] = (test, Volume.of_held_out(run, test, test.made))
        self._volumes[layer] = known[1]

    def run(self, run_id: int | None) -> Run | None:
        """A run by its id, of any series; None also where a layer has none, being the acquired slices."""
        return next((run for run in self._runs if run.id == run_id), None)

    def mark_phase_ready(self, run_id: int, phase: int) -> None:
        """Tell the views that a phase of a run has been filled."""
        run = self.run(run_id)
        if run is not None and not run.ready[phase]:
            run.ready[phase] = True
            self.run_phase_ready.emit(run_id, phase)

    @property
    def layer(self) -> Layer:
        """What the main views show."""
        return self._layer

    def set_layer(self, layer: Layer) -> None:
        """Show the acquired stack or one of its runs."""
        if layer != self._layer and layer in self._volumes:
            self._layer = layer
            self.layer_changed.emit()

    @property
    def compare_layers(self) -> tuple[Layer, ...]:
        """What the compare layout shows, left to right; empty when nothing is compared."""
        return self._compare_layers

    def set_compare_layers(self, layers: tuple[Layer, ...]) -> None:
        """Choose what the compare layout shows."""
        if layers != self._compare_layers and all(layer in self._volumes for layer in layers):
            self._compare_layers = layers
            self.compare_layers_changed.emit()

    @property
    def judged_layer(self) -> Layer:
        """What verdicts are about: the main layer, in a comparison one of those on the screen."""
        if self.layout is not ViewLayout.COMPARE:
            return self._layer
        target = self.compare.long_axis
        if target is not None and Layer(target.run_id) in self._volumes:
            return Layer(target.run_id)
        judged = self.compare.judged(self._compare_layers)
        return self._layer if judged is None else judged

    @property
    def seen_layers(self) -> tuple[Layer, ...]:
        """What is on the screen, left to right: the main layer, or compared ones."""
        compared = self.layout is ViewLayout.COMPARE
        seen = self.compare.seen(self._compare_layers) if compared else ()
        return seen or (self._layer,)

    def volume(self, layer: Layer | None = None) -> Volume | None:
        """What a layer shows, by default the main one; the same object as long as the run stays the same."""
        return self._volumes.get(self._layer if layer is None else layer)

    # -- slice and phase ---------------------------------------------------------------------------------

    @property
    def position(self) -> FloatArray:
        """``(3,)``, LPS mm of the crosshair."""
        return self._position

    def set_position(self, position: FloatArray) -> None:
        """Move the crosshair to an LPS position in mm."""
        if not np.array_equal(position, self._position):
            self._position = frozen(np.array(position, dtype=np.float64))
            self.position_changed.emit()

    def slice_index(self, layer: Layer | None = None) -> int:
        """Index of the slice nearest to the position in a layer, by default the main one; 0 when nothing is open."""
        volume = self.volume(layer)
        return volume.nearest_slice(self._position) if volume else 0

    @property
    def phases(self) -> int:
        """Number of phases of the active stack; 0 when nothing is open."""
        return self.active_stack.phases if self.active_stack else 0

    @property
    def phase(self) -> int:
        """Cardiac phase shown, index into the acquired phases."""
        return self._phase

    def set_phase(self, phase: int) -> None:
        """Show another cardiac phase."""
        if phase != self._phase:
            self._phase = phase
            self.phase_changed.emit()

    @property
    def landmarks(self) -> tuple[int, int]:
        """Phases of end diastole (the first) and end systole (estimated from the acquired stack)."""
        return self._landmarks

    def set_landmarks(self, landmarks: tuple[int, int]) -> None:
        """Set the end-diastolic and end-systolic phase."""
        if landmarks != self._landmarks:
            self._landmarks = landmarks
            self.landmarks_changed.emit()
