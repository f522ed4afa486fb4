import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from calid_core.diffusion import gap_work, synthesis
from calid_core.diffusion.encoding import CEILING, gap_places, padded_images
from calid_core.diffusion.noise import Purpose, white_noise
from calid_core.diffusion.synthesis import Drawing, SlicePositions, Synthesis, Target, synthesise_phase
from calid_core.diffusion.texture import texture_power
from calid_core.errors import Cancelled
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import Calibration, CalidModel
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.device import ComputeDevice
from calid_core.progress import CancelToken
from calid_core.settings import Mode
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL

TARGETS = (Target(0, 0.5), Target(1, 0.25), Target(1, 0.75), Target(2, 0.4))


@pytest.fixture(scope="module", params=[0.0, 0.7], ids=["from noise", "from warped neighbours"])
def model(request) -> CalidModel:
    start_time = request.param
    torch.manual_seed(0)
    autoencoder = Autoencoder(TINY_AUTOENCODER)
    conditional = ConditionalNetwork(TINY_CONDITIONAL)
    for parameter in conditional.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    return CalidModel(
        autoencoder.eval(),
        conditional.eval(),
        Calibration(1.3, 1.0, start_time),
        "test",
        ComputeDevice(torch.device("cpu"), torch.float32, "CPU"),
    )


def stack() -> np.ndarray:
    return np.random.default_rng(0).random((4, 21, 30), dtype=np.float32)


def synthesise(
    model: CalidModel,
    slices: np.ndarray,
    *,
    targets: tuple[Target, ...] = TARGETS,
    positions: tuple[float, ...] = (0.0, 10.0, 18.0, 28.0),
    mode: Mode = Mode.REALISM,
    seed: int = 0,
    batch_size: int = 8,
    samples: int = 1,
    cancel: CancelToken | None = None,
    steps_seen: list[tuple[int, int]] | None = None,
) -> Synthesis:
    seen = [] if steps_seen is None else steps_seen
    return synthesise_phase(
        model,
        slices,
        SlicePositions(positions, 8.0),
        targets,
        Drawing(mode, 2, samples, seed),
        batch_size=batch_size,
        cancel=cancel or CancelToken(),
        on_step=lambda done, total: seen.append((done, total)),
    )


@pytest.mark.parametrize("mode", list(Mode))
def test_any_size_is_returned_at_that_size(model, mode):
    made = synthesise(model, stack(), mode=mode)
    assert made.intensity.shape == (4, 21, 30)
    assert made.half_width.shape == (4, 21, 30)
    assert made.intensity.dtype == np.float32
    assert made.evaluations == (2 if mode is Mode.REALISM else 0)


@pytest.mark.parametrize("factor", [2, 3, 8])
def test_any_size_is_returned_at_that_size_whatever_one_latent_pixel_stands_for(model, factor):
    other = replace(
        model,
        autoencoder=Autoencoder(replace(TINY_AUTOENCODER, factor=factor)),
        conditional=ConditionalNetwork(replace(TINY_CONDITIONAL, pixels=factor**2)),
    )
    made = synthesise(other, np.tile(stack(), (1, 2, 1)))
    assert made.intensity.shape == made.half_width.shape == (4, 42, 30)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_batch_size_changes_nothing(model, mode):
    together = synthesise(model, stack(), mode=mode, samples=2)
    single = synthesise(model, stack(), mode=mode, samples=2, batch_size=1)
    np.testing.assert_allclose(together.intensity, single.intensity, atol=1e-5)
    np.testing.assert_allclose(together.half_width, single.half_width, atol=1e-5)


def test_the_order_of_targets_changes_nothing(model):
    order = [2, 0, 3, 1]
    shuffled = synthesise(model, stack(), targets=tuple(TARGETS[i] for i in order))
    sorted_ = synthesise(model, stack())
    np.testing.assert_allclose(shuffled.intensity, sorted_.intensity[order], atol=1e-5)
    np.testing.assert_allclose(shuffled.half_width, sorted_.half_width[order], atol=1e-5)


def test_reversing_the_stack_reverses_the_posterior_mean(model):
    forward = synthesise(model, stack(), mode=Mode.FIDELITY)
    backward = synthesise(
        model,
        stack()[::-1],
        targets=tuple(Target(2 - t.gap, 1.0 - t.alpha) for t in reversed(TARGETS)),
        positions=(0.0, 10.0, 18.0, 28.0)[::-1],
        mode=Mode.FIDELITY,
    )
    np.testing.assert_allclose(backward.intensity[::-1], forward.intensity, atol=1e-4)


