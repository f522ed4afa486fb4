import copy

import numpy as np
import pytest
import torch

from calid_core.diffusion.phase_neighbours import (
    ExtremePhases,
    OtherPhase,
    extreme_phases,
    needed_phases,
    neighbouring_phases,
)
from calid_core.models.config import TemporalConfig
from calid_core.models.neighbours import GapFeatures
from calid_core.models.temporal import REACH, Role, TemporalMixer, closeness, shares

WIDTHS = (8, 12, 16)
STILL = ExtremePhases(0, 0)


@pytest.fixture(scope="module")
def mixer() -> TemporalMixer:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = TemporalMixer(TemporalConfig(widths=WIDTHS, embedding=8)).requires_grad_(False)
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.3)
    return network.requires_grad_(False).eval()


def features(seed: int, gaps: int = 3) -> GapFeatures:
    generator = torch.Generator().manual_seed(seed)
    return GapFeatures(
        tuple(
            torch.randn(2, gaps, width, 8 >> depth, 8 >> depth, generator=generator)
            for depth, width in enumerate(WIDTHS)
        )
    )


def difference(first: GapFeatures, second: GapFeatures) -> float:
    return max(float((a - b).abs().max()) for a, b in zip(first.levels, second.levels, strict=True))


def at(*values: float, role: Role = Role.NEAR, gaps: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    """Offsets and roles of other phases, the same for all gaps."""
    offsets = torch.tensor(values)[:, None].expand(-1, gaps)
    return offsets, torch.full(offsets.shape, int(role))


def test_untrained_layers_change_nothing():
    network = TemporalMixer(TemporalConfig(widths=WIDTHS, embedding=8)).requires_grad_(False)
    assert difference(network(features(0), [features(1)], *at(0.04)), features(0)) == 0.0


def test_a_heart_that_stands_still_gives_the_features_of_one_phase(mixer):
    still = features(0)
    assert difference(mixer(still, [still, still], *at(-0.04, 0.04)), still) == 0.0


def test_a_share_of_the_layers_makes_that_share_of_their_corrections(mixer):
    part = copy.deepcopy(mixer)
    part.scale(0.25)
    plain, other, where = features(0), [features(1)], at(0.04)
    whole = mixer(plain, other, *where)
    for before, full, quarter in zip(
        plain.levels, whole.levels, part(plain, other, *where).levels, strict=True
    ):
        torch.testing.assert_close(quarter - before, 0.25 * (full - before), atol=1e-5, rtol=1e-4)


def test_a_phase_beyond_the_reach_does_not_count(mixer):
    assert difference(mixer(features(0), [features(1)], *at(REACH)), features(0)) == 0.0
    assert difference(mixer(features(0), [features(1)], *at(0.9 * REACH)), features(0)) > 0.0


def test_closeness_falls_smoothly_from_one_to_nothing():
    found = closeness(torch.tensor([0.0, REACH / 2, -REACH / 2, REACH, 2 * REACH]))
    assert found.tolist() == pytest.approx([1.0, 0.5625, 0.5625, 0.0, 0.0])


def test_the_order_of_the_other_phases_changes_nothing(mixer):
    there = mixer(features(0), [features(1), features(2)], *at(-0.05, 0.05))
    back = mixer(features(0), [features(2), features(1)], *at(0.05, -0.05))
    assert difference(there, back) < 1e-5


def test_earlier_and_later_are_not_the_same(mixer):
    earlier = mixer(features(0), [features(1)], *at(-0.05))
    assert difference(earlier, mixer(features(0), [features(1)], *at(0.05))) > 1e-3


def test_reversing_the_stack_swaps_the_views(mixer):
    def reversed_views(found: GapFeatures) -> GapFeatures:
        return GapFeatures(tuple(level.flip(0) for level in found.levels))

    forward = mixer(features(0), [features(1)], *at(0.05))
    backward = mixer(reversed_views(features(0)), [reversed_views(features(1))], *at(0.05))
    assert difference(reversed_views(backward), forward) < 1e-5


def test_phases_close_the_circle():
    about = neighbouring_phases(np.arange(20) / 20, STILL)
    assert [other.phase for other in about[0]] == [18, 19, 1, 2]
    assert [other.offset for other in about[0]] == pytest.approx([-0.1, -0.05, 0.05, 0.1])
    assert [other.phase for other in about[19]] == [17, 18, 0, 1]


def test_uneven_phases_are_known_by_their_times():
    about = neighbouring_phases(np.array([0.0, 0.02, 0.3, 0.5]), STILL)
    assert about[0] == (OtherPhase(1, 0.02),)
    assert about[2] == ()


def test_one_phase_stands_alone():
    assert neighbouring_phases(np.zeros(1), STILL) == ((),)


def test_a_pair_and_every_phase_of_a_cine_look_at_the_relaxed_and_the_contracted_heart():
    first, last = neighbouring_phases(np.array([0.0, 0.4]), ExtremePhases(0, 1))
    assert first == (OtherPhase(1, pytest.approx(0.4), Role.CONTRACTED),)
    assert last == (OtherPhase(0, pytest.approx(-0.4), Role.RELAXED),)
    about = neighbouring_phases(np.arange(20) / 20, ExtremePhases(0, 8))
    far = [[(o.phase, o.role) for o in others if o.role is not Role.NEAR] for others in about]
    assert far[0] == [(8, Role.CONTRACTED)]
    assert far[8] == [(0, Role.RELAXED)]
    assert far[9] == [(0, Role.RELAXED), (8, Role.CONTRACTED)]
    assert about[19][-2].offset == pytest.approx(0.05)  # the next beat is nearer than the last


def beating_disc(radii: np.ndarray, side: int = 48) -> np.ndarray:
    """A bright disc of each of ``radii`` with a little noise, ``(phases, 1, side, side)``."""
    row, column = np.indices((side, side)) - (side - 1) / 2
    soft = 1 / (1 + np.exp(np.hypot(row, column) - radii[:, None, None]))
    noise = np.random.default_rng(0).normal(0, 0.01, soft.shape)
    return (soft + noise).astype(np.float32)[:, None]


CYCLE = 10 + 4 * np.cos(2 * np.pi * np.arange(20) / 20)


@pytest.mark.parametrize("turn", [0, 3, 9, 16])
def test_the_relaxed_and_the_contracted_heart_are_found_wherever_the_cycle_begins(turn):
    cine = beating_disc(CYCLE)
    first = extreme_phases(lambda phase: cine[phase], 20)
    turned = extreme_phases(lambda phase: np.roll(cine, turn, axis=0)[phase], 20)
    assert first.relaxed in (19, 0, 1)
    assert first.contracted in (9, 10, 11)
    assert turned == ExtremePhases((first.relaxed + turn) % 20, (first.contracted + turn) % 20)


def test_a_single_spoiled_phase_is_no_extreme():
    cine = beating_disc(CYCLE)
    cine[4] *= 1.8
    found = extreme_phases(lambda phase: cine[phase], 20)
    assert found.relaxed in (19, 0, 1)
    assert found.contracted in (9, 10, 11)


def test_surroundings_that_brighten_while_the_heart_contracts_do_not_turn_the_extremes():
    cine = beating_disc(CYCLE, side=80)
    cine += 0.1 * np.sin(np.pi * np.arange(20) / 20).astype(np.float32)[:, None, None, None]
    assert cine[10].mean() > cine[0].mean()
    found = extreme_phases(lambda phase: cine[phase], 20)
    assert found.relaxed in (19, 0, 1)
    assert found.contracted in (9, 10, 11)


def test_two_phases_are_told_apart_by_their_blood():
    cine = beating_disc(np.array([6.0, 11.0]))
    assert extreme_phases(lambda phase: cine[phase], 2) == ExtremePhases(1, 0)


def test_a_heart_that_stands_still_has_no_extremes():
    still = np.ones((2, 8, 8), np.float32)
    found = extreme_phases(lambda phase: still, 5)
    assert found.relaxed == found.contracted


def test_phases_of_each_role_are_heard_apart_and_at_any_distance(mixer):
    plain, other = features(0), [features(1)]
    heard = [mixer(plain, other, *at(0.4, role=role)) for role in Role]
    assert difference(heard[Role.NEAR], plain) == 0.0
    assert difference(heard[Role.RELAXED], plain) > 1e-3
    assert difference(heard[Role.RELAXED], heard[Role.CONTRACTED]) > 1e-3


def test_each_phase_counts_in_one_voice():
    offsets, roles = at(-0.05, 0.05, 0.3, 0.3, gaps=1)
    roles = torch.tensor([[Role.NEAR], [Role.NEAR], [Role.RELAXED], [Role.CONTRACTED]])
    near = float(closeness(torch.tensor(0.05)))
    expected = [[near, 0, 0, 0], [0, near, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert shares(offsets, roles)[:, 0].tolist() == pytest.approx(np.array(expected))


def test_sixty_phases_have_four_neighbours_each():
    assert {len(others) for others in neighbouring_phases(np.arange(60) / 60, STILL)} == {4}


def test_needed_phases_are_the_wanted_ones_and_those_about_them():
    about = neighbouring_phases(np.arange(20) / 20, STILL)
    assert needed_phases(about, (5,)) == {3, 4, 5, 6, 7}
    assert needed_phases(about, ()) == set()
