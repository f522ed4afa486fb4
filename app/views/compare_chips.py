"""Chips that name the compared layers and say which one is on the screen."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from app.palette import ACCENT, MUTED_TEXT, SHADOW, VIEWPORT, scaled, text_font
from app.translation import tr
from app.views.run_names import shortened

HEIGHT, MARGIN, TOP = 19.0, 6.0, 72.0
LINE, PADDING = HEIGHT + 3, 14.0
LEFT, RIGHT = "◀ ", " ▶"
"""Beside the names of what is left and right of a divider, where their chips stand in lines."""
COMPACT_WIDTH, COMPACT_TOP = 330.0, 104.0


def marked(name: str, *, judged: bool) -> str:
    """The name of a compared layer, which says whether verdicts are about it."""
    return tr("Judged: {name}").format(name=name) if judged else name


@dataclass(frozen=True)
class Chip:
    """The name of one compared layer.

    Parameters
    ----------
    name
        Of the layer.
    shown
        Whether it is on the screen now: filled and marked, else outlined.
    """

    name: str
    shown: bool


def paint_chips(painter: QPainter, area: QRectF, chips: tuple[Chip, ...]) -> tuple[QRectF, ...]:
    """One chip below the other at the left edge, below the titles; where they stand."""
    painter.save()
    painter.setClipRect(area)
    boxes = tuple(
        _paint(painter, area, chip, (_sign(chip), ""), _top(area.width()) + number * scaled(LINE))
        for number, chip in enumerate(chips)
    )
    painter.restore()
    return boxes


def paint_chips_beside(
    painter: QPainter, parts: tuple[QRectF, ...], chips: tuple[Chip, ...], taken: tuple[QRectF, ...] = ()
) -> tuple[QRectF, ...]:
    """A chip in each part of a view; where one of them is too narrow for its name, in lines over all parts that keep off what is
    ``taken``. Where they stand.
    """
    pairs = list(zip(parts, chips, strict=True))
    if len(pairs) < 2 or all(
        _width(_sign(chip) + chip.name, bold=chip.shown) <= _room(part) for part, chip in pairs
    ):
        return tuple(box for part, chip in pairs for box in paint_chips(painter, part, (chip,)))
    whole = parts[0].united(parts[-1])
    top = _top(min(part.width() for part in parts))
    lines = QRectF(whole.left(), whole.top() + top, whole.width(), scaled(LINE) + scaled(HEIGHT))
    while hit := next((box for box in taken if box.intersects(lines)), None):
        lines.moveTop(hit.bottom())
    top = lines.top() - whole.top()
    left, right = chips
    return (
        _paint(painter, whole, left, (LEFT, ""), top, right=False),
        _paint(painter, whole, right, ("", RIGHT), top + scaled(LINE), right=True),
    )


def chips_bottom(width: float, count: int = 1) -> float:
    """Where ``count`` chips, one below the other, end in an area ``width`` logical pixels wide."""
    return _top(width) + (count - 1) * scaled(LINE) + scaled(HEIGHT)


def _top(width: float) -> float:
    return scaled(TOP) if width >= scaled(COMPACT_WIDTH) else scaled(COMPACT_TOP)


def _room(area: QRectF) -> float:
    return area.width() - 2 * MARGIN


def _sign(chip: Chip) -> str:
    return "● " if chip.shown else "○ "


def _width(text: str, *, bold: bool) -> float:
    return QFontMetricsF(text_font(12, bold=bold)).horizontalAdvance(text) + scaled(PADDING)


def _paint(
    painter: QPainter,
    area: QRectF,
    chip: Chip,
    marks: tuple[str, str],
    below: float,
    *,
    right: bool | None = None,
) -> QRectF:
    """A chip, its name between ``marks``, ``below`` logical pixels under the upper edge, in thin letters at the edge of its side where one
    is given; its box.
    """
    bold = chip.shown and right is None
    font = text_font(12, bold=bold)
    metrics = QFontMetricsF(font)
    room = _room(area) - scaled(PADDING) - metrics.horizontalAdvance("".join(marks))
    text = marks[0] + shortened(chip.name, metrics, room) + marks[1]
    box = QRectF(area.left() + MARGIN, area.top() + below, _width(text, bold=bold), scaled(HEIGHT))
    if right:
        box.moveRight(area.right() - MARGIN)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ACCENT if chip.shown else MUTED_TEXT, 1))
    painter.setBrush(ACCENT if chip.shown else SHADOW)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(VIEWPORT if chip.shown else MUTED_TEXT)
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return box
