"""Where the labels of measurements go, so that none hides another or the texts in the corners."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QPointF, QRectF, QSizeF

BESIDE = 8.0
"""Logical pixels between what is labelled and its label."""
CORNER_WIDTH, LOWER_CORNER = 130.0, 92.0
"""Room of the texts in the lower corners, logical pixels: beside a divider they are written last."""
LETTERS = QSizeF(46.0, 30.0)
"""Room of the orientation letters at either side."""
END = 4.0
"""Half the width of the end of what is labelled, logical pixels."""
NOTICE = 22.0
"""Height of the line at the bottom of every viewport, logical pixels."""
MOST_STEPS = 6


class LabelPlaces:
    """The labels of one picture.

    Parameters
    ----------
    area
        Size of the viewport.
    taken
        Where texts stand already.
    """

    def __init__(self, area: QSizeF, taken: Iterable[QRectF] = ()) -> None:
        self._room = QRectF(0.0, 0.0, area.width(), max(0.0, area.height() - NOTICE))
        right, lower = area.width() - CORNER_WIDTH, area.height() - LOWER_CORNER
        self._taken = [*taken, *(QRectF(left, lower, CORNER_WIDTH, LOWER_CORNER) for left in (0.0, right))]
        middle = (area.height() - LETTERS.height()) / 2
        for left in (0.0, area.width() - LETTERS.width()):
            self._taken.append(QRectF(QPointF(left, middle), LETTERS))

    @property
    def width(self) -> float:
        """Of the viewport."""
        return self._room.width()

    def take(self, size: QSizeF, at: QPointF) -> QRectF:
        """The place of a label of ``size`` for what ends at ``at``: the first that is free, else the least covered one."""
        least, found = float("inf"), QRectF()
        for plate in self._candidates(size, at):
            covered = self._covered(plate)
            if covered < least:
                least, found = covered, plate
            if covered == 0.0:
                break
        self._taken.append(found)
        return found

    def keep_clear(self, end: QPointF) -> None:
        """Let no label cover the end of what is labelled."""
        self._taken.append(QRectF(end.x() - END, end.y() - END, 2 * END, 2 * END))

    def _candidates(self, size: QSizeF, at: QPointF) -> Iterator[QRectF]:
        """To the right of the end, below, above and to its left, where a line may come from; then farther away."""
        width, height = size.width(), size.height()
        beside, middle = at.y() - height / 2, at.x() - width / 2
        for step in range(MOST_STEPS):
            away = step * (height + 2.0)
            for corner in (
                (at.x() + BESIDE, beside + away),
                (middle, at.y() + BESIDE + away),
                (middle, at.y() - BESIDE - height - away),
                (at.x() - BESIDE - width, beside + away),
                (at.x() + BESIDE, beside - away),
                (at.x() - BESIDE - width, beside - away),
            ):
                yield self._within(QRectF(QPointF(*corner), size))

    def _within(self, plate: QRectF) -> QRectF:
        """``plate``, moved into the viewport where it does not lie in it."""
        room = self._room
        left = min(max(plate.left(), room.left()), max(room.left(), room.right() - plate.width()))
        top = min(max(plate.top(), room.top()), max(room.top(), room.bottom() - plate.height()))
        return QRectF(QPointF(left, top), plate.size())

    def _covered(self, plate: QRectF) -> float:
        shared = (plate.intersected(taken) for taken in self._taken)
        return sum(s.width() * s.height() for s in shared)
