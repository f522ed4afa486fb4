"""Windows: percentiles of the stack, and one that suits the heart."""

import numpy as np
import pytest

from app.open_series import OpenSeries
from app.presets import PRESETS, heart_window, preset_window, series_window
from tests.app.conftest import make_stack


def stack_with_fat() -> tuple[np.ndarray, np.ndarray]:
    """A heart of 0 to 200 inside a chest of 1000, and every second pixel of it marked."""
    intensity = np.zeros((2, 3, 40, 40), np.int16)
    intensity[..., :8] = 1000
    intensity[..., 10:30, 12:32] = np.linspace(0, 200, 20).astype(np.int16)
    inside = np.zeros((3, 20, 20), bool)
    inside[:, 5:15, 6:16] = True
    return intensity, inside


def test_the_automatic_window_ends_at_the_brightest_of_the_heart_not_of_the_fat() -> None:
    intensity, inside = stack_with_fat()
    centre, width = heart_window(intensity, inside, 2)
    assert centre - width / 2 == 0.0
    assert 180 <= centre + width / 2 <= 200


def test_without_a_heart_the_whole_stack_counts() -> None:
    intensity, inside = stack_with_fat()
    assert heart_window(intensity, np.zeros_like(inside), 2) == (500.0, 1000.0)


def test_a_heart_without_a_finite_value_leaves_the_window_to_the_stack() -> None:
    intensity, inside = stack_with_fat()
    broken = intensity.astype(np.float32)
    broken[..., 10:30, 12:32] = np.nan
    assert heart_window(broken, inside, 2) == (500.0, 1000.0)


@pytest.mark.parametrize("value", [0, 7])
def test_a_heart_of_one_intensity_still_has_a_window(value: int) -> None:
    intensity = np.full((2, 3, 40, 40), value, np.int16)
    assert heart_window(intensity, np.ones((3, 20, 20), bool), 2) == (float(value), 1.0)


def test_only_the_automatic_preset_looks_at_the_heart() -> None:
    stack = make_stack(phases=2, slices=3)
    series = OpenSeries(1, "series", stack=stack, window=(12.0, 34.0))
    assert series_window(series, PRESETS[0]) == (12.0, 34.0)
    assert series_window(series, PRESETS[3]) == preset_window(stack, PRESETS[3])
    assert series_window(OpenSeries(2, "series", stack=stack), PRESETS[0]) == preset_window(stack, PRESETS[0])
