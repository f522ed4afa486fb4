"""The ladder beside a slice view: one rung per slice from base to apex, by where each comes from."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.layers import Layer, Volume
from app.palette import MUTED_TEXT, ORIGIN_COLOURS, PANEL, SLICE_LINE, TEXT, scaled, text_font
from app.rendering.frames import frame_origins
from app.rendering.orientation import base_first, end_names
from app.rendering.scale_bar import scale_bar_length
from app.rendering.slice_origin import describe_slice
from app.state.viewer_state import ViewerState
from app.translation import tr, tr_later
from app.views.origin_marks import SMALLEST_LETTER_BOX, origin_stretches, paint_key, paint_origin
from app.views.wheel import Notches
from calid_core.marks import slice_name
from calid_core.provenance import SliceOrigin

WIDTH = 99
"""With millimetre marks; without them the ladder is narrower by what they take."""
END_ROOM = 18.0
"""Logical pixels above the first and below the last rung, for the words base and apex."""
KEY_ROOM = 18.0
"""Logical pixels below the word apex for the letters of the kinds of slices, where rungs are too short to carry them."""
RUNG_LEFT, RUNG_WIDTH = 34.0, 14.0
MARKS_WIDTH = 20
VERDICT_LANE = 11
"""Room between the rungs and their names for the marks of a reader's verdicts."""
SCORE_LANE = 10
"""Room at the right edge for the scores of the checks."""
LARGEST_RUNG = 18.0
SMALLEST_LABEL_DISTANCE = 11.0
SCALE_SHARE = 0.25
"""Largest share of the ladder between two millimetre marks."""
SLICE_TIPS = {
    SliceOrigin.ACQUIRED: tr_later("Acquired slice {slice}"),
    SliceOrigin.INTERPOLATED: tr_later("Interpolated slice {slice}"),
    SliceOrigin.SYNTHESISED: tr_later("Synthesised slice {slice}"),
}


