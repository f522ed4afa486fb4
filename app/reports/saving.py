"""What a report on what is shown is about, and writing it in the background."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.controllers.controller import Controller
from app.jobs import JobContext
from app.state.review_state import ReviewState
from app.translation import tr
from calid_core.progress import Progress, Stage

if TYPE_CHECKING:
    from app.reports.content import ReportInput

REPORT_SUFFIXES = (".pdf", ".html", ".json")


class ReportSaving(QObject):
    """Gathers what a report is about when it is asked for, and writes it when its file is chosen."""

    saved = Signal(object)  # Path

    def __init__(self, controller: Controller, reviews: ReviewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._reviews = controller, reviews

    def describe(self) -> "ReportInput | None":
        """What a report on what is shown now is about; None while that is nothing that can be judged."""
        from app.reports.content import ReportInput

        state = self._controller.state
        subject, stack = self._reviews.subject, state.active_stack
        if subject is None or stack is None:
            return None
        measured = ((m, state.volume(m.layer)) for m in state.measures.measurements)
        return ReportInput(
            stack=stack,
            run=subject.run,
            key=subject.key,
            volume=subject.volume,
            review=self._reviews.review(subject.key),
            reader=self._reviews.reader,
            window=state.window,
            phase=state.phase,
            measured=tuple((m, v) for m, v in measured if v is not None),
        )

    def save(self, asked: "ReportInput", path: Path) -> None:
        """Write PDF, HTML or JSON by suffix; PDF where there is another or none."""
        suffixed = path.suffix.lower() in REPORT_SUFFIXES
        target = path if suffixed else path.with_name(f"{path.name}.pdf")
        job = self._controller.saving.submit(
            tr("Saving {name}").format(name=target.name), partial(_write, asked, target)
        )
        job.succeeded.connect(self.saved)


def _write(asked: "ReportInput", path: Path, context: JobContext) -> Path:
    from app.reports.files import write_report

    context.on_progress(Progress(Stage.WRITING))
    write_report(asked, path, context.cancel)
    return path
