import numpy as np
import pytest

from benchmarks.limits import interpolated_labels, measure
from benchmarks.quality import INTRODUCTION, PAGE
from calid_core.evaluation.holdout import hold_out
from tests.core.evaluation_cases import ball_case


@pytest.mark.parametrize("step", [(0, 0), (2, -3), (-4, 1)])
def test_a_slice_made_beside_its_place_is_moved_back(step: tuple[int, int]) -> None:
    held = hold_out(ball_case(slices=7, phases=1))
    made = np.roll(held.truth[0], (-step[0], -step[1]), (1, 2))
    for found in measure(made, held):
        assert found.moved == np.inf
        np.testing.assert_allclose(found.way, np.multiply(step, held.case.spacing[1:]))


def test_outlines_are_interpolated_halfway() -> None:
    away = np.hypot(*np.meshgrid(np.arange(41) - 20, np.arange(41) - 20))

    def ring(radius: float) -> np.ndarray:
        return np.where(away < radius, 3, np.where(away < radius + 4.0, 2, 0)).astype(np.uint8)

    kept = np.stack([ring(6.0), ring(12.0), np.zeros((41, 41), np.uint8)])
    first, last = interpolated_labels(kept)
    assert (first != ring(9.0)).mean() < 0.02
    assert not last.any()


def test_the_page_of_results_begins_as_the_benchmark_writes_it() -> None:
    assert PAGE.read_text(encoding="utf-8").startswith(INTRODUCTION)
    assert "coverage on ACDC is in-sample" in INTRODUCTION
