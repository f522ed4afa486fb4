"""Surfaces of both ventricles in heart coordinates, at any moment of the cycle.

Heart coordinates are ``(lateral, inferior, apical)`` in mm from the centre of the mitral plane at
end-diastole: in a short-axis image with the usual orientation, right, down and into the apex.

The left ventricle is described by squared radii around its long axis, ``A`` (endocardium) and ``B``
(epicardium), at end-diastole. With ``s`` the share of the way from the mitral plane to the apex, ``λ`` the
longitudinal stretch and ``m`` the mobility of a place, both surfaces move as

    A(t) = A (1 - k(t) m)            B(t) = A(t) + (B - A) / λ(t)

The second keeps the volume of every piece of wall exactly, and ``k(t)`` follows in closed form from the
volume that the cavity must have, because its volume is linear in ``k``.
"""

import math
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from calid_core.arrays import FloatArray, IntArray
from calid_core.errors import SettingsError
from calid_core.phantom.motion import base_position, ejected_share
from calid_core.phantom.parameters import HeartParameters

_PEAK = 1.0854
"""Largest value of ``_bullet``, so that the mean radius there is the stated cavity radius."""
_BASE = 0.15
"""Share of the length over which the ventricle narrows towards its valves."""


@dataclass(frozen=True)
class Moment:
    """The heart at one moment.

    Parameters
    ----------
    share
        Ejected share of the stroke volume, 0 to 1.
    descent
        Way of the mitral plane towards the apex, mm.
    stretch
        Length over the length at end-diastole.
    contraction
        ``k`` of the module's equations.
    fraction
        Share of the cycle that has passed.
    """

    share: float
    descent: float
    stretch: float
    contraction: float
    fraction: float


@dataclass(frozen=True, eq=False)
class LeftVentricleField:
    """The left ventricle seen from a set of points; all arrays have the shape of the points.

    Parameters
    ----------
    endocardium, epicardium
        Signed distance in mm, negative inside.
    level
        0 at the mitral plane, 1 at the apex; negative above the ventricle.
    cosine, sine
        Of the angle around the long axis.
    radius
        Distance from the long axis in mm.
    endocardial_radius
        Radius of the cavity at that level and angle in mm, 0 beyond its apex.
    obliquity
        Share of the axial direction in the normal of the surfaces, 0 to 1.
    """

    endocardium: FloatArray
    epicardium: FloatArray
    level: FloatArray
    cosine: FloatArray
    sine: FloatArray
    radius: FloatArray
    endocardial_radius: FloatArray
    obliquity: FloatArray

    def at(self, index: IntArray) -> "LeftVentricleField":
        """The field at some of its points, by flat index."""
        return LeftVentricleField(**{f.name: getattr(self, f.name).ravel()[index] for f in fields(self)})


