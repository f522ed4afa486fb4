"""What a report is about: a stack, what was made of it, what the checks found, and what a reader decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.checks.report import CheckReport
from calid_core.cine import CineStack
from calid_core.geometry import Geometry
from calid_core.judgement import Judgement
from calid_core.preprocessing import cine_scale
from calid_core.provenance import SliceProvenance
from calid_core.reconstruction import Reconstruction


def origin_word(entry: SliceProvenance) -> str:
    """``acquired``, ``moved``, ``interpolated`` or ``synthesised``."""
    return "moved" if entry.moved is not None else entry.origin.word


@dataclass(frozen=True, eq=False)
class Subject:
    """What a report is about.

    Parameters
    ----------
    stack
        The acquired stack.
    made
        The reconstruction; None where the stack itself is reported. It may hold fewer phases than the stack.
    checks
        What the checks found; None where none has run.
    window
        Centre and width for the pictures; None for the percentiles of the stack.
    phase
        Of the pictures where no check says which one is worst.
    verdicts
        By output slice.
    """

    stack: CineStack
    made: Reconstruction | None = None
    checks: CheckReport | None = None
    window: tuple[float, float] | None = None
    phase: int = 0
    verdicts: Mapping[int, Judgement] = field(default_factory=dict)

    @property
    def source(self) -> CineStack:
        """The acquired stack at the phases that are shown."""
        return self.stack if self.made is None else self.made.acquired

    @property
    def intensity(self) -> IntensityArray:
        """``(phases, slices, rows, columns)`` of every slice reported."""
        return self.stack.intensity if self.made is None else self.made.intensity

    @property
    def geometry(self) -> Geometry:
        """Grid of the slices reported."""
        return self.stack.geometry if self.made is None else self.made.geometry

    @property
    def provenance(self) -> tuple[SliceProvenance, ...]:
        """One entry per slice reported."""
        return self.stack.provenance if self.made is None else self.made.provenance

    @property
    def limits(self) -> tuple[float, float]:
        """Intensities shown black and white."""
        if self.window is not None:
            centre, width = self.window
            return centre - width / 2, centre + max(width, 1e-9) / 2
        scale = cine_scale(self.stack.intensity)
        return scale.low, scale.high

    def phase_of(self, index: int) -> int:
        """Phase at which a slice is pictured, among those of ``intensity``."""
        found = self._worst_phase(index)
        return min(max(0, self.phase), len(self.intensity) - 1) if found is None else found

    def judged_as_shown(self, index: int) -> bool:
        """Whether a slice with a verdict is pictured at ``phase``, for want of one that is known to be of the verdict or of a check."""
        return index in self.verdicts and self._worst_phase(index) is None

    def _worst_phase(self, index: int) -> int | None:
        ranking = self.checks.ranking if self.checks is not None else ()
        found = next((r for r in ranking if r.output_index == index and r.phase is not None), None)
        if found is None or found.phase is None:
            return None
        if not found.acquired:
            return min(found.phase, len(self.intensity) - 1)
        time = self.stack.phase_times[min(found.phase, self.stack.phases - 1)]
        return int(np.abs(self.source.phase_times - time).argmin())
