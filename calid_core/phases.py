"""Which phases are meant by names such as ED and ES."""

import numpy as np
from skimage.filters import threshold_otsu

from calid_core.cine import CineStack
from calid_core.errors import SettingsError
from calid_core.motion import smoothed_motion

MOVING_SHARE = 0.1
"""Share of a slice that moves most and is taken for the heart."""
SMOOTHING = 6.0
"""Standard deviation of the Gaussian that motion is smoothed by in plane, mm."""


def end_systole(stack: CineStack) -> int:
    """Phase in which the bright blood of the middle slices covers the smallest area: an estimate, nobody drew it.

    Blood is what is brighter than Otsu's threshold where the slice moves most. A stack of two phases is taken as
    end-diastole and end-systole.
    """
    if stack.phases < 3:
        return stack.phases - 1
    third = stack.slices // 3
    middle = stack.intensity[:, third : stack.slices - third].astype(np.float32)
    motion = smoothed_motion(middle, stack.geometry.spacing[1:], smoothing=SMOOTHING)
    heart = motion >= np.quantile(motion, 1.0 - MOVING_SHARE, axis=(1, 2), keepdims=True)
    area = np.zeros(stack.phases)
    for index, region in enumerate(heart):
        values = middle[:, index][:, region]
        if values.min() < values.max():
            area += (values > threshold_otsu(values)).sum(axis=1)
    return int(np.argmin(area))


def parse_phases(text: str, stack: CineStack) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Phases meant by ``all`` or by a comma-separated list of ED, ES and phase numbers from 0.

    Returns
    -------
    phases
        Increasing, without repeats.
    remarks
        How ED and ES were found, for the provenance.

    Raises
    ------
    SettingsError
        A word that is neither, or a phase that the stack has not.
    """
    if text.strip().lower() == "all":
        return tuple(range(stack.phases)), ()
    chosen: set[int] = set()
    remarks: list[str] = []
    for word in (part.strip() for part in text.split(",")):
        phase, remark = _phase(word, stack)
        chosen.add(phase)
        remarks += [remark] if remark else []
    return tuple(sorted(chosen)), tuple(remarks)


def check_phases(text: str) -> str:
    """Return ``text`` if ``parse_phases`` may understand it, so that a typing error shows before files are read."""
    for word in (part.strip() for part in text.split(",")):
        if word.lower() not in ("all", "ed", "es") and not word.isdecimal():
            raise SettingsError(
                f"phases are {text!r}, must be all, or ED, ES and numbers from 0 with commas between"
            )
    if "all" in text.lower() and text.strip().lower() != "all":
        raise SettingsError(f"phases are {text!r}: 'all' stands alone")
    return text


def _phase(word: str, stack: CineStack) -> tuple[int, str]:
    if word.lower() == "ed":
        return 0, "ED is taken as the first phase after the R wave."
    if word.lower() == "es":
        phase = end_systole(stack)
        counted = f"phase {phase + 1} of {stack.phases} ({phase} in --phases)"
        return phase, f"ES is estimated as {counted}, the smallest area of bright blood."
    check_phases(word)
    if int(word) >= stack.phases:
        raise SettingsError(f"phase {word} was asked for; the cine has phases 0 to {stack.phases - 1}")
    return int(word), ""
