"""The predefined interpolations as methods of the evaluation."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from calid_core.cine import CineStack
from calid_core.evaluation.prediction import Prediction
from calid_core.interpolation import interpolate
from calid_core.settings import Method

BLUR_SIGMA = 1.0
"""Standard deviation in pixels of the blur that a method must beat to count as doing something."""


@dataclass(frozen=True)
class Interpolation:
    """Interpolation through plane, then a Gaussian blur in plane of ``sigma`` pixels."""

    name: str
    method: Method
    sigma: float = 0.0

    def predict(self, kept: CineStack) -> Prediction:
        """See ``EvaluatedMethod``."""
        started = time.perf_counter()
        positions = kept.geometry.slice_offsets
        middles = (positions[:-1] + positions[1:]) / 2
        filled = np.stack([interpolate(v, positions, middles, self.method) for v in kept.intensity])
        if self.sigma:
            filled = ndimage.gaussian_filter(filled, (0, 0, self.sigma, self.sigma), mode="nearest")
        return Prediction(filled, seconds=time.perf_counter() - started)
