"""Atria and great vessels in heart coordinates: where they are at a moment of the cycle."""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.phantom import tissue
from calid_core.phantom.painting import Points, ellipsoid, tube
from calid_core.phantom.ventricles import Moment

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Chamber:
    """A blood-filled body with a thin wall.

    Parameters
    ----------
    path
        Points of its axis in heart coordinates, mm; an ellipsoid where there is only one.
    radii
        Half axes of the ellipsoid, or of the tube at each point.
    wall
        Thickness in mm.
    blood
        Its signal.
    fat
        Thickness of the fat around it, mm.
    uneven
        Depth of the irregularity of its surface, mm.
    """

    path: tuple[Point, ...]
    radii: tuple[float, ...]
    wall: float
    blood: float
    fat: float = 0.0
    uneven: float = 1.0

    def distance(self, points: Points) -> FloatArray:
        """Signed distance to the inner surface, mm."""
        if self.is_ellipsoid:
            return ellipsoid(points, self.path[0], self.radii)  # type: ignore[arg-type]
        pieces = [
            tube(points, a, b, (r, q))
            for a, b, r, q in zip(self.path, self.path[1:], self.radii, self.radii[1:], strict=False)
        ]
        return reduce(np.minimum, pieces)

    def touches(self, lower: FloatArray, upper: FloatArray, *, margin: float) -> bool:
        """Whether the chamber and a margin around it reach into a box."""
        reach = np.array(self.radii) if self.is_ellipsoid else np.full(3, max(self.radii))
        path = np.array(self.path)
        low, high = path.min(0) - reach - margin, path.max(0) + reach + margin
        return bool(np.all(low <= upper) and np.all(high >= lower))

    @property
    def is_ellipsoid(self) -> bool:
        """Whether it is an ellipsoid rather than a tube."""
        return len(self.path) == 1


def chambers(moment: Moment, size: float, up: Point) -> tuple[Chamber, ...]:
    """Atria and vessels in painting order.

    Parameters
    ----------
    moment
        State of motion.
    size
        Scale, 1 for a ventricle of 35 mm outer radius.
    up
        Direction of the head in heart coordinates.
    """
    down = moment.descent
    fill = 1 + 0.08 * moment.share

    def at(u: float, v: float, h: float, follow: float) -> Point:
        return size * u, size * v, size * h + follow * down

    def along(point: Point, length: float, aside: Point = (0.0, 0.0, 0.0)) -> Point:
        u, v, h = (p + length * (d + a) for p, d, a in zip(point, up, aside, strict=True))
        return u, v, h

    aortic, pulmonary = at(-13, -9, 2, 1.0), at(-24, -36, -12, 0.7)
    aortic_sinus = at(-15, -13, -16, 0.6)
    caval = at(-50, 14, -38, 0.1)
    arteries, veins = tissue.ARTERIAL_BLOOD, tissue.VENOUS_BLOOD

    def ellipsoidal(centre: Point, radii: Point, blood: float) -> Chamber:
        return Chamber((centre,), tuple(size * fill * r for r in radii), 1.2, blood, 3.0, 5.0)

    return (
        Chamber((along(caval, -90), along(caval, 110)), (11.5, 9.5), 1.2, veins),
        ellipsoidal(at(9, 11, -21, 0.5), (28, 23, 28), arteries),
        Chamber((at(15, 16, -34, 0.2), at(45, 24, -52, 0.0)), (8.5, 7.0), 1.2, arteries),
        Chamber((at(-5, 22, -34, 0.2), at(-32, 38, -50, 0.0)), (7.5, 6.0), 1.2, arteries),
        ellipsoidal(at(-43, 18, -19, 0.6), (23, 26, 29), veins),
        Chamber(
            (at(-36, -24, 14, 0.9), pulmonary, along(pulmonary, 38, (0.5, 0.25, -0.1))),
            (17 * size, 14 * size, 13.0),
            1.2,
            veins,
            3.0,
            2.5,
        ),
        Chamber(
            (aortic, aortic_sinus, along(aortic_sinus, 75)),
            (13.5 * size, 16 * size, 14.5),
            1.3,
            arteries,
            1.5,
            1.5,
        ),
    )
