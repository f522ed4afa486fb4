"""What was measured where; no Qt, no pixels."""

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from app.choices import Tool
from app.layers import Layer, Volume
from app.measure.samplers import Sampler
from app.rendering.frames import frame_origins
from app.rendering.image_plane import ImagePlane
from app.translation import tr_later
from calid_core.arrays import FloatArray, frozen
from calid_core.provenance import SliceOrigin

SHORTEST = 0.5
"""A first leg in mm below this was a click."""
SAME_PLANE = 0.05
"""Distance in mm up to which a measurement belongs to the plane on the screen."""


class Shape(Enum):
    """Kinds of measurements; the value is shown to people."""

    DISTANCE = tr_later("Distance")
    ANGLE = tr_later("Angle")
    ELLIPSE = tr_later("Ellipse")
    RECTANGLE = tr_later("Rectangle")
    PROFILE = tr_later("Profile")

    @property
    def is_region(self) -> bool:
        """Whether it encloses pixels."""
        return self in (Shape.ELLIPSE, Shape.RECTANGLE)

    @property
    def holds_at_one_phase(self) -> bool:
        """Whether its value is that of the phase it was drawn at: ends of a line stay where the heart moves on."""
        return self in (Shape.DISTANCE, Shape.ANGLE)


SHAPES = {
    Tool.MEASURE: Shape.DISTANCE,
    Tool.ANGLE: Shape.ANGLE,
    Tool.ELLIPSE: Shape.ELLIPSE,
    Tool.RECTANGLE: Shape.RECTANGLE,
    Tool.PROFILE: Shape.PROFILE,
}
"""What each measuring tool draws."""


@dataclass(frozen=True, eq=False)
class Measurement:
    """Something drawn on a picture.

    Parameters
    ----------
    number
        Counts up in a session.
    shape
        What it is.
    points
        ``(points, 3)``, LPS mm: two ends, two opposite corners, or end, vertex and end of an angle.
    layer
        The layer it was made on; it is not drawn on another one.
    made_on
        Name of what it was made on: ``A4``, ``S17``, ``long axis``.
    plane
        Of the picture.
    sample
        Which picture of a volume it lies on; gives that of any phase.
    phase
        Cardiac phase that was on the screen when its newest point was put, from 0.
    """

    number: int
    shape: Shape
    points: FloatArray
    layer: Layer
    made_on: str
    plane: ImagePlane = field(repr=False)
    sample: Sampler = field(repr=False)
    phase: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", frozen(np.array(self.points, dtype=np.float64)))

    @property
    def length(self) -> float:
        """Distance from the first to the second point in mm."""
        return float(np.linalg.norm(self.points[1] - self.points[0]))

    @property
    def angle(self) -> float:
        """Degrees at the second point, 0 to 180; NaN without a third point or with a leg of no length."""
        if len(self.points) < 3:
            return float("nan")
        legs = self.points[[0, 2]] - self.points[1]
        lengths = np.linalg.norm(legs, axis=1)
        if lengths.min() <= 0:
            return float("nan")
        cosine = float(legs[0] @ legs[1]) / float(lengths.prod())
        return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))

    def phase_of_value(self, shown: int) -> int:
        """Phase that its value and origin are those of while another one is shown."""
        return self.phase if self.shape.holds_at_one_phase else shown

    def origin_at(self, volume: Volume, phase: int) -> SliceOrigin | None:
        """Where its pixels come from at a phase of the volume it was made on; None where from several kinds."""
        origins = set(frame_origins(volume, phase)[self.sample.slices])
        return origins.pop() if len(origins) == 1 else None

    def lies_in(self, plane: ImagePlane) -> bool:
        """Whether every point lies in a plane that looks the same way."""
        tilted = abs(float(plane.normal @ self.plane.normal)) < 1 - 1e-6
        return not tilted and max(abs(plane.distance(p)) for p in self.points) <= SAME_PLANE

    @property
    def complete(self) -> bool:
        """Whether it is more than a click."""
        return self.length >= SHORTEST and (self.shape is not Shape.ANGLE or len(self.points) == 3)
