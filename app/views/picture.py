"""What a view shows at one moment, and what lies under the cursor."""

from dataclasses import dataclass

from app.rendering.image_plane import ImagePlane
from app.views.badge import Badge
from calid_core.arrays import BoolArray, FloatArray, IntensityArray
from calid_core.real_values import STORED, RealScale


@dataclass(frozen=True, eq=False)
class Picture:
    """What a view shows at one moment.

    Parameters
    ----------
    values
        ``(rows, columns)``, intensities.
    plane
        Where they lie.
    fit
        ``(width, height)`` in mm that fill the view at zoom 1.
    centre
        ``(3,)``, LPS mm of the middle of the stack: it is in the middle of the view until somebody pans.
    known
        Whether position and orientation are known, so that letters may be drawn.
    badge
        Where the intensities come from.
    name
        Short name of what is shown, for measurements: ``A4``, ``S17``, ``long axis``.
    index
        Slice that is shown; the slice the crosshair lies in for a long-axis view.
    message
        What a reader must know about this picture; mostly empty.
    outlines
        Closed polygons drawn over it, ``(points, 2)`` continuous ``(row, column)`` indices each.
    window
        Centre and width that replace those of the state while there is no stack to compute them on.
    there
        ``(rows, columns)``, which pixels hold data: not those in a gap, nor of a slice that is not made yet; None where
        all do.
    real
        Stored intensities as real values.
    """

    values: IntensityArray
    plane: ImagePlane
    fit: tuple[float, float]
    centre: FloatArray
    known: bool
    badge: Badge
    name: str
    index: int = 0
    message: str = ""
    outlines: tuple[FloatArray, ...] = ()
    window: tuple[float, float] | None = None
    there: BoolArray | None = None
    real: RealScale = STORED


@dataclass(frozen=True, eq=False)
class UncertaintyMap:
    """Uncertainty to lay over the pictures of one layer.

    Parameters
    ----------
    values
        Half-widths, ``(phases, slices, rows, columns)`` on the grid of the layer, from 0.
    largest
        Value that gets the last colour.
    threshold
        Values at or below it are not drawn.
    opacity
        0 to 1.
    intensity_range
        Range of the acquired intensities: the legend gives values in percent of it, since their units mean nothing.
    """

    values: FloatArray
    largest: float
    threshold: float
    opacity: float
    intensity_range: float


@dataclass(frozen=True, eq=False)
class Pointer:
    """What lies under the cursor.

    Parameters
    ----------
    position
        ``(3,)``, LPS mm.
    intensity
        Real value of the pixel; None outside the picture and where it holds no data.
    known
        Whether position and orientation of the series are known; else the position holds only within the series.
    """

    position: FloatArray
    intensity: float | None
    known: bool
