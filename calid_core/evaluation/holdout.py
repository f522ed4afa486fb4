"""The hold-out protocol: which slices are hidden, how intensities are scaled, what is scored. Defined here only.

Slices 0, 2, 4, … of a stack are kept; a method sees nothing else. The odd slices that lie between two kept ones are
hidden, predicted and scored. Intensities are clipped to the 0.5 and 99.5 percentiles of the kept slices and scaled to
0 … 1 by them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calid_core.arrays import BoolArray, FloatArray, frozen
from calid_core.cine import CineStack
from calid_core.datasets.cases import Case, about
from calid_core.datasets.labels import LabelArray
from calid_core.errors import InputError
from calid_core.examination import check_acquired, check_finite
from calid_core.geometry import Geometry
from calid_core.metrics.haarpsi import LEAST_SIDE
from calid_core.preprocessing import IntensityScale, percentile_scale
from calid_core.provenance import SliceOrigin

LEAST_SLICES = 3


@dataclass(frozen=True, eq=False)
class HoldOut:
    """A case with its odd slices hidden.

    Parameters
    ----------
    case
        What is evaluated, with the truth. Never shown to a method.
    kept
        The even slices, float32, scaled to 0 … 1: all that a method sees.
    scale
        The scale, taken from the kept slices.
    """

    case: Case
    kept: CineStack
    scale: IntensityScale

    @property
    def hidden(self) -> tuple[int, ...]:
        """Slices of the case that are predicted, one per gap of the kept stack."""
        return tuple(range(1, 2 * self.kept.slices - 2, 2))

    @cached_property
    def truth(self) -> NDArray[np.float32]:
        """The hidden slices, ``(phases, gaps, rows, columns)``, scaled to 0 … 1."""
        return frozen(clipped(self.scale.apply(self.case.stack.intensity[:, list(self.hidden)])))

    @cached_property
    def acquired(self) -> BoolArray:
        """``(phases, gaps)``, which hidden frames are as acquired; others were interpolated in time or moved in plane, and are not scored."""
        return frozen(_hidden_as_acquired(self.case.stack))

    @property
    def hidden_labels(self) -> LabelArray | None:
        """Expert labels of the hidden slices, ``(phases, gaps, rows, columns)``; None where there are none."""
        return None if self.case.labels is None else self.case.labels[:, list(self.hidden)]


def check_case(case: Case) -> None:
    """Make sure that the odd slices of a case can be hidden and scored.

    Raises
    ------
    InputError
        Slices that were made, not acquired, fewer than three slices, slices that are not evenly spaced, values that are
        not finite, a heart box that is too small to compare images, nothing but one intensity, or no hidden frame as acquired. It begins with the name of the case.
    """
    with about(case.name):
        check_acquired(case.stack)
        check_finite(case.stack)
        if case.stack.slices < LEAST_SLICES:
            raise InputError(f"the hold-out needs at least {LEAST_SLICES} slices, got {case.stack.slices}")
        if not case.stack.geometry.regular:
            raise InputError("the hold-out needs evenly spaced slices; this stack lacks some")
        sides = [end - start for start, end in (case.box.rows, case.box.columns)]
        if min(sides) < LEAST_SIDE:
            raise InputError(
                f"the heart box ({case.box_source.value}) has {sides[0]} × {sides[1]} pixels, at least {LEAST_SIDE} × "
                f"{LEAST_SIDE} are needed to compare images; evaluate images of smaller pixels or with a larger field of view"
            )
        even = case.stack.intensity[:, ::2]
        if even.min() == even.max():
            raise InputError(f"the kept slices hold one intensity only, {even.min()}: nothing to evaluate")
        if not _hidden_as_acquired(case.stack).any():
            raise InputError(
                "every hidden frame was interpolated in time or moved in plane, so that there is nothing to score; "
                "evaluate the series as it was acquired"
            )


def reading_remarks(case: Case) -> tuple[str, ...]:
    """How many hidden frames are not as acquired and therefore not scored, and everything that was done or decided on reading."""
    hidden = _hidden_as_acquired(case.stack)
    altered = int((~hidden).sum())
    unscored = (
        f"{altered} of {hidden.size} hidden frames were interpolated in time or moved in plane and are not scored; "
        "volume–time curves include them"
    )
    return (*((unscored,) if altered else ()), *(f"on reading: {step}" for step in case.stack.source.steps))


def _hidden_as_acquired(stack: CineStack) -> BoolArray:
    """``(phases, gaps)``: which hidden frames were neither interpolated in time nor moved in plane."""
    provenance = stack.provenance[1:-1:2]
    return np.array(
        [[p.origin_at(phase) is SliceOrigin.ACQUIRED for p in provenance] for phase in range(stack.phases)]
    )


def hold_out(case: Case) -> HoldOut:
    """Hide the odd slices of a case; what ``check_case`` finds wrong is raised."""
    check_case(case)
    geometry = case.stack.geometry
    even = case.stack.intensity[:, ::2]
    scale = percentile_scale(even)
    affine = geometry.affine.copy()
    affine[:3, 0] *= 2.0
    kept = replace(
        case.stack,
        intensity=clipped(scale.apply(even)),
        geometry=Geometry(affine, even.shape[1:], known=geometry.known),
        slice_frames=(),
        slice_states=case.stack.slice_states[::2],
        files=(),
    )
    return HoldOut(case, kept, scale)


def clipped(scaled: FloatArray) -> NDArray[np.float32]:
    """Scaled intensities as they are seen and scored: float32, clipped to 0 … 1."""
    result: NDArray[np.float32] = np.clip(scaled, 0.0, 1.0).astype(np.float32)
    return result
