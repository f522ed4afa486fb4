"""Choosing a method and starting a reconstruction, with its progress."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.labels import METHOD_LABELS
from app.panels.job_progress import describe_job, show_progress
from app.state.viewer_state import ViewerState
from app.translation import tr, tr_later
from app.views.number_box import NumberBox, WholeNumberBox
from app.views.text_label import Tone, label
from calid_core.errors import CalidError
from calid_core.settings import Device, Method, Mode, ReconstructionSettings

METHODS = (Method.CALID, Method.LINEAR, Method.CUBIC, Method.NEAREST)
MODE_TEXTS = {
    Mode.REALISM: tr_later("Realism: one sharp sample"),
    Mode.FIDELITY: tr_later("Fidelity: the average answer"),
}
DEVICE_TEXTS = {
    Device.AUTO: tr_later("Automatic"),
    Device.CPU: "CPU",
    Device.CUDA: tr_later("CUDA GPU"),
    Device.MPS: tr_later("Apple GPU"),
}


class ReconstructPanel(QWidget):
    """Method, mode, spacing, steps, seed and device; start, progress, time left and cancel."""

    reconstruct_requested = Signal(object)  # ReconstructionSettings
    cancel_requested = Signal()

    def __init__(self, state: ViewerState, settings: ReconstructionSettings):
        super().__init__()
        self._state = state
        self._method, self._mode, self._device = QComboBox(), QComboBox(), QComboBox()
        self._spacing, self._steps, self._seed = NumberBox(), WholeNumberBox(), WholeNumberBox()
        self._samples = settings.samples
        self._grid = label("", Tone.SECONDARY, wrap=True)
        self._warnings = label("", Tone.WARNING, wrap=True)
        self._start = QPushButton(tr("Reconstruct"))
        self._start.setProperty("primary", True)
        self._start.setToolTip(
            tr("Fill the space between the slices; what is shown stays usable meanwhile (Ctrl+R)")
        )
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.setToolTip(tr("Stop the running job (Esc)"))
        self._bar = QProgressBar()
        self._status = label("", Tone.SECONDARY, wrap=True)
        self._fill_choices(settings)
        self._arrange()
        self._connect()
        self._refresh_choices()
        self._refresh_job()

    def settings(self) -> ReconstructionSettings:
        """What is chosen now."""
        return ReconstructionSettings(
            method=self._method.currentData(),
            mode=self._mode.currentData(),
            slice_spacing=round(self._spacing.value(), 2),
            steps=self._steps.value(),
            samples=self._samples,
            seed=self._seed.value(),
            device=self._device.currentData(),
        )

    @Slot()
    def start(self) -> None:
        """Ask for a reconstruction with what is chosen."""
        if self._start.isEnabled():
            self.reconstruct_requested.emit(self.settings())

    def _fill_choices(self, settings: ReconstructionSettings) -> None:
        for method in METHODS:
            text = tr("CaLID (AI)") if method is Method.CALID else tr(METHOD_LABELS[method])
            self._method.addItem(text, method)
        for mode, text in MODE_TEXTS.items():
            self._mode.addItem(tr(text), mode)
        for device, text in DEVICE_TEXTS.items():
            self._device.addItem(tr(text), device)
        for box, value in (
            (self._method, settings.method),
            (self._mode, settings.mode),
            (self._device, settings.device),
        ):
            box.setCurrentIndex(box.findData(value))
        self._spacing.setRange(0.5, 20.0)
        self._spacing.setSingleStep(0.5)
        self._spacing.setDecimals(1)
        self._spacing.setSuffix(" mm")
        self._spacing.setValue(settings.slice_spacing)
        self._steps.setRange(1, 100)
        self._steps.setValue(settings.steps)
        self._seed.setRange(0, 2**31 - 1)
        self._seed.setValue(min(settings.seed, 2**31 - 1))
        self._method.setToolTip(tr("How the missing slices are made. The interpolations are for comparison."))
        self._spacing.setToolTip(tr("Wanted distance between slices, centre to centre."))
        self._steps.setToolTip(tr("Denoising steps per sample: more is slower."))
        self._seed.setToolTip(tr("Another seed gives another plausible answer."))
        self._mode.setToolTip(
            tr(
                "Realism: one plausible answer, sharp, for looking. Fidelity: the mean of all likely ones, for intensities and "
                "how they change from phase to phase. Which is better for volumes and EF is not settled."
            )
        )
        self._device.setToolTip(tr("Where the model runs."))

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(tr("&Method"), self._method)
        form.addRow(tr("S&pacing"), self._spacing)
        form.addRow("", self._grid)
        form.addRow(tr("&Answer"), self._mode)
        form.addRow(tr("S&teps"), self._steps)
        form.addRow(tr("&Seed"), self._seed)
        form.addRow(tr("&Device"), self._device)
        self._form = form
        buttons = QHBoxLayout()
        buttons.addWidget(self._start, 1)
        buttons.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.addLayout(form)
        column.addWidget(self._warnings)
        column.addLayout(buttons)
        column.addWidget(self._bar)
        column.addWidget(self._status)

    def _connect(self) -> None:
        self._start.clicked.connect(self.start)
        self._cancel.clicked.connect(self.cancel_requested)
        self._method.currentIndexChanged.connect(self._refresh_choices)
        self._mode.currentIndexChanged.connect(self._refresh_choices)
        self._spacing.valueChanged.connect(self._refresh_choices)
        self._state.stack_changed.connect(self._refresh_choices)
        self._state.job_changed.connect(self._refresh_job)

    @Slot()
    def _refresh_choices(self) -> None:
        settings = self.settings()
        model = settings.method is Method.CALID
        sampled = model and settings.mode is Mode.REALISM
        for widget, shown in (
            (self._mode, model),
            (self._device, model),
            (self._steps, sampled),
            (self._seed, sampled),
        ):
            self._form.setRowVisible(widget, shown)
        self._refresh_stack(settings)

    def _refresh_stack(self, settings: ReconstructionSettings) -> None:
        from calid_core.examination import findings

        stack = self._state.active_stack
        usable = stack is not None and stack.slices > 1 and not stack.made_slices
        self._warnings.setVisible(False)
        if stack is None:
            self._grid.setText(tr("Open a series first."))
        elif stack.slices == 1:
            self._grid.setText(tr("One slice: there is nothing to fill."))
        else:
            remarks = findings(stack, settings)
            self._warnings.setText("\n".join(f"⚠ {remark}" for remark in remarks))
            self._warnings.setVisible(bool(remarks))
            try:
                grid, _ = stack.geometry.densified(settings.slice_spacing)
                self._grid.setText(
                    tr("{slices} slices {pitch:.1f} mm apart → {made} slices {spacing:.2f} mm apart").format(
                        slices=stack.slices,
                        pitch=stack.geometry.pitch,
                        made=grid.slices,
                        spacing=grid.pitch,
                    )
                )
            except CalidError as error:
                usable = False
                self._grid.setText(str(error))
        self._usable = usable
        self._start.setEnabled(usable and self._state.job is None)

    @Slot()
    def _refresh_job(self) -> None:
        job = self._state.job
        self._start.setEnabled(job is None and self._usable)
        self._cancel.setVisible(job is not None)
        self._bar.setVisible(job is not None)
        self._status.setVisible(job is not None)
        if job is None:
            return
        self._cancel.setEnabled(not job.cancelling)
        self._cancel.setText(tr("Cancelling…") if job.cancelling else tr("Cancel"))
        show_progress(self._bar, job)
        self._status.setText(describe_job(job))
