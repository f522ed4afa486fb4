"""What ``calid train`` refuses before it destroys anything or trains for ever."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from calid_core.cli import main
from calid_core.contouring.heart_box import Box
from calid_core.datasets import acdc, patients, sunnybrook
from calid_core.errors import SettingsError
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import (
    AUTOENCODER_FILE,
    AutoencoderHeader,
    TrainingSummary,
    write_checkpoint,
)
from calid_core.models.config import AutoencoderConfig
from calid_core.models.device import ComputeDevice
from calid_core.models.quantisation import half_precision_weights
from calid_core.training import autoencoder_loop, calid_loop, command
from calid_core.training.loop import Run, state_file
from calid_core.training.pack import PackedVolume, read_pack, write_pack
from calid_core.training.restart import restart
from calid_core.training.sources import data_summary
from tests.core.evaluation_cases import ball_case, write_nifti
from tests.core.test_training_cines import acdc_patient


@pytest.mark.parametrize("stage", ["pack", "pack-cines"])
def test_a_folder_without_patients_gives_no_pack(
    stage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "pack.npz"
    assert main(["train", stage, str(pack), "--acdc", str(tmp_path / "absent")]) == 1
    assert "no ACDC patients below" in capsys.readouterr().err
    assert not pack.exists()


def volume(number: int, slices: int = 7) -> PackedVolume:
    """A patient of noise; every fifth is for validation."""
    images = np.random.default_rng(number).integers(0, 200, (slices, 40, 40), dtype=np.uint8)
    name, box = f"patient{number:03d}", (8, 32, 8, 32)
    return PackedVolume(name, 1, images, 1.4, 10.0, 0.0, box, validation=number % 5 == 0)


@pytest.mark.parametrize(
    ("stage", "patients", "counts"),
    [
        ("vae", (), "0 training and 0 validation subjects, at least 1 and 1"),
        ("vae", (1, 2), "2 training and 0 validation subjects, at least 1 and 1"),
        ("calid", (5, 10), "0 training and 2 validation subjects, at least 1 and 1"),
        ("export", (1, 5), "1 training and 1 validation subjects, at least 0 and 2"),
    ],
)
def test_a_pack_that_lacks_patients_is_refused_before_anything_is_trained(
    stage: str,
    patients: tuple[int, ...],
    counts: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_pack(tmp_path / "pack.npz", [volume(number) for number in patients])
    run = tmp_path / "run"
    model = AutoencoderConfig(channels=8, encoder_blocks=1, decoder_blocks=1)
    if stage == "calid":
        autoencoder_in(run, model)
    words = ["train", stage, str(run), "--pack", str(tmp_path / "pack.npz"), "--device", "cpu"]
    assert main([*words, *([] if stage == "export" else ["--updates", "1"])]) == 1
    assert f"pack.npz holds {counts} are needed: of ACDC's patients every 5th" in capsys.readouterr().err


def autoencoder_in(run: Path, model: AutoencoderConfig) -> None:
    """Lay an untrained autoencoder into ``run``."""
    weights = half_precision_weights(Autoencoder(model))
    write_checkpoint(run / AUTOENCODER_FILE, weights, AutoencoderHeader(model, TrainingSummary()))


@pytest.mark.parametrize(
    ("slices", "message"),
    [
        (
            {1: 7, 5: 2, 10: 7},
            "holds patient005 for validation with 2 slices, at least 3 are needed to hide one",
        ),
        (
            {1: 4, 5: 7},
            "gap_shares has gaps over 4 slice distances, for which no training volume has slices enough",
        ),
    ],
)
def test_stacks_too_short_to_hide_slices_in_are_told_before_anything_is_trained(
    slices: dict[int, int], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pack(tmp_path / "pack.npz", [volume(*patient) for patient in slices.items()])
    autoencoder_in(tmp_path / "run", AutoencoderConfig(channels=8, encoder_blocks=1, decoder_blocks=1))
    words = ["train", "calid", str(tmp_path / "run"), "--pack", str(tmp_path / "pack.npz")]
    assert main([*words, "--updates", "1", "--device", "cpu"]) != 0
    assert message in capsys.readouterr().err


def test_a_subject_on_both_sides_of_the_division_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, cines, run = tmp_path / "pack.npz", tmp_path / "cines.npz", tmp_path / "run"
    autoencoder_in(run, AutoencoderConfig(channels=8, encoder_blocks=1, decoder_blocks=1))
    words = ["train", "calid", str(run), "--pack", str(pack), "--updates", "1", "--device", "cpu"]
    write_pack(pack, [volume(1), volume(5), replace(volume(5), validation=False)])
    assert main(words) == 1
    told = f"{pack} has 1 subject for training and for validation; make it anew with 'calid train pack'"
    assert told in capsys.readouterr().err
    # A pack of one's own divides otherwise than the cines: who is trained on there is held out here.
    write_pack(pack, [volume(2), volume(5), replace(volume(1), validation=True)])
    diastole = replace(volume(1), displacement=np.zeros((7, 2, 10, 10), np.int8))
    write_pack(cines, [diastole, replace(volume(1), phase=2)])
    assert main([*words, "--cines", str(cines)]) == 1
    error = capsys.readouterr().err
    assert f"{cines} trains on 1 subject that {pack} keeps for validation; leave out --cines" in error
    assert not list(run.glob("calid*"))


def test_a_pack_without_validation_patients_is_written_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    acdc_patient(tmp_path, 7, whole=False)
    assert main(["train", "pack", str(tmp_path / "pack.npz"), "--acdc", str(tmp_path)]) == 0
    assert "holds 1 training and 0 validation subjects, at least 1 and 2 are needed" in caplog.text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--time-budget", "-1"], "--time-budget is -1 minutes, must be finite and above 0"),
        (["--time-budget", "nan"], "--time-budget is nan minutes"),
        (["--updates", "-5"], "--updates is -5, must be above 0"),
        (["--time-budget", "0"], "--time-budget or --updates must be above 0"),
        (["--updates", "0"], "--time-budget or --updates must be above 0"),
        (["--updates", "5", "--workers", "0"], "--workers is 0, must be 1 or more"),
        (
            ["--updates", "5", "--resume"],
            "run holds no training of autoencoder to go on with; leave out --resume",
        ),
    ],
)
def test_a_budget_that_makes_no_sense_is_wrong_use(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["train", "vae", str(tmp_path / "run"), "--pack", str(tmp_path / "pack.npz"), "--device", "cpu"]
    assert main([*run, *words]) == 2
    assert message in capsys.readouterr().err


def test_the_help_says_what_comes_on_top_of_the_budget(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "vae", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "minutes in all; measuring on held-out patients at the end comes on top" in told


def test_a_file_that_is_not_there_is_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, config = tmp_path / "run", tmp_path / "nope.toml"
    words = [str(run), "--pack", str(tmp_path / "pack.npz"), "--device", "cpu", "--updates", "1"]
    assert main(["train", "vae", *words, "--config", str(config)]) == 1
    assert capsys.readouterr().err == f"calid: {config} does not exist; check the path\n"
    assert main(["train", "calid", *words]) == 1
    told = f"{run / AUTOENCODER_FILE}: there is no such file; train one with 'calid train vae'"
    assert capsys.readouterr().err == f"calid: cannot read model weights {told}\n"


def test_a_training_that_would_never_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must be finite"):
        Run(tmp_path, torch.device("cpu"), math.inf)


@pytest.mark.parametrize("name", ["calid-state.safetensors", AUTOENCODER_FILE])
def test_restart_and_a_new_autoencoder_replace_no_training(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(b"weeks of training")
    assert (
        main(["train", "vae", str(tmp_path), "--pack", "pack.npz", "--updates", "1", "--device", "cpu"]) == 2
    )
    assert f"holds a training already ({name}); give another RUN" in capsys.readouterr().err
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


@pytest.mark.parametrize("stage", ["pack", "pack-cines"])
def test_a_pack_that_cannot_be_written_is_told_before_patients_are_read(
    stage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pack.npz").mkdir()
    acdc_patient(tmp_path, 7, whole=False)
    monkeypatch.setattr(acdc, "read_stack", None)
    assert main(["train", stage, str(tmp_path / "pack.npz"), "--acdc", str(tmp_path)]) == 1
    assert (
        f"PACK: cannot write {tmp_path / 'pack.npz'}: there is a folder of that name"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("stage", "missing"),
    [
        ("pack", "patient007_frame02.nii.gz"),
        ("pack-cines", "patient007_frame05.nii.gz"),
        ("pack-cines", "Info.cfg"),
    ],
)
def test_a_file_that_a_patient_lacks_is_named(
    stage: str, missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (acdc_patient(tmp_path, 7, whole=False) / missing).unlink()
    assert main(["train", stage, str(tmp_path / "pack.npz"), "--acdc", str(tmp_path)]) == 1
    assert f"{missing} is missing" in capsys.readouterr().err


@pytest.mark.parametrize("factor", [3, 5])
def test_one_latent_pixel_may_stand_for_any_square_of_pixels(factor: int, tmp_path: Path) -> None:
    write_pack(tmp_path / "pack.npz", [volume(number) for number in (1, 5)])
    sizes = f"[autoencoder]\nbatch = 2\ncrop = 30\nmodel = {{factor = {factor}, latent_channels = 4, channels = 8}}"
    (tmp_path / "sizes.toml").write_text(sizes)
    words = ["train", "vae", str(tmp_path / "run"), "--pack", str(tmp_path / "pack.npz"), "--device", "cpu"]
    assert main([*words, "--updates", "1", "--config", str(tmp_path / "sizes.toml")]) == 0


@pytest.mark.parametrize("stage", ["pack", "pack-cines"])
def test_labels_on_which_nothing_is_drawn_are_named(
    stage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = acdc_patient(tmp_path, 7, whole=False) / "patient007_frame05_gt.nii.gz"
    write_nifti(labels, np.zeros((2, 64, 64), np.uint8))
    assert main(["train", stage, str(tmp_path / "pack.npz"), "--acdc", str(tmp_path)]) == 1
    assert f"{labels}: nothing is drawn in the labels" in capsys.readouterr().err


def test_volumes_of_one_patient_that_differ_in_size_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = acdc_patient(tmp_path, 7, whole=False)
    for name in ("frame05", "frame05_gt"):
        write_nifti(folder / f"patient007_{name}.nii.gz", np.ones((3, 64, 64), np.uint8))
    assert main(["train", "pack-cines", str(tmp_path / "pack.npz"), "--acdc", str(tmp_path)]) == 1
    assert "different slices, rows and columns (2 × 64 × 64, 3 × 64 × 64)" in capsys.readouterr().err


@pytest.mark.parametrize("stage", ["pack", "pack-cines"])
def test_a_folder_that_lacks_sunnybrook_cines_is_told_before_acdc_is_read(
    stage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    acdc_patient(tmp_path, 7, whole=False)
    monkeypatch.setattr(acdc, "read_stack", None)
    (tmp_path / "archive" / "dicom" / "SCD0000201").mkdir(parents=True)
    words = ["--acdc", str(tmp_path), "--sunnybrook", str(tmp_path / "archive")]
    assert main(["train", stage, str(tmp_path / "pack.npz"), *words]) == 1
    assert (
        "dicom does not hold SCD0000101, SCD0000301; give the Sunnybrook archive" in capsys.readouterr().err
    )


def test_the_sunnybrook_archive_may_be_given_or_its_dicom_folder(tmp_path: Path) -> None:
    for name in sunnybrook.TRAINING:
        (tmp_path / "dicom" / name).mkdir(parents=True)
    assert sunnybrook.training_folders(tmp_path) == sunnybrook.training_folders(tmp_path / "dicom")


def own_stacks(folder: Path, *names: str) -> Path:
    """A folder of one's own patients, one unlabelled stack in each subfolder."""
    for number, name in enumerate(names):
        (folder / name).mkdir(parents=True)
        write_nifti(folder / name / "sax.nii.gz", ball_case(seed=number).stack.intensity[0], (8.0, 2.0, 1.8))
    return folder


