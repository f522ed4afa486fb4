"""Where the square that a segmenter looks at lies in the images."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """A square that a segmenter looked at, on the grid of the images.

    Parameters
    ----------
    first
        ``(row, column)`` index in the images of the first pixel of the square.
    step
        Image pixels per pixel of the square, along rows and columns.
    spacing
        ``(row, column)`` spacing of the images, mm.
    """

    first: tuple[float, float]
    step: tuple[float, float]
    spacing: tuple[float, float]
