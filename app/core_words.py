"""Words for what the core tells apart; marked here because the core knows no languages, translated where shown."""

import re

from app.translation import tr, tr_later
from calid_core.cine import CineStack, View
from calid_core.progress import Progress, Stage

VIEW_WORDS = {
    View.SHORT_AXIS: tr_later("short axis"),
    View.LONG_AXIS: tr_later("long axis"),
    View.OTHER: tr_later("other"),
}
STAGE_WORDS = {
    Stage.READING: tr_later("Reading"),
    Stage.LOADING_MODEL: tr_later("Loading model"),
    Stage.PREPARING: tr_later("Preparing"),
    Stage.SYNTHESISING: tr_later("Synthesising"),
    Stage.CHECKING: tr_later("Checking"),
    Stage.WRITING: tr_later("Writing"),
    Stage.FINISHED: tr_later("Finished"),
}
JUDGEMENT_WORDS = (
    tr_later("rejected"),
    tr_later("accepted with remark"),
    tr_later("accepted"),
    tr_later("remarked"),
)
"""What ``Judgement.text`` says."""


def moment_text(stack: CineStack, phase: int) -> str:
    """``Phase 3/25 · 80 ms``; the time is left out where none is known.

    Parameters
    ----------
    phase
        From 0.
    """
    number = tr("Phase {phase}/{phases}").format(phase=phase + 1, phases=stack.phases)
    return f"{number} · {stack.phase_times[phase]:.0f} ms" if stack.timed else number


def widest_moment_text(stack: CineStack) -> str:
    """As wide as ``moment_text`` is at the phase where it is widest."""
    return in_widest_digits(moment_text(stack, stack.phases - 1))


def in_widest_digits(text: str) -> str:
    """A text as wide as it is with any digits."""
    return re.sub(r"\d", "0", text)


def progress_text(progress: Progress) -> str:
    """``Synthesising · phase 3 of 25``; what the core says in other words stays as it is."""
    stage = tr(STAGE_WORDS[progress.stage])
    told = progress.message
    if progress.phases:
        told = tr("phase {phase} of {phases}").format(phase=progress.phase, phases=progress.phases)
    return " · ".join(filter(None, (stage, told)))
