"""Weights that somebody trained, in every command that runs the model."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from calid_core.cli import main
from calid_core.evaluation.methods import MethodOptions, model_remarks
from calid_core.io import read_stack
from calid_core.io.volume import write_volume
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import (
    AutoencoderHeader,
    Calibration,
    ConditionalHeader,
    TrainingSummary,
    export_model,
)
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.weights import VARIABLE
from tests.core.evaluation_cases import ball_case
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL


@pytest.fixture
def trained(tmp_path: Path) -> tuple[Path, str]:
    """A folder as ``calid train export`` writes it, and the name of the model."""
    headers = (
        AutoencoderHeader(TINY_AUTOENCODER, TrainingSummary()),
        ConditionalHeader(TINY_CONDITIONAL, TrainingSummary(), Calibration()),
    )
    with torch.random.fork_rng():
        torch.manual_seed(5)
        networks = Autoencoder(TINY_AUTOENCODER), ConditionalNetwork(TINY_CONDITIONAL)
    return tmp_path / "trained", export_model(tmp_path / "trained", *networks, headers)


@pytest.fixture
def heart(tmp_path: Path) -> Path:
    stack = ball_case(phases=2, slices=5).stack
    write_volume(tmp_path / "heart.nii.gz", stack.intensity, stack.geometry, stack.phase_times)
    return tmp_path / "heart.nii.gz"


def reconstructed(heart: Path, *words: str) -> str:
    """Name of the model that made slices of ``heart``."""
    out = heart.parent / "out.nii.gz"
    assert main(["reconstruct", str(heart), "--output", str(out), "--slice-spacing", "2.5", *words]) == 0
    return str(json.loads((heart.parent / "out.json").read_text(encoding="utf-8"))["model_id"])


def test_a_stack_is_filled_with_the_weights_that_are_named(
    trained: tuple[Path, str], heart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, name = trained
    assert reconstructed(heart, "--weights", str(folder)) == name
    monkeypatch.setenv(VARIABLE, str(folder))
    assert reconstructed(heart) == name


def test_samples_shape_the_interval_and_no_slice(trained: tuple[Path, str], heart: Path) -> None:
    out, half_widths = heart.parent / "out.nii.gz", heart.parent / "out-interval.nii.gz"
    made = []
    for samples in ("1", "3"):
        reconstructed(heart, "--weights", str(trained[0]), "--interval", "--samples", samples)
        made.append((read_stack(out).intensity, read_stack(half_widths).intensity))
    (one, narrow), (several, shaped) = made
    np.testing.assert_array_equal(one, several)
    assert narrow.shape == one.shape
    slices = json.loads((heart.parent / "out.json").read_text(encoding="utf-8"))["slices"]
    certain = [told["origin"] == "acquired" for told in slices]
    assert (narrow == 0).all(axis=(0, 2, 3)).tolist() == certain
    assert not np.array_equal(narrow, shaped)


def test_a_check_makes_and_tests_slices_with_the_weights_that_are_named(
    trained: tuple[Path, str], heart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, name = trained
    monkeypatch.setenv(VARIABLE, str(tmp_path / "absent"))  # so that nothing takes any others
    options = ["--weights", str(folder), "--report", str(tmp_path / "r"), "--slice-spacing", "2.5"]
    assert main(["check", str(heart), *options, "--seeds", "2"]) in (0, 3)
    report = json.loads((tmp_path / "r" / "heart" / "check.json").read_text(encoding="utf-8"))
    assert report["model_id"] == name
    unlike = [finding for finding in report["input"]["findings"] if finding["check"] == "resemblance"]
    assert unlike
    assert all("the shipped model's training patients" in finding["message"] for finding in unlike)
    assert {finding["severity"] for finding in unlike} == {"info"}
    assert report["leave_one_out"]
    assert report["spread"]


def test_an_evaluation_runs_and_names_the_weights_that_it_is_given(
    trained: tuple[Path, str],
    heart: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, name = trained
    monkeypatch.setenv(VARIABLE, str(tmp_path / "absent"))
    words = ["evaluate", str(heart), "--quick", "--out", str(tmp_path / "r"), "--weights", str(folder)]
    assert main([*words, "--methods", "linear,calid-fidelity,latent-linear"]) == 0
    assert "Evaluation: synthesising" in capsys.readouterr().err
    remarks = json.loads((tmp_path / "r" / "summary.json").read_text(encoding="utf-8"))["remarks"]
    assert f"The weights of CaLID are {name}, not the shipped ones." in remarks
    assert any(remark.startswith("Own patients may be among those") for remark in remarks)
    assert main([*words, "--methods", "linear"]) == 0
    remarks = json.loads((tmp_path / "r" / "summary.json").read_text(encoding="utf-8"))["remarks"]
    assert not any("weights" in remark for remark in remarks)


def test_trained_comparators_without_their_folder_are_wrong_use(
    heart: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["evaluate", str(heart), "--quick", "--out", str(tmp_path / "r"), "--methods", "regression"]
    assert main(words) == 2
    assert "give --comparators DIR" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["reconstruct", "check", "evaluate"])
def test_a_folder_without_weights_is_named_before_anything_is_read(
    command: str, heart: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = {"reconstruct": "--output", "check": "--report", "evaluate": "--out"}[command]
    words = [command, str(heart), target, str(tmp_path / "out.nii.gz"), "--weights", str(tmp_path)]
    assert main(words) == 1
    told = capsys.readouterr().err
    assert (
        f"no model weights at {tmp_path / 'manifest.json'}; give the folder that 'calid train export' wrote\n"
        in told
    )
    assert not (tmp_path / "out.nii.gz").exists()


def test_a_variable_that_names_no_weights_is_told_with_its_remedy(
    heart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "absent"))
    assert main(["check", str(heart), "--report", str(tmp_path / "r")]) == 1
    told = capsys.readouterr().err
    assert f"{VARIABLE} names it: unset it" in told
    assert heart.name not in told  # told before any input


def test_the_shipped_weights_are_the_shipped_ones_wherever_they_lie(
    trained: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, name = trained
    (tmp_path / "link").symlink_to(folder)
    options = MethodOptions(weights=tmp_path / "link")
    assert model_remarks(["calid"], options)[0] == f"The weights of CaLID are {name}, not the shipped ones."
    monkeypatch.setattr("calid_core.evaluation.methods.weights_directory", lambda: folder)
    assert model_remarks(["calid"], options) == ()
