"""Branching vessels in an organ."""

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.phantom.texture import Grain


class Vessels:
    """Winding tubes: where two smooth random fields vanish together.

    Parameters
    ----------
    seed
        Same seed, same vessels.
    scale
        Typical distance between them, mm.
    """

    def __init__(self, seed: int, *, scale: float) -> None:
        self._first = Grain(seed + 100, scale=scale, slope=None, nodes=9)
        self._second = Grain(seed + 200, scale=scale, slope=None, nodes=9)

    def __call__(
        self,
        points: tuple[FloatArray, FloatArray, FloatArray],
        density: float,
        calibre: FloatArray | np.float32,
    ) -> FloatArray:
        """Share of a vessel, 0 to 1, at positions in mm.

        Parameters
        ----------
        points
            Positions.
        density
            Scale of the pattern; 2 halves all distances.
        calibre
            Radius as a share of ``scale`` over ``density``.
        """
        x, y, z = (p * np.float32(density) for p in points)
        first, second = self._first(x, y, z), self._second(x, y, z)
        level = (first * first + second * second) / (calibre * calibre)
        share: FloatArray = (1.5 * np.exp(-level)).clip(None, 1)
        return share
