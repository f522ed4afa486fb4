"""Learning rate over a time budget: wall-clock decides when training ends, so it decides the rate."""

from __future__ import annotations

import math


def learning_rate(peak: float, *, step: int, warmup: int, progress: float, floor: float = 0.02) -> float:
    """Linear warm-up over ``warmup`` steps, then a cosine over the share ``progress`` of the time budget."""
    rise = min(1.0, (step + 1) / max(warmup, 1))
    fall = 0.5 * (1.0 + math.cos(math.pi * min(max(progress, 0.0), 1.0)))
    return peak * rise * (floor + (1.0 - floor) * fall)
