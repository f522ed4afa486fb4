"""What the badge of the 3D view says."""

from app.rendering.slice_origin import ORIGIN_WORDS, badge_text
from app.scenes.display import Content, Extent, HeartDisplay
from app.study import Volume
from calid_core.reconstruction import SliceOrigin

RENDERER_INTERPOLATES = "interpolated by the renderer between slices"
NOT_READY = "phase not reconstructed yet"
NOTICEABLE_PITCH = 4.0
"""Pitch from which the reader is told that the renderer fills the space between slices, mm."""


def worst_origin(volume: Volume) -> SliceOrigin:
    """The least trustworthy kind of slice in a volume."""
    found = {p.origin for p in volume.provenance}
    for origin in (SliceOrigin.SYNTHESISED, SliceOrigin.INTERPOLATED):
        if origin in found:
            return origin
    return SliceOrigin.ACQUIRED


def badge_lines(
    volume: Volume, phase: int, index: int, display: HeartDisplay, *, software: bool
) -> tuple[str, ...]:
    """Lines of the badge.

    Parameters
    ----------
    volume
        What is shown.
    phase
        Its phase.
    index
        The slice under the crosshair.
    display
        Choices of the view.
    software
        Whether there is no GPU.
    """
    lines = [volume.label, f"{_kinds(volume)} · {volume.geometry.pitch:.1f} mm pitch"]
    lines.append(f"Crosshair: {badge_text(volume.provenance[index], index)}")
    if display.content is not Content.SLICES:
        sparse = volume.geometry.pitch >= NOTICEABLE_PITCH or not volume.geometry.regular
        if not volume.ready[phase]:
            lines.append(f"{NOT_READY}: {RENDERER_INTERPOLATES}")
        elif sparse:
            lines.append(RENDERER_INTERPOLATES)
        clipped = "clipped to the heart, " if display.extent is Extent.HEART else ""
        lines.append(f"{clipped}brightness evened, smoothed 1 mm")
    if software:
        lines.append("software OpenGL")
    return tuple(lines)


def _kinds(volume: Volume) -> str:
    """``12 acquired + 44 synthesised``."""
    counts = {origin: sum(p.origin is origin for p in volume.provenance) for origin in SliceOrigin}
    return " + ".join(f"{n} {ORIGIN_WORDS[origin].lower()}" for origin, n in counts.items() if n)
