"""What the tour says, and which part of the window each step points at."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QToolBar, QWidget

from app.action_catalogue import Act
from app.keyboard import key_text
from app.main_window import MainWindow

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

    def filled(self, window: MainWindow) -> str:
        """The text with the keys in use."""
        keys = {act.name: key_text(window.actions_[act].shortcut()) or "no key" for act in Act}
        return self.text.format(**keys)


def _tool(act: Act) -> Target:
    def find(window: MainWindow) -> QWidget | None:
        bar = window.findChild(QToolBar, "Tools")
        return bar.widgetForAction(window.actions_[act]) if isinstance(bar, QToolBar) else None

    return find


def _inspector(window: MainWindow) -> QWidget:
    return window.inspector


STEPS = (
    TourStep(
        "What is real, and what is not",
        "Every view says where its slice comes from. ACQUIRED, solid blue: measured by the scanner, returned bit by bit. "
        "SYNTHESISED, hatched orange: made by the model between two acquired slices.",
        lambda window: window.grid.short_axis,
    ),
    TourStep(
        "The ladder of slices",
        "One rung per slice, from base to apex: A acquired, S synthesised. Click a rung to go there. "
        "Hold {ACQUIRED_NEAREST} to see the nearest acquired slice; let go to come back.",
        lambda window: window.grid.ladder,
    ),
    TourStep(
        "Two directions that never mix",
        "{SLICE_PREVIOUS} and {SLICE_NEXT} or the wheel change the slice. {PHASE_PREVIOUS} and {PHASE_NEXT} or "
        "Shift and the wheel change the phase of the heart beat. {PLAY} plays the beat at the slice you look at.",
        lambda window: window.transport,
    ),
    TourStep(
        "Reconstruct",
        "Fills the space between the slices. Fidelity gives the average answer, for measuring; realism one sharp "
        "sample, for looking. It runs in the background: keep reading, or cancel with {CANCEL}.",
        lambda window: window.reconstruct,
        "Runs",
        Act.RECONSTRUCT,
    ),
    TourStep(
        "Compare",
        "{COMPARE} goes through flicker in place, swipe, side by side and difference, with one window, zoom, slice and "
        "phase for all. Linear interpolation is always there to compare with. {FLICKER} flickers at once.",
        _tool(Act.COMPARE),
    ),
    TourStep(
        "Check",
        "Are the acquired slices untouched? Hide one, predict it, and see how wrong the answer is: each check is one "
        "click, and its scores colour the ladder. A click on a bad cell takes you there.",
        _inspector,
        "Checks",
    ),
    TourStep(
        "Decide",
        "{NEXT_UNCHECKED} takes you to the worst slice you have not judged. {ACCEPT} accepts it, {REJECT} rejects it, "
        "{REMARK} adds a remark. Every verdict is saved the moment you give it; {UNDO} takes it back.",
        _inspector,
        "Review",
    ),
    TourStep(
        "Take it with you",
        "{SAVE} saves the volume with the origin of every slice, {MOVIE} the beating heart, {REPORT} the report with "
        "checks and verdicts. All of them say what was synthesised.",
        _tool(Act.SAVE),
    ),
    TourStep(
        "That is all",
        "{SHORTCUTS} shows every key; {EDIT_KEYS} changes them. This tour is in the Help menu. Research use only: a "
        "synthesised slice is not a measurement.",
        lambda window: window.menuBar(),
    ),
)
