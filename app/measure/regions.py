"""Statistics of the pixels in an ellipse or rectangle."""

from dataclasses import dataclass, replace

import numpy as np

from app.layers import Volume
from app.measure.shapes import Measurement, Shape
from app.rendering.frames import frames_there
from calid_core.arrays import BoolArray, FloatArray, IntensityArray
from calid_core.real_values import RealScale


@dataclass(frozen=True)
class RegionStatistics:
    """Of the pixels with data whose centres lie in a region.

    Parameters
    ----------
    pixels
        How many there are.
    area
        Of the shape itself, mm².
    mean, deviation, lowest, highest
        Intensities, stored or real; the deviation is that of the population. NaN without pixels.
    """

    pixels: int
    area: float
    mean: float
    deviation: float
    lowest: float
    highest: float

    def as_real(self, real: RealScale) -> "RegionStatistics":
        """Those of stored intensities in real values."""
        lowest, highest = sorted((real.to_real(self.lowest), real.to_real(self.highest)))
        return replace(
            self,
            mean=real.to_real(self.mean),
            deviation=real.width_to_real(self.deviation),
            lowest=lowest,
            highest=highest,
        )


def region_statistics(
    measurement: Measurement, values: IntensityArray, there: BoolArray | None = None
) -> RegionStatistics:
    """Statistics on a picture of the measurement's plane.

    The region is parallel to the rows and columns of the picture; its points are opposite corners.

    Parameters
    ----------
    values
        ``(rows, columns)``.
    there
        Which pixels hold data, of a shape that spreads over ``values``; None where all do.
    """
    corners = measurement.plane.to_pixel(measurement.points[:2])
    inside = pixels_in(measurement.shape, corners, values)
    if there is not None:
        inside = inside[pixels_in(measurement.shape, corners, np.broadcast_to(there, values.shape)) > 0]
    down, right = np.abs(corners[1] - corners[0]) * measurement.plane.spacing
    area = float(down * right) * (np.pi / 4 if measurement.shape is Shape.ELLIPSE else 1.0)
    if not inside.size:
        nan = float("nan")
        return RegionStatistics(0, area, nan, nan, nan, nan)
    return RegionStatistics(
        int(inside.size),
        area,
        float(inside.mean()),
        float(inside.std()),
        float(inside.min()),
        float(inside.max()),
    )


def region_at(measurement: Measurement, volume: Volume, phase: int) -> RegionStatistics | None:
    """Real values at a phase of the volume it was made on, without gaps; None where that phase is not made."""
    sample, frames = measurement.sample, frames_there(volume, phase)
    if not frames[sample.slices].all():
        return None
    stored = region_statistics(measurement, sample(volume.intensity[phase]), sample.there(frames))
    return stored.as_real(volume.real)


def pixels_in(shape: Shape, corners: FloatArray, values: IntensityArray | BoolArray) -> FloatArray:
    """Intensities of the pixels whose centres lie in a shape.

    Parameters
    ----------
    corners
        ``(2, 2)``, continuous ``(row, column)`` of opposite corners.
    values
        ``(rows, columns)``.
    """
    low, high = corners.min(axis=0), corners.max(axis=0)
    shape_of = np.array(values.shape)
    first = np.clip(np.ceil(low), 0, shape_of).astype(int)
    end = np.clip(np.floor(high) + 1, 0, shape_of).astype(int)
    box = values[first[0] : end[0], first[1] : end[1]].astype(np.float64)
    if shape is Shape.RECTANGLE:
        return box.ravel()
    centre, radius = (low + high) / 2, np.maximum((high - low) / 2, 1e-9)
    rows, columns = np.mgrid[first[0] : end[0], first[1] : end[1]]
    share = ((rows - centre[0]) / radius[0]) ** 2 + ((columns - centre[1]) / radius[1]) ** 2
    inside: FloatArray = box[share <= 1.0]
    return inside
