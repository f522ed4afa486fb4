"""What a method sees and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from calid_core.arrays import FloatArray
from calid_core.cine import CineStack

ACQUIRED = "acquired"
"""Name of the row of the true hidden slices, judged as if a method had made them: the ceiling."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a method gives for the middle of every gap.

    Parameters
    ----------
    intensity
        ``(phases, gaps, rows, columns)``, on the scale of the kept slices.
    half_width
        Same shape, half-width of the 90 % interval; None where the method gives none.
    centred
        Whether that interval lies about ``intensity``; a sample is shown with the interval about the mean.
    seconds
        Wall-clock duration.
    evaluations
        Denoiser evaluations per slice: how often the network that takes noise away runs. What runs once for a slice, such as an
        encoder, is not counted.
    device
        Where it ran, in words.
    """

    intensity: FloatArray
    half_width: FloatArray | None = None
    centred: bool = True
    seconds: float = 0.0
    evaluations: float = 0.0
    device: str = "CPU"


class EvaluatedMethod(Protocol):
    """Fills the middle of every gap of a stack."""

    @property
    def name(self) -> str:
        """Name for tables and the command line."""
        ...

    def predict(self, kept: CineStack) -> Prediction:
        """Slices in the middle of every gap of ``kept``, which is float32, scaled to 0 … 1."""
        ...
