"""The 3D view."""

import logging
import time

import pyvista as pv
from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QFocusEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.palette import MUTED_TEXT, SHADOW, TEXT, VIEWPORT, scaled
from app.scenes.canvas import NoOpenGLError
from app.scenes.display import Direction, HeartDisplay
from app.scenes.heart_scene import HeartScene
from app.scenes.quality import Quality
from app.state.viewer_state import ViewerState
from app.translation import tr, tr_later
from app.views.heart_picture import HeartPicture
from app.views.slice_painter import paint_focus_frame
from app.views.volume_controls import VolumeControls
from app.views.volume_interaction import VolumeInteraction
from calid_core.marks import slice_name

SETTLING_MS = 220
"""Time after the last motion until the picture is drawn finely."""
WARMING_MS = 150
"""Pause between two phases that are prepared ahead."""
WAITING_TEXT = tr_later("3D waits for the job to end (no GPU)")
WAITING_LINE = 18
"""Height of a line that says so, logical pixels at the normal text size."""
BREATH = 1.0
"""Pause after a moving frame without a GPU, in parts of the time it took: the slice views play in it."""

logger = logging.getLogger(__name__)


class VolumeView(QWidget):
    """The layer of the state as a beating volume, with the slices where they lie.

    VTK renders off screen and Qt paints the picture, so there is no native window, no key that VTK takes, and a
    screenshot of the window shows the heart. Rendering happens on demand, at most once per turn of the event loop.

    Parameters
    ----------
    state
        What is shown.
    """

    slice_step_requested = Signal(int)
    phase_step_requested = Signal(int)
    maximise_requested = Signal()
    display_changed = Signal()
    rendered = Signal(int)  # phase

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._picture: HeartPicture | None = None
        self._failure = ""
        self._display = HeartDisplay()
        self._not_before = 0.0
        self._waiting = False
        self._drawn = ""
        """What the last picture shows."""
        self._interaction = VolumeInteraction(self)
        self.setAccessibleName(tr("3D view"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self._controls = VolumeControls(self)
        self._timer, self._settling = QTimer(self), QTimer(self)
        self._warming = QTimer(self)
        for timer, slot in (
            (self._timer, self._render),
            (self._settling, self._render_still),
            (self._warming, self._prepare),
        ):
            timer.setSingleShot(True)
            timer.timeout.connect(slot)
        self._listen()

    def _listen(self) -> None:
        state = self._state
        state.job_changed.connect(self._on_job_changed)
        state.run_phase_ready.connect(self._on_phase_ready)
        for signal in (
            state.stack_changed,
            state.layer_changed,
            state.runs_changed,
            state.phase_changed,
            state.position_changed,
            state.window_changed,
            state.inverted_changed,
            state.annotations_visible_changed,
            state.crosshair_visible_changed,
            state.playing_changed,
        ):
            signal.connect(self.render_moving)

    # -- what is asked for -------------------------------------------------------------------------------

    @property
    def display(self) -> HeartDisplay:
        """What is drawn and clipped."""
        return self._display

    def set_display(self, display: HeartDisplay) -> None:
        """Change what is drawn and clipped."""
        if display == self._display:
            return
        self._display = display
        if self._picture is not None:
            self._picture.set_display(display)
        self.display_changed.emit()
        self.render_moving()

    def look_from(self, direction: Direction) -> None:
        """Turn the heart and fit it into the view."""
        if self._picture is not None:
            self._picture.scene.look_from(direction)
            self.render_moving()

    @Slot()
    def reset_view(self) -> None:
        """The first view again: from the left front, nothing clipped."""
        self.set_display(HeartDisplay())
        self.look_from(Direction.LEFT_ANTERIOR)

    @property
    def plotter(self) -> pv.Plotter | None:
        """The plotter; None before the first rendering, and where there is no OpenGL."""
        return self._picture.plotter if self._picture else None

    @property
    def scene(self) -> HeartScene | None:
        """What is rendered; None before the first rendering, and where there is no OpenGL."""
        return self._picture.scene if self._picture else None

    @property
    def failure(self) -> str:
        """Why there is no 3D; empty where there is."""
        return self._failure

    # -- when to render ----------------------------------------------------------------------------------

    @Slot()
    def render_moving(self) -> None:
        """Render soon and quickly, and finely once nothing moves any more."""
        self._settling.start(SETTLING_MS)
        self._warming.stop()
        if not self._timer.isActive():
            self._timer.start(max(0, round(1000 * (self._not_before - time.perf_counter()))))

    @Slot(int, int)
    def _on_phase_ready(self, run_id: int, phase: int) -> None:
        if self._state.layer.run_id == run_id and self._state.phase == phase:
            self.render_moving()

    @Slot()
    def _on_job_changed(self) -> None:
        if self._state.job is None and self._waiting:
            self.render_moving()

    @Slot()
    def _render(self) -> None:
        picture = self._ready_picture()
        if picture is None:
            if self._picture is not None and self._picture.stale:
                self._picture.forget()  # a hidden view keeps nothing that was closed in memory
            return
        self._waiting = self._state.job is not None and picture.costly
        if self._waiting:
            self.update()
            return
        if picture.stale:
            # Preparing a volume and casting it in one turn of the event loop would stall the window.
            picture.take_state()
            self._timer.start(0)
            return
        prepared = picture.scene.prepared(self._state.phase)
        start = time.perf_counter()
        self._draw(picture)
        took = time.perf_counter() - start
        if prepared:
            picture.scene.frame_took(took)
        if picture.scene.software:
            self._not_before = time.perf_counter() + took * BREATH

    @Slot()
    def _render_still(self) -> None:
        picture = self._ready_picture() if self._idle() else None
        if picture is None:
            return
        picture.scene.set_quality(Quality.STILL)
        self._draw(picture)
        picture.scene.set_quality(Quality.MOVING)
        if picture.scene.software:
            self._warming.start(WARMING_MS)

    @Slot()
    def _prepare(self) -> None:
        """Prepare one phase after the other while nobody does anything, so that the cine starts at its full rate."""
        picture = self._ready_picture() if self._idle() else None
        if picture is not None and picture.scene.prepare():
            self._warming.start(WARMING_MS)

    def _idle(self) -> bool:
        return not self._state.playing and self._state.job is None

    def _draw(self, picture: HeartPicture) -> None:
        picture.draw(*self._device_size(), scale=self.devicePixelRatioF())
        self._drawn = self._wanted
        self.update()
        self.rendered.emit(self._state.phase)

    @property
    def _wanted(self) -> str:
        """What a picture drawn now would show."""
        volume, index = self._state.volume(), self._state.slice_index()
        if volume is None:
            return ""
        slice_, phase = slice_name(volume.provenance[index], index), self._state.phase + 1
        return tr("{slice}, phase {phase} of {layer}").format(slice=slice_, phase=phase, layer=volume.label)

    @property
    def waiting_lines(self) -> tuple[str, ...]:
        """Why the picture stands still, and what it shows where that is not what is looked at; none where it moves."""
        if not self._waiting:
            return ()
        stale = (tr("Still shown: {picture}").format(picture=self._drawn),)
        return (tr(WAITING_TEXT), *(stale if self._drawn != self._wanted else ()))

    def _ready_picture(self) -> HeartPicture | None:
        """What can be drawn now; made when first asked for."""
        if not self.isVisible() or self._failure or self.width() < 2 or self.height() < 2:
            return None
        if self._picture is None:
            try:
                self._picture = HeartPicture(self._state, *self._device_size())
            except NoOpenGLError as error:
                self._failure = str(error)
                self._controls.hide()
                self.update()
                return None
            self._picture.set_display(self._display)
            logger.info("3D by %s", self._picture.scene.renderer_name or "an unnamed renderer")
        return self._picture

    def _device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    def close_scene(self) -> None:
        """Give VTK's windows and memory back; the next rendering makes new ones."""
        for timer in (self._timer, self._settling, self._warming):
            timer.stop()
        if self._picture is not None:
            self._picture.close()
        self._picture = None

    # -- Qt ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the last rendering, or why there is none."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        image = self._picture.image if self._picture else QImage()
        if image.isNull():
            painter.fillRect(area, VIEWPORT)
            painter.setPen(MUTED_TEXT)
            text = tr("No 3D view") + f"\n\n{self._failure}" if self._failure else tr("3D is being prepared…")
            inner = area.adjusted(16, 16, -16, -16)
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
        else:
            painter.save()
            # VTK counts rows upwards.
            painter.translate(0, area.height())
            painter.scale(1, -1)
            painter.drawImage(area, image)
            painter.restore()
            for number, text in enumerate(reversed(self.waiting_lines)):
                high = scaled(WAITING_LINE)
                line = QRectF(0, area.height() - scaled(44) - high * number, area.width(), high)
                painter.fillRect(line, SHADOW)
                painter.setPen(TEXT)
                elide = Qt.TextElideMode.ElideMiddle
                short = painter.fontMetrics().elidedText(text, elide, self.width() - 8)
                painter.drawText(line, Qt.AlignmentFlag.AlignCenter, short)
        if self.hasFocus():
            paint_focus_frame(painter, area)

    def refresh_theme(self) -> None:
        """Render the texts at the text size in use."""
        self.render_moving()

    def showEvent(self, event: QShowEvent) -> None:
        """Render what has changed while hidden."""
        self.render_moving()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Render at the new size."""
        self._controls.place()
        self.render_moving()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give VTK's windows and memory back."""
        self.close_scene()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Render again when the screen's pixel ratio changed."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.render_moving()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to turn, shift or zoom."""
        self._interaction.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn, shift or zoom."""
        self._interaction.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._interaction.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole centre of the window."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.maximise_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Slice, phase or zoom."""
        self._interaction.wheel(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the frame."""
        self.update()
