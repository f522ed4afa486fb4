import math

import numpy as np
import pytest
import torch

from calid_core.diffusion.temporal import (
    REACH,
    OtherPhase,
    averaged_over_time,
    needed_phases,
    neighbouring_phases,
)


def test_phases_close_the_circle():
    about = neighbouring_phases(np.arange(20) / 20)
    assert [other.phase for other in about[0]] == [19, 1]
    assert [other.offset for other in about[0]] == pytest.approx([-0.05, 0.05])
    assert [other.phase for other in about[19]] == [18, 0]
    assert [other.offset for other in about[19]] == pytest.approx([-0.05, 0.05])


def test_uneven_phases_are_known_by_their_times():
    about = neighbouring_phases(np.array([0.0, 0.02, 0.3, 0.5]))
    assert about[0] == (OtherPhase(1, 0.02),)
    assert about[1] == (OtherPhase(0, -0.02),)
    assert about[2] == about[3] == ()


def test_one_phase_stands_alone():
    assert neighbouring_phases(np.zeros(1)) == ((),)


def test_each_of_two_phases_close_in_time_looks_at_the_other_once():
    first, second = neighbouring_phases(np.array([0.0, 0.1]))
    assert first == (OtherPhase(1, pytest.approx(0.1)),)
    assert second == (OtherPhase(0, pytest.approx(-0.1)),)


def test_the_relaxed_and_the_contracted_heart_of_a_pair_stand_alone():
    assert neighbouring_phases(np.array([0.0, 0.4])) == ((), ())


def test_a_gap_in_a_cine_that_was_not_acquired_all_around_is_not_bridged():
    about = neighbouring_phases(np.arange(10) * 0.05)
    assert [other.phase for other in about[0]] == [1]
    assert [other.phase for other in about[9]] == [8]
    assert about[0][0].offset < REACH


def test_sixty_phases_have_two_neighbours_each():
    assert {len(others) for others in neighbouring_phases(np.arange(60) / 60)} == {2}


def test_needed_phases_are_the_wanted_ones_and_those_about_them():
    about = neighbouring_phases(np.arange(20) / 20)
    assert needed_phases(about, (5,)) == {4, 5, 6}
    assert needed_phases(about, ()) == set()


def latents(seed: int) -> torch.Tensor:
    return torch.randn(3, 4, 8, 8, generator=torch.Generator().manual_seed(seed))


def test_a_phase_alone_is_its_own_average():
    assert torch.equal(averaged_over_time(latents(0), [], [], 0.03), latents(0))


def test_the_average_of_a_heart_that_stands_still_is_exact():
    still = latents(0)
    assert torch.equal(averaged_over_time(still, [still, still], [-0.05, 0.05], 0.03), still)


def test_phases_count_by_a_normal_curve_of_their_distance_in_time():
    own, before, after = (latents(seed) for seed in range(3))
    near, far = math.exp(-0.5 * 0.5**2), math.exp(-0.5 * 1.5**2)
    average = (own + near * before + far * after) / (1.0 + near + far)
    torch.testing.assert_close(averaged_over_time(own, [before, after], [-0.02, 0.06], 0.04), average)
    torch.testing.assert_close(averaged_over_time(own, [after, before], [0.06, -0.02], 0.04), average)


def test_independent_noise_of_twenty_phases_is_calmed_as_the_weights_say():
    noise = [latents(seed) for seed in range(3)]
    weight = math.exp(-0.5 * (0.05 / 0.03) ** 2)
    left = averaged_over_time(noise[0], noise[1:], [-0.05, 0.05], 0.03).std() / noise[0].std()
    assert float(left) == pytest.approx(math.sqrt(1 + 2 * weight**2) / (1 + 2 * weight), abs=0.05)
