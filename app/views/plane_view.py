"""What slice views and long-axis views have in common: a picture, its frame, and the mouse."""

from abc import abstractmethod

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.layers import Layer, Volume
from app.measure.samplers import Sampler
from app.rendering.view_transform import ViewTransform
from app.state.compare_state import CompareState
from app.state.viewer_state import ViewerState
from app.views.annotations import Annotations
from app.views.comparison import Comparison
from app.views.framing import Framing
from app.views.measurement import Draft
from app.views.picture import Picture, Pointer, UncertaintyMap
from app.views.picture_images import PictureImages
from app.views.plane_painter import PlanePainter
from app.views.slice_interaction import SliceInteraction
from app.views.slice_painter import ReferenceLine, paint_focus_frame
from app.views.uncertainty import UncertaintyMaps
from calid_core.arrays import FloatArray

SMALLEST = (144, 120)
"""Logical pixels: two views with their ladders fit between the docks of a window 1024 pixels wide."""


class PlaneView(QWidget):
    """A picture of one plane through the stack; draws the state and emits intents.

    Parameters
    ----------
    state
        What is shown.
    layer
        The layer that is shown; None follows the layer of the state.
    """

    slice_step_requested = Signal(int, object)  # down the ladder; Layer, None where it follows the state
    slice_requested = Signal(object, int)  # layer, index
    phase_step_requested = Signal(int)
    position_requested = Signal(object)  # (3,) LPS mm
    window_requested = Signal(float, float)  # centre, width
    zoom_requested = Signal(float)
    pan_requested = Signal(float, float)  # mm rightwards, downwards
    long_axis_angle_requested = Signal(float)  # degrees
    swipe_requested = Signal(float)  # share of the width left of the divider
    drawing_began = Signal()  # the first point of a measurement was put
    measured = Signal(object)  # Measurement
    maximise_requested = Signal()
    phase_painted = Signal(int)  # once per phase that reached the screen
    pointed = Signal(object)  # Pointer, or None when the cursor left

    def __init__(self, state: ViewerState, layer: Layer | None = None) -> None:
        super().__init__()
        self.state = state
        self._painted_phase = -1
        self._layer = layer
        self._picture: Picture | None = None
        self._stale = True
        self.images = PictureImages()
        self._uncertainty = UncertaintyMaps()
        self.content = PlanePainter(self)
        self._interaction = SliceInteraction(self)
        self.draft = Draft()
        self.framing = self._make_framing()
        self.comparison: Comparison | None = None
        self._alone = False
        self._pointed_at: QPointF | None = None
        self._told_anew = QTimer(self, singleShot=True, interval=0)
        self._told_anew.timeout.connect(self._tell_pointer)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(*SMALLEST)
        self._listen()

    def _listen(self) -> None:
        state, measures = self.state, self.state.measures
        content = (state.all_series_changed, state.stack_changed, state.runs_changed, state.layer_changed)
        place = (state.position_changed, state.phase_changed, state.long_axis_angle_changed)
        overlay = (state.uncertainty_visible_changed, state.uncertainty_look_changed)
        contours = (state.contours_visible_changed, state.contours.changed)
        grey = (state.window_changed, state.inverted_changed)
        for signal in (*content, *place, *overlay, *contours, *grey):
            signal.connect(self._refresh)
        frame = (state.zoom_changed, state.pan_changed, state.interpolation_changed)
        for signal in frame:
            signal.connect(self._point_again)
        notes = (state.annotations_visible_changed, state.crosshair_visible_changed)
        for signal in (*frame, *notes, measures.measurements_changed, measures.selected_changed):
            signal.connect(self.update)
        for signal in (state.tool_changed, state.layer_changed):
            signal.connect(self._drop_draft)
        state.run_phase_ready.connect(self._on_phase_ready)
        state.linked_changed.connect(self._take_over_link)
        state.stack_changed.connect(self.reset_view)
        state.runs_changed.connect(self._uncertainty.clear)

    def compare_with(self, second: "PlaneView", compare: CompareState) -> None:
        """Share this place on the screen with a view of another layer."""
        self.comparison = Comparison(self, second, compare)

    # -- what is shown -----------------------------------------------------------------------------------

    @abstractmethod
    def _build_picture(self, volume: Volume) -> Picture:
        """The picture of a volume at the state's position and phase."""

    @abstractmethod
    def _build_lines(self, picture: Picture, volume: Volume) -> tuple[ReferenceLine, ...]:
        """Where other planes cut the picture."""

    @abstractmethod
    def _overlay_values(self, overlay: UncertaintyMap, picture: Picture) -> FloatArray:
        """The part of an overlay that belongs to the picture, ``(rows, columns)``."""

    @abstractmethod
    def sampler(self, picture: Picture) -> Sampler | None:
        """Gives what the picture shows at any phase; None where nothing can be measured."""

    @abstractmethod
    def annotations(self, picture: Picture, volume: Volume | None) -> Annotations:
        """What is written over the picture."""

    def kept_clear(self, picture: Picture) -> tuple[FloatArray, ...]:
        """Boxes that no label of a measurement should cover, the same at all phases: ``(2, 2)``, lowest and highest ``(row, column)``."""
        return ()

    def _make_framing(self) -> Framing:
        return Framing(self.state)

    @property
    def layer(self) -> Layer:
        """The layer that is shown."""
        return self.state.layer if self._layer is None else self._layer

    @property
    def own_layer(self) -> Layer | None:
        """The layer by whose slices the wheel steps here; None where it follows the state."""
        return self._layer if self.comparison is None else self.comparison.finest.layer

    @property
    def compared_name(self) -> str:
        """What a comparison calls this view."""
        volume = self.volume
        return volume.label if volume else ""

    @property
    def is_judged(self) -> bool:
        """Whether verdicts are about the layer that is shown; never where it takes none."""
        return self.layer == self.state.judged_layer and not self.layer.held_out

    @property
    def alone(self) -> bool:
        """Whether it has the place of all that are compared."""
        return self._alone

    def set_alone(self, alone: bool) -> None:
        """Set ``alone``."""
        if alone != self._alone:
            self._alone = alone
            self.update()

    def shown_at(self, point: QPointF) -> "PlaneView":
        """The view whose picture is under a screen point: another one in a comparison."""
        return self if self.comparison is None else self.comparison.shown_at(point)

    @property
    def overlay(self) -> UncertaintyMap | None:
        """What lies over the picture: the uncertainty of the run where it is wanted."""
        if not self.state.uncertainty_visible or self.layer.held_out:
            return None
        run = self.state.run(self.layer.run_id)
        return self._uncertainty.of_run(run, self.state.uncertainty_look)

    @property
    def volume(self) -> Volume | None:
        """What the layer shows; None when nothing is open."""
        return self.state.volume(self.layer)

    @property
    def synthesised(self) -> bool:
        """Whether what is shown holds synthesised slices."""
        return self.volume is not None and self.volume.synthesised

    @property
    def picture(self) -> Picture | None:
        """What is shown now; None when nothing is open."""
        if self._stale:
            self._stale = False
            volume = self.volume
            self._picture = self._build_picture(volume) if volume else self._picture_while_loading()
            if self._picture is not None:
                self._fill_images(self._picture)
        return self._picture

    @property
    def lines(self) -> tuple[ReferenceLine, ...]:
        """Lines of other planes that are drawn and can be taken hold of."""
        picture, volume = self.picture, self.volume
        if picture is None or volume is None or not self.state.crosshair_visible:
            return ()
        return self._build_lines(picture, volume)

    def _picture_while_loading(self) -> Picture | None:
        return None

    def _refresh(self) -> None:
        # Hidden views are not painted: they must not keep the pixels of a closed series.
        self._stale, self._picture = True, None
        self._point_again()
        self.update()

    @Slot()
    def _point_again(self) -> None:
        if self._pointed_at is not None:
            self._told_anew.start()

    @Slot()
    def _tell_pointer(self) -> None:
        """Tell what lies under the cursor, which may rest while the picture changes."""
        point = self._pointed_at
        self.pointed.emit(None if point is None else self.shown_at(point).pointer_at(point))

    @Slot(int, int)
    def _on_phase_ready(self, run_id: int, phase: int) -> None:
        if self.layer.run_id == run_id and self.state.phase == phase:
            self._refresh()

    def _fill_images(self, picture: Picture) -> None:
        window = picture.window or self.state.window
        self.images.fill(picture.values, window, inverted=self.state.inverted)
        overlay = self.overlay
        if overlay is None:
            self.images.clear_overlay()
        else:
            self.images.fill_overlay(overlay, self._overlay_values(overlay, picture))

    # -- where it is shown -------------------------------------------------------------------------------

    @property
    def transform(self) -> ViewTransform | None:
        """Where the picture lies in the view; None when nothing is open."""
        picture = self.picture
        size = (float(self.width()), float(self.height()))
        return None if picture is None else self.framing.transform(picture, size)

    @property
    def covered(self) -> tuple[QRectF, ...]:
        """Where other widgets lie over the picture."""
        over = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return tuple(QRectF(widget.geometry()) for widget in over if widget.isVisible())

    def _take_over_link(self) -> None:
        self.framing.take_over_link()
        self.update()

    def reset_view(self) -> None:
        """Forget the view's own zoom, pan and draft; those of linked views are the state's."""
        self.framing.reset()
        self.draft.clear()
        self.update()

    @Slot()
    def _drop_draft(self) -> None:
        """What was begun with one tool and on one layer does not go on with another."""
        self.draft.clear()
        self.update()

    # -- what lies where ---------------------------------------------------------------------------------

    def place_at(self, point: QPointF) -> FloatArray | None:
        """LPS mm under a screen point; None when nothing is open."""
        picture, transform = self.picture, self.transform
        if picture is None or transform is None:
            return None
        return picture.plane.to_patient(np.array(transform.to_pixel(point.x(), point.y())))

    def pointer_at(self, point: QPointF) -> Pointer | None:
        """Position and intensity under a screen point; None when nothing is open."""
        picture, transform, place = self.picture, self.transform, self.place_at(point)
        if picture is None or transform is None or place is None:
            return None
        row, column = (round(i) for i in transform.to_pixel(point.x(), point.y()))
        rows, columns = picture.values.shape
        inside = 0 <= row < rows and 0 <= column < columns
        holds = inside and (picture.there is None or bool(picture.there[row, column]))
        value = picture.real.to_real(float(picture.values[row, column])) if holds else None
        return Pointer(place, value, picture.known)

    # -- Qt ----------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Room for a 256² picture."""
        return QSize(420, 420)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, overlay, lines, texts; badge and research-use mark always."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self.comparison is None:
            texts = self.content.paint(painter, area)
            self.content.paint_labels(painter, area, (*texts, *self.covered))
        else:
            self.comparison.paint(painter, area)
        if self.hasFocus():
            paint_focus_frame(painter, area)
        painter.end()
        if self.state.phase != self._painted_phase:
            self._painted_phase = self.state.phase
            self.phase_painted.emit(self.state.phase)

    def text_margin(self) -> float:
        """Logical pixels at the left edge that texts leave free."""
        return 0.0

    def paint_margin(self, painter: QPainter, picture: Picture, transform: ViewTransform) -> None:
        """What is drawn in the margin."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The other view of a comparison takes the same place."""
        super().resizeEvent(event)
        if self.comparison is not None:
            self.comparison.second.resize(event.size())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Frame the viewport that has the keyboard."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Slice, phase or zoom."""
        self._interaction.wheel(event)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what the button does."""
        self._interaction.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, and tell what lies under the cursor."""
        self._interaction.move(event)
        self._pointed_at = event.position()
        self._tell_pointer()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        if self._interaction.release():
            self._finish_draft()
        self.update()

    def _finish_draft(self) -> None:
        drawn_in = self if self.comparison is None else self.comparison.drafting
        drawn = drawn_in.draft.finish()
        if drawn is not None:
            self.measured.emit(drawn)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole centre of the window."""
        self.maximise_requested.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that nothing lies under the cursor."""
        super().leaveEvent(event)
        self._pointed_at = None
        self._tell_pointer()
