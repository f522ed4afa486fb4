"""How a slice is called: where it comes from, in letters and in words."""

from calid_core.marks import slice_name
from calid_core.reconstruction import SliceOrigin, SliceProvenance, SourceSlice

ORIGIN_WORDS = {
    SliceOrigin.ACQUIRED: "ACQUIRED",
    SliceOrigin.INTERPOLATED: "INTERPOLATED",
    SliceOrigin.SYNTHESISED: "SYNTHESISED",
}


def sources_text(sources: tuple[SourceSlice, ...]) -> str:
    """``3.1 mm from A4 · 4.9 mm from A5``: the two nearest."""
    nearest = sorted(sources, key=lambda source: source.distance)[:2]
    return " · ".join(f"{source.distance:.1f} mm from A{source.index + 1}" for source in nearest)


def badge_text(provenance: SliceProvenance, index: int) -> str:
    """``ACQUIRED A4``, ``SYNTHESISED S17``, ``INTERPOLATED I17``."""
    return f"{ORIGIN_WORDS[provenance.origin]} {slice_name(provenance, index)}"


def describe_slice(provenance: SliceProvenance, index: int) -> str:
    """``A4`` or ``S17 · 3.1 mm from A4 · 4.9 mm from A5``."""
    name = slice_name(provenance, index)
    if provenance.origin is SliceOrigin.ACQUIRED or not provenance.sources:
        return name
    return f"{name} · {sources_text(provenance.sources)}"
