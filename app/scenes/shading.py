"""How the receive coils light the stack: what must be evened out before one opacity curve fits base and apex."""

from dataclasses import dataclass

import numpy as np
from skimage.filters import threshold_otsu

from calid_core.arrays import BoolArray, FloatArray, IntensityArray
from calid_core.geometry import Geometry

STRONGEST = 2.5
"""Largest and 1 / smallest factor that is applied."""
CONTRAST = 1.7
"""Least brightness of blood relative to what surrounds it in a slice."""
FEWEST_PIXELS = 100
INSIDE = -4.0
"""Only voxels this far inside the heart region are looked at, mm to its edge."""


@dataclass(frozen=True, eq=False)
class CoilShading:
    """Brightness that falls exponentially along one direction; for display only.

    Parameters
    ----------
    slope
        ``(3,)``, change of the logarithm of the intensity per mm along LPS.
    centre
        ``(3,)``, LPS mm where the factor is 1.
    """

    slope: FloatArray
    centre: FloatArray

    def factor(self, geometry: Geometry, rows: slice, columns: slice) -> FloatArray:
        """``(slices, rows, columns)`` factors that even out the brightness on part of a grid."""
        axes = (np.arange(geometry.slices), np.arange(*_bounds(rows)), np.arange(*_bounds(columns)))
        start = geometry.to_patient((0, 0, 0)) - self.centre
        logarithms = [
            axis * (self.slope @ (geometry.axes[:, n] * geometry.spacing[n])) for n, axis in enumerate(axes)
        ]
        total = (
            logarithms[0][:, None, None] + logarithms[1][None, :, None] + logarithms[2] + self.slope @ start
        )
        limit = np.log(STRONGEST)
        result: FloatArray = np.exp(-np.clip(total, -limit, limit)).astype(np.float32)
        return result


def _bounds(part: slice) -> tuple[int, int]:
    return part.start, part.stop


def _blood(slice_: FloatArray, inside: BoolArray) -> BoolArray:
    """The brighter class of the pixels inside; nothing where there are no two classes."""
    nothing = np.zeros_like(inside)
    values = slice_[inside]
    if values.size < FEWEST_PIXELS or not np.ptp(values) > 0:
        return nothing
    threshold = max(float(threshold_otsu(values)), 0.0)
    bright, dark = values[values > threshold], values[values <= threshold]
    if not bright.size or bright.mean() < CONTRAST * max(float(dark.mean()), 0.0):
        return nothing
    result: BoolArray = inside & (slice_ > threshold)
    return result


def coil_shading(intensity: IntensityArray, geometry: Geometry, distance: FloatArray) -> CoilShading:
    """Shading of one phase, from the brightness of the blood.

    Parameters
    ----------
    intensity, distance
        ``(slices, rows, columns)``; the distance in mm to the edge of the heart region, negative inside.
    geometry
        Their grid.
    """
    values = np.nan_to_num(intensity.astype(np.float64))
    blood = np.zeros(values.shape, dtype=np.bool_)
    for index, slice_ in enumerate(values):
        inside = distance[index] < INSIDE
        blood[index] = _blood(slice_, inside)
    places = geometry.to_patient(np.argwhere(blood))
    if len(places) < 1000 or geometry.slices < 3:
        return CoilShading(np.zeros(3), geometry.to_patient((0, 0, 0)))
    centre = places.mean(axis=0)
    logarithm = np.log(values[blood])
    # Further rounds leave fat and flow voids out.
    near = np.ones(len(places), dtype=np.bool_)
    slope, offset = np.zeros(3), 0.0
    for _ in range(3):
        design = np.column_stack([places[near] - centre, np.ones(near.sum())])
        solution = np.linalg.lstsq(design, logarithm[near], rcond=None)[0]
        slope, offset = solution[:3], float(solution[3])
        rest = np.abs(logarithm - (places - centre) @ slope - offset)
        near = rest < 2 * np.median(rest)
    return CoilShading(slope, centre)
