"""Two views in one place: flicker, swipe or difference, with a chip that names each layer."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Slot
from PySide6.QtGui import QImage, QPainter, QPen

from app.layers import ACQUIRED
from app.palette import FOCUS, SHADOW
from app.rendering.composition import difference_colours
from app.rendering.truth import truth_of
from app.rendering.view_transform import ViewTransform
from app.state.compare_state import CompareMode, CompareState, judged_of
from app.translation import tr, tr_later
from app.views.compare_chips import Chip, chips_bottom, marked, paint_chips, paint_chips_beside
from app.views.difference_legend import paint_difference_legend
from app.views.slice_painter import paint_image
from calid_core.arrays import IntensityArray
from calid_core.real_values import STORED

if TYPE_CHECKING:
    from app.views.plane_view import PlaneView

GRAB = 6.0
"""Logical pixels beside the divider that take hold of it."""
BESIDE = 2.0
"""Logical pixels beside the divider that its line takes."""
SHOWN_DIFFERENCE = 0.25
"""Difference that gets the full colour, as a share of the width of the window."""
NO_TRUTH = tr_later("No truth at this slice: no difference")
PASSED_THROUGH = tr_later("Acquired slice, unchanged: check Leave one slice out, then compare Held out")
NOT_LEFT_OUT = tr_later("This slice was not left out: no difference")


class DifferenceImage:
    """Signed difference of one picture from its truth, in colour; kept while nothing changes."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._image = QImage()

    def fill(
        self, image: IntensityArray, truth: IntensityArray, limit: float, key: tuple[object, ...]
    ) -> None:
        """Colour ``image - truth``; ``limit`` gets the full colour, ``key`` says what is shown."""
        if key == self._key:
            return
        colours = difference_colours(image, truth, limit)
        rows, columns = colours.shape[:2]
        opaque = np.full((rows, columns, 4), 255, dtype=np.uint8)
        opaque[..., :3] = colours
        self._image = QImage(opaque.data, columns, rows, 4 * columns, QImage.Format.Format_RGBX8888).copy()
        self._key = key

    def paint(self, painter: QPainter, transform: ViewTransform, *, smooth: bool) -> None:
        """At its place."""
        paint_image(painter, self._image, transform, smooth=smooth)


