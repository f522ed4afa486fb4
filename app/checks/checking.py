"""Starting, cancelling and keeping checks."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.checks.check_work import (
    CheckWork,
    FoundContours,
    FoundInput,
    FoundVolumes,
    InputWork,
    LongAxisWork,
    VolumesWork,
)
from app.controllers.controller import Controller
from app.jobs import Job, JobContext
from app.layers import Run
from app.open_series import OpenSeries
from app.state.check_state import CHECK_LABELS, CheckState, StartedCheck
from app.translation import tr, tr_later
from calid_core.checks.kinds import USUAL, Check, Checked, Need, lacking
from calid_core.checks.report import CheckReport
from calid_core.checks.results import InputChecks, Severity, Volumes
from calid_core.cine import View
from calid_core.settings import Device

_REASONS = {
    Need.SHORT_AXIS: tr_later("Needs a short-axis series"),
    Need.THREE_SLICES: tr_later("Needs three slices"),
    Need.LONG_AXES: tr_later("No long-axis series is open"),
    Need.SAMPLES: tr_later("Only CaLID's realism depends on the seed"),
}


class Checking(QObject):
    """Runs checks one after the other in the worker and puts what they find into the run."""

    failed = Signal(str, object)  # what was tried, the exception
    noticed = Signal(str, object)  # headline, details
    heart_found = Signal(int, object)  # id of a series, (3,) LPS mm of the middle of its left ventricle
    contours_cancelled = Signal(int)  # id of the series whose contours are not to be looked for any more

    def __init__(self, controller: Controller, checks: CheckState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._checks = controller.state, checks
        self._worker, self._loader, self._monitor = controller.worker, controller.loader, controller.jobs
        self._reconstructions = controller.reconstructions
        self._jobs: dict[Job, StartedCheck] = {}
        self._unsaid: dict[int, tuple[str, tuple[str, ...]]] = {}
        """By series, remarks that were found while another one was looked at."""
        self._state.stack_changed.connect(self._check_new_input)
        self._state.all_series_changed.connect(self._forget_closed)

    @property
    def long_axes(self) -> tuple[OpenSeries, ...]:
        """Open series that are long-axis views in the patient coordinates of the active one."""
        active = self._state.active_series
        if active is None or active.summary is None:
            return ()
        return tuple(
            series
            for series in self._state.all_series
            if series.summary is not None and series.summary.is_long_axis_of(active.summary)
        )

    def possible(self, check: Check) -> str:
        """Why a check cannot be run now; empty where it can."""
        run, stack = self._checks.subject, self._state.active_stack
        if stack is None:
            return tr("Open a series first")
        need = lacking(check, stack, run.settings if run else None, long_axes=bool(self.long_axes))
        if need is Need.RECONSTRUCTION:
            return tr("Waits for the reconstruction") if self._state.runs else tr("Reconstruct first")
        return "" if need is None else tr(_REASONS[need])

    # -- starting ----------------------------------------------------------------------------------------

    @Slot(object)
    def start(self, check: Check) -> None:
        """Run one check of the subject; nothing if it runs already or cannot be run."""
        self._start(check, self._checks.subject, quiet=False)

    def start_contours(self, run: Run | None) -> None:
        """Find the ventricle in a run of the active series, or in its acquired slices only; nothing if that runs already or cannot be done."""
        self._start(Check.VOLUMES, run, quiet=False)

    def start_quietly(self, check: Check) -> None:
        """Run a check that takes moments, without a word in the status bar."""
        self._start(check, self._checks.subject, quiet=True)

    def _start(self, check: Check, run: Run | None, *, quiet: bool) -> None:
        series, about = self._state.active_series, self._checks.about(check, run)
        if series is None or about is None or self.possible(check) or about in self._jobs.values():
            return
        # The input check looks for the heart with torch, which runs in the worker.
        runner = self._loader if quiet and check is not Check.INPUT else self._worker
        job = runner.submit(
            tr("Checking: {check}").format(check=tr(CHECK_LABELS[check])),
            self._work(check, series, run),
        )
        self._jobs[job] = about
        for place in about.contoured:
            self._state.contours.begin(*place)
        if check is Check.VOLUMES:
            job.partial.connect(self._on_contours)
            job.cancel_requested.connect(self._on_contours_cancelled)
        job.succeeded.connect(self._on_succeeded)
        job.finished.connect(self._on_finished)
        if quiet:
            job.failed.connect(self._on_failed)
        else:
            self._monitor.watch(job, runner)
        self._checks.set_running((*self._checks.running, about))

    @Slot()
    def start_all(self) -> None:
        """Run every check that one click runs."""
        for check in USUAL:
            self.start(check)

    @Slot()
    def cancel(self) -> None:
        """Stop the running check and those that wait."""
        for job in tuple(self._jobs):
            self._cancel(job)

    def _cancel(self, job: Job) -> None:
        self._worker.cancel(job)
        self._loader.cancel(job)

    @Slot()
    def _forget_closed(self) -> None:
        """Nobody waits for the checks of a series that was closed, or asks what they found."""
        open_ids = {series.id for series in self._state.all_series}
        self._checks.retain(open_ids)
        self._state.contours.retain(open_ids)
        self._unsaid = {key: remarks for key, remarks in self._unsaid.items() if key in open_ids}
        for job, about in tuple(self._jobs.items()):
            if about.series_id not in open_ids:
                del self._jobs[job]  # it is no check of a series that is opened again meanwhile
                self._cancel(job)
        self._checks.set_running(tuple(self._jobs.values()))

    def _work(self, check: Check, series: OpenSeries, run: Run | None) -> Callable[[JobContext], Any]:
        stack, made = series.stack, run.reconstruction if run else None
        if stack is None:
            raise ValueError("the series is not read yet")
        if check is Check.INPUT:
            return InputWork(stack)
        if check is Check.VOLUMES:
            device = run.settings.device if run else Device.AUTO
            return VolumesWork(stack, made, self._checks.volumes_of(series.id), self._state.phase, device)
        if made is None:
            raise ValueError(f"{check.value} needs a finished run")
        if check is Check.LONG_AXIS:
            return LongAxisWork(made, self.long_axes)
        return CheckWork(check, Checked(made.acquired, made))

    @Slot()
    def _check_new_input(self) -> None:
        series = self._state.active_series
        if series is None or series.stack is None:
            return
        if self._checks.input is None:
            self.start_quietly(Check.INPUT)
        elif series.id in self._unsaid:
            self.noticed.emit(*self._unsaid.pop(series.id))

    # -- keeping -----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_succeeded(self, found: Any) -> None:
        job = self.sender()
        if not isinstance(job, Job) or job not in self._jobs:
            return
        about = self._jobs[job]
        check, series_id, run_id = about.check, about.series_id, about.run_id
        series = self._state.series(series_id)
        if series is None:
            return  # closed meanwhile
        if isinstance(found, FoundInput):
            self._keep_input(series, found.checks)
            if found.heart is not None:
                self.heart_found.emit(series_id, found.heart)
        if check is Check.LONG_AXIS and not found:
            self.noticed.emit(
                tr("Long-axis check:"), (tr("no long-axis cine crosses the reconstructed volume"),)
            )
        run = self._state.run(run_id)
        if isinstance(found, FoundVolumes):
            found = self._keep_volumes(found, series_id, run_id)
        if run is not None and found is not None:
            self._keep(run, check, found)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        """Of a check that nobody asked for: what is shown as not done must not have failed unseen."""
        job = self.sender()
        if isinstance(job, Job):
            self.failed.emit(job.title, error)

    def _keep_input(self, series: OpenSeries, found: InputChecks) -> None:
        """Keep what was found about a series, and tell it where that is the one on the screen."""
        self._checks.set_input(series.id, found)
        messages = tuple(f.message for f in found.findings if f.severity is Severity.ATTENTION)
        stack = series.stack
        # A single long-axis cine is looked at and checked against; nothing is made of it that needed a warning.
        evidence = stack is not None and stack.view is View.LONG_AXIS and stack.slices == 1
        if not messages or evidence:
            return
        headline = (
            tr("Input check:") if len(messages) == 1 else tr("Input check: %n remarks.", "", len(messages))
        )
        if series is self._state.active_series:
            self.noticed.emit(headline, messages)
        else:
            self._unsaid[series.id] = (headline, messages)

    @Slot(object)
    def _on_contours(self, found: FoundContours) -> None:
        job = self.sender()
        if isinstance(job, Job) and job in self._jobs:
            about = self._jobs[job]
            self._state.contours.grow(about.series_id, about.run_id if found.made else None, found.contours)

    @Slot()
    def _on_contours_cancelled(self) -> None:
        job = self.sender()
        if isinstance(job, Job) and job in self._jobs:
            self.contours_cancelled.emit(self._jobs[job].series_id)

    def _keep_volumes(self, found: FoundVolumes, series_id: int, run_id: int | None) -> Volumes | None:
        """Keep contours and curves; those that go into the report of a run."""
        self._state.contours.keep(series_id, None, found.acquired.contours)
        if found.made is not None:
            self._state.contours.keep(series_id, run_id, found.made.contours)
        self._checks.set_volumes(series_id, found.acquired)
        return None if found.made is None else Volumes(found.acquired.curve, found.made.curve)

    def _keep(self, run: Run, check: Check, found: Any) -> None:
        if run.checks is None:
            raise ValueError("only a finished run is checked")
        report = run.checks.with_result(check, found)
        if report.input is None:
            report = report.with_result(Check.INPUT, self._checks.input_of(run.series_id))
        self._reconstructions.set_checks(run.id, ranked(report, run))

    @Slot()
    def _on_finished(self) -> None:
        ended = [about for job, about in self._jobs.items() if job.ended]
        self._jobs = {job: about for job, about in self._jobs.items() if not job.ended}
        still_sought = {place for about in self._jobs.values() for place in about.contoured}
        for place in {place for about in ended for place in about.contoured} - still_sought:
            self._state.contours.end(*place)
        self._checks.set_running(tuple(self._jobs.values()))


def ranked(report: CheckReport, run: Run) -> CheckReport:
    """The report with its slices ranked anew."""
    from calid_core.checks.ranking import rank

    made = run.reconstruction
    return report if made is None else rank(report, made)
