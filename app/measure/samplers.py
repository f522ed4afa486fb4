"""Which picture of a volume something was drawn on, so that it can be taken out of any phase again."""

from dataclasses import dataclass, field

import numpy as np

from app.rendering.reformat import LongAxisPlane
from calid_core.arrays import BoolArray, IntensityArray


@dataclass(frozen=True)
class SliceSampler:
    """Takes one slice out of a volume ``(slices, rows, columns)``."""

    index: int

    def __call__(self, volume: IntensityArray) -> IntensityArray:
        """The slice."""
        picture: IntensityArray = volume[self.index]
        return picture

    def there(self, frames: BoolArray) -> BoolArray:
        """``(1, 1)``, whether the picture holds data where ``frames`` ``(slices,)`` do."""
        return frames[self.slices, np.newaxis]

    @property
    def slices(self) -> slice:
        """Slices of the volume that it takes from."""
        return slice(self.index, self.index + 1)


@dataclass(frozen=True, eq=False)
class LongAxisSampler:
    """Cuts a long-axis plane out of a volume ``(slices, rows, columns)``.

    Parameters
    ----------
    position
        LPS mm that the plane was put through.
    angle
        Degrees about the stack normal.
    cut
        The plane that these give in the volume's geometry.
    """

    position: tuple[float, float, float]
    angle: float
    cut: LongAxisPlane = field(repr=False)

    def __call__(self, volume: IntensityArray) -> IntensityArray:
        """The picture ``(rows, columns)``."""
        return self.cut.sample(volume)

    def there(self, frames: BoolArray) -> BoolArray:
        """``(rows, 1)``, which rows of the picture hold data where ``frames`` ``(slices,)`` do."""
        return self.cut.rows_there(frames)[:, np.newaxis]

    @property
    def slices(self) -> slice:
        """Slices of the volume that it takes from: all."""
        return slice(None)


Sampler = SliceSampler | LongAxisSampler
