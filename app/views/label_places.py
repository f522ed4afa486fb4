"""Where the labels of measurements go, so that none hides another, what is measured, or the texts in the corners."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF

BESIDE = 8.0
"""Logical pixels between what is labelled and its label."""
END = 4.0
"""Half the width of the end of what is labelled, logical pixels."""
ALONG = 12.0
"""Logical pixels from one place of a line that is kept clear to the next."""
MOST_ALONG = 200
MOST_STEPS = 6


class LabelPlaces:
    """The labels of one picture.

    Parameters
    ----------
    room
        Where labels may stand; one that is larger than the room begins in the view all the same.
    taken
        Where texts stand already.
    """

    def __init__(self, room: QRectF, taken: Iterable[QRectF] = ()) -> None:
        self._room = room
        self._taken = list(taken)
        self._around: list[QRectF] = []

    @property
    def width(self) -> float:
        """Of the room."""
        return self._room.width()

    def take(self, size: QSizeF, at: QPointF) -> QRectF:
        """The place of a label of ``size`` for what ends at ``at``: the first that is free, else the least covered one.

        Where none is free, one that covers a region to go around is better than one that covers a text.
        """
        least, found = (float("inf"), float("inf")), QRectF()
        for plate in self._candidates(size, at):
            covered = _covered(plate, self._taken), _covered(plate, self._around)
            if covered < least:
                least, found = covered, plate
            if covered == (0.0, 0.0):
                break
        self._taken.append(found)
        return found

    def keep_clear(self, end: QPointF) -> None:
        """Let no label cover the end of what is labelled."""
        self._taken.append(QRectF(end.x() - END, end.y() - END, 2 * END, 2 * END))

    def keep_line_clear(self, points: Sequence[QPointF]) -> None:
        """Let no label cover the ends of a line that goes from point to point, or what lies between them in the room."""
        for start, end in pairwise(points):
            line = QLineF(start, end)
            steps = max(1, min(MOST_ALONG, round(line.length() / ALONG)))
            for step in range(steps):
                self.keep_clear(line.pointAt(step / steps))
        self.keep_clear(points[-1])

    def keep_region_clear(self, region: QRectF) -> None:
        """Let no label cover a region and its ends."""
        self._taken.append(region.adjusted(-END, -END, END, END))

    def go_around(self, region: QRectF) -> None:
        """Let no label cover a region, nor one for what ends within it begin there."""
        self._around.append(region.adjusted(-END, -END, END, END))

    def _candidates(self, size: QSizeF, at: QPointF) -> Iterator[QRectF]:
        """Around the regions that the end lies in; beside the end itself where there is no room for that."""
        end = outer = self._within(QRectF(at, QSizeF(0, 0)))
        at = end.topLeft()
        for region in self._around:
            if region.contains(at):
                outer = outer.united(region)
        if outer != end:
            yield from self._beside(outer, at, size)
        yield from self._beside(end, at, size)

    def _beside(self, box: QRectF, at: QPointF, size: QSizeF) -> Iterator[QRectF]:
        """To the right of a box around the end, below, above and to its left, where a line may come from; then farther away."""
        width, height = size.width(), size.height()
        beside, middle = at.y() - height / 2, at.x() - width / 2
        for step in range(MOST_STEPS):
            away = step * (height + 2.0)
            for corner in (
                (box.right() + BESIDE, beside + away),
                (middle, box.bottom() + BESIDE + away),
                (middle, box.top() - BESIDE - height - away),
                (box.left() - BESIDE - width, beside + away),
                (box.right() + BESIDE, beside - away),
                (box.left() - BESIDE - width, beside - away),
            ):
                yield self._within(QRectF(QPointF(*corner), size))

    def _within(self, plate: QRectF) -> QRectF:
        """``plate``, moved into the room where it does not lie in it."""
        room = self._room
        left = min(max(plate.left(), room.left()), room.right() - plate.width())
        top = min(max(plate.top(), room.top()), room.bottom() - plate.height())
        return QRectF(QPointF(max(0.0, left), max(0.0, top)), plate.size())


def _covered(plate: QRectF, by: list[QRectF]) -> float:
    shared = (plate.intersected(taken) for taken in by)
    return sum(s.width() * s.height() for s in shared)
