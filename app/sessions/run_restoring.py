"""Bringing back the runs of a session, one after the other: from stored pixels, or made again."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.checks.checking import ranked
from app.controllers.controller import Controller
from app.jobs import Job, JobContext
from app.layers import Run
from app.sessions.file import read_pixels
from app.sessions.pixels import missing_shape, restored
from app.sessions.session import SavedRun
from app.state.review_state import ReviewState
from app.translation import tr
from calid_core.checks.kinds import Check
from calid_core.checks.report import CheckReport
from calid_core.checks.results import PassThrough
from calid_core.cine import CineStack
from calid_core.errors import CalidError
from calid_core.identity import intensity_digest
from calid_core.progress import Progress, Stage
from calid_core.reconstruction import Reconstruction


@dataclass(eq=False)
class _Work:
    """What is brought back of one stack.

    Parameters
    ----------
    stack
        What the runs were made of.
    left
        Runs still to come, each with the file that may hold its pixels.
    remarks
        What to tell about those that came.
    stopped
        Whether not all came.
    """

    stack: CineStack
    left: list[tuple[SavedRun, Path | None]]
    remarks: list[str] = field(default_factory=list)
    stopped: bool = False


class RunRestoring(QObject):
    """Works through the runs of one session after the other; stops where a person stops it."""

    finished = Signal(
        object, object, bool
    )  # CineStack; remarks, tuple[str, ...]; whether every run came back

    def __init__(self, controller: Controller, reviews: ReviewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._reviews = controller, reviews
        self._works: list[_Work] = []
        """The first one is worked on."""
        self._current: tuple[SavedRun, Path | None] | None = None
        self._run_id: int | None = None
        """The run that is made in its place; None while its pixels are read."""
        self._job: Job | None = None
        """What reads or looks at the current run."""
        controller.reconstructions.run_finished.connect(self._on_made)
        controller.reconstructions.run_ended.connect(self._on_ended)

    def start(self, runs: Sequence[SavedRun], stack: CineStack, path: Path | None) -> None:
        """Bring back these runs of the active stack, once the one that is brought back now is there.

        Parameters
        ----------
        runs
            They come with those of the same stack that are brought back already.
        stack
            What they were made of.
        path
            The file with their pixels.
        """
        work = next((work for work in self._works if work.stack is stack), None)
        if work is None:
            work = _Work(stack, [])
            self._works.append(work)
        coming = [run.key for run, _ in work.left]
        if self._current is not None and work is self._works[0]:
            coming.append(self._current[0].key)
        work.left += [(run, path) for run in runs if run.key not in coming]
        self._next()

    def _known(self, stack: CineStack) -> set[str]:
        """Keys of the runs that are there of a stack, whether it is shown or not."""
        state = self._controller.state
        all_series = {series.id for series in state.all_series if series.stack is stack}
        return {self._reviews.key_of(run) for run in state.all_runs if run.series_id in all_series}

    def _next(self) -> None:
        if not self._works or self._current is not None:
            return
        work = self._works[0]
        known = self._known(work.stack)
        work.left = [(run, path) for run, path in work.left if run.key not in known]
        if not work.left:
            self._end()
        elif self._controller.state.active_stack is not work.stack:
            self._stop()
        elif not self._controller.reconstructions.running:  # else its end calls again
            self._current = work.left.pop(0)
            self._begin(*self._current, work.stack)

    def _begin(self, run: SavedRun, path: Path | None, stack: CineStack) -> None:
        if run.pixels is None or path is None:
            self._run_id = self._controller.reconstructions.start(run.settings, show=False)
            return
        loader = self._controller.loader
        job = loader.submit(tr("Opening a run of the session"), partial(read_run, path, stack, run))
        job.succeeded.connect(self._on_read)
        job.failed.connect(self._on_unreadable)
        job.cancelled.connect(self._on_cancelled)
        self._controller.jobs.watch(job, loader)
        self._job = job

    @property
    def _expected(self) -> bool:
        """Whether a signal comes from the job that is waited for."""
        return self._job is not None and self.sender() is self._job

    @Slot(object)
    def _on_read(self, result: tuple[Reconstruction, PassThrough, str]) -> None:
        reconstruction, proof, digest = result
        if not self._expected:
            return
        if self._controller.state.active_stack is not self._works[0].stack:
            self._stop()
            return
        run_id = self._controller.reconstructions.adopt(reconstruction, proof)
        self._complete(run_id, digest)
        self._next()

    @Slot(object)
    def _on_unreadable(self, error: Exception) -> None:
        if not self._expected:
            return
        text = str(error) if isinstance(error, CalidError) else tr("its pixels could not be read")
        work = self._works[0]
        work.remarks.append(tr("A run was made again, because {reason}.").format(reason=text))
        if self._current is not None:
            work.left.insert(0, (replace(self._current[0], pixels=None), None))
            self._current = None
        self._next()

    @Slot()
    def _on_cancelled(self) -> None:
        if self._expected:
            self._stop()

    @Slot(int)
    def _on_made(self, run_id: int) -> None:
        run = self._controller.state.run(run_id)
        if run_id != self._run_id or run is None or run.reconstruction is None:
            return
        self._job = self._controller.loader.submit(
            tr("Checking the run"), partial(_digest_of, run_id, run.reconstruction)
        )
        self._job.succeeded.connect(self._on_checked)

    @Slot(object)
    def _on_checked(self, result: tuple[int, str]) -> None:
        if self._expected:
            self._complete(*result)
            self._next()

    def _complete(self, run_id: int, digest: str) -> None:
        """Give a run that is back its checks, and say where it is not what it was."""
        run = self._controller.state.run(run_id)
        wanted = None if self._current is None else self._current[0]
        self._current, self._run_id, self._job = None, None, None
        if wanted is None or run is None:
            return
        self._works[0].remarks += differences(self._reviews.key_of(run), digest, wanted, run)
        if wanted.checks is not None and self._reviews.key_of(run) == wanted.key:
            self._controller.reconstructions.set_checks(run.id, with_results(wanted.checks, run))

    @Slot()
    def _on_ended(self) -> None:
        made = None if self._run_id is None else self._controller.state.run(self._run_id)
        if self._current is None:
            self._next()
        elif self._run_id is not None and (made is None or made.reconstruction is None):
            self._stop()

    def _stop(self) -> None:
        work = self._works[0]
        count = len(work.left) + (self._current is not None)
        work.left, self._current, self._run_id, self._job = [], None, None, None
        work.stopped = True
        work.remarks.append(
            tr("%n of its runs was/were not made again; the verdicts on them are kept.", "", count)
        )
        self._end()

    def _end(self) -> None:
        work = self._works.pop(0)
        self.finished.emit(work.stack, tuple(work.remarks), not work.stopped)
        self._next()


def with_results(saved: CheckReport, run: Run) -> CheckReport:
    """The saved report with what was found on the run since, where it holds nothing; the proof is that of the run here."""
    if run.checks is None:
        return saved
    merged = saved.merged(run.checks)
    if run.proof is not None and run.proof != saved.pass_through:
        merged = merged.with_result(Check.PASS_THROUGH, run.proof)
    return saved if merged is saved else ranked(merged, run)


def differences(key: str, digest: str, wanted: SavedRun, run: Run) -> list[str]:
    """What is said of a run that is not the one that was saved.

    Parameters
    ----------
    key, digest
        Of the run, as it is here.
    wanted
        The one that was saved.
    """
    model_id = run.reconstruction.model_id if run.reconstruction is not None else ""
    if key != wanted.key and model_id != wanted.model_id:
        return [
            tr(
                "{label} was made with other weights ({made}) than the session had ({wanted}). Its verdicts are "
                "kept, but do not apply to this run."
            ).format(label=run.label, made=model_id[:12], wanted=wanted.model_id[:12])
        ]
    if key != wanted.key:
        return [
            tr(
                "{label} is not the run that was judged: their identifiers differ. Its verdicts are kept, but do "
                "not apply to this run."
            ).format(label=run.label)
        ]
    if wanted.digest and digest != wanted.digest:
        return [
            tr(
                "{label} is not bit-identical to the run that was judged (another machine or version). Look again "
                "before you rely on its verdicts."
            ).format(label=run.label)
        ]
    return []


def read_run(
    path: Path, stack: CineStack, run: SavedRun, context: JobContext
) -> tuple[Reconstruction, PassThrough, str]:
    """A run whose pixels are in a session, the proof of its acquired slices and its digest.

    Raises
    ------
    InputError
        The pixels cannot be read, or have not the size of the run.
    """
    from calid_core.checks.pass_through import check_pass_through

    assert run.pixels is not None
    context.on_progress(Progress(Stage.READING))
    shape = missing_shape(stack, run)
    intensity = read_pixels(path, run.pixels.entry, str(stack.intensity.dtype), shape)
    half_width = None
    if run.pixels.half_width:
        half_width = read_pixels(path, run.pixels.half_width, run.pixels.half_width_dtype, shape)
    result = restored(stack, run, intensity, half_width)
    return result, check_pass_through(result), intensity_digest(result.intensity)


def _digest_of(run_id: int, reconstruction: Reconstruction, _context: JobContext) -> tuple[int, str]:
    return run_id, intensity_digest(reconstruction.intensity)
