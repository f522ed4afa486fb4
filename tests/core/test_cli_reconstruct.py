import json
import os
import re
import signal
import threading
from pathlib import Path

import numpy as np
import pytest

from calid_core.cli import main
from calid_core.cli.outputs import destinations
from calid_core.errors import OutputError, SettingsError
from calid_core.io import read_stack, volume
from calid_core.io.volume import write_volume
from tests.core.test_pipeline import make_stack

LINEAR = ["--method", "linear", "--slice-spacing", "5"]


@pytest.fixture
def folder(tmp_path):
    """A folder with a cine in every format, and a file that is none."""
    stack = make_stack(np.int16, slices=4, phases=3)
    for name in ("a.nii.gz", "b.nrrd", "c.mha"):
        write_volume(tmp_path / name, stack.intensity, stack.geometry, stack.phase_times)
    (tmp_path / "broken.nii.gz").write_bytes(b"not an image at all")
    return tmp_path


def test_a_cine_becomes_dense_and_keeps_its_acquired_slices(folder, capsys):
    out = folder / "out.nii.gz"
    assert main(["reconstruct", str(folder / "a.nii.gz"), "--output", str(out), *LINEAR]) == 0
    before, after = read_stack(folder / "a.nii.gz"), read_stack(out)
    assert after.intensity.shape == (3, 7, 6, 5)
    assert after.geometry.pitch == pytest.approx(5.0)
    np.testing.assert_array_equal(after.intensity[:, ::2], before.intensity)
    assert "7 slices at 5.00 mm (4 acquired, 3 interpolated)" in capsys.readouterr().out


def test_the_sidecar_says_where_every_slice_comes_from(folder):
    main(["reconstruct", str(folder / "a.nii.gz"), "--output", str(folder / "out.mha"), *LINEAR])
    sidecar = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert [s["origin"] for s in sidecar["slices"]] == ["acquired", "interpolated"] * 3 + ["acquired"]
    assert sidecar["settings"]["method"] == "linear"
    assert sidecar["acquired_slices_unchanged"] is True


def test_many_inputs_keep_their_names_and_one_that_fails_does_not_stop_the_rest(folder, capsys):
    inputs = [str(folder / name) for name in ("broken.nii.gz", "a.nii.gz", "b.nrrd", "c.mha")]
    assert main(["reconstruct", *inputs, "--output-dir", str(folder / "out"), *LINEAR]) == 1
    written = sorted(path.name for path in (folder / "out").iterdir())
    assert written == ["a.json", "a.nii.gz", "b.json", "b.nrrd", "c.json", "c.mha"]
    errors = capsys.readouterr().err
    assert "broken.nii.gz: failed: " in errors
    assert "1 of 4 inputs failed" in errors


def test_folders_get_their_own_name_and_a_suffix(tmp_path):
    (tmp_path / "study.2").mkdir()
    (chosen,) = destinations([tmp_path / "study.2"], None, tmp_path / "out", tmp_path / "dicom")
    assert (chosen.volume.name, chosen.sidecar.name) == ("study.2.nii.gz", "study.2.json")
    assert chosen.dicom == tmp_path / "dicom"


