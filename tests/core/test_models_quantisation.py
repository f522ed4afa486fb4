import json
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from calid_core.errors import CheckpointError
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.blocks import ResidualBlock, convolution
from calid_core.models.checkpoint import (
    AutoencoderHeader,
    Calibration,
    ConditionalHeader,
    TrainingSummary,
    export_model,
    load_model,
    read_checkpoint,
    write_checkpoint,
)
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.quantisation import (
    LEAST_ELEMENTS,
    compact_weights,
    half_precision_weights,
    quantised,
    single_precision,
)
from calid_core.plain import to_plain
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL

AUTOENCODER = replace(TINY_AUTOENCODER, channels=32)
CONDITIONAL = replace(TINY_CONDITIONAL, widths=(32, 32, 32), denoiser_widths=(32, 32), embedding=32)
HEADER = ConditionalHeader(CONDITIONAL, TrainingSummary(), Calibration())
ROUNDING = 2.0**-22
"""Products of a step and a scale are rounded to single precision."""


@pytest.fixture
def conditional():
    torch.manual_seed(0)
    network = ConditionalNetwork(CONDITIONAL)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.05)
    return network.to(memory_format=torch.channels_last)


@pytest.fixture
def folder(tmp_path, conditional):
    headers = (AutoencoderHeader(AUTOENCODER, TrainingSummary()), HEADER)
    export_model(tmp_path, Autoencoder(AUTOENCODER), conditional, headers)
    return tmp_path


def stored_header(path):
    with safe_open(path, framework="pt") as file:
        return json.loads(file.metadata()["header"])


@pytest.mark.parametrize("shape", [(64, 32, 3, 3), (96, 64), (2, 8, 3)])
def test_no_weight_is_off_by_more_than_half_a_step_of_its_channel(shape):
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(shape, generator=generator) * torch.logspace(-6, 3, shape[0]).reshape(
        -1, *[1] * (len(shape) - 1)
    )
    steps, scale = quantised(weight)
    restored = single_precision({"w": steps, "w.scale": scale})["w"]
    largest = weight.flatten(1).abs().amax(1)
    torch.testing.assert_close(scale, largest / 127, rtol=1e-6, atol=0.0)
    error = (restored - weight).flatten(1).abs().amax(1)
    assert torch.all(error <= largest / 254 * (1 + 1e-5) + largest * ROUNDING)


def test_the_largest_weights_of_a_channel_come_back_with_their_sign():
    weight = torch.tensor([[-3.0, 0.0, 3.0], [0.02, -0.005, 0.0]])
    steps, _ = quantised(weight)
    assert steps.tolist() == [[-127, 0, 127], [127, -32, 0]]


@pytest.mark.parametrize("tiny", [0.0, 1e-44])
def test_a_channel_of_zeros_stays_zero_and_its_neighbours_are_kept(tiny):
    weight = torch.full((3, 4), tiny)
    weight[1] = torch.tensor([1.0, -1.0, 1.0, 0.0])
    steps, scale = quantised(weight)
    restored = single_precision({"w": steps, "w.scale": scale})["w"]
    expected = torch.zeros(3, 4)
    expected[1] = weight[1]
    torch.testing.assert_close(restored, expected, rtol=1e-6, atol=1e-40)


def test_weights_that_were_quantised_before_keep_their_steps():
    steps, scale = quantised(torch.randn(16, 300, generator=torch.Generator().manual_seed(2)))
    again, _ = quantised(single_precision({"w": steps, "w.scale": scale})["w"])
    assert torch.equal(again, steps)


def test_weights_that_are_not_finite_are_not_hidden():
    weight = torch.ones(2, 3)
    weight[0, 1] = torch.nan
    steps, scale = quantised(weight)
    restored = single_precision({"w": steps, "w.scale": scale})["w"]
    assert restored[0].isnan().all()
    assert restored[1].isfinite().all()


