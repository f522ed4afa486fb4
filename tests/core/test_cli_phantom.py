"""What ``calid phantom`` refuses and what it says of a stack."""

import numpy as np
import pytest
import SimpleITK as sitk

from calid_core.cli import main

SMALL = ("--phases", "1", "--matrix", "16", "--pixel", "10")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--dense-spacing", "10"],
            "--dense-spacing is 10 mm, which puts nothing between slices: 12 of them, 10 mm apart",
        ),
        (["--dense-spacing", "7"], "give 5 mm or less"),
        (
            ["--dense-spacing", "2", "--slices", "1"],
            "1 of them, 10 mm apart; give 5 mm or less and at least 2 --slices",
        ),
        (["--seed", "5000000000"], "--seed is 5000000000, must be 0 to 4294967295"),
        (["--slices", "0"], "--slices is 0, must be 1 to 500"),
        (["--pixel", "nan"], "--pixel is nan, must be 0.2 to 20"),
        (["--noise", "-1"], "--noise is -1, must be 0 to 1000"),
        (["--thickness", "60"], "--thickness is 60, must be 0 to 50"),
        (["--breath-hold-shift", "-2"], "--breath-hold-shift is -2, must be 0 to 20"),
    ],
)
def test_a_stack_that_cannot_be_is_refused_by_the_name_of_the_option(words, message, tmp_path, capsys):
    assert main(["phantom", str(tmp_path / "heart.nrrd"), *SMALL, *words]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_stack_that_ends_before_the_apex_says_so(tmp_path, caplog):
    assert main(["phantom", str(tmp_path / "short.nrrd"), *SMALL, "--slices", "6"]) == 0
    assert "from 14 mm above the mitral plane to 36 mm below it, the apex at 97 mm" in caplog.text
    caplog.clear()
    assert main(["phantom", str(tmp_path / "whole.nrrd"), *SMALL, "--slices", "13"]) == 0
    assert not caplog.text
    assert main(["phantom", str(tmp_path / "two.nrrd"), *SMALL, "--slices", "2"]) == 0
    assert "the slices lie 14 to 4 mm above the mitral plane, the apex at 97 mm below" in caplog.text


def test_a_single_slice_is_told_to_be_too_few(tmp_path, caplog, capsys):
    assert main(["phantom", str(tmp_path / "one.nrrd"), *SMALL, "--slices", "1"]) == 0
    assert "one slice cannot be reconstructed" in caplog.text
    assert "the slice lies 14 mm above the mitral plane, the apex at 97 mm below" in caplog.text
    assert "one.nrrd: 1 slice x 1 phase, " in capsys.readouterr().out


def test_a_dense_stack_has_slices_between(tmp_path, capsys):
    words = ["--slices", "3", "--dense-spacing", "5"]
    assert main(["phantom", str(tmp_path / "heart.nrrd"), *SMALL, *words]) == 0
    assert "5 slices x 1 phase, " in capsys.readouterr().out


def test_a_phantom_replaces_phantoms_and_nothing_else(tmp_path, capsys):
    heart, own = tmp_path / "heart.mhd", np.zeros((3, 4, 5), np.int16)
    command = ["phantom", str(heart), *SMALL, "--slices", "13", "--labels"]
    (tmp_path / "heart.raw").write_bytes(b"mine")
    assert main(command) != 0
    assert "heart.raw is there and not of heart.mhd" in capsys.readouterr().err
    (tmp_path / "heart.raw").unlink()
    assert main(command) == 0
    (tmp_path / "heart.json").unlink()  # as where it was stopped before the end
    assert main(command) == 0
    for name in ("heart-labels.mhd", "heart.mhd"):
        sitk.WriteImage(sitk.GetImageFromArray(own), str(tmp_path / name))
        assert main(command) != 0
        assert f"{name} is there and no earlier phantom" in capsys.readouterr().err
        assert sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / name))).shape == own.shape
