"""Paints what a plane view shows, layer upon layer: image, outlines, lines, measurements, texts."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.palette import VIEWPORT
from app.rendering.view_transform import ViewTransform
from app.views.annotations import AnnotationPainter
from app.views.colour_legend import paint_legend
from app.views.measurement import Measured, paint_measurements
from app.views.measurement_labels import paint_labels
from app.views.picture import Picture, UncertaintyMap
from app.views.slice_painter import paint_ground, paint_lines, paint_outlines

if TYPE_CHECKING:
    from app.views.comparison import DifferenceImage
    from app.views.plane_view import PlaneView


class PlanePainter:
    """Paints one view; keeps its texts as pictures between calls."""

    def __init__(self, view: "PlaneView") -> None:
        self._view = view
        self._notes = AnnotationPainter()
        self._measured: tuple[Measured, ...] = ()

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        instead: "DifferenceImage | None" = None,
        *,
        notes: bool = True,
        above_message: float = 0.0,
    ) -> tuple[QRectF, ...]:
        """Paint a vertical stripe of the view, whose texts stay within it; where they stand then.

        Parameters
        ----------
        area
            Logical pixels of the view.
        instead
            Shown in place of grey levels and overlay.
        notes
            Whether texts other than the badge are written.
        above_message
            Where chips end that are painted over the stripe, logical pixels: a message of the picture stands below them.
        """
        view = self._view
        painter.save()
        painter.setClipRect(area)
        picture, transform = view.picture, view.transform
        taken: tuple[QRectF, ...] = ()
        self._measured = ()
        self._notes.synthesised = view.synthesised
        if picture is None or transform is None:
            painter.fillRect(area, VIEWPORT)
            painter.translate(area.left(), 0)
            self._notes.paint_research_mark(painter, QRectF(0, 0, area.width(), area.height()))
        else:
            paint_ground(painter, area, transform)
            (instead or view.images).paint(painter, transform, smooth=view.state.interpolation)
            paint_outlines(painter, picture.outlines, transform)
            paint_lines(painter, view.lines, transform)
            self._measured = self._paint_measurements(painter, picture, transform)
            view.paint_margin(painter, picture, transform)
            overlay = view.overlay if instead is None else None
            painter.save()
            taken = self._paint_texts(painter, area, picture, transform, overlay, above_message, notes=notes)
            painter.restore()
        painter.restore()
        return taken

    def paint_labels(self, painter: QPainter, area: QRectF, taken: tuple[QRectF, ...]) -> None:
        """What was measured in the stripe that was painted; last of all, so that nothing hides it.

        Parameters
        ----------
        area
            As given to ``paint``.
        taken
            Where texts and widgets stand.
        """
        view = self._view
        if self._measured and view.volume is not None:
            width = self._within_margin(area)[0].width()
            room = area.adjusted(0, 0, 0, -self._notes.research_mark_height(width))
            state = view.state
            paint_labels(
                painter,
                self._measured,
                view.volume,
                state.phase,
                room,
                taken,
                state.measures.selected,
                clear=self._kept_clear(),
                view_width=view.width(),
            )

    def _kept_clear(self) -> tuple[QRectF, ...]:
        """``PlaneView.kept_clear`` on the screen."""
        view = self._view
        picture, transform = view.picture, view.transform
        if picture is None or transform is None:
            return ()
        corners = (
            [QPointF(*transform.to_screen(*corner)) for corner in box] for box in view.kept_clear(picture)
        )
        return tuple(QRectF(first, last) for first, last in corners)

    def _paint_texts(
        self,
        painter: QPainter,
        area: QRectF,
        picture: Picture,
        transform: ViewTransform,
        overlay: UncertaintyMap | None,
        above_message: float,
        *,
        notes: bool,
    ) -> tuple[QRectF, ...]:
        """Write over the picture; where texts stand then."""
        view = self._view
        inner, left = self._within_margin(area)
        painter.translate(left, 0)
        wanted = notes and view.state.annotations_visible
        written = view.annotations(picture, view.volume) if wanted else None
        below_badge = self._notes.paint(painter, inner, picture.badge, written, transform.scale)
        taken = list(self._notes.written)
        if picture.message:
            taken.append(self._notes.paint_message(painter, inner, picture.message, above_message))
        if overlay is not None:
            taken.append(paint_legend(painter, inner, overlay, below_badge, taken))
        if notes:
            self._notes.paint_research_mark(painter, inner)
        return tuple(box.translated(left, 0) for box in taken)

    def paint_own_notes(
        self, painter: QPainter, area: QRectF, taken: tuple[QRectF, ...]
    ) -> tuple[QRectF, ...]:
        """What holds for the layer of a stripe that was painted without notes, above what is ``taken``; where it stands."""
        view, picture = self._view, self._view.picture
        if picture is None or not view.state.annotations_visible:
            return ()
        lines = view.annotations(picture, view.volume).of_layer
        part = area.adjusted(max(0.0, view.text_margin() - area.left()), 0, 0, 0)
        return self._notes.paint_of_layer(painter, part, lines, taken)

    def paint_shared_notes(self, painter: QPainter, area: QRectF, *, synthesised: bool) -> tuple[QRectF, ...]:
        """Letters, scale bar and the corner texts below that hold for all layers, over pictures that were painted without notes.

        Parameters
        ----------
        area
            All of the view, logical pixels.
        synthesised
            Whether any of the layers holds synthesised slices.

        Returns
        -------
        taken
            Where they and the research-use mark stand.
        """
        view = self._view
        picture, transform = view.picture, view.transform
        if picture is None or transform is None:
            return ()
        self._notes.synthesised = synthesised
        taken: tuple[QRectF, ...] = ()
        inner, left = self._within_margin(area)
        painter.save()
        painter.translate(left, 0)
        if view.state.annotations_visible:
            notes = replace(view.annotations(picture, view.volume), title="", subtitle=(), of_layer=())
            self._notes.paint(painter, inner, None, notes, transform.scale)
            taken = self._notes.written
        self._notes.paint_research_mark(painter, inner)
        painter.restore()
        mark = self._notes.research_mark_height(inner.width())
        boxes = (*taken, inner.adjusted(0, inner.height() - mark, 0, 0))
        return tuple(box.translated(left, 0) for box in boxes)

    def _within_margin(self, area: QRectF) -> tuple[QRectF, float]:
        """Where texts of a stripe may stand, and where that begins in the view; both logical pixels."""
        left = max(area.left(), self._view.text_margin())
        return QRectF(0, 0, area.right() - left, area.height()), left

    def _paint_measurements(
        self, painter: QPainter, picture: Picture, transform: ViewTransform
    ) -> tuple[Measured, ...]:
        view = self._view
        measures, drawn = view.state.measures, view.draft.drawn
        shown = tuple(m for m in measures.measurements if m.layer == view.layer)
        if drawn is not None:
            shown = (*shown, drawn)
        return paint_measurements(painter, shown, picture, transform, measures.selected, view.state.phase)

    def paint_message(self, painter: QPainter, area: QRectF, message: str, above: float) -> QRectF:
        """A line across the view, below what ends at ``above`` logical pixels; its plate."""
        return self._notes.paint_message(painter, area, message, above)
