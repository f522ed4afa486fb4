"""Volumes of heart chambers and what is derived from them."""

import numpy as np

from calid_core.arrays import BoolArray


def chamber_volume(mask: BoolArray, spacing: tuple[float, float, float]) -> float:
    """Volume in millilitres of a mask ``(slices, rows, columns)``; ``spacing`` ``(pitch, row, column)`` in mm.

    Every slice stands for one pitch (summation of discs).
    """
    return int(mask.sum()) * float(np.prod(spacing)) / 1000.0


def ejection_fraction(end_diastolic: float, end_systolic: float) -> float:
    """Share of the end-diastolic volume that is ejected, percent; NaN where there is no volume."""
    return 100.0 * (end_diastolic - end_systolic) / end_diastolic if end_diastolic > 0 else float("nan")
