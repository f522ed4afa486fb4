"""Colours and sizes of everything painted by hand; the style sheet in ``resources`` dresses the rest.

Chosen for a dark room: contrast of text against its ground at least 4.5:1, and kinds of slices that stay apart
for every form of colour vision (blue, orange, grey) and without colour (letter, hatch).
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont

from app import colours
from app.theme import text_scale
from calid_core.marks import ORIGIN, rgb
from calid_core.provenance import SliceOrigin

VIEWPORT = QColor("#000000")
PANEL = QColor("#14181d")
LINE = QColor("#3a444f")
TEXT = QColor("#eef1f4")
MUTED_TEXT = QColor("#a7b1bc")
ACCENT = QColor("#5ab0ff")
WARNING = QColor(*rgb(colours.WARNING))
FOCUS = QColor("#ffffff")
SHADOW = QColor(0, 0, 0, 220)
GROUND = QColor(0, 0, 0, 190)
"""Under a text that must stay legible whatever lies below: over white it leaves ``WARNING`` a contrast of 6.3."""

ORIGIN_COLOURS = {origin: QColor(*rgb(colour)) for origin, colour in ORIGIN.items()}
ORIGIN_PATTERNS = {
    SliceOrigin.ACQUIRED: Qt.BrushStyle.SolidPattern,
    SliceOrigin.INTERPOLATED: Qt.BrushStyle.Dense5Pattern,
    SliceOrigin.SYNTHESISED: Qt.BrushStyle.BDiagPattern,
}
SLICE_LINE = QColor(*rgb(colours.SLICE_LINE))
CONTOUR = QColor("#5dff6e")
LONG_AXIS_LINES = (QColor("#4dd6c1"), QColor("#ff8fc7"))
"""First and second long-axis plane."""

SMALL_TEXT, NORMAL_TEXT, LETTER_TEXT = 11, 12, 15
"""Logical pixels at the normal text size."""


def origin_brush(origin: SliceOrigin) -> QBrush:
    """Fill that marks a kind of slice: solid, dotted or hatched."""
    return QBrush(ORIGIN_COLOURS[origin], ORIGIN_PATTERNS[origin])


def scaled(pixels: float) -> float:
    """Logical pixels of something that holds painted text, at the text size in use; given as at the normal one."""
    return pixels * text_scale()


def text_font(size: int, *, bold: bool = False) -> QFont:
    """Font of a size in logical pixels at the normal text size; it grows with the one in use."""
    font = QFont()
    font.setPixelSize(round(scaled(size)))
    font.setBold(bold)
    return font
