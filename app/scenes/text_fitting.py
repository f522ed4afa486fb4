"""Texts of the 3D view that must fit: broken between words first, smaller only then; measured in VTK's own letters."""

from collections.abc import Sequence
from functools import lru_cache

from vtkmodules.vtkRenderingCore import vtkTextActor, vtkTextProperty, vtkTextRenderer, vtkViewport

from app.line_breaking import broken
from app.scenes.canvas import POINTS_PER_INCH

SMALLEST = 8
"""Points; no text is smaller, whatever the room."""
MEASURED_AT = 100
"""Points."""


def largest_size(text: str, room: float, wanted: int) -> int:
    """Size at which a line is no wider than ``room`` pixels, not above the wanted one."""
    return max(SMALLEST, min(wanted, int(room / max(_unit_width(text), 1e-6))))


def fit(
    actor: vtkTextActor,
    renderer: vtkViewport,
    lines: Sequence[str],
    *,
    wanted: int,
    room: tuple[float, float],
) -> float:
    """Write lines as large as they fit, broken between words.

    Parameters
    ----------
    wanted
        Largest size, points.
    room
        Width in pixels at 72 dots per inch; height in pixels of the window.

    Returns
    -------
    height
        What is taken, pixels of the window; 0 without a line.
    """
    if not lines:
        actor.SetInput("")
        return 0.0
    width, height = room
    widest = min(largest_size(word, width, wanted) for line in lines for word in line.split())
    box = [0.0] * 4
    for size in range(widest, SMALLEST - 1, -1):
        parts = (part for line in lines for part in broken(line, _unit_width, width / size))
        actor.SetInput("\n".join(parts))
        actor.GetTextProperty().SetFontSize(size)
        actor.GetBoundingBox(renderer, box)
        if box[3] - box[2] <= height:
            break
    return box[3] - box[2]


@lru_cache(maxsize=1024)
def _unit_width(text: str) -> float:
    """Of a line in parts of the size of its letters."""
    style, box = vtkTextProperty(), [0] * 4
    style.SetFontSize(MEASURED_AT)
    vtkTextRenderer.GetInstance().GetBoundingBox(style, text, box, POINTS_PER_INCH)
    return (box[1] - box[0] + 1) / MEASURED_AT