class SliceLadder(QWidget):
    """Rungs of the slices of a layer; click or drag goes there, the wheel steps.

    Parameters
    ----------
    state
        What is shown.
    layer
        The layer that is shown; None follows the layer of the state.
    marks
        Whether millimetres are marked.
    """

    slice_requested = Signal(object, int)  # layer, index
    slice_step_requested = Signal(int, object)  # down the ladder; Layer, None where it follows the state

    def __init__(
        self,
        state: ViewerState,
        layer: Layer | None = None,
        *,
        marks: bool = True,
    ) -> None:
        super().__init__()
        self._marks = marks
        self._state = state
        self._layer = layer
        self._notches = Notches()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.refresh_theme()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Slice ladder"))
        for signal in (
            state.stack_changed,
            state.runs_changed,
            state.layer_changed,
            state.position_changed,
            state.run_phase_ready,
        ):
            signal.connect(self.update)
        state.phase_changed.connect(self._follow_phase)
        self._painted: tuple[SliceOrigin, ...] = ()

    @property
    def layer(self) -> Layer | None:
        """The layer that is shown; None follows the layer of the state."""
        return self._layer

    def show_layer(self, layer: Layer) -> None:
        """Show another layer from now on."""
        if layer != self._layer:
            self._layer = layer
            self.update()

    def refresh_theme(self) -> None:
        """Be as wide as the texts need."""
        self.setFixedWidth(round(scaled(WIDTH if self._marks else WIDTH - MARKS_WIDTH)))

    @property
    def _rungs_left(self) -> float:
        return scaled(RUNG_LEFT if self._marks else RUNG_LEFT - MARKS_WIDTH)

    @property
    def lane_left(self) -> float:
        """Left edge of the verdict lane."""
        return self._rungs_left + scaled(RUNG_WIDTH) + 4

    @property
    def volume(self) -> Volume | None:
        """What the layer shows; None when nothing is open."""
        return self._state.volume(self._layer)

    def sizeHint(self) -> QSize:
        """As narrow as its labels allow."""
        return QSize(self.width(), 240)

    # -- between slices and the screen -----------------------------------------------------------------------

    def _scale(self, volume: Volume) -> float:
        """Logical pixels per mm."""
        room = self.height() - 2 * scaled(END_ROOM) - (scaled(KEY_ROOM) if self.keyed(volume) else 0.0)
        return max(1.0, room) / (volume.geometry.length + volume.geometry.pitch)

    def keyed(self, volume: Volume) -> bool:
        """Whether rungs of single slices are too short for letters, which a key at the foot shows then."""
        room = max(1.0, self.height() - 2 * scaled(END_ROOM))
        pitch = volume.geometry.pitch
        return room * pitch / (volume.geometry.length + pitch) < scaled(SMALLEST_LETTER_BOX)

    def rung(self, volume: Volume, index: int) -> QRectF:
        """The box of a slice on the screen."""
        geometry, scale = volume.geometry, self._scale(volume)
        offset = float(geometry.slice_offsets[index])
        from_base = offset if base_first(geometry) else geometry.length - offset
        height = min(LARGEST_RUNG, geometry.pitch * scale)
        middle = scaled(END_ROOM) + (from_base + geometry.pitch / 2) * scale
        return QRectF(self._rungs_left, middle - height / 2, scaled(RUNG_WIDTH), height)

    def slice_at(self, y: float) -> int:
        """Index of the slice whose rung is nearest to a height on the screen; 0 when nothing is open."""
        volume = self.volume
        if volume is None:
            return 0
        return min(range(volume.slices), key=lambda i: abs(self.rung(volume, i).center().y() - y))

    @property
    def _key_area(self) -> QRectF:
        return QRectF(0, self.height() - scaled(KEY_ROOM), self.width(), scaled(KEY_ROOM) - 3)

    def _request_slice_at(self, y: float) -> None:
        if self.volume is not None:
            shown = self._state.layer if self._layer is None else self._layer
            self.slice_requested.emit(shown, self.slice_at(y))

    # -- Qt --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rungs, millimetre marks, names, and the current slice."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), PANEL)
        volume = self.volume
        if volume is None:
            return
        current = self._state.slice_index(self._layer)
        self._paint_ends(painter, volume)
        self._paint_scale(painter, volume)
        self._paint_rungs(painter, volume)
        if self.keyed(volume):
            paint_key(painter, self._painted, self._key_area)
        self._paint_names(painter, volume, current)
        self._paint_current(painter, self.rung(volume, current))

    def _paint_rungs(self, painter: QPainter, volume: Volume) -> None:
        """Acquired slices as broad solid rungs, stretches of others hatched, with a notch for every slice."""
        self._painted = frame_origins(volume, self._state.phase)
        for first, last in origin_stretches(self._painted):
            origin = self._painted[first]
            box = self.rung(volume, first).united(self.rung(volume, last))
            if origin is SliceOrigin.ACQUIRED:
                box.adjust(-2, 0, 2, 0)
            paint_origin(painter, box, origin)
            painter.setPen(QPen(ORIGIN_COLOURS[origin], 0))
            for index in range(first, last + 1):
                y = self.rung(volume, index).center().y()
                painter.drawLine(QPointF(box.right(), y), QPointF(box.right() + 2, y))

    @Slot()
    def _follow_phase(self) -> None:
        """Most phases of a cine look alike here."""
        volume = self.volume
        if volume is not None and frame_origins(volume, self._state.phase) != self._painted:
            self.update()

    def _paint_ends(self, painter: QPainter, volume: Volume) -> None:
        painter.setFont(text_font(11))
        painter.setPen(MUTED_TEXT)
        stack = self._state.active_stack
        names = end_names(volume.geometry, stack.view) if stack else ("", "")
        top = QRectF(0, 0, self.width(), scaled(END_ROOM))
        foot = self.height() - (scaled(KEY_ROOM) if self.keyed(volume) else 0.0)
        bottom = QRectF(0, foot - scaled(END_ROOM), self.width(), scaled(END_ROOM))
        painter.drawText(top, Qt.AlignmentFlag.AlignCenter, names[0])
        painter.drawText(bottom, Qt.AlignmentFlag.AlignCenter, names[1])

    def _paint_scale(self, painter: QPainter, volume: Volume) -> None:
        geometry, scale = volume.geometry, self._scale(volume)
        if geometry.length <= 0 or not self._marks:
            return
        step = scale_bar_length(geometry.length * SCALE_SHARE)
        painter.setFont(text_font(10))
        painter.setPen(MUTED_TEXT)
        for number in range(int(geometry.length / step + 1e-6) + 1):
            y = scaled(END_ROOM) + (number * step + geometry.pitch / 2) * scale
            painter.drawLine(QPointF(self._rungs_left - 6, y), QPointF(self._rungs_left - 3, y))
            text = QRectF(0, y - scaled(7), self._rungs_left - 12, scaled(14))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(text, right, f"{number * step:g}")

    def _paint_names(self, painter: QPainter, volume: Volume, current: int) -> None:
        """Names of the acquired slices where there is room, and of the current one always."""
        left = self.lane_left + scaled(VERDICT_LANE) + 2
        here = self.rung(volume, current).center().y()
        last = float("-inf")
        for index in sorted(volume.acquired_indices, key=lambda i: self.rung(volume, i).top()):
            y = self.rung(volume, index).center().y()
            if y - last < scaled(SMALLEST_LABEL_DISTANCE) or abs(y - here) < scaled(SMALLEST_LABEL_DISTANCE):
                continue
            last = y
            self._name(painter, volume, index, left, y)
        self._name(painter, volume, current, left, here, current=True)

    def _name(
        self, painter: QPainter, volume: Volume, index: int, left: float, y: float, *, current: bool = False
    ) -> None:
        painter.setFont(text_font(11, bold=current))
        painter.setPen(SLICE_LINE if current else TEXT)
        name = slice_name(volume.provenance[index], index)
        painter.drawText(
            QRectF(left, y - scaled(8), self.width() - left, scaled(16)), Qt.AlignmentFlag.AlignVCenter, name
        )

    def _paint_current(self, painter: QPainter, box: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = box.center().y()
        painter.setPen(QPen(SLICE_LINE, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame = box.adjusted(-3, 0, 3, 0)
        frame.setHeight(max(frame.height(), 5.0))
        frame.moveCenter(box.center())
        painter.drawRect(frame)
        painter.setBrush(SLICE_LINE)
        painter.setPen(Qt.PenStyle.NoPen)
        tip = QPointF(frame.left() - 1, y)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-7, -5), tip + QPointF(-7, 5)]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the slice under the cursor."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._request_slice_at(event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._request_slice_at(event.position().y())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step from slice to slice."""
        if notches := self._notches.turned(event):
            self.slice_step_requested.emit(-notches, self._layer)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Tell where the slice under the cursor comes from."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.volume:
            QToolTip.showText(event.globalPos(), self.tip(self.slice_at(event.pos().y())), self)
            return True
        return super().event(event)

    def tip(self, index: int) -> str:
        """What is known about a slice, for the tooltip."""
        volume = self.volume
        if volume is None:
            return ""
        provenance = volume.provenance[index]
        if provenance.moved is not None:
            return tr("Acquired slice {slice}, moved in plane to align it").format(
                slice=describe_slice(provenance, index)
            )
        if self._state.phase in provenance.resampled_phases:
            return tr("Acquired slice {slice}, interpolated in time at this phase").format(
                slice=describe_slice(provenance, index)
            )
        return tr(SLICE_TIPS[provenance.origin]).format(slice=describe_slice(provenance, index))
