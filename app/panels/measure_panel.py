"""The Measure tab: tools, the list of measurements, and profiles."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.actions.key_texts import keyed, with_keys
from app.layers import Volume
from app.measure.profiles import Profile, acquired_beside, line_profile, through_plane_profile
from app.measure.regions import region_at
from app.measure.shapes import Measurement, Shape
from app.measure.texts import made_on_text, phase_text, region_text, value_text
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.profile_plot import ProfileKind, ProfilePlot
from app.views.text_label import Tone, label
from calid_core.provenance import SliceOrigin

ROLE = Qt.ItemDataRole.UserRole
REFRESH_MS = 80
"""Values of regions follow a running cine at this distance in time."""
LINES = (Shape.PROFILE, Shape.DISTANCE)


class MeasurePanel(QWidget):
    """Draws the measurements of the state; computes only while it can be seen.

    Parameters
    ----------
    state
        What is measured.
    tools
        The tool actions of the window, shown as buttons.
    """

    selected = Signal(int)
    measurement_requested = Signal(int)  # its number: bring it into view
    delete_requested = Signal(int)
    clear_requested = Signal()
    undo_requested = Signal()
    phase_requested = Signal(int)

    def __init__(self, state: ViewerState, tools: Sequence[QAction]) -> None:
        super().__init__()
        self._state, self._measures = state, state.measures
        self._known: tuple[object, Profile] | None = None
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Measurements"))
        keyed(
            self._list,
            "toolTip",
            tr(
                "Click a measurement, or press Return, to go to where it was made and see its profile; "
                "{DELETE_MEASUREMENT} deletes it"
            ),
        )
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = label(
            tr("Choose a tool and drag in a view. Each measurement says what it was made on."), wrap=True
        )
        self._delete, self._clear, self._undo = (
            QPushButton(tr("Delete")),
            QPushButton(tr("Delete all")),
            QPushButton(tr("Undo")),
        )
        self._delete.setToolTip(tr("Delete the selected measurement (Del)"))
        keyed(self._clear, "toolTip", tr("Delete every measurement of this series ({UNDO} brings them back)"))
        self._kind = QComboBox()
        self._kind.setAccessibleName(tr("Kind of profile"))
        self._kind.setToolTip(tr("Along the line, over the heart beat (M-mode), or through the slices"))
        self.plot = ProfilePlot()
        self._about = label("", Tone.SECONDARY, wrap=True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._refresh_values)
        self._arrange(tools)
        self._connect()
        self._refill()

    def _arrange(self, tools: Sequence[QAction]) -> None:
        for kind in ProfileKind:
            self._kind.addItem(tr(kind.value), kind)
        bar = QHBoxLayout()
        bar.setSpacing(2)
        for action in tools:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            bar.addWidget(button, 1)
        buttons = QHBoxLayout()
        for widget in (self._delete, self._clear, self._undo):
            buttons.addWidget(widget)
        self._list.setMinimumHeight(90)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addLayout(bar)
        column.addWidget(label(tr("Measurements"), Tone.HEADING))
        column.addWidget(self._empty)
        column.addWidget(self._list, 1)
        column.addLayout(buttons)
        column.addWidget(label(tr("Profile"), Tone.HEADING))
        column.addWidget(self._kind)
        column.addWidget(self.plot, 2)
        column.addWidget(self._about)

    def _connect(self) -> None:
        state = self._state
        self._list.currentItemChanged.connect(self._on_row_chosen)
        for chosen in (self._list.itemClicked, self._list.itemActivated):
            chosen.connect(self._on_item_chosen)
        self._delete.clicked.connect(self._on_delete)
        self._clear.clicked.connect(self.clear_requested)
        self._undo.clicked.connect(self.undo_requested)
        self._kind.activated.connect(self._refresh_values)
        self.plot.phase_requested.connect(self.phase_requested)
        self._measures.measurements_changed.connect(self._refill)
        self._measures.selected_changed.connect(self._on_selected)
        for changed in (
            state.phase_changed,
            state.position_changed,
            state.layer_changed,
            state.runs_changed,
            state.window_changed,
            state.inverted_changed,
            state.run_phase_ready,
        ):
            changed.connect(self._refresh_soon)
        for changed in (state.runs_changed, state.run_phase_ready):
            changed.connect(self._forget_profile)

    def show_undo(self, tip: str, *, possible: bool) -> None:
        """Say what the button takes back, of measuring or of anything else; dead where there is nothing."""
        self._undo.setToolTip(tip)
        self._undo.setEnabled(possible)

    # -- the list ----------------------------------------------------------------------------------------

    @Slot()
    def _refill(self) -> None:
        measurements = self._measures.measurements
        with QSignalBlocker(self._list):
            self._list.clear()
            for measurement in measurements:
                item = QListWidgetItem("", self._list)
                item.setData(ROLE, measurement.number)
        self._empty.setVisible(not measurements)
        for button in (self._delete, self._clear):
            button.setEnabled(bool(measurements))
        self._on_selected()

    @Slot()
    def _on_selected(self) -> None:
        chosen = self._measures.selected
        with QSignalBlocker(self._list):
            for row in range(self._list.count()):
                if chosen is not None and self._list.item(row).data(ROLE) == chosen.number:
                    self._list.setCurrentRow(row)
        if chosen is not None and chosen.shape is Shape.PROFILE and self.kind.through_slices:
            self._kind.setCurrentIndex(0)
        self._refresh_values()

    @Slot()
    def _on_row_chosen(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.selected.emit(item.data(ROLE))

    @Slot(QListWidgetItem)
    def _on_item_chosen(self, item: QListWidgetItem) -> None:
        self.measurement_requested.emit(item.data(ROLE))

    @Slot()
    def _on_delete(self) -> None:
        if self._measures.selected is not None:
            self.delete_requested.emit(self._measures.selected.number)

    def _text(self, measurement: Measurement) -> str:
        volume, phase = self._state.volume(measurement.layer), self._state.phase
        if volume is None:
            return tr(measurement.shape.value)
        if measurement.shape.is_region:
            text = region_text(region_at(measurement, volume, phase))
        else:
            text = value_text(measurement, None)
        at_phase = phase_text(measurement, volume, phase)
        text += f" ({at_phase})" if at_phase else ""
        origin = measurement.origin_at(volume, measurement.phase_of_value(phase))
        return f"{tr(measurement.shape.value)}: {text}\n{made_on_text(measurement, origin)}, {volume.label}"

    # -- values and profile ------------------------------------------------------------------------------

    @property
    def kind(self) -> ProfileKind:
        """The profile that is wanted."""
        kind: ProfileKind = self._kind.currentData()
        return kind

    @Slot()
    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _forget_profile(self) -> None:
        self._known = None

    @Slot()
    def _refresh_values(self) -> None:
        if not self.isVisible():
            return
        for measurement, row in zip(self._measures.measurements, range(self._list.count()), strict=False):
            text = self._text(measurement)
            if self._list.item(row).text() != text:
                self._list.item(row).setText(text)
        self._refresh_profile()

    def _refresh_profile(self) -> None:
        state, kind = self._state, self.kind
        stack, chosen = state.active_stack, self._measures.selected
        if kind.through_slices:
            volume, line = state.volume(), None
        else:
            line = chosen if chosen is not None and chosen.shape in LINES else None
            volume = state.volume(line.layer) if line is not None else None
        times = stack.phase_times if stack is not None else np.zeros(1)
        if volume is None:
            self.plot.set_profile(
                kind, None, times, with_keys(tr("Draw a profile line ({TOOL_PROFILE}) and select it"))
            )
            self._about.clear()
            return
        profile = self._profile(line, volume)
        beside = acquired_beside(profile, line, volume) if kind.over_time else None
        self.plot.set_profile(kind, profile, times, beside=beside)
        here = None
        if kind.through_slices:
            here = float(volume.geometry.slice_offsets[volume.nearest_slice(state.position)])
        self.plot.set_moment(state.phase, here, state.window, inverted=state.inverted)
        self._about.setText(_about(profile, volume, line, state.phase))

    def _profile(self, line: Measurement | None, volume: Volume) -> Profile:
        """The profile, kept while neither line nor volume change; that at the crosshair takes no time."""
        if line is None:
            return through_plane_profile(volume, self._state.position)
        key = (line.number, volume)
        if self._known is None or self._known[0] != key:
            self._known = (key, line_profile(line, volume))
        return self._known[1]

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while hidden."""
        super().showEvent(event)
        self._refresh_values()


def _about(profile: Profile, volume: Volume, line: Measurement | None, phase: int) -> str:
    place = (
        made_on_text(line, line.origin_at(volume, phase))
        if line is not None
        else tr("%n slice(s)", "", len(profile.places))
    )
    acquired = set(profile.origins_at(phase)) == {SliceOrigin.ACQUIRED}
    return f"{place}, {volume.label}." + ("" if acquired else " " + tr("Hatched: not acquired."))
