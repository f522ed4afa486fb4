"""Aligning slices: only after a person has seen the shifts and said yes, as a new series, undoable."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from app.checks.summaries import shift_text, shifted_slices
from app.controllers.controller import Controller
from app.controllers.place import ClosedSeries
from app.controllers.series_opening import SeriesOpening
from app.jobs import Job, JobContext
from app.messages import APPLICATION
from app.open_series import OpenSeries
from app.state.check_state import CheckState
from app.translation import tr
from app.undo import Step
from calid_core.arrays import FloatArray
from calid_core.checks.results import InputChecks
from calid_core.cine import CineStack
from calid_core.errors import InputError

NOT_IDENTICAL = (
    "Slices were aligned on request: moved ones are interpolated, not bit-identical with what was acquired"
)


@dataclass(frozen=True, eq=False)
class AlignWork:
    """Moves some slices; called in the worker. The stack says which, so the files of its source are named as such."""

    stack: CineStack
    shifts: FloatArray
    slices: tuple[int, ...]

    def __call__(self, context: JobContext) -> CineStack:
        """The derived stack."""
        context.cancel.raise_if_cancelled()
        applied = np.zeros_like(self.shifts)
        applied[list(self.slices)] = self.shifts[list(self.slices)]
        return aligned_stack(self.stack, applied)


def aligned_stack(stack: CineStack, shifts: FloatArray) -> CineStack:
    """The stack aligned by ``(slices, 2)`` mm, called so."""
    from calid_core.checks.alignment import align  # loads scipy

    done = align(stack, shifts)
    source = replace(
        done.source,
        label=tr("{label} (aligned)").format(label=stack.source.label),
        description=f"{stack.source.description or stack.source.label} (aligned)",
        steps=(*done.source.steps, NOT_IDENTICAL),
    )
    return replace(done, source=source)


class Aligning(QObject):
    """Makes an aligned copy of the active stack."""

    failed = Signal(str, object)  # what was tried, the exception

    def __init__(self, controller: Controller, checks: CheckState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._checks = controller, checks
        self._from: dict[Job, OpenSeries] = {}
        controller.series.closed.connect(self._forget_closed)

    def ask(self, parent: QWidget) -> None:
        """Show what would be done, and do it if it is confirmed."""
        series, found = self._controller.state.active_series, self._checks.input
        slices = shifted_slices(found) if found is not None else ()
        if series is None or found is None or not slices:
            return
        box = QMessageBox(
            QMessageBox.Icon.Question,
            APPLICATION,
            tr("Move %n slice(s) back by the estimated shift?", "", len(slices)),
            QMessageBox.StandardButton.Cancel,
            parent,
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        shown = "\n".join(f"• {shift_text(found, index)}" for index in slices)
        box.setInformativeText(
            f"{shown}\n\n"
            + tr(
                "A new series is made; the acquired one stays as it is. Moved slices are interpolated and "
                "no longer bit-identical with what was acquired. The shifts are estimates and may be wrong."
            )
        )
        yes = box.addButton(tr("Make aligned series"), QMessageBox.ButtonRole.AcceptRole)
        yes.clicked.connect(lambda: self.align(series, found))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def align(self, series: OpenSeries, found: InputChecks) -> None:
        """Make the aligned series of one from what was found about it, whatever is shown now."""
        if series.stack is None or not shifted_slices(found):
            return
        if series.stack.moved_slices:  # interpolated twice, it would lose twice
            return
        if self._controller.state.series(series.id) is None:
            gone = InputError(tr("{label} was closed meanwhile; open it again").format(label=series.label))
            self.failed.emit(tr("Aligning slices"), gone)
            return
        work = AlignWork(series.stack, found.shifts, shifted_slices(found))
        job = self._controller.loader.submit(tr("Aligning slices"), work)
        self._from[job] = series
        job.succeeded.connect(self._on_aligned)
        job.finished.connect(self._forget_ended)
        self._controller.jobs.watch(job, self._controller.loader)

    @Slot(object)
    def _on_aligned(self, stack: CineStack) -> None:
        job = self.sender()
        if not isinstance(job, Job) or job not in self._from:
            return
        source = self._from[job]
        derived = self._controller.series.add_derived(source.id, stack)
        taken = _Aligned(self._controller.series, derived.id, source.id)
        self._controller.undo.push(Step(derived.id, tr("align slices"), taken.bring_back, taken.take_back))

    @Slot(int)
    def _forget_closed(self, series_id: int) -> None:
        """Nobody waits for the aligned slices of a series that was closed."""
        for job, series in tuple(self._from.items()):
            if series.id == series_id:
                del self._from[job]
                self._controller.loader.cancel(job)

    @Slot()
    def _forget_ended(self) -> None:
        self._from = {job: series for job, series in self._from.items() if not job.ended}


class _Aligned:
    """An aligned series that is taken off the list and comes back with the runs made of it."""

    def __init__(self, opening: SeriesOpening, series_id: int, source_id: int) -> None:
        self._opening, self._series_id, self._source_id = opening, series_id, source_id
        self._closed: ClosedSeries | None = None

    def take_back(self) -> bool:
        """Show the series as acquired instead; whether the aligned one could be closed."""
        self._opening.activate(self._source_id)
        self._closed = self._opening.close(self._series_id)
        if self._closed is None:
            self._opening.activate(self._series_id)
        return self._closed is not None

    def bring_back(self) -> None:
        """List the aligned series where it was, and show it as it was left."""
        closed, self._closed = self._closed, None
        if closed is not None:
            self._opening.reopen(closed)
