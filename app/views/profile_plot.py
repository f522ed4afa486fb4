"""Profiles: intensity along a line, over time, and through the slices; made slices hatched."""

from enum import Enum

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.measure.profiles import Profile
from app.palette import (
    MUTED_TEXT,
    ORIGIN_COLOURS,
    PANEL,
    SLICE_LINE,
    TEXT,
    VIEWPORT,
    origin_brush,
    scaled,
    text_font,
)
from app.rendering.windowing import linear_exact_levels
from app.translation import tr, tr_later
from app.views.picture_images import OPAQUE_GREYS
from calid_core.arrays import FloatArray, runs
from calid_core.provenance import SliceOrigin

HEIGHT = 190
"""Least height in logical pixels; it takes what room there is."""
LEFT, RIGHT, TOP, BOTTOM = 40.0, 10.0, 14.0, 26.0
STRIP, STRIP_GAP = 9.0, 2.0
"""Width of the strip left of a picture that marks where its slices come from at the phase on the screen; from the picture."""
CAPTION = 14.0
"""Height of the line above each of two pictures over time."""
BETWEEN = 6.0
SHADE = 0.28
"""Opacity of the hatched bands behind a curve."""


class ProfileKind(Enum):
    """What is shown; the value is shown to people."""

    LINE = tr_later("Along the line")
    LINE_TIME = tr_later("Along the line over time (M-mode)")
    THROUGH = tr_later("Through the slices at the crosshair")
    THROUGH_TIME = tr_later("Through the slices over time")

    @property
    def over_time(self) -> bool:
        """Whether the phases run from left to right."""
        return self in (ProfileKind.LINE_TIME, ProfileKind.THROUGH_TIME)

    @property
    def through_slices(self) -> bool:
        """Whether it needs no line."""
        return self in (ProfileKind.THROUGH, ProfileKind.THROUGH_TIME)


