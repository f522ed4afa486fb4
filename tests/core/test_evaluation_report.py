"""From folders to a report: data sets, patients, the command, the files it writes."""

import csv
import dataclasses
import errno
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from calid_core.cine import CineStack, FrameReference
from calid_core.cli import main
from calid_core.contouring.heart_box import estimated_box
from calid_core.datasets.cases import BoxSource, Case, Moment
from calid_core.datasets.contours import contour_labels, moments
from calid_core.datasets.division import kept_for_validation, was_trained_on
from calid_core.datasets.patients import Patient, find_patients, left_out_remark, read_cases, select_patients
from calid_core.errors import InputError, OutputError, SettingsError
from calid_core.evaluation import report
from calid_core.evaluation.holdout import hold_out
from calid_core.evaluation.methods import build_methods, method_names
from calid_core.evaluation.panels import Panel, panels
from calid_core.evaluation.plots import line_plot
from calid_core.evaluation.report import write_report
from calid_core.evaluation.runner import Evaluation, evaluate, slice_psnr
from calid_core.evaluation.scores import Metric
from calid_core.evaluation.specimens import telling_phases
from calid_core.evaluation.tables import markdown, tables
from calid_core.io import read_stack
from calid_core.sample import sample_stack
from tests.core.dicom_files import Cine, pixel_values, save
from tests.core.evaluation_cases import SPACING, Bright, ball_case, ball_labels, stack_of, write_nifti


@pytest.fixture
def acdc(tmp_path: Path) -> Path:
    """Patients 4, 5 and 10 in the layout of ACDC."""
    for number in (4, 5, 10):
        folder = tmp_path / "acdc" / f"patient{number:03d}"
        folder.mkdir(parents=True)
        (folder / "Info.cfg").write_text("ED: 1\nES: 12\nGroup: NOR\n")
        for frame, phase in ((1, 0), (12, 1)):
            case = ball_case(phases=2, seed=number)
            assert case.labels is not None
            name = f"patient{number:03d}_frame{frame:02d}"
            write_nifti(folder / f"{name}.nii.gz", case.stack.intensity[phase])
            write_nifti(folder / f"{name}_gt.nii.gz", case.labels[phase])
    return tmp_path / "acdc"


