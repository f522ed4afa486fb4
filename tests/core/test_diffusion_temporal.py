import numpy as np
import pytest
import torch

from calid_core.cine import CineStack, Source
from calid_core.diffusion.temporal import drawn_together
from calid_core.geometry import Geometry
from calid_core.heart_cycle import REACH, Surrounding, needed_phases, surroundings_in_time


def test_phases_close_the_circle():
    around = surroundings_in_time(np.arange(20) / 20)
    assert around[0] == Surrounding(19, 1, pytest.approx(0.5))
    assert around[7] == Surrounding(6, 8, pytest.approx(0.5))
    assert around[19] == Surrounding(18, 0, pytest.approx(0.5))


@pytest.mark.parametrize("count", [10, 11, 25])
def test_even_phases_are_all_treated_alike(count):
    assert None not in surroundings_in_time(np.arange(count) / count)
    assert set(surroundings_in_time(np.arange(9) / 9)) == {None}


def test_uneven_phases_are_placed_by_their_times():
    around = surroundings_in_time(np.array([0.0, 0.02, 0.08, 0.3, 0.5]))
    assert around[1] == Surrounding(0, 2, pytest.approx(0.25))
    assert around[0] is around[2] is around[3] is around[4] is None


@pytest.mark.parametrize("fractions", [[0.0], [0.0, 0.05], [0.0, 0.4], [0.1, 0.1, 0.1]])
def test_phases_that_do_not_lie_between_two_others_stand_alone(fractions):
    assert set(surroundings_in_time(np.array(fractions))) == {None}


def test_the_ends_of_a_cine_that_was_not_acquired_all_around_stand_alone():
    around = surroundings_in_time(np.arange(10) * 0.05)
    assert around[0] is around[9] is None
    assert None not in around[1:9]


@pytest.mark.parametrize(
    ("phases", "rr_interval", "closed"), [(20, None, True), (11, None, False), (11, 550.0, True)]
)
def test_a_cine_whose_last_phase_does_not_lead_back_to_the_first_is_not_closed(phases, rr_interval, closed):
    rows, columns = np.mgrid[0:48, 0:48]
    radii = 16.0 - 8.0 * np.sin(np.pi * np.arange(20) / 20)
    beating = np.stack([np.hypot(rows - 24, columns - 24) < radius for radius in radii])[:phases]
    intensity = np.repeat(beating[:, None], 3, axis=1).astype(np.int16) * 100
    geometry = Geometry.from_spacing((8.0, 1.5, 1.5), intensity.shape[1:])
    source = Source("x", "phantom", rr_interval=rr_interval)
    around = surroundings_in_time(
        CineStack(intensity, geometry, np.arange(phases) * 50.0, source).cycle_fractions
    )
    assert (around[0] is not None) == (around[-1] is not None) == closed
    assert None not in around[1:-1]


def test_few_phases_stand_alone():
    assert set(surroundings_in_time(np.arange(8) / 8)) == {None}
    assert None not in surroundings_in_time(np.arange(12) / 12)
    assert 1 / 12 < REACH < 1 / 8


def test_needed_phases_are_the_wanted_ones_and_those_around_them():
    around = surroundings_in_time(np.arange(20) / 20)
    assert needed_phases(around, (5,)) == {4, 5, 6}
    assert needed_phases(around, ()) == set()
    assert needed_phases((None, None), (1,)) == {1}


def latents(seed: int) -> torch.Tensor:
    return torch.randn(3, 4, 8, 8, generator=torch.Generator().manual_seed(seed))


def test_a_heart_that_stands_still_stays_exactly_as_it_is():
    still = latents(0)
    assert torch.equal(drawn_together(still, still, still, 0.3, 0.2), still)


def test_motion_that_is_even_in_time_stays_as_it_is():
    start, speed = latents(0), latents(1)
    at = [start + moment * speed for moment in (0.02, 0.03, 0.07)]
    torch.testing.assert_close(drawn_together(at[1], at[0], at[2], 0.2, 0.5), at[1])


def test_the_share_is_how_far_a_phase_goes():
    own, before, after = (latents(seed) for seed in range(3))
    expected = 0.8 * own + 0.05 * before + 0.15 * after
    torch.testing.assert_close(drawn_together(own, before, after, 0.75, 0.2), expected)
