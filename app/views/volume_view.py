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
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.scenes.canvas import Canvas, NoOpenGLError
from app.scenes.display import Content, Direction, HeartDisplay
from app.scenes.heart_scene import HeartScene
from app.scenes.quality import Quality
from app.scenes.stack_look import StackLook
from app.scenes.vtk_image import ByteArray
from app.state import StudyState
from app.views.palette import MUTED_TEXT, SHADOW, TEXT, VIEWPORT
from app.views.slice_painter import paint_focus_frame
from app.views.volume_controls import VolumeControls
from app.views.volume_interaction import VolumeInteraction

SETTLING_MS = 220
"""Time after the last motion until the picture is drawn finely."""
WARMING_MS = 150
"""Pause between two phases that are prepared ahead."""
WAITING_TEXT = "3D waits for the job to end (no GPU)"
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

    def __init__(self, state: StudyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._canvas: Canvas | None = None
        self._scene: HeartScene | None = None
        self._pixels: ByteArray | None = None
        self._failure = ""
        self._display = HeartDisplay()
        self._look: StackLook | None = None
        self._stale_look, self._stale_volume, self._new_stack = True, True, True
        self._not_before = 0.0
        self._waiting = False
        self._interaction = VolumeInteraction(self)
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
        state.stack_changed.connect(self._on_stack_changed)
        state.job_changed.connect(self._on_job_changed)
        state.layer_changed.connect(self._on_layer_changed)
        state.runs_changed.connect(self._on_layer_changed)
        state.run_phase_ready.connect(self._on_phase_ready)
        state.phase_changed.connect(self.render_moving)
        state.position_changed.connect(self.render_moving)
        state.window_changed.connect(self.render_moving)
        for signal in (
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
        """Change what is drawn and clipped; the slices are looked at from across."""
        before, self._display = self._display, display
        if display == before:
            return
        if self._scene is not None:
            self._scene.set_display(display)
            if (before.content is Content.SLICES) is not (display.content is Content.SLICES):
                across = display.content is Content.SLICES
                self._scene.look_from(Direction.ACROSS if across else Direction.LEFT_ANTERIOR)
            elif before.extent is not display.extent:
                self._scene.look_from(Direction.LEFT_ANTERIOR)
        self.display_changed.emit()
        self.render_moving()

    def look_from(self, direction: Direction) -> None:
        """Turn the heart and fit it into the view."""
        if self._scene is not None:
            self._scene.look_from(direction)
            self.render_moving()

    @Slot()
    def reset_view(self) -> None:
        """The first view again: from the left front, nothing clipped."""
        self.set_display(HeartDisplay())
        self.look_from(Direction.LEFT_ANTERIOR)

    @property
    def plotter(self) -> pv.Plotter | None:
        """The plotter; None before the first rendering, and where there is no OpenGL."""
        return self._canvas.plotter if self._canvas else None

    @property
    def scene(self) -> HeartScene | None:
        """What is rendered; None before the first rendering, and where there is no OpenGL."""
        return self._scene

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

    @Slot()
    def _on_stack_changed(self) -> None:
        self._stale_look = self._stale_volume = self._new_stack = True
        self.render_moving()

    @Slot()
    def _on_layer_changed(self) -> None:
        self._stale_volume = True
        self.render_moving()

    @Slot(int, int)
    def _on_phase_ready(self, run_id: int, phase: int) -> None:
        if self._state.layer.run_id == run_id and self._state.phase == phase:
            self.render_moving()

    @Slot()
    def _render_still(self) -> None:
        if self._state.playing or self._state.job is not None or not self._ready():
            return
        assert self._scene is not None
        self._scene.set_quality(Quality.STILL)
        self._draw()
        self._scene.set_quality(Quality.MOVING)
        if self._scene.software:
            self._warming.start(WARMING_MS)

    @Slot()
    def _prepare(self) -> None:
        """Prepare one phase after the other while nobody does anything, so that the cine starts at its full rate."""
        idle = not self._state.playing and self._state.job is None
        if idle and self._ready() and self._scene is not None and self._scene.prepare():
            self._warming.start(WARMING_MS)

    @Slot()
    def _on_job_changed(self) -> None:
        if self._state.job is None and self._waiting:
            self.render_moving()

    def _must_wait(self) -> bool:
        """Whether drawing would hold up the window while a job runs: preparing a phase takes the CPU 0.1 to 0.5 s."""
        if self._scene is None or not self._scene.software or self._state.job is None or self._new_stack:
            return False
        return self._stale_volume or not self._scene.prepared(self._state.phase)

    @Slot()
    def _render(self) -> None:
        if not self._ready():
            return
        assert self._scene is not None
        self._waiting = self._must_wait()
        if self._waiting:
            self.update()
            return
        if self._stale_look or self._stale_volume:
            # Preparing a volume and casting it in one turn of the event loop would stall the window.
            self._take_state()
            self._timer.start(0)
            return
        prepared = self._scene.prepared(self._state.phase)
        start = time.perf_counter()
        self._draw()
        took = time.perf_counter() - start
        if prepared:
            self._scene.frame_took(took)
        if self._scene.software:
            self._not_before = time.perf_counter() + took * BREATH

    def _ready(self) -> bool:
        if not self.isVisible() or self._failure or self.width() < 2 or self.height() < 2:
            return False
        if self._canvas is None:
            self._start()
        return self._scene is not None

    # -- rendering ---------------------------------------------------------------------------------------

    def _start(self) -> None:
        try:
            self._canvas = Canvas(*self._device_size())
        except NoOpenGLError as error:
            self._failure = str(error)
            self._controls.hide()
            self.update()
            return
        self._scene = HeartScene(self._canvas.plotter)
        self._scene.set_display(self._display)
        self._scene.set_quality(Quality.MOVING)
        logger.info("3D by %s", self._scene.renderer_name or "an unnamed renderer")

    def _device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    def _take_state(self) -> None:
        """Bring the scene up to date with the state."""
        assert self._scene is not None
        state, scene = self._state, self._scene
        stack = state.active_stack
        if self._stale_look:
            self._look = StackLook.of_stack(stack) if stack else None
            self._stale_look = False
        scene.set_window(state.window, inverted=state.inverted)
        scene.set_annotations(annotations=state.annotations_visible, crosshair=state.crosshair_visible)
        if self._stale_volume:
            scene.show(state.volume(), self._look)
            self._stale_volume = False
        scene.set_position(state.position)
        scene.set_phase(state.phase)
        if self._new_stack and stack is not None:
            self._new_stack = False
            scene.look_from(Direction.LEFT_ANTERIOR)

    def _draw(self) -> None:
        assert self._canvas is not None
        assert self._scene is not None
        self._canvas.resize(*self._device_size(), scale=self.devicePixelRatioF())
        self._take_state()
        self._scene.before_render()
        self._pixels = self._canvas.render()
        self.update()
        self.rendered.emit(self._state.phase)

    def image(self) -> QImage:
        """What is shown, in device pixels; empty before the first rendering."""
        if self._pixels is None:
            return QImage()
        rows, columns = self._pixels.shape[:2]
        image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBX8888)
        return image.transformed(QTransform(1, 0, 0, -1, 0, 0))

    def close_scene(self) -> None:
        """Give VTK's windows and memory back; the next rendering makes new ones."""
        self._timer.stop()
        self._settling.stop()
        self._warming.stop()
        if self._scene is not None:
            self._scene.close()
        if self._canvas is not None:
            self._canvas.close()
        self._scene = self._canvas = self._pixels = None

    # -- Qt ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the last rendering, or why there is none."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self._pixels is None:
            painter.fillRect(area, VIEWPORT)
            painter.setPen(MUTED_TEXT)
            text = f"No 3D view\n\n{self._failure}" if self._failure else "3D is being prepared…"
            inner = area.adjusted(16, 16, -16, -16)
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
        else:
            rows, columns = self._pixels.shape[:2]
            image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBX8888)
            painter.save()
            # VTK counts rows upwards.
            painter.translate(0, area.height())
            painter.scale(1, -1)
            painter.drawImage(area, image)
            painter.restore()
            if self._waiting:
                line = QRectF(0, area.height() - 44, area.width(), 18)
                painter.fillRect(line, SHADOW)
                painter.setPen(TEXT)
                painter.drawText(line, Qt.AlignmentFlag.AlignCenter, WAITING_TEXT)
        if self.hasFocus():
            paint_focus_frame(painter, area)

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
