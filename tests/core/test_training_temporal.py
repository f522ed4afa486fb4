import numpy as np
import pytest
import torch

from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import Calibration, CalidModel
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.config import TemporalConfig
from calid_core.models.device import ComputeDevice
from calid_core.models.neighbours import GapFeatures
from calid_core.models.temporal import Role, TemporalMixer
from calid_core.training.cine_gaps import CineBank, CineBatch, make_cine_bank, random_cine_gaps
from calid_core.training.config import AutoencoderTraining, CalidTraining, TemporalTraining, TrainingConfig
from calid_core.training.loop import Run
from calid_core.training.objective import motion_error
from calid_core.training.pack import PackedVolume
from calid_core.training.temporal_loop import train_temporal
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL

PHASES, SLICES = 10, 5
PLAIN = CalidTraining(crop=16, gap_shares=(1.0, 0.0, 0.0))
CONDITIONAL = TINY_CONDITIONAL


def cine(subject: str, *, validation: bool = False, thickness: float = 8.0) -> list[PackedVolume]:
    """Every slice constant: ten for each slice, one for each phase."""
    return [
        PackedVolume(
            subject,
            phase,
            np.broadcast_to(10 * np.arange(SLICES, dtype=np.uint8)[:, None, None] + phase, (SLICES, 40, 40)),
            1.4,
            10.0,
            thickness,
            (8, 32, 8, 32),
            validation,
            phase / PHASES,
        )
        for phase in range(PHASES)
    ]


@pytest.fixture
def bank() -> CineBank:
    return make_cine_bank([*cine("a"), *cine("b", thickness=0.0)], torch.device("cpu"))


def batch_of(bank: CineBank, seed: int, **changes: float) -> CineBatch:
    generator, noise = (torch.Generator().manual_seed(seed) for _ in range(2))
    plain = {"noise": 0.0, "mistimed": 0.0, "pair_share": 0.0}
    config = TemporalTraining(phases=6, **{**plain, **changes})
    return random_cine_gaps(bank, generator, noise, PLAIN, config, 2)


def test_volumes_of_a_subject_are_one_cine(bank):
    assert bank.volumes == (tuple(range(PHASES)), tuple(range(PHASES, 2 * PHASES)))
    assert bank.whole == (True, False)


def test_hidden_slices_follow_the_phases_of_their_gap(bank):
    for seed in range(5):
        gaps = batch_of(bank, seed).gaps
        # Intensities of an item change by one gain and one exponent: steps in time and space stay in proportion.
        levels = gaps.hidden[:, 0].mean(dim=(1, 2)).reshape(2, 6)
        assert (levels[:, 4] > levels[:, 5]).all()  # the relaxed, bright and the contracted heart
        rising = (levels[:, :4].diff(dim=1) > 0).sum(dim=1)
        assert (rising >= 2).all()  # all but the step over the end of the cycle


def test_a_window_knows_the_phases_it_holds(bank):
    batch = batch_of(bank, 0)
    assert len(batch.others) == 12
    for item, others in enumerate(batch.others):
        assert {other.phase // 6 for other in others} <= {item // 6}
        for other in others:
            if other.role is Role.NEAR and other.phase % 6 < 4 and item % 6 < 4:
                assert other.offset == pytest.approx((other.phase - item) / PHASES)
            if other.role is not Role.NEAR:
                assert other.phase % 6 == {Role.RELAXED: 4, Role.CONTRACTED: 5}[other.role]


def test_pairs_are_the_relaxed_and_the_contracted_heart_of_more_gaps(bank):
    batch = batch_of(bank, 0, pair_share=1.0)
    assert batch.phases == 2
    assert [[(o.phase, o.role) for o in others] for others in batch.others[:4]] == [
        [(1, Role.CONTRACTED)],
        [(0, Role.RELAXED)],
        [(3, Role.CONTRACTED)],
        [(2, Role.RELAXED)],
    ]
    levels = batch.gaps.hidden[:, 0].mean(dim=(1, 2)).reshape(6, 2)
    assert (levels[:, 0] > levels[:, 1]).all()


def test_conditioning_equals_asking_phase_by_phase(bank):
    torch.manual_seed(0)
    temporal = TemporalMixer(TemporalConfig(widths=(4, 4, 4), embedding=8)).requires_grad_(False)
    for parameter in temporal.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    batch = batch_of(bank, 1)
    features = GapFeatures(tuple(torch.randn(2, 12, 4, 4, 4) for _ in range(3)))
    together = batch.condition(temporal, features)
    for item, others in enumerate(batch.others):
        own = features.select(torch.tensor([item]))
        alone = temporal(
            own,
            [features.select(torch.tensor([other.phase])) for other in others],
            torch.tensor([[other.offset] for other in others]),
            torch.tensor([[other.role] for other in others]),
        )
        for level, expected in zip(together.levels, alone.levels, strict=True):
            torch.testing.assert_close(level[:, item : item + 1], expected, atol=1e-5, rtol=1e-5)


def test_mistimed_slices_come_from_a_neighbouring_phase(bank):
    right, late = batch_of(bank, 2), batch_of(bank, 2, mistimed=1.0)
    assert torch.equal(right.gaps.hidden, late.gaps.hidden)
    assert (right.gaps.acquired != late.gaps.acquired).flatten(2).any(dim=2).all()


def test_motion_error_is_one_for_linear_interpolation_and_nothing_for_the_truth(bank):
    gaps = batch_of(bank, 3).gaps
    other = gaps.hidden + torch.rand(gaps.hidden.shape, generator=torch.Generator().manual_seed(0))
    assert float(motion_error(other, gaps, other, 6)) == pytest.approx(1.0, abs=0.05)
    assert float(motion_error(gaps.hidden, gaps, other, 6)) == 0.0
    # A constant error is no error of motion.
    assert float(motion_error(gaps.hidden + 0.2, gaps, other, 6)) == pytest.approx(0.0, abs=1e-6)


def test_training_changes_the_temporal_layers_and_nothing_else(tmp_path):
    torch.manual_seed(0)
    autoencoder = Autoencoder(TINY_AUTOENCODER)
    device = ComputeDevice(torch.device("cpu"), torch.bfloat16, "CPU")
    model = CalidModel(autoencoder, ConditionalNetwork(CONDITIONAL), Calibration(), "tiny", device)
    for parameter in model.conditional.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    for network in (model.autoencoder, model.conditional):
        network.requires_grad_(False)
    before = {name: value.clone() for name, value in model.conditional.state_dict().items()}
    config = TrainingConfig(
        AutoencoderTraining(),
        PLAIN,
        TemporalTraining(
            TemporalConfig(widths=(8, 8, 8), embedding=8), gaps=1, phases=4, validate_every=1000
        ),
    )
    volumes = [*cine("a"), *cine("b", validation=True)]
    trained = train_temporal(volumes, model, config, Run(tmp_path, torch.device("cpu"), 0.02))
    assert all(torch.equal(before[name], value) for name, value in model.conditional.state_dict().items())
    assert any(level.correct.weight.abs().max() > 0 for level in trained.levels)
    assert "motion_psnr" in (tmp_path / "temporal.csv").read_text()


@pytest.mark.parametrize("changes", [{"phases": 7}, {"phases": 2}, {"pair_share": 1.5}])
def test_windows_without_room_for_the_extremes_are_refused(changes):
    with pytest.raises(ValueError, match="must be"):
        TemporalTraining(**changes)
