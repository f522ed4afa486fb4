"""How long a scale bar should be."""

import math


def scale_bar_length(available: float) -> float:
    """Longest of 1, 2, 5, 10, 20, 50 … mm that fits into the available length in mm."""
    if not available > 0:
        raise ValueError(f"no room for a scale bar: {available} mm")
    decade = 10.0 ** math.floor(math.log10(available))
    return max(step * decade for step in (1.0, 2.0, 5.0) if step * decade <= available)