def test_in_sixteen_bits_reversing_the_stack_reverses_the_posterior_mean_to_the_bit(model):
    rough = replace(model, compute=ComputeDevice(torch.device("cpu"), torch.bfloat16, "CPU"))
    # Shares whose complements are exact.
    targets = tuple(Target(gap, alpha) for gap in range(3) for alpha in (0.25, 0.5, 0.75))
    forward = synthesise(rough, stack(), targets=targets, mode=Mode.FIDELITY)
    backward = synthesise(
        rough, stack()[::-1], targets=targets, positions=(28.0, 18.0, 10.0, 0.0), mode=Mode.FIDELITY
    )
    np.testing.assert_array_equal(backward.intensity[::-1], forward.intensity)
    np.testing.assert_array_equal(backward.half_width[::-1], forward.half_width)


def test_reversing_the_stack_and_its_noise_reverses_the_sample(model, monkeypatch):
    forward = synthesise(model, stack())

    def mirrored(shape, *, seed, plane, sample=0, purpose=Purpose.START):
        # Planes are numbered from below, gaps by the plane below them; the field decides for the lower slice where low.
        last = 3 if purpose is Purpose.START else 2
        noise = white_noise(shape, seed=seed, plane=last - plane, sample=sample, purpose=purpose)
        return noise if purpose is Purpose.START else -noise

    monkeypatch.setattr(gap_work, "white_noise", mirrored)
    backward = synthesise(
        model,
        stack()[::-1],
        targets=tuple(Target(2 - t.gap, 1.0 - t.alpha) for t in reversed(TARGETS)),
        positions=(0.0, 10.0, 18.0, 28.0)[::-1],
    )
    np.testing.assert_allclose(backward.intensity[::-1], forward.intensity, atol=1e-4)


def test_the_same_seed_gives_the_same_slices_and_another_seed_others(model):
    first = synthesise(model, stack(), seed=3).intensity
    assert np.array_equal(first, synthesise(model, stack(), seed=3).intensity)
    assert not np.allclose(first, synthesise(model, stack(), seed=4).intensity, atol=1e-3)


def test_several_samples_keep_the_first_and_the_level_of_the_interval(model):
    one, three = synthesise(model, stack()), synthesise(model, stack(), samples=3)
    np.testing.assert_allclose(one.intensity, three.intensity, atol=1e-5)
    padded = three.half_width.mean() / one.half_width.mean()
    assert padded == pytest.approx(1.0, abs=0.1)
    assert three.evaluations == 6


def test_a_sample_that_starts_at_its_end_is_the_first_guess(model, monkeypatch):
    guessed, drawn = [], []

    def guess(work, batch, mean, detail, sample):
        guessed.append(torch.randn(mean.shape, generator=torch.Generator().manual_seed(5)))
        return guessed[0]

    def record(work, latents):
        drawn.extend(latents.drawn)
        return decode(work, latents)

    decode = gap_work.decode_latents
    monkeypatch.setattr(gap_work, "guessed_latent", guess)
    monkeypatch.setattr(synthesis, "decode_latents", record)
    synthesise(replace(model, calibration=Calibration(start_time=1.0)), stack())
    torch.testing.assert_close(drawn, guessed, atol=1e-4, rtol=0)


def test_the_first_guess_is_made_of_the_slices_below_and_above(model, monkeypatch):
    seen = []

    def record(lower, upper, mean, field, alpha, *, sharpness):
        seen.append((lower, upper, alpha.tolist(), sharpness))
        return mean

    still = copy.deepcopy(model.conditional)
    for parameter in still.warp_head.second.parameters():
        torch.nn.init.zeros_(parameter)  # nothing is moved into place
    monkeypatch.setattr(gap_work, "composite", record)
    calibration = Calibration(start_time=0.5, sharpness=0.25)
    synthesise(replace(model, conditional=still, calibration=calibration), stack())
    ((lower, upper, alpha, sharpness),) = seen
    own = padded_images(stack(), 16)
    below = [target.gap for target in TARGETS]
    torch.testing.assert_close(lower, own[below], atol=1e-4, rtol=0)
    torch.testing.assert_close(upper, own[[gap + 1 for gap in below]], atol=1e-4, rtol=0)
    assert alpha == pytest.approx([target.alpha for target in TARGETS])
    assert sharpness == 0.25


