"""The ruler of the heart cycle: trigger times, end diastole and end systole, and the phase shown."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.palette import scaled, text_font
from app.state.viewer_state import ViewerState
from app.theme import surface
from app.translation import tr
from app.views.wheel import Notches

SIDE_ROOM = 22.0
HEIGHT = 40
BASE_LINE = 24.0
LABEL_DISTANCE = 46.0
"""Smallest distance between two written times, logical pixels."""


class PhaseRuler(QWidget):
    """Phases along their trigger times; click or drag goes there."""

    phase_requested = Signal(int)
    phase_step_requested = Signal(int)

    def __init__(self, state: ViewerState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._notches = Notches()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.refresh_theme()
        self.setMinimumWidth(160)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Phase ruler"))
        self.setToolTip(tr("Phases of the heart cycle at their trigger times: click or drag to go there"))
        for signal in (state.stack_changed, state.phase_changed, state.landmarks_changed):
            signal.connect(self.update)

    def refresh_theme(self) -> None:
        """Be as high as the texts need."""
        self.setFixedHeight(round(scaled(HEIGHT)))

    def sizeHint(self) -> QSize:
        """Room for the labels of a cycle."""
        return QSize(400, self.height())

    def _times(self) -> list[float]:
        stack = self._state.active_stack
        return [float(t) for t in stack.phase_times] if stack else []

    def place_of(self, phase: int) -> float:
        """Horizontal place of a phase, logical pixels."""
        times = self._times()
        span = times[-1] - times[0]
        share = (times[phase] - times[0]) / span if span > 0 else 0.5
        return scaled(SIDE_ROOM) + share * (self.width() - 2 * scaled(SIDE_ROOM))

    def phase_at(self, x: float) -> int:
        """Phase nearest to a horizontal place; 0 when nothing is open."""
        return min(range(len(self._times())), key=lambda p: abs(self.place_of(p) - x), default=0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Line, ticks, times, flags and the marker of the phase shown."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), surface().panel)
        times = self._times()
        if times:
            self._paint_ticks(painter, times)
            self._paint_landmarks(painter)
            self._paint_marker(painter)
        if self.hasFocus():
            painter.setPen(QPen(surface().focus, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_ticks(self, painter: QPainter, times: list[float]) -> None:
        painter.setPen(QPen(surface().line, 2))
        last, base, apart = len(times) - 1, scaled(BASE_LINE), scaled(LABEL_DISTANCE)
        painter.drawLine(QPointF(self.place_of(0), base), QPointF(self.place_of(last), base))
        stack = self._state.active_stack
        timed = stack is not None and stack.timed
        painter.setFont(text_font(10))
        written = float("-inf")
        for phase, time in enumerate(times):
            x = self.place_of(phase)
            painter.setPen(QPen(surface().muted, 1))
            painter.drawLine(QPointF(x, base - 4), QPointF(x, base + 2))
            room = x - written >= apart
            if timed and (phase == last or (room and self.place_of(last) - x >= apart)):
                written = x
                text = QRectF(x - scaled(30), base + 2, scaled(60), scaled(13))
                painter.drawText(text, Qt.AlignmentFlag.AlignCenter, f"{time:.0f} ms")

    def _paint_landmarks(self, painter: QPainter) -> None:
        if self._state.phases < 2:
            return
        painter.setFont(text_font(10, bold=True))
        for phase, name in zip(self._state.landmarks, ("ED", "ES"), strict=True):
            x = self.place_of(phase)
            painter.setPen(QPen(surface().accent, 1.5))
            painter.drawLine(QPointF(x, 3), QPointF(x, scaled(BASE_LINE)))
            flag = QRectF(x, 2, scaled(18), scaled(11))
            painter.fillRect(flag, surface().accent)
            painter.setPen(surface().on_accent)
            painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_marker(self, painter: QPainter) -> None:
        x, base = self.place_of(self._state.phase), scaled(BASE_LINE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(surface().marker)
        tip = QPointF(x, base + 1)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-6, -9), tip + QPointF(6, -9)]))
        painter.setPen(QPen(surface().text, 1))
        painter.drawLine(QPointF(x, base - 6), QPointF(x, base + 5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the phase under the cursor."""
        if event.button() == Qt.MouseButton.LeftButton and self._times():
            self.phase_requested.emit(self.phase_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton and self._times():
            self.phase_requested.emit(self.phase_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step from phase to phase."""
        if notches := self._notches.turned(event):
            self.phase_step_requested.emit(-notches)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows step while the ruler has the focus; everything else is the window's."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if Qt.Key(event.key()) in steps:
            self.phase_step_requested.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark of the focus away."""
        super().focusOutEvent(event)
        self.update()