def test_own_stacks_without_labels_can_be_trained_on_and_are_not_named_in_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(patients, "estimated_box", lambda stack: Box((12, 52), (12, 52)))
    names = [f"case-{letter}" for letter in "abcdefgh"]
    stacks, pack = own_stacks(tmp_path / "own", *names), tmp_path / "pack.npz"
    assert main(["train", "pack", str(pack), "--stacks", str(stacks), "--crop", "48"]) == 0
    volumes = read_pack(pack)
    assert [v.subject for v in volumes] == names
    assert {(v.intensity.shape, v.pitch, round(v.spacing, 4)) for v in volumes} == {((9, 48, 48), 8.0, 1.9)}
    kept = [v.subject for v in volumes if v.validation]
    assert 2 <= len(kept) <= 4
    assert f"'calid evaluate --patients': {','.join(kept)}\n" in capsys.readouterr().out
    assert data_summary(volumes) == f"{8 - len(kept)} patients of other data"


def test_an_own_stack_that_cannot_be_trained_on_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patients, "estimated_box", lambda stack: Box((12, 52), (12, 52)))
    words = ["train", "pack", str(tmp_path / "pack.npz"), "--crop", "48", "--stacks"]
    stacks = own_stacks(tmp_path / "own", "first", "second")
    assert (
        main(
            [
                "reconstruct",
                str(stacks / "first"),
                "--output",
                str(stacks / "first" / "made.nii.gz"),
                "--method",
                "linear",
            ]
        )
        == 0
    )
    (stacks / "first" / "sax.nii.gz").unlink()
    assert main([*words, str(stacks / "first")]) == 1
    assert "first: 24 slices of it were made, not acquired" in capsys.readouterr().err
    acdc_patient(tmp_path / "own", 7, whole=False)
    assert main([*words, str(stacks / "patient007"), "--acdc", str(stacks)]) == 1
    assert (
        "one of the stacks is called patient007 like a patient of the other data" in capsys.readouterr().err
    )


