"""Which picture of a volume something was drawn on, so that it can be taken out of any phase again."""

from dataclasses import dataclass, field

from app.rendering.reformat import LongAxisPlane, ThroughPlane
from calid_core.arrays import IntensityArray


@dataclass(frozen=True)
class SliceSampler:
    """Takes one slice out of a volume ``(slices, rows, columns)``."""

    index: int

    def __call__(self, volume: IntensityArray) -> IntensityArray:
        """The slice."""
        picture: IntensityArray = volume[self.index]
        return picture

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
    through
        How rows between two slices are filled.
    cut
        The plane that these give in the volume's geometry.
    """

    position: tuple[float, float, float]
    angle: float
    through: ThroughPlane
    cut: LongAxisPlane = field(repr=False)

    def __call__(self, volume: IntensityArray) -> IntensityArray:
        """The picture ``(rows, columns)``."""
        return self.cut.sample(volume)

    @property
    def slices(self) -> slice:
        """Slices of the volume that it takes from: all."""
        return slice(None)


Sampler = SliceSampler | LongAxisSampler
