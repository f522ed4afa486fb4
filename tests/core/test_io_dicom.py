"""Reading of DICOM folders into stacks."""

import os
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

from calid_core.cine import View
from calid_core.errors import Cancelled, InputError
from calid_core.examination import findings
from calid_core.io import load, read_stack, scan
from calid_core.io.views import TYPICAL_AXIS
from calid_core.progress import CancelToken, Progress
from calid_core.provenance import SliceOrigin
from calid_core.settings import Method, ReconstructionSettings
from tests.core.dicom_files import (
    COLUMN_DIRECTION,
    NORMAL,
    ROW_DIRECTION,
    Cine,
    pixel_values,
    save,
    set_pixels,
)


def messages(folder: Path) -> str:
    found = scan([folder])
    return "\n".join([*(m for s in found.series for m in s.messages), *(p.message for p in found.problems)])


def test_every_voxel_lies_where_the_dicom_formula_puts_it(tmp_path: Path) -> None:
    cine = Cine()
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    for slice_ in range(cine.slices):
        source = cine.slices - 1 - slice_  # base first: against this normal
        for row, column in ((0, 0), (5, 0), (0, 7)):
            # PS3.3 C.7.6.2.1.1
            expected = (
                cine.position(source)
                + cine.row_direction * cine.spacing[1] * column
                + cine.column_direction * cine.spacing[0] * row
            )
            np.testing.assert_allclose(stack.geometry.to_patient((slice_, row, column)), expected, atol=1e-4)


def test_every_frame_comes_back_at_its_slice_and_phase(tmp_path: Path) -> None:
    cine = Cine()
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.intensity.dtype == np.uint16
    for slice_ in range(cine.slices):
        for phase in range(cine.phases):
            np.testing.assert_array_equal(
                stack.intensity[phase, slice_], pixel_values(cine.slices - 1 - slice_, phase)
            )
    np.testing.assert_allclose(stack.phase_times, [0, 200, 400, 600])
    assert stack.source.rr_interval == 800
    assert stack.thickness == 8.0


def test_short_axis_slices_run_from_base_to_apex(tmp_path: Path) -> None:
    Cine().write(tmp_path)
    normal = read_stack(tmp_path).geometry.normal
    assert normal[0] > 0
    assert normal[1] < 0
    assert normal[2] < 0


@pytest.mark.parametrize("suffix", ["", ".dcm", ".IMA", ".txt"])
def test_file_names_do_not_matter(tmp_path: Path, suffix: str) -> None:
    Cine().write(tmp_path / "a", seed=1)
    Cine().write(tmp_path / "b", suffix=suffix, seed=2)
    first, second = read_stack(tmp_path / "a"), read_stack(tmp_path / "b")
    np.testing.assert_array_equal(first.intensity, second.intensity)
    assert first.geometry == second.geometry


def test_one_series_per_slice_is_one_stack(tmp_path: Path) -> None:
    Cine().write(tmp_path / "one")
    Cine(series_per_slice=True).write(tmp_path / "many")
    np.testing.assert_array_equal(
        read_stack(tmp_path / "one").intensity, read_stack(tmp_path / "many").intensity
    )
    assert "joined from 5 series" in messages(tmp_path / "many")


