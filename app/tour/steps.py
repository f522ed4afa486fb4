"""What the tour says, and which part of the window each step points at."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QToolBar, QWidget

from app.actions.catalogue import Act
from app.actions.key_texts import with_keys
from app.translation import tr, tr_later
from app.window.main_window import MainWindow

Target = Callable[[MainWindow], QWidget | None]


@dataclass(frozen=True)
class TourStep:
    """One card.

    Parameters
    ----------
    title, text
        What it says; ``{ACCEPT}`` in the text stands for the key of ``Act.ACCEPT``, as a person set it.
    target
        The part of the window it points at; None where that is not there.
    tab
        Tab of the inspector that is shown meanwhile.
    act
        What its button does; None for no button.
    """

    title: str
    text: str
    target: Target
    tab: str = ""
    act: Act | None = None

    def filled(self) -> str:
        """The text with the keys in use."""
        return with_keys(tr(self.text))


def _tool(act: Act) -> Target:
    def find(window: MainWindow) -> QWidget | None:
        bar = window.findChild(QToolBar, "Tools")
        return bar.widgetForAction(window.actions_[act]) if isinstance(bar, QToolBar) else None

    return find


def _inspector(window: MainWindow) -> QWidget:
    return window.inspector


STEPS = (
    TourStep(
        tr_later("What is real, and what is not"),
        tr_later(
            "Every view says where its slice comes from. ACQUIRED, solid blue: measured by the scanner, returned bit by bit. "
            "SYNTHESISED, hatched orange: made by the model between two acquired slices."
        ),
        lambda window: window.grid.short_axis,
    ),
    TourStep(
        tr_later("The ladder of slices"),
        tr_later(
            "One rung per slice, from base to apex: A acquired, S synthesised. Click a rung to go there. "
            "Hold {ACQUIRED_NEAREST} to see the nearest acquired slice; let go to come back."
        ),
        lambda window: window.grid.ladder,
    ),
    TourStep(
        tr_later("Two directions that never mix"),
        tr_later(
            "{SLICE_PREVIOUS} and {SLICE_NEXT} or the wheel change the slice. {PHASE_PREVIOUS} and {PHASE_NEXT} or "
            "Shift and the wheel change the phase of the heart beat. {PLAY} plays the beat at the slice you look at."
        ),
        lambda window: window.transport,
    ),
    TourStep(
        tr_later("Reconstruct"),
        tr_later(
            "Fills the space between the slices. Realism gives one sharp sample, for looking; fidelity the average "
            "answer, for intensities. It runs in the background: keep reading, or cancel with {CANCEL}."
        ),
        lambda window: window.reconstruct,
        tr_later("Runs"),
        Act.RECONSTRUCT,
    ),
    TourStep(
        tr_later("Compare"),
        tr_later(
            "{COMPARE} goes through flicker in place, swipe, side by side and difference, with one window, zoom, slice and "
            "phase for all. Linear interpolation is always there to compare with. {FLICKER} flickers at once."
        ),
        _tool(Act.COMPARE),
    ),
    TourStep(
        tr_later("Check"),
        tr_later(
            "Are the acquired slices untouched? Hide one, predict it, and see how wrong the answer is: each check is one "
            "click, and its scores colour the ladder. A click on a bad cell takes you there."
        ),
        _inspector,
        tr_later("Checks"),
    ),
    TourStep(
        tr_later("Decide"),
        tr_later(
            "{NEXT_UNCHECKED} takes you to the worst slice you have not judged. {ACCEPT} accepts it, {REJECT} rejects it, "
            "{REMARK} adds a remark. Every verdict is saved the moment you give it; {UNDO} takes it back."
        ),
        _inspector,
        tr_later("Review"),
    ),
    TourStep(
        tr_later("Take it with you"),
        tr_later(
            "{SAVE} saves the volume with the origin of every slice, {MOVIE} the beating heart, {REPORT} the report with "
            "checks and verdicts. All of them say what was synthesised."
        ),
        _tool(Act.SAVE),
    ),
    TourStep(
        tr_later("That is all"),
        tr_later(
            "{SHORTCUTS} shows every key; {EDIT_KEYS} changes them. This tour is in the Help menu. Research use only: a "
            "synthesised slice is not a measurement."
        ),
        lambda window: window.menuBar(),
    ),
)
