"""Flicker, swipe, side by side and difference: which two layers, and who is on the screen."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Slot

from app.choices import ViewLayout
from app.controllers.display import Display
from app.layers import Layer
from app.rendering.composition import FASTEST_FLICKER, flicker_interval
from app.state.compare_state import CompareMode, LongAxisTarget, pair_of
from app.state.viewer_state import ViewerState

SLOWEST_FLICKER = 0.5


@dataclass(frozen=True)
class ComparisonShown:
    """What is compared in a series, for when it is shown again.

    Parameters
    ----------
    entered
        Whether it is on the screen.
    layers, shown, flickering, long_axis
        What of which, as in ``ViewerState.compare_layers`` and ``CompareState``.
    """

    entered: bool
    layers: tuple[Layer, ...]
    shown: int
    flickering: bool
    long_axis: LongAxisTarget | None


class Comparing(QObject):
    """Enters, changes and leaves comparisons; owns the flicker clock."""

    def __init__(self, state: ViewerState, display: Display, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._display = state, display
        self._compare = state.compare
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._flip)
        for changed in (
            self._compare.mode_changed,
            self._compare.flickering_changed,
            self._compare.rate_changed,
            self._compare.reduced_motion_changed,
            state.layout_changed,
            state.compare_layers_changed,
        ):
            changed.connect(self._refresh_clock)
        state.layout_changed.connect(self._forget_long_axis)
        state.stack_changed.connect(self._leave_what_is_gone)
        state.layer_changed.connect(self._show_chosen)

    # -- modes -------------------------------------------------------------------------------------------

    @property
    def modes(self) -> tuple[CompareMode, ...]:
        """Modes that make sense now; the difference needs layers, of which one has a truth."""
        if self._compare.long_axis is not None:
            return tuple(mode for mode in CompareMode if mode is not CompareMode.DIFFERENCE)
        return tuple(CompareMode)

    def set_reduced_motion(self, reduced: bool) -> None:
        """Keep flicker slow, or let it be as fast as wanted."""
        self._compare.set_reduced_motion(reduced)

    @Slot()
    def next_mode(self) -> None:
        """Enter the comparison, go to its next mode, and leave after the last."""
        if self._state.layout is not ViewLayout.COMPARE:
            self.show(CompareMode.FLICKER)
            return
        modes = self.modes
        place = modes.index(self._compare.mode) + 1 if self._compare.mode in modes else 0
        if place < len(modes):
            self.show(modes[place])
        else:
            self.leave()

    @Slot(object)
    def show(self, mode: CompareMode) -> None:
        """Compare in a mode; flicker begins to run."""
        self.set_mode(mode)
        self._compare.set_flickering(mode is CompareMode.FLICKER)
        self._display.set_layout(ViewLayout.COMPARE)

    def set_mode(self, mode: CompareMode) -> None:
        """Choose how layers share the screen, in this comparison or the next."""
        self._compare.set_mode(mode)

    @Slot()
    def leave(self) -> None:
        """Go back to the layout before."""
        self._compare.set_flickering(False)
        if self._state.layout is ViewLayout.COMPARE:
            self._display.toggle_compare()

    @property
    def comparison(self) -> ComparisonShown:
        """What is compared now."""
        entered, compare = self._state.layout is ViewLayout.COMPARE, self._compare
        layers = self._state.compare_layers
        return ComparisonShown(entered, layers, compare.shown, compare.flickering, compare.long_axis)

    def go_back_to(self, comparison: ComparisonShown) -> None:
        """Compare again what was compared when the series was left."""
        self._state.set_compare_layers(comparison.layers)
        if comparison.entered:
            self._compare.set_long_axis(comparison.long_axis)
            self._compare.set_shown(comparison.shown)
            self._compare.set_flickering(comparison.flickering)
            self._display.set_layout(ViewLayout.COMPARE)

    @Slot()
    def toggle_flicker(self) -> None:
        """Start flickering in place, or stop on the layer that is on the screen: the main views then show that one."""
        if not self._state.runs:
            return
        if not self._in_flicker:
            self.show(CompareMode.FLICKER)
        elif self._compare.flickering:
            self.stop_flicker()
        else:
            self._compare.set_flickering(True)

    @Slot()
    def stop_flicker(self) -> None:
        """Stop on the layer that is on the screen, where two alternate."""
        if not (self._in_flicker and self._compare.flickering):
            return
        self._compare.set_flickering(False)
        pair = pair_of(self._state.compare_layers)
        if pair is not None and self._compare.long_axis is None:
            self._state.set_layer(pair[self._compare.shown])

    @property
    def _in_flicker(self) -> bool:
        return self._state.layout is ViewLayout.COMPARE and self._compare.mode is CompareMode.FLICKER

    @Slot(object)
    def compare(self, layers: tuple[Layer, ...]) -> None:
        """Choose the layers; the last two are compared in place."""
        self._compare.set_long_axis(None)
        self._state.set_compare_layers(layers)

    def compare_in_place(self, first: Layer, second: Layer) -> None:
        """Flicker between two layers at once."""
        self.compare((first, second))
        self._compare.set_shown(1)
        self.show(CompareMode.FLICKER)

    @Slot(object)
    def show_long_axis(self, target: LongAxisTarget) -> None:
        """Flicker an acquired long-axis cine against the reconstruction on its plane."""
        self._compare.set_long_axis(target)
        self.show(CompareMode.FLICKER)

    @Slot(float)
    def set_swipe(self, share: float) -> None:
        """Move the divider, share of the width."""
        self._compare.set_swipe(min(max(share, 0.0), 1.0))

    @Slot(float)
    def set_rate(self, rate: float) -> None:
        """Changes per second while flickering."""
        self._compare.set_rate(min(max(rate, SLOWEST_FLICKER), FASTEST_FLICKER))

    # -- the clock ---------------------------------------------------------------------------------------

    @Slot()
    def _refresh_clock(self) -> None:
        if not (self._in_flicker and self._compare.flickering):
            self._timer.stop()
            return
        interval = flicker_interval(self._compare.rate, reduced_motion=self._compare.reduced_motion)
        if not self._timer.isActive() or self._timer.interval() != interval:
            self._timer.start(interval)

    @Slot()
    def _flip(self) -> None:
        self._compare.set_shown(1 - self._compare.shown)

    @Slot()
    def _show_chosen(self) -> None:
        """A layer of the pair that is chosen elsewhere comes on the screen."""
        pair = pair_of(self._state.compare_layers)
        if pair is not None and self._state.layer in pair and self._compare.long_axis is None:
            self._compare.set_shown(pair.index(self._state.layer))

    @Slot()
    def _forget_long_axis(self) -> None:
        if self._state.layout is not ViewLayout.COMPARE:
            self._compare.set_long_axis(None)

    @Slot()
    def _leave_what_is_gone(self) -> None:
        """Another series is shown: nothing of it was chosen to be compared, and no long-axis check of it is open."""
        self._compare.set_long_axis(None)
        self.leave()
