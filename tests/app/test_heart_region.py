"""Where the heart is: series in which hardly anything is bright, or everything changes alike, are opened, too."""

import numpy as np
import pytest

from app.controllers.series_loading import with_landmarks
from calid_core.arrays import IntensityArray
from calid_core.cine import CineStack
from calid_core.contouring.heart_region import find_heart
from tests.app.conftest import make_stack

SHAPE = (5, 4, 32, 32)


def one_bright_pixel() -> IntensityArray:
    made = np.zeros(SHAPE, np.int16)
    made[2, 1, 10, 10] = 1000
    return made


def flat_slices_that_brighten(slices: slice) -> IntensityArray:
    made = np.zeros(SHAPE, np.int16)
    made[:, slices] = (100 * np.arange(5))[:, None, None, None]
    return made


@pytest.mark.parametrize(
    "intensity",
    [one_bright_pixel(), flat_slices_that_brighten(slice(1)), flat_slices_that_brighten(slice(4))],
    ids=["one bright pixel", "one flat slice", "flat slices"],
)
def test_a_series_without_a_moving_part_is_opened_and_looked_at_in_its_middle(
    intensity: IntensityArray,
) -> None:
    like = make_stack(*SHAPE)
    stack = CineStack(intensity, like.geometry, like.phase_times, like.source)
    still = find_heart(np.zeros(SHAPE, np.int16), stack.geometry)
    assert np.array_equal(find_heart(intensity, stack.geometry).distance, still.distance)
    loaded = with_landmarks(stack)
    assert np.isfinite(loaded.window).all()
