"""Learning rate over a time budget: wall-clock decides when training ends, so it decides the rate."""

from __future__ import annotations

import math

FLOOR = 0.02
"""Share of the peak that the cosine ends at."""


def learning_rate(peak: float, *, step: int, warmup: int, progress: float) -> float:
    """Linear warm-up over ``warmup`` steps, then a cosine over the share ``progress`` of the time budget."""
    rise = min(1.0, (step + 1) / max(warmup, 1))
    fall = 0.5 * (1.0 + math.cos(math.pi * min(max(progress, 0.0), 1.0)))
    return peak * rise * (FLOOR + (1.0 - FLOOR) * fall)
