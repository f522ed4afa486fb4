"""The lane in a slice ladder that shows which slices have a verdict, and which."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.review.review_state import ReviewState
from app.review.verdict_marks import mark_of, paint_mark
from app.translation import tr
from app.views.slice_ladder import VERDICT_LANE, SliceLadder

LARGEST_MARK = 9.0


class VerdictLane(QWidget):
    """Marks beside the rungs of a ladder; lets the mouse through.

    Parameters
    ----------
    ladder
        Its parent, whose rungs it follows.
    reviews
        The verdicts.
    """

    def __init__(self, ladder: SliceLadder, reviews: ReviewState) -> None:
        super().__init__(ladder)
        self._ladder, self._reviews = ladder, reviews
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAccessibleName(tr("Verdicts"))
        self._cover()
        ladder.installEventFilter(self)
        reviews.review_changed.connect(self.update)
        reviews.subject_changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the ladder."""
        if event.type() is QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        self.setGeometry(round(self._ladder.lane_left), 0, VERDICT_LANE, self._ladder.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """One mark per verdict."""
        volume = self._ladder.volume
        review = self._reviews.review_of(self._ladder.layer)
        if volume is None or review is None:
            return
        painter = QPainter(self)
        for entry in review.verdicts:
            if entry.slice_index is None or entry.slice_index >= volume.slices:
                continue
            rung = self._ladder.rung(volume, entry.slice_index)
            side = min(LARGEST_MARK, max(5.0, rung.height()))
            box = QRectF(0, 0, VERDICT_LANE, side)
            box.moveCenter(QRectF(0, rung.top(), VERDICT_LANE, rung.height()).center())
            paint_mark(painter, box, mark_of(entry.verdict))
