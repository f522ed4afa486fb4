"""The 3D scene of a state and the last picture of it; ``VolumeView`` decides when it is drawn."""

import pyvista as pv
from PySide6.QtGui import QImage

from app.scenes.canvas import Canvas
from app.scenes.display import Content, Direction, HeartDisplay
from app.scenes.heart_scene import HeartScene
from app.scenes.quality import Quality
from app.scenes.stack_look import StackLook
from app.scenes.vtk_image import ByteArray
from app.state.viewer_state import ViewerState
from app.theme import text_scale


class HeartPicture:
    """Brings a scene up to date with the state and renders it.

    Parameters
    ----------
    state
        What is shown.
    width, height
        In device pixels.

    Raises
    ------
    NoOpenGLError
        There is no usable OpenGL.
    """

    def __init__(self, state: ViewerState, width: int, height: int) -> None:
        self._state = state
        self._canvas = Canvas(width, height)
        self.scene = HeartScene(self._canvas.plotter)
        self.scene.set_quality(Quality.MOVING)
        self._look: StackLook | None = None
        self._stack_taken: object = None
        self._stack_drawn: object = None
        self._pixels: ByteArray | None = None

    @property
    def plotter(self) -> pv.Plotter:
        """The plotter of the scene."""
        return self._canvas.plotter

    @property
    def image(self) -> QImage:
        """The last picture, its lowest row first; empty before the first. Shares memory: paint it at once."""
        if self._pixels is None:
            return QImage()
        rows, columns = self._pixels.shape[:2]
        return QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBX8888)

    @property
    def stale(self) -> bool:
        """Whether another stack or layer must be taken over, which takes time of its own."""
        state = self._state
        return state.active_stack is not self._stack_taken or state.volume() is not self.scene.volume

    @property
    def costly(self) -> bool:
        """Whether drawing now takes the CPU 0.1 to 0.5 s; the first picture of a stack does not count."""
        if not self.scene.software or self._stack_drawn is not self._state.active_stack:
            return False
        return self.stale or not self.scene.prepared(self._state.phase)

    def set_display(self, display: HeartDisplay) -> None:
        """Change what is drawn and clipped; slices are looked at from across."""
        before = self.scene.display
        self.scene.set_display(display)
        if before.content is not display.content or before.extent is not display.extent:
            across = display.content is Content.SLICES
            self.scene.look_from(Direction.ACROSS if across else Direction.LEFT_ANTERIOR)

    def take_state(self) -> None:
        """Bring the scene up to date with the state."""
        state, scene = self._state, self.scene
        stack = state.active_stack
        new_stack = stack is not self._stack_taken
        if new_stack:
            self._look = StackLook.of_stack(stack) if stack else None
            self._stack_taken = stack
        scene.set_text_scale(text_scale())
        scene.set_window(state.window, inverted=state.inverted)
        scene.set_annotations(annotations=state.annotations_visible, crosshair=state.crosshair_visible)
        scene.show(state.volume(), self._look)
        scene.set_position(state.position)
        scene.set_phase(state.phase)
        if new_stack:
            scene.look_from(Direction.LEFT_ANTERIOR)

    def forget(self) -> None:
        """Let go of a stack or layer that is not looked at any more; the next drawing takes the one that is."""
        if self._state.active_stack is not self._stack_taken:
            self._look = self._stack_taken = None
        self.scene.show(None, None)
        self._pixels = self._stack_drawn = None

    def draw(self, width: int, height: int, *, scale: float) -> None:
        """Render at a size in device pixels; ``scale`` of them are a logical one."""
        self._canvas.resize(width, height, scale=scale)
        self.take_state()
        self.scene.before_render()
        self._pixels = self._canvas.render()
        self._stack_drawn = self._state.active_stack

    def close(self) -> None:
        """Give VTK's windows and memory back."""
        self.scene.close()
        self._canvas.close()
