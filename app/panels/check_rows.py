"""One row per check: start, what it found, and a sign that needs no colour."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from app.checks.summaries import Summary
from app.state.check_state import CHECK_LABELS
from app.translation import tr, tr_later
from app.views.text_label import Tone, label
from calid_core.checks.kinds import Check

TIPS = {
    Check.INPUT: tr_later(
        "Pitch, thickness, number of slices, intensity, shifts between slices, resemblance to training data"
    ),
    Check.PASS_THROUGH: tr_later("Compares every voxel of every acquired slice with the input"),
    Check.PLAUSIBILITY: tr_later(
        "How well every made slice agrees with the slices around it; needs no truth"
    ),
    Check.LEAVE_ONE_OUT: tr_later(
        "Hides every inner acquired slice in turn and makes it again: the only slices with a truth. "
        "Pessimistic, because the gap doubles"
    ),
    Check.LONG_AXIS: tr_later("Acquired long-axis cines against the reconstruction on their planes"),
    Check.SEEDS: tr_later("Repeats the reconstruction with two other seeds"),
    Check.VOLUMES: tr_later(
        "Left-ventricular volume at every phase by automatic contours, of the acquired slices alone and of the "
        "reconstruction; drawn above the phases below"
    ),
}


class CheckRow(QFrame):
    """Name, result and button of one check."""

    start_requested = Signal(object)  # Check

    def __init__(self, check: Check) -> None:
        super().__init__()
        self._check = check
        self.setProperty("card", True)
        self._button = QPushButton(tr("Run", "verb"))
        self._button.setToolTip(tr(TIPS[check]))
        self._button.setAccessibleName(tr("Run check: {check}").format(check=tr(CHECK_LABELS[check])))
        self._button.clicked.connect(self._on_clicked)
        self._good = label("", Tone.GOOD, wrap=True)
        self._bad = label("", Tone.WARNING, wrap=True)
        self._plain = label("", Tone.SECONDARY, wrap=True)
        title = label(tr(CHECK_LABELS[check]))
        title.setToolTip(tr(TIPS[check]))
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self._button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 6, 4)
        column.setSpacing(2)
        column.addLayout(top)
        for widget in (self._good, self._bad, self._plain):
            column.addWidget(widget)

    def show_result(self, summary: Summary | None, *, blocked: str, running: bool) -> None:
        """Show what was found, or why it cannot be run.

        Parameters
        ----------
        blocked
            Why it cannot be run now; empty where it can.
        running
            Whether it runs or waits.
        """
        good = summary.text if summary is not None and summary.good else ""
        bad = summary.text if summary is not None and summary.good is False else ""
        plain = blocked
        if summary is not None:
            plain = summary.text if summary.good is None else summary.notes
        for widget, mark, text in (
            (self._good, "✓ ", good),
            (self._bad, "⚠ ", bad),
            (self._plain, "", plain),
        ):
            widget.setText(mark + text if text else "")
            widget.setVisible(bool(text))
        self._button.setText(
            tr("Running…") if running else tr("Again") if summary is not None else tr("Run", "verb")
        )
        self._button.setEnabled(not running and not blocked)

    @Slot()
    def _on_clicked(self) -> None:
        self.start_requested.emit(self._check)
