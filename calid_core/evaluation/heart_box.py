"""Where the heart is, when nobody drew it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from calid_core.cine import CineStack
from calid_core.evaluation.cases import Box

SIDE = 130.0
"""Side of an estimated heart box in mm; expert boxes of ACDC are 130 mm at the median."""
SMOOTHING = 6.0
"""Standard deviation in mm of the blur that joins moving pixels to one region."""


def estimated_box(stack: CineStack) -> Box:
    """A square of ``SIDE`` mm about where the cine moves most; about the image centre for a single phase."""
    spacing = stack.geometry.spacing[1:]
    shape = stack.geometry.shape[1:]
    if stack.phases == 1:
        centre: tuple[float, ...] = tuple((n - 1) / 2 for n in shape)
    else:
        motion = stack.intensity.astype(np.float32).std(axis=0).mean(axis=0)
        smooth = ndimage.gaussian_filter(motion, [SMOOTHING / s for s in spacing])
        centre = tuple(float(i) for i in np.unravel_index(int(np.argmax(smooth)), shape))
    ranges = [
        (max(0, round(c - SIDE / s / 2)), min(n, round(c + SIDE / s / 2)))
        for c, s, n in zip(centre, spacing, shape, strict=True)
    ]
    return Box(ranges[0], ranges[1])
