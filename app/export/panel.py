"""One slice of a movie with everything that is written over it, in English; no text lies on another or is cut off."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image, ImageDraw

from app.colours import WARNING
from app.export.marks import draw_text
from app.layers import Volume
from app.rendering.image_plane import slice_plane
from app.rendering.orientation import edge_letters
from app.rendering.slice_origin import sources_text
from app.translation import in_english
from calid_core.marks import GROUND, badge_text, badge_width, draw_badge, font, line_height, rgb
from calid_core.provenance import SliceOrigin

TEXT_SIZE = 14
MARGIN = 6
NOT_READY = "phase not reconstructed yet"
OUTSIDE = "outside the frame: linear"


@dataclass(frozen=True)
class Panel:
    """The texts over one slice and where they lie, the same at every phase.

    Parameters
    ----------
    volume, index
        What is shown.
    phases
        Text of every phase, at the lower edge.
    """

    volume: Volume
    index: int
    phases: tuple[str, ...]

    def paint(self, picture: Image.Image, phase: int) -> Image.Image:
        """The picture of the slice with its texts, on a ground as wide as these need.

        Parameters
        ----------
        picture
            RGB, the same size at every phase.
        phase
            Which phase it is of.
        """
        volume, provenance, line = self.volume, self.volume.provenance[self.index], line_height(TEXT_SIZE)
        width, height = max(picture.width, self._least_width), picture.height
        panel = Image.new("RGB", (width, height), GROUND)
        panel.paste(picture, ((width - picture.width) // 2, 0))
        draw = ImageDraw.Draw(panel)
        badge = badge_text(provenance, self.index, phase)
        draw_badge(draw, MARGIN, MARGIN, badge, provenance.origin_at(phase), TEXT_SIZE)
        if partly_made(volume, self.index) and volume.has_frame(phase, self.index):
            draw_frame(draw, volume, (width - picture.width) // 2, picture.size)
        for number, text in enumerate(self._below_badge):
            draw_text(draw, MARGIN, self._below(number), text, TEXT_SIZE)
        if not volume.has_frame(phase, self.index):
            draw_text(draw, MARGIN, height // 2 + line, NOT_READY, TEXT_SIZE)
        if volume.geometry.known:
            self._draw_letters(draw, width, height)
        draw_text(draw, MARGIN, height - line - 2, self.phases[phase], TEXT_SIZE)
        return panel

    @cached_property
    def _below_badge(self) -> tuple[str, ...]:
        far = [source for source in self.volume.provenance[self.index].sources if source.distance > 0]
        linear = OUTSIDE if partly_made(self.volume, self.index) else ""
        return tuple(filter(None, (self.volume.written, sources_text(tuple(far), in_english), linear)))

    @staticmethod
    def _below(lines: int) -> int:
        """Top of what comes after a number of lines below the badge."""
        return MARGIN + line_height(TEXT_SIZE) * (1 + lines) + 6

    @cached_property
    def _badge_width(self) -> int:
        provenance = self.volume.provenance[self.index]
        texts = {badge_text(provenance, self.index, phase) for phase in range(len(self.phases))}
        return max(badge_width(text, TEXT_SIZE) for text in texts)

    @cached_property
    def _least_width(self) -> int:
        texts = (*self._below_badge, *self.phases, NOT_READY)
        return 2 * MARGIN + max(self._badge_width, *(_width(text) for text in texts))

    def _draw_letters(self, draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
        """At the middle of every edge; further in where another text is there."""
        letters, line = edge_letters(slice_plane(self.volume.geometry, 0)), line_height(TEXT_SIZE)
        draw_text(draw, MARGIN, height // 2, letters.left, TEXT_SIZE)
        draw_text(draw, width - MARGIN - _width(letters.right), height // 2, letters.right, TEXT_SIZE)
        left = (width - _width(letters.top)) // 2
        free = MARGIN + self._badge_width + MARGIN <= left
        draw_text(draw, left, MARGIN if free else self._below(len(self._below_badge)), letters.top, TEXT_SIZE)
        left = (width - _width(letters.bottom)) // 2
        free = MARGIN + max(map(_width, self.phases)) + MARGIN <= left
        draw_text(draw, left, height - (1 if free else 2) * line - 2, letters.bottom, TEXT_SIZE)


def partly_made(volume: Volume, index: int) -> bool:
    """Whether the method made only what lies inside a frame, and the rest of a slice is linear interpolation."""
    return bool(volume.made_within) and volume.origin(index) is not SliceOrigin.ACQUIRED


def draw_frame(draw: ImageDraw.ImageDraw, volume: Volume, left: int, size: tuple[int, int]) -> None:
    """The frame inside which the method made a slice.

    Parameters
    ----------
    left
        Where its picture begins; it begins at the top.
    size
        ``(width, height)`` of the picture.
    """
    top, bottom, first, end = volume.made_within
    down, right = size[1] / volume.geometry.shape[1], size[0] / volume.geometry.shape[2]
    box = (left + first * right, top * down, left + end * right - 1, bottom * down - 1)
    draw.rectangle((box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1), outline=GROUND, width=3)
    draw.rectangle(box, outline=rgb(WARNING))


def _width(text: str) -> int:
    """Pixels that a text takes."""
    return int(np.ceil(font(TEXT_SIZE).getlength(text)))
