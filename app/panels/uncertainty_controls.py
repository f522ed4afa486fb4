"""Opacity and threshold of the uncertainty laid over the images."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QSlider, QWidget

from app.actions.key_texts import with_keys
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.text_label import Tone, label

STEPS = 100


class UncertaintyControls(QWidget):
    """Two sliders; useful while a run with an uncertainty is shown."""

    look_requested = Signal(float, float)  # opacity, threshold as a share of the largest value

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._opacity, self._threshold = (
            _slider(tr("Opacity of the overlay")),
            _slider(tr("Smallest value drawn")),
        )
        self._note = label("", Tone.SECONDARY, wrap=True)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(tr("&Opacity"), self._opacity)
        form.addRow(tr("&Threshold"), self._threshold)
        form.addRow(self._note)
        for slider in (self._opacity, self._threshold):
            slider.valueChanged.connect(self._on_moved)
        for changed in (state.uncertainty_look_changed, state.runs_changed, state.layer_changed):
            changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        opacity, threshold = self._state.uncertainty_look
        for slider, value in ((self._opacity, opacity), (self._threshold, threshold)):
            with QSignalBlocker(slider):
                slider.setValue(round(value * STEPS))
        run = self._state.run(self._state.layer.run_id)
        made = run.reconstruction if run is not None else None
        known = made is not None and made.half_width is not None
        self.setEnabled(known)
        self._note.setText(
            with_keys(
                tr(
                    "Where to look, never a certificate ({UNCERTAINTY} shows and hides). Half-width of the 90 % interval, in % of the "
                    "range of the acquired intensities, from their 0.5th to their 99.5th percentile."
                )
            )
            if known
            else tr("The layer shown has no uncertainty. Every reconstruction by CaLID has one.")
        )

    @Slot()
    def _on_moved(self) -> None:
        self.look_requested.emit(self._opacity.value() / STEPS, self._threshold.value() / STEPS)


def _slider(tip: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, STEPS)
    slider.setToolTip(tip)
    slider.setAccessibleName(tip)
    return slider
