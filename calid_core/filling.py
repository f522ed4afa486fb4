"""Which output slices are acquired, which are missing, and what each was made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray, IntArray, IntensityArray
from calid_core.geometry import Geometry
from calid_core.interpolation import through_plane_weights
from calid_core.provenance import SliceOrigin, SliceProvenance, SourceSlice, made_by, nearest_first
from calid_core.settings import Method

ON_SLICE = 1e-6
"""Largest distance of a source index from a whole number that still means an acquired slice."""
LEAST_WEIGHT = 0.01
"""An acquired slice is named as source of an interpolated one from this weight on."""


@dataclass(frozen=True, eq=False)
class FillPlan:
    """The dense grid of a stack, split into slices to copy and slices to make.

    Parameters
    ----------
    geometry
        The dense grid.
    source_index
        ``(slices,)`` of the dense grid, continuous index among the acquired slices.
    positions
        ``(acquired slices,)``, mm along the slice axis.
    acquired
        Output indices of the acquired slices, one per acquired slice.
    missing
        Output indices of the slices to make.
    """

    geometry: Geometry
    source_index: FloatArray
    positions: FloatArray
    acquired: IntArray
    missing: IntArray

    @property
    def targets(self) -> FloatArray:
        """``(missing slices,)``, mm along the slice axis."""
        index = np.arange(len(self.positions), dtype=np.float64)
        return np.interp(self.source_index[self.missing], index, self.positions)


@dataclass(frozen=True, eq=False)
class FilledPhase:
    """The missing slices of one phase.

    Parameters
    ----------
    phase
        Index of the phase.
    intensity
        ``(missing slices, rows, columns)``, intensity units.
    half_width
        Same shape, finite, half-width of the 90 % interval in intensity units, in the type that the result holds; None where the
        method gives none.
    """

    phase: int
    intensity: FloatArray
    half_width: FloatArray | None = None


@dataclass(frozen=True)
class Filling:
    """Filled phases as they come, what made them, and what a reader must know of that."""

    phases: Iterator[FilledPhase]
    device: str = "CPU"
    model_id: str = ""
    reach: int = 1
    warnings: tuple[str, ...] = ()


def plan_filling(geometry: Geometry, wanted_spacing: float) -> FillPlan:
    """Dense grid of ``geometry.densified`` and what has to be made on it; ``wanted_spacing`` in mm."""
    dense, source = geometry.densified(wanted_spacing)
    on_slice = np.abs(source - np.rint(source)) <= ON_SLICE
    return FillPlan(
        dense, source, geometry.slice_offsets, np.flatnonzero(on_slice), np.flatnonzero(~on_slice)
    )


def phase_order(phases: int, first: int) -> tuple[int, ...]:
    """Every phase once, from ``first`` on around the heart cycle."""
    if not 0 <= first < phases:
        raise ValueError(f"first phase {first} is not within 0 to {phases - 1}")
    return tuple((first + step) % phases for step in range(phases))


def provenance(
    plan: FillPlan, method: Method, acquired: Sequence[SliceProvenance], reach: int = 1
) -> tuple[SliceProvenance, ...]:
    """Origin and sources of every output slice.

    Parameters
    ----------
    plan
        The dense grid.
    method
        An interpolation names the slices it weighs by ``LEAST_WEIGHT`` and more.
    acquired
        Entries of the acquired slices, as their stack has them.
    reach
        CaLID names this many slices on each side where they exist.
    """
    entries: list[SliceProvenance | None] = [None] * plan.geometry.slices
    for slice_, output in enumerate(plan.acquired):
        entries[output] = acquired[slice_]
    origin = made_by(method)
    used = _within_reach(plan, reach) if origin is SliceOrigin.SYNTHESISED else _weighed(plan, method)
    for output, target, sources in zip(plan.missing, plan.targets, used, strict=True):
        distances = [SourceSlice(int(s), float(abs(plan.positions[s] - target))) for s in sources]
        entries[output] = SliceProvenance(origin, nearest_first(distances))
    return tuple(entry for entry in entries if entry is not None)


def write_slices(
    destination: IntensityArray, filled: FloatArray, missing: IntArray, limits: tuple[float, float]
) -> None:
    """Put made slices into one phase of the output, in its data type.

    Parameters
    ----------
    destination
        ``(slices, rows, columns)``, written at ``missing``.
    filled
        ``(missing slices, rows, columns)``, intensity units; may be overwritten.
    missing
        Output indices.
    limits
        Lowest and highest acquired intensity: made slices never leave this range, so they never leave the data
        type either. Integers are rounded.
    """
    # float32 rounds limits of 32 bits and more outwards, and what exceeds an integer type wraps round.
    values = filled.astype(np.result_type(destination.dtype, np.float32), copy=False)
    low, high = limits
    if destination.dtype.kind in "iu":
        high = min(high, _largest_float(destination.dtype))
        np.rint(values, out=values)
    np.clip(values, low, high, out=values)
    destination[missing] = values.astype(destination.dtype)


def _largest_float(dtype: np.dtype[np.generic]) -> float:
    """Largest float64 that an integer type holds: for 64 bits less than its maximum."""
    largest = int(np.iinfo(str(dtype)).max)
    rounded = float(largest)
    return rounded if int(rounded) <= largest else float(np.nextafter(rounded, 0.0))


def _weighed(plan: FillPlan, method: Method) -> list[IntArray]:
    weights = through_plane_weights(plan.positions, plan.targets, method)
    return [np.flatnonzero(np.abs(row) >= LEAST_WEIGHT) for row in weights]


def _within_reach(plan: FillPlan, reach: int) -> list[IntArray]:
    last = len(plan.positions)
    below = np.floor(plan.source_index[plan.missing]).astype(int)
    return [np.arange(max(0, b - reach + 1), min(last, b + reach + 1)) for b in below]
