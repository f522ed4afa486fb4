"""Reproducible random fields in space, for tissue texture and irregular borders."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import fft, ndimage

from calid_core.arrays import FloatArray


class NoiseField:
    """Periodic smooth random field with mean 0 and standard deviation 1.

    Parameters
    ----------
    seed
        Same seed, same field.
    scale
        Correlation length in mm.
    slope
        Exponent of the amplitude spectrum beyond the correlation length; larger is smoother.
    size
        Nodes per axis; the period is ``size · scale / 3``.
    """

    def __init__(self, seed: int, *, scale: float, slope: float = 3.0, size: int = 48) -> None:
        white = np.random.default_rng(seed).standard_normal((size, size, size), dtype=np.float32)
        frequency = fft.fftfreq(size).astype(np.float32)
        radius = np.sqrt(
            frequency[:, None, None] ** 2
            + frequency[None, :, None] ** 2
            + np.abs(frequency[None, None, : size // 2 + 1]) ** 2
        )
        envelope = (1 + (radius * 3 * 2) ** 2) ** (-slope / 2) * (radius > 0)
        field = fft.irfftn(fft.rfftn(white) * envelope, s=white.shape).astype(np.float32)
        self._field: FloatArray = np.ascontiguousarray(field / field.std())
        self._step = 3.0 / scale

    def __call__(self, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> FloatArray:
        """Value at positions in mm, broadcast against each other."""
        points = np.broadcast_arrays(*(np.asarray(c, dtype=np.float32) for c in (x, y, z)))
        coordinates = np.stack(points) * np.float32(self._step)
        values: FloatArray = ndimage.map_coordinates(
            self._field, coordinates, order=1, mode="grid-wrap", prefilter=False, output=np.float32
        )
        return values
