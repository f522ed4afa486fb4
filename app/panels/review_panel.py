"""The Review tab: what was checked, what was decided about every slice, and by whom."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions.key_texts import keyed
from app.panels.placeholder import Placeholder
from app.panels.slice_table import SliceTable
from app.review.verdicts import Verdict
from app.state.review_state import ReviewState, Subject
from app.state.viewer_state import ViewerState
from app.theme import surface
from app.translation import tr, tr_later
from app.views.text_label import Tone, label
from app.views.verdict_marks import Mark, mark_of
from calid_core.checks.walk import reasons, scores
from calid_core.marks import slice_name

COLUMNS = (
    tr_later("Slice"),
    tr_later("to A"),
    tr_later("Score"),
    tr_later("Verdict"),
    tr_later("Remark"),
)
COLUMN_TIPS = (
    tr_later("A acquired, I interpolated, S synthesised"),
    tr_later("Distance to the nearest acquired slice"),
    tr_later("Doubt by the checks: 1 or more needs attention. Run the checks to fill it"),
    tr_later("✓ accepted, ✓… accepted with remark, ✕ rejected, … remarked, still to check"),
    tr_later("N writes one"),
)
NO_SCORE = "–"


class ReviewPanel(QWidget):
    """Progress, verdict on the whole, and one row per slice; every button shows its key.

    Parameters
    ----------
    state, reviews
        What is drawn.
    keys
        Actions that work while the table has the focus: accept, reject, remark, next unchecked.
    """

    slice_requested = Signal(int)
    accept_whole_requested = Signal()
    reject_whole_requested = Signal()
    next_requested = Signal()
    report_requested = Signal()
    reader_requested = Signal()

    def __init__(self, state: ViewerState, reviews: ReviewState, keys: tuple[QAction, ...]) -> None:
        super().__init__()
        self._state, self._reviews = state, reviews
        self._subject: Subject | None = None
        self._title = label("", Tone.HEADING, wrap=True)
        self._bar = QProgressBar()
        self._bar.setFormat(tr("%v of %m checked"))
        self._bar.setAccessibleName(tr("Slices checked"))
        self._series = label("", wrap=True)
        self._reader = label("", Tone.SECONDARY)
        self._table = _table()
        self._table.addActions(list(keys))
        self._table.row_chosen.connect(self.slice_requested)
        self._next = QPushButton(tr("Next unchecked (J)"))
        self._next.setProperty("primary", True)
        self._next.setToolTip(tr("Go to the slice with the worst score that has no verdict yet"))
        self._accept = QPushButton(tr("Accept"))
        self._accept.setToolTip(tr("Verdict on the whole reconstruction (Shift+Return)"))
        self._reject = QPushButton(tr("Reject"))
        self._reject.setToolTip(tr("Reject the whole reconstruction (Shift+Backspace)"))
        self._report = QPushButton(tr("Save report…"))
        self._report.setToolTip(tr("PDF, HTML and JSON with checks, verdicts and pictures (Ctrl+Shift+R)"))
        self._change_reader = QPushButton(tr("Change…"))
        self._change_reader.setToolTip(tr("Initials written beside your verdicts (Ctrl+Shift+I)"))
        self._change_reader.setAccessibleName(tr("Change the reader's initials"))
        self._arrange()
        for button, signal in (
            (self._next, self.next_requested),
            (self._accept, self.accept_whole_requested),
            (self._reject, self.reject_whole_requested),
            (self._report, self.report_requested),
            (self._change_reader, self.reader_requested),
        ):
            button.clicked.connect(signal)
        reviews.subject_changed.connect(self._refill)
        reviews.review_changed.connect(self._refresh)
        reviews.reader_changed.connect(self._refresh)
        state.position_changed.connect(self._select_current)
        self._refill()

    def _arrange(self) -> None:
        series = QHBoxLayout()
        series.addWidget(self._series, 1)
        series.addWidget(self._accept)
        series.addWidget(self._reject)
        reader = QHBoxLayout()
        reader.addWidget(self._reader, 1)
        reader.addWidget(self._change_reader)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self._title)
        column.addWidget(self._bar)
        self._keys = label("", Tone.SECONDARY, wrap=True)
        keyed(self._keys, "text", tr("{ACCEPT} accepts and goes on · {REJECT} rejects · {REMARK} remark"))
        column.addWidget(self._next)
        column.addWidget(self._keys)
        column.addWidget(self._table, 1)
        Placeholder(
            self._table,
            tr("Once a reconstruction (Ctrl+R) is made, every slice waits here for your verdict."),
        )
        column.addWidget(label(tr("Whole reconstruction"), Tone.HEADING))
        column.addLayout(series)
        column.addLayout(reader)
        column.addWidget(self._report)

    def refresh_theme(self) -> None:
        """Take the colours of the theme in use."""
        self._refill()

    @Slot()
    def _refill(self) -> None:
        self._subject = self._reviews.subject
        self._table.blockSignals(True)
        self._table.setRowCount(self._subject.volume.slices if self._subject else 0)
        if self._subject is not None:
            for row in range(self._subject.volume.slices):
                self._fill_row(self._subject, row)
        self._table.blockSignals(False)
        self._refresh()
        self._select_current()

    def _fill_row(self, subject: Subject, row: int) -> None:
        entry = subject.volume.provenance[row]
        report = subject.run.checks if subject.run is not None else None
        score = scores(report).get(row)
        texts = (
            slice_name(entry, row),
            f"{entry.distance:.1f} mm",
            NO_SCORE if score is None else f"{score:.1f}",
            "",
            "",
        )
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column == 0:
                item.setForeground(surface().origin[entry.origin])
            if column == 2 and score is not None:
                item.setToolTip("\n".join(reasons(report, row)))
                if score >= 1:
                    item.setText(f"⚠ {text}")
                    item.setForeground(surface().warning)
            self._table.setItem(row, column, item)

    @Slot()
    def _refresh(self) -> None:
        subject, review = self._subject, self._reviews.current
        done, total = self._reviews.progress
        waits = any(run.reconstruction is None for run in self._state.runs)
        nothing = tr("Waits for the reconstruction") if waits else tr("Nothing to review yet")
        self._title.setText(subject.volume.label if subject else self._reviews.refusal or nothing)
        self._bar.setVisible(subject is not None)
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(done)
        for button in (self._next, self._accept, self._reject, self._report):
            button.setEnabled(subject is not None)
        self._reader.setText(tr("Reader: {reader}").format(reader=self._reviews.reader or tr("not said yet")))
        whole = review.verdict(None) if review is not None else None
        self._series.setText(_describe(whole) if whole is not None else tr("No verdict yet"))
        if subject is None or review is None:
            return
        for row in range(self._table.rowCount()):
            self._show_verdict(row, review.verdict(row))

    def _show_verdict(self, row: int, verdict: Verdict | None) -> None:
        item, remark = self._table.item(row, 3), self._table.item(row, 4)
        if item is None or remark is None:
            return
        mark = mark_of(verdict) if verdict is not None else None
        item.setText("" if mark is None else mark.value)
        item.setToolTip("" if verdict is None else _describe(verdict))
        remark.setText("" if verdict is None else verdict.remark)
        remark.setToolTip("" if verdict is None else verdict.remark)
        if mark is not None:
            item.setForeground(_colour(mark))

    @Slot()
    def _select_current(self) -> None:
        self._table.mark_row(self._reviews.slice_index)


def _describe(verdict: Verdict) -> str:
    text = f"{verdict.signed}, {verdict.time[:16].replace('T', ' ')} UTC"
    return f"{text}: {verdict.remark}" if verdict.remark else text


def _colour(mark: Mark) -> QColor:
    """Text colour of a verdict; its sign says the same."""
    colours = surface()
    return {
        Mark.ACCEPTED: colours.good,
        Mark.REMARKED: colours.warning,
        Mark.REJECTED: colours.bad,
        Mark.OPEN: colours.text,
    }[mark]


def _table() -> SliceTable:
    table = SliceTable(
        COLUMNS,
        name=tr("Slices and their verdicts"),
        tip=tr("Select a row to go to that slice"),
    )
    keyed(
        table,
        "toolTip",
        tr("Select a row to go to that slice; {ACCEPT} accepts, {REJECT} rejects, {REMARK} remarks"),
    )
    for column, tip in enumerate(COLUMN_TIPS):
        item = table.horizontalHeaderItem(column)
        if item is not None:
            item.setToolTip(tr(tip))
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table
