"""The heart cycle: how much blood is ejected, how far the base has come down, how far the wall has turned."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import PchipInterpolator

from calid_core.arrays import FloatArray
from calid_core.phantom.parameters import HeartParameters


def phase_fractions(phases: int) -> FloatArray:
    """``(phases,)`` evenly spaced moments of the cycle, 0 at the R wave, below 1."""
    return np.arange(phases, dtype=np.float64) / phases


def ejected_share(heart: HeartParameters, fraction: ArrayLike) -> FloatArray:
    """Share of the stroke volume that has left the ventricle, 0 at end-diastole and 1 at end-systole.

    Isovolumic contraction, ejection, isovolumic relaxation, rapid filling, diastasis and atrial kick follow
    each other; the curve is periodic in ``fraction`` with period 1.
    """
    curve = _curve(heart.systole, heart.atrial_kick)
    share: FloatArray = curve(np.mod(np.asarray(fraction, dtype=np.float64), 1.0))
    return share


@lru_cache(maxsize=64)
def _curve(systole: float, kick: float) -> PchipInterpolator:
    relaxed, filled = systole + 0.06, systole + 0.24
    diastasis = max(filled + 0.02, 0.82)
    points = (
        (0.0, 0.0),
        (0.045, 0.0),
        (0.045 + 0.2 * (systole - 0.045), 0.13),
        (0.045 + 0.5 * (systole - 0.045), 0.58),
        (0.045 + 0.8 * (systole - 0.045), 0.93),
        (systole, 1.0),
        (relaxed, 0.985),
        (relaxed + 0.3 * (filled - relaxed), 0.72),
        (relaxed + 0.65 * (filled - relaxed), kick + 0.16),
        (filled, kick + 0.03),
        (diastasis, kick),
        (diastasis + 0.55 * (0.975 - diastasis), 0.3 * kick),
        (0.975, 0.0),
        (1.0, 0.0),
    )
    return PchipInterpolator(*zip(*points, strict=True))


def base_position(heart: HeartParameters, fraction: ArrayLike) -> FloatArray:
    """Way of the mitral plane towards the apex since end-diastole, mm."""
    return heart.base_descent * ejected_share(heart, fraction)


def twist(heart: HeartParameters, level: FloatArray, share: float) -> FloatArray:
    """Rotation of the wall in rad at a level (0 base, 1 apex), when ``share`` of the stroke is ejected."""
    angle: FloatArray = share * (heart.twist_base + (heart.twist_apex - heart.twist_base) * level)
    return angle


def jet_strength(heart: HeartParameters, fraction: float) -> tuple[float, float]:
    """Outflow (systolic) and inflow (diastolic) speed at the valves, each 0 to 1."""
    moment = float(np.mod(fraction, 1.0))
    outflow = _bump(moment, 0.5 * heart.systole, 0.3 * heart.systole)
    inflow = _bump(moment, heart.systole + 0.14, 0.07) + 0.6 * _bump(moment, 0.89, 0.05)
    return outflow, inflow


def _bump(moment: float, centre: float, width: float) -> float:
    return float(np.exp(-(((moment - centre) / width) ** 2)))
