"""What is burned into pictures to tell where a slice comes from: letter, hatch and colour."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from calid_core.provenance import SliceOrigin, SliceProvenance

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

Colour = tuple[float, float, float]
"""Red, green and blue in parts of 1."""
Rgb = tuple[int, int, int]
ORIGIN: dict[SliceOrigin, Colour] = {
    SliceOrigin.ACQUIRED: (0.557, 0.796, 1.0),
    SliceOrigin.INTERPOLATED: (0.788, 0.808, 0.831),
    SliceOrigin.SYNTHESISED: (1.0, 0.624, 0.263),
}
"""On black. Origin is told by letter and hatch as well, never by colour alone."""
ORIGIN_ON_WHITE: dict[SliceOrigin, Rgb] = {
    SliceOrigin.ACQUIRED: (16, 78, 139),
    SliceOrigin.INTERPOLATED: (90, 90, 90),
    SliceOrigin.SYNTHESISED: (176, 74, 0),
}
"""The same on white."""
GROUND: Rgb = (0, 0, 0)
LINE = 1.35
"""Height of a line of text in parts of its size."""


def slice_name(provenance: SliceProvenance, index: int) -> str:
    """Short name, counted from 1: ``A4`` is the fourth acquired slice, ``S17`` the 17th slice of the output."""
    if provenance.origin is SliceOrigin.ACQUIRED and provenance.sources:
        return provenance.origin.numbered(provenance.sources[0].index)
    return provenance.origin.numbered(index)


def badge_text(provenance: SliceProvenance, index: int, phase: int) -> str:
    """``ACQUIRED A4``, ``SYNTHESISED S17``, ``INTERPOLATED I17``, ``MOVED A4``, ``INTERPOLATED IN TIME A4``."""
    return f"{badge_word(provenance, phase)} {slice_name(provenance, index)}"


def badge_word(provenance: SliceProvenance, phase: int) -> str:
    """What a slice is at a phase, in capitals: its origin, or what was done to an acquired one."""
    if provenance.moved is not None:
        return "MOVED"
    return "INTERPOLATED IN TIME" if phase in provenance.resampled_phases else provenance.origin.name


def rgb(colour: Colour) -> Rgb:
    """Bytes of a colour given in parts of 1."""
    red, green, blue = (round(255 * part) for part in colour)
    return red, green, blue


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, the same on every machine."""
    from PIL import ImageFont  # 20 ms that the start of the window needs for nothing

    return ImageFont.load_default(size=size)


def line_height(size: int) -> int:
    """Pixels from line to line."""
    return round(size * LINE)


def draw_swatch(draw: ImageDraw.ImageDraw, left: int, top: int, side: int, origin: SliceOrigin) -> None:
    """A box that tells the origin: solid for acquired, dotted for interpolated, hatched for synthesised."""
    colour = rgb(ORIGIN[origin])
    right, bottom = left + side - 1, top + side - 1
    draw.rectangle(
        (left, top, right, bottom),
        fill=colour if origin is SliceOrigin.ACQUIRED else GROUND,
        outline=colour,
    )
    if origin is SliceOrigin.SYNTHESISED:
        for start in range(3, 2 * side, 4):
            first = (left + max(0, start - side + 1), top + min(start, side - 1))
            last = (left + min(start, side - 1), top + max(0, start - side + 1))
            draw.line((*first, *last), fill=colour)
    elif origin is SliceOrigin.INTERPOLATED:
        for y in range(2, side - 1, 3):
            draw.point([(left + x, top + y) for x in range(2, side - 1, 3)], fill=colour)


def badge_width(text: str, size: int) -> int:
    """Pixels that a badge takes."""
    return line_height(size) + round(font(size).getlength(text)) + 8


def draw_badge(
    draw: ImageDraw.ImageDraw, left: int, top: int, text: str, origin: SliceOrigin, size: int
) -> None:
    """Swatch and words on a dark plate: ``ACQUIRED A4``."""
    height = line_height(size)
    right = left + badge_width(text, size)
    draw.rectangle((left, top, right, top + height + 1), fill=GROUND, outline=rgb(ORIGIN[origin]))
    draw_swatch(draw, left + 3, top + 3, height - 4, origin)
    draw.text(
        (left + height + 4, top + (height - size) // 2), text, font=font(size), fill=rgb(ORIGIN[origin])
    )
