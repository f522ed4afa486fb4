"""What slice views and long-axis views have in common: a picture, its frame, and the mouse."""

from abc import abstractmethod

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.rendering.composition import overlay_colours
from app.rendering.view_transform import ViewTransform
from app.rendering.windowing import Windowing
from app.state import StudyState
from app.study import Layer, Volume
from app.views.annotations import AnnotationPainter, Annotations
from app.views.measurement import Measurement, paint_measurement
from app.views.palette import VIEWPORT
from app.views.picture import OverlayMap, Picture, Pointer
from app.views.slice_interaction import SliceInteraction
from app.views.slice_painter import (
    GreyImage,
    ReferenceLine,
    colour_image,
    paint_focus_frame,
    paint_ground,
    paint_image,
    paint_lines,
)
from calid_core.arrays import FloatArray

SHORTEST_MEASUREMENT = 0.5
"""A measurement shorter than this, in mm, was a click."""


class PlaneView(QWidget):
    """A picture of one plane through the stack; draws the state and emits intents.

    Parameters
    ----------
    state
        What is shown.
    layer
        The layer that is shown; None follows the layer of the state.
    """

    slice_step_requested = Signal(int)
    phase_step_requested = Signal(int)
    position_requested = Signal(object)  # (3,) LPS mm
    window_requested = Signal(float, float)  # centre, width
    zoom_requested = Signal(float)
    pan_requested = Signal(float, float)  # mm rightwards, downwards
    long_axis_angle_requested = Signal(float)  # degrees
    maximise_requested = Signal()
    activated = Signal()
    pointed = Signal(object)  # Pointer, or None when the cursor left
    phase_painted = Signal(int)

    def __init__(self, state: StudyState, layer: Layer | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._layer = layer
        self._picture: Picture | None = None
        self._stale = True
        self._grey = GreyImage()
        self._windowing: tuple[object, Windowing] | None = None
        self._overlay: OverlayMap | None = None
        self._overlay_image: QImage | None = None
        self._notes = AnnotationPainter()
        self._interaction = SliceInteraction(self)
        self._measurements: list[Measurement] = []
        self._own_zoom, self._own_pan = 1.0, (0.0, 0.0)
        self._painted_phase = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self._listen()

    def _listen(self) -> None:
        state = self.state
        for signal in (
            state.studies_changed,
            state.stack_changed,
            state.runs_changed,
            state.run_phase_ready,
            state.layer_changed,
            state.position_changed,
            state.phase_changed,
            state.window_changed,
            state.inverted_changed,
            state.long_axis_angle_changed,
        ):
            signal.connect(self._refresh)
        for signal in (
            state.interpolation_changed,
            state.annotations_visible_changed,
            state.crosshair_visible_changed,
            state.zoom_changed,
            state.pan_changed,
        ):
            signal.connect(self.update)
        state.linked_changed.connect(self._take_over_link)
        state.stack_changed.connect(self.reset_view)

    # -- what is shown -----------------------------------------------------------------------------------

    @abstractmethod
    def _build_picture(self, volume: Volume) -> Picture:
        """The picture of a volume at the state's position and phase."""

    @abstractmethod
    def _build_lines(self, picture: Picture, volume: Volume) -> tuple[ReferenceLine, ...]:
        """Where other planes cut the picture."""

    @abstractmethod
    def _overlay_values(self, overlay: OverlayMap) -> FloatArray:
        """The part of an overlay that belongs to the picture, ``(rows, columns)``."""

    @abstractmethod
    def _annotations(self, picture: Picture, volume: Volume | None) -> Annotations:
        """What is written over the picture."""

    @property
    def layer(self) -> Layer:
        """The layer that is shown."""
        return self.state.layer if self._layer is None else self._layer

    def set_layer(self, layer: Layer | None) -> None:
        """Show a layer; None follows the layer of the state."""
        self._layer = layer
        self._refresh()

    def set_overlay(self, overlay: OverlayMap | None) -> None:
        """Lay a map over the picture, or take it away."""
        self._overlay = overlay
        self._refresh()

    @property
    def volume(self) -> Volume | None:
        """What the layer shows; None when nothing is open."""
        return self.state.volume(self.layer)

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
        self._stale = True
        self.update()

    def _fill_images(self, picture: Picture) -> None:
        window = picture.window or self.state.window
        key = (picture.values.dtype, window, self.state.inverted)
        if self._windowing is None or self._windowing[0] != key:
            self._windowing = (key, Windowing(key[0], *window, inverted=key[2]))
        rows, columns = picture.values.shape
        self._windowing[1].apply(picture.values, self._grey.buffer((rows, columns)))
        self._overlay_image = None
        if self._overlay is not None:
            colours = overlay_colours(
                self._overlay_values(self._overlay),
                largest=self._overlay.largest,
                threshold=self._overlay.threshold,
                opacity=self._overlay.opacity,
            )
            self._overlay_image = colour_image(colours)

    # -- where it is shown -------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Magnification; 1 fits the picture into the view."""
        return self.state.zoom if self.state.linked else self._own_zoom

    @property
    def pan(self) -> tuple[float, float]:
        """Shift of the picture in mm, rightwards and downwards."""
        return self._linked_pan() if self.state.linked else self._own_pan

    def _linked_pan(self) -> tuple[float, float]:
        return self.state.pan

    def _request_pan(self, right: float, down: float) -> None:
        if self.state.linked:
            self.pan_requested.emit(right, down)
        else:
            self._own_pan = (right, down)
            self.update()

    def _take_over_link(self) -> None:
        """Once unlinked, begin with what was shown while linked."""
        if not self.state.linked:
            self._own_zoom, self._own_pan = self.state.zoom, self._linked_pan()
        self.update()

    def reset_view(self) -> None:
        """Forget the view's own zoom, pan and measurements; those of linked views are the state's."""
        self._own_zoom, self._own_pan = 1.0, (0.0, 0.0)
        self._measurements.clear()
        self.update()

    @property
    def transform(self) -> ViewTransform | None:
        """Where the picture lies in the view; None when nothing is open."""
        picture = self.picture
        if picture is None:
            return None
        plane, pan = picture.plane, self.pan
        row, column = plane.to_pixel(picture.centre)
        home = (float(column + 0.5) * plane.spacing[1], float(row + 0.5) * plane.spacing[0])
        focus = (home[0] - pan[0], home[1] - pan[1])
        size = (float(self.width()), float(self.height()))
        return ViewTransform(size, plane.spacing, plane.shape, picture.fit, self.zoom, focus)

    # -- intents -----------------------------------------------------------------------------------------

    def request_zoom_at(self, x: float, y: float, factor: float) -> None:
        """Magnify, keeping the place under a screen point."""
        transform = self.transform
        if transform is None:
            return
        pan = self.pan
        zoom, focus = transform.zoomed_at(x, y, factor)
        if self.state.linked:
            self.zoom_requested.emit(zoom)
        else:
            self._own_zoom = zoom
        self._request_pan(pan[0] - (focus[0] - transform.focus[0]), pan[1] - (focus[1] - transform.focus[1]))

    def request_pan_by(self, dx: float, dy: float) -> None:
        """Shift the picture by logical screen pixels."""
        transform = self.transform
        if transform is not None:
            pan = self.pan
            self._request_pan(pan[0] + dx / transform.scale, pan[1] + dy / transform.scale)

    def request_position_at(self, x: float, y: float) -> None:
        """Move the crosshair within the plane to a screen point."""
        picture, transform = self.picture, self.transform
        if picture is not None and transform is not None:
            plane, position = picture.plane, self.state.position
            here = plane.to_patient(plane.to_pixel(position))
            self.position_requested.emit(
                position + plane.to_patient(np.array(transform.to_pixel(x, y))) - here
            )

    def request_slice_at(self, x: float, y: float) -> None:
        """Go to the slice that lies under a screen point."""
        picture, transform, volume = self.picture, self.transform, self.volume
        if picture is None or transform is None or volume is None:
            return
        place = picture.plane.to_patient(np.array(transform.to_pixel(x, y)))
        index = volume.geometry.to_index(self.state.position)
        index[0] = volume.nearest_slice(place)
        self.position_requested.emit(volume.geometry.to_patient(index))

    def begin_measurement(self, at: QPointF) -> None:
        """Put the first end of a distance."""
        picture, place = self.picture, self.place_at(at)
        if picture is not None and place is not None:
            self._measurements.append(Measurement(place, place, picture.name))

    def extend_measurement(self, to: QPointF) -> None:
        """Move the second end of the newest distance."""
        place = self.place_at(to)
        if self._measurements and place is not None:
            newest = self._measurements[-1]
            self._measurements[-1] = Measurement(newest.start, place, newest.made_on)
            self.update()

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
        return Pointer(place, float(picture.values[row, column]) if inside else None)

    # -- Qt ----------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Room for a 256² picture."""
        return QSize(420, 420)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, overlay, lines, texts; badge and research-use mark always."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        picture, transform = self.picture, self.transform
        if picture is None or transform is None:
            painter.fillRect(area, VIEWPORT)
            self._notes.paint_research_mark(painter, area)
        else:
            self._paint_picture(painter, area, picture, transform)
        if self.hasFocus():
            paint_focus_frame(painter, area)
        painter.end()
        if self.state.phase != self._painted_phase:
            self._painted_phase = self.state.phase
            self.phase_painted.emit(self._painted_phase)

    def _paint_picture(
        self, painter: QPainter, area: QRectF, picture: Picture, transform: ViewTransform
    ) -> None:
        paint_ground(painter, area, transform)
        paint_image(painter, self._grey.image, transform, smooth=self.state.interpolation)
        if self._overlay_image is not None:
            paint_image(painter, self._overlay_image, transform, smooth=self.state.interpolation)
        paint_lines(painter, self.lines, transform)
        for measurement in self._measurements:
            if measurement.lies_in(picture.plane):
                paint_measurement(painter, measurement, picture.plane, transform)
        self._paint_margin(painter, transform)
        left = self._margin()
        painter.translate(left, 0)
        inner = area.adjusted(0, 0, -left, 0)
        if self.state.annotations_visible:
            self._notes.paint(painter, inner, self._annotations(picture, self.volume), transform.scale)
        self._notes.paint_badge(painter, inner, picture.badge)
        if picture.message:
            self._notes.paint_message(painter, inner, picture.message)
        self._notes.paint_research_mark(painter, inner)
        painter.translate(-left, 0)

    def _margin(self) -> float:
        """Logical pixels at the left edge that texts leave free."""
        return 0.0

    def _paint_margin(self, painter: QPainter, transform: ViewTransform) -> None:
        """What is drawn in the margin."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that this viewport has the keyboard."""
        super().focusInEvent(event)
        self.update()
        self.activated.emit()

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
        self.pointed.emit(self.pointer_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._interaction.release()
        if self._measurements and self._measurements[-1].length < SHORTEST_MEASUREMENT:
            self._measurements.pop()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole centre of the window."""
        self.maximise_requested.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that nothing lies under the cursor."""
        super().leaveEvent(event)
        self.pointed.emit(None)
