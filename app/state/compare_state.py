"""How two layers are compared: mode, which of them is on the screen, where the divider stands."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.layers import Layer
from app.translation import tr_later


class CompareMode(Enum):
    """How two layers share the screen; the value is shown to people."""

    FLICKER = tr_later("Flicker")
    SWIPE = tr_later("Swipe")
    SIDE_BY_SIDE = tr_later("Side by side")
    DIFFERENCE = tr_later("Difference")

    @property
    def in_place(self) -> bool:
        """Whether both layers take the same place on the screen."""
        return self is not CompareMode.SIDE_BY_SIDE


@dataclass(frozen=True)
class LongAxisTarget:
    """A finished long-axis check that is shown instead of layers.

    Parameters
    ----------
    run_id
        The run that was checked.
    index
        Number of the check among those of the run.
    """

    run_id: int
    index: int


def pair_of(layers: tuple[Layer, ...]) -> tuple[Layer, Layer] | None:
    """The two layers that are compared in place: the last two chosen; None where there are fewer."""
    return (layers[-2], layers[-1]) if len(layers) >= 2 else None


def judged_of(pair: tuple[Layer, Layer]) -> Layer:
    """The layer that is held against the truth: the second, unless that is the acquired one."""
    return pair[0] if pair[1].acquired else pair[1]


class CompareState(QObject):
    """Written by ``app.controllers.comparing`` only, which keeps what is asked within its limits; each value has ``set_<name>`` and ``<name>_changed``."""

    mode_changed = Signal()
    flickering_changed = Signal()
    shown_changed = Signal()
    swipe_changed = Signal()
    rate_changed = Signal()
    reduced_motion_changed = Signal()
    long_axis_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = CompareMode.FLICKER
        self._flickering = False
        self._shown = 0
        self._swipe = 0.5
        self._rate = 2.0
        self._reduced_motion = False
        self._long_axis: LongAxisTarget | None = None

    @property
    def mode(self) -> CompareMode:
        """How the layers share the screen."""
        return self._mode

    def set_mode(self, mode: CompareMode) -> None:
        """Set ``mode``."""
        if mode is not self._mode:
            self._mode = mode
            self.mode_changed.emit()

    @property
    def flickering(self) -> bool:
        """Whether the layers alternate by themselves."""
        return self._flickering

    def set_flickering(self, flickering: bool) -> None:
        """Set ``flickering``."""
        if flickering != self._flickering:
            self._flickering = flickering
            self.flickering_changed.emit()

    def judged(self, layers: tuple[Layer, ...]) -> Layer | None:
        """Which of the compared layers verdicts are about: in flicker the one on the screen; None where there are none."""
        pair = pair_of(layers)
        if pair is None:
            return layers[0] if layers else None
        return pair[self._shown] if self._mode is CompareMode.FLICKER else judged_of(pair)

    def seen(self, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        """Which of the compared layers are on the screen, left to right."""
        pair = pair_of(layers)
        if pair is None or self._mode is CompareMode.SIDE_BY_SIDE:
            return layers
        if self._mode is CompareMode.SWIPE:
            return pair
        return (pair[self._shown] if self._mode is CompareMode.FLICKER else judged_of(pair),)

    @property
    def shown(self) -> int:
        """Which layer of the pair flicker shows now, 0 or 1."""
        return self._shown

    def set_shown(self, shown: int) -> None:
        """Set ``shown``."""
        if shown != self._shown:
            self._shown = shown
            self.shown_changed.emit()

    @property
    def swipe(self) -> float:
        """Where the divider stands, share of the width from the left."""
        return self._swipe

    def set_swipe(self, swipe: float) -> None:
        """Set ``swipe``."""
        if swipe != self._swipe:
            self._swipe = swipe
            self.swipe_changed.emit()

    @property
    def rate(self) -> float:
        """Wanted changes per second while flickering; the eye's limits are applied on top."""
        return self._rate

    def set_rate(self, rate: float) -> None:
        """Set ``rate``."""
        if rate != self._rate:
            self._rate = rate
            self.rate_changed.emit()

    @property
    def reduced_motion(self) -> bool:
        """Whether moving pictures are kept slow."""
        return self._reduced_motion

    def set_reduced_motion(self, reduced_motion: bool) -> None:
        """Set ``reduced_motion``."""
        if reduced_motion != self._reduced_motion:
            self._reduced_motion = reduced_motion
            self.reduced_motion_changed.emit()

    @property
    def long_axis(self) -> LongAxisTarget | None:
        """A long-axis check that is compared instead of layers."""
        return self._long_axis

    def set_long_axis(self, target: LongAxisTarget | None) -> None:
        """Set ``long_axis``."""
        if target != self._long_axis:
            self._long_axis = target
            self.long_axis_changed.emit()