def test_only_large_kernels_and_matrices_are_quantised():
    network = nn.Sequential(
        nn.Linear(64, LEAST_ELEMENTS // 64), nn.Linear(LEAST_ELEMENTS // 64, 63), nn.BatchNorm1d(5000)
    )
    tensors = compact_weights(network)
    assert [name for name, value in tensors.items() if value.dtype == torch.int8] == ["0.weight"]
    others = half_precision_weights(network)
    del others["0.weight"]
    assert set(tensors) == {*others, "0.weight", "0.weight.scale"}
    for name, value in others.items():
        assert tensors[name].dtype == value.dtype
        assert torch.equal(tensors[name], value)


def test_a_quantised_network_answers_almost_as_before():
    """A weight uniform in +-a has a root mean square of a / sqrt(3), rounding in steps of a / 127 one of
    a / 127 / sqrt(12): 1/254 of the weight. Four layers in a row add up to at most four times that.
    """
    torch.manual_seed(3)
    network = nn.Sequential(convolution(64, 64), ResidualBlock(64), convolution(64, 64))
    for parameter in network.parameters():
        nn.init.uniform_(parameter, -0.05, 0.05)
    image = torch.randn(1, 64, 24, 24)
    with torch.inference_mode():
        before = network(image)
        network.load_state_dict(single_precision(compact_weights(network)))
        change = (network(image) - before).square().mean().sqrt() / before.square().mean().sqrt()
    assert 0.0 < change < 4 / 254


def test_an_exported_model_comes_back_within_half_a_step(folder, conditional):
    loaded = load_model("cpu", folder).conditional
    large = 0
    for name, parameter in conditional.named_parameters():
        restored = loaded.get_parameter(name)
        if parameter.ndim >= 2 and parameter.numel() >= LEAST_ELEMENTS:
            large += 1
            largest = parameter.detach().flatten(1).abs().amax(1)
            error = (restored - parameter.detach()).flatten(1).abs().amax(1)
            assert torch.all(error <= largest / 254 * (1 + 1e-5) + largest * ROUNDING)
        else:
            assert torch.equal(restored, parameter.half().float())
    assert large > 10


def test_the_autoencoder_stays_in_half_precision(folder):
    with safe_open(folder / "autoencoder.safetensors", framework="pt") as file:
        dtypes = {file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118
    assert dtypes == {torch.float16, torch.float32}
    assert stored_header(folder / "autoencoder.safetensors")["format"] == 1


def test_files_are_about_half_as_large(tmp_path, conditional):
    half, compact = tmp_path / "half.safetensors", tmp_path / "compact.safetensors"
    write_checkpoint(half, half_precision_weights(conditional), HEADER)
    write_checkpoint(compact, compact_weights(conditional), HEADER)
    assert 0.5 < compact.stat().st_size / half.stat().st_size < 0.6


def test_a_file_in_half_precision_of_format_1_still_loads(tmp_path, conditional):
    path = tmp_path / "old.safetensors"
    tensors = half_precision_weights(conditional)
    save_file(tensors, path, {"header": json.dumps({**to_plain(HEADER), "format": 1})})
    header, weights = read_checkpoint(path, ConditionalHeader)
    assert header == HEADER
    assert set(weights) == set(tensors)
    for name, value in tensors.items():
        assert torch.equal(weights[name], value.float())


def test_quantised_files_have_a_format_that_earlier_versions_refuse(folder):
    for name in ("neighbours.safetensors", "conditional.safetensors"):
        assert stored_header(folder / name)["format"] == 2


def test_the_format_follows_the_tensors_not_the_header_they_came_with(tmp_path, conditional):
    path = tmp_path / "again.safetensors"
    write_checkpoint(path, half_precision_weights(conditional), replace(HEADER, format=2))
    assert read_checkpoint(path, ConditionalHeader)[0].format == 1


def test_a_file_of_a_later_format_asks_for_an_update(tmp_path):
    path = tmp_path / "later.safetensors"
    later = {"header": json.dumps(to_plain(replace(HEADER, format=3)))}
    save_file({"w": torch.zeros(1, 1, dtype=torch.int8)}, path, later)
    with pytest.raises(CheckpointError, match="has format 3, this version reads up to 2; update CaLID"):
        read_checkpoint(path, ConditionalHeader)


@pytest.mark.parametrize("scales", [{}, {"w.scale": torch.ones(3)}])
def test_steps_without_a_scale_for_each_channel_are_refused(tmp_path, scales):
    path = tmp_path / "broken.safetensors"
    save_file(
        {"w": torch.ones(2, 3, dtype=torch.int8), **scales},
        path,
        {"header": json.dumps(to_plain(replace(HEADER, format=2)))},
    )
    with pytest.raises(CheckpointError, match=r"w needs 2 scales in w\.scale"):
        read_checkpoint(path, ConditionalHeader)
