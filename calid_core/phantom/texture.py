"""Reproducible random fields in space, for tissue texture, vessels and irregular borders."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from calid_core.arrays import FloatArray


class Grain:
    """Periodic random field with mean 0 and standard deviation 1, read at its nearest node.

    Parameters
    ----------
    seed
        Same seed, same field.
    scale
        Correlation length in mm.
    slope
        Exponent of the amplitude spectrum beyond the correlation length; None for a smooth field.
    nodes
        Nodes per correlation length; the period is 64 nodes.
    """

    _SIZE = 64

    def __init__(self, seed: int, *, scale: float, slope: float | None = 3.0, nodes: int = 6) -> None:
        frequency = _frequency(self._SIZE)
        envelope = (
            _smooth(frequency, nodes) if slope is None else (1 + (frequency * 2 * nodes) ** 2) ** (-slope / 2)
        )
        self._field: FloatArray = _field(seed, self._SIZE, envelope).ravel()
        self._step = np.float32(nodes / scale)

    def __call__(self, x: FloatArray, y: FloatArray, z: FloatArray) -> FloatArray:
        """Value at positions in mm."""
        index = (self._node(x) * self._SIZE + self._node(y)) * self._SIZE + self._node(z)
        values: FloatArray = np.take(self._field, index)
        return values

    def _node(self, position: FloatArray) -> NDArray[np.int32]:
        # The offset keeps positions positive, where truncation is rounding down.
        scaled = position * self._step + np.float32(self._SIZE * 256)
        node: NDArray[np.int32] = scaled.astype(np.int32) & np.int32(self._SIZE - 1)
        return node


class Undulation:
    """Smooth periodic random field with mean 0 and standard deviation 1, interpolated linearly.

    Parameters
    ----------
    seed
        Same seed, same field.
    scale
        Correlation length in mm, three nodes.
    """

    _SIZE = 40
    _NODES = 3

    def __init__(self, seed: int, *, scale: float) -> None:
        envelope = _smooth(_frequency(self._SIZE), self._NODES)
        self._field: FloatArray = _field(seed, self._SIZE, envelope)
        self._step = np.float32(self._NODES / scale)

    def __call__(self, x: FloatArray, y: FloatArray, z: FloatArray) -> FloatArray:
        """Value at positions in mm."""
        coordinates = np.stack((x, y, z)) * self._step
        values: FloatArray = ndimage.map_coordinates(
            self._field, coordinates, order=1, mode="grid-wrap", prefilter=False, output=np.float32
        )
        return values


def _frequency(size: int) -> FloatArray:
    """Spatial frequency in cycles per node, laid out for a real transform of a cube."""
    frequency = fft.fftfreq(size).astype(np.float32)
    half = fft.rfftfreq(size).astype(np.float32)
    radius: FloatArray = np.sqrt(
        frequency[:, None, None] ** 2 + frequency[None, :, None] ** 2 + half[None, None, :] ** 2
    )
    return radius


def _smooth(frequency: FloatArray, nodes: int) -> FloatArray:
    """Gaussian amplitude spectrum of a field with a correlation length of that many nodes."""
    envelope: FloatArray = np.exp(-0.5 * (np.pi * nodes * frequency) ** 2)
    return envelope


def _field(seed: int, size: int, envelope: FloatArray) -> FloatArray:
    """Gaussian random cube with an amplitude spectrum, mean 0 and standard deviation 1."""
    white = np.random.default_rng(seed).standard_normal((size, size, size), dtype=np.float32)
    spectrum = fft.rfftn(white) * envelope
    spectrum[0, 0, 0] = 0
    field = fft.irfftn(spectrum, s=white.shape).astype(np.float32)
    normalised: FloatArray = np.ascontiguousarray(field / field.std())
    return normalised
