"""Volumes of heart chambers and what is derived from them."""

from dataclasses import dataclass

import numpy as np

from calid_core.arrays import BoolArray, FloatArray, IntArray, frozen, runs
from calid_core.errors import InputError


def chamber_volume(mask: BoolArray, spacing: tuple[float, float, float]) -> float:
    """Volume in millilitres of a mask ``(slices, rows, columns)``; ``spacing`` ``(pitch, row, column)`` in mm.

    Every slice stands for one pitch (summation of discs).
    """
    return int(mask.sum()) * float(np.prod(spacing)) / 1000.0


def ejection_fraction(end_diastolic: float, end_systolic: float) -> float:
    """Share of the end-diastolic volume that is ejected, percent; NaN where a volume is missing."""
    return 100.0 * (end_diastolic - end_systolic) / end_diastolic if end_diastolic > 0 else float("nan")


def slab_heights(offsets: FloatArray, *, ends: float) -> FloatArray:
    """Height in mm that each slice of a stack stands for: up to halfway to its neighbours.

    Parameters
    ----------
    offsets
        ``(slices,)``, mm along the normal, increasing.
    ends
        How far the end slices reach outwards, mm. Half the pitch of the *acquired* stack for a dense one made of it, so
        that both fill the same space and their volumes can be compared.
    """
    middles = (offsets[1:] + offsets[:-1]) / 2
    edges = np.concatenate([[offsets[0] - ends], middles, [offsets[-1] + ends]])
    heights: FloatArray = np.diff(edges)
    return heights


@dataclass(frozen=True, eq=False)
class VolumeCurve:
    """Volume of a chamber over the heart cycle.

    Parameters
    ----------
    times
        ``(phases,)``, ms.
    volumes
        ``(phases,)``, ml; 0 where nothing was found.
    """

    times: FloatArray
    volumes: FloatArray

    def __post_init__(self) -> None:
        for name in ("times", "volumes"):
            object.__setattr__(self, name, frozen(np.array(getattr(self, name), dtype=np.float64)))
        if self.times.shape != self.volumes.shape or self.times.ndim != 1 or not len(self.times):
            raise InputError("a volume curve needs one volume per phase")
        if not (np.isfinite(self.volumes).all() and self.volumes.min() >= 0):
            raise InputError("a volume of a curve is negative or not finite")

    @property
    def beats(self) -> bool:
        """Whether there are two phases or more, so that volumes can be compared."""
        return len(self.volumes) > 1

    @property
    def found(self) -> bool:
        """Whether the chamber was found at every phase."""
        return bool(self.volumes.min() > 0)

    @property
    def stretches(self) -> tuple[IntArray, ...]:
        """Successive phases at which the chamber was found."""
        return runs(np.flatnonzero(self.volumes > 0))

    @property
    def edv(self) -> float:
        """Largest volume, ml."""
        return float(self.volumes.max())

    @property
    def esv(self) -> float:
        """Smallest volume, ml; NaN where there is one phase only."""
        return float(self.volumes.min()) if self.beats else float("nan")

    @property
    def ef(self) -> float:
        """Ejection fraction, percent; NaN where the chamber was not found or there is one phase only."""
        return ejection_fraction(self.edv, self.esv) if self.found else float("nan")