class Comparison(QObject):
    """Paints two views into the first one.

    Parameters
    ----------
    first
        The widget on the screen: it takes mouse and keys.
    second
        Never shown itself; it frames like the first.
    compare
        Mode, and who is on the screen.
    """

    def __init__(self, first: "PlaneView", second: "PlaneView", compare: CompareState) -> None:
        super().__init__(first)
        self._views = (first, second)
        self._compare = compare
        self._difference = DifferenceImage()
        self._drafting = first
        second.setParent(first)
        second.hide()
        second.framing = first.framing
        for changed in (
            compare.mode_changed,
            compare.shown_changed,
            compare.swipe_changed,
            compare.flickering_changed,
        ):
            changed.connect(self._repaint)
        first.state.run_phase_ready.connect(self._repaint)

    @Slot()
    def _repaint(self) -> None:
        self._views[0].update()

    @property
    def second(self) -> "PlaneView":
        """The view that has no place of its own on the screen."""
        return self._views[1]

    @property
    def finest(self) -> "PlaneView":
        """The view whose layer has more slices: the wheel steps by these."""
        slices = [view.volume.slices if view.volume else 0 for view in self._views]
        return self._views[1] if slices[1] >= slices[0] else self._views[0]

    @property
    def judged(self) -> "PlaneView":
        """The view whose layer is held against the truth."""
        first, second = self._views
        return second if judged_of((first.layer, second.layer)) == second.layer else first

    def shown_at(self, point: QPointF) -> "PlaneView":
        """The view whose picture is under a screen point now."""
        match self._compare.mode:
            case CompareMode.SWIPE:
                return self._views[0 if point.x() < self._border else 1]
            case CompareMode.DIFFERENCE:
                return self.judged
            case _:
                return self._views[self._compare.shown]

    @property
    def drafting(self) -> "PlaneView":
        """The view in which a measurement is being drawn."""
        return self._drafting

    def draw_at(self, point: QPointF) -> "PlaneView":
        """Draw in the view whose picture is under a screen point; an angle goes on where it began."""
        if not self._drafting.draft.turning:
            self._drafting = self.shown_at(point)
        return self._drafting

    @property
    def _border(self) -> float:
        return round(self._compare.swipe * self._views[0].width())

    def on_divider(self, point: QPointF) -> bool:
        """Whether a screen point takes hold of the divider."""
        return self._compare.mode is CompareMode.SWIPE and abs(point.x() - self._border) <= GRAB

    def share_at(self, point: QPointF) -> float:
        """Where the divider stands when it is dragged to a point."""
        return point.x() / max(1, self._views[0].width())

    # -- painting ----------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """What the mode shows."""
        match self._compare.mode:
            case CompareMode.SWIPE:
                self._paint_swipe(painter, area)
            case CompareMode.DIFFERENCE:
                self._paint_difference(painter, area)
            case _:
                shown = self._compare.shown
                content = self._views[shown].content
                above = chips_bottom(area.width(), len(self._views))
                taken = self._views[0].covered + content.paint(painter, area, above_message=above)
                chips = tuple(self._chip(view, shown=i == shown) for i, view in enumerate(self._views))
                content.paint_labels(painter, area, taken + paint_chips(painter, area, chips))

    @staticmethod
    def _chip(view: "PlaneView", *, shown: bool) -> Chip:
        return Chip(marked(view.compared_name, judged=view.is_judged), shown)

    def _paint_swipe(self, painter: QPainter, area: QRectF) -> None:
        border = self._border
        left = QRectF(area.left(), area.top(), border, area.height())
        right = QRectF(border, area.top(), area.width() - border, area.height())
        shown = [(v, part) for v, part in zip(self._views, (left, right), strict=True) if part.width() > 1]
        taken = self._views[0].covered
        for view, part in shown:
            above = chips_bottom(part.width())
            taken += view.content.paint(painter, part, notes=False, above_message=above)
        self._paint_divider(painter, area)
        chips = tuple(self._chip(view, shown=True) for view, _ in shown)
        taken += paint_chips_beside(painter, tuple(part for _, part in shown), chips, taken)
        taken += self._views[0].content.paint_shared_notes(
            painter, area, synthesised=any(view.synthesised for view, _ in shown)
        )
        for view, part in shown:
            taken += view.content.paint_own_notes(painter, part.adjusted(BESIDE, 0, -BESIDE, 0), taken)
        for view, part in shown:
            view.content.paint_labels(painter, part.adjusted(BESIDE, 0, -BESIDE, 0), taken)

    def _paint_divider(self, painter: QPainter, area: QRectF) -> None:
        border, middle = self._border, area.center().y()
        for colour, width in ((SHADOW, 4.0), (FOCUS, 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QLineF(border, area.top(), border, area.bottom()))
            for side in (-1, 1):
                tip = QPointF(border + 9 * side, middle)
                for end in (-5, 5):
                    painter.drawLine(QLineF(tip, QPointF(border + 4 * side, middle + end)))

    def _paint_difference(self, painter: QPainter, area: QRectF) -> None:
        judged = self.judged
        limit = SHOWN_DIFFERENCE * judged.state.window[1]
        why_not = self._fill_difference(judged, limit)
        taken, above = self._views[0].covered, chips_bottom(area.width())
        if why_not:
            taken += judged.content.paint(painter, area, above_message=above)
            if judged.picture is None or not judged.picture.message:  # else it says why itself
                taken += (judged.content.paint_message(painter, area, tr(why_not), above),)
            taken += paint_chips(painter, area, (self._chip(judged, shown=True),))
        else:
            taken += judged.content.paint(painter, area, self._difference)
            stack = judged.state.active_stack
            truth = tr("aligned") if stack is not None and stack.moved_slices else tr("acquired")
            chip = Chip(f"{judged.compared_name} − {truth}", shown=True)
            taken += paint_chips(painter, area, (chip,))
            real = picture.real if (picture := judged.picture) is not None else STORED
            taken += (paint_difference_legend(painter, area, real.width_to_real(limit)),)
        judged.content.paint_labels(painter, area, taken)

    def _fill_difference(self, judged: "PlaneView", limit: float) -> str:
        """Make the coloured picture; why there is nothing to show, empty where there is."""
        state, volume, picture = judged.state, judged.volume, judged.picture
        acquired = state.volume(ACQUIRED)
        if volume is None or acquired is None or picture is None or picture.message:
            return NO_TRUTH
        truth = truth_of(judged.layer, volume, acquired, state.phase, picture.index)
        if truth is None or truth.shape != picture.values.shape:
            return NO_TRUTH
        if np.array_equal(truth, picture.values):
            return NOT_LEFT_OUT if judged.layer.held_out else PASSED_THROUGH
        key = (volume, state.phase, picture.index, limit)
        self._difference.fill(picture.values, truth, limit, key)
        return ""
