"""The examples run as they stand and print what they promise."""

import runpy
from pathlib import Path

import pytest
from PIL import Image

from calid_core.errors import OutputError
from calid_core.io import read_stack
from calid_core.io.volume import write_volume
from tests.core.test_pipeline import make_stack

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def run(monkeypatch, capsys):
    def run_example(name, *arguments):
        monkeypatch.setattr("sys.argv", [name, *map(str, arguments)])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return capsys.readouterr().out

    return run_example


@pytest.fixture
def cine(tmp_path):
    stack = make_stack()
    write_volume(tmp_path / "heart.nii.gz", stack.intensity, stack.geometry, stack.phase_times)
    return tmp_path / "heart.nii.gz"


def test_every_example_is_run_here():
    tested = Path(__file__).read_text(encoding="utf-8")
    assert all(path.name in tested for path in EXAMPLES.glob("*.py"))


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("list_series.py", "FOLDER"),
        ("fill_series.py", "INPUT OUTPUT.nii.gz"),
        ("cut_long_axis.py", "PICTURE.png"),
    ],
)
def test_an_example_without_its_arguments_says_how_it_is_called(run, name, usage):
    with pytest.raises(SystemExit, match=f"python examples/{name} {usage}"):
        run(name)


def test_series_are_listed(run, cine):
    assert "1: heart, short axis" in run("list_series.py", cine.parent)


def test_a_series_is_filled_and_written(run, cine, tmp_path):
    assert "acquired slices unchanged: True" in run(
        "fill_series.py", cine, tmp_path / "dense.v2.nii.gz", "linear"
    )
    dense = read_stack(tmp_path / "dense.v2.nii.gz")
    assert 0 < len(dense.made_slices) < dense.slices


def test_a_filled_series_replaces_no_file_of_something_else(run, cine, tmp_path):
    (tmp_path / "dense.json").write_text("{}")
    with pytest.raises(OutputError, match=r"dense\.json is there and is not the JSON of a result"):
        run("fill_series.py", cine, tmp_path / "dense.nii.gz", "linear")
    assert (tmp_path / "dense.json").read_text(encoding="utf-8") == "{}"


def test_phases_are_taken_as_they_come(run):
    assert "stopped after 3 phases" in run("take_phases_as_they_come.py", "linear")


def test_methods_are_compared_with_the_truth(run):
    lines = run("compare_with_truth.py", "nearest", "linear").splitlines()[1:]
    errors = {line.split()[0]: float(line.split()[1]) for line in lines}
    assert errors["linear"] < errors["nearest"]


def test_a_long_axis_is_cut(run, tmp_path):
    run("cut_long_axis.py", tmp_path / "cut.png", "linear")
    with Image.open(tmp_path / "cut.png") as picture:
        assert picture.size == (180, 71)
