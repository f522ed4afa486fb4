"""Faults for tests of the checks: what a scanner, a patient or a network may do to a slice."""

from dataclasses import replace

import numpy as np
from scipy import ndimage

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack
from calid_core.reconstruction import Reconstruction


def moved(stack: CineStack, index: int, shift: FloatArray) -> CineStack:
    """The stack with the content of one slice moved by ``shift`` mm (rows, columns) at all phases."""
    return replace(
        stack, intensity=_moved(stack.intensity, index, shift / np.array(stack.geometry.spacing[1:]))
    )


def moved_output(made: Reconstruction, index: int, shift: FloatArray) -> Reconstruction:
    """The reconstruction with the content of one output slice moved by ``shift`` mm."""
    return replace(made, intensity=_moved(made.intensity, index, shift / np.array(made.geometry.spacing[1:])))


def erased_sector(
    made: Reconstruction,
    index: int,
    centre: tuple[float, float],
    *,
    radii: tuple[float, float],
    angles: tuple[float, float],
    intensity: float,
) -> Reconstruction:
    """The reconstruction with a sector of a ring (the wall, say) of one output slice painted over.

    Radii in mm about the ``(row, column)`` centre, angles in radians from the direction of the columns.
    """
    values = np.array(made.intensity)
    rows, columns = np.mgrid[: values.shape[2], : values.shape[3]]
    _, row, column = made.geometry.spacing
    down, right = (rows - centre[0]) * row, (columns - centre[1]) * column
    radius, angle = np.hypot(down, right), np.arctan2(down, right) % (2 * np.pi)
    sector = (radius > radii[0]) & (radius < radii[1]) & (angle > angles[0]) & (angle < angles[1])
    values[:, index, sector] = intensity
    return replace(made, intensity=values)


def _moved(intensity: IntensityArray, index: int, pixels: FloatArray) -> IntensityArray:
    values = np.array(intensity)
    for phase in range(len(values)):
        plane = values[phase, index].astype(float)
        values[phase, index] = ndimage.shift(plane, pixels, order=1, mode="nearest")
    return values
