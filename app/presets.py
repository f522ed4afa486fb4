"""Window/level presets 0 to 9, on percentiles of the acquired stack or of the heart in it."""

from dataclasses import dataclass

import numpy as np

from app.open_series import OpenSeries
from app.translation import tr_later
from calid_core.arrays import BoolArray, IntensityArray
from calid_core.cine import CineStack

SAMPLES = 200_000
"""Voxels that are enough for a percentile."""
AUTOMATIC = (0.5, 99.5)
"""Percentiles that the automatic window spans; what lies between is the range of the acquired intensities."""
UNASKED = (1.0, 99.0)
"""Percentiles of pictures with a window of their own, which nobody sets."""


@dataclass(frozen=True)
class WindowPreset:
    """A window from a low to a high percentile.

    Parameters
    ----------
    label
        For menus.
    low, high
        Percentiles; None for the window stated by the file.
    """

    label: str
    low: float | None
    high: float | None


PRESETS: tuple[WindowPreset, ...] = (
    WindowPreset(tr_later("Automatic (the heart)"), *AUTOMATIC),
    WindowPreset(tr_later("From the file"), None, None),
    WindowPreset(tr_later("Whole range"), 0.0, 100.0),
    WindowPreset(tr_later("1 to 99 %"), 1.0, 99.0),
    WindowPreset(tr_later("2 to 98 %"), 2.0, 98.0),
    WindowPreset(tr_later("5 to 95 %"), 5.0, 95.0),
    WindowPreset(tr_later("Muscle (10 to 90 %)"), 10.0, 90.0),
    WindowPreset(tr_later("Dark tissue (0 to 75 %)"), 0.0, 75.0),
    WindowPreset(tr_later("Blood (50 to 100 %)"), 50.0, 100.0),
    WindowPreset(tr_later("Bright edges (80 to 100 %)"), 80.0, 100.0),
)


def series_window(series: OpenSeries, preset: WindowPreset) -> tuple[float, float]:
    """Window centre and width of a preset for a series that is read; automatic is that of its heart where it was found."""
    assert series.stack is not None
    if preset is PRESETS[0] and series.window is not None:
        return series.window
    return preset_window(series.stack, preset)


def heart_window(intensity: IntensityArray, inside: BoolArray, step: int) -> tuple[float, float]:
    """Window centre and width from the darkest of a stack to the brightest of its heart.

    Fat of the chest may be brighter and is allowed to saturate; blood near the coil is not.

    Parameters
    ----------
    intensity
        ``(phases, slices, rows, columns)``.
    inside
        ``(slices, coarse rows, coarse columns)``, the region of the heart on every ``step``-th pixel.
    step
        Distance of the coarse pixels.
    """
    coarse = intensity[..., ::step, ::step]
    heart = coarse[:, inside]
    low, high = AUTOMATIC
    (bottom,), (top,) = _percentiles(coarse, low), _percentiles(heart, high)
    if not np.isfinite(top):
        return percentile_window(intensity, low, high)
    return _spanned(bottom, max(top, bottom), intensity)


def preset_window(stack: CineStack, preset: WindowPreset) -> tuple[float, float]:
    """Window centre and width of a preset; automatic where the file states none."""
    if preset.low is None or preset.high is None:
        return stack.source.window or preset_window(stack, PRESETS[0])
    return percentile_window(stack.intensity, preset.low, preset.high)


def percentile_window(intensity: IntensityArray, low: float, high: float) -> tuple[float, float]:
    """Window centre and width that span two percentiles of the finite values of an array."""
    bottom, top = _percentiles(intensity, low, high)
    return _spanned(bottom, top, intensity)


def _percentiles(intensity: IntensityArray, *percents: float) -> tuple[float, ...]:
    """Percentiles of the finite values of an array; NaN where there are none."""
    step = max(1, intensity.size // SAMPLES)
    # An odd step, so that the samples do not fall on the same columns of every row.
    values = intensity.reshape(-1)[:: step | 1].astype(np.float64)
    values = values[np.isfinite(values)]
    if not values.size:
        return (float("nan"),) * len(percents)
    return tuple(float(v) for v in np.percentile(values, percents))


def _spanned(bottom: float, top: float, intensity: IntensityArray) -> tuple[float, float]:
    """Window centre and width from ``bottom`` to ``top``, no narrower than the intensities can tell apart."""
    if not np.isfinite(bottom + top):
        return 0.5, 1.0
    smallest = 1.0 if intensity.dtype.kind in "iu" else 1e-6 * max(abs(top), 1e-6)
    return (bottom + top) / 2, max(top - bottom, smallest)
