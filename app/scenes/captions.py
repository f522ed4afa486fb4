"""What the badge of the 3D view says."""

from app.layers import Volume
from app.rendering.frames import frame_origins
from app.rendering.slice_origin import badge_text, origin_word
from app.scenes.display import Content, Extent, HeartDisplay
from app.translation import tr, tr_later
from calid_core.provenance import SliceOrigin

RENDERER_INTERPOLATES = tr_later("interpolated by the renderer between slices")
NOT_READY = tr_later("phase not reconstructed yet")
NOTICEABLE_PITCH = 4.0
"""Pitch from which the reader is told that the renderer fills the space between slices, mm."""


def worst_origin(volume: Volume, phase: int) -> SliceOrigin:
    """The least trustworthy kind of slice in a volume at a phase."""
    found = set(frame_origins(volume, phase))
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
    lines = [
        volume.label,
        f"{_kinds(volume, phase)} · " + tr("{pitch:.1f} mm pitch").format(pitch=volume.geometry.pitch),
    ]
    lines.append(tr("Crosshair: {slice}").format(slice=badge_text(volume.provenance[index], index, phase)))
    if display.content is not Content.SLICES:
        sparse = volume.geometry.pitch >= NOTICEABLE_PITCH or not volume.geometry.regular
        if not volume.ready[phase]:
            lines.append(f"{tr(NOT_READY)}: {tr(RENDERER_INTERPOLATES)}")
        elif sparse:
            lines.append(tr(RENDERER_INTERPOLATES))
        clipped = display.extent is Extent.HEART
        evened = tr("brightness evened, smoothed 1 mm")
        lines.append(tr("clipped to the heart") + f", {evened}" if clipped else evened)
    if software:
        lines.append(tr("software OpenGL"))
    return tuple(lines)


def _kinds(volume: Volume, phase: int) -> str:
    """``12 acquired + 44 synthesised``."""
    origins = frame_origins(volume, phase)
    counts = {origin: origins.count(origin) for origin in SliceOrigin}
    return " + ".join(f"{n} {origin_word(origin)}" for origin, n in counts.items() if n)
