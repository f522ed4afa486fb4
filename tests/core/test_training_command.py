"""What ``calid train`` refuses before it destroys anything or trains for ever."""

import math
from pathlib import Path

import pytest
import torch

from calid_core.cli import main
from calid_core.errors import SettingsError
from calid_core.models.checkpoint import AUTOENCODER_FILE
from calid_core.training.loop import Run, state_file
from calid_core.training.pack import write_pack
from calid_core.training.restart import restart
from tests.core.test_training_cines import acdc_patient


@pytest.mark.parametrize("stage", ["pack", "pack-cines"])
def test_a_folder_without_patients_gives_no_pack(
    stage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "pack.npz"
    assert main(["train", stage, str(pack), "--acdc", str(tmp_path / "absent")]) == 1
    assert "no ACDC patients below" in capsys.readouterr().err
    assert not pack.exists()


def test_nothing_is_trained_on_an_empty_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_pack(tmp_path / "pack.npz", [])
    words = ["train", "vae", str(tmp_path / "run"), "--pack", str(tmp_path / "pack.npz"), "--device", "cpu"]
    assert main([*words, "--updates", "1"]) == 1
    assert "pack.npz holds no volumes; make it anew" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--time-budget", "-1"], "--time-budget is -1 minutes"),
        (["--time-budget", "nan"], "--time-budget is nan minutes"),
        (["--updates", "-5"], "--updates is -5, must be 0 or more"),
        (["--updates", "5", "--workers", "0"], "--workers is 0, must be 1 or more"),
    ],
)
def test_a_budget_that_makes_no_sense_is_wrong_use(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["train", "vae", str(tmp_path / "run"), "--pack", str(tmp_path / "pack.npz"), "--device", "cpu"]
    assert main([*run, *words]) == 2
    assert message in capsys.readouterr().err


def test_a_training_that_would_never_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must be finite"):
        Run(tmp_path, torch.device("cpu"), math.inf)


@pytest.mark.parametrize("name", ["calid-state.safetensors", AUTOENCODER_FILE])
def test_restart_replaces_no_training(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"weeks of training")
    with pytest.raises(SettingsError, match=f"holds a training already .{name}.; give another RUN"):
        restart(tmp_path, tmp_path / "weights")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"weeks of training"]
    assert state_file(tmp_path, "calid").name == "calid-state.safetensors"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pack", "--crop", "0"], "--crop is 0, must be 16 or more"),
        (["pack", "--phase-stride", "-1"], "--phase-stride is -1, must be 1 or more"),
        (["pack", "--phantoms", "-1"], "--phantoms is -1, must be 0 or more"),
        (["pack-cines", "--crop", "-5"], "--crop is -5, must be 16 or more"),
        (["pack-cines", "--phantoms", "-1"], "--phantoms is -1, must be 0 or more"),
    ],
)
def test_a_number_that_makes_no_sense_leaves_the_pack_as_it_was(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "pack.npz"
    pack.write_bytes(b"a good pack")
    acdc_patient(tmp_path, 7, whole=False)
    assert main(["train", words[0], str(pack), "--acdc", str(tmp_path), *words[1:]]) == 2
    assert message in capsys.readouterr().err
    assert pack.read_bytes() == b"a good pack"
