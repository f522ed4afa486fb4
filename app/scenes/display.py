"""What the 3D view is asked to show."""

from dataclasses import dataclass
from enum import Enum


class Content(Enum):
    """What of the heart is drawn; the value is shown to people."""

    VOLUME = "Volume"
    SLICES = "Slices"
    BOTH = "Volume and slices"


class Extent(Enum):
    """How much of the stack is rendered; the value is shown to people."""

    HEART = "Heart"
    WHOLE = "Whole stack"


class Cut(Enum):
    """A plane through the crosshair that takes away one half; the value is shown to people."""

    NONE = "No cut"
    SHORT_AXIS = "Short axis"
    LONG_AXIS_COLUMNS = "Long axis along the columns"
    LONG_AXIS_ROWS = "Long axis along the rows"

    @property
    def axis(self) -> int | None:
        """Axis of ``(slice, row, column)`` it is normal to."""
        order = (Cut.SHORT_AXIS, Cut.LONG_AXIS_COLUMNS, Cut.LONG_AXIS_ROWS)
        return order.index(self) if self in order else None


class Direction(Enum):
    """Where the reader stands; the value is shown to people."""

    LEFT_ANTERIOR = "Left front"
    ANTERIOR = "Front"
    LEFT = "Left"
    RIGHT = "Right"
    FEET = "Feet"
    APEX = "Apex"
    ACROSS = "Across the slices"


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
