"""Status bar: where the slice lies, what is under the cursor, the job, and what the machine has left."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QStatusBar, QToolButton

from app.jobs import JobStatus
from app.layers import Layer
from app.panels.job_progress import describe_job, show_progress
from app.rendering.slice_origin import sources_text
from app.resources import icon
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.picture import Pointer
from app.views.text_label import ElidingLabel, Tone, label
from calid_core.marks import slice_name
from calid_core.progress import Progress, Stage
from calid_core.provenance import SliceOrigin

MEMORY_REFRESH_MS = 2000
MOST_LAYERS = 2
WIDEST_JOB = JobStatus(
    "", Progress(Stage.SYNTHESISING, 4, 5, phase=20, phases=25), elapsed=60.0, remaining=600.0
)
"""Room that is kept, so that the line does not jump while numbers change."""


class StatusLine(QStatusBar):
    """Keeps every entry up to date with the state."""

    cancel_requested = Signal()

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._slice, self._pointer = ElidingLabel(), ElidingLabel(Tone.SECONDARY)
        self._job, self._machine = label(), label("", Tone.SECONDARY)
        self._device = "CPU"
        self._bar = QProgressBar()
        self._bar.setFixedWidth(110)
        self._bar.setTextVisible(False)
        self._cancel = QToolButton()
        self._cancel.setIcon(icon("close"))
        self._cancel.setIconSize(QSize(12, 12))
        self._cancel.setToolTip(tr("Cancel the job (Esc)"))
        self._cancel.setAccessibleName(tr("Cancel the job"))
        self._cancel.clicked.connect(self.cancel_requested)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(6, 0, 6, 0)
        self._job.setMinimumWidth(self.fontMetrics().horizontalAdvance(describe_job(WIDEST_JOB)))
        self._job.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addWidget(self._slice)
        self.addWidget(self._pointer, 1)
        for widget in (self._job, self._bar, self._cancel, self._machine):
            self.addPermanentWidget(widget)
        here = (state.position_changed, state.phase_changed, state.stack_changed, state.runs_changed)
        layers = (state.layer_changed, state.layout_changed, state.compare_layers_changed)
        compare = (
            state.compare.mode_changed,
            state.compare.shown_changed,
            state.compare.long_axis_changed,
        )
        for changed in (*here, *layers, *compare):
            changed.connect(self._refresh_slice)
        state.job_changed.connect(self._refresh_job)
        self._timer = QTimer(self)
        self._timer.setInterval(MEMORY_REFRESH_MS)
        self._timer.timeout.connect(self._refresh_machine)
        self._timer.start()
        self._refresh_slice()
        self._refresh_job()
        self._refresh_machine()

    def set_device(self, device: str) -> None:
        """Show where the model runs."""
        self._device = device
        self._refresh_machine()

    @Slot(object)
    def show_pointer(self, pointer: Pointer | None) -> None:
        """Show what lies under the cursor; None when it left the image."""
        if pointer is None:
            self._pointer.clear()
            return
        text = "  ".join(_place_texts(pointer)) + " mm"
        self._pointer.setText(text if pointer.intensity is None else f"{text}   {pointer.intensity:.6g}")

    @Slot(object)
    def show_saved(self, path: Path) -> None:
        """Tell for a moment what was saved."""
        self.showMessage(tr("Saved {name}").format(name=path.name), 5000)

    @Slot()
    def _refresh_slice(self) -> None:
        """Tell the slices on the screen: of two layers both; nothing of more, whose pictures have badges."""
        state = self._state
        layers = state.seen_layers if state.compare.long_axis is None else (state.judged_layer,)
        told = dict.fromkeys(filter(None, map(self._describe, layers)))
        self._slice.setText("  |  ".join(told) if len(told) <= MOST_LAYERS else "")

    def _describe(self, layer: Layer) -> str:
        """The slice shown of a layer and where it comes from; empty when nothing is open."""
        volume = self._state.volume(layer)
        if volume is None:
            return ""
        index = self._state.slice_index(layer)
        entry = volume.provenance[index]
        if entry.origin is not SliceOrigin.ACQUIRED:
            told = sources_text(entry.sources, most=None)
        elif entry.moved is not None:
            told = tr("moved in plane to align it")
        elif self._state.phase in entry.resampled_phases:
            told = tr("interpolated in time at this phase")
        else:
            told = tr("acquired")
        return " · ".join(filter(None, (slice_name(entry, index), told)))

    @Slot()
    def _refresh_job(self) -> None:
        job = self._state.job
        for widget in (self._job, self._bar, self._cancel):
            widget.setVisible(job is not None)
        if job is None:
            return
        self._job.setText(describe_job(job))
        show_progress(self._bar, job)
        self._cancel.setEnabled(not job.cancelling)

    @Slot()
    def _refresh_machine(self) -> None:
        memory = resident_memory()
        self._machine.setText(self._device if memory is None else f"{self._device} · {memory / 2**30:.1f} GB")


def resident_memory() -> int | None:
    """Bytes this process holds; None where the system does not tell (outside Linux)."""
    if sys.platform != "linux":
        return None
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _place_texts(pointer: Pointer) -> list[str]:
    """``L 12.5``, ``A 60.8``, ``F 99.1``; letters claim directions in the patient, so plain numbers where these are not known."""
    if not pointer.known:
        return [f"{place:.1f}" for place in pointer.position]
    pairs = zip(("RL", "AP", "FH"), pointer.position, strict=True)
    return [f"{letters[int(place >= 0)]} {abs(place):.1f}" for letters, place in pairs]
