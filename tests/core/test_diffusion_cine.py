"""Synthesis of whole cines: what phases know of each other, and what must not matter."""

import numpy as np
import pytest
import torch

from calid_core.diffusion import gap_work, synthesis
from calid_core.diffusion.noise import Purpose, white_noise
from calid_core.diffusion.synthesis import Drawing, SlicePositions, Synthesis, Target, synthesise_cine
from calid_core.diffusion.target_batch import KeptNoise, in_parts
from calid_core.errors import Cancelled
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import Calibration, CalidModel
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.device import ComputeDevice
from calid_core.progress import CancelToken
from calid_core.settings import Mode
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL

PHASES = 12
TARGETS = (Target(0, 0.5), Target(1, 0.25), Target(1, 0.75))
CALIBRATION = Calibration(1.3, start_time=0.5, mean_time_share=0.2, sample_time_share=0.1)
POSITIONS = SlicePositions((0.0, 10.0, 20.0), 8.0)


@pytest.fixture(scope="module")
def model() -> CalidModel:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        autoencoder = Autoencoder(TINY_AUTOENCODER)
        conditional = ConditionalNetwork(TINY_CONDITIONAL)
        for parameter in conditional.parameters():
            torch.nn.init.normal_(parameter, std=0.05)
    for network in (autoencoder, conditional):
        network.requires_grad_(False).eval()
    device = ComputeDevice(torch.device("cpu"), torch.float32, "CPU")
    return CalidModel(autoencoder, conditional, CALIBRATION, "test", device)


@pytest.fixture(scope="module")
def cine() -> np.ndarray:
    return np.random.default_rng(0).random((PHASES, 3, 16, 16), dtype=np.float32)


def synthesise(
    model: CalidModel,
    cine: np.ndarray,
    *,
    order: tuple[int, ...] | None = None,
    mode: Mode = Mode.FIDELITY,
    batch_size: int = 8,
    cancel: CancelToken | None = None,
    seen: list[tuple[int, int]] | None = None,
    fractions: np.ndarray | None = None,
) -> dict[int, Synthesis]:
    steps = [] if seen is None else seen
    made = synthesise_cine(
        model,
        lambda phase: cine[phase],
        np.arange(len(cine)) / len(cine) if fractions is None else fractions,
        tuple(range(len(cine))) if order is None else order,
        POSITIONS,
        TARGETS,
        Drawing(mode, 2, 1, 0),
        batch_size=batch_size,
        cancel=cancel or CancelToken(),
        on_step=lambda done, total: steps.append((done, total)),
    )
    return {phase.phase: phase for phase in made}


@pytest.mark.parametrize("mode", list(Mode))
def test_the_phases_about_a_phase_matter(model, cine, mode):
    changed = cine.copy()
    changed[3] = changed[3, :, ::-1]
    before, after = synthesise(model, cine, mode=mode), synthesise(model, changed, mode=mode)
    differs = [not np.array_equal(before[p].intensity, after[p].intensity) for p in range(PHASES)]
    assert [p for p, different in enumerate(differs) if different] == [2, 3, 4]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_single_phase_is_what_the_model_of_one_phase_makes(model, cine, mode):
    alone = synthesise(model, cine[:1], mode=mode)[0]
    without = synthesise(model.frame_by_frame(), cine[:1], mode=mode)[0]
    assert np.array_equal(alone.intensity, without.intensity)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_heart_that_stands_still_is_what_the_model_of_one_phase_makes(model, cine, mode):
    still = np.repeat(cine[:1], PHASES, axis=0)
    expected = synthesise(model.frame_by_frame(), cine[:1], mode=mode)[0]
    for phase in synthesise(model, still, mode=mode).values():
        assert np.array_equal(phase.intensity, expected.intensity)


def test_the_order_of_phases_changes_nothing(model, cine):
    forward = synthesise(model, cine)
    elsewhere = synthesise(model, cine, order=(7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6))
    for phase in range(PHASES):
        assert np.array_equal(forward[phase].intensity, elsewhere[phase].intensity)


def test_asking_for_some_phases_gives_what_the_whole_cine_gives(model, cine):
    whole, some = synthesise(model, cine), synthesise(model, cine, order=(5, 0))
    assert sorted(some) == [0, 5]
    for phase, made in some.items():
        assert np.array_equal(made.intensity, whole[phase].intensity)


def test_turning_the_cycle_turns_the_result(model, cine):
    turned = synthesise(model, np.roll(cine, 4, axis=0))
    for phase, made in synthesise(model, cine).items():
        np.testing.assert_allclose(turned[(phase + 4) % PHASES].intensity, made.intensity, atol=1e-5)


