"""Mathematics of the comparators; no trained network is needed."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import comparators
from benchmarks.comparator_training import published_loss, regression_loss, save_comparator
from benchmarks.cost import VolumeCost
from benchmarks.dmcvr_cost import (
    ENCODING_STEPS,
    DmcvrConfig,
    DmcvrDenoiser,
    evaluations,
)
from benchmarks.quality import cost_table
from calid_core.errors import CalidError, CheckpointError, OutputError, SettingsError
from calid_core.evaluation.comparators.latent import LatentInterpolation, linear, spherical
from calid_core.evaluation.comparators.published import (
    TRAINING_STEPS,
    Published,
    PublishedConfig,
    PublishedNetwork,
    ddim_step,
    noised,
    signal_levels,
)
from calid_core.evaluation.comparators.regression import Regression, RegressionConfig, RegressionNetwork
from calid_core.evaluation.comparators.surroundings import surroundings
from calid_core.evaluation.comparators.weights import comparator_file, load_comparator
from calid_core.evaluation.holdout import hold_out
from calid_core.evaluation.methods import MethodOptions, build_methods
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.device import ComputeDevice
from calid_core.training.config import CalidTraining
from calid_core.training.gaps import GapBatch
from calid_core.training.pack import write_pack
from tests.core.evaluation_cases import ball_case
from tests.core.test_training_command import volume
from tests.core.tiny_networks import TINY_AUTOENCODER

CPU = ComputeDevice(torch.device("cpu"), torch.float32, "CPU")
SMALL = RegressionConfig(widths=(8, 8, 8), blocks=(1, 1, 1), embedding=8)
SMALL_PUBLISHED = PublishedConfig(latent_channels=4, widths=(8, 8, 8), blocks=(1, 1, 1), embedding=8)


def small_autoencoder() -> Autoencoder:
    torch.manual_seed(0)
    config = TINY_AUTOENCODER
    return Autoencoder(config).eval()


def test_an_untrained_regression_network_is_linear_interpolation() -> None:
    held = hold_out(ball_case(phases=2))
    ours = Regression(RegressionNetwork(SMALL).eval(), CPU).predict(held.kept)
    (reference,) = build_methods(["linear"])
    np.testing.assert_allclose(ours.intensity, reference.predict(held.kept).intensity, atol=1e-6)


def test_absent_far_slices_do_not_reach_the_regression_network() -> None:
    torch.manual_seed(1)
    network = RegressionNetwork(SMALL)
    torch.nn.init.normal_(network.exit.weight)
    gap = surroundings(hold_out(ball_case()).kept, 0, torch.device("cpu"))
    assert gap.present[0].tolist() == [0.0, 1.0]
    changed = gap.latents.clone()
    changed[0, 0] += 1.0
    alpha = torch.full((len(changed),), 0.5)
    other = type(gap)(changed, gap.present, gap.distances, gap.thickness)
    torch.testing.assert_close(network(gap, alpha), network(other, alpha))


def test_surroundings_are_the_four_slices_about_each_gap_and_their_distances() -> None:
    kept = hold_out(ball_case()).kept
    gap = surroundings(kept, 0, torch.device("cpu"))
    assert gap.latents.shape == (4, 4, 1, 64, 64)
    np.testing.assert_array_equal(gap.latents[1, :, 0], kept.intensity[0, 0:4])
    np.testing.assert_array_equal(gap.latents[0, :2, 0], kept.intensity[0, [0, 0]])
    assert gap.distances.tolist() == [[0, 10, 10], [10, 10, 10], [10, 10, 10], [10, 10, 0]]


def test_a_spherical_mean_of_perpendicular_latents_keeps_their_norm() -> None:
    lower, upper = torch.zeros(2, 1, 3, 2, 2)
    lower[:, 0], upper[:, 1] = 1.0, 1.0
    middle = spherical(lower, upper, 0.5)
    assert float(middle.norm()) == pytest.approx(float(lower.norm()))
    assert float(linear(lower, upper, 0.5).norm()) == pytest.approx(float(lower.norm()) / np.sqrt(2))


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_a_spherical_path_starts_and_ends_at_the_latents_at_constant_speed(alpha: float) -> None:
    lower, upper = torch.zeros(2, 1, 2, 1, 1)
    lower[0, 0], upper[0, 1] = 2.0, 2.0
    expected = 2.0 * torch.tensor([np.cos(alpha * np.pi / 2), np.sin(alpha * np.pi / 2)])
    torch.testing.assert_close(spherical(lower, upper, alpha).flatten(), expected.float())


def test_spherical_interpolation_of_a_latent_with_itself_is_that_latent() -> None:
    latent = torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(spherical(latent, latent, 0.3), latent)


def test_latent_interpolation_between_equal_slices_is_their_reconstruction() -> None:
    autoencoder = small_autoencoder()
    kept = hold_out(ball_case()).kept
    flat = type(kept)(
        np.repeat(kept.intensity[:, :1], kept.slices, axis=1), kept.geometry, kept.phase_times, kept.source
    )
    predicted = LatentInterpolation("l", autoencoder, CPU, True).predict(flat).intensity
    image = torch.from_numpy(flat.intensity[0, :1, None].copy())
    with torch.inference_mode():
        expected = autoencoder.decode(autoencoder.encode(image))
    np.testing.assert_allclose(predicted[0, 0], expected[0, 0].numpy(), atol=1e-5)


def test_signal_levels_fall_from_nearly_all_to_nearly_nothing() -> None:
    levels = signal_levels(torch.device("cpu"))
    assert len(levels) == TRAINING_STEPS
    assert bool((levels.diff() < 0).all())
    assert float(levels[0]) > 0.999
    assert float(levels[-1]) < 0.006


def test_a_ddim_step_with_the_true_noise_lands_on_the_same_path() -> None:
    generator = torch.Generator().manual_seed(0)
    clean, noise = torch.randn(2, 3, 4, 8, 8, generator=generator)
    levels = signal_levels(torch.device("cpu"))
    state = noised(clean, noise, levels[900].expand(3))
    torch.testing.assert_close(
        ddim_step(state, noise, levels[900], levels[300]), noised(clean, noise, levels[300].expand(3))
    )
    torch.testing.assert_close(
        ddim_step(state, noise, levels[900], torch.ones(())), clean, atol=1e-4, rtol=1e-4
    )


def test_the_published_method_repeats_with_its_seed() -> None:
    kept = hold_out(ball_case(slices=5)).kept
    torch.manual_seed(2)
    network = PublishedNetwork(SMALL_PUBLISHED).eval()
    torch.nn.init.normal_(network.exit.weight, std=0.02)
    first, again, other = (
        Published(network, small_autoencoder(), CPU, seed).predict(kept).intensity for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


def test_only_methods_that_draw_tell_denoiser_evaluations() -> None:
    kept, autoencoder = hold_out(ball_case(slices=5)).kept, small_autoencoder()
    network = PublishedNetwork(SMALL_PUBLISHED).eval()
    denoised: list[int] = []
    with network.register_forward_hook(lambda _module, inputs, _output: denoised.append(len(inputs[0]))):
        told = Published(network, autoencoder, CPU).predict(kept).evaluations
    assert told * (kept.slices - 1) == sum(denoised) == 50 * (kept.slices - 1)
    for method in (
        Regression(RegressionNetwork(SMALL).eval(), CPU),
        LatentInterpolation("latent-linear", autoencoder, CPU, False),
    ):
        assert method.predict(kept).evaluations == 0


def test_the_conditioning_of_the_published_method_reaches_its_noise() -> None:
    torch.manual_seed(3)
    network = PublishedNetwork(SMALL_PUBLISHED).eval()
    torch.nn.init.normal_(network.exit.weight, std=0.1)
    state, lower, upper = torch.randn(3, 1, 4, 16, 16)
    step = torch.tensor([500])
    base = network(state, step, network.condition(lower, upper))
    assert not torch.allclose(base, network(state, step, network.condition(lower, upper + 1.0)))


def test_comparator_weights_return_from_their_file(tmp_path: Path) -> None:
    folder = tmp_path
    network = RegressionNetwork(SMALL)
    torch.nn.init.normal_(network.exit.weight)
    save_comparator(comparator_file(folder, "regression"), network)
    loaded = load_comparator(
        comparator_file(folder, "regression"), RegressionNetwork(SMALL), torch.device("cpu")
    )
    torch.testing.assert_close(loaded.exit.weight, network.exit.weight, atol=1e-2, rtol=1e-2)


def test_weights_trained_beside_another_autoencoder_are_refused(tmp_path: Path) -> None:
    path = comparator_file(tmp_path, "calid-published")
    save_comparator(path, PublishedNetwork(SMALL_PUBLISHED), autoencoder="one")
    device = torch.device("cpu")
    load_comparator(path, PublishedNetwork(SMALL_PUBLISHED), device, autoencoder="one")
    other = replace(SMALL_PUBLISHED, latent_channels=6)
    for config in (SMALL_PUBLISHED, other):
        with pytest.raises(CheckpointError, match="another autoencoder than that of the model"):
            load_comparator(path, PublishedNetwork(config), device, autoencoder="two")
    with pytest.raises(
        CheckpointError, match=r"another network \(size mismatch for [^\n]*\); train it again"
    ):
        load_comparator(path, PublishedNetwork(other), device, autoencoder="one")


@pytest.mark.parametrize(
    ("slices", "message"),
    [
        ({}, "holds 0 training and 0 validation subjects, at least 1 and 1 are needed"),
        ({1: 7}, "holds 1 training and 0 validation subjects"),
        ({1: 7, 5: 2}, "holds patient005 for validation with 2 slices, at least 3 are needed to hide one"),
        ({1: 3, 5: 7}, "gap_shares has gaps over 3 slice distances, for which no training volume has slices"),
    ],
)
def test_comparators_are_trained_on_no_pack_that_calid_is_not(
    slices: dict[int, int], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pack(tmp_path / "pack.npz", [volume(*patient) for patient in slices.items()])
    places = [(f"--{name}", str(tmp_path / name)) for name in ("run", "weights")]
    words = ["--pack", str(tmp_path / "pack.npz"), *places[0], *places[1], "--time-budget", "1"]
    monkeypatch.setattr("sys.argv", ["comparators", "regression", *words, "--device", "cpu"])
    with pytest.raises(CalidError, match=message):
        comparators.main()


def test_weights_that_cannot_be_written_are_told_before_they_are_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights").write_text("something else")
    words = ["regression", "--pack", "absent.npz", "--run", str(tmp_path / "run"), "--time-budget", "1"]
    monkeypatch.setattr("sys.argv", ["comparators", *words, "--weights", str(tmp_path / "weights")])
    with pytest.raises(OutputError, match=r"--weights: cannot write into \S+: weights is no folder"):
        comparators.main()


@pytest.mark.skipif(sys.platform == "win32", reason="no permissions of groups there")
def test_weights_can_be_read_by_whom_other_files_can(tmp_path: Path) -> None:
    path, other = tmp_path / "deep" / "regression.safetensors", tmp_path / "other"
    save_comparator(path, RegressionNetwork(SMALL))
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode


def test_missing_comparator_weights_are_named_with_the_remedy() -> None:
    with pytest.raises(SettingsError, match="--comparators"):
        build_methods(["regression"], MethodOptions())


def test_the_earlier_method_is_built_at_any_size_and_keeps_the_image_size() -> None:
    config = DmcvrConfig(base=8, multipliers=(1, 2), blocks=1, embedding=8, attention_side=8, groups=4)
    network = DmcvrDenoiser(config, 16)
    assert network(torch.randn(2, 1, 16, 16), torch.randn(2, 8)).shape == (2, 1, 16, 16)


def test_the_earlier_method_encodes_acquired_slices_in_20_to_100_steps_and_decodes_new_ones_in_100() -> None:
    assert [evaluations(10, 70, encoding_steps=steps) for steps in ENCODING_STEPS] == [7200, 8000]


def test_the_cost_is_compared_with_both_ends_of_the_earlier_method() -> None:
    costs = [
        VolumeCost("ours", "CPU", 10.0, 63, measured=True),
        VolumeCost("earlier, 20", "CPU", 6500.0, 6500, measured=False),
        VolumeCost("earlier, 100", "CPU", 7300.0, 7300, measured=False),
    ]
    assert [row[-1] for row in cost_table(costs).rows] == ["650 to 730", "–", "–"]


def random_batch() -> GapBatch:
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(2, 4, 32, 32, generator=generator)
    return GapBatch(
        acquired=images,
        hidden=images[:, 1:3].mean(dim=1, keepdim=True) + 0.1,
        heart=torch.ones(2, 32, 32, dtype=torch.bool),
        present=torch.ones(2, 2),
        distances=torch.full((2, 3), 10.0),
        thickness=torch.zeros(2),
        gap=torch.arange(2),
        alpha=torch.full((2,), 0.5),
    )


def test_every_weight_of_the_comparators_learns() -> None:
    torch.manual_seed(4)
    batch, generator = random_batch(), torch.Generator().manual_seed(0)
    regression, published = RegressionNetwork(SMALL), PublishedNetwork(SMALL_PUBLISHED)
    for network in (regression, published):
        # Layers that start at zero would hide what lies before them.
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.05)
    regression_loss(regression, batch, CalidTraining()).backward()
    published_loss(published, small_autoencoder(), batch, generator).backward()
    for network in (regression, published):
        idle = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
        assert idle == []


def test_the_regression_loss_is_relative_to_linear_interpolation() -> None:
    batch = random_batch()
    loss = regression_loss(RegressionNetwork(SMALL), batch, CalidTraining(similarity_weight=0.0))
    # Each image's squared error, 0.1², over itself plus the floor of 0.01.
    assert loss.item() == pytest.approx(0.01 / 0.02, rel=1e-4)
