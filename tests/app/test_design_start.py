"""Where a series is looked at first."""

import numpy as np

from app.controllers.series_loading import moving_centre
from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry


def beating_disc(row: float, column: float, phases: int = 12) -> CineStack:
    """A disc whose radius goes from 12 to 20 pixels and back, on a flat ground with one still bright corner."""
    rows, columns = np.indices((120, 140))
    radius = 16 - 4 * np.cos(2 * np.pi * np.arange(phases) / phases)
    inside = np.hypot(rows - row, columns - column) < radius[:, None, None]
    image = np.where(inside, 800, 100)
    image[:, :20, :20] = 2000
    intensity = np.repeat(image[:, None], 5, axis=1).astype(np.int16)
    geometry = Geometry.from_spacing((10.0, 1.5, 1.5), intensity.shape[1:], known=True)
    return CineStack(intensity, geometry, np.arange(phases) * 40.0, Source("test", "disc", thickness=8.0))


def test_the_crosshair_starts_in_the_middle_of_what_beats() -> None:
    stack = beating_disc(42.0, 95.0)
    centre = moving_centre(stack)
    assert centre is not None
    index = stack.geometry.to_index(centre)
    assert index[0] == np.round(index[0]) == 2
    assert np.hypot(index[1] - 42.0, index[2] - 95.0) * 1.5 < 6.0


def test_without_a_cycle_there_is_no_heart_to_look_for() -> None:
    assert moving_centre(beating_disc(42.0, 95.0, phases=1)) is None