def test_the_batch_size_changes_nothing(model, cine):
    together, single = synthesise(model, cine), synthesise(model, cine, batch_size=1)
    for phase in range(PHASES):
        np.testing.assert_allclose(single[phase].intensity, together[phase].intensity, atol=1e-5)


@pytest.mark.parametrize("phases", [1, 2, 3, 60])
def test_any_number_of_phases_is_made(model, phases):
    cine = np.random.default_rng(2).random((phases, 3, 16, 16), dtype=np.float32)
    made = synthesise(model, cine)
    assert sorted(made) == list(range(phases))
    assert all(np.isfinite(phase.intensity).all() for phase in made.values())


def test_each_phase_is_estimated_once_and_no_more_than_five_are_kept(model, monkeypatch):
    cine = np.random.default_rng(3).random((40, 3, 16, 16), dtype=np.float32)
    kept, encoded = [], []
    forget, encode = synthesis._Run.forget_all_but, synthesis.encode_phase

    def counting(run, phases):
        kept.append(len(run.latents))
        forget(run, phases)

    monkeypatch.setattr(synthesis._Run, "forget_all_but", counting)
    monkeypatch.setattr(synthesis, "encode_phase", lambda *args: encoded.append(1) or encode(*args))
    synthesise(model, cine)
    # The one that is made, those before and after it, and of the circle the first and the last.
    assert max(kept) <= 5
    assert len(encoded) == 40


def noise_drawn(model, cine, monkeypatch) -> tuple[int, dict[int, Synthesis]]:
    """How many planes of noise are drawn for samples of a cine, and the samples."""
    drawn: list[object] = []

    def counted(*arguments, **options):
        drawn.append(options)
        return white_noise(*arguments, **options)

    monkeypatch.setattr(gap_work, "white_noise", counted)
    made = synthesise(model, cine, mode=Mode.REALISM, batch_size=2)
    return len(drawn), made


def test_noise_is_made_once_for_all_phases_as_far_as_memory_is_given_to_it(model, cine, monkeypatch):
    once, _ = noise_drawn(model, cine[:1], monkeypatch)
    kept, made = noise_drawn(model, cine, monkeypatch)
    assert kept == once
    monkeypatch.setattr(synthesis, "KEPT_NOISE", 0)
    anew, again = noise_drawn(model, cine, monkeypatch)
    assert anew == len(cine) * once
    assert all(np.array_equal(made[phase].intensity, again[phase].intensity) for phase in made)


def test_noise_is_kept_for_its_purpose_sample_and_batch():
    positions = SlicePositions((0.0, 10.0, 20.0), 8.0)
    one, other = in_parts([Target(0, 0.5), Target(1, 0.5)], positions, 1, torch.device("cpu")).targets
    keys = [
        (Purpose.START, 0, one),
        (Purpose.START, 1, one),
        (Purpose.REGIONS, 0, one),
        (Purpose.START, 0, other),
    ]
    noise, count = KeptNoise(limit=1000), iter(range(10))
    for _ in range(2):
        found = [noise.of(*key, lambda: torch.tensor(next(count))) for key in keys]
        assert [int(value) for value in found] == [0, 1, 2, 3]


def test_noise_beyond_its_limit_is_not_kept():
    noise = KeptNoise(limit=40)
    made = [noise.of(Purpose.START, sample, None, lambda: torch.zeros(5)) for sample in (0, 1, 2)]
    assert [value.nbytes for value in made] == [20, 20, 20]
    assert [sample for _, sample, _ in noise.kept] == [0, 1]


def test_progress_counts_every_evaluation_of_the_cine(model, cine):
    seen: list[tuple[int, int]] = []
    synthesise(model, cine, mode=Mode.REALISM, batch_size=2, seen=seen)
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert {total for _, total in seen} == {len(seen)}


def test_cancelling_stops_before_the_next_evaluation(model, cine):
    cancel, seen = CancelToken(), []
    cancel.cancel()
    with pytest.raises(Cancelled):
        synthesise(model, cine, cancel=cancel, seen=seen)
    assert seen == []


def test_memory_that_runs_out_in_the_middle_of_a_cine_changes_nothing(model, cine, monkeypatch):
    batches, encode = [], synthesis.encode_phase

    def within_limits(model, slices, gaps, batch_size, before):
        batches.append(batch_size)
        if len(batches) > 4 and batch_size > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return encode(model, slices, gaps, batch_size, before)

    expected = synthesise(model, cine)
    monkeypatch.setattr(synthesis, "encode_phase", within_limits)
    seen: list[tuple[int, int]] = []
    made = synthesise(model, cine, seen=seen)
    assert set(batches) == {8, 4, 2}
    assert seen[-1] == (len(seen), len(seen))
    for phase in range(PHASES):
        np.testing.assert_allclose(made[phase].intensity, expected[phase].intensity, atol=1e-5)
