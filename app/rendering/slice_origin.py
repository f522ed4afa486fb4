"""How a slice is called: where it comes from, in letters and in words."""

from collections.abc import Callable

from app.translation import tr, tr_later
from calid_core.marks import badge_word, slice_name
from calid_core.provenance import SliceOrigin, SliceProvenance, SourceSlice, nearest_first

ORIGIN_WORDS = {
    SliceOrigin.ACQUIRED: tr_later("ACQUIRED"),
    SliceOrigin.INTERPOLATED: tr_later("INTERPOLATED"),
    SliceOrigin.SYNTHESISED: tr_later("SYNTHESISED"),
}
CHANGED_WORDS = (tr_later("MOVED"), tr_later("INTERPOLATED IN TIME"))
"""What is said instead of an acquired slice that was changed."""
FROM = tr_later("{distance:.1f} mm from A{number}")


def origin_word(origin: SliceOrigin) -> str:
    """``acquired``, ``interpolated`` or ``synthesised``, in the language of the window."""
    return tr(ORIGIN_WORDS[origin]).lower()


def sources_text(
    sources: tuple[SourceSlice, ...], words: Callable[[str], str] = tr, *, most: int | None = 2
) -> str:
    """``3.1 mm from A4 · 4.9 mm from A5``: the nearest, None for all; ``words`` chooses the language."""
    nearest = nearest_first(sources)[:most]
    return " · ".join(
        words(FROM).format(distance=source.distance, number=source.index + 1) for source in nearest
    )


def badge_text(provenance: SliceProvenance, index: int, phase: int) -> str:
    """``ACQUIRED A4``, ``SYNTHESISED S17``, ``MOVED A4``, ``INTERPOLATED IN TIME A4`` and so on, in the language of the window."""
    return f"{tr(badge_word(provenance, phase))} {slice_name(provenance, index)}"


def short_badge_text(provenance: SliceProvenance, index: int, phase: int) -> str:
    """``A4``, ``S17``; ``I · A4`` for an acquired slice that was moved or interpolated in time."""
    name, origin = slice_name(provenance, index), provenance.origin_at(phase)
    return name if origin is provenance.origin else f"{origin.value} · {name}"


def describe_slice(provenance: SliceProvenance, index: int) -> str:
    """``A4`` or ``S17 · 3.1 mm from A4 · 4.9 mm from A5``."""
    name = slice_name(provenance, index)
    if provenance.origin is SliceOrigin.ACQUIRED or not provenance.sources:
        return name
    return f"{name} · {sources_text(provenance.sources)}"
