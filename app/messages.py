"""Texts that must be the same everywhere, and errors turned into sentences."""

from app.translation import tr, tr_later
from calid_core.errors import CalidError

APPLICATION = "CaLID"
BANNER = tr_later("Research use only — AI-synthesised slices — not for diagnosis")
NOTICE = tr_later("Research use only — not for diagnosis")
"""The banner without what holds only where slices were synthesised."""
RESEARCH_MARKS = (BANNER, NOTICE, tr_later("Research use only\nnot for diagnosis"))
"""What pictures are marked with: longest first, the first that fits is written."""
EMPTY_TITLE = tr_later("Open a short-axis cine")
EMPTY_TEXT = tr_later(
    "Drop a DICOM folder, or a NIfTI, NRRD or MetaImage file, anywhere in this window.\n"
    "What fits: a stack of parallel short-axis slices, 2 or more, with 1 or more cardiac phases.\n"
    "Long-axis cines in the same folder are listed beside it."
)
ABOUT = tr_later(
    "<h3>CaLID {version}</h3>"
    "<p>Fills the space between the slices of a sparse cardiac MR short-axis cine and shows which slices were "
    "acquired and which were not.</p>"
    "<p><b>Research use only.</b> Synthesised slices are inventions that fit their neighbours. They are not "
    "measurements and must not be used for diagnosis.</p>"
    "<p>Program: Apache License 2.0. Weights of the networks: non-commercial research only, because they were trained on "
    "ACDC (CC BY-NC-SA 4.0).</p>"
)
UNEXPECTED = tr_later(
    "Something went wrong that CaLID did not expect ({kind}). Your data were not changed, and you can go on "
    "working. The log says where it happened."
)


def notice(*, synthesised: bool) -> str:
    """What stands with a picture: of synthesised slices only where its layer holds some."""
    return BANNER if synthesised else NOTICE


def research_marks(*, synthesised: bool) -> tuple[str, ...]:
    """Those of ``RESEARCH_MARKS`` that hold for a layer: the first one only where it holds synthesised slices."""
    return RESEARCH_MARKS if synthesised else RESEARCH_MARKS[1:]


def explain(error: BaseException) -> str:
    """What to tell a person about an error."""
    if isinstance(error, CalidError):
        return str(error)
    if isinstance(error, MemoryError):
        return tr("There is not enough memory. Close other series or choose a wider slice spacing.")
    if isinstance(error, PermissionError):
        return tr("Permission was denied: {reason}. Choose another file or folder.").format(
            reason=error.strerror or error
        )
    if isinstance(error, OSError):
        return tr("The system reported: {reason}.").format(reason=error.strerror or error)
    return tr(UNEXPECTED).format(kind=type(error).__name__)


def duration(seconds: float) -> str:
    """A time span for people: ``8 s``, ``2 min 05 s``."""
    whole = max(0, round(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


def extent(slices: int, phases: int) -> str:
    """The size of a stack for people: ``9 slices × 1 phase``."""
    return " × ".join((tr("%n slice(s)", "", slices), tr("%n phase(s)", "", phases)))
