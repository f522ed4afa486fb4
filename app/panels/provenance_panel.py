"""What was done to the data: reading, reconstruction, and where every slice comes from."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.checks.summaries import pass_through_summary
from app.layers import Run, Volume
from app.messages import duration, extent
from app.panels.placeholder import Placeholder
from app.panels.slice_table import SliceTable
from app.rendering.slice_origin import origin_word, sources_text
from app.state.viewer_state import ViewerState
from app.theme import surface
from app.translation import tr, tr_later
from app.views.text_label import Tone, label
from calid_core.cine import CineStack
from calid_core.marks import slice_name
from calid_core.provenance import SliceOrigin, SliceProvenance
from calid_core.settings import Method, Mode

COLUMNS = (tr_later("Slice"), tr_later("Origin"), tr_later("At"), tr_later("From (mm)"))


class ProvenancePanel(QWidget):
    """Pass-through proof, steps and slice table of the layer shown."""

    slice_requested = Signal(int)

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._proof = label("", Tone.GOOD, wrap=True)
        self._failure = label("", Tone.WARNING, wrap=True)
        self._steps = label("", wrap=True)
        self._steps.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._table = SliceTable(
            COLUMNS,
            name=tr("Slices and where they come from"),
            tip=tr("Select a row to go to that slice"),
            last_whole=True,
        )
        origin = self._table.horizontalHeaderItem(COLUMNS.index("Origin"))
        if origin is not None:
            origin.setToolTip(tr("A acquired, I interpolated, S synthesised"))
        at = self._table.horizontalHeaderItem(COLUMNS.index("At"))
        if at is not None:
            at.setToolTip(tr("Distance from the first slice, mm"))
        self._table.row_chosen.connect(self.slice_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        for widget in (self._proof, self._failure, self._steps):
            column.addWidget(widget)
        column.addWidget(label(tr("Slices"), Tone.HEADING))
        column.addWidget(self._table, 1)
        Placeholder(self._table, tr("Open a series: every slice is listed here with where it comes from."))
        for changed in (state.stack_changed, state.layer_changed, state.runs_changed):
            changed.connect(self._refill)
        state.position_changed.connect(self._select_current)
        self._refill()

    def refresh_theme(self) -> None:
        """Take the colours of the theme in use."""
        self._refill()

    @Slot()
    def _refill(self) -> None:
        stack, volume = self._state.active_stack, self._state.volume()
        if stack is None or volume is None:
            self._steps.setText(tr("Nothing is open."))
            self._table.setRowCount(0)
            self._proof.hide()
            self._failure.hide()
            return
        run = self._state.run(self._state.layer.run_id)
        self._show_proof(run, stack)
        self._steps.setText("\n".join(f"• {step}" for step in provenance_steps(stack, run)))
        self._fill_table(volume)
        self._select_current()

    def _show_proof(self, run: Run | None, stack: CineStack) -> None:
        proof = run.proof if run is not None else None
        summary = pass_through_summary(proof, stack) if proof is not None else None
        for widget, good in ((self._proof, True), (self._failure, False)):
            widget.setVisible(summary is not None and summary.good is good)
        if summary is not None:
            self._proof.setText(f"✓ {summary.text}")
            self._failure.setText(f"⚠ {summary.text}")

    def _fill_table(self, volume: Volume) -> None:
        self._table.blockSignals(True)
        self._table.setRowCount(volume.slices)
        for row, entry in enumerate(volume.provenance):
            kind = entry.origin if entry.moved is None else SliceOrigin.INTERPOLATED
            texts = (
                slice_name(entry, row),
                entry.origin.value
                + (tr(", moved in plane") if entry.moved is not None else "")
                + (tr(", resampled in time") if entry.resampled_phases else ""),
                f"{volume.geometry.slice_offsets[row]:.1f}",
                short_sources(entry),
            )
            told = (
                origin_word(entry.origin),
                "" if entry.origin is SliceOrigin.ACQUIRED else sources_text(entry.sources, most=None),
                movement_text(entry),
                resampling_text(entry),
            )
            tip = "\n".join(filter(None, told))
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setForeground(surface().origin[kind])
                item.setToolTip(tip)
                self._table.setItem(row, column, item)
        self._table.blockSignals(False)

    @Slot()
    def _select_current(self) -> None:
        if self.isVisible():
            self._table.mark_row(self._state.slice_index())


def resampling_text(entry: SliceProvenance) -> str:
    """Which phases of an acquired slice are not as acquired; empty where all are."""
    if not entry.resampled_phases:
        return ""
    listed = ", ".join(str(phase + 1) for phase in entry.resampled_phases)
    return tr("Triggered differently: phases {listed} are interpolated in time").format(listed=listed)


def movement_text(entry: SliceProvenance) -> str:
    """By how much an acquired slice was moved; empty where it was not."""
    if entry.moved is None:
        return ""
    down, across = entry.moved
    return tr("Moved in plane by {down:.1f} mm along rows and {across:.1f} mm along columns").format(
        down=down, across=across
    )


def provenance_steps(stack: CineStack, run: Run | None) -> tuple[str, ...]:
    """Everything that was done to the data, in order, as sentences."""
    source, geometry = stack.source, stack.geometry
    thickness = tr("not stated") if source.thickness is None else f"{source.thickness:.1f} mm"
    steps = [
        tr(
            "{format}: {extent}, {pitch:.1f} mm centre to centre, thickness {thickness}, "
            "{down:.3f} × {across:.3f} mm in plane, {dtype}"
        ).format(
            format=source.format,
            extent=extent(stack.slices, stack.phases),
            pitch=geometry.pitch,
            thickness=thickness,
            down=geometry.spacing[1],
            across=geometry.spacing[2],
            dtype=stack.intensity.dtype,
        ),
        *source.steps,
    ]
    if run is None:
        return tuple(steps)
    steps.append(_describe_method(run))
    if run.reconstruction is not None:
        result = run.reconstruction
        steps.append(
            tr("Ran on {device} in {time}").format(device=result.device, time=duration(result.seconds))
        )
        if result.model_id:
            steps.append(tr("Model {digest}").format(digest=result.model_id[:12]))
        steps.extend(result.warnings)
    return tuple(steps)


def _describe_method(run: Run) -> str:
    settings = run.settings
    text = tr("Reconstructed: {label}, {slices} slices {pitch:.2f} mm apart").format(
        label=run.label, slices=run.geometry.slices, pitch=run.geometry.pitch
    )
    if settings.method is Method.CALID and settings.mode is Mode.REALISM:
        text += tr("; steps {steps}, samples {samples}").format(
            steps=settings.steps, samples=settings.samples
        )
    return text


def short_sources(entry: SliceProvenance) -> str:
    """``A4 3.1 · A5 4.9``: nearest acquired slices and their distances in mm; empty for an acquired slice."""
    if entry.origin is SliceOrigin.ACQUIRED:
        return ""
    return " · ".join(source.told for source in entry.sources)
