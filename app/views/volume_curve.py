"""Volume of the left ventricle over the heart cycle, above the phase ruler and on its scale."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.checks.summaries import CONTOURS, function_text
from app.palette import ORIGIN_COLOURS, scaled, text_font
from app.state.check_state import CheckState
from app.state.viewer_state import ViewerState
from app.theme import Theme, current_theme, surface
from app.translation import tr, tr_later
from app.views.phase_ruler import PhaseRuler
from calid_core.checks.results import SeedSpread
from calid_core.marks import ORIGIN_ON_WHITE
from calid_core.metrics.clinical import VolumeCurve
from calid_core.provenance import SliceOrigin, made_by

HEIGHT = 58
TOP, BOTTOM = 19.0, 3.0
FLOOR = 0.8
"""Part of the smallest volume at which the picture begins: its shape is to be seen, the figures stand above."""
WHISKER = 3.0
SHORT_REMARK = tr_later("automatic contours")


class VolumeCurveView(QWidget):
    """The curves of the acquired slices and of the run that is looked at; click or drag goes to a phase.

    Acquired: solid with squares. Made: dashed with circles. Whiskers at end diastole and end systole tell how far the
    volumes differ between seeds, where other seeds were run.
    """

    phase_requested = Signal(int)
    shown_changed = Signal()  # or may have

    def __init__(self, state: ViewerState, checks: CheckState, ruler: PhaseRuler) -> None:
        super().__init__()
        self._state, self._checks, self._ruler = state, checks, ruler
        self._wanted, self._range = True, (0.0, 1.0)
        self._shown = False
        self.refresh_theme()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Left-ventricular volume over the heart cycle"))
        for changed in (
            state.stack_changed,
            state.runs_changed,
            state.layer_changed,
            checks.volumes_changed,
        ):
            changed.connect(self._refresh)
        state.phase_changed.connect(self.update)
        state.landmarks_changed.connect(self.update)
        self._refresh()

    def refresh_theme(self) -> None:
        """Be as much higher as the texts above the curves need."""
        self.setFixedHeight(round(HEIGHT + scaled(TOP) - TOP))

    def sizeHint(self) -> QSize:
        """As wide as the ruler wants to be."""
        return QSize(self._ruler.sizeHint().width(), self.height())

    @property
    def acquired(self) -> VolumeCurve | None:
        """Curve of the acquired slices alone."""
        return self._checks.acquired_curve

    @property
    def made(self) -> VolumeCurve | None:
        """Curve of the run that is looked at."""
        report = self._checks.report
        return report.volumes.made if report is not None and report.volumes is not None else None

    @property
    def spread(self) -> SeedSpread | None:
        """Volumes over seeds, where other seeds were run."""
        return self._checks.report.spread if self._checks.report is not None else None

    @property
    def origin(self) -> SliceOrigin:
        """How the made slices came about."""
        run = self._checks.subject
        return SliceOrigin.INTERPOLATED if run is None else made_by(run.settings.method)

    @property
    def complete(self) -> bool:
        """Whether everything that is looked at has its curve."""
        return self.made is not None or (self._checks.subject is None and self.acquired is not None)

    def set_wanted(self, wanted: bool) -> None:
        """Show or hide it."""
        self._wanted = wanted
        self._refresh()

    @property
    def wanted(self) -> bool:
        """Whether it is shown as soon as there is a curve."""
        return self._wanted

    @property
    def shown(self) -> bool:
        """Whether it has its place above the phases now."""
        return self._shown

    @Slot()
    def _refresh(self) -> None:
        stack, curve = self._state.active_stack, self.acquired
        fits = stack is not None and curve is not None and len(curve.volumes) == stack.phases
        self._shown = fits and self._wanted
        self.setVisible(self._shown)
        self.shown_changed.emit()
        if fits:
            self.setToolTip("\n".join((*self.texts(), tr(CONTOURS), tr("Click or drag to go to a phase"))))
            self.setAccessibleDescription(". ".join((*self.texts(), tr(CONTOURS))))
        self.update()

    def texts(self) -> tuple[str, ...]:
        """The figures in words, a line per curve."""
        lines = []
        if self.acquired is not None:
            lines.append(tr("Acquired: {figures}").format(figures=function_text(self.acquired)))
        run = self._checks.subject
        if self.made is not None and run is not None:
            lines.append(f"{run.label}: {function_text(self.made)}")
        if self.spread is not None and np.isfinite(self.spread.ef).any():
            low, high = float(np.nanmin(self.spread.ef)), float(np.nanmax(self.spread.ef))
            text = tr("Over {seeds} seeds: EF {low:.0f} to {high:.0f} %")
            lines.append(text.format(seeds=len(self.spread.seeds), low=low, high=high))
        return tuple(lines)

    def figures(self, *, short: bool = False) -> tuple[tuple[SliceOrigin, str], ...]:
        """What is written beside the curves: ``■ A: EDV 138, ESV 69 ml, EF 50 %`` and, acquired and made slices together, ``○ A+S: …``.

        Parameters
        ----------
        short
            Of a beat the ejection fraction alone.
        """
        curves = (
            ("■ A", self.acquired, SliceOrigin.ACQUIRED),
            (f"○ A+{self.origin.value}", self.made, self.origin),
        )
        return tuple(
            (origin, f"{mark}: {_figures(curve, short=short)}")
            for mark, curve, origin in curves
            if curve is not None
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Curves, figures, and the line of the phase shown."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), surface().panel)
        acquired, made = self.acquired, self.made
        if acquired is None or self._state.active_stack is None:
            return
        here = self._ruler.place_of(self._state.phase)
        painter.setPen(QPen(surface().muted, 1))
        painter.drawLine(QPointF(here, scaled(TOP)), QPointF(here, self.height()))
        curves = [curve for curve in (acquired, made) if curve is not None]
        volumes = np.concatenate([curve.volumes[curve.volumes > 0] for curve in curves])
        self._range = (volumes.min(initial=np.inf) * FLOOR, volumes.max(initial=0.0))
        self._paint_curve(painter, acquired, SliceOrigin.ACQUIRED)
        if made is not None and len(made.volumes) == len(acquired.volumes):
            self._paint_curve(painter, made, self.origin)
            self._paint_spread(painter, made)
        self._paint_texts(painter)

    def height_of(self, volume: float) -> float:
        """Vertical place of a volume in ml."""
        low, high = self._range
        share = (volume - low) / max(high - low, 1e-9)
        return scaled(TOP) + (1.0 - share) * (self.height() - scaled(TOP) - BOTTOM)

    def _paint_curve(self, painter: QPainter, curve: VolumeCurve, origin: SliceOrigin) -> None:
        acquired = origin is SliceOrigin.ACQUIRED
        stretches = [
            [QPointF(self._ruler.place_of(int(p)), self.height_of(float(curve.volumes[p]))) for p in phases]
            for phases in curve.stretches
        ]
        colour = _ink(origin)
        painter.setPen(QPen(colour, 1.6, Qt.PenStyle.SolidLine if acquired else Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stretch in stretches:
            painter.drawPolyline(QPolygonF(stretch))
        painter.setPen(QPen(colour, 1.2))
        points = [point for stretch in stretches for point in stretch]
        for point in points:
            if acquired:
                painter.fillRect(QRectF(point.x() - 1.8, point.y() - 1.8, 3.6, 3.6), colour)
            else:
                painter.drawEllipse(point, 2.2, 2.2)

    def _paint_spread(self, painter: QPainter, made: VolumeCurve) -> None:
        if self.spread is None:
            return
        painter.setPen(QPen(_ink(self.origin), 1.6))
        for phase, volumes in zip(self._state.landmarks, (self.spread.edv, self.spread.esv), strict=True):
            if not np.isfinite(volumes).any():
                continue
            x = self._ruler.place_of(phase) + 4
            # Single phases are not steadied by those beside them, as the curve is: what varies is drawn about the curve.
            shift = float(made.volumes[phase]) - float(np.nanmean(volumes))
            ends = [self.height_of(float(f(volumes)) + shift) for f in (np.nanmin, np.nanmax)]
            painter.drawLine(QPointF(x, ends[0]), QPointF(x, ends[1]))
            for y in ends:
                painter.drawLine(QPointF(x - WHISKER, y), QPointF(x + WHISKER, y))

    def _paint_texts(self, painter: QPainter) -> None:
        painter.setFont(text_font(10, bold=True))
        room, left = painter.fontMetrics(), scaled(22)
        written = self.figures()
        if sum(room.horizontalAdvance(text) + 16 for _, text in written) > self.width() - left - 22:
            written = self.figures(short=True)
        for origin, text in written:
            painter.setPen(_ink(origin))
            painter.drawText(QPointF(left, scaled(11)), text)
            left += room.horizontalAdvance(text) + 16
        painter.setFont(text_font(10))
        rest = self.width() - left - 22
        painter.setPen(surface().muted)
        remarks = (tr(CONTOURS), tr(SHORT_REMARK))
        fitting = [r for r in remarks if painter.fontMetrics().horizontalAdvance(r) <= rest]
        if fitting:
            painter.drawText(QPointF(left, scaled(11)), fitting[0])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the phase under the cursor."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.phase_requested.emit(self._ruler.phase_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.phase_requested.emit(self._ruler.phase_at(event.position().x()))


def _figures(curve: VolumeCurve, *, short: bool) -> str:
    """``EDV 138, ESV 69 ml, EF 50 %``; ``EF 50 %``; of a single phase ``LV 138 ml``."""
    if not curve.found:
        return tr("not found at some phases")
    if not curve.beats:
        return tr("LV {volume:.0f} ml").format(volume=curve.edv)
    text = tr("EF {ef:.0f} %") if short else tr("EDV {edv:.0f}, ESV {esv:.0f} ml, EF {ef:.0f} %")
    return text.format(edv=curve.edv, esv=curve.esv, ef=curve.ef)


def _ink(origin: SliceOrigin) -> QColor:
    return ORIGIN_COLOURS[origin] if current_theme() is Theme.DARK else QColor(*ORIGIN_ON_WHITE[origin])
