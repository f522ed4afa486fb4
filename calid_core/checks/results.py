"""What the checks found, as plain values that survive a round trip through JSON.

Slices of acquired stacks and of reconstructions are counted apart: a field says which it means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.geometry import Geometry
from calid_core.metrics.clinical import VolumeCurve
from calid_core.real_values import STORED, RealScale
from calid_core.settings import Method, Mode
from calid_core.words import count_of

NOT_STORED = {"stored": False}
"""Metadata of fields that stay in memory and are left out of JSON (pictures, geometries)."""

ATTENTION_SCORE = 1.0
"""A slice of this score or more needs a person's attention; every check scales its scores so."""


class Severity(Enum):
    """How much a finding matters."""

    INFO = "info"
    ATTENTION = "attention"


@dataclass(frozen=True)
class Finding:
    """One thing that a check noticed, in plain language.

    Parameters
    ----------
    check
        Short name of the check: ``pitch``, ``intensity``, ``alignment``, ``resemblance`` …
    severity
        INFO is recorded; ATTENTION makes the input need attention.
    message
        One sentence for people, with the value and what it means.
    slice_index, phase
        Acquired slice and phase it is about; None where it is about all of them.
    value, unit
        The number behind it.
    """

    check: str
    severity: Severity
    message: str
    slice_index: int | None = None
    phase: int | None = None
    value: float | None = None
    unit: str = ""


@dataclass(frozen=True, eq=False)
class InputChecks:
    """What can be said about a stack before anything is made from it.

    Parameters
    ----------
    findings
        In order of checking.
    shifts
        ``(slices, 2)``, mm along rows (down) and columns (right): how far the content of each acquired slice lies
        from where its neighbours say it should; 0 is aligned. Move the slice by minus this to align it.
    shift_errors
        ``(slices,)``, mm, root mean square distance of other likely shifts: 4 mm and more for slices without content, infinite
        where none could be estimated (images smaller than a patch, fewer than three slices).
    resemblance
        Largest distance of the stack's statistics outside the range of the shipped model's training patients, in widths of that
        range: 0 within it.
    shift_scores
        ``(slices,)``, how certain it is that a slice is shifted by more than is usual: ``ATTENTION_SCORE`` or more needs
        attention. None in reports of earlier versions.
    """

    findings: tuple[Finding, ...]
    shifts: FloatArray
    shift_errors: FloatArray
    resemblance: float = 0.0
    shift_scores: FloatArray | None = None

    @property
    def shift_lengths(self) -> FloatArray:
        """``(slices,)``, length of each shift in mm."""
        length: FloatArray = np.hypot(self.shifts[:, 0], self.shifts[:, 1])
        return length


@dataclass(frozen=True)
class PassThrough:
    """Proof that acquired slices come back bit-identical, computed on the data.

    Parameters
    ----------
    identical
        Whether every voxel of every acquired slice and phase is the same.
    slices, phases, voxels
        How many were compared.
    changed
        Acquired slices that differ.
    digest
        SHA-256 of the acquired slices as they are in the reconstruction, hexadecimal.
    """

    identical: bool
    slices: int
    phases: int
    voxels: int
    changed: tuple[int, ...]
    digest: str


@dataclass(frozen=True, eq=False)
class LeaveOneOut:
    """Every inner acquired slice hidden in turn, made again from the others, and compared with what was acquired.

    Pessimistic: the distance to the neighbours doubles. Errors are means over the compared region of the absolute
    difference, as a share of the intensity range of the stack (0.5 to 99.5 percentile).

    Parameters
    ----------
    method, mode
        What made the slices again; the mode matters for CaLID only.
    slices, phases
        Acquired slices and phases tested, in order.
    error, psnr, ssim
        ``(slices, phases)`` of the method.
    linear_error, linear_psnr, linear_ssim
        ``(slices, phases)`` of linear interpolation on the same slices.
    region
        ``(first row, end row, first column, end column)`` that was compared.
    seconds
        Wall-clock duration.
    device
        Where it ran.
    made
        ``(slices, phases, rows, columns)``, the hidden slices as they were made again, in the stack's data type: the
        viewer flickers them against the truth. Not stored.
    made_within
        Like ``region``: where the method made them; around it they are linear interpolation. Empty where it made all. Not
        stored.
    """

    method: Method
    mode: Mode
    slices: tuple[int, ...]
    phases: tuple[int, ...]
    error: FloatArray
    psnr: FloatArray
    ssim: FloatArray
    linear_error: FloatArray
    linear_psnr: FloatArray
    linear_ssim: FloatArray
    region: tuple[int, ...]
    seconds: float = 0.0
    device: str = "CPU"
    made: IntensityArray | None = field(default=None, metadata=NOT_STORED)
    made_within: tuple[int, ...] = field(default=(), metadata=NOT_STORED)

    @property
    def slice_errors(self) -> FloatArray:
        """``(slices,)``, mean error over phases."""
        mean: FloatArray = self.error.mean(axis=1)
        return mean

    @property
    def better_than_linear(self) -> int:
        """Number of tested slices whose mean error is below linear interpolation's."""
        return int((self.slice_errors < self.linear_error.mean(axis=1)).sum())

    @property
    def summary(self) -> str:
        """One line for people."""
        if self.method is Method.LINEAR:
            slices, phases = count_of(len(self.slices), "slice"), count_of(len(self.phases), "phase")
            return f"linear interpolation, {slices} x {phases}"
        return f"better than linear on {self.better_than_linear} of {len(self.slices)} slices"


