"""The lane in a slice ladder that shows the scores of the checks and the uncertainty of every slice."""

from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen

from app.checks.scores import mean_uncertainty, slice_scores
from app.layers import Run
from app.palette import WARNING, scaled
from app.rendering.colour_maps import CIVIDIS
from app.state.viewer_state import ViewerState
from app.translation import tr
from app.views.ladder_lane import LadderLane
from app.views.slice_ladder import SCORE_LANE, SliceLadder
from calid_core.arrays import FloatArray
from calid_core.checks.results import ATTENTION_SCORE

CALM, DOUBTFUL, ALARMING = QColor("#7fa8e0"), WARNING, QColor("#ff7a45")
DOUBTFUL_SCORE = 0.6 * ATTENTION_SCORE
"""From here a slice is marked though it does not need attention yet."""


class ScoreLane(LadderLane):
    """Bars beside the rungs: the longer, the more doubtful; hatched from doubtful on, with a tip where attention is needed.

    While the uncertainty is shown, its mean per slice takes the place of the scores.
    """

    def __init__(self, ladder: SliceLadder, state: ViewerState) -> None:
        super().__init__(ladder, lambda: ladder.width() - round(scaled(SCORE_LANE)), SCORE_LANE)
        self._state = state
        self._known: WeakKeyDictionary[Run, tuple[FloatArray | None, FloatArray | None]] = WeakKeyDictionary()
        self.setAccessibleName(tr("Scores of the checks"))
        for changed in (state.runs_changed, state.layer_changed, state.uncertainty_visible_changed):
            changed.connect(self.update)

    @property
    def _run(self) -> Run | None:
        layer = self._ladder.layer or self._state.layer
        return None if layer.held_out else self._state.run(layer.run_id)

    def bars(self) -> tuple[FloatArray, bool] | None:
        """Lengths per output slice, 0 to 1 and NaN, and whether they are uncertainties; None without any."""
        run = self._run
        if run is None:
            return None
        if run not in self._known:
            self._known[run] = slice_scores(run), mean_uncertainty(run)
        scores, spread = self._known[run]
        if self._state.uncertainty_visible and spread is not None:
            return spread / float(spread.max()), True
        return None if scores is None else (scores / (2 * ATTENTION_SCORE), False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """One bar per slice that was looked at."""
        bars, volume = self.bars(), self._ladder.volume
        if bars is None or volume is None or len(bars[0]) != volume.slices:
            return
        painter = QPainter(self)
        lengths, uncertainty = bars
        for index in np.flatnonzero(np.isfinite(lengths)):
            rung = self._ladder.rung(volume, int(index))
            length = float(np.clip(lengths[index], 0.0, 1.0))
            height = max(2.0, rung.height() - 1)
            box = QRectF(0, rung.center().y() - height / 2, 2 + (self.width() - 3) * length, height)
            if uncertainty:
                red, green, blue = (int(c) for c in CIVIDIS[64 + int(length * 191)])
                painter.fillRect(box, QColor(red, green, blue))
            else:
                _paint_score(painter, box, 2 * ATTENTION_SCORE * float(lengths[index]))


def _paint_score(painter: QPainter, box: QRectF, score: float) -> None:
    if score < DOUBTFUL_SCORE:
        painter.fillRect(box, CALM)
        return
    alarming = score >= ATTENTION_SCORE
    colour = ALARMING if alarming else DOUBTFUL
    painter.setPen(QPen(colour, 1))
    painter.setBrush(QBrush(colour, Qt.BrushStyle.SolidPattern if alarming else Qt.BrushStyle.Dense4Pattern))
    painter.drawRect(box.adjusted(0, 0, -1, -0.5))
    if alarming:
        painter.fillRect(QRectF(scaled(SCORE_LANE) - 3, box.center().y() - 3, 3, 6), colour)
