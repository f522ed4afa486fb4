"""Letters for directions in the patient, and which end of a stack is the base."""

from dataclasses import dataclass

import numpy as np

from app.rendering.image_plane import ImagePlane
from app.translation import tr
from calid_core.arrays import FloatArray
from calid_core.cine import View
from calid_core.geometry import Geometry

LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
"""Positive and negative direction of each LPS axis. H and F (head, feet) as DICOM writes them: S is a synthesised slice."""
SMALLEST_COMPONENT = 0.25
"""Share of a direction along a patient axis from which its letter is written: 14.5 degrees of tilt."""
APEX_DIRECTION = (1.0, -1.0, -1.0)
"""From base to apex the heart points to the left, the front and the feet (LPS)."""


@dataclass(frozen=True)
class EdgeLetters:
    """Letters at the four edges of a picture."""

    left: str
    right: str
    top: str
    bottom: str


def direction_letters(direction: FloatArray) -> str:
    """Letters of an LPS direction, strongest first: ``L``, ``LA``, ``PFR``."""
    unit = np.asarray(direction, dtype=np.float64) / np.linalg.norm(direction)
    order = sorted(range(3), key=lambda axis: -abs(unit[axis]))
    letters = [
        LETTERS[axis][0 if unit[axis] > 0 else 1] for axis in order if abs(unit[axis]) >= SMALLEST_COMPONENT
    ]
    return "".join(letters)


def edge_letters(plane: ImagePlane) -> EdgeLetters:
    """Letters at the edges of a picture whose place in the patient is known."""
    return EdgeLetters(
        left=direction_letters(-plane.right),
        right=direction_letters(plane.right),
        top=direction_letters(-plane.down),
        bottom=direction_letters(plane.down),
    )


def end_names(geometry: Geometry, view: View) -> tuple[str, str]:
    """What to call the upper and the lower end of a stack.

    Base and apex only where a short-axis stack has a known orientation; else the first and the last slice.
    """
    if geometry.known and view is View.SHORT_AXIS:
        return tr("base"), tr("apex")
    first, last = tr("first"), tr("last")
    return (first, last) if base_first(geometry) else (last, first)


def downwards(geometry: Geometry) -> int:
    """Step of the slice index that goes down the ladder, from the base to the apex: 1 or -1."""
    return 1 if base_first(geometry) else -1


def base_first(geometry: Geometry) -> bool:
    """Whether slice 0 is the basal end.

    Told from the direction in which the slices count; where the orientation is unknown, slice 0 is taken for the
    base, which is how short-axis stacks are mostly stored.
    """
    return not geometry.known or float(geometry.normal @ np.asarray(APEX_DIRECTION)) >= 0
