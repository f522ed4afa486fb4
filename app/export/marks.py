"""What is burned into exported pictures beside the origin of the slice: texts and the notice."""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from app.colours import WARNING
from app.messages import BANNER, NOTICE
from app.rendering.windowing import GreyArray
from app.scenes.palette import TEXT
from calid_core.marks import GROUND, ORIGIN, font, rgb

GREYS = 216
"""Grey levels of a GIF; the other 40 colours are for marks."""
BANNERS = (BANNER.replace("—", "·"), NOTICE.replace("—", "·"), "Not for diagnosis")
"""Longest first; the first that holds and fits is written. Pillow's font has no dash."""


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


def draw_text(draw: ImageDraw.ImageDraw, left: int, top: int, text: str, size: int) -> None:
    """Light text with a dark edge."""
    draw.text((left, top), text, font=font(size), fill=rgb(TEXT), stroke_width=1, stroke_fill=GROUND)


def draw_banner(picture: Image.Image, top: int, size: int, *, synthesised: bool) -> None:
    """The notice in the middle of a strip that begins at ``top``; ``synthesised`` says whether slices of what is shown are."""
    draw = ImageDraw.Draw(picture)
    chosen = BANNERS[-1]
    for text in BANNERS if synthesised else BANNERS[1:]:
        if draw.textlength(text, font=font(size)) <= picture.width - 8:
            chosen = text
            break
    left = (picture.width - round(draw.textlength(chosen, font=font(size)))) // 2
    draw.text((max(0, left), top + 2), chosen, font=font(size), fill=rgb(WARNING))
