"""What is on the screen, in English, for files."""

from app.choices import ViewLayout
from app.layers import Layer
from app.state.compare_state import CompareMode
from app.state.viewer_state import ViewerState


def describe(state: ViewerState) -> str:
    """Every layer on the screen with its slice, and the phase: ``Linear 2.0 mm · slice 3/16 (interpolated) · phase 1/5``."""
    if state.active_stack is None:
        return "nothing open"
    return f"{_what(state)} · phase {state.phase + 1}/{state.phases}"


def shows_synthesised(state: ViewerState) -> bool:
    """Whether a layer on the screen holds synthesised slices."""
    target = state.compare.long_axis
    checked = state.run(target.run_id) if target is not None else None
    layers = state.seen_layers if checked is None else (checked.layer,)
    return any(volume.synthesised for volume in map(state.volume, layers) if volume is not None)


def _what(state: ViewerState) -> str:
    target = state.compare.long_axis
    checked = state.run(target.run_id) if target is not None else None
    if checked is not None:
        return f"long-axis check of {checked.written}"
    layers = " | ".join(_describe_layer(state, layer) for layer in state.seen_layers)
    comparing = state.layout is ViewLayout.COMPARE and len(state.compare_layers) > 1
    if comparing and state.compare.mode is CompareMode.DIFFERENCE:
        stack = state.active_stack
        truth = "aligned" if stack is not None and stack.moved_slices else "acquired"
        return f"difference from the {truth} slices, of {layers}"
    return layers


def _describe_layer(state: ViewerState, layer: Layer) -> str:
    volume, index = state.volume(layer), state.slice_index(layer)
    if volume is None:
        return ""
    origin = volume.provenance[index].origin_at(state.phase).word
    return f"{volume.written} · slice {index + 1}/{volume.slices} ({origin})"
