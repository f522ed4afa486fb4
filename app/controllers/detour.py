"""Doing something in a series that is not shown, and showing again what was looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.controllers.controller import Controller


@contextmanager
def detour(controller: Controller, series_id: int) -> Iterator[None]:
    """Let a series be the active one for a moment; then the one that is looked at is again, as it was.

    What was compared in it comes back, the measurement that was looked at, and its cine goes on.
    """
    state, comparison = controller.state, controller.comparing.comparison
    shown, playing, selected = state.active_series, state.playing, state.measures.selected
    if shown is not None and shown.id == series_id:
        yield
        return
    controller.series.activate(series_id)
    try:
        yield
    finally:
        if shown is not None:
            controller.series.activate(shown.id)
            controller.comparing.go_back_to(comparison)
            if selected is not None:
                controller.measuring.select(selected.number)
            if playing:
                controller.playback.play()