def test_a_pack_of_nobody_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "pack", str(tmp_path / "pack.npz")]) == 2
    assert "give --acdc DIR, --stacks DATA or both" in capsys.readouterr().err
    assert main(["train", "pack", str(tmp_path / "pack.npz"), "--sunnybrook", str(tmp_path)]) == 2
    told = "Sunnybrook alone has too few patients (3, none of them for validation); add --acdc DIR or --stacks DATA"
    assert told in capsys.readouterr().err


def test_a_run_that_is_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_pack(tmp_path / "pack.npz", [volume(number) for number in (1, 5)])
    (tmp_path / "run").write_text("something else")
    words = ["train", "vae", str(tmp_path / "run"), "--pack", str(tmp_path / "pack.npz"), "--device", "cpu"]
    assert main([*words, "--updates", "1"]) == 1
    assert f"RUN: cannot write into {tmp_path / 'run'}: run is no folder" in capsys.readouterr().err


def test_networks_of_other_latents_than_the_autoencoder_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, model = tmp_path / "run", AutoencoderConfig(latent_channels=4, channels=8, encoder_blocks=1)
    autoencoder_in(run, model)
    words = ["train", "calid", str(run), "--pack", "pack.npz", "--updates", "1", "--device", "cpu"]
    assert main(words) == 2
    told = "calid.model has latent_channels = 12 and pixels = 16, the autoencoder in RUN 4 and 16"
    assert told in capsys.readouterr().err


