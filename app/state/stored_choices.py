"""What a person chose for every series, as it is stored on this computer: window/level at first, initials, phases."""

from app.preferences import Preferences
from app.presets import PRESETS
from app.review.verdicts import check_initials
from calid_core.errors import CalidError
from calid_core.io.phase_resampling import PhaseMatching

PRESET, READER, PHASES_AS_INDEXED = "preset", "reader", "phases as indexed"
"""Names under which the choices are stored; the preset is that of newly opened series."""


def stored_preset(preferences: Preferences) -> int:
    """Number of the preset for newly opened series; 0, automatic, where what is stored is damaged."""
    stored = preferences.text(PRESET, "0")
    return int(stored) if stored.isdecimal() and int(stored) < len(PRESETS) else 0


def stored_reader(preferences: Preferences) -> str:
    """Initials of who reviews; empty where nobody has said, or what is stored is damaged."""
    stored = preferences.text(READER, "")
    try:
        check_initials(stored)
    except CalidError:
        return ""
    return stored


def stored_matching(preferences: Preferences) -> PhaseMatching:
    """What is done with slices that were triggered differently."""
    as_indexed = preferences.flag(PHASES_AS_INDEXED)
    return PhaseMatching.AS_INDEXED if as_indexed else PhaseMatching.RR_FRACTION