@dataclass(frozen=True, eq=False)
class LongAxisImages:
    """Pictures of a long-axis comparison, in one grid, for flicker; intensities of their own kind each.

    Parameters
    ----------
    acquired, resliced, linear
        ``(phases, rows, columns)``: the acquired view, the reconstruction and linear interpolation on its plane.
    inside
        ``(rows, columns)``, where the plane lies inside the reconstructed volume.
    geometry
        Of the plane: one slice.
    real
        From stored to real values of the acquired view; the other pictures have that of the stack.
    """

    acquired: FloatArray
    resliced: FloatArray
    linear: FloatArray
    inside: FloatArray
    geometry: Geometry
    real: RealScale = STORED


@dataclass(frozen=True, eq=False)
class LongAxis:
    """An acquired long-axis cine against the reconstruction resliced on its plane.

    Scores are local normalised cross-correlations (1 is a perfect match whatever the contrast), averaged inside the
    overlap.

    Parameters
    ----------
    label
        Of the long-axis series, with the number of its slice where it has several.
    slice_index
        Slice of that series.
    phases, matched_phases
        Phases of the long-axis cine and the phases of the reconstruction they were matched with by share of the RR
        interval.
    score, linear_score
        ``(phases,)`` of the reconstruction and of linear interpolation.
    overlap
        Area inside the volume, cm².
    images
        For flicker; not stored.
    """

    label: str
    slice_index: int
    phases: tuple[int, ...]
    matched_phases: tuple[int, ...]
    score: FloatArray
    linear_score: FloatArray
    overlap: float
    images: LongAxisImages | None = field(default=None, metadata=NOT_STORED)


@dataclass(frozen=True, eq=False)
class Plausibility:
    """How well every made slice agrees with the slices around it; needs no truth.

    Parameters
    ----------
    score
        ``(output slices,)``, 1 or more needs attention; 0 for acquired slices.
    shifts
        ``(output slices, 2)``, mm along rows and columns relative to the neighbours.
    residual, local
        ``(output slices,)``, robust deviations from what the neighbours predict: of the whole slice, and of its worst
        15 mm patch. Where too few slices lie at the same place of their gaps, the difference itself, scaled to need
        attention at the same numbers.
    patch
        ``(output slices, 2)``, row and column of the centre of that patch.
    phase
        ``(output slices,)``, phase where it is worst.
    reasons
        One sentence per output slice, empty where nothing is remarkable.
    """

    score: FloatArray
    shifts: FloatArray
    residual: FloatArray
    local: FloatArray
    patch: FloatArray
    phase: tuple[int, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SeedSpread:
    """What changes when only the seed changes.

    Parameters
    ----------
    seeds
        Seeds that were run.
    voxel_spread
        ``(output slices,)``, mean standard deviation over the seeds, as a share of the intensity range.
    edv, esv, ef
        ``(seeds,)``, ml, ml and percent, by the frozen segmenter on each volume; NaN where it found no ventricle, ESV
        and EF also where there is one phase only.
    """

    seeds: tuple[int, ...]
    voxel_spread: FloatArray
    edv: FloatArray
    esv: FloatArray
    ef: FloatArray


@dataclass(frozen=True, eq=False)
class Volumes:
    """Left-ventricular volume over the heart cycle by automatic contours, drawn by no person and seen by none.

    Parameters
    ----------
    acquired
        From the acquired slices alone.
    made
        From all slices of the reconstruction.
    """

    acquired: VolumeCurve
    made: VolumeCurve


@dataclass(frozen=True)
class SliceRank:
    """A slice to look at.

    Parameters
    ----------
    acquired
        Whether it is an acquired slice; else one of the reconstruction that was made.
    slice_index
        Among the acquired slices if ``acquired``, else among the output slices.
    output_index
        Output slice in both cases; None where there is no reconstruction.
    score
        ``ATTENTION_SCORE`` or more needs attention.
    reasons
        Sentences for people, the weightiest first.
    phase
        Phase where it is worst, where a check can tell.
    """

    acquired: bool
    slice_index: int
    output_index: int | None
    score: float
    reasons: tuple[str, ...]
    phase: int | None = None

    @property
    def needs_attention(self) -> bool:
        """Whether the score reaches ``ATTENTION_SCORE``."""
        return self.score >= ATTENTION_SCORE