def test_the_pitch_comes_from_positions_and_not_from_thickness_or_slice_location(tmp_path: Path) -> None:
    def mislead(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.SliceLocation = str(3.0 * slice_)
        dataset.SpacingBetweenSlices = "4"

    Cine(pitch=9.5, thickness=6.0, edit=mislead).write(tmp_path)
    summary = scan([tmp_path]).series[0]
    assert summary.pitch == pytest.approx(9.5, abs=1e-4)
    assert summary.gap == pytest.approx(3.5, abs=1e-4)


def test_a_missing_slice_leaves_a_gap_that_is_said(tmp_path: Path) -> None:
    Cine(missing=[(2, p) for p in range(4)]).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_allclose(stack.geometry.slice_offsets, [0, 10, 30, 40], atol=1e-4)
    assert not stack.geometry.regular
    assert any("1 slice is missing between slices 2 and 3" in step for step in stack.source.steps)


def test_a_missing_phase_is_filled_with_its_neighbour_and_said(tmp_path: Path) -> None:
    Cine(missing=[(4, 2)]).write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.phases == 4
    np.testing.assert_array_equal(stack.intensity[1, 0], pixel_values(4, 1))
    assert stack.intensity[2, 0, 0, 0] in (pixel_values(4, 1)[0, 0], pixel_values(4, 3)[0, 0])
    assert any("slice 1 has 3 phases instead of 4" in step for step in stack.source.steps)


def test_files_copied_under_another_name_are_counted_once(tmp_path: Path) -> None:
    paths = Cine().write(tmp_path)
    (tmp_path / "copies").mkdir()
    for path in paths[:3]:
        (tmp_path / "copies" / "test.dcm").with_stem(path.stem).write_bytes(path.read_bytes())
    assert read_stack(tmp_path).intensity.shape == (4, 5, 6, 8)
    assert "3 duplicate files skipped" in messages(tmp_path)


def test_the_same_slice_under_new_uids_is_a_duplicate(tmp_path: Path) -> None:
    Cine().write(tmp_path)
    again = Cine(series_number=90, missing=[(s, p) for s in (0, 1, 3, 4) for p in range(4)])
    again.write(tmp_path / "again")
    assert scan([tmp_path]).series[0].slices == 5
    assert "4 duplicate files skipped (same pixels" in messages(tmp_path)


def test_a_slice_acquired_twice_is_used_once_and_the_later_one(tmp_path: Path) -> None:
    def brighter(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PixelData = (pixel_values(slice_, phase) + 5).tobytes()

    Cine(series_per_slice=True).write(tmp_path)
    Cine(series_number=90, missing=[(s, p) for s in (0, 1, 3, 4) for p in range(4)], edit=brighter).write(
        tmp_path / "again"
    )
    stack = read_stack(tmp_path)
    assert stack.slices == 5
    np.testing.assert_array_equal(stack.intensity[0, 2], pixel_values(2, 0) + 5)
    assert "acquired twice" in "\n".join(stack.source.steps)


def test_differently_triggered_slices_match_by_rank_and_say_so(tmp_path: Path) -> None:
    def own_rate(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.TriggerTime = str(phase * (40 + 2 * slice_))
        dataset.NominalInterval = 4 * (40 + 2 * slice_)

    Cine(edit=own_rate).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity[3, 0], pixel_values(4, 3))
    np.testing.assert_allclose(stack.phase_times, np.arange(4) * 44.0)
    assert any("triggered differently" in step for step in stack.source.steps)
    assert any("every frame is as acquired" in step for step in stack.source.steps)
    assert not stack.resampled_slices


def _constant_trigger(dataset: Dataset, slice_: int, phase: int) -> None:
    dataset.TriggerTime = "0"
    dataset.TemporalPositionIdentifier = str(10 - phase)


def _content_time(dataset: Dataset, slice_: int, phase: int) -> None:
    del dataset.TriggerTime
    dataset.ContentTime = f"101500.{800 - phase * 200:03d}000"
    dataset.InstanceNumber = str(100 - phase)


def _absurd_trigger(dataset: Dataset, slice_: int, phase: int) -> None:
    dataset.TriggerTime = str(phase * 1e6)
    dataset.AcquisitionTime = f"101500.{800 - phase * 200:03d}000"
    dataset.InstanceNumber = str(100 - phase)


def _instance_number(dataset: Dataset, slice_: int, phase: int) -> None:
    del dataset.TriggerTime
    dataset.InstanceNumber = str(100 - phase)


@pytest.mark.parametrize(
    ("edit", "tag"),
    [
        (_constant_trigger, "temporal position"),
        (_content_time, "content time"),
        (_absurd_trigger, "acquisition time"),
        (_instance_number, "instance number"),
    ],
)
def test_phases_are_ordered_by_the_next_tag_that_works(tmp_path: Path, edit: object, tag: str) -> None:
    Cine(edit=edit).write(tmp_path)  # type: ignore[arg-type]
    stack = read_stack(tmp_path)
    for phase in range(4):
        np.testing.assert_array_equal(stack.intensity[phase, 0], pixel_values(4, 3 - phase))
    assert any(f"phases ordered by {tag}" in step for step in stack.source.steps)


@pytest.mark.parametrize("rank", [(0, 1, 2, 3), (2, 0, 3, 1), (3, 2, 1, 0)])
@pytest.mark.parametrize("step", [10, 200])
def test_times_at_which_images_were_made_are_not_taken_for_those_of_phases(
    tmp_path: Path, rank: tuple[int, ...], step: int
) -> None:
    def made(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.TriggerTime
        dataset.ContentTime = f"101500.{rank[phase] * step:03d}000"

    Cine(edit=made).write(tmp_path)
    stack = read_stack(tmp_path)
    for phase in range(4):
        np.testing.assert_array_equal(stack.intensity[phase, 0], pixel_values(4, phase))
    np.testing.assert_allclose(stack.phase_times, [0, 200, 400, 600])  # as the heart rate tells


def test_times_at_which_images_were_made_order_phases_where_nothing_else_does(tmp_path: Path) -> None:
    def made(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.TriggerTime, dataset.InstanceNumber
        dataset.ContentTime = f"101500.{phase * 10:03d}000"

    Cine(edit=made).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity[:, 0, 0, 0], [4000, 4100, 4200, 4300])
    np.testing.assert_allclose(stack.phase_times, [0, 200, 400, 600])


def test_names_order_phases_by_their_numbers_where_nothing_else_does(tmp_path: Path) -> None:
    def bare(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.TriggerTime, dataset.InstanceNumber

    for number, dataset in enumerate(Cine(phases=12, edit=bare).datasets()):
        save(dataset, tmp_path / f"im{number}")
    np.testing.assert_array_equal(read_stack(tmp_path).intensity[:, 0, 0, 0], 4000 + 100 * np.arange(12))


def test_short_axis_long_axis_and_localiser_are_told_apart(tmp_path: Path) -> None:
    Cine().write(tmp_path)
    Cine(
        slices=1, row_direction=NORMAL, column_direction=COLUMN_DIRECTION, series_number=20, rows=8, columns=6
    ).write(tmp_path / "four chambers")
    Cine(
        slices=3, phases=1, row_direction=np.eye(3)[0], column_direction=np.eye(3)[1], series_number=1
    ).write(tmp_path / "scout")
    found = scan([tmp_path])
    assert [(s.view, s.slices, s.phases) for s in found.series] == [
        (View.SHORT_AXIS, 5, 4),
        (View.LONG_AXIS, 1, 4),
        (View.OTHER, 3, 1),
    ]
    long_axis = load(found.series[1])
    np.testing.assert_allclose(np.abs(long_axis.geometry.normal @ ROW_DIRECTION), 1, atol=1e-5)
    assert {s.frame_of_reference for s in found.series} == {1}
    assert [s.is_long_axis_of(found.series[0]) for s in found.series] == [False, True, False]


def test_a_long_axis_view_belongs_to_its_own_patient_however_the_series_were_opened(tmp_path: Path) -> None:
    Cine().write(tmp_path / "short")
    view = {"slices": 1, "row_direction": NORMAL, "column_direction": COLUMN_DIRECTION, "description": "4ch"}
    Cine(**view, series_number=20).write(tmp_path / "own")  # type: ignore[arg-type]
    Cine(**view, study_uid="1.2.3.5", patient="OTHER").write(tmp_path / "foreign")  # type: ignore[arg-type]
    short, own, foreign = (scan([tmp_path / name]).series[0] for name in ("short", "own", "foreign"))
    assert own.view is foreign.view is View.LONG_AXIS
    assert own.is_long_axis_of(short)
    assert not foreign.is_long_axis_of(short)


@pytest.mark.parametrize(
    ("alignment", "view"), [(0.97, View.SHORT_AXIS), (0.7, View.OTHER), (0.3, View.LONG_AXIS)]
)
def test_a_lone_plane_is_called_what_its_direction_tells(
    tmp_path: Path, alignment: float, view: View
) -> None:
    across = np.cross(TYPICAL_AXIS, np.array([0.0, 0.0, 1.0]))
    across /= np.linalg.norm(across)
    normal = alignment * TYPICAL_AXIS + np.sqrt(1.0 - alignment**2) * across
    row = np.cross(normal, np.array([0.3, 0.9, 0.1]))
    row /= np.linalg.norm(row)
    Cine(slices=1, row_direction=row, column_direction=np.cross(normal, row)).write(tmp_path)
    assert scan([tmp_path]).series[0].view is view


def test_series_of_one_description_tell_their_numbers(tmp_path: Path) -> None:
    view = {"slices": 1, "row_direction": NORMAL, "column_direction": COLUMN_DIRECTION, "description": "4ch"}
    for number in (20, 21):
        Cine(**view, series_number=number, origin=(number, 0.0, 0.0)).write(tmp_path / str(number))  # type: ignore[arg-type]
    Cine(description="sax").write(tmp_path / "sax")
    series = scan([tmp_path]).series
    assert [s.label for s in series] == ["sax", "4ch (20)", "4ch (21)"]
    sources = [load(s).source for s in series]
    assert [source.label for source in sources] == ["sax", "4ch (20)", "4ch (21)"]
    assert [source.description for source in sources] == ["sax", "4ch", "4ch"]


def test_stacks_of_one_series_are_counted(tmp_path: Path) -> None:
    view = {"slices": 1, "row_direction": NORMAL, "column_direction": COLUMN_DIRECTION, "description": "4ch"}
    for origin in (0.0, 300.0):
        Cine(**view, origin=(origin, 0.0, 0.0), rows=6 + int(origin > 0)).write(tmp_path / str(origin))  # type: ignore[arg-type]
    assert [s.label for s in scan([tmp_path]).series] == ["4ch (1)", "4ch (2)"]


def test_a_lone_plane_of_unknown_direction_is_called_neither(tmp_path: Path) -> None:
    def unplaced(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.ImagePositionPatient
        dataset.SliceLocation = "10.0"

    Cine(slices=1, edit=unplaced).write(tmp_path)
    assert scan([tmp_path]).series[0].view is View.OTHER


def test_a_lone_plane_without_pixel_spacing_is_called_what_its_direction_tells(tmp_path: Path) -> None:
    def unmeasured(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.PixelSpacing

    Cine(description="sax").write(tmp_path / "sax")
    Cine(
        slices=1, row_direction=NORMAL, column_direction=COLUMN_DIRECTION, description="cine", edit=unmeasured
    ).write(tmp_path / "cine")
    assert {s.label: s.view for s in scan([tmp_path]).series}["cine"] is View.LONG_AXIS


def test_words_beat_geometry_for_two_parallel_stacks(tmp_path: Path) -> None:
    Cine(description="SSFP-CINE LAx").write(tmp_path)
    Cine(
        description="SSFP-CINE SAx", row_direction=NORMAL, column_direction=COLUMN_DIRECTION, series_number=20
    ).write(tmp_path / "b")
    views = {s.label: s.view for s in scan([tmp_path]).series}
    assert views == {"SSFP-CINE LAx": View.LONG_AXIS, "SSFP-CINE SAx": View.SHORT_AXIS}


def test_a_lone_axial_stack_is_taken_for_short_axis(tmp_path: Path) -> None:
    Cine(row_direction=np.eye(3)[0], column_direction=np.eye(3)[1]).write(tmp_path)
    assert read_stack(tmp_path).view is View.SHORT_AXIS


def test_slices_of_another_matrix_are_listed_apart_and_named(tmp_path: Path) -> None:
    Cine(missing=[(2, p) for p in range(4)]).write(tmp_path)
    Cine(rows=10, columns=12, missing=[(s, p) for s in (0, 1, 3, 4) for p in range(4)]).write(tmp_path / "b")
    assert read_stack(tmp_path).slices == 4
    assert "1 parallel slice of matrix 10 × 12" in messages(tmp_path)


def test_pixel_spacings_of_more_and_fewer_digits_are_the_same(tmp_path: Path) -> None:
    def rounded(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PixelSpacing = ["1.5625", "1.5625"] if slice_ % 2 else ["1.56250000001", "1.56250000001"]

    Cine(edit=rounded).write(tmp_path)
    assert read_stack(tmp_path).slices == 5


def test_two_patients_in_a_folder_are_not_mixed(tmp_path: Path) -> None:
    Cine().write(tmp_path / "a")
    Cine(study_uid="1.2.3.5", patient="OTHER", slices=4).write(tmp_path / "b")
    found = scan([tmp_path])
    assert sorted((s.study, s.slices) for s in found.series) == [(1, 5), (2, 4)]
    with pytest.raises(InputError, match="2 short-axis stacks, choose one"):
        read_stack(tmp_path)


@pytest.mark.parametrize(
    ("attribute", "own"),
    [
        ("PatientName", ("A^B", "C^D")),
        ("PatientBirthDate", ("19500101", "19600101")),
        ("StudyDate", ("20200101", "20210101")),
        ("StudyTime", ("101500", "141500")),
    ],
)
def test_patients_and_studies_without_an_id_are_told_apart_by_name_and_date(
    tmp_path: Path, attribute: str, own: tuple[str, str]
) -> None:
    for number, value in enumerate(own):

        def unidentified(dataset: Dataset, slice_: int, phase: int, value: str = value) -> None:
            dataset.PatientName = dataset.PatientID = ""
            dataset.StudyInstanceUID = dataset.FrameOfReferenceUID = ""
            setattr(dataset, attribute, value)

        # The slices of the second lie midway between those of the first.
        origin = tuple(Cine().position(0) + 5 * number * NORMAL)
        cine = Cine(origin=origin, series_per_slice=True, series_number=7 + 20 * number, edit=unidentified)  # type: ignore[arg-type]
        cine.write(tmp_path / str(number))
    series = scan([tmp_path]).series
    assert [(s.study, s.slices, s.pitch) for s in series] == [
        (1, 5, pytest.approx(10.0)),
        (2, 5, pytest.approx(10.0)),
    ]
    assert "19500101" not in repr(series)
    assert "A^B" not in repr(series)


def test_a_slice_displaced_in_plane_is_moved_by_whole_pixels(tmp_path: Path) -> None:
    cine = Cine()

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 2:
            aside = cine.position(2) + 2 * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity[0, 2, :, 2:], pixel_values(2, 0)[:, :-2])
    assert not stack.intensity[0, 2, :, :2].any()
    assert any("2.5 mm aside" in step for step in stack.source.steps)
    assert [state.shifted for state in stack.slice_states] == [(0, 0), (0, 0), (0, 2), (0, 0), (0, 0)]


def test_frames_of_one_slice_that_lie_apart_in_plane_are_each_put_where_they_lie(tmp_path: Path) -> None:
    cine = Cine()

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 2 and phase == 1:
            aside = cine.position(2) + 2 * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity[1, 2, :, 2:], pixel_values(2, 1)[:, :-2])
    np.testing.assert_array_equal(stack.intensity[0, 2], pixel_values(2, 0))
    assert any("1 of 4 frames of slice 3 lie up to 2.5 mm aside" in step for step in stack.source.steps)
    assert stack.shifted_slices == (2,)
    assert stack.slice_states[2].shifts == ((0, 0), (0, 2), (0, 0), (0, 0))
    assert stack.with_phases((0, 2)).shifted_slices == ()


def test_what_is_cut_off_of_frames_that_lie_apart_both_ways_is_told_of_rows_and_of_columns(
    tmp_path: Path,
) -> None:
    cine = Cine(rows=24, columns=24)

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 2:
            down, right = ((0, 0), (8, 0), (0, -9), (0, 0))[phase]
            aside = cine.position(2) + down * cine.spacing[0] * cine.column_direction
            aside = aside + right * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    lies = "2 of 4 frames of slice 3 lie up to 12.0 mm aside in plane: moved by up to 8 rows and 9 columns"
    assert lies in stack.source.steps
    said = findings(stack, ReconstructionSettings(method=Method.LINEAR))
    assert any("up to 8 rows and 9 columns are cut off" in sentence for sentence in said)


@pytest.mark.parametrize("slice_aside", [0, 2, 4])
def test_a_slice_that_lies_aside_costs_no_other_one_pixels(tmp_path: Path, slice_aside: int) -> None:
    cine = Cine()

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == slice_aside:
            aside = cine.position(slice_) + 3 * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    assert [bool(slice_.all()) for slice_ in stack.intensity[1]] == [
        s != slice_aside for s in (4, 3, 2, 1, 0)
    ]
    np.testing.assert_allclose(stack.geometry.slice_position(0), cine.position(4), atol=1e-4)


@pytest.mark.parametrize("slice_turned", [0, 4])
def test_a_first_slice_that_is_turned_a_little_moves_no_other_one(tmp_path: Path, slice_turned: int) -> None:
    cine = Cine(spacing=(0.5, 0.5), pitch=20.0)

    def turned(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == slice_turned:
            angle = np.radians(0.5)
            row_direction = np.cos(angle) * cine.row_direction + np.sin(angle) * cine.normal
            directions = (*row_direction, *cine.column_direction)
            dataset.ImageOrientationPatient = [f"{v:.6f}" for v in directions]

    cine.edit = turned
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.shifted_slices == ()
    np.testing.assert_allclose(stack.geometry.slice_position(0), cine.position(4), atol=1e-4)


def test_of_slices_that_lie_ever_farther_aside_none_is_emptied(tmp_path: Path) -> None:
    cine = Cine()

    def sheared(dataset: Dataset, slice_: int, phase: int) -> None:
        aside = cine.position(slice_) + 2 * slice_ * cine.spacing[1] * cine.row_direction
        dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = sheared
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    assert [np.count_nonzero(image.any(axis=0)) for image in stack.intensity[1]] == [4, 6, 8, 6, 4]


def test_a_slice_between_two_pixels_does_not_shake_from_phase_to_phase(tmp_path: Path) -> None:
    cine = Cine()

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 2:
            pixels = 0.5 + 1e-3 * (-1) ** phase
            aside = cine.position(2) + pixels * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    shaking = [np.argmax(image.any(axis=0)) for image in stack.intensity[:, 2]]
    assert len(set(shaking)) == 1


@pytest.mark.parametrize("digits", [2, 6])
@pytest.mark.parametrize("number", [3, 7])
def test_slices_at_one_place_between_two_pixels_stay_together(
    tmp_path: Path, number: int, digits: int
) -> None:
    cine = Cine(10, phases=1)

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        pixels = 0.5 * (slice_ < number)
        aside = cine.position(slice_) + pixels * cine.spacing[1] * cine.row_direction
        # Thirds, so that no two positions are rounded alike.
        dataset.ImagePositionPatient = [f"{v:.{digits}f}" for v in aside + slice_ / 3 * cine.normal]

    cine.edit = displaced
    cine.write(tmp_path)
    shifts = [state.shifted for state in read_stack(tmp_path).slice_states][::-1]
    assert len(set(shifts[:number])) == len(set(shifts[number:])) == 1


@pytest.mark.parametrize("first", [True, False])
def test_a_slice_that_hardly_overlaps_the_others_is_listed_apart(tmp_path: Path, first: bool) -> None:
    cine = Cine()

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == (0 if first else 4):
            aside = cine.position(slice_) + 6 * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path)
    stack, other = scan([tmp_path]).series
    assert (stack.slices, other.slices) == (4, 1)
    assert any("1 slice 7.5 mm aside in plane listed apart" in message for message in stack.messages)


def test_how_far_a_slice_lies_aside_is_told_from_where_most_of_the_others_lie(tmp_path: Path) -> None:
    cine = Cine()

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        pixels = {0: 2, 3: -6}.get(slice_, 0)
        aside = cine.position(slice_) + pixels * cine.spacing[1] * cine.row_direction
        dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path)
    assert "1 slice 7.5 mm aside in plane listed apart" in scan([tmp_path]).series[0].messages


@pytest.mark.parametrize("frames", [1, 2])
def test_a_frame_that_hardly_overlaps_its_slice_is_not_lost_without_a_word(
    tmp_path: Path, frames: int
) -> None:
    cine = Cine()

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 2 and phase < frames:
            aside = cine.position(2) + 6 * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path)
    stack, other = scan([tmp_path]).series
    assert (stack.slices, other.slices, other.phases) == (5, 1, frames)
    said = f"{frames} frame{'s' * (frames > 1)} 7.5 mm aside in plane listed apart"
    assert said in stack.messages


@pytest.mark.parametrize(
    ("slices", "kept", "columns", "rows"),
    [(4, 2, 7.0, 0.0), (5, 4, 3.8, 2.9)],
    ids=["equal groups", "both ways"],
)
def test_slices_of_which_half_or_more_lies_beside_the_others_are_listed_apart(
    tmp_path: Path, slices: int, kept: int, columns: float, rows: float
) -> None:
    cine = Cine(slices)

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ >= kept:
            aside = cine.position(slice_) + columns * cine.spacing[1] * cine.row_direction
            aside += rows * cine.spacing[0] * cine.column_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path)
    assert [s.slices for s in scan([tmp_path]).series] == [kept, slices - kept]


def test_invalid_dates_and_numbers_are_no_obstacle(tmp_path: Path) -> None:
    paths = Cine().write(tmp_path)
    for path in paths:
        content = path.read_bytes()
        # As found in the Sunnybrook data, and worse; written as bytes because pydicom refuses.
        path.write_bytes(content.replace(b"DS\x04\x008.0 ", b"DS\x04\x00?!? "))
    stack = read_stack(tmp_path)
    assert stack.source.thickness is None
    assert stack.intensity.shape == (4, 5, 6, 8)


def test_without_positions_the_slice_location_orders_slices_but_gives_no_letters(tmp_path: Path) -> None:
    def bare(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.ImagePositionPatient, dataset.ImageOrientationPatient
        dataset.SliceLocation = str(-8.0 * slice_)

    Cine(edit=bare).write(tmp_path)
    stack = read_stack(tmp_path)
    assert not stack.geometry.known
    assert stack.geometry.pitch == pytest.approx(8.0)


def test_images_without_any_place_are_ignored_and_counted(tmp_path: Path) -> None:
    def nowhere(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.ImagePositionPatient

    Cine(slices=1, edit=nowhere, series_number=3).write(tmp_path / "report")
    Cine().write(tmp_path)
    assert "4 files ignored: images without a position" in messages(tmp_path)


def test_siemens_mosaics_are_ignored_and_named_with_a_remedy(tmp_path: Path) -> None:
    def mosaic(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]

    Cine(slices=1, edit=mosaic, series_number=3).write(tmp_path / "mosaic")
    Cine().write(tmp_path)
    assert "4 files ignored: Siemens mosaics" in messages(tmp_path)
    assert "convert them with dcm2niix" in messages(tmp_path)


def test_a_truncated_file_is_listed_and_its_phase_filled(tmp_path: Path) -> None:
    paths = Cine(rows=32, columns=32).write(tmp_path)
    paths[0].write_bytes(paths[0].read_bytes()[:-500])
    assert read_stack(tmp_path).intensity.shape == (4, 5, 32, 32)
    assert "1 file could not be read: the file is truncated" in messages(tmp_path)


def test_a_file_cut_off_in_its_header_is_called_so(tmp_path: Path) -> None:
    paths = Cine().write(tmp_path)
    paths[0].write_bytes(paths[0].read_bytes()[:400])
    assert "1 file could not be read: the file is truncated: its header ends before the image" in messages(
        tmp_path
    )


def test_a_file_that_vanishes_after_the_scan_is_filled_in_or_named(tmp_path: Path) -> None:
    paths = Cine().write(tmp_path)
    summary = scan([tmp_path]).series[0]
    paths[0].unlink()
    stack = load(summary)
    (told,) = [step for step in stack.source.steps if "1 unreadable phase filled" in step]
    assert "(a DICOM file cannot be read any more (No such file or directory))" in told
    (slice_,) = stack.resampled_slices
    (phase,) = stack.slice_states[slice_].resampled_phases
    assert stack.provenance[slice_].origin_at(phase) is not SliceOrigin.ACQUIRED
    # The file that is gone is not referred to: what is there in its place is.
    assert paths[0] not in {reference.path for frames in stack.slice_frames for reference in frames}
    for path in paths[:4]:
        path.unlink(missing_ok=True)
    with pytest.raises(InputError, match="slice 5 cannot be read"):
        load(summary)


def test_no_patient_name_is_in_summary_or_stack(tmp_path: Path) -> None:
    Cine().write(tmp_path)
    found = scan([tmp_path])
    stack = load(found.series[0])
    shown = [repr(found.problems), *map(str, found.series[0].messages), found.series[0].label]
    assert "SECRET" not in "".join([*shown, repr(stack.source)])
    assert str(tmp_path) not in repr(stack)


@pytest.mark.parametrize(
    ("charset", "name"),
    [("ISO_IR 100", "Müller^Anna"), ("ISO_IR 192", "Ναι^Α"), ("ISO 2022 IR 87", "山田^太郎")],
)
def test_the_reader_can_be_told_whose_the_series_is(tmp_path: Path, charset: str, name: str) -> None:
    def named(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.SpecificCharacterSet = ["", charset] if "2022" in charset else charset
        dataset.PatientName, dataset.PatientID, dataset.StudyDate = name, "4711", "20120531"

    Cine(edit=named).write(tmp_path)
    (series,) = scan([tmp_path]).series
    assert series.identity == f"{name.replace('^', ', ')} · 4711 · 2012-05-31"
    assert "4711" not in repr(series)


@pytest.mark.parametrize(
    ("charset", "description"),
    [
        ("ISO_IR 100", "Kürzachse"),
        ("ISO_IR 144", "короткая ось"),
        ("ISO 2022 IR 87", "短軸シネ"),
        ("GB18030", "短轴电影"),
    ],
)
def test_series_are_called_in_the_alphabet_of_their_files(
    tmp_path: Path, charset: str, description: str
) -> None:
    def described(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.SpecificCharacterSet = ["", charset] if "2022" in charset else charset
        dataset.SeriesDescription = description

    Cine(edit=described).write(tmp_path)
    assert scan([tmp_path]).series[0].label == description


@pytest.mark.parametrize("charset", [None, "ISO_IR 100"])
def test_utf_8_is_read_where_another_alphabet_or_none_is_stated(tmp_path: Path, charset: str | None) -> None:
    def described(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.SpecificCharacterSet = charset
        dataset.SeriesDescription = "K??rzachse"

    for path in Cine(edit=described).write(tmp_path):
        path.write_bytes(path.read_bytes().replace(b"K??rzachse", "Kürzachse".encode()))
    assert scan([tmp_path]).series[0].label == "Kürzachse"


def test_who_is_not_named_is_not_told(tmp_path: Path) -> None:
    def unnamed(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PatientName = dataset.PatientID = ""
        if "StudyDate" in dataset:
            del dataset.StudyDate

    Cine(edit=unnamed).write(tmp_path)
    assert scan([tmp_path]).series[0].identity == ""


def test_the_middle_slice_at_phase_zero_comes_first(tmp_path: Path) -> None:
    Cine().write(tmp_path)
    seen: list[tuple[int, int]] = []
    summary = scan([tmp_path]).series[0]
    stack = load(summary, on_frame=lambda phase, slice_, values: seen.append((phase, slice_)))
    assert seen[0] == (0, 2)
    assert sorted(seen) == [(p, s) for p in range(4) for s in range(5)]
    assert [p for p, _ in seen] == sorted(p for p, _ in seen)
    assert stack.slice_frames[0][0] != stack.slice_frames[0][1]


def test_cancel_stops_scan_and_load(tmp_path: Path) -> None:
    Cine().write(tmp_path)
    summary = scan([tmp_path]).series[0]
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        scan([tmp_path], cancel=token)
    with pytest.raises(Cancelled):
        load(summary, cancel=token)


def test_progress_never_goes_back(tmp_path: Path) -> None:
    Cine().write(tmp_path)
    events: list[Progress] = []
    load(scan([tmp_path]).series[0], on_progress=events.append)
    assert [e.done for e in events] == sorted(e.done for e in events)
    assert events[-1].total == 20


def test_a_single_file_says_that_one_slice_is_no_stack(tmp_path: Path) -> None:
    paths = Cine().write(tmp_path)
    with pytest.raises(InputError, match="two or more slices"):
        read_stack(paths[0])


def test_unlike_frame_uids_do_not_split_an_anonymised_study(tmp_path: Path) -> None:
    def fresh(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.StudyInstanceUID = f"1.2.{slice_}.{phase}"
        dataset.SeriesInstanceUID = f"1.3.{slice_}.{phase}"
        dataset.FrameOfReferenceUID = f"1.4.{slice_}.{phase}"

    Cine(edit=fresh).write(tmp_path)
    assert read_stack(tmp_path).intensity.shape[:2] == (4, 5)
    assert scan([tmp_path]).series[0].frame_of_reference == 0
    assert scan([tmp_path]).series[0].place == ""


def test_a_dicom_file_without_preamble_is_read(tmp_path: Path) -> None:
    for path in Cine().write(tmp_path):
        path.write_bytes(path.read_bytes()[132:])
    assert read_stack(tmp_path).intensity.shape == (4, 5, 6, 8)


def test_a_colour_image_is_ignored_and_named(tmp_path: Path) -> None:
    Cine().write(tmp_path)
    dataset = Cine().dataset(0, 0)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PlanarConfiguration = 3, "RGB", 0
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelData = 7, bytes(6 * 8 * 3)
    save(dataset, tmp_path / "colour.dcm")
    assert "1 file ignored: colour images" in messages(tmp_path)


def test_a_slice_acquired_twice_in_one_series_is_used_once(tmp_path: Path) -> None:
    def later(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.InstanceNumber = 900 + phase
        dataset.PixelData = (pixel_values(slice_, phase) + 5).tobytes()

    Cine().write(tmp_path)
    Cine(missing=[(s, p) for s in (0, 1, 3, 4) for p in range(4)], edit=later).write(tmp_path / "again")
    stack = read_stack(tmp_path)
    assert stack.intensity.shape == (4, 5, 6, 8)
    np.testing.assert_array_equal(stack.intensity[3, 2], pixel_values(2, 3) + 5)
    assert "slice 3 was acquired 2 times: the last one is used" in stack.source.steps


def test_a_whole_stack_goes_before_a_few_repeated_slices(tmp_path: Path) -> None:
    def dimmer(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PixelData = (pixel_values(slice_, phase) // 2).tobytes()

    Cine(series_per_slice=True).write(tmp_path)
    Cine(
        series_per_slice=True,
        series_number=50,
        missing=[(s, p) for s in (0, 1, 4) for p in range(4)],
        edit=dimmer,
    ).write(tmp_path / "again")
    assert read_stack(tmp_path).slices == 5


def test_a_broken_orientation_counts_as_none(tmp_path: Path) -> None:
    def broken(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.ImageOrientationPatient = ["0"] * 6

    Cine().write(tmp_path)
    Cine(slices=1, edit=broken, series_number=40).write(tmp_path / "broken")
    assert "4 files ignored: images without a position" in messages(tmp_path)


def test_a_pipe_in_the_folder_does_not_block(tmp_path: Path) -> None:
    Cine().write(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert read_stack(tmp_path).slices == 5


def test_clock_times_count_from_the_first_phase(tmp_path: Path) -> None:
    def made(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.TriggerTime
        dataset.ContentTime = f"101500.{100 + phase * 150:03d}000"

    Cine(edit=made).write(tmp_path)
    np.testing.assert_allclose(read_stack(tmp_path).phase_times, [0, 150, 300, 450])


@pytest.mark.parametrize(("rate", "cycle"), [("75", 800.0), ("10", None), ("900", None)])
def test_the_heart_rate_tells_the_cycle_where_it_is_believable(
    tmp_path: Path, rate: str, cycle: float | None
) -> None:
    def rated(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.NominalInterval
        dataset.HeartRate = rate

    Cine(edit=rated).write(tmp_path)
    assert read_stack(tmp_path).source.rr_interval == cycle


def test_a_slice_with_less_than_half_of_the_phases_is_left_out_and_said(tmp_path: Path) -> None:
    Cine(missing=[(2, p) for p in (1, 2, 3)]).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_allclose(stack.geometry.slice_offsets, [0, 10, 30, 40], atol=1e-4)
    assert "a slice between slices 2 and 3 has 1 of 4 phases and is left out" in stack.source.steps


@pytest.mark.parametrize(
    ("left_out", "named"), [(5, "before slice 1"), (4, "between slices 1 and 2"), (0, "behind slice 5")]
)
def test_messages_number_slices_as_the_stack_does_and_name_others_by_their_place(
    tmp_path: Path, left_out: int, named: str
) -> None:
    cine = Cine(6, phases=6, missing={(left_out, p) for p in range(1, 6)} | {(1, 2), (2, 2)})

    def edited(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 1:
            aside = cine.position(1) + 2 * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = edited
    cine.write(tmp_path)
    stack = read_stack(tmp_path)
    said = [step for step in stack.source.steps if "slice" in step]
    (aside,) = stack.shifted_slices
    assert any(step.startswith(f"slice {aside + 1} lies") for step in said)
    assert stack.resampled_slices == (aside - 1, aside)
    for index in stack.resampled_slices:
        assert any(step.startswith(f"slice {index + 1} (RR 1200 ms, 5 phases)") for step in said)
    assert f"a slice {named} has 1 of 6 phases and is left out" in said


def test_phase_images_of_a_series_are_not_mixed_with_its_magnitude_images(tmp_path: Path) -> None:
    def velocity(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "P"]
        dataset.PixelData = (pixel_values(slice_, phase) + 5).tobytes()

    Cine().write(tmp_path)
    Cine(edit=velocity).write(tmp_path / "velocity")
    series = scan([tmp_path]).series
    assert [(s.slices, s.phases) for s in series] == [(5, 4), (5, 4)]
    assert sorted(int(load(s).intensity.min()) for s in series) == [0, 5]


def test_real_and_imaginary_images_are_listed_beside_the_magnitude(tmp_path: Path) -> None:
    for number, value in enumerate(("M", "R", "I")):

        def component(
            dataset: Dataset, slice_: int, phase: int, number: int = number, value: str = value
        ) -> None:
            dataset.ImageType = ["ORIGINAL", "PRIMARY", f"{value}_FFE", value, "FFE"]
            set_pixels(dataset, pixel_values(slice_, phase) + 5 * number)

        Cine(edit=component).write(tmp_path / value)
    assert sorted(int(load(s).intensity.min()) for s in scan([tmp_path]).series) == [0, 5, 10]


@pytest.mark.parametrize(("offset", "slices"), [(30.0, [6]), (34.0, [3, 3])])
def test_stacks_are_joined_on_a_common_grid_only(tmp_path: Path, offset: float, slices: list[int]) -> None:
    Cine(slices=3).write(tmp_path / "a")
    origin = tuple(Cine().position(0) + offset * NORMAL)
    Cine(slices=3, series_number=20, origin=origin).write(tmp_path / "b")  # type: ignore[arg-type]
    assert [s.slices for s in scan([tmp_path]).series] == slices


def test_an_unreadable_first_phase_is_filled_with_the_last_one(tmp_path: Path) -> None:
    paths = Cine().write(tmp_path)
    summary = scan([tmp_path]).series[0]
    for path in paths[:2]:
        path.unlink()
    stack = load(summary)
    for phase, nearest in enumerate((3, 2)):
        np.testing.assert_array_equal(stack.intensity[phase, 4], pixel_values(0, nearest))


@pytest.mark.parametrize("place", [r"1e308\1e308\1e308", r"0\-2e4\0"])
def test_a_position_that_cannot_be_costs_its_own_file_only(tmp_path: Path, place: str) -> None:
    def astray(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 4:
            dataset.ImagePositionPatient = place

    Cine(edit=astray).write(tmp_path)
    assert scan([tmp_path]).series[0].slices == 4
    assert "4 files could not be read: a position of" in messages(tmp_path)


def test_a_slice_location_is_no_position_that_could_be_too_far(tmp_path: Path) -> None:
    def located(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.ImagePositionPatient, dataset.ImageOrientationPatient
        dataset.SliceLocation = 12_000 + 8 * slice_

    Cine(edit=located).write(tmp_path)
    (series,) = scan([tmp_path]).series
    assert (series.slices, series.pitch) == (5, pytest.approx(8))


def test_a_description_that_names_calid_over_and_over_holds_nobody_up(tmp_path: Path) -> None:
    def endless(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.add_new(
            "DerivationDescription", "UT", "CaLID " * 10_000
        )  # ST holds no more than 1024 characters

    for number, dataset in enumerate(Cine(slices=2, phases=1, edit=endless).datasets()):
        save(dataset, tmp_path / f"{number}", ImplicitVRLittleEndian)
    start = process_time()
    assert scan([tmp_path]).series[0].slices == 2
    assert process_time() - start < 3


def test_frames_that_share_a_uid_but_differ_are_all_kept_and_counted(tmp_path: Path) -> None:
    def reused(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.SOPInstanceUID = "1.2.3.77"

    Cine(edit=reused).write(tmp_path)
    assert read_stack(tmp_path).intensity.shape[:2] == (4, 5)
    assert "20 frames share an SOP Instance UID but differ; all are kept" in messages(tmp_path)


def test_linked_folders_are_searched_once_and_loops_end(tmp_path: Path) -> None:
    Cine().write(tmp_path / "study")
    (tmp_path / "chosen").mkdir()
    for name, target in (("a", "study"), ("b", "study"), ("up", "."), ("itself", "chosen")):
        (tmp_path / "chosen" / name).symlink_to(tmp_path / target)
    found = scan([tmp_path / "chosen"])
    assert found.files == 20
    assert not found.problems
    assert found.series[0].slices == 5


def test_what_is_hidden_in_a_folder_is_counted_and_told(tmp_path: Path) -> None:
    Cine().write(tmp_path / ".study")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    told = "1 hidden folder left out .* rename or choose it.; 1 broken link left out"
    with pytest.raises(InputError, match=rf"nothing to read \({told}"):
        scan([tmp_path])
    assert scan([tmp_path / ".study"]).series[0].slices == 5
    Cine().write(tmp_path / "study")
    assert [p.message.split(" (")[0] for p in scan([tmp_path]).problems] == [
        "1 hidden folder left out",
        "1 broken link left out",
    ]


def test_an_archive_or_a_directory_file_says_what_to_open(tmp_path: Path) -> None:
    archive = tmp_path / "study.zip"
    archive.write_bytes(b"PK\3\4")
    for path in (archive, tmp_path):
        with pytest.raises(InputError, match="packed archives; unpack it and open the folder"):
            scan([path])
    listing = Dataset()
    listing.SOPClassUID, listing.SOPInstanceUID = "1.2.840.10008.1.3.10", "1.2.3"
    save(listing, tmp_path / "DICOMDIR")
    with pytest.raises(InputError, match=r"DICOMDIR: .*; open the folder with the images"):
        scan([tmp_path / "DICOMDIR"])
