"""Two pictures in one place: swipe, flicker, signed difference, overlay."""

import numpy as np

from app.rendering.colour_maps import CIVIDIS, DIFFERENCE, ColourTable
from calid_core.arrays import FloatArray, IntensityArray

FASTEST_FLICKER = 5.0
"""Changes per second: 2.5 pairs of opposing changes, under the three flashes per second of WCAG 2.3.1."""
FASTEST_REDUCED_FLICKER = 3.0


def flicker_interval(wanted: float, *, reduced_motion: bool) -> int:
    """Milliseconds each picture stays at a wanted number of changes per second, capped for the eye."""
    if not wanted > 0:
        raise ValueError(f"flicker needs a positive rate, got {wanted}")
    fastest = FASTEST_REDUCED_FLICKER if reduced_motion else FASTEST_FLICKER
    return int(np.ceil(1000.0 / min(wanted, fastest)))


def difference_colours(image: IntensityArray, truth: IntensityArray, limit: float) -> ColourTable:
    """Colours ``(rows, columns, 3)`` of ``image - truth``: blue too dark, nearly black equal, orange too bright.

    Parameters
    ----------
    limit
        Difference in intensity units that gets the full colour.
    """
    if not limit > 0:
        raise ValueError(f"the limit must be positive, got {limit}")
    difference = image.astype(np.float32) - truth.astype(np.float32)
    level = np.clip(np.rint(127.5 + difference * (127.5 / limit)), 0, 255).astype(np.uint8)
    colours: ColourTable = DIFFERENCE[level]
    return colours


def overlay_colours(values: FloatArray, *, largest: float, threshold: float, opacity: float) -> ColourTable:
    """Premultiplied RGBA ``(rows, columns, 4)`` of a map to lay over a picture, in cividis.

    Parameters
    ----------
    values
        ``(rows, columns)``, from 0.
    largest
        Value that gets the last colour.
    threshold
        Values at or below it are transparent.
    opacity
        Of everything above the threshold, 0 to 1.
    """
    if not largest > 0:
        raise ValueError(f"the largest value must be positive, got {largest}")
    level = np.clip(np.nan_to_num(values) * (255.0 / largest), 0, 255).astype(np.uint8)
    table = np.full((256, 4), 255 * opacity, dtype=np.float32)
    table[:, :3] = CIVIDIS * np.float32(opacity)
    colours: ColourTable = np.rint(table).astype(np.uint8)[level]
    colours[~(values > threshold)] = 0
    return colours
