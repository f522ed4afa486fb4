"""``calid inspect`` as a person or a script runs it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from calid_core.cli import main
from calid_core.datasets.patients import find_patients
from calid_core.errors import InputError
from tests.core.dicom_files import COLUMN_DIRECTION, NORMAL, Cine


@pytest.fixture
def study(tmp_path: Path) -> Path:
    Cine(missing=[(2, p) for p in range(4)]).write(tmp_path / "sa")
    Cine(slices=1, row_direction=NORMAL, column_direction=COLUMN_DIRECTION, series_number=20).write(
        tmp_path / "la"
    )
    (tmp_path / "notes.txt").write_text("x")
    return tmp_path


def test_the_table_tells_size_pitch_thickness_gap_and_what_was_decided(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(study)]) == 0
    shown = capsys.readouterr().out
    row = next(line for line in shown.splitlines() if "short axis" in line)
    for cell in ("4 × 4", "6 × 8", "10.0~", "8.0", "2.0", "1.500 × 1.250", "0–600", "800"):
        assert cell in row.replace("  ", " ")
    assert "1 slice is missing between slices 2 and 3" in shown
    assert "1 file ignored: no images" in shown


def test_json_holds_the_same_numbers(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--json", str(study)]) == 0
    content = json.loads(capsys.readouterr().out)
    short, long = content["series"]
    assert (short["view"], short["slices"], short["phases"], short["pitch"]) == ("short axis", 4, 4, 10.0)
    assert (short["thickness"], short["gap"], short["in_plane"]) == (8.0, 2.0, [1.5, 1.25])
    assert short["evenly_spaced"] is False
    assert short["transfer_syntax"] == "Explicit VR Little Endian"
    np.testing.assert_allclose(short["phase_times"], [0, 200, 400, 600])
    assert (long["view"], long["slices"], long["pitch"]) == ("long axis", 1, None)
    assert content["files"] == 21


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_nothing_identifying_is_printed(
    study: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    main(["inspect", *option, str(study)])
    assert "SECRET" not in capsys.readouterr().out


@pytest.fixture
def badly_named(tmp_path: Path) -> Path:
    """A folder with a cine, and with one, which ITK would have to read, whose name is in Latin-1."""
    folder = tmp_path / "cines"
    folder.mkdir()
    for name in ("good.nii.gz", "made.nrrd"):
        words = ["phantom", str(folder / name), "--slices", "3", "--phases", "1", "--matrix", "16"]
        assert main(words) == 0
    try:
        (folder / "made.nrrd").rename(folder / os.fsdecode(b"Gru\xdf.nrrd"))
    except OSError:
        pytest.skip("this disk has names in UTF-8 alone")
    return folder


def test_a_name_that_is_not_in_utf_8_is_told_and_its_neighbours_are_kept(badly_named: Path) -> None:
    result = _process(["inspect", str(badly_named)])
    assert result.returncode == 0, result.stderr
    assert "good" in result.stdout
    assert r"! the name 'Gru\udcdf.nrrd' is not in UTF-8" in result.stdout
    out = badly_named / os.fsdecode(b"au\xdfen.nii.gz")
    for words in (
        ["reconstruct", str(badly_named / "good.nii.gz"), "--output"],
        ["phantom", "--matrix", "16"],
    ):
        result = _process([*words, str(out)])
        assert (
            result.returncode,
            r"calid: the name 'au\udcdfen.nii.gz' is not in UTF-8" in result.stderr,
        ) == (1, True)
    assert len(list(badly_named.iterdir())) == 4


def test_a_nifti_file_is_read_and_reported_on_whatever_its_name(badly_named: Path) -> None:
    folder = badly_named / "own"
    folder.mkdir()
    (badly_named / "good.nii.gz").rename(folder / os.fsdecode(b"Gru\xdf.nii.gz"))
    result = _process(["check", str(folder), "--report", str(badly_named / "report"), "--method", "linear"])
    assert result.returncode in (0, 3), result.stderr
    assert list((badly_named / "report").rglob("check.json"))


def test_letters_are_read_where_the_locale_has_none(badly_named: Path) -> None:
    (badly_named / "good.nii.gz").rename(badly_named / "süß.nii.gz")
    result = _process(["inspect", str(badly_named)], LC_ALL="C", PYTHONUTF8="0")
    assert result.returncode == 0, result.stderr
    assert r"3 \xd7 1" in result.stdout


@pytest.fixture
def someone(tmp_path: Path) -> Iterator[Path]:
    """A folder in which permissions count: those of root do not."""
    if not hasattr(os, "geteuid"):
        pytest.skip("needs permissions as Unix has them")
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        if root:
            os.chown(name, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            if root:
                os.seteuid(0)


def test_what_is_closed_is_not_called_empty_or_absent(
    someone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed, locked = someone / "closed", someone / "locked"
    closed.mkdir(mode=0o000)
    locked.mkdir()
    for name in ("a.nii", "notes"):
        (locked / name).touch()
    locked.chmod(0o400)
    for path, message in (
        (closed, "a folder could not be opened (Permission denied); check its permissions"),
        (closed / "a.nii", "cannot be opened (Permission denied); check its name and permissions"),
        (locked, "a.nii cannot be read (Permission denied); check its permissions; 1 file could not be read"),
    ):
        assert main(["inspect", str(path)]) == 1
        errors = capsys.readouterr().err
        assert message in errors
        assert "empty" not in errors
    for path in (closed, closed / "patient001"):
        with pytest.raises(InputError, match="cannot be opened"):
            find_patients([path])
    locked.chmod(0o700)
    closed.chmod(0o700)


def _process(words: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "calid_core", *words]
    return subprocess.run(
        command, env={**os.environ, **environment}, encoding="utf-8", capture_output=True, check=False
    )


def test_a_folder_with_nothing_readable_exits_with_1_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert f"{tmp_path}: the folder is empty" in captured.err
    assert captured.out == ""
