import json
import tomllib
from pathlib import Path

import pytest
import torch

from calid_core.errors import CheckpointError
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import (
    FILES,
    LICENCE,
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
from calid_core.models.weights import MANIFEST, MODEL, content_hash, write_entry
from calid_core.plain import from_plain, to_plain
from calid_core.training.loop import state_file
from calid_core.training.restart import restart
from calid_core.training.state import Clock, load_state, read_origin
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL

SIZES, CONDITIONAL = TINY_AUTOENCODER, TINY_CONDITIONAL


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    autoencoder, conditional = Autoencoder(SIZES), ConditionalNetwork(CONDITIONAL)
    autoencoder.latent_std.fill_(1.23456789)
    summary = TrainingSummary("nothing", "cpu", 3, 0.5)
    headers = (
        AutoencoderHeader(SIZES, summary),
        ConditionalHeader(CONDITIONAL, summary, Calibration(1.7, 0.9)),
    )
    export_model(tmp_path, autoencoder, conditional, headers)
    return tmp_path


def test_a_model_comes_back_in_half_precision_with_its_constants(folder):
    torch.manual_seed(0)
    expected = Autoencoder(SIZES)
    model = load_model("cpu", folder)
    for name, parameter in expected.named_parameters():
        assert torch.equal(model.autoencoder.get_parameter(name), parameter.half().float())
    assert model.autoencoder.latent_std[0].item() == pytest.approx(1.23456789, rel=1e-7)
    assert model.calibration == Calibration(1.7, 0.9)
    assert not model.conditional.training


def test_weights_that_are_no_numbers_replace_no_file(folder):
    path = folder / "autoencoder.safetensors"
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match="its weights are no finite numbers, the training diverged"):
        write_checkpoint(
            path, {"weight": torch.full((2,), 1e9).half()}, AutoencoderHeader(SIZES, TrainingSummary())
        )
    assert path.read_bytes() == before


def test_the_model_id_follows_the_content(folder):
    before = load_model("cpu", folder).model_id
    torch.manual_seed(1)
    headers = (
        AutoencoderHeader(SIZES, TrainingSummary()),
        ConditionalHeader(CONDITIONAL, TrainingSummary(), Calibration()),
    )
    export_model(folder, Autoencoder(SIZES), ConditionalNetwork(CONDITIONAL), headers)
    assert load_model("cpu", folder).model_id != before


def test_a_damaged_file_is_named(folder):
    file = folder / "conditional.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"conditional\.safetensors are damaged"):
        load_model("cpu", folder)


def test_a_missing_file_is_named(folder):
    (folder / "autoencoder.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"autoencoder\.safetensors are missing"):
        load_model("cpu", folder)


def test_an_empty_folder_says_what_to_do(tmp_path):
    with pytest.raises(CheckpointError, match="give the folder that 'calid train export' wrote"):
        load_model("cpu", tmp_path)


def test_a_file_of_another_kind_is_refused(folder):
    with pytest.raises(CheckpointError, match="not a CaLID checkpoint of this version"):
        read_checkpoint(folder / "conditional.safetensors", AutoencoderHeader)


def test_a_file_that_is_no_safetensors_is_refused(tmp_path):
    file = tmp_path / "weights.safetensors"
    file.write_bytes(b"not weights at all")
    with pytest.raises(CheckpointError, match="cannot read model weights"):
        read_checkpoint(file, AutoencoderHeader)


def test_the_manifest_names_every_file_with_its_hash(folder):
    entry = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["models"]["calid"]
    assert set(entry["files"]) == {
        "autoencoder.safetensors",
        "neighbours.safetensors",
        "conditional.safetensors",
    }
    assert entry["id"] == load_model("cpu", folder).model_id


def test_weights_of_a_version_with_more_files_are_refused(folder):
    files = (*FILES, "temporal.safetensors")
    (folder / files[-1]).write_bytes((folder / files[0]).read_bytes())
    write_entry(folder, MODEL, files)
    with pytest.raises(CheckpointError, match="names 4 files of the model, this version reads 3"):
        load_model("cpu", folder)


def test_training_restarts_from_weights_where_they_stopped(folder, tmp_path):
    run = tmp_path / "run"
    assert restart(run, folder) == Clock(3, 30.0)
    network, average = ConditionalNetwork(CONDITIONAL), ConditionalNetwork(CONDITIONAL)
    clock = load_state(state_file(run, "calid"), network, average, torch.optim.AdamW(network.parameters()))
    assert clock == Clock(3, 30.0)
    shipped = load_model("cpu", folder).conditional
    for restored in (network, average):
        for name, value in shipped.state_dict().items():
            assert torch.equal(restored.state_dict()[name], value)
    assert read_origin(state_file(run, "calid")).autoencoder == content_hash(run / "autoencoder.safetensors")


@pytest.mark.parametrize(
    ("constant", "allowed"),
    [({"start_time": -0.1}, "0 to 1"), ({"mean_time_share": 1.0}, "0 or more and below 1")],
)
def test_a_calibration_that_cannot_be_is_none(constant, allowed):
    with pytest.raises(ValueError, match=f"{next(iter(constant))} is .*, must be {allowed}"):
        Calibration(**constant)


def test_the_package_comes_under_the_licence_of_its_weights_too():
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "Apache-2.0 AND CC-BY-NC-SA-4.0"
    named = {(root / file).parent for file in project["license-files"] if (root / file).is_file()}
    assert named == {root, root / "resources" / "models"}
    terms = (root / "resources" / "models" / "LICENSE").read_text(encoding="utf-8")
    assert "CC BY-NC-SA 4.0" in terms
    assert "CC BY-NC-SA 4.0" in LICENCE


def test_plain_values_come_back_as_the_same_dataclass():
    header = ConditionalHeader(CONDITIONAL, TrainingSummary("x", "cpu", 1, 2.0), Calibration(1.5, 1.0))
    assert from_plain(ConditionalHeader, json.loads(json.dumps(to_plain(header))), "", ValueError) == header


@pytest.mark.parametrize(
    ("change", "message"),
    [({"extra": 1}, "unknown entry extra"), ({"steps": "many"}, "steps is 'many', must be int")],
)
def test_wrong_plain_values_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        from_plain(TrainingSummary, change, "", ValueError)
