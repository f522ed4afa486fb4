"""From stored to real values, and the window in these."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calid_core.errors import DicomError
from calid_core.io.dicom import values
from calid_core.io.dicom.pixel_format import PixelFormat
from calid_core.real_values import STORED, RealScale

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

RESCALE_TAGS = {
    "window_centre": 0x00281050,
    "window_width": 0x00281051,
    "intercept": 0x00281052,
    "slope": 0x00281053,
}


@dataclass(frozen=True, slots=True)
class Rescale:
    """What makes real values of pixels as they are read: those of MONOCHROME1 are mirrored.

    Parameters
    ----------
    real
        Pixels as real values; the slope is negative where pixels are mirrored, unless they have no rescale: then the mirrored ones are
        real.
    window
        Centre and width in real values; None where not stated.
    """

    real: RealScale
    window: tuple[float, float] | None


def rescale(dataset: "Dataset", pixels: PixelFormat) -> Rescale:
    """Rescale and window of a flat data set.

    Raises
    ------
    DicomError
        The rescale leads beyond what numbers can be.
    """
    slope = values.number(dataset, RESCALE_TAGS["slope"]) or 1.0
    intercept = values.number(dataset, RESCALE_TAGS["intercept"]) or 0.0
    stated, window = RealScale(slope, intercept), _window(dataset)
    if not pixels.inverted:
        return Rescale(stated, window)
    mirrored = RealScale(-1.0, pixels.mirror)
    if stated == STORED:
        return Rescale(STORED, None if window is None else mirrored.window_to_real(window))
    try:
        return Rescale(stated.after(mirrored), window)
    except ValueError as error:
        raise DicomError(f"rescale slope {slope:g} is too steep for its {pixels.bits_stored} bits") from error


def _window(dataset: "Dataset") -> tuple[float, float] | None:
    centre = values.number(dataset, RESCALE_TAGS["window_centre"])
    width = values.number(dataset, RESCALE_TAGS["window_width"])
    return (centre, width) if centre is not None and width is not None and width > 0 else None