def test_an_autoencoder_that_networks_were_trained_beside_is_not_trained_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("autoencoder", "calid"):
        state_file(tmp_path, name).write_bytes(b"weeks of training")
    words = ["train", "vae", str(tmp_path), "--pack", "pack.npz", "--updates", "9", "--device", "cpu"]
    assert main([*words, "--resume"]) == 2
    assert "holds a training already (calid-state.safetensors)" in capsys.readouterr().err


@pytest.mark.parametrize("precision", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("stage", ["vae", "calid"])
def test_a_training_runs_in_the_precision_that_the_device_has(
    stage: str, precision: torch.dtype, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pack(tmp_path / "pack.npz", [volume(number) for number in (1, 5)])
    sizes = "latent_channels = 4, widths = [8, 8, 8], denoiser_widths = [8, 8], embedding = 16"
    (tmp_path / "sizes.toml").write_text(
        "[autoencoder]\nbatch = 2\ncrop = 32\nmodel = {latent_channels = 4, channels = 8}\n"
        f"[calid]\ntargets = 2\ncrop = 32\nmodel = {{{sizes}}}"
    )
    autocast: set[bool] = set()
    place, name = {"vae": (autoencoder_loop, "autoencoder_loss"), "calid": (calid_loop, "objective")}[stage]
    original = getattr(place, name)

    def spy(*words: object, **named: object) -> object:
        autocast.add(torch.is_autocast_enabled("cpu"))
        return original(*words, **named)

    monkeypatch.setattr(place, name, spy)
    monkeypatch.setattr(
        command, "choose_device", lambda wish: ComputeDevice(torch.device("cpu"), precision, "CPU")
    )
    run = tmp_path / "run"
    if stage == "calid":
        autoencoder_in(run, AutoencoderConfig(latent_channels=4, channels=8))
    words = ["train", stage, str(run), "--pack", str(tmp_path / "pack.npz"), "--device", "cpu"]
    assert main([*words, "--updates", "1", "--config", str(tmp_path / "sizes.toml")]) == 0
    assert autocast == {precision is torch.bfloat16}
