"""What is burned into every exported picture: origin of the slice by letter, hatch and colour, and the notice."""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.messages import BANNER
from app.rendering.windowing import GreyArray
from app.scenes.palette import ORIGIN, TEXT, WARNING, Colour
from calid_core.reconstruction import SliceOrigin

Rgb = tuple[int, int, int]
GREYS = 216
"""Grey levels of a GIF; the other 40 colours are for marks."""
GROUND: Rgb = (0, 0, 0)
BANNERS = (BANNER.replace("—", "·"), "Research use only · not for diagnosis", "Research use only")
"""Longest first; the first that fits is written. Pillow's font has no dash."""
LINE = 1.35
"""Height of a line of text in parts of its size."""


def rgb(colour: Colour) -> Rgb:
    """Bytes of a colour given in parts of 1."""
    red, green, blue = (round(255 * part) for part in colour)
    return red, green, blue


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, the same on every machine."""
    return ImageFont.load_default(size=size)


def with_palette(frame: GreyArray) -> Image.Image:
    """Picture of 256 colours, the same for every frame, or the greys of a GIF flicker.

    Parameters
    ----------
    frame
        ``(rows, columns, 3)`` RGB.
    """
    picture = Image.fromarray(frame).quantize(palette=_palette(), dither=Image.Dither.NONE)
    # Pillow finds colours by their upper bits, which is too coarse for the image itself.
    grey = (frame[..., 0] == frame[..., 1]) & (frame[..., 1] == frame[..., 2])
    nearest = np.rint(frame[..., 0] * ((GREYS - 1) / 255)).astype(np.uint8)
    indices = Image.fromarray(np.where(grey, nearest, np.asarray(picture)).astype(np.uint8))
    indices.putpalette(picture.getpalette() or [])
    return indices


@cache
def _palette() -> Image.Image:
    """Picture whose palette holds the greys, and 10 shades of each of the colours that marks are drawn in."""
    greys = [(level, level, level) for level in np.rint(np.linspace(0, 255, GREYS)).astype(int).tolist()]
    marks = [rgb(colour) for colour in (*ORIGIN.values(), WARNING)]
    shades = [
        (red * step // 10, green * step // 10, blue * step // 10)
        for red, green, blue in marks
        for step in range(1, 11)
    ]
    picture = Image.new("P", (1, 1))
    picture.putpalette([channel for colour in (*greys, *shades) for channel in colour])
    return picture


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


def draw_badge(
    draw: ImageDraw.ImageDraw, left: int, top: int, text: str, origin: SliceOrigin, size: int
) -> None:
    """Swatch and words on a dark plate: ``ACQUIRED A4``."""
    height = line_height(size)
    width = height + round(draw.textlength(text, font=font(size))) + 8
    draw.rectangle((left, top, left + width, top + height + 1), fill=GROUND, outline=rgb(ORIGIN[origin]))
    draw_swatch(draw, left + 3, top + 3, height - 4, origin)
    draw.text(
        (left + height + 4, top + (height - size) // 2), text, font=font(size), fill=rgb(ORIGIN[origin])
    )


def draw_text(draw: ImageDraw.ImageDraw, left: int, top: int, text: str, size: int) -> None:
    """Light text with a dark edge."""
    draw.text((left, top), text, font=font(size), fill=rgb(TEXT), stroke_width=1, stroke_fill=GROUND)


def draw_banner(picture: Image.Image, top: int, size: int) -> None:
    """The notice in the middle of a strip that begins at ``top``."""
    draw = ImageDraw.Draw(picture)
    chosen = BANNERS[-1]
    for text in BANNERS:
        if draw.textlength(text, font=font(size)) <= picture.width - 8:
            chosen = text
            break
    left = (picture.width - round(draw.textlength(chosen, font=font(size)))) // 2
    draw.text((max(0, left), top + 2), chosen, font=font(size), fill=rgb(WARNING))