def test_slices_on_either_side_of_an_acquired_one_start_from_the_same_noise(model, monkeypatch):
    started = []

    def record(velocity, start, steps, before_evaluation, begin):
        started.append(start)
        return start

    monkeypatch.setattr(gap_work, "integrate", record)
    either_side = (Target(0, 0.999), Target(1, 0.001), Target(1, 0.999), Target(2, 0.001))
    synthesise(replace(model, calibration=Calibration()), stack(), targets=either_side)
    below_first, above_first, below_second, above_second = started[0]
    torch.testing.assert_close(below_first, above_first, atol=0.02, rtol=0)
    torch.testing.assert_close(below_second, above_second, atol=0.02, rtol=0)
    assert (above_first - below_second).abs().mean() > 0.5


def test_half_widths_grow_with_the_calibrated_factor(model):
    wider = replace(model, calibration=replace(model.calibration, interval_factor=2.6))
    half_widths = [synthesise(m, stack(), mode=Mode.FIDELITY).half_width for m in (model, wider)]
    np.testing.assert_allclose(half_widths[1], 2.0 * half_widths[0], rtol=1e-5)


def test_the_interval_is_wider_where_samples_differ(model):
    width = torch.ones(1, 1, 2, 2)
    drawn = torch.tensor([0.0, 1.0])[:, None, None, None, None] * torch.tensor([[0.0, 1.0], [1.0, 2.0]])
    # Half from the calibrated width, half from the spread with the same mean.
    expected = torch.tensor([[0.5, 1.0], [1.0, 1.5]])
    torch.testing.assert_close(gap_work.shaped_by_spread(width, drawn)[0, 0], expected)
    one, two = (synthesise(model, stack(), samples=samples).half_width for samples in (1, 2))
    assert not np.allclose(one, two, rtol=0.01)


def test_a_sample_has_the_texture_of_its_neighbours_by_their_nearness(model, monkeypatch):
    wanted = []

    def record(images, power):
        wanted.append(power)
        return torch.full_like(images, 7.0)

    monkeypatch.setattr(gap_work, "with_texture", record)
    marked = synthesise(model, stack(), samples=2)
    own = texture_power(padded_images(stack(), 16))
    for power, target in zip(wanted[0], TARGETS, strict=True):
        expected = (1.0 - target.alpha) * own[target.gap] + target.alpha * own[target.gap + 1]
        torch.testing.assert_close(power, expected)
    assert (marked.intensity == 7.0).all()
    monkeypatch.undo()
    # Intervals are those of what was drawn, not of what is shown.
    np.testing.assert_array_equal(marked.half_width, synthesise(model, stack(), samples=2).half_width)
    wanted.clear()
    synthesise(model, stack(), mode=Mode.FIDELITY)
    assert not wanted


def test_cancelling_stops_before_the_next_evaluation(model):
    cancel, seen = CancelToken(), []
    cancel.cancel()
    with pytest.raises(Cancelled):
        synthesise(model, stack(), cancel=cancel, steps_seen=seen)
    assert seen == []


def test_progress_ends_at_its_total(model):
    seen: list[tuple[int, int]] = []
    synthesise(model, stack(), batch_size=2, steps_seen=seen)
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1] == (len(seen), len(seen))


def test_no_targets_give_no_slices(model):
    assert synthesise(model, stack(), targets=()).intensity.shape == (0, 21, 30)


def test_two_slices_are_enough(model):
    made = synthesise(model, stack()[:2], targets=(Target(0, 0.5),), positions=(0.0, 10.0))
    assert np.isfinite(made.intensity).all()


def test_without_starting_noise_every_seed_gives_the_same_slices(model):
    quiet = replace(model, calibration=Calibration(noise_scale=0.0))
    assert np.array_equal(
        synthesise(quiet, stack(), seed=3).intensity, synthesise(quiet, stack(), seed=4).intensity
    )


def test_slices_beyond_the_ends_of_the_stack_are_told_to_be_absent():
    found = gap_places(SlicePositions((0.0, 10.0, 18.0), 8.0), (0, 1), torch.device("cpu"))
    assert found.present.tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert found.distances.tolist() == [[0.0, 10.0, 8.0], [10.0, 8.0, 0.0]]


def test_what_is_brighter_or_darker_than_any_training_slice_is_clipped_for_the_networks():
    assert padded_images(np.full((1, 16, 16), 7.0, np.float32), 16).max().item() == pytest.approx(CEILING)
    assert padded_images(np.full((1, 16, 16), -7.0, np.float32), 16).min().item() == 0.0


@pytest.mark.parametrize("size", [(8, 30), (30, 8)])
def test_images_smaller_than_what_they_lack_are_continued_by_their_edges(size):
    image = np.random.default_rng(0).random((1, *size), dtype=np.float32)
    padding = ((0, 0), *((0, -side % 16) for side in size))
    np.testing.assert_array_equal(padded_images(image, 16)[:, 0], np.pad(image, padding, mode="edge"))
