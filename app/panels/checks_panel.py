"""The Checks tab: every check with one click, and what they found."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.checks.checking import Checking
from app.checks.scores import verdict_text
from app.checks.summaries import Summary, acquired_text, summary_of
from app.layers import ACQUIRED
from app.panels.check_details import LongAxisSection, MatrixSection, RankingSection, ShiftSection
from app.panels.check_rows import CheckRow
from app.panels.job_progress import describe_job, show_progress
from app.panels.scrolling import Scrolling
from app.state.check_state import CheckState
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.text_label import Tone, label
from calid_core.checks.kinds import Check


class ChecksPanel(QWidget):
    """Draws the check state; asks ``possible`` what can be run."""

    def __init__(self, state: ViewerState, checks: CheckState, checking: Checking) -> None:
        super().__init__()
        self._state, self._checks, self._checking = state, checks, checking
        self._title = label("", Tone.HEADING, wrap=True)
        self._verdict = label("", wrap=True)
        self.run_all = QPushButton(tr("Run all checks"))
        self.run_all.setProperty("primary", True)
        self.run_all.setToolTip(
            tr(
                "Every check of what is shown but Other seeds, which takes as long as the reconstruction again and again; in the "
                "background"
            )
        )
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.setToolTip(tr("Stop the checks that run (Esc); what was found is kept"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._status = label("", Tone.SECONDARY, wrap=True)
        self.rows = {check: CheckRow(check) for check in Check}
        self.matrix, self.ranking = MatrixSection(), RankingSection()
        self.shifts, self.long_axis = ShiftSection(), LongAxisSection()
        self._arrange()
        for changed in (
            state.stack_changed,
            state.runs_changed,
            state.layer_changed,
            state.all_series_changed,
            checks.input_changed,
            checks.volumes_changed,
            checks.running_changed,
        ):
            changed.connect(self._refresh)
        state.job_changed.connect(self._refresh_job)
        for changed in (state.position_changed, state.phase_changed):
            changed.connect(self._refresh_here)
        self._refresh()
        self._refresh_job()

    def _arrange(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        buttons = QHBoxLayout()
        buttons.addWidget(self.run_all, 1)
        buttons.addWidget(self.cancel)
        column.addWidget(self._title)
        column.addWidget(self._verdict)
        column.addLayout(buttons)
        for widget in (self._bar, self._status, self.ranking, *self.rows.values()):
            column.addWidget(widget)
        for widget in (self.matrix, self.shifts, self.long_axis):
            column.addWidget(widget)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scrolling(inner))

    @Slot()
    def _refresh(self) -> None:
        run, report, found = self._checks.subject, self._checks.report, self._checks.input
        stack = self._state.active_stack
        self._title.setText(run.label if run else tr("Acquired slices") if stack else tr("Nothing is open"))
        verdict = verdict_text(report) if report else ""
        self._verdict.setText(verdict)
        self._verdict.setVisible(bool(verdict))
        for check, row in self.rows.items():
            running = self._checks.is_running(check)
            row.show_result(self._summary(check), blocked=self._checking.possible(check), running=running)
        self.matrix.show_run(run)
        self.ranking.show_run(run)
        self.shifts.show_input(found, alignable=stack is not None and not stack.moved_slices)
        self.long_axis.show_run(run)
        # The input check of a new series starts by itself and may wait long behind another series.
        own = any(self._checks.is_running(check) for check in Check if check is not Check.INPUT)
        self.run_all.setEnabled(stack is not None and not own)
        self.cancel.setVisible(bool(self._checks.running))
        for widget in (self._bar, self._status):
            widget.setVisible(own)
        self._refresh_here()

    def _summary(self, check: Check) -> Summary | None:
        stack = self._state.active_stack
        if stack is None:
            return None
        summary = summary_of(check, self._checks.report, self._checks.input, stack)
        curve = self._checks.acquired_curve
        if check is Check.VOLUMES and summary is None and curve is not None:
            return Summary(acquired_text(curve), good=None)
        return summary

    @Slot()
    def _refresh_here(self) -> None:
        volume = self._state.volume(ACQUIRED)
        slice_index = volume.nearest_slice(self._state.position) if volume else None
        self.matrix.matrix.set_here(slice_index, self._state.phase)

    @Slot()
    def _refresh_job(self) -> None:
        job = self._state.job
        if job is None or not self._checks.running:
            return
        show_progress(self._bar, job)
        self._status.setText(describe_job(job))