class Checker(HTMLParser):
    """Collects what a self-contained page must not have, and whether tags close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []
        self.images = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        source = values.get("src") or values.get("href") or ""
        if tag in ("script", "link", "iframe") or source.startswith(("http", "/", "file")):
            self.outside.append(tag)
        self.images += tag == "img"
        if tag not in ("img", "meta"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("line", "circle", "polyline")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_acdc_volumes_are_read_with_labels_moments_and_spacing(acdc: Path) -> None:
    cases = read_cases(find_patients([acdc / "patient005"]))
    assert [case.name for case in cases] == ["patient005 ED", "patient005 ES"]
    assert cases[0].spacing == SPACING
    assert cases[0].labels is not None
    np.testing.assert_array_equal(cases[1].labels, ball_labels(phases=2)[1:])


def test_validation_leaves_out_every_patient_the_model_was_trained_on(acdc: Path) -> None:
    found = find_patients([acdc])
    assert [p.name for p in found] == ["patient004", "patient005", "patient010"]
    assert [p.name for p in select_patients(found, "validation")] == ["patient005", "patient010"]
    assert [p.name for p in select_patients(found, "all")] == [p.name for p in found]
    (told,) = left_out_remark(found, select_patients(found, "validation"), "validation")
    assert told == "1 of 3 patients is left out: the shipped model was trained on it."
    assert left_out_remark(found, found[:1], "1") == left_out_remark(found, found, "validation") == ()
    assert [p.name for p in select_patients(found, "10, patient004")] == ["patient004", "patient010"]


def test_a_selection_that_leaves_nobody_is_refused(acdc: Path) -> None:
    found = find_patients([acdc / "patient004"])
    with pytest.raises(SettingsError, match="leaves nobody of 1 patient; give --patients all"):
        select_patients(found, "validation")
    with pytest.raises(SettingsError, match=r"no patient 77; the data hold 1 patient: patient004$"):
        select_patients(found, "4,77")


def test_commas_too_many_are_passed_over_and_who_is_there_is_told_where_nobody_is_named() -> None:
    found = [Patient(f"patient{number:03d}", tuple) for number in range(1, 8)]
    assert [p.name for p in select_patients(found, "2,, 4,")] == ["patient002", "patient004"]
    for nobody in ("", " , "):
        with pytest.raises(
            SettingsError, match=r"--patients names nobody; .* of 7 patients: patient001, .*05, …$"
        ):
            select_patients(found, nobody)


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing does not exist"):
        find_patients([tmp_path / "missing"])


def test_an_empty_folder_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "nobody").mkdir()
    with pytest.raises(InputError) as told:
        read_cases(find_patients([tmp_path / "nobody"]))
    assert str(told.value).startswith(f"{tmp_path / 'nobody'}: the folder is empty")


def test_a_patient_who_cannot_be_read_is_named(acdc: Path) -> None:
    (acdc / "patient010" / "Info.cfg").write_text("ED: 1\n")
    with pytest.raises(InputError, match=r"^patient010: .*Info\.cfg does not tell the frames of ED and ES"):
        read_cases(find_patients([acdc]))


def test_every_patient_who_cannot_be_used_is_named_at_once(acdc: Path) -> None:
    for name in ("patient005", "patient010"):
        (acdc / name / "Info.cfg").write_text("ED: 1\n")
    with pytest.raises(InputError, match=r"^patient005: .* ED and ES.*\npatient010: .* ED and ES[^\n]*$"):
        read_cases(find_patients([acdc]))


def test_every_case_that_cannot_be_held_out_is_named_before_anything_is_predicted() -> None:
    first, second = (ball_case(name, slices=2) for name in "ab")
    with pytest.raises(InputError, match=r"^a.*: the hold-out needs.*\nb.*: the hold-out needs"):
        evaluate([first, ball_case(), second], [])


def test_a_patient_in_the_layout_of_acdc_keeps_the_labels_under_any_name(acdc: Path) -> None:
    (acdc / "patient010").rename(acdc / "S1")
    for file in (acdc / "S1").glob("patient010*"):
        file.rename(file.with_name(file.name.replace("patient010", "S1")))
    cases = read_cases(find_patients([acdc / "S1"]))
    assert [case.dataset for case in cases] == ["ACDC", "ACDC"]
    assert all(case.labels is not None for case in cases)
    assert sorted(patient.name for patient in find_patients([acdc])) == ["S1", "patient004", "patient005"]


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("Info.cfg", b"ED: 1\nES: 12\nGroup: \xe4\n", r"Info\.cfg is no text in UTF-8"),
        ("patient010_frame12.nii.gz", None, r"frame12\.nii\.gz is missing; copy the patient's folder anew"),
        ("patient010_frame12_gt.nii.gz", b"\x1f\x8bgarbage", r"frame12_gt\.nii\.gz cannot be used: "),
        (
            "patient010_frame12_gt.nii.gz",
            np.ones((5, 64, 64)),
            "has 5 × 64 × 64 slices.* its image 9 × 64 × 64",
        ),
        (
            "patient010_frame12_gt.nii.gz",
            np.zeros((9, 64, 64)),
            "frame12_gt.*: nothing is drawn in the labels",
        ),
    ],
)
def test_a_fault_in_the_files_of_acdc_is_told_with_the_patient(
    acdc: Path, file: str, content: bytes | np.ndarray | None, told: str
) -> None:
    path = acdc / "patient010" / file
    if content is None:
        path.unlink()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        write_nifti(path, content)
    with pytest.raises(InputError, match=f"^patient010: .*{told}"):
        read_cases(find_patients([acdc]))


@pytest.mark.parametrize("name", ["patient001_frame01.nii.gz", "patient012.nrrd", "SCD0000101.nii"])
def test_a_file_of_a_patient_that_was_trained_on_is_known_by_its_name(name: str) -> None:
    assert was_trained_on(name)
    assert not was_trained_on(
        name.replace("patient001", "patient005").replace("012", "015").replace("0101", "2001")
    )


@pytest.mark.parametrize(
    "name",
    ["patient101", "patient102_frame01.nii.gz", "patient150", "patient151", "SCD00001011", "SCD00001011.nii"],
)
def test_a_patient_of_the_test_set_or_of_a_longer_name_was_not_trained_on(name: str) -> None:
    assert not was_trained_on(name)


def test_about_every_fifth_of_other_subjects_validates_whoever_else_is_there() -> None:
    names = [f"subject {number}" for number in range(400)]
    kept = kept_for_validation(names)
    assert 60 <= len(kept) <= 100
    assert kept_for_validation(names[:200]) == kept & set(names[:200])
    assert len(kept_for_validation(names[:3], least=2)) == 2


@pytest.mark.parametrize("way", [".", "./", "inner/..", "../patient004", "../patient004/."])
def test_a_patient_is_known_by_the_name_of_the_folder_however_it_is_reached(
    acdc: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (acdc / "patient004" / "inner").mkdir()
    monkeypatch.chdir(acdc / "patient004")
    (patient,) = find_patients([Path(way)])
    assert (patient.name, was_trained_on(patient.name)) == ("patient004", True)
    assert len(patient.cases()) == 2


def test_a_folder_without_labels_is_known_by_its_name_from_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "SCD0000101" / "inner").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "SCD0000101" / "inner")
    with pytest.raises(SettingsError, match="leaves nobody of 1 patient"):
        select_patients(find_patients([Path("..")]), "validation")


def stacks_in(folder: Path, *files: str) -> Path:
    for number, file in enumerate(files):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        write_nifti(folder / file, ball_case(seed=number).stack.intensity[0])
    return folder


def test_a_folder_of_folders_with_a_stack_each_holds_as_many_patients(tmp_path: Path) -> None:
    folder = stacks_in(tmp_path / "study", "SCD0000101/a.nii.gz", "two/b.nii.gz", "three/deeper/c.nii.gz")
    (folder / "notes").mkdir()
    found = find_patients([folder])
    assert [p.name for p in found] == ["SCD0000101", "three", "two"]
    cases = read_cases(select_patients(found, "validation"))
    assert [(case.name, case.stack.slices) for case in cases] == [("three", 9), ("two", 9)]


@pytest.mark.parametrize(
    "files", [("one/a.nii.gz", "two/b.nii.gz", "two/c.nii.gz"), ("a.nii.gz", "b.nii.gz")]
)
def test_where_stacks_of_several_patients_lie_together_their_own_folders_are_asked_for(
    tmp_path: Path, files: tuple[str, ...]
) -> None:
    (patient,) = find_patients([stacks_in(tmp_path / "study", *files)])
    with pytest.raises(
        InputError, match=r"^study: \d short-axis stacks, .*; to choose, give the file or folder of"
    ):
        read_cases([patient])


def test_stacks_in_the_folder_of_a_training_patient_are_no_patients_of_their_own(tmp_path: Path) -> None:
    folder = stacks_in(tmp_path / "SCD0000101", "one/a.nii.gz", "two/b.nii.gz")
    assert [p.name for p in find_patients([folder])] == ["SCD0000101"]


def test_data_of_the_same_name_are_refused_and_others_keep_their_whole_names(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("1.2.840.1", "1.2.840.2", "again/1.2.840.2")]
    for folder in folders:
        folder.mkdir(parents=True)
    assert [p.name for p in find_patients(folders[:2])] == ["1.2.840.1", "1.2.840.2"]
    with pytest.raises(InputError, match=r"2 of the data given are called 1\.2\.840\.2: give each"):
        find_patients(folders)


def test_a_stack_without_labels_gets_an_estimated_box_and_says_so(tmp_path: Path) -> None:
    write_nifti(tmp_path / "volume.nii.gz", ball_case().stack.intensity[0])
    (case,) = read_cases(find_patients([tmp_path / "volume.nii.gz"]))
    assert case.box_source is BoxSource.ESTIMATED
    assert case.labels is None
    evaluation = evaluate([case], build_methods(["linear"]), two_sample=False)
    assert any("estimated" in remark for remark in evaluation.remarks)


def test_the_estimated_box_lies_about_what_moves() -> None:
    still = np.full((6, 5, 100, 120), 50, np.int16)
    still[::2, :, 60:70, 30:40] = 200
    box = estimated_box(stack_of(still))
    assert box.centre == pytest.approx((64.5, 34.5), abs=1.5)
    assert box.rows[1] - box.rows[0] <= 66


def test_the_estimated_box_lies_about_the_ventricle_where_something_else_moves_more() -> None:
    sample = sample_stack()
    undisturbed = estimated_box(sample).centre
    intensity = sample.intensity.copy()
    intensity[::2, :, 5:20, 5:20] = intensity.max()
    disturbed = dataclasses.replace(sample, intensity=intensity)
    assert estimated_box(disturbed).centre == pytest.approx(undisturbed, abs=5.0)


def contoured(name: Callable[[int, int], str]) -> CineStack:
    """A cine whose frames are in the files that ``name`` tells of slice and phase."""
    stack = ball_case(phases=2).stack
    frames = tuple(tuple(FrameReference(Path("/x", name(s, p))) for p in range(2)) for s in range(9))
    return dataclasses.replace(stack, slice_frames=frames)


def test_contours_fill_the_slice_whose_file_they_name(tmp_path: Path) -> None:
    stack = contoured(lambda slice_, phase: f"{slice_ * 2 + phase + 1}.dcm")
    corners = [(10.0, 20.0), (30.0, 20.0), (30.0, 25.0), (10.0, 25.0)]
    text = "\n".join(f"{column} {row}" for column, row in corners)
    (tmp_path / "IM-0001-0008-icontour-manual.txt").write_text(text)
    labels = contour_labels(stack, list(tmp_path.glob("*contour*.txt")))
    drawn = np.argwhere((labels == 3).any(axis=(2, 3)))
    assert drawn.tolist() == [[1, 3]]
    rows, columns = np.nonzero(labels[1, 3] == 3)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == pytest.approx((20, 25, 10, 30), abs=1)
    assert (labels[0] == 255).all()


def test_a_contour_lies_on_the_file_of_its_whole_name_where_numbers_begin_anew(tmp_path: Path) -> None:
    stack = contoured(lambda slice_, phase: f"IM-{slice_ + 1:04d}-{slice_ // 8 + phase + 1:04d}.dcm")
    names = (
        "IM-0004-0002-icontour-manual.txt",
        "IM-0004-0003-icontour-manual.txt",
    )  # 0003 is of the last slice
    for name in names:
        (tmp_path / name).write_text("10 20\n30 20\n30 25\n")
    labels = contour_labels(stack, [tmp_path / name for name in names])
    assert np.argwhere((labels == 3).any(axis=(2, 3))).tolist() == [[1, 3]]


@pytest.mark.parametrize("frame", ["IM-0001-{}.dcm", "IM-0001-{:04d}.dcm", "IM-0001-{:06d}.dcm"])
@pytest.mark.parametrize("contour", ["8", "0008", "000008"])
def test_a_contour_lies_on_its_frame_however_their_numbers_are_padded(
    tmp_path: Path, frame: str, contour: str
) -> None:
    stack = contoured(lambda slice_, phase: frame.format(slice_ * 2 + phase + 1))
    file = tmp_path / f"IM-0001-{contour}-icontour-manual.txt"
    file.write_text("10 20\n30 20\n30 25\n")
    labels = contour_labels(stack, [file])
    assert np.argwhere((labels == 3).any(axis=(2, 3))).tolist() == [[1, 3]]


def test_a_contour_lies_at_the_phase_of_its_frame_and_not_where_that_was_interpolated(tmp_path: Path) -> None:
    stack = contoured(lambda slice_, phase: f"{slice_ + 1}.dcm")
    states = tuple(dataclasses.replace(s, resampled_phases=(0,)) for s in stack.slice_states)
    (tmp_path / "IM-0001-0004-icontour-manual.txt").write_text("10 20\n30 20\n30 25\n")
    stack = dataclasses.replace(stack, slice_states=states)
    labels = contour_labels(stack, list(tmp_path.iterdir()))
    assert np.argwhere((labels == 3).any(axis=(2, 3))).tolist() == [[1, 3]]


@pytest.mark.parametrize("phases", [(0, 1), (1,)], ids=["slice", "frame"])
def test_a_contour_goes_with_a_slice_or_frame_that_is_shifted_to_its_place(
    tmp_path: Path, phases: tuple[int, ...]
) -> None:
    cine = Cine(phases=2, rows=32, columns=32)

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 2 and phase in phases:
            down, right = 2 * cine.spacing[0], -3 * cine.spacing[1]
            aside = cine.position(2) + down * cine.column_direction + right * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    for number, dataset in enumerate(cine.datasets(), 1):
        save(dataset, tmp_path / f"IM-0001-{number:04d}.dcm")
    files = [tmp_path / f"IM-0001-{number:04d}-icontour-manual.txt" for number in (5, 6)]
    for file in files:
        file.write_text("9.5 11.5\n20.5 11.5\n20.5 15.5\n9.5 15.5\n")
    stack = read_stack(tmp_path)
    labels = contour_labels(stack, files)
    for phase in range(2):
        drawn = pixel_values(2, phase, 32, 32)[12:16, 10:21]
        np.testing.assert_array_equal(stack.intensity[phase, 2][labels[phase, 2] == 3], drawn.ravel())


def test_a_contour_that_fits_several_frames_is_refused(tmp_path: Path) -> None:
    stack = contoured(lambda slice_, phase: f"{slice_}/{phase + 1}.dcm")
    file = tmp_path / "IM-0001-0002-icontour-manual.txt"
    file.write_text("10 20\n30 20\n30 25\n")
    with pytest.raises(
        InputError,
        match=r"IM-0001-0002-i.*one of 9 frames .* number 2; save every frame as a file of its own, .*IM-0001-0001\.dcm",
    ):
        contour_labels(stack, [file])


def test_end_diastole_and_end_systole_are_the_largest_and_smallest_ventricle() -> None:
    named = moments(ball_labels(phases=6), SPACING)
    assert [p for p, m in enumerate(named) if m is Moment.END_DIASTOLE] == [0]
    assert [p for p, m in enumerate(named) if m is Moment.END_SYSTOLE] == [3]


def test_the_command_writes_a_report_and_prints_its_tables(
    acdc: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report"
    code = main(
        ["evaluate", str(acdc), "--methods", "nearest,linear", "--quick", "--limit", "1", "--out", str(out)]
    )
    assert code == 0
    printed = capsys.readouterr().out
    assert "| linear |" in printed
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    everything = summary["datasets"]["ACDC"]["linear"]["all"]["psnr"]
    assert everything["volumes"] == 2
    assert everything["subjects"] == 1
    rows = list(csv.DictReader((out / "scores.csv").read_text(encoding="utf-8").splitlines()))
    psnr = [
        float(row["value"])
        for row in rows
        if (row["method"], row["metric"], row["zone"]) == ("linear", "psnr", "")
    ]
    assert np.mean(psnr) == pytest.approx(everything["mean"], abs=1e-3)
    assert {row["subject"] for row in rows} == {"patient005"}


def test_an_unknown_method_ends_the_command_with_a_message(
    acdc: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(acdc), "--methods", "magic", "--out", str(tmp_path / "r")]) == 2
    assert "unknown methods magic" in capsys.readouterr().err
    assert not (tmp_path / "r").exists()


def test_the_page_is_well_formed_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    cases = [ball_case(f"p<{i}>", seed=i, moment=Moment.END_SYSTOLE) for i in range(3)]
    evaluation = evaluate(cases, build_methods(["linear", "cubic"]), two_sample=False)
    page = Checker()
    page.feed(write_report(evaluation, tmp_path)[-1].read_text(encoding="utf-8"))
    assert page.open == []
    assert page.outside == []
    # Four panels of truth, two methods and one error, and of long-axis planes of truth and both methods.
    assert page.images == 28


def exact_at_one_phase() -> Case:
    """A cine all of whose slices are equal at phase 3, where linear interpolation is therefore exact."""
    case = ball_case(phases=8)
    intensity = case.stack.intensity.copy()
    intensity[3] = intensity[3, :1]
    return dataclasses.replace(case, stack=stack_of(intensity), labels=None)


def test_a_phase_without_a_finite_psnr_interrupts_its_line_and_the_report_is_written(tmp_path: Path) -> None:
    evaluation = evaluate(
        [exact_at_one_phase()],
        build_methods(["linear"]),
        segmenter=Bright(),  # type: ignore[arg-type]
        two_sample=False,
    )
    page = write_report(evaluation, tmp_path)[-1].read_text(encoding="utf-8")
    plot = page[page.index("PSNR in dB over time") : page.index("Pictures, ranked")]
    assert [points.count(",") for points in re.findall('points="(.*?)"', plot)] == [3, 4]
    assert "inf" not in plot
    Checker().feed(page)


def test_a_line_shows_single_values_as_dots_and_without_any_there_is_no_plot() -> None:
    lost = float("nan")
    plot = line_plot("t", np.arange(3.0), {"m": np.array([1.0, lost, 2.0])})
    assert plot.count("<circle") == 2
    assert "nan" not in plot
    assert line_plot("t", np.arange(3.0), {"m": np.full(3, float("inf"))}) == ""


def test_every_line_of_a_plot_looks_different_and_stands_in_the_legend() -> None:
    names = [*method_names(), "another", "and one more"]
    values = {name: np.array([1.0, 2.0, 3.0]) + index for index, name in enumerate(names)}
    plot = line_plot("t", np.arange(3.0), values, np.ones(3))
    looks = re.findall(r'<polyline points=".*?" fill="none" (.*?)/>', plot)
    assert len(set(looks)) == len(looks) == len(names) + 1 == 15
    width, height = map(int, re.findall(r'viewBox="0 0 (\d+) (\d+)"', plot)[0])
    rows = {
        name: (float(x), float(y))
        for x, y, name in re.findall(r'<text x="([\d.]+)" y="([\d.]+)">(.*?)<', plot)
    }
    assert rows.keys() == {"acquired", *names}
    assert all(y < height and x + 6 * len(name) < width for name, (x, y) in rows.items())


def test_a_report_that_cannot_be_written_leaves_the_old_one_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluation = evaluate([ball_case()], build_methods(["linear"]), two_sample=False)
    before = [path.read_text(encoding="utf-8") for path in write_report(evaluation, tmp_path)]

    def fails(*_: object) -> str:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(report, "html_report", fails)
        with pytest.raises(RuntimeError):
            write_report(evaluation, tmp_path / "new")
    assert not (tmp_path / "new").exists()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match=r"cannot write scores\.csv: the disk is full"):
        write_report(dataclasses.replace(evaluation, cases=2), tmp_path)
    assert [
        (tmp_path / n).read_text(encoding="utf-8") for n in ("scores.csv", "summary.json", "report.html")
    ] == before


def shown_panels(evaluation: Evaluation) -> tuple[Panel, ...]:
    volumes = [s.value for s in evaluation.table.of(Metric.PSNR, "linear")]
    return panels(evaluation.specimens, evaluation.reformats, "linear", ("linear",), volumes)


def test_of_a_cine_the_best_median_and_worst_of_all_phases_are_shown() -> None:
    case = ball_case(phases=7)
    noise = np.random.default_rng(0).normal(0, 60, case.stack.intensity.shape)
    amount = np.array([3, 1, 0, 6, 5, 2, 4])[:, None, None, None]
    intensity = case.stack.intensity + noise * amount / 6
    case = dataclasses.replace(case, stack=stack_of(intensity))
    methods = build_methods(["linear"])
    evaluation = evaluate([case], methods, two_sample=False)
    table = {s.phase: s.value for s in evaluation.table.of(Metric.PSNR, "linear")}
    ranked = sorted(table, key=lambda phase: -table[phase])
    titles = [panel.title for panel in shown_panels(evaluation)]
    assert [title.split(": one")[0] for title in titles[:3]] == [
        "Best volume",
        "Median volume",
        "Worst volume",
    ]
    assert [title.split("phase ")[1] for title in titles[:3]] == [str(ranked[p] + 1) for p in (0, 3, 6)]
    held = hold_out(case)
    phase, gap = np.argwhere((psnr := slice_psnr(methods[0].predict(held.kept), held)) == psnr.min())[0]
    assert titles[3] == f"Worst slice: one, slice {held.hidden[gap] + 1}, phase {phase + 1}"


def test_the_phase_of_the_worst_slice_is_kept_though_its_volume_is_none_of_the_others() -> None:
    psnr = np.array([[5.0, 5.0], [1.0, 12.0], [7.0, 7.0], [8.0, 8.0], [9.0, 9.0]])
    assert telling_phases(psnr) == (0, 1, 2, 4)


def test_the_caption_of_a_single_volume_has_no_phase() -> None:
    evaluation = evaluate([ball_case()], build_methods(["linear"]), two_sample=False)
    worst = min(evaluation.specimens, key=lambda s: s.psnr["linear"])
    assert shown_panels(evaluation)[-1].title == f"Worst slice: one, slice {worst.slice_ + 1}"


def test_a_volume_is_shown_once_even_where_it_is_best_and_worst() -> None:
    evaluation = evaluate([ball_case()], build_methods(["linear"]), two_sample=False)
    shown = shown_panels(evaluation)
    assert [panel.title.split(":")[0] for panel in shown] == ["Best volume", "Worst slice"]
    cases = [ball_case(str(i), seed=i) for i in range(5)]
    evaluation = evaluate(cases, build_methods(["linear"]), two_sample=False)
    shown = shown_panels(evaluation)
    order = {
        name: np.mean([s.psnr["linear"] for s in evaluation.specimens if s.case == name]) for name in "01234"
    }
    ranked = sorted(order, key=lambda name: -order[name])
    assert [p.title.split(": ")[1][0] for p in shown[:3]] == [ranked[0], ranked[2], ranked[4]]


def test_the_table_of_scores_says_from_where_its_phases_count(tmp_path: Path) -> None:
    evaluation = evaluate([ball_case(phases=4)], build_methods(["linear"]), two_sample=False)
    rows = list(
        csv.DictReader(write_report(evaluation, tmp_path)[0].read_text(encoding="utf-8").splitlines())
    )
    assert {row["phase_from_0"] for row in rows if row["metric"] == "psnr"} == {"0", "1", "2", "3"}
    assert {row["phase_from_0"] for row in rows if row["metric"] == "flicker"} == {""}


def test_numbers_that_do_not_exist_are_null_in_the_summary(tmp_path: Path) -> None:
    evaluation = evaluate([ball_case()], build_methods(["linear"]), two_sample=False)
    write_report(evaluation, tmp_path)
    text = (tmp_path / "summary.json").read_text(encoding="utf-8")
    assert "NaN" not in text
    assert json.loads(text)["datasets"]["balls"]["linear"]["all"]["psnr"]["low"] is None


def test_a_markdown_table_has_as_many_cells_in_every_row() -> None:
    evaluation = evaluate([ball_case(phases=4)], build_methods(["linear", "nearest"]), two_sample=False)
    for table in tables(evaluation, "balls"):
        lines = [line for line in markdown(table).splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) == 1
