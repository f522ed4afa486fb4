"""What is read of the real data in ../shared/data; skipped where it is absent."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from calid_core.cine import View
from calid_core.errors import InputError
from calid_core.io import load, read_stack, scan

ACDC_5_MM = {"035", "075", "081", "082", "084", "085", "088", "092", "094", "095", "096", "099"}


@pytest.mark.parametrize(
    ("patient", "slices", "phases", "pitch", "in_plane"),
    [
        ("SCD0000101", 12, 20, 10.0, 1.367),
        ("SCD0000201", 13, 20, 10.0, 1.367),
        ("SCD0000301", 10, 20, 8.0, 1.289),
        ("SCD0002001", 11, 20, 10.0, 1.367),
    ],
)
def test_sunnybrook_patients_have_the_known_size(
    sunnybrook: Path, patient: str, slices: int, phases: int, pitch: float, in_plane: float
) -> None:
    found = scan([sunnybrook / "dicom" / patient])
    assert len(found.series) == 1
    summary = found.series[0]
    assert (summary.view, summary.slices, summary.phases) == (View.SHORT_AXIS, slices, phases)
    assert summary.pitch == pytest.approx(pitch, abs=1e-3)
    assert summary.in_plane == pytest.approx((in_plane, in_plane), abs=5e-4)
    assert summary.regular


def test_sunnybrook_duplicates_are_counted(sunnybrook: Path) -> None:
    problems = scan([sunnybrook / "dicom" / "SCD0002001"]).problems
    assert [p.count for p in problems] == [12]
    assert "12 duplicate files" in problems[0].message


def test_sunnybrook_pixels_are_those_of_simpleitk(sunnybrook: Path) -> None:
    stack = read_stack(sunnybrook / "dicom" / "SCD0000101")
    for slice_, phase in ((0, 0), (5, 7), (11, 19)):
        image = sitk.ReadImage(stack.slice_frames[slice_][phase].path)
        np.testing.assert_array_equal(stack.intensity[phase, slice_], sitk.GetArrayFromImage(image)[0])
        np.testing.assert_allclose(stack.geometry.slice_position(slice_), image.GetOrigin(), atol=1e-2)


def test_several_patients_in_a_folder_are_kept_apart(sunnybrook: Path) -> None:
    found = scan([sunnybrook])
    assert sorted((s.study, s.slices, s.phases) for s in found.series) == [
        (1, 12, 20),
        (2, 13, 20),
        (3, 10, 20),
        (4, 11, 20),
    ]


def test_bivme_is_one_short_axis_stack_and_five_long_axis_cines(bivme: Path) -> None:
    found = scan([bivme])
    short = found.series[0]
    assert (short.view, short.slices, short.phases) == (View.SHORT_AXIS, 6, 25)
    assert short.pitch == pytest.approx(17.7, abs=0.01)
    assert (short.thickness, short.in_plane) == (6.0, (1.40625, 1.40625))
    assert [(s.view, s.slices, s.phases) for s in found.series[1:]] == [(View.LONG_AXIS, 1, 25)] * 5
    assert {s.frame_of_reference for s in found.series} == {1}
    assert any("triggered differently" in message for message in short.messages)


def test_bivme_long_axis_planes_cut_the_short_axis_stack(bivme: Path) -> None:
    series = scan([bivme]).series
    short = load(series[0])
    for summary in series[1:]:
        view = load(summary)
        centre = view.geometry.to_patient((0, view.geometry.shape[1] / 2, view.geometry.shape[2] / 2))
        assert np.all(
            np.abs(short.geometry.to_index(centre)[1:] - np.array(short.geometry.shape[1:]) / 2) < 60
        )


def test_the_pig_has_two_stacks_in_one_frame_of_reference(pig: Path) -> None:
    found = scan([pig])
    assert [(s.view, s.slices, s.phases) for s in found.series] == [
        (View.SHORT_AXIS, 20, 20),
        (View.LONG_AXIS, 14, 20),
    ]
    assert [round(s.pitch or 0, 3) for s in found.series] == [5.0, 5.0]
    assert [s.frame_of_reference for s in found.series] == [1, 1]


def test_the_pig_stacks_show_the_same_heart_where_they_cross(pig: Path) -> None:
    short, long = (load(s) for s in scan([pig]).series)
    index = np.stack(
        np.meshgrid(np.arange(14), np.arange(40, 216, 4), np.arange(40, 216, 4), indexing="ij"), -1
    )
    place = short.geometry.to_index(long.geometry.to_patient(index))
    inside = np.all((place >= 0) & (place <= np.array(short.geometry.shape) - 1), axis=-1)
    near = np.rint(place[inside]).astype(int)
    one = short.intensity[0][tuple(near.T)].astype(float)
    other = long.intensity[0][tuple(index[inside].T)].astype(float)
    assert inside.sum() > 1000
    assert np.corrcoef(one, other)[0, 1] > 0.6


def test_acdc_spacing_is_right_in_spite_of_the_unit_sform(acdc: Path) -> None:
    patients = sorted(acdc.glob("patient*"))
    assert patients
    for patient in patients:
        number = patient.name.removeprefix("patient")
        for summary in scan([patient]).series:
            image = sitk.ImageFileReader()
            image.SetFileName(str(patient / f"{summary.label}.nii.gz"))
            image.ReadImageInformation()
            pixdim = [float(image.GetMetaData(f"pixdim[{axis}]")) for axis in (3, 2, 1)]
            assert (summary.pitch, *summary.in_plane) == pytest.approx(pixdim, rel=1e-4)
            assert not summary.known
            assert (number in ACDC_5_MM) == (summary.pitch == pytest.approx(5.0))


def test_acdc_labels_are_not_taken_for_images(acdc: Path) -> None:
    found = scan([acdc / "patient001"])
    assert [s.label for s in found.series] == ["patient001_frame01", "patient001_frame12"]
    assert any("segmentations" in p.message for p in found.problems)
    with pytest.raises(InputError, match="2 short-axis stacks, choose one: 1: patient001_frame01"):
        read_stack(acdc / "patient001")


def test_the_one_acdc_cine_is_chosen_before_its_single_phases(acdc: Path) -> None:
    stack = read_stack(acdc / "patient090")
    assert (stack.slices, stack.phases) == (7, 12)