@pytest.mark.parametrize(
    ("inputs", "output", "output_dir", "message"),
    [
        (["a/x.nii", "b/x.nii"], None, "out", "would both be written to x.nii"),
        (["a/x.nii", "b/x.nrrd"], None, "out", "would both be written to x.json"),
        (["a/x.nii", "a/x.nii"], None, "out", "would both be written"),
        (["a/Heart.nii", "b/heart.nii"], None, "out", "would both be written to Heart.nii"),
        (["a/x.nii"], None, "a", "x.nii would overwrite an input"),
        (["a/x.nii"], "a/x.nii", None, "would overwrite an input"),
        (["a/x.nii", "a/y.nii"], "z.nii", None, "takes one input, got 2"),
        (["a/x.nii"], "z.png", None, "z.png names no format"),
    ],
)
def test_results_that_would_overwrite_something_are_refused(inputs, output, output_dir, message, tmp_path):
    with pytest.raises(SettingsError, match=message):
        destinations(
            [tmp_path / name for name in inputs],
            tmp_path / output if output else None,
            tmp_path / output_dir if output_dir else None,
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--slice-spacing", "0.1"], "--slice-spacing is 0.1 mm, must be 0.5 to 20 mm"),
        (["--steps", "0"], "steps is 0, must be 1 to 100"),
        (["--seed", "-4"], "seed is -4, must be 0 to 4294967295"),
        (["--phases", "systole"], "must be all, or ED, ES and numbers"),
        (["--output-dir", "elsewhere"], "not allowed with"),
        # What costs time and gives nothing.
        (["--samples", "4"], "--samples is 4, but they shape the interval alone; add --interval"),
        (
            ["--samples", "4", "--interval", "--mode", "fidelity"],
            "only CaLID's realism draws samples, not fidelity",
        ),
        (["--samples", "4", *LINEAR], "only CaLID's realism draws samples, not linear"),
        (["--steps", "4", "--mode", "fidelity"], "--steps is 4, but only CaLID's realism draws samples"),
        (["--seed", "4", *LINEAR], "--seed is 4, but only CaLID's realism draws samples, not linear"),
        (["--mode", "fidelity", *LINEAR], "--mode is fidelity, but only CaLID has modes, not linear"),
        (["--weights", "own", *LINEAR], "--weights: only CaLID runs a model, not linear; leave it out"),
        (["--interval", "--method", "cubic"], "--interval: only CaLID gives an interval, not cubic"),
    ],
)
def test_settings_that_make_no_sense_end_with_2_before_anything_is_read(options, message, tmp_path, capsys):
    words = ["reconstruct", str(tmp_path / "absent"), "--output", str(tmp_path / "o.nii"), *options]
    assert main(words) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["reconstruct", "--output", "{0}/o.nii", *LINEAR, "--device", "mps"], "device mps is not available"),
        (["check", "--report", "{0}/o", *LINEAR, "--device", "mps"], "device mps is not available"),
        (
            ["evaluate", "--out", "{0}/o", "--methods", "linear", "--device", "mps"],
            "device mps is not available",
        ),
        (
            ["evaluate", "--out", "{0}/o", "--methods", "linear", "--steps", "0"],
            "steps is 0, must be 1 to 100",
        ),
        (["evaluate", "--out", "{0}/o", "--methods", "linear", "--seed", "-4"], "seed is -4, must be 0 to"),
    ],
)
def test_what_an_interpolation_does_not_need_is_checked_all_the_same(
    words, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    command, *options = (word.format(tmp_path) for word in words)
    assert main([command, str(tmp_path / "absent"), *options]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(("phases", "expected"), [("ED", [0]), ("0,2", [0, 2]), ("all", [0, 1, 2])])
def test_only_the_phases_asked_for_are_written(folder, phases, expected, capsys):
    out = folder / "out.nii.gz"
    words = ["reconstruct", str(folder / "a.nii.gz"), "--output", str(out), *LINEAR, "--phases", phases]
    assert main(words) == 0
    before, after = read_stack(folder / "a.nii.gz"), read_stack(out)
    np.testing.assert_array_equal(after.intensity[:, ::2], before.intensity[expected])
    counted = "1 phase x 7 slices" if len(expected) == 1 else f"{len(expected)} phases x 7 slices"
    assert counted in capsys.readouterr().out


def test_how_end_systole_was_found_is_in_the_sidecar(folder):
    words = ["reconstruct", str(folder / "a.nii.gz"), "--output", str(folder / "out.nii"), *LINEAR]
    assert main([*words, "--phases", "ED,ES"]) == 0
    steps = " ".join(json.loads((folder / "out.json").read_text(encoding="utf-8"))["input"]["steps"])
    assert "ED is taken as the first phase" in steps
    assert "ES is estimated as phase" in steps


def test_a_series_is_chosen_by_number_or_label(folder, capsys):
    (folder / "broken.nii.gz").unlink()
    words = ["reconstruct", str(folder), "--output", str(folder / "out" / "x.nii"), *LINEAR]
    assert main(words) == 1
    message = capsys.readouterr().err
    assert "3 short-axis stacks, choose one: 1: a (short axis, 4 × 3 at 10.0 mm); 2: b (" in message
    assert "name it by its number: --series N" in message
    assert main([*words, "--series", "2"]) == 0
    assert main([*words, "--series", "B"]) == 0
    for absent in ("0", "9", "d"):
        assert main([*words, "--series", absent]) == 1
        assert f"--series {absent} names 0 series; there are 1: a" in capsys.readouterr().err


def test_a_label_of_several_series_lists_those_and_says_how_to_name_one(folder, capsys):
    (folder / "deep").mkdir()
    (folder / "b.nrrd").rename(folder / "deep" / "a.nrrd")
    words = ["reconstruct", str(folder), "--output", str(folder / "out" / "x.nii"), *LINEAR]
    assert main([*words, "--series", "a"]) == 1
    told = capsys.readouterr().err
    assert "--series a names 2 series: 1: a (4 × 3 at 10.0 mm); 3: a (4 × 3 at 10.0 mm); name it" in told
    assert told.endswith("name it by its number: --series N\n")


def test_derived_dicom_is_written_beside_the_volume(folder):
    words = ["reconstruct", str(folder / "a.nii.gz"), "--output", str(folder / "out.nii"), *LINEAR]
    assert main([*words, "--dicom", str(folder / "new" / "dicom")]) == 0
    assert len(list((folder / "new" / "dicom").iterdir())) == 3 * 7


def test_dicom_that_cannot_be_written_is_told_with_the_volume_that_is(folder, monkeypatch, capsys):
    def full_disk(*_arguments, **_options):
        raise OutputError("cannot write DICOM files: the disk is full")

    monkeypatch.setattr("calid_core.io.derived_dicom.write_dicom", full_disk)
    words = ["reconstruct", str(folder / "a.nii.gz"), "--output", str(folder / "out.nii"), *LINEAR]
    assert main([*words, "--dicom", str(folder / "dicom")]) == 1
    told = "a.nii.gz: failed: cannot write DICOM files: the disk is full; out.nii is written"
    assert capsys.readouterr().err.splitlines()[-1] == told


def test_ctrl_c_stops_cleanly_with_130_and_leaves_no_file(folder, monkeypatch, capsys):
    def interrupted(stack, settings, on_progress, cancel, *, model, phases):
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(0.01)
        cancel.raise_if_cancelled()

    monkeypatch.setattr("calid_core.pipeline.reconstruct", interrupted)
    before = signal.getsignal(signal.SIGINT)
    words = ["reconstruct", str(folder / "a.nii.gz"), "--output", str(folder / "out.nii"), *LINEAR]
    assert main(words) == 130
    assert not (folder / "out.nii").exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_while_a_library_is_imported_does_not_wait_for_it(folder, monkeypatch):
    (folder / "slow_library.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(0.01)\nimported = True\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    seen = []

    def importing(*_, **__):
        import slow_library

        seen.append(slow_library)

    monkeypatch.setattr("calid_core.pipeline.reconstruct", importing)
    words = ["reconstruct", str(folder / "a.nii.gz"), "--output", str(folder / "out.nii"), *LINEAR]
    assert main(words) == 130
    assert not seen
    assert not (folder / "out.nii").exists()


@pytest.mark.parametrize("name", ["out.nii.gz", "out.nii", "out.nrrd"])
def test_ctrl_c_while_the_volume_is_written_ends_with_130_and_the_old_file(name, folder, monkeypatch, capsys):
    write = volume._write

    def interrupted(*arguments):
        write(*arguments)
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(0.01)

    monkeypatch.setattr(volume, "_write", interrupted)
    (folder / name).write_bytes(b"old")
    before = sorted(folder.iterdir())
    assert main(["reconstruct", str(folder / "a.nii.gz"), "--output", str(folder / name), *LINEAR]) == 130
    assert sorted(folder.iterdir()) == before
    assert (folder / name).read_bytes() == b"old"
    assert "->" not in capsys.readouterr().out


def test_ctrl_c_after_the_volume_was_written_ends_with_130(folder, monkeypatch, capsys):
    def interrupted(*_, **__):
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(0.01)

    monkeypatch.setattr("calid_core.io.derived_volume.write_sidecar", interrupted)
    words = ["reconstruct", str(folder / "a.nii.gz"), "--output", str(folder / "out.nii"), *LINEAR]
    assert main(words) == 130
    assert "->" not in capsys.readouterr().out


def test_a_defect_in_one_input_is_reported_and_the_rest_goes_on(folder, monkeypatch, capsys):
    def broken(*_, **__):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("calid_core.pipeline.reconstruct", broken)
    inputs = [str(folder / name) for name in ("a.nii.gz", "b.nrrd")]
    assert main(["reconstruct", *inputs, "--output-dir", str(folder / "out"), *LINEAR]) == 1
    assert capsys.readouterr().err.count("failed unexpectedly: division by zero") == 2


def test_memory_that_runs_out_for_one_input_is_told_in_one_line_and_the_rest_goes_on(
    folder, monkeypatch, capsys
):
    def broken(*_, **__):
        raise MemoryError("Unable to allocate 72.0 GiB")

    monkeypatch.setattr("calid_core.pipeline.reconstruct", broken)
    inputs = [str(folder / name) for name in ("a.nii.gz", "b.nrrd")]
    assert main(["reconstruct", *inputs, "--output-dir", str(folder / "out"), *LINEAR]) == 1
    told = capsys.readouterr().err
    assert told.count("failed: there is not enough memory; ") == 2
    assert "Traceback" not in told


def test_what_was_done_while_reading_is_told(tmp_path, capsys):
    stack = make_stack(np.float32)
    holed = np.where(stack.intensity > 110, np.float32(np.nan), stack.intensity)
    write_volume(tmp_path / "holed.nii.gz", holed, stack.geometry, stack.phase_times)
    source, out = tmp_path / "holed.nii.gz", tmp_path / "out.nii.gz"
    assert main(["reconstruct", str(source), "--output", str(out), *LINEAR]) == 0
    (step,) = (step for step in read_stack(source).source.steps if "NaN" in step)
    assert f"holed.nii.gz: note: {step}" in capsys.readouterr().err


def test_the_acquired_file_of_a_folder_is_not_replaced(tmp_path, monkeypatch, capsys):
    write_volume(tmp_path / "heart.nii.gz", *_parts(make_stack(np.int16, slices=4, phases=3)))
    before = (tmp_path / "heart.nii.gz").read_bytes()
    monkeypatch.setattr("calid_core.pipeline.reconstruct", lambda *_a, **_o: pytest.fail("it was computed"))
    command = ["reconstruct", str(tmp_path), "--output", str(tmp_path / "heart.nii.gz"), *LINEAR]
    assert main(command) == 1
    assert "heart.nii.gz is the acquired file itself; choose another name" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["heart.nii.gz"]
    assert (tmp_path / "heart.nii.gz").read_bytes() == before


def test_what_another_input_may_be_read_from_is_not_replaced(folder, capsys):
    (folder / "other").mkdir()
    (folder / "a.nii.gz").rename(folder / "other" / "a.nii.gz")
    write_volume(folder / "a.nii.gz", *_parts(make_stack(np.int16, slices=4, phases=3)))
    before = (folder / "other" / "a.nii.gz").read_bytes()
    inputs = [str(folder / "a.nii.gz"), str(folder / "other")]
    assert main(["reconstruct", *inputs, "--output-dir", str(folder / "other"), *LINEAR]) == 2
    assert "a.nii.gz would overwrite an input" in capsys.readouterr().err
    assert (folder / "other" / "a.nii.gz").read_bytes() == before


def test_a_result_in_an_input_folder_is_replaced_by_the_next_one(folder):
    (folder / "b.nrrd").unlink()
    (folder / "c.mha").unlink()
    command = ["reconstruct", str(folder), "--output", str(folder / "out.nii.gz"), *LINEAR]
    assert main(command) == main(command) == 0


def _parts(stack):
    return stack.intensity, stack.geometry, stack.phase_times


def test_a_result_does_not_replace_the_json_of_a_phantom_which_its_help_names(tmp_path, capsys):
    (tmp_path / "heart.json").write_text(json.dumps({"what": "computed phantom, not a patient"}))
    words = ["reconstruct", str(tmp_path / "heart.nii.gz"), "--output", str(tmp_path / "heart.mha")]
    assert main(words) == 2
    assert "heart.json is there and is not the JSON of a result" in capsys.readouterr().err
    assert main(["phantom", "--help"]) == 0
    assert "OUT.json" in capsys.readouterr().out


def test_a_json_file_of_something_else_is_met_before_anything_is_computed(tmp_path):
    (tmp_path / "out.json").write_text("{}")
    with pytest.raises(SettingsError, match=r"out\.json is there and is not the JSON of a result"):
        destinations([tmp_path / "cine.nii.gz"], tmp_path / "out.nii.gz", None)


@pytest.mark.parametrize("suffix", [".mhd", ".nhdr"])
def test_intensities_of_something_else_are_met_before_anything_is_computed(suffix, tmp_path):
    (tmp_path / "out.raw").write_bytes(b"mine")
    with pytest.raises(
        SettingsError, match=rf"out\.raw is there and not of out{suffix}; choose another name"
    ):
        destinations([tmp_path / "cine.nii.gz"], tmp_path / f"out{suffix}", None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--output", "{0}/file/out.nii"],
            "--output: cannot write into {0}/file: file is no folder; choose another",
        ),
        (["--output-dir", "{0}/file/new"], "--output-dir: cannot write into {0}/file/new: file is no folder"),
        (["--output", "{0}/taken.nii"], "taken.nii is a folder; choose another name"),
        (
            ["--output", "{0}/out.nii", "--dicom", "{0}/file"],
            "--dicom: cannot write into {0}/file: file is no folder",
        ),
        pytest.param(
            ["--output", "/proc/out.nii"],
            "--output: cannot write into /proc: the folder is not writable; choose another",
            marks=pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux"),
        ),
    ],
)
def test_a_place_that_takes_no_files_is_met_before_anything_is_read(options, message, tmp_path, capsys):
    (tmp_path / "file").touch()
    (tmp_path / "taken.nii").mkdir()
    words = ["reconstruct", str(tmp_path / "absent.nii"), *(option.format(tmp_path) for option in options)]
    assert main(words) == 1
    assert message.format(tmp_path) in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "taken.nii"]


