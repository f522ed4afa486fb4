"""Shift of one image against another that looks nearly the same."""

from __future__ import annotations

import numpy as np
from scipy import fft

from calid_core.arrays import FloatArray

SEARCH = 8.0
"""Largest shift that is looked for along rows and along columns, mm."""


def estimate_shift(image: FloatArray, reference: FloatArray, spacing: tuple[float, float]) -> FloatArray:
    """``(2,)``, mm by which the content of ``image`` lies lower and further right than in ``reference``.

    Normalised cross-correlation over all shifts at which they overlap, with a parabola through its peak.
    """
    reach = [max(1, min(round(SEARCH / s), n // 3)) for s, n in zip(spacing, image.shape, strict=True)]
    surface = _correlation(image - image.mean(), reference - reference.mean(), reach)
    peak = np.unravel_index(int(np.argmax(surface)), surface.shape)
    pixels = [
        int(p) - r + vertex(np.take(surface, peak[1 - axis], axis=1 - axis), int(p))
        for axis, (p, r) in enumerate(zip(peak, reach, strict=True))
    ]
    return np.array([p * s for p, s in zip(pixels, spacing, strict=True)])


def _correlation(image: FloatArray, reference: FloatArray, reach: list[int]) -> FloatArray:
    """``(2 reach + 1, 2 reach + 1)`` normalised cross-correlation."""
    shape = [fft.next_fast_len(n + r) for n, r in zip(image.shape, reach, strict=True)]
    index = np.ix_(*(np.arange(-r, r + 1) for r in reach))
    ones = np.ones_like(image)

    def crossed(a: FloatArray, b: FloatArray) -> FloatArray:
        product = fft.rfft2(a, shape) * np.conj(fft.rfft2(b, shape))
        surface: FloatArray = fft.irfft2(product, shape)[index]
        return surface

    energy = crossed(np.square(image), ones) * crossed(ones, np.square(reference))
    return crossed(image, reference) / np.sqrt(np.maximum(energy, 1e-12))


def vertex(values: FloatArray, peak: int) -> float:
    """Offset of the vertex of the parabola through a peak and its two neighbours, -0.5 to 0.5; 0 at the border."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    before, here, after = (float(v) for v in values[peak - 1 : peak + 2])
    curvature = before - 2 * here + after
    return 0.0 if curvature >= 0 else float(np.clip(0.5 * (before - after) / curvature, -0.5, 0.5))
