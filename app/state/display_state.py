"""How things are shown: window/level, zoom, cine, tool, layout, and the job that runs.

The half of the state that does not depend on what is open; ``app.state.viewer_state`` says who may write.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal

from app.choices import LoopMode, PlayMode, Tool, ViewLayout
from app.jobs import JobStatus


class DisplayState(QObject):
    """Choices that hold for every view; each has ``<name>``, ``set_<name>`` and ``<name>_changed``."""

    window_changed = Signal()
    inverted_changed = Signal()
    interpolation_changed = Signal()
    annotations_visible_changed = Signal()
    crosshair_visible_changed = Signal()
    contours_visible_changed = Signal()
    uncertainty_visible_changed = Signal()
    uncertainty_look_changed = Signal()
    linked_changed = Signal()
    zoom_changed = Signal()
    pan_changed = Signal()
    long_axis_angle_changed = Signal()
    playing_changed = Signal()
    fps_wanted_changed = Signal()
    fps_actual_changed = Signal()
    loop_mode_changed = Signal()
    play_mode_changed = Signal()
    tool_changed = Signal()
    layout_changed = Signal()
    names_shown_changed = Signal()
    job_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = (0.5, 1.0)
        self._inverted = False
        self._interpolation = True
        self._annotations_visible = True
        self._crosshair_visible = True
        self._contours_visible = False
        self._uncertainty_visible = False
        self._uncertainty_look = (0.5, 0.25)
        self._linked = True
        self._zoom = 1.0
        self._pan = (0.0, 0.0)
        self._long_axis_angle = 0.0
        self._playing = False
        self._fps_wanted = 25.0
        self._fps_actual: float | None = None
        self._loop_mode = LoopMode.LOOP
        self._play_mode = PlayMode.REAL_TIME
        self._tool = Tool.WINDOW_LEVEL
        self._layout = ViewLayout.GRID
        self._job: JobStatus | None = None
        self._names_shown = True

    @property
    def names_shown(self) -> bool:
        """Whether views paint the names of series and folders, which may be those of patients."""
        return self._names_shown

    @contextmanager
    def without_names(self) -> Iterator[None]:
        """Nothing that is painted meanwhile names a series or folder: for pictures that leave the house."""
        self._names_shown = False
        self.names_shown_changed.emit()
        try:
            yield
        finally:
            self._names_shown = True
            self.names_shown_changed.emit()

    @property
    def window(self) -> tuple[float, float]:
        """Window centre and width in intensity units; one window for every view and layer."""
        return self._window

    def set_window(self, window: tuple[float, float]) -> None:
        """Set ``window``."""
        if window != self._window:
            self._window = window
            self.window_changed.emit()

    @property
    def inverted(self) -> bool:
        """Whether grey values are shown inverted."""
        return self._inverted

    def set_inverted(self, inverted: bool) -> None:
        """Set ``inverted``."""
        if inverted != self._inverted:
            self._inverted = inverted
            self.inverted_changed.emit()

    @property
    def interpolation(self) -> bool:
        """Whether pixels are smoothed when enlarged; off shows each pixel as a square."""
        return self._interpolation

    def set_interpolation(self, interpolation: bool) -> None:
        """Set ``interpolation``."""
        if interpolation != self._interpolation:
            self._interpolation = interpolation
            self.interpolation_changed.emit()

    @property
    def annotations_visible(self) -> bool:
        """Whether text and letters are drawn over the images; the A/S badge always is."""
        return self._annotations_visible

    def set_annotations_visible(self, annotations_visible: bool) -> None:
        """Set ``annotations_visible``."""
        if annotations_visible != self._annotations_visible:
            self._annotations_visible = annotations_visible
            self.annotations_visible_changed.emit()

    @property
    def crosshair_visible(self) -> bool:
        """Whether the position is drawn in the views."""
        return self._crosshair_visible

    def set_crosshair_visible(self, crosshair_visible: bool) -> None:
        """Set ``crosshair_visible``."""
        if crosshair_visible != self._crosshair_visible:
            self._crosshair_visible = crosshair_visible
            self.crosshair_visible_changed.emit()

    @property
    def contours_visible(self) -> bool:
        """Whether automatic contours of the left ventricle are drawn where they are known."""
        return self._contours_visible

    def set_contours_visible(self, contours_visible: bool) -> None:
        """Set ``contours_visible``."""
        if contours_visible != self._contours_visible:
            self._contours_visible = contours_visible
            self.contours_visible_changed.emit()

    @property
    def uncertainty_visible(self) -> bool:
        """Whether the half-width of the 90 % interval is laid over runs that have one."""
        return self._uncertainty_visible

    def set_uncertainty_visible(self, uncertainty_visible: bool) -> None:
        """Set ``uncertainty_visible``."""
        if uncertainty_visible != self._uncertainty_visible:
            self._uncertainty_visible = uncertainty_visible
            self.uncertainty_visible_changed.emit()

    @property
    def uncertainty_look(self) -> tuple[float, float]:
        """Opacity of the overlay, and the share of its largest value from which it is drawn; 0 to 1 each."""
        return self._uncertainty_look

    def set_uncertainty_look(self, look: tuple[float, float]) -> None:
        """Set ``uncertainty_look``."""
        if look != self._uncertainty_look:
            self._uncertainty_look = look
            self.uncertainty_look_changed.emit()

    @property
    def linked(self) -> bool:
        """Whether all slice views share zoom and pan; when off, each view keeps its own."""
        return self._linked

    def set_linked(self, linked: bool) -> None:
        """Set ``linked``."""
        if linked != self._linked:
            self._linked = linked
            self.linked_changed.emit()

    @property
    def zoom(self) -> float:
        """Magnification of linked slice views; 1 fits the image into the view."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Set ``zoom``."""
        if zoom != self._zoom:
            self._zoom = zoom
            self.zoom_changed.emit()

    @property
    def pan(self) -> tuple[float, float]:
        """Shift of the image in linked slice views, mm rightwards and downwards in the image plane."""
        return self._pan

    def set_pan(self, pan: tuple[float, float]) -> None:
        """Set ``pan``."""
        if pan != self._pan:
            self._pan = pan
            self.pan_changed.emit()

    @property
    def long_axis_angle(self) -> float:
        """Turn of both long-axis planes about the stack normal, degrees clockwise on the short-axis picture."""
        return self._long_axis_angle

    def set_long_axis_angle(self, long_axis_angle: float) -> None:
        """Set ``long_axis_angle``."""
        if long_axis_angle != self._long_axis_angle:
            self._long_axis_angle = long_axis_angle
            self.long_axis_angle_changed.emit()

    @property
    def playing(self) -> bool:
        """Whether the cine runs."""
        return self._playing

    def set_playing(self, playing: bool) -> None:
        """Set ``playing``."""
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit()

    @property
    def fps_wanted(self) -> float:
        """Phases per second asked for."""
        return self._fps_wanted

    def set_fps_wanted(self, fps_wanted: float) -> None:
        """Set ``fps_wanted``."""
        if fps_wanted != self._fps_wanted:
            self._fps_wanted = fps_wanted
            self.fps_wanted_changed.emit()

    @property
    def fps_actual(self) -> float | None:
        """Phases per second painted lately, 0 where none is; None while that is not known: paused or just begun."""
        return self._fps_actual

    def set_fps_actual(self, fps_actual: float | None) -> None:
        """Set ``fps_actual``."""
        if fps_actual != self._fps_actual:
            self._fps_actual = fps_actual
            self.fps_actual_changed.emit()

    @property
    def loop_mode(self) -> LoopMode:
        """What the cine does at the last phase."""
        return self._loop_mode

    def set_loop_mode(self, loop_mode: LoopMode) -> None:
        """Set ``loop_mode``."""
        if loop_mode != self._loop_mode:
            self._loop_mode = loop_mode
            self.loop_mode_changed.emit()

    @property
    def play_mode(self) -> PlayMode:
        """Whether the cine keeps time or shows every phase."""
        return self._play_mode

    def set_play_mode(self, play_mode: PlayMode) -> None:
        """Set ``play_mode``."""
        if play_mode != self._play_mode:
            self._play_mode = play_mode
            self.play_mode_changed.emit()

    @property
    def tool(self) -> Tool:
        """What left-drag does in a slice view."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Set ``tool``."""
        if tool != self._tool:
            self._tool = tool
            self.tool_changed.emit()

    @property
    def layout(self) -> ViewLayout:
        """How the centre of the window is divided."""
        return self._layout

    def set_layout(self, layout: ViewLayout) -> None:
        """Set ``layout``."""
        if layout != self._layout:
            self._layout = layout
            self.layout_changed.emit()

    @property
    def job(self) -> JobStatus | None:
        """The long job that runs now."""
        return self._job

    def set_job(self, job: JobStatus | None) -> None:
        """Set ``job``."""
        if job != self._job:
            self._job = job
            self.job_changed.emit()
