"""From training states to shipped weights."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from calid_core.cli import main
from calid_core.errors import CheckpointError, SettingsError
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import (
    AutoencoderHeader,
    Calibration,
    TrainingSummary,
    load_model,
    write_checkpoint,
)
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.device import choose_device
from calid_core.models.quantisation import half_precision_weights
from calid_core.models.weights import content_hash
from calid_core.settings import Device
from calid_core.training.export import export, mixed_weights, read_autoencoder
from calid_core.training.loop import state_file
from calid_core.training.origin import Origin
from calid_core.training.pack import PackedVolume, write_pack
from calid_core.training.state import Clock, load_state, save_state
from calid_core.training.teachers import read_teachers
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL

CONFIG = """[calid.model]
latent_channels = 4
widths = [8, 8, 8]
encoder_blocks = [1, 1, 1]
decoder_blocks = [1, 1, 1]
denoiser_widths = [8, 8]
denoiser_blocks = [1, 1]
embedding = 16
"""


def save_run(folder, value: float) -> ConditionalNetwork:
    """A run whose averaged weights are all ``value``."""
    network = ConditionalNetwork(TINY_CONDITIONAL)
    for parameter in network.parameters():
        torch.nn.init.constant_(parameter, value)
    optimiser = torch.optim.AdamW(network.parameters())
    save_state(
        state_file(folder, "calid"), ConditionalNetwork(TINY_CONDITIONAL), network, optimiser, Clock(7, 90.0)
    )
    autoencoder = Autoencoder(TINY_AUTOENCODER)
    header = AutoencoderHeader(TINY_AUTOENCODER, TrainingSummary())
    write_checkpoint(folder / "autoencoder.safetensors", half_precision_weights(autoencoder), header)
    return network


def test_each_run_has_its_share_in_every_weight(tmp_path):
    for name, value in (("a", 1.0), ("b", 2.0), ("c", 4.0)):
        network = save_run(tmp_path / name, value)
    weights, clock = mixed_weights(tmp_path / "a", {tmp_path / "b": 0.25, tmp_path / "c": 0.25})
    assert clock == Clock(7, 90.0)
    for name, _ in network.named_parameters():
        torch.testing.assert_close(weights[name], torch.full_like(weights[name], 2.0))


def beside(run, autoencoder):
    """Say in the state of ``run`` which autoencoder it was trained beside."""
    network, average = ConditionalNetwork(TINY_CONDITIONAL), ConditionalNetwork(TINY_CONDITIONAL)
    optimiser = torch.optim.AdamW(network.parameters())
    origin = Origin(content_hash(autoencoder / "autoencoder.safetensors"))
    save_state(state_file(run, "calid"), network, average, optimiser, Clock(7, 90.0), origin)


def test_networks_are_exported_mixed_and_learned_from_only_beside_their_own_autoencoder(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for run in (first, second):
        save_run(run, 1.0)
        beside(run, run)
    digest = content_hash(first / "autoencoder.safetensors")
    mixed_weights(first, {})
    read_teachers([first], TINY_CONDITIONAL, digest)
    told = "second/calid-state.safetensors was trained beside the autoencoder"
    with pytest.raises(CheckpointError, match=told):
        mixed_weights(first, {second: 0.5})
    with pytest.raises(CheckpointError, match=told):
        read_teachers([first, second], TINY_CONDITIONAL, digest)
    beside(second, first)
    with pytest.raises(CheckpointError, match=told):
        mixed_weights(second, {})


@pytest.mark.parametrize("shares", [(1.0,), (0.6, 0.5), (-0.1,), (0.0,)])
def test_shares_that_leave_nothing_or_take_away_are_refused(tmp_path, shares):
    runs = {tmp_path / str(number): share for number, share in enumerate(shares)}
    with pytest.raises(SettingsError, match="must be above 0, all together below 1"):
        mixed_weights(tmp_path, runs)


def volume(number: int) -> PackedVolume:
    images = np.random.default_rng(number).integers(0, 200, (7, 40, 40), dtype=np.uint8)
    return PackedVolume(f"patient{number}", 1, images, 1.4, 10.0, 0.0, (8, 32, 8, 32), validation=True)


@pytest.fixture
def command(tmp_path):
    torch.manual_seed(0)
    for name in ("a", "b"):
        save_run(tmp_path / name, 0.01)
    write_pack(tmp_path / "pack.npz", [volume(number) for number in (5, 10, 15)])
    (tmp_path / "tiny.toml").write_text(CONFIG)
    return [
        *("train", "export", str(tmp_path / "a"), "--pack", str(tmp_path / "pack.npz"), "--device", "cpu"),
        *("--config", str(tmp_path / "tiny.toml"), "--weights", str(tmp_path / "weights")),
    ]


def test_exported_weights_are_calibrated_and_carry_how_they_are_used(command, tmp_path):
    assert main([*command, "--time-shares", "0.3", "0.1", "--mix", str(tmp_path / "b"), "0.5"]) == 0
    model = load_model("cpu", tmp_path / "weights")
    assert model.calibration.mean_time_share == 0.3
    assert model.calibration.sample_time_share == 0.1
    assert model.calibration.start_time == 0.9
    assert model.calibration.interval_factor != 1.0


def test_an_export_tells_its_figures_as_json_and_of_denoisers_that_were_never_trained(
    command, tmp_path, caplog
):
    caplog.set_level("INFO", "calid_core.training")
    assert main(command) == 0
    assert "never trained" not in caplog.text
    told = json.loads(caplog.messages[-1], parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert told["summary"]["fine_fidelity_psnr"] is None
    assert told["summary"]["linear_psnr"] > 0.0
    network, untrained = (ConditionalNetwork(TINY_CONDITIONAL) for _ in range(2))
    optimiser = torch.optim.AdamW(network.parameters())
    save_state(state_file(tmp_path / "b", "calid"), network, untrained, optimiser, Clock(7, 90.0))
    assert main([*command, "--mix", str(tmp_path / "b"), "0.5"]) == 0
    assert f"the denoiser of {tmp_path / 'b'} was never trained (flow_weight is 0" in caplog.text
    assert caplog.text.count("never trained") == 1


def test_an_export_with_another_pack_than_that_of_a_run_is_told_of(command, tmp_path, caplog):
    def trained_on(run: str, *settings: tuple[str, str]) -> None:
        network, average = ConditionalNetwork(TINY_CONDITIONAL), ConditionalNetwork(TINY_CONDITIONAL)
        optimiser, state = torch.optim.AdamW(network.parameters()), state_file(tmp_path / run, "calid")
        save_state(state, network, average, optimiser, Clock(7, 90.0), Origin(settings=settings))

    mixed, pack = [*command, "--mix", str(tmp_path / "b"), "0.5"], content_hash(tmp_path / "pack.npz")[:12]
    trained_on("a", ("pack", pack), ("seed", "0"))
    assert main(mixed) == 0
    assert "other data" not in caplog.text
    trained_on("b", ("pack", "0123456789ab"), ("seed", "1"))
    assert main(mixed) == 0
    told = (
        f"{tmp_path / 'b'} was trained on other data than are exported with: pack was 0123456789ab, is {pack}"
    )
    assert told in caplog.text
    assert caplog.text.count("other data") == 1


def test_the_coverage_that_is_told_is_that_of_the_calibrated_intervals(tmp_path):
    save_run(tmp_path, 0.01)
    exported = export(
        tmp_path,
        TINY_CONDITIONAL,
        tuple(volume(number) for number in (5, 10, 15)),
        tmp_path / "weights",
        choose_device(Device.CPU),
        start=Calibration(),
    )
    assert abs(exported.calibration.interval_factor - 1.0) > 0.1
    assert exported.summary.coverage == pytest.approx(0.9, abs=1e-3)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--time-shares", "-1", "0"), "--time-shares are -1.0 and 0.0, must be 0 or more and below 1"),
        (("--mix", "b", "half"), "'half' is no number"),
        (("--start-time", "3"), "--start-time is 3, must be 0 to 1"),
        (("--noise-scale", "-2"), "--noise-scale is -2, must be 0 or more"),
        (("--sharpness", "nan"), "--sharpness is nan, must be 0 or more"),
    ],
)
def test_settings_that_make_no_sense_are_named(command, option, message, capsys):
    assert main([*command, *option]) != 0
    assert message in capsys.readouterr().err


def test_weights_that_cannot_be_written_are_told_before_they_are_calibrated(command, tmp_path, capsys):
    (tmp_path / "weights").write_text("something else")
    assert main(command) == 1
    assert "weights is no folder; choose another place" in capsys.readouterr().err


def test_a_state_of_another_network_asks_for_its_config(tmp_path):
    save_run(tmp_path, 1.0)
    other = ConditionalNetwork(replace(TINY_CONDITIONAL, embedding=24))
    optimiser = torch.optim.AdamW(other.parameters())
    with pytest.raises(
        CheckpointError,
        match=r"another network \(size mismatch for \S+: [^\n]*\); give the --config that this run was trained with",
    ):
        load_state(state_file(tmp_path, "calid"), other, other, optimiser)


def test_of_many_weights_that_a_state_lacks_one_is_named_and_the_others_are_counted(tmp_path):
    save_run(tmp_path, 1.0)
    other = ConditionalNetwork(replace(TINY_CONDITIONAL, encoder_blocks=(3, 3, 3)))
    lacking = len(other.state_dict()) - len(ConditionalNetwork(TINY_CONDITIONAL).state_dict())
    optimiser = torch.optim.AdamW(other.parameters())
    with pytest.raises(CheckpointError) as told:
        load_state(state_file(tmp_path, "calid"), other, other, optimiser)
    found = f'Missing key(s) in state_dict: "neighbours.stages.0.1.first.weight" and {lacking - 1} more'
    assert str(told.value).endswith(
        f"another network ({found}); give the --config that this run was trained with"
    )


def test_a_run_without_an_autoencoder_says_how_to_train_one(tmp_path):
    with pytest.raises(CheckpointError, match="train one with 'calid train vae'"):
        read_autoencoder(tmp_path / "autoencoder.safetensors", torch.device("cpu"))