class Ventricles:
    """Both ventricles of one heart."""

    def __init__(self, heart: HeartParameters) -> None:
        self.heart = heart
        self._cavity_end = 1 - 0.7 * heart.wall / heart.length
        if self.moment(heart.systole).contraction * self._largest_mobility > 0.97:
            raise SettingsError(
                f"ejection_fraction is {heart.ejection_fraction:g}, too large for a wall of {heart.wall:g} mm "
                f"with {heart.base_descent:g} mm base descent; lower it or raise the descent"
            )

    @cached_property
    def _integrals(self) -> tuple[float, float, float, float]:
        """Cavity volume, its share that is mobile (ml), wall volume (ml), largest mobility."""
        levels = (np.arange(800) + 0.5) / 800
        angles = 2 * np.pi * np.arange(240) / 240
        s, angle = np.meshgrid(levels, angles, indexing="ij")
        inner, outer, _, _ = self._squared_radii(s, np.cos(angle), np.sin(angle))
        cavity = np.maximum(inner, 0)
        mobility = self._mobility(s, np.cos(angle), np.sin(angle))
        element = self.heart.length / 800 * (2 * np.pi / 240) / 2 / 1000
        return (
            float(cavity.sum() * element),
            float((cavity * mobility).sum() * element),
            float((np.maximum(outer, 0) - cavity).sum() * element),
            float(mobility.max()),
        )

    @property
    def _largest_mobility(self) -> float:
        return self._integrals[3]

    @property
    def end_diastolic_volume(self) -> float:
        """Of the left cavity, papillary muscles and trabeculae included, ml."""
        return self._integrals[0]

    @property
    def wall_volume(self) -> float:
        """Of the left ventricular myocardium below the mitral plane, ml."""
        return self._integrals[2]

    def volume(self, fraction: float) -> float:
        """Of the left cavity at a share of the cycle, ml."""
        share = float(ejected_share(self.heart, fraction))
        return self.end_diastolic_volume * (1 - self.heart.ejection_fraction * share)

    def moment(self, fraction: float) -> Moment:
        """State of motion at a share of the cycle."""
        descent = float(base_position(self.heart, fraction))
        stretch = 1 - descent / self.heart.length
        cavity, mobile, _, _ = self._integrals
        return Moment(
            share=float(ejected_share(self.heart, fraction)),
            descent=descent,
            stretch=stretch,
            contraction=(cavity - self.volume(fraction) / stretch) / mobile,
            fraction=float(fraction),
        )

    def level(self, u: FloatArray, v: FloatArray, h: FloatArray, moment: Moment) -> FloatArray:
        """0 at the (tilted) valve plane, 1 at the apex."""
        lateral, inferior = self.heart.tilt
        sheared = h - np.float32(lateral) * u - np.float32(inferior) * v
        length = self.heart.length * moment.stretch
        level: FloatArray = (sheared - np.float32(moment.descent)) * np.float32(1 / length)
        return level

    def left(self, u: FloatArray, v: FloatArray, h: FloatArray, moment: Moment) -> LeftVentricleField:
        """The left ventricle seen from points in heart coordinates."""
        s = self.level(u, v, h, moment)
        bulge = 4 * s * (1 - s)
        x = u - np.float32(self.heart.bend[0]) * bulge
        y = v - np.float32(self.heart.bend[1]) * bulge
        square = x * x + y * y
        radius = np.sqrt(square) + np.float32(1e-3)
        cosine, sine = x / radius, y / radius
        inner, outer, inner_slope, outer_slope = self._squared_radii(s, cosine, sine)
        moved = inner * (1 - np.float32(moment.contraction) * self._mobility(s, cosine, sine))
        cavity = np.maximum(moved, 0)
        outside = cavity + (outer - np.maximum(inner, 0)) * np.float32(1 / moment.stretch)
        length = np.float32(1 / (self.heart.length * moment.stretch))
        gradient = np.sqrt(4 * square + (inner_slope * length) ** 2 + 1)
        outer_gradient = np.sqrt(4 * square + (outer_slope * length) ** 2 + 1)
        return LeftVentricleField(
            endocardium=(square - moved) / gradient,
            epicardium=(square - outside) / outer_gradient,
            level=s,
            cosine=cosine,
            sine=sine,
            radius=radius,
            endocardial_radius=np.sqrt(cavity),
            obliquity=np.abs(outer_slope * length) / outer_gradient,
        )

    def right(self, u: FloatArray, v: FloatArray, s: FloatArray, moment: Moment) -> FloatArray:
        """Signed distance to the free wall of the right ventricle, mm.

        The cavity is where it is negative and the left epicardium is outside.
        """
        heart = self.heart
        end, size = 0.93, heart.right_size
        offset = heart.cavity_radius + heart.wall - 4 - 5 * moment.share
        x = u + np.float32(offset) * (1 - 0.45 * s)
        y = v - np.float32(4.0) * (1 + 1.2 * s)
        square = x * x + y * y
        radius = np.sqrt(square) + np.float32(1e-3)
        cosine, sine = x / radius, y / radius
        t = np.clip(s, -0.15, None) * np.float32(1 / end)
        roll = np.clip(1 - t * (1 / _BASE), 0, 1.2)
        shape = (1 - t * t) * (1 + np.float32(0.1) * t) * (1 - np.float32(0.25) * roll * roll)
        form = (
            1
            + np.float32(0.11) * _third_harmonic(cosine, sine, 2.5)
            - np.float32(0.03) * (cosine * cosine - sine * sine)
        )
        reach = np.float32(((44.0 - 6.5 * moment.share) * size) ** 2) * form * form
        slope = (-2 * t) * reach * np.float32(1 / (end * heart.length * moment.stretch))
        distance: FloatArray = (square - shape * reach) / np.sqrt(4 * square + slope * slope + 1)
        return distance

    def _squared_radii(
        self, s: FloatArray, cosine: FloatArray, sine: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """``A``, ``B`` at end-diastole, mm², and their slopes along ``s``; negative beyond the apex."""
        heart = self.heart
        inner_form = 1 + _series(heart.endocardium, cosine, sine) * (1.1 - s)
        thickness = (
            -heart.septal_excess * cosine - (heart.scar.thinning * self._scar(s, cosine, sine))
            if heart.scar
            else -heart.septal_excess * cosine
        )
        outer_radius = heart.cavity_radius + heart.wall
        outer_form = (
            1
            + _series(heart.epicardium, cosine, sine)
            + 0.75 * (inner_form - 1)
            + np.float32(heart.wall / outer_radius) * thickness
        )
        t = s * (1 / self._cavity_end)
        inner_scale = heart.cavity_radius**2 / _PEAK * inner_form * inner_form
        outer_scale = outer_radius**2 / _PEAK * outer_form * outer_form
        return (
            inner_scale * _bullet(t),
            outer_scale * _bullet(s),
            inner_scale * _bullet_slope(t) * (1 / self._cavity_end),
            outer_scale * _bullet_slope(s),
        )

    def _mobility(self, s: FloatArray, cosine: FloatArray, sine: FloatArray) -> FloatArray:
        mobility: FloatArray = 0.93 + 0.14 * s + 0.06 * cosine
        if self.heart.scar is None:
            return mobility
        reduced: FloatArray = mobility * (1 - self.heart.scar.immobility * self._scar(s, cosine, sine))
        return reduced

    def _scar(self, s: FloatArray, cosine: FloatArray, sine: FloatArray) -> FloatArray:
        """1 at the centre of the scar, falling to 0 outside."""
        scar = self.heart.scar
        if scar is None:
            return np.zeros_like(s)
        alignment = cosine * math.cos(scar.angle) + sine * math.sin(scar.angle)
        window: FloatArray = np.exp(
            (alignment - 1) * (2 / scar.angular_width**2) - ((s - scar.level) / scar.axial_width) ** 2
        )
        return window


def _bullet(t: FloatArray) -> FloatArray:
    """Squared radius along the long axis: drawn in at the base, widest at a third, 0 at 1, negative beyond."""
    roll = np.clip(1 - t * (1 / _BASE), 0, 1.2)
    bullet: FloatArray = (1 - t * t) * (1 + 0.6 * t) * (1 - 0.32 * roll * roll)
    return bullet


def _bullet_slope(t: FloatArray) -> FloatArray:
    roll = np.clip(1 - t * (1 / _BASE), 0, 1.2)
    body, body_slope = (1 - t * t) * (1 + 0.6 * t), 0.6 - 2 * t - 1.8 * t * t
    slope: FloatArray = body_slope * (1 - 0.32 * roll * roll) + body * (0.64 / _BASE) * roll
    return slope


def _series(harmonics: tuple[tuple[float, float], ...], cosine: FloatArray, sine: FloatArray) -> FloatArray:
    """Sum of angular harmonics, from the cosine and sine of the angle."""
    total = np.zeros_like(cosine)
    c, s = cosine, sine
    for even, odd in harmonics:
        if even or odd:
            total = total + (even * c + odd * s)
        c, s = c * cosine - s * sine, s * cosine + c * sine
    return total


def _third_harmonic(cosine: FloatArray, sine: FloatArray, peak: float) -> FloatArray:
    """``cos(3 (angle - peak))`` from the cosine and sine of the angle."""
    even = cosine * (4 * cosine * cosine - 3)
    odd = sine * (3 - 4 * sine * sine)
    wave: FloatArray = even * math.cos(3 * peak) + odd * math.sin(3 * peak)
    return wave