class ProfilePlot(QWidget):
    """Draws one profile; a click in a picture over time goes to that phase."""

    phase_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._kind = ProfileKind.LINE
        self._profile: Profile | None = None
        self._beside: Profile | None = None
        self._times: FloatArray = np.zeros(1)
        self._phase = 0
        self._here: float | None = None
        self._window, self._inverted = (0.5, 1.0), False
        self._message = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(HEIGHT)
        self.setAccessibleName(tr("Profile"))

    def sizeHint(self) -> QSize:
        """Room for axes."""
        return QSize(260, HEIGHT)

    def set_profile(
        self,
        kind: ProfileKind,
        profile: Profile | None,
        times: FloatArray,
        message: str = "",
        beside: Profile | None = None,
    ) -> None:
        """Show a profile.

        Parameters
        ----------
        times
            ``(phases,)``, ms.
        message
            Why there is none.
        beside
            What was acquired at the same places: drawn to the left of a picture over time.
        """
        self._kind, self._profile, self._times, self._message = kind, profile, times, message
        self._beside = beside
        self.update()

    def set_moment(
        self, phase: int, here: float | None, window: tuple[float, float], *, inverted: bool = False
    ) -> None:
        """Mark the phase and the place along the profile (mm) that are on the screen, at their window."""
        moment = (phase, here, window, inverted)
        if moment != (self._phase, self._here, self._window, self._inverted):
            self._phase, self._here, self._window, self._inverted = moment
            self.update()

    # -- places ------------------------------------------------------------------------------------------

    @property
    def _area(self) -> QRectF:
        left = scaled(LEFT) + (STRIP + STRIP_GAP if self._kind.over_time else 0)
        return QRectF(
            left, scaled(TOP), self.width() - left - RIGHT, self.height() - scaled(TOP) - scaled(BOTTOM)
        )

    @property
    def _pictures(self) -> tuple[tuple[QRectF, Profile], ...]:
        """Areas of the pictures over time and what each shows, the acquired one first."""
        if self._profile is None:
            return ()
        area = self._area
        if self._beside is None:
            return ((area, self._profile),)
        before = BETWEEN + STRIP + STRIP_GAP
        width = (area.width() - before) / 2
        top, height = area.top() + scaled(CAPTION), area.height() - scaled(CAPTION)
        return (
            (QRectF(area.left(), top, width, height), self._beside),
            (QRectF(area.left() + width + before, top, width, height), self._profile),
        )

    def _along(self, place: float) -> float:
        """Share of the axis of places, 0 to 1."""
        profile = self._profile
        if profile is None or profile.places[-1] <= profile.places[0]:
            return 0.0
        first, last = _edges(profile)
        return float((place - first) / (last - first))

    def phase_at(self, x: float) -> int:
        """Phase under a horizontal place of a picture over time."""
        phases = len(self._times)
        areas = [area for area, _ in self._pictures] or [self._area]
        area = min(areas, key=lambda a: abs(x - a.center().x()))
        return int(np.clip((x - area.left()) / area.width() * phases, 0, phases - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the phase under the cursor."""
        if self._kind.over_time and self._profile is not None and event.button() == Qt.MouseButton.LeftButton:
            self.phase_requested.emit(self.phase_at(event.position().x()))

    # -- painting ----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, and a curve or a picture."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), PANEL)
        if self._profile is None or np.isnan(self._profile.intensity).all():
            painter.setPen(MUTED_TEXT)
            painter.setFont(text_font(11))
            box = self.rect().adjusted(12, 0, -12, 0)
            wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box, wrap, self._message or tr("Not ready yet"))
            return
        if self._kind.over_time:
            self._paint_pictures(painter, self._profile)
        else:
            self._paint_curve(painter, self._profile)

    def _paint_curve(self, painter: QPainter, profile: Profile) -> None:
        area = self._area
        painter.fillRect(area, VIEWPORT)
        for first, last, origin in profile.stretches_at(self._phase):
            if origin is not SliceOrigin.ACQUIRED:
                left, right = (
                    area.left() + self._along(p) * area.width() for p in _band(profile, first, last)
                )
                painter.setOpacity(SHADE)
                painter.fillRect(QRectF(left, area.top(), right - left, area.height()), origin_brush(origin))
                painter.setOpacity(1.0)
        values = profile.intensity[self._phase]
        low, high = _range(profile.intensity)
        points = {
            int(index): QPointF(
                area.left() + self._along(float(profile.places[index])) * area.width(),
                area.bottom() - (values[index] - low) / (high - low) * area.height(),
            )
            for index in np.flatnonzero(np.isfinite(values))
        }
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(TEXT, 1.6))
        for known in runs(np.flatnonzero(np.isfinite(values))):
            painter.drawPolyline(QPolygonF([points[index] for index in known]))
        if profile.through_plane:
            self._paint_points(painter, profile, points)
        self._paint_here(painter, area, vertical=True)
        ends = (f"{profile.real.to_real(low):.4g}", f"{profile.real.to_real(high):.4g}")
        self._paint_axes(painter, area, ends, _ends(profile), "mm")

    def _paint_points(self, painter: QPainter, profile: Profile, points: dict[int, QPointF]) -> None:
        """Acquired slices as filled dots, others as small circles."""
        origins = profile.origins_at(self._phase)
        for index, point in points.items():
            origin = origins[index]
            acquired = origin is SliceOrigin.ACQUIRED
            painter.setPen(QPen(ORIGIN_COLOURS[origin], 1))
            painter.setBrush(QBrush(ORIGIN_COLOURS[origin]) if acquired else QBrush(VIEWPORT))
            painter.drawEllipse(point, 3.0 if acquired else 1.8, 3.0 if acquired else 1.8)

    def _paint_pictures(self, painter: QPainter, profile: Profile) -> None:
        for area, shown in self._pictures:
            self._paint_picture(painter, area, shown)
            if self._beside is not None:
                made = shown is profile
                painter.setPen(MUTED_TEXT)
                painter.setFont(text_font(10))
                text = tr("as shown") if made else tr("nearest acquired")
                box = QRectF(area.left(), scaled(TOP) - 2, area.width(), scaled(CAPTION))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            self._paint_strip(painter, area, shown)
        area = self._pictures[0][0]
        times = (f"{self._times[0]:.0f}", f"{self._times[-1]:.0f}")
        self._paint_axes(painter, area, _ends(profile)[::-1], times, "ms", "mm")

    def _paint_strip(self, painter: QPainter, area: QRectF, profile: Profile) -> None:
        """Where the slices of a picture come from, at its left."""
        left = area.left() - STRIP_GAP - STRIP
        for begin, end, origin in profile.stretches_at(self._phase):
            top, bottom = (area.top() + self._along(p) * area.height() for p in _band(profile, begin, end))
            box = QRectF(left, top, STRIP, bottom - top)
            painter.fillRect(box, VIEWPORT)
            painter.fillRect(box, origin_brush(origin))

    def _paint_picture(self, painter: QPainter, area: QRectF, profile: Profile) -> None:
        rows = max(1, int(area.height()))
        first, last = _edges(profile)
        places = first + (np.arange(rows) + 0.5) / rows * (last - first)
        nearest = np.abs(places[:, np.newaxis] - profile.places).argmin(axis=1)
        values = profile.intensity[:, nearest].T
        levels = linear_exact_levels(values, *self._window)
        if self._inverted:
            levels = np.where(np.isnan(values), levels, 255 - levels)
        grey = np.ascontiguousarray((levels + 0.5).astype(np.uint8))
        opaque = OPAQUE_GREYS[grey]
        image = QImage(opaque.data, grey.shape[1], rows, 4 * grey.shape[1], QImage.Format.Format_RGB32)
        painter.drawImage(area, image, QRectF(image.rect()))
        width = area.width() / len(self._times)
        painter.setPen(QPen(SLICE_LINE, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(area.left() + self._phase * width, area.top(), width, area.height()))
        self._paint_here(painter, area, vertical=False)

    def _paint_here(self, painter: QPainter, area: QRectF, *, vertical: bool) -> None:
        if self._here is None:
            return
        share = self._along(self._here)
        painter.setPen(QPen(SLICE_LINE, 1, Qt.PenStyle.DashLine))
        if vertical:
            x = area.left() + share * area.width()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        else:
            y = area.top() + share * area.height()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _paint_axes(
        self,
        painter: QPainter,
        area: QRectF,
        vertical: tuple[str, str],
        horizontal: tuple[str, str],
        unit: str,
        vertical_unit: str = "",
    ) -> None:
        """Ends of both axes, lowest first, with their units."""
        painter.setPen(MUTED_TEXT)
        painter.setFont(text_font(10))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for text, y in ((vertical[1], area.top()), (vertical[0], area.bottom() - scaled(12))):
            painter.drawText(QRectF(0, y, scaled(LEFT) - 4, scaled(12)), right, text)
        painter.drawText(
            QRectF(0, area.center().y() - scaled(6), scaled(LEFT) - 4, scaled(12)), right, vertical_unit
        )
        below = QRectF(area.left(), area.bottom() + 3, area.width(), scaled(12))
        for text, side in (
            (horizontal[0], Qt.AlignmentFlag.AlignLeft),
            (unit, Qt.AlignmentFlag.AlignHCenter),
            (horizontal[1], Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(below, side, text)


def _edges(profile: Profile) -> tuple[float, float]:
    """Where the profile begins and ends: with half a slab at each end where it runs through the slices."""
    places = profile.places
    if not profile.through_plane or len(places) < 2:
        return float(places[0]), float(places[-1])
    before, after = (places[1] - places[0]) / 2, (places[-1] - places[-2]) / 2
    return float(places[0] - before), float(places[-1] + after)


def _band(profile: Profile, first: int, last: int) -> tuple[float, float]:
    """Where a stretch of places begins and ends: half way to its neighbours."""
    places, (low, high) = profile.places, _edges(profile)
    begin = low if first == 0 else float(places[first - 1] + places[first]) / 2
    end = high if last == len(places) - 1 else float(places[last] + places[last + 1]) / 2
    return begin, end


def _ends(profile: Profile) -> tuple[str, str]:
    return f"{profile.places[0]:.0f}", f"{profile.places[-1]:.0f}"


def _range(intensity: FloatArray) -> tuple[float, float]:
    low, high = float(np.nanmin(intensity)), float(np.nanmax(intensity))
    return (low, high) if high > low else (low - 0.5, low + 0.5)
