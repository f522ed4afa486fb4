"""Reproducible random fields in space, for tissue texture and irregular borders."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from calid_core.arrays import FloatArray

_OVERSAMPLING = 6
"""Nodes per correlation length; fine enough to look up the nearest node without steps showing."""


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
        Nodes per axis, a power of two; the period is ``size · scale / 6``.
    """

    def __init__(self, seed: int, *, scale: float, slope: float = 3.0, size: int = 64) -> None:
        white = np.random.default_rng(seed).standard_normal((size, size, size), dtype=np.float32)
        frequency = fft.fftfreq(size).astype(np.float32)
        radius = np.sqrt(
            frequency[:, None, None] ** 2
            + frequency[None, :, None] ** 2
            + np.abs(frequency[None, None, : size // 2 + 1]) ** 2
        )
        envelope = (1 + (radius * 2 * _OVERSAMPLING) ** 2) ** (-slope / 2) * (radius > 0)
        field = fft.irfftn(fft.rfftn(white) * envelope, s=white.shape).astype(np.float32)
        self._field: FloatArray = np.ascontiguousarray((field / field.std()).ravel())
        self._size = size
        self._step = np.float32(_OVERSAMPLING / scale)

    def __call__(self, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> FloatArray:
        """Value at positions in mm, broadcast against each other."""
        index = self._node(x)
        index = index * self._size + self._node(y)
        index = index * self._size + self._node(z)
        values: FloatArray = np.take(self._field, index)
        return values

    def _node(self, position: ArrayLike) -> NDArray[np.int32]:
        # The offset keeps positions positive, where truncation is rounding down.
        scaled = np.asarray(position, dtype=np.float32) * self._step + np.float32(self._size * 256)
        node: NDArray[np.int32] = scaled.astype(np.int32) & np.int32(self._size - 1)
        return node
