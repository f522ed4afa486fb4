"""The beating heart painted over the body around it."""

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.phantom import tissue
from calid_core.phantom.chambers import chambers
from calid_core.phantom.motion import twist
from calid_core.phantom.painting import cover, paint, smooth_union
from calid_core.phantom.parameters import HeartParameters
from calid_core.phantom.texture import NoiseField
from calid_core.phantom.ventricles import LeftVentricleField, Moment, Ventricles

Points = tuple[FloatArray, FloatArray, FloatArray]


class HeartPainter:
    """Paints one heart.

    Parameters
    ----------
    heart
        Its shape and motion.
    up
        Direction of the head in heart coordinates.
    seed
        Of texture and trabeculae.
    """

    def __init__(self, heart: HeartParameters, up: tuple[float, float, float], seed: int) -> None:
        self.heart = heart
        self.ventricles = Ventricles(heart)
        self._up = up
        self._size = (heart.cavity_radius + heart.wall) / 35
        self._texture = NoiseField(seed + 11, scale=4.0, slope=2.0)
        self._trabeculae = NoiseField(seed + 12, scale=6.0, slope=3.0)

    def paint(self, canvas: FloatArray, points: Points, moment: Moment, width: float, step: float) -> None:
        """Paint the heart over a signed signal, in place.

        Parameters
        ----------
        canvas
            Signal of the body.
        points
            Heart coordinates of its voxels, mm.
        moment
            State of motion.
        width, step
            Voxel size along the rows and across the slice, mm.
        """
        u, v, h = points
        left = self.ventricles.left(u, v, h, moment)
        right, right_cosine, right_sine = self.ventricles.right(u, v, left.level, moment)
        edge = width + step * left.obliquity
        length = self.heart.length * moment.stretch
        below = cover(-left.level * length, width)
        envelope = smooth_union(left.epicardium, right - 3.0, 14.0) - self.heart.fat
        fat = tissue.FAT * (0.9 + np.float32(0.06) * self._texture(u, v, h))
        paint(canvas, cover(envelope, edge) * cover(-left.level * length - 22, 20.0), fat)
        self._paint_chambers(canvas, points, moment, width)
        blood = self._blood(points, moment)
        self._paint_right(canvas, points, left, right, below, blood, edge)
        self._paint_left(canvas, left, moment, below, blood, edge, (u, v))

    def _paint_chambers(self, canvas: FloatArray, points: Points, moment: Moment, width: float) -> None:
        lower = np.array([p.min() for p in points])
        upper = np.array([p.max() for p in points])
        found = []
        for chamber in chambers(moment, self._size, self._up):
            low, high = chamber.box(8.0)
            if np.all(low <= upper) and np.all(high >= lower):
                found.append((chamber, chamber.distance(points)))
        for _, distance in found:
            paint(canvas, cover(distance - 5, width), np.float32(tissue.FAT * 0.9))
        for chamber, distance in found:
            paint(canvas, cover(distance - chamber.wall, width), np.float32(tissue.MUSCLE))
            paint(canvas, cover(distance, width), np.float32(chamber.blood))

    def _blood(self, points: Points, moment: Moment) -> FloatArray:
        """Share of the full blood signal: slow swirls that come back with the cycle."""
        turn = 2 * np.pi * moment.fraction
        u, v, h = points
        swirl = self._trabeculae(u * 0.4 + 3 * np.cos(turn), v * 0.4 + 3 * np.sin(turn), h * 0.4)
        return 1 + np.float32(0.05) * swirl

    def _paint_right(
        self,
        canvas: FloatArray,
        points: Points,
        left: LeftVentricleField,
        right: FloatArray,
        below: FloatArray,
        blood: FloatArray,
        edge: FloatArray,
    ) -> None:
        u, v, h = points
        outside = 1 - cover(left.epicardium - 0.5, edge)
        wall = cover(right - 2.8, edge) * below * outside
        paint(canvas, wall, np.float32(tissue.MYOCARDIUM))
        rough = self._trabeculae(u, v, h * 0.6).clip(-0.2, None) * np.float32(self.heart.trabeculation)
        rough *= (0.25 + 1.3 * left.level).clip(0.2, 1.4)
        cavity = cover(right + rough, edge) * cover(-(left.epicardium - 0.8 - 0.5 * rough), edge)
        paint(canvas, cavity * below, tissue.VENOUS_BLOOD * blood)

    def _paint_left(
        self,
        canvas: FloatArray,
        left: LeftVentricleField,
        moment: Moment,
        below: FloatArray,
        blood: FloatArray,
        edge: FloatArray,
        plane: tuple[FloatArray, FloatArray],
    ) -> None:
        heart = self.heart
        turn = twist(heart, left.level, moment.share)
        cosine = left.cosine * np.cos(turn) + left.sine * np.sin(turn)
        sine = left.sine * np.cos(turn) - left.cosine * np.sin(turn)
        depth = heart.cavity_radius + (left.endocardium * np.float32(moment.stretch)).clip(-12, 16)
        along = left.level * np.float32(heart.length)
        grain = self._texture(depth * cosine, depth * sine, along)
        muscle = tissue.MYOCARDIUM * (1 + np.float32(0.09) * grain)
        paint(canvas, cover(left.epicardium, edge) * below, muscle)
        ridges = self._trabeculae(20 * cosine, 20 * sine, along * 0.35 + 50).clip(0, None)
        rough = ridges * heart.trabeculation * (0.25 + 1.1 * left.level).clip(0, 1.3)
        cavity = cover(left.endocardium + rough, edge)
        for angle in heart.papillary_angles:
            cavity = cavity * (1 - self._papillary(left, moment, angle, edge))
        paint(canvas, cavity * below, tissue.ARTERIAL_BLOOD * blood)

    def _papillary(
        self, left: LeftVentricleField, moment: Moment, angle: float, edge: FloatArray
    ) -> FloatArray:
        """Share of a papillary muscle in every voxel."""
        heart = self.heart
        place = angle + twist(heart, left.level, moment.share)
        belly = heart.papillary_radius * (1 - ((left.level - 0.52) / 0.27) ** 2).clip(-1, None)
        centre = left.endocardial_radius - heart.papillary_radius * (
            0.55 + 1.2 * (0.6 - left.level).clip(0, None)
        )
        across = left.cosine * np.cos(place) + left.sine * np.sin(place)
        aside = left.sine * np.cos(place) - left.cosine * np.sin(place)
        distance = np.sqrt((left.radius * across - centre) ** 2 + (left.radius * aside) ** 2) - belly
        return cover(distance, edge)
