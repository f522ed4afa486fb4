"""What stacks and runs are called, in the language of the window or in English."""

from collections.abc import Callable

from app.translation import tr, tr_later
from calid_core.cine import CineStack
from calid_core.settings import Method, Mode, ReconstructionSettings

METHOD_LABELS = {
    Method.NEAREST: tr_later("Nearest"),
    Method.LINEAR: tr_later("Linear"),
    Method.CUBIC: tr_later("Cubic"),
    Method.CALID: "CaLID",
}
HELD_OUT = tr_later("Held out: {label}")


def stack_label(stack: CineStack, words: Callable[[str], str] = tr) -> str:
    """What to call a stack beside its runs: an opened reconstruction and an aligned series are not all acquired."""
    if stack.made_slices:
        return words(tr_later("As opened"))
    return words(tr_later("Aligned") if stack.moved_slices else tr_later("Acquired"))


def run_label(settings: ReconstructionSettings, pitch: float, words: Callable[[str], str] = tr) -> str:
    """Short name of a run: method, spacing of the grid in mm, answer, and the seed of a sample.

    Parameters
    ----------
    settings
        Of the run.
    pitch
        Spacing of its grid, mm.
    words
        Chooses the language.
    """
    label = f"{words(METHOD_LABELS[settings.method])} {pitch:.1f} mm"
    if settings.method is not Method.CALID:
        return label
    if settings.mode is Mode.FIDELITY:
        return f"{label}, " + words(tr_later("fidelity"))
    seed = words(tr_later("seed {seed}")).format(seed=settings.seed)
    return f"{label}, " + words(tr_later("realism")) + f", {seed}"
