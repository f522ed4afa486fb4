import numpy as np
import pytest

from benchmarks.limits import measure
from calid_core.evaluation.holdout import hold_out
from tests.core.evaluation_cases import ball_case


@pytest.mark.parametrize("step", [(0, 0), (2, -3), (-4, 1)])
def test_a_slice_made_beside_its_place_is_moved_back(step: tuple[int, int]) -> None:
    held = hold_out(ball_case(slices=7, phases=1))
    made = np.roll(held.truth[0], (-step[0], -step[1]), (1, 2))
    for found in measure(made, held):
        assert found.moved == np.inf
        np.testing.assert_allclose(found.way, np.multiply(step, held.case.spacing[1:]))
