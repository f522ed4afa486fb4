"""When the phases of a volume were, by its header."""

import numpy as np

from calid_core.arrays import FloatArray

SHORTEST_STEP, LONGEST_STEP = 4.0, 600.0
"""Limits of a believable distance of two phases, ms."""
DEFAULT_CYCLE = 1000.0
"""Assumed where the time spacing is none, ms."""
TIME_UNITS = {8: "s", 16: "ms", 24: "µs"}
"""By the codes of NIfTI."""
UNITS = {"s": 1000.0, "ms": 1.0, "µs": 0.001}
"""Milliseconds of the units of time that headers state."""


def phase_times(
    phases: int, step: float, unit: str, listed: FloatArray | None = None
) -> tuple[FloatArray, list[str]]:
    """``(phases,)`` ms, and how the unit was told.

    Parameters
    ----------
    step
        Distance of the phases, as a header has it.
    unit
        What the header states it in; anything that is not among ``UNITS`` for none.
    listed
        ``(phases,)`` increasing times that a header has instead of their distance.
    """
    if phases == 1:
        return np.zeros(1), []
    if listed is not None:
        step = float(np.median(np.diff(listed)))
    steps = np.arange(phases) * step if listed is None else listed
    stated = [unit] if unit in UNITS else []
    for name in (*stated, "ms", "s"):
        if SHORTEST_STEP <= step * UNITS[name] <= LONGEST_STEP:
            return steps * UNITS[name], [] if name == unit else [f"time spacing {step:g} taken for {name}"]
    return (
        np.arange(phases) * DEFAULT_CYCLE / phases,
        [f"time spacing {step:g} is not believable: a heart cycle of {DEFAULT_CYCLE:.0f} ms is assumed"],
    )


def sequence_values(metadata: dict[str, str], phases: int) -> FloatArray | None:
    """Index values of a 3D Slicer sequence (``axis 0 index values``), finite and increasing; None where there are none."""
    try:
        values = np.array([float(v) for v in metadata.get("axis 0 index values", "").split()])
    except ValueError:
        return None
    if values.shape != (phases,) or not np.isfinite(values).all() or np.any(np.diff(values) <= 0):
        return None
    return values
