"""What a person points at on the screen, turned into places in the patient and asked of the controller."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from app.measure.shapes import SHAPES
from app.views.framing import Pan

if TYPE_CHECKING:
    from app.views.plane_view import PlaneView


class PlaneIntents:
    """Emits the ``…_requested`` signals of one view; does nothing while nothing is open.

    All points are logical screen pixels within the view.
    """

    def __init__(self, view: "PlaneView") -> None:
        self._view = view

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Magnify, keeping the place under a point."""
        transform, framing = self._view.transform, self._view.framing
        if transform is not None:
            before, pan = transform.focus, framing.pan
            zoom, focus = transform.zoomed_at(point.x(), point.y(), factor)
            self._frame(zoom, (pan[0] + before[0] - focus[0], pan[1] + before[1] - focus[1]))

    def pan_by(self, shift: QPointF) -> None:
        """Shift the picture."""
        transform, framing = self._view.transform, self._view.framing
        if transform is not None:
            moved = shift / transform.scale
            self._frame(framing.zoom, (framing.pan[0] + moved.x(), framing.pan[1] + moved.y()))

    def _frame(self, zoom: float, pan: Pan) -> None:
        view = self._view
        if view.state.linked:
            view.zoom_requested.emit(zoom)
            view.pan_requested.emit(*view.framing.to_linked(pan))
        else:
            view.framing.set_own(zoom, pan)
        view.update()

    def position_at(self, point: QPointF) -> None:
        """Move the crosshair within the plane."""
        picture, place = self._view.picture, self._view.place_at(point)
        if picture is not None and place is not None:
            plane, position = picture.plane, self._view.state.position
            here = plane.to_patient(plane.to_pixel(position))
            self._view.position_requested.emit(position + place - here)

    def slice_at(self, point: QPointF) -> None:
        """Go to the slice that lies under a point of a long-axis view."""
        place, volume = self._view.place_at(point), self._view.volume
        if place is not None and volume is not None:
            self._view.slice_requested.emit(self._view.layer, volume.nearest_slice(place))

    def begin_measurement(self, at: QPointF) -> None:
        """Put the first point of a measurement."""
        comparison = self._view.comparison
        view = self._view if comparison is None else comparison.draw_at(at)
        view.draft.begin(view, SHAPES[self._view.state.tool], at)
        if view.draft.drawn is not None:
            self._view.drawing_began.emit()
        self._view.update()

    def extend_measurement(self, to: QPointF) -> None:
        """Move the newest point of the measurement that is being drawn."""
        comparison = self._view.comparison
        view = self._view if comparison is None else comparison.drafting
        view.draft.extend(view, to)
        self._view.update()

    def drop_measurement(self) -> None:
        """Forget the measurement that is being drawn."""
        comparison = self._view.comparison
        view = self._view if comparison is None else comparison.drafting
        view.draft.clear()
        self._view.update()

    @property
    def turning(self) -> bool:
        """Whether an angle waits for the end of its second leg."""
        comparison = self._view.comparison
        view = self._view if comparison is None else comparison.drafting
        return view.draft.turning
