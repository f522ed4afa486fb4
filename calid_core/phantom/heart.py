"""The beating heart painted over the body around it."""

import math
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import BoolArray, FloatArray
from calid_core.phantom import tissue
from calid_core.phantom.chambers import Chamber, chambers
from calid_core.phantom.motion import jet_strength, twist
from calid_core.phantom.painting import Points, cover, paint, smooth_union
from calid_core.phantom.parameters import HeartParameters
from calid_core.phantom.texture import Grain, Undulation
from calid_core.phantom.ventricles import LeftVentricleField, Moment, Ventricles
from calid_core.phantom.vessels import Vessels

_RIGHT_WALL = 2.4
"""Thickness of the right ventricular free wall, mm."""


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What does not move, seen from a set of points.

    Parameters
    ----------
    clearance
        Distance to the chest wall or diaphragm, mm.
    uneven
        Irregularity of borders, mean 0 and standard deviation 1.
    vessels
        Share of a coronary artery or vein, where there is fat.
    """

    clearance: FloatArray
    uneven: FloatArray
    vessels: FloatArray


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
        self._grain = Grain(seed + 11, scale=3.0, slope=2.0)
        self._trabeculae = Grain(seed + 12, scale=6.5, slope=3.5)
        self._uneven = Undulation(seed + 13, scale=22.0)
        self._coronaries = Vessels(seed + 15, scale=17.0)
        generator = np.random.default_rng([seed, 14])
        self._heads = tuple(
            (
                angle + 0.21 * place + float(generator.normal(0, 0.04)),
                heart.papillary_radius * float(generator.uniform(0.65, 0.85) + (place == 0) * 0.2),
                float(generator.uniform(0.75, 1.5)),
                float(generator.uniform(0.46, 0.6)),
            )
            for angle in heart.papillary_angles
            for place in (-1, 0, 1)
        )

    def paint(
        self,
        canvas: FloatArray,
        points: Points,
        surroundings: Surroundings,
        moment: Moment,
        *,
        width: float,
        step: float,
    ) -> None:
        """Paint the heart over a signed signal, in place.

        Parameters
        ----------
        canvas
            Signal of the body.
        points
            Heart coordinates of its voxels, mm.
        surroundings
            From ``surroundings`` for the same points.
        moment
            State of motion.
        width, step
            Voxel size along the rows and across the slice, mm.
        """
        u, v, h = points
        left = self.ventricles.left(u, v, h, moment)
        right = self.ventricles.right(u, v, left.level, moment)
        edge = width + step * left.obliquity
        height = left.level * np.float32(self.heart.length * moment.stretch)
        self._paint_fat(canvas, left, right, height, surroundings, edge)
        self._paint_chambers(canvas, points, moment, height, surroundings, width)
        below = cover(-height, width)
        flat, coordinates = canvas.reshape(-1), (u.ravel(), v.ravel(), h.ravel())
        part = np.flatnonzero((below > 0) & (right < _RIGHT_WALL + edge) & (left.epicardium > -6))
        if len(part):
            signal = flat[part]
            place = (coordinates[0][part], coordinates[1][part], coordinates[2][part])
            share = below.ravel()[part]
            self._paint_right(
                signal, place, left.at(part), right.ravel()[part], share, moment, edge.ravel()[part]
            )
            flat[part] = signal
        part = np.flatnonzero((below > 0) & (left.epicardium < edge))
        if len(part):
            signal = flat[part]
            place = (coordinates[0][part], coordinates[1][part], coordinates[2][part])
            self._paint_left(signal, place, left.at(part), below.ravel()[part], moment, edge.ravel()[part])
            flat[part] = signal

    def surroundings(self, points: Points, clearance: FloatArray) -> Surroundings:
        """What ``paint`` needs and can be kept for all moments."""
        return Surroundings(clearance, self._uneven(*points), self._coronaries(points, 1.0, np.float32(0.2)))

    def reach(self, points: Points) -> BoolArray:
        """Where the heart or the fat around it is at end-diastole or end-systole."""
        u, v, h = points
        found = np.zeros(u.shape, dtype=bool)
        for fraction in (0.0, self.heart.systole):
            moment = self.ventricles.moment(fraction)
            left = self.ventricles.left(u, v, h, moment)
            right = self.ventricles.right(u, v, left.level, moment)
            found |= (np.minimum(left.epicardium, right) < 18) & (left.level > -0.35)
            for chamber in self._near_chambers(points, moment):
                found |= chamber.distance(points) < 11
        return found

    def _near_chambers(self, points: Points, moment: Moment) -> list[Chamber]:
        """Atria and vessels that may touch the points, in painting order."""
        lower = np.array([p.min() for p in points])
        upper = np.array([p.max() for p in points])
        return [
            chamber
            for chamber in chambers(moment, self._size, self._up)
            if chamber.touches(lower, upper, margin=14.0)
        ]

    def _paint_fat(
        self,
        canvas: FloatArray,
        left: LeftVentricleField,
        right: FloatArray,
        height: FloatArray,
        surroundings: Surroundings,
        edge: FloatArray,
    ) -> None:
        """Fat fills the grooves; elsewhere it is thin and uneven, thinnest on the lateral wall."""
        heart, uneven = self.heart, surroundings.uneven
        thickness = np.float32(heart.fat) * (0.2 - 0.6 * left.cosine + 0.8 * uneven)
        thickness += 4 * (0.35 - np.abs(left.level)).clip(0, None)
        envelope = smooth_union(left.epicardium, right - _RIGHT_WALL, 13.0) - thickness.clip(-0.5, 9)
        wedge = smooth_union(envelope, surroundings.clearance, 20.0 + 6 * uneven)
        beside = cover(wedge, edge) * cover(-surroundings.clearance, edge)
        beside *= cover(np.minimum(left.epicardium, right) - 12, 8.0)
        share = np.maximum(beside, cover(envelope, edge)) * cover(-height - 18, 16.0)
        fat = tissue.FAT * (0.85 + np.float32(0.1) * uneven)
        fat += surroundings.vessels * (tissue.ARTERIAL_BLOOD - fat)
        paint(canvas, share, fat)

    def _paint_chambers(
        self,
        canvas: FloatArray,
        points: Points,
        moment: Moment,
        height: FloatArray,
        surroundings: Surroundings,
        width: float,
    ) -> None:
        uneven = surroundings.uneven
        near = self._near_chambers(points, moment)
        if not near:
            return
        found = [
            (chamber, chamber.distance(points) + np.float32(chamber.uneven) * uneven) for chamber in near
        ]
        # The walls end at the valve plane, where the chambers open into each other.
        blood = self._blood(points, moment)
        closed = (np.float32(-0.15) * height).clip(0, 1)
        for chamber, distance in found:
            if chamber.fat:
                layer = cover(distance - chamber.wall - chamber.fat * (1 + uneven), width)
                fat = tissue.FAT * 0.85 + surroundings.vessels * (tissue.ARTERIAL_BLOOD - tissue.FAT * 0.85)
                paint(canvas, layer, fat)
        for chamber, distance in found:
            paint(canvas, cover(distance - chamber.wall, width) * closed, np.float32(tissue.MUSCLE))
            paint(canvas, cover(distance, width), np.float32(chamber.blood) * blood)

    def _blood(self, points: Points, moment: Moment) -> FloatArray:
        """Share of the full blood signal: swirls and grain that come back with the cycle, darker where it rushes."""
        turn = 2 * np.pi * moment.fraction
        along, across = np.float32(6 * np.cos(turn)), np.float32(6 * np.sin(turn))
        u, v, h = points
        outflow, inflow = jet_strength(self.heart, moment.fraction)
        swirl = self._trabeculae(u * 0.5 + along, v * 0.5 + across, h * 0.3)
        grain = self._grain(u + along, v + across, h * 0.5)
        near = np.exp(-(((h - moment.descent) / np.float32(26)) ** 2))
        rush = np.float32(0.05) + np.float32(0.13 * outflow + 0.1 * inflow) * near
        share: FloatArray = 1 + np.float32(0.055) * grain + rush * (swirl - 0.5 * (swirl * swirl).clip(0, 3))
        return share

    def _paint_right(
        self,
        canvas: FloatArray,
        points: Points,
        left: LeftVentricleField,
        right: FloatArray,
        below: FloatArray,
        moment: Moment,
        edge: FloatArray,
    ) -> None:
        u, v, h = points
        outside = 1 - cover(left.epicardium - 0.5, edge)
        paint(canvas, cover(right - _RIGHT_WALL, edge) * below * outside, np.float32(tissue.MYOCARDIUM))
        ridge = self._trabeculae(u, v, h * 0.4)
        coarse = (0.2 + 1.4 * left.level).clip(0.15, 1.3)
        rough = ridge.clip(-0.1, None) * coarse * np.float32(self.heart.trabeculation)
        cavity = cover(right + rough, edge) * cover(-(left.epicardium - 0.6 - 0.4 * rough), edge)
        strands = np.exp(ridge * ridge * np.float32(-14)) * (1.5 * left.level - 0.25).clip(0, 0.85)
        signal = tissue.VENOUS_BLOOD * self._blood(points, moment)
        signal += strands * (tissue.MYOCARDIUM - signal)
        paint(canvas, cavity * below, signal)

    def _paint_left(
        self,
        canvas: FloatArray,
        points: Points,
        left: LeftVentricleField,
        below: FloatArray,
        moment: Moment,
        edge: FloatArray,
    ) -> None:
        heart = self.heart
        turn = twist(heart, left.level, moment.share)
        cos_turn, sin_turn = np.cos(turn), np.sin(turn)
        cosine = left.cosine * cos_turn + left.sine * sin_turn
        sine = left.sine * cos_turn - left.cosine * sin_turn
        depth = heart.cavity_radius + (left.endocardium * np.float32(moment.stretch)).clip(-12, 16)
        along = left.level * np.float32(heart.length)
        grain = self._grain(depth * cosine, depth * sine, along)
        muscle = tissue.MYOCARDIUM * (1 + np.float32(0.12) * grain)
        paint(canvas, cover(left.epicardium, edge) * below, muscle)
        ridges = self._trabeculae(22 * cosine, 22 * sine, along * 0.35 + 50)
        rough = ridges.clip(0, None) * heart.trabeculation * (0.15 + 1.1 * left.level).clip(0, 1.2)
        cavity = cover(left.endocardium + rough, edge)
        rim = np.exp(-(((left.endocardium + 4) / 3.5) ** 2)) * (1.3 * left.level).clip(0, 0.8)
        cavity *= 1 - rim * np.exp(ridges * ridges * np.float32(-12))
        self._cut_papillaries(cavity, left, moment, cosine, sine, edge)
        paint(canvas, cavity * below, tissue.ARTERIAL_BLOOD * self._blood(points, moment))

    def _cut_papillaries(
        self,
        cavity: FloatArray,
        left: LeftVentricleField,
        moment: Moment,
        cosine: FloatArray,
        sine: FloatArray,
        edge: FloatArray,
    ) -> None:
        """Take the heads of the papillary muscles out of the cavity, in place."""
        if float(left.level.max()) < 0.15 or float(left.level.min()) > 0.9:
            return
        for angle, radius, clearance, middle in self._heads:
            belly = (
                radius * (1 + 0.3 * moment.share) * (1 - ((left.level - middle) / 0.34) ** 2).clip(-1, None)
            )
            free = clearance * (1 - 0.4 * moment.share) + 1.6 * (middle - left.level)
            centre = left.endocardial_radius - radius * free.clip(0, None)
            across = left.radius * (cosine * math.cos(angle) + sine * math.sin(angle)) - centre
            aside = left.radius * (sine * math.cos(angle) - cosine * math.sin(angle))
            distance = np.sqrt(across * across + aside * aside) - belly
            cavity *= 1 - np.float32(0.9) * cover(distance, edge)
