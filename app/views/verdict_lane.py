"""The lane in a slice ladder that shows which slices have a verdict, and which."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.palette import scaled
from app.state.review_state import ReviewState
from app.translation import tr
from app.views.ladder_lane import LadderLane
from app.views.slice_ladder import VERDICT_LANE, SliceLadder
from app.views.verdict_marks import mark_of, paint_mark

LARGEST_MARK = 9.0


class VerdictLane(LadderLane):
    """Marks beside the rungs of a ladder.

    Parameters
    ----------
    ladder
        Its parent, whose rungs it follows.
    reviews
        The verdicts.
    """

    def __init__(self, ladder: SliceLadder, reviews: ReviewState) -> None:
        super().__init__(ladder, lambda: round(ladder.lane_left), VERDICT_LANE)
        self._reviews = reviews
        self.setAccessibleName(tr("Verdicts"))
        reviews.review_changed.connect(self.update)
        reviews.subject_changed.connect(self.update)

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
            side = min(scaled(LARGEST_MARK), max(5.0, rung.height()))
            box = QRectF(0, 0, self.width(), side)
            box.moveCenter(QRectF(0, rung.top(), self.width(), rung.height()).center())
            paint_mark(painter, box, mark_of(entry.verdict))
