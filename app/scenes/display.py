"""What the 3D view is asked to show."""

from dataclasses import dataclass
from enum import Enum

from app.translation import tr_later


class Content(Enum):
    """What of the heart is drawn; the value is shown to people."""

    VOLUME = tr_later("Volume")
    SLICES = tr_later("Slices")
    BOTH = tr_later("Volume and slices")


class Extent(Enum):
    """How much of the stack is rendered; the value is shown to people."""

    HEART = tr_later("Heart")
    WHOLE = tr_later("Whole stack")


class Cut(Enum):
    """A plane through the crosshair that takes away one half; the value is shown to people."""

    NONE = tr_later("No cut")
    SHORT_AXIS = tr_later("Short axis")
    LONG_AXIS_COLUMNS = tr_later("Long axis along the columns")
    LONG_AXIS_ROWS = tr_later("Long axis along the rows")

    @property
    def axis(self) -> int | None:
        """Axis of ``(slice, row, column)`` it is normal to."""
        order = (Cut.SHORT_AXIS, Cut.LONG_AXIS_COLUMNS, Cut.LONG_AXIS_ROWS)
        return order.index(self) if self in order else None


class Direction(Enum):
    """Where the reader stands; the value is shown to people."""

    LEFT_ANTERIOR = tr_later("Left front")
    ANTERIOR = tr_later("Front")
    LEFT = tr_later("Left")
    RIGHT = tr_later("Right")
    FEET = tr_later("Feet")
    APEX = tr_later("Apex")
    ACROSS = tr_later("Across the slices")


@dataclass(frozen=True)
class ClipBox:
    """Part of the shown extent that is kept, as fractions along ``(slice, row, column)``.

    Parameters
    ----------
    low, high
        ``(3,)`` each, 0 to 1, low below high.
    """

    low: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        if not all(0 <= a < b <= 1 for a, b in zip(self.low, self.high, strict=True)):
            raise ValueError(f"a clip box needs 0 <= low < high <= 1, got {self.low} and {self.high}")


@dataclass(frozen=True)
class HeartDisplay:
    """Choices of the 3D view.

    Parameters
    ----------
    content
        Volume, slices or both.
    extent
        The moving heart or the whole stack.
    cut
        Plane through the crosshair.
    cut_reversed
        Whether the cut takes the other half.
    box
        Six-sided clipping.
    """

    content: Content = Content.VOLUME
    extent: Extent = Extent.HEART
    cut: Cut = Cut.NONE
    cut_reversed: bool = False
    box: ClipBox = ClipBox()
