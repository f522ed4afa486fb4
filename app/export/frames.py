"""The pictures of a movie, one per cardiac phase, painted without a display; written on in English."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from PIL import Image, ImageDraw

from app.export.marks import draw_banner, draw_text
from app.export.panel import MARGIN, OUTSIDE, TEXT_SIZE, Panel, draw_frame, partly_made
from app.layers import Volume
from app.rendering.windowing import GreyArray, Windowing
from calid_core.arrays import FloatArray
from calid_core.cine import tells_time
from calid_core.marks import GROUND, draw_badge, line_height, slice_name

PANEL_HEIGHT = 480
"""Height of one picture, pixels."""
WIDEST_MONTAGE = 1600
TILE_HEIGHT = 150
TILE_TEXT_SIZE = 11


class MovieLayout(Enum):
    """What a movie shows; the value is shown to people."""

    SLICE = "Slice under the crosshair"
    SIDE_BY_SIDE = "Side by side"
    MONTAGE = "All slices"


@dataclass(frozen=True, eq=False)
class CineContent:
    """What is exported.

    Parameters
    ----------
    volumes
        Versions of one stack, left to right; the first one for ``SLICE`` and ``MONTAGE``.
    layout
        Arrangement of the pictures.
    position
        ``(3,)``, LPS mm: the slice nearest to it is shown of each volume.
    window
        Centre and width in intensity units, the same for every volume.
    phase_times
        ``(phases,)``, ms after the R wave.
    cycle
        Length of the heart cycle in ms; 0 where unknown.
    inverted
        Whether high intensities are dark.
    """

    volumes: tuple[Volume, ...]
    layout: MovieLayout
    position: FloatArray
    window: tuple[float, float]
    phase_times: FloatArray
    cycle: float
    inverted: bool = False

    def __post_init__(self) -> None:
        if not self.volumes:
            raise ValueError("a movie needs a volume")

    @property
    def phases(self) -> int:
        """Number of cardiac phases, which is the number of frames of one heart cycle."""
        return len(self.phase_times)

    @property
    def shown(self) -> tuple[Volume, ...]:
        """The volumes that the layout has room for."""
        return self.volumes if self.layout is MovieLayout.SIDE_BY_SIDE else self.volumes[:1]

    @property
    def synthesised(self) -> bool:
        """Whether any of them holds synthesised slices."""
        return any(volume.synthesised for volume in self.shown)


class FramePainter:
    """Paints the frames of one movie.

    Parameters
    ----------
    content
        What is exported.
    """

    def __init__(self, content: CineContent) -> None:
        self._content = content
        self._windowings = [
            Windowing(v.intensity.dtype, *content.window, inverted=content.inverted) for v in content.shown
        ]
        texts = tuple(self._phase_text(phase) for phase in range(content.phases))
        self._panels = [Panel(v, v.nearest_slice(content.position), texts) for v in content.shown]

    def frame(self, phase: int) -> GreyArray:
        """``(rows, columns, 3)`` RGB bytes of one phase; both sizes are even, as video wants them."""
        if self._content.layout is MovieLayout.MONTAGE:
            body = self._montage(phase)
        else:
            panels = [self._panel(phase, number) for number in range(len(self._content.shown))]
            body = _row(panels)
        strip = line_height(TEXT_SIZE) + 6
        width, height = body.width + body.width % 2, body.height + strip
        picture = Image.new("RGB", (width, height + height % 2), GROUND)
        picture.paste(body, (0, 0))
        draw_banner(picture, body.height, TEXT_SIZE, synthesised=self._content.synthesised)
        return np.asarray(picture)

    def _panel(self, phase: int, number: int) -> Image.Image:
        """One slice with everything written over it."""
        panel = self._panels[number]
        return panel.paint(self._slice(phase, number, panel.index, PANEL_HEIGHT), phase)

    def _phase_text(self, phase: int) -> str:
        content = self._content
        number = f"phase {phase + 1}/{content.phases}"
        return (
            f"{number} · {content.phase_times[phase]:.0f} ms" if tells_time(content.phase_times) else number
        )

    def _montage(self, phase: int) -> Image.Image:
        """Every slice of the first volume in reading order, each with its name."""
        volume = self._content.shown[0]
        tiles = []
        for index in range(volume.slices):
            tile = self._slice(phase, 0, index, TILE_HEIGHT)
            provenance = volume.provenance[index]
            name = slice_name(provenance, index)
            draw = ImageDraw.Draw(tile)
            if not volume.has_frame(phase, index):
                draw_text(draw, 2, tile.height // 2, "not ready", TILE_TEXT_SIZE)
            elif partly_made(volume, index):
                draw_frame(draw, volume, 0, tile.size)
            draw_badge(draw, 2, 2, name, provenance.origin_at(phase), TILE_TEXT_SIZE)
            tiles.append(tile)
        across = _columns(len(tiles), tiles[0].width, tiles[0].height)
        rows = [_row(tiles[start : start + across]) for start in range(0, len(tiles), across)]
        line = line_height(TEXT_SIZE)
        body = Image.new("RGB", (rows[0].width, sum(row.height for row in rows) + line + 4), GROUND)
        parts = (volume.written, OUTSIDE if volume.made_within else "", self._phase_text(phase))
        draw_text(ImageDraw.Draw(body), MARGIN, 2, " · ".join(filter(None, parts)), TEXT_SIZE)
        top = line + 4
        for row in rows:
            body.paste(row, (0, top))
            top += row.height
        return body

    def _slice(self, phase: int, number: int, index: int, height: int) -> Image.Image:
        """A slice in its true proportions, RGB; black where it is not there yet."""
        volume = self._content.shown[number]
        _, row, column = volume.geometry.spacing
        rows, columns = volume.geometry.shape[1:]
        size = (max(1, round(height * columns * column / (rows * row))), height)
        if not volume.has_frame(phase, index):
            return Image.new("RGB", size, GROUND)
        grey = self._windowings[number].apply(volume.intensity[phase, index])
        return Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC).convert("RGB")


def _row(pictures: list[Image.Image]) -> Image.Image:
    """Pictures side by side."""
    height = max(picture.height for picture in pictures)
    joined = Image.new("RGB", (sum(picture.width for picture in pictures), height), GROUND)
    left = 0
    for picture in pictures:
        joined.paste(picture, (left, 0))
        left += picture.width
    return joined


def _columns(count: int, width: int, height: int) -> int:
    """Number of tiles in a row that makes a montage about 16:9 and not too wide."""
    wanted = np.sqrt(count * height * 16 / (width * 9))
    return int(np.clip(round(wanted), 1, max(1, min(count, WIDEST_MONTAGE // width))))
