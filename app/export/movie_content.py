"""What of the screen a movie shows."""

from app.choices import ViewLayout
from app.export.frames import CineContent, MovieLayout
from app.layers import Layer
from app.state.compare_state import CompareMode, pair_of
from app.state.viewer_state import ViewerState
from app.translation import tr
from calid_core.errors import InputError


def movie_content(state: ViewerState, *, all_slices: bool) -> CineContent | None:
    """Every phase of what is on the screen; None where nothing is open.

    Parameters
    ----------
    state
        What is shown.
    all_slices
        Those of the layer that verdicts are about, in place of the slice under the crosshair of every layer that is seen.

    Raises
    ------
    InputError
        A difference or a long-axis check is on the screen, which no movie shows.
    """
    layers = (state.judged_layer,) if all_slices else _seen(state)
    volumes = tuple(volume for volume in map(state.volume, layers) if volume is not None)
    stack = state.active_stack
    if stack is None or not volumes:
        return None
    layout = MovieLayout.SIDE_BY_SIDE if len(volumes) > 1 else MovieLayout.SLICE
    return CineContent(
        volumes,
        MovieLayout.MONTAGE if all_slices else layout,
        state.position,
        state.window,
        stack.phase_times,
        stack.cycle,
        state.inverted,
    )


def _seen(state: ViewerState) -> tuple[Layer, ...]:
    """Layers on the screen, left to right; both where they alternate by themselves."""
    compare, pair = state.compare, pair_of(state.compare_layers)
    if state.layout is not ViewLayout.COMPARE:
        return state.seen_layers
    if compare.long_axis is not None and state.run(compare.long_axis.run_id) is not None:
        raise InputError(
            tr("a movie cannot show the long-axis check; compare layers instead, or save a screenshot")
        )
    if pair is None:
        return state.seen_layers
    if compare.mode is CompareMode.DIFFERENCE:
        raise InputError(
            tr("a movie cannot show the difference; choose another mode of comparison, or save a screenshot")
        )
    return pair if compare.mode is CompareMode.FLICKER and compare.flickering else state.seen_layers
