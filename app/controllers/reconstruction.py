"""Starting, filling, cancelling, keeping and deleting reconstruction runs."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.job_monitor import JobMonitor
from app.controllers.place import LeftPlace
from app.jobs import Job, JobContext, JobRunner
from app.labels import METHOD_LABELS, run_label
from app.layers import Run
from app.state.viewer_state import ViewerState
from app.translation import tr
from calid_core.arrays import IntensityArray
from calid_core.checks.report import CheckReport
from calid_core.checks.results import PassThrough
from calid_core.cine import CineStack
from calid_core.reconstruction import Reconstruction
from calid_core.settings import ReconstructionSettings


@dataclass(frozen=True, eq=False)
class ReconstructionWork:
    """A reconstruction job; called in the worker thread.

    It reports the empty ``Run`` first, then the index of every phase that was written into it.

    Parameters
    ----------
    run_id
        Of the run that is made.
    series_id, stack, settings
        Its frozen input.
    first_phase
        On the screen when the run was started; made first.
    """

    run_id: int
    series_id: int
    stack: CineStack
    settings: ReconstructionSettings
    first_phase: int = 0

    def __call__(self, context: JobContext) -> tuple[Reconstruction, PassThrough]:
        """The result and the proof that its acquired slices are bit-identical."""
        from calid_core.checks.pass_through import check_pass_through
        from calid_core.pipeline import reconstruct  # in the worker: it loads scipy

        run = new_run(self.run_id, self.series_id, self.stack, self.settings)
        context.on_partial(run)

        def on_phase(phase: int, intensity: IntensityArray) -> None:
            run.intensity[phase] = intensity
            context.on_partial(phase)

        result = reconstruct(
            self.stack,
            self.settings,
            context.on_progress,
            context.cancel,
            on_phase=on_phase,
            first_phase=self.first_phase,
        )
        return result, check_pass_through(result)


class Reconstructions(QObject):
    """The history of runs and the one that is being made."""

    failed = Signal(str, object)  # what was tried, the exception
    run_finished = Signal(int)
    run_deleted = Signal(object)  # Run
    run_discarded = Signal(object)  # LeftPlace that the run took the reader from
    run_ended = Signal()  # finished, failed or cancelled: another may start

    def __init__(
        self, state: ViewerState, worker: JobRunner, monitor: JobMonitor, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._worker = worker
        self._monitor = monitor
        self._next_id = 1
        self._job: Job | None = None
        self._run_id = 0
        self._series_id: int | None = None
        self._left: LeftPlace | None = None
        self._shows = True
        state.all_series_changed.connect(self._cancel_if_closed)

    @property
    def running(self) -> bool:
        """Whether a reconstruction is being made."""
        return self._job is not None

    @Slot(object)
    def start(self, settings: ReconstructionSettings, *, show: bool = True) -> int | None:
        """Reconstruct the active stack in the background; one at a time.

        Parameters
        ----------
        settings
            How.
        show
            Whether the run comes on the screen as soon as it begins.

        Returns
        -------
        run_id
            Of the run that will be made; None where none was started.
        """
        series = self._state.active_series
        if series is None or series.stack is None or self._job is not None:
            return None
        self._run_id, self._series_id = self._next_id, series.id
        self._next_id += 1
        self._left, self._shows = None, show
        work = ReconstructionWork(self._run_id, series.id, series.stack, settings, self._state.phase)
        self._job = self._worker.submit(
            tr("Reconstructing: {method}").format(method=tr(METHOD_LABELS[settings.method])), work
        )
        self._job.partial.connect(self._on_part)
        self._job.succeeded.connect(self._on_succeeded)
        self._job.failed.connect(self._discard_unfinished)
        self._job.cancelled.connect(self._discard_unfinished)
        self._job.finished.connect(self._on_finished)
        self._monitor.watch(self._job, self._worker)
        return self._run_id

    @Slot()
    def cancel(self) -> None:
        """Stop the reconstruction; its half-filled run disappears."""
        if self._job is not None:
            self._worker.cancel(self._job)

    @Slot()
    def _cancel_if_closed(self) -> None:
        """Nobody waits for a run of a series that was closed."""
        if self._state.series(self._series_id) is None:
            self.cancel()

    @Slot(int)
    def delete(self, run_id: int) -> None:
        """Take a finished run off the history; ``restore`` brings it back."""
        run = self._state.run(run_id)
        if run is None or run.reconstruction is None:
            return
        self._state.set_runs(tuple(r for r in self._state.all_runs if r.id != run_id))
        self.run_deleted.emit(run)

    def adopt(self, reconstruction: Reconstruction, proof: PassThrough) -> int:
        """Add a run of the active stack that was made elsewhere (read from a session); its id."""
        series = self._state.active_series
        if series is None or series.stack is not reconstruction.acquired:
            raise ValueError("the run belongs to another stack")
        run = Run(
            id=self._next_id,
            series_id=series.id,
            label=run_label(reconstruction.settings, reconstruction.geometry.pitch),
            settings=reconstruction.settings,
            geometry=reconstruction.geometry,
            provenance=reconstruction.provenance,
            acquired=reconstruction.acquired,
            intensity=reconstruction.intensity,
            ready=np.ones(series.stack.phases, dtype=np.bool_),
        )
        self._next_id += 1
        done = run.finished(reconstruction, proof)
        self._state.set_runs((*self._state.all_runs, done))
        return done.id

    def set_checks(self, run_id: int, report: CheckReport) -> None:
        """Keep what the checks found about a run; nothing where it is gone."""
        runs = self._state.all_runs
        self._state.set_runs(tuple(replace(r, checks=report) if r.id == run_id else r for r in runs))

    @Slot()
    def delete_shown(self) -> None:
        """Delete the run that is shown."""
        if self._state.layer.run_id is not None:
            self.delete(self._state.layer.run_id)

    def restore(self, run: Run) -> None:
        """Bring back a deleted run, if its series is still open."""
        if self._state.series(run.series_id) is not None:
            runs = (*self._state.all_runs, run)
            self._state.set_runs(tuple(sorted(runs, key=lambda other: other.id)))
            self._state.set_layer(run.layer)

    @Slot(object)
    def _on_part(self, part: Run | int) -> None:
        if not isinstance(part, Run):
            self._state.mark_phase_ready(self._run_id, part)
        elif self._state.series(part.series_id) is not None:
            if self._shows and self._state.active_stack is part.acquired:
                self._left = LeftPlace(part.series_id, part.id, self._state.layer, self._state.position)
            self._state.set_runs((*self._state.all_runs, part))
            if self._shows:
                self._state.set_layer(part.layer)

    @Slot(object)
    def _on_succeeded(self, result: tuple[Reconstruction, PassThrough]) -> None:
        reconstruction, proof = result
        run = self._state.run(self._run_id)
        if run is None:
            return
        done = run.finished(reconstruction, proof)
        self._state.set_runs(tuple(done if r is run else r for r in self._state.all_runs))
        for phase in np.flatnonzero(~done.ready):
            self._state.mark_phase_ready(done.id, int(phase))
        self.run_finished.emit(done.id)

    @Slot()
    def _discard_unfinished(self) -> None:
        """Take the run away; a reader who looks at it goes back to where it took them from."""
        left, state = self._left, self._state
        if left is not None and state.layer.run_id == left.run_id:
            seen = state.layer in state.seen_layers
            state.set_layer(left.layer)
            if seen:  # behind a comparison it moved nobody
                state.set_position(left.position)
        if left is not None:
            self.run_discarded.emit(left)
        state.set_runs(tuple(r for r in state.all_runs if r.id != self._run_id))

    @Slot()
    def _on_finished(self) -> None:
        self._job = None
        self.run_ended.emit()


def new_run(run_id: int, series_id: int, stack: CineStack, settings: ReconstructionSettings) -> Run:
    """A run with nothing made yet: the dense grid with its acquired slices."""
    from calid_core.filling import plan_filling, provenance  # loads scipy

    plan = plan_filling(stack.geometry, settings.slice_spacing)
    intensity: Any = np.zeros((stack.phases, *plan.geometry.shape), dtype=stack.intensity.dtype)
    for output, source in zip(plan.acquired, range(stack.slices), strict=True):
        intensity[:, output] = stack.intensity[:, source]
    return Run(
        id=run_id,
        series_id=series_id,
        label=run_label(settings, plan.geometry.pitch),
        settings=settings,
        geometry=plan.geometry,
        provenance=provenance(plan, settings.method, stack.provenance),
        acquired=stack,
        intensity=intensity,
        ready=np.zeros(stack.phases, dtype=np.bool_),
    )