LONG = "x" * 252
"""With a suffix longer than a name may be."""


@pytest.mark.parametrize(
    "words",
    [
        ["inspect", "{0}/" + LONG + ".nii"],
        ["reconstruct", "{0}/a.nii.gz", "--output", "{0}/" + LONG + ".nii"],
        ["reconstruct", "{0}/a.nii.gz", "--output", "{0}/" + LONG[:251] + ".nii"],  # that of the JSON file
        ["reconstruct", "{0}/a.nii.gz", "--output-dir", "{0}/new/" + LONG + "/" + LONG * 2],
        ["reconstruct", "{0}/a.nii.gz", "--output-dir", "{0}" + "/new" * 1200],
        ["reconstruct", "{0}/a.nii.gz", "--output", "{0}/out.nii", "--dicom", "{0}/" + LONG * 2],
        ["check", "{0}/a.nii.gz", "--report", "{0}/" + LONG * 2],
        ["evaluate", "{0}/a.nii.gz", "--patients", "all", "--out", "{0}/" + LONG * 2],
        ["evaluate", "{0}/" + LONG * 2, "--out", "{0}"],
        ["phantom", "{0}/" + LONG + ".nii"],
        ["train", "restart", "{0}/" + LONG * 2],
    ],
)
def test_a_name_that_is_too_long_is_met_before_anything_is_computed(words, folder, capsys, monkeypatch):
    monkeypatch.setattr("calid_core.io.discovery.load_volume", lambda *_: pytest.fail("it was read"))
    before = sorted(path.name for path in folder.iterdir())
    assert main([word.format(folder) for word in words]) == 1
    errors = capsys.readouterr().err
    assert re.search(r"the name is too long; choose a shorter one|File name too long", errors)
    assert len(errors.splitlines()) == 1
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize(("command", "option"), [("check", "--report"), ("evaluate", "--out")])
def test_a_report_that_cannot_be_written_is_met_before_anything_is_computed(command, option, folder, capsys):
    (folder / "file").touch()
    words = [command, str(folder / "a.nii.gz"), option, str(folder / "file" / "out")]
    assert main(words) == 1
    assert f"{option}: cannot write into {folder / 'file'}" in capsys.readouterr().err
