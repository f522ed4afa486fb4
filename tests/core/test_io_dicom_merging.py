"""Which series of parallel slices are joined to a stack, and which are listed apart."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset

from calid_core.cine import FrameReference, View
from calid_core.io import load, read_stack, scan
from calid_core.io.dicom.grouping import group_stacks
from calid_core.io.dicom.headers import FrameHeader, read_frames
from calid_core.io.summary import SeriesSummary
from tests.core.dicom_files import (
    COLUMN_DIRECTION,
    NORMAL,
    ROW_DIRECTION,
    Cine,
    enhanced,
    pixel_values,
    save,
    set_pixels,
)

CINE = {"EchoTime": "1.5", "FlipAngle": "58", "SequenceName": "*tfi2d1_10", "ScanningSequence": "GR"}
OTHERS = [
    ({"EchoTime": "3.9"}, "echo time 3.9 instead of 1.5 ms"),
    ({"FlipAngle": "12"}, "flip angle 12 instead of 58°"),
    ({"SequenceName": "*fl2d1_v150in"}, "fl2d_v150in instead of tfi2d"),
    ({"ScanningSequence": ["GR", "IR"]}, "GR/IR instead of GR"),
    ({"InversionTime": "300"}, "inversion instead of no inversion"),
]


def write(
    folder: Path, *, along: float = 0.0, brighter: int = 0, stated: dict[str, Any] = CINE, **cine: Any
) -> None:
    """A cine, moved ``along`` the normal in mm, with what is ``stated`` of its sequence."""

    def edit(dataset: Dataset, slice_: int, phase: int) -> None:
        set_pixels(dataset, pixel_values(slice_, phase) + brighter)
        for name, value in stated.items():
            setattr(dataset, name, value)

    origin = tuple(Cine().position(0) + along * NORMAL)
    Cine(origin=origin, edit=edit, **cine).write(folder)  # type: ignore[arg-type]


def stacks(folder: Path) -> list[SeriesSummary]:
    """What is found, the fullest first."""
    return sorted(scan([folder]).series, key=lambda s: -s.slices)


def row(
    folder: Path, offsets: Sequence[float], names: Sequence[str], *, number: int = 20, **cine: Any
) -> None:
    """Slices of a series each, at ``offsets`` mm."""
    for index, (offset, name) in enumerate(zip(offsets, names, strict=True)):
        write(
            folder / f"{number + index}",
            along=offset,
            slices=1,
            series_number=number + index,
            description=name,
            **cine,
        )


def one(slice_: int) -> list[tuple[int, int]]:
    """Frames of all slices but one."""
    return [(s, p) for s in range(5) if s != slice_ for p in range(4)]


@pytest.mark.parametrize(("stated", "difference"), OTHERS, ids=[next(iter(o[0])) for o in OTHERS])
def test_a_slice_of_another_sequence_is_listed_apart(
    tmp_path: Path, stated: dict[str, Any], difference: str
) -> None:
    write(tmp_path / "cine", series_per_slice=True)
    write(tmp_path / "other", along=-10, slices=1, series_number=60, stated=CINE | stated)
    first, second = stacks(tmp_path)
    assert (first.slices, second.slices) == (5, 1)
    assert f"1 parallel slice of another sequence ({difference}) listed apart" in first.messages


def test_a_map_whose_images_have_several_inversion_times_is_listed_apart(tmp_path: Path) -> None:
    def inverted(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.InversionTime = str(100 + 900 * phase)

    write(tmp_path / "cine", series_per_slice=True, stated={"InversionTime": "0"})
    origin = tuple(Cine().position(0) - 10 * NORMAL)
    Cine(slices=1, series_number=60, origin=origin, edit=inverted).write(tmp_path / "map")  # type: ignore[arg-type]
    assert [s.slices for s in stacks(tmp_path)] == [5, 1]


def test_what_scanners_adjust_from_slice_to_slice_does_not_part_them(tmp_path: Path) -> None:
    adjusted = {"EchoTime": "1.6", "FlipAngle": "45", "SequenceName": "*tfi2d1_12", "RepetitionTime": "40.8"}
    write(tmp_path / "cine", series_per_slice=True, missing=[(4, p) for p in range(4)])
    write(tmp_path / "last", series_per_slice=True, missing=one(4), stated=CINE | adjusted)
    assert [s.slices for s in stacks(tmp_path)] == [5]


@pytest.mark.parametrize("number", [1, 60])
def test_slices_of_another_name_between_those_of_the_stack_are_listed_apart(
    tmp_path: Path, number: int
) -> None:
    write(tmp_path / "cine", series_per_slice=True, series_number=20, description="cine_sax")
    for between in (5, 25):
        cine = {"slices": 1, "series_number": number + between, "description": "tagging_sax"}
        write(tmp_path / str(between), along=between, stated={}, **cine)
    first, second = stacks(tmp_path)
    assert (first.slices, first.pitch, second.slices) == (5, pytest.approx(10.0), 2)
    assert "2 parallel slices off the grid of these slices listed apart" in first.messages


def test_a_slice_of_another_name_off_the_grid_beyond_the_apex_is_listed_apart(tmp_path: Path) -> None:
    write(tmp_path / "cine", series_per_slice=True, description="cine")
    write(tmp_path / "flow", along=-16, slices=1, series_number=60, description="flow_AO")
    assert [s.slices for s in stacks(tmp_path)] == [5, 1]


def test_a_displaced_slice_of_the_stack_stays_in_it(tmp_path: Path) -> None:
    write(tmp_path / "cine", series_per_slice=True, missing=[(2, p) for p in range(4)])
    write(tmp_path / "moved", along=23, slices=1, series_number=60)
    np.testing.assert_allclose(read_stack(tmp_path).geometry.slice_offsets, [0, 10, 17, 30, 40], atol=1e-3)


def test_a_slice_acquired_again_later_replaces_that_of_a_stack_in_one_series(tmp_path: Path) -> None:
    write(tmp_path / "stack", description="sax")
    write(tmp_path / "again", series_number=90, missing=one(2), brighter=5, description="sax repeat")
    first, second = stacks(tmp_path)
    np.testing.assert_array_equal(load(first).intensity[0, 2], pixel_values(2, 0) + 5)
    np.testing.assert_array_equal(load(second).intensity[0, 0], pixel_values(2, 0))
    assert "1 slice acquired twice: the later series is used here" in first.messages
    assert "1 slice acquired twice: the earlier series is used here" in second.messages


def test_a_slice_under_another_name_replaces_none_and_this_is_said(tmp_path: Path) -> None:
    write(tmp_path / "stack", description="sax")
    write(tmp_path / "stress", series_number=90, missing=one(2), brighter=5, description="sax stress")
    first = stacks(tmp_path)[0]
    np.testing.assert_array_equal(load(first).intensity[0, 2], pixel_values(2, 0))
    assert "1 slice acquired twice: the earlier series is used here" in first.messages


@pytest.mark.parametrize("name", ["SAX_slice_03 rpt", "SAX_slice_03b", "SAX 3 2nd", "SAX 5 neu", "sax mid"])
def test_a_later_slice_is_used_whatever_is_added_to_its_name(tmp_path: Path, name: str) -> None:
    row(tmp_path, [0, 10, 20, 30, 40], [f"SAX_slice_0{n}" for n in range(5)])
    row(tmp_path, [20.5], [name], number=90, brighter=5)
    np.testing.assert_array_equal(load(stacks(tmp_path)[0]).intensity[0, 2], pixel_values(0, 0) + 5)


@pytest.mark.parametrize("name", ["SAX 3 stress", "SAX 3 FB", "SAX_tag", "sax real-time"])
def test_a_later_slice_that_shows_another_thing_replaces_none(tmp_path: Path, name: str) -> None:
    row(tmp_path, [0, 10, 20, 30, 40], ["SAX"] * 5)
    row(tmp_path, [21], [name], number=90, brighter=5)
    np.testing.assert_array_equal(load(stacks(tmp_path)[0]).intensity[0, 2], pixel_values(0, 0))


def test_a_whole_slice_is_used_instead_of_a_later_one_that_was_aborted(tmp_path: Path) -> None:
    row(tmp_path, [0, 10, 20, 30, 40], [f"SAX {n}" for n in range(5)], phases=8)
    row(tmp_path, [20], ["SAX 2"], number=90, phases=3, brighter=5)
    first, second = stacks(tmp_path)
    assert (first.slices, first.phases, second.slices, second.phases) == (5, 8, 1, 3)
    assert "1 slice acquired twice: the earlier series is used here" in first.messages


@pytest.mark.parametrize(("name", "used"), [("SAX repeat", 5), ("SAX", 0)])
def test_slices_of_a_later_stack_are_used_if_it_is_called_a_repeat(
    tmp_path: Path, name: str, used: int
) -> None:
    write(tmp_path / "stack", description="SAX")
    write(tmp_path / "again", slices=3, along=10, series_number=90, description=name, brighter=1005)
    intensity = load(stacks(tmp_path)[0]).intensity
    np.testing.assert_array_equal(intensity[0, 1:4, 0, 0], [3000 + used, 2000 + used, 1000 + used])


def test_slices_acquired_twice_are_counted_in_each_stack(tmp_path: Path) -> None:
    write(tmp_path / "first", series_per_slice=True)
    write(tmp_path / "second", series_per_slice=True, series_number=50, brighter=5)
    told = {int(load(s).intensity[0, -1, 0, 0]): s.messages for s in stacks(tmp_path)}
    assert "5 slices acquired twice: the earlier series are used here" in told[0]
    assert "5 slices acquired twice: the later series are used here" in told[5]


def test_overlapping_slices_of_one_series_each_are_one_stack(tmp_path: Path) -> None:
    write(tmp_path, pitch=3.0, thickness=8.0, slices=7, series_per_slice=True)
    (series,) = stacks(tmp_path)
    assert (series.slices, series.pitch) == (7, pytest.approx(3.0))
    assert "acquired twice" not in "".join(series.messages)


def test_a_repeated_stack_a_little_aside_is_no_stack_of_overlapping_slices(tmp_path: Path) -> None:
    write(tmp_path / "first", series_per_slice=True)
    write(tmp_path / "second", series_per_slice=True, series_number=50, along=2, brighter=5)
    assert [(s.slices, s.pitch) for s in stacks(tmp_path)] == [(5, pytest.approx(10.0))] * 2


@pytest.mark.parametrize("uid", ["", "its own"])
def test_series_whose_uid_tells_nothing_are_known_by_number_name_and_sequence(
    tmp_path: Path, uid: str
) -> None:
    for number, (name, stated) in enumerate(
        (("SAX", CINE), ("SAX tag", CINE), ("SAX", CINE | {"InversionTime": "99"}))
    ):
        write(tmp_path / f"{number}", description=name, brighter=5 * number, stated=stated)
    for path in tmp_path.rglob("*.dcm"):
        file = dcmread(path)
        file.SeriesInstanceUID = file.SOPInstanceUID if uid else ""
        file.save_as(path)
    found = stacks(tmp_path)
    assert [(s.slices, s.phases) for s in found] == [(5, 4)] * 3
    assert sorted(int(load(s).intensity[0, -1, 0, 0]) for s in found) == [0, 5, 10]


@pytest.mark.parametrize(("of", "told"), [("series", True), ("file", False), ("study", False)])
def test_series_joined_across_frames_of_reference_are_told(tmp_path: Path, of: str, told: bool) -> None:
    write(tmp_path / "a", slices=3)
    write(tmp_path / "b", slices=2, along=30, series_number=8)
    for path in tmp_path.rglob("*.dcm"):
        file = dcmread(path)
        file.FrameOfReferenceUID = {
            "series": file.SeriesInstanceUID,
            "file": file.SOPInstanceUID,
            "study": "1.2.3",
        }[of]
        file.save_as(path)
    (series,) = stacks(tmp_path)
    assert series.slices == 5
    assert any(m.startswith("2 slices of another frame of reference") for m in series.messages) is told


def turned(folder: Path, degrees: Sequence[float], **cine: Any) -> None:
    """A cine whose slices are turned about their columns, file by file."""

    def edit(dataset: Dataset, slice_: int, phase: int) -> None:
        angle = np.radians(degrees[slice_])
        row_direction = ROW_DIRECTION * np.cos(angle) + NORMAL * np.sin(angle)
        dataset.ImageOrientationPatient = [f"{v:.7f}" for v in (*row_direction, *COLUMN_DIRECTION)]

    folder.mkdir(exist_ok=True)
    made = Cine(slices=len(degrees), rows=100, columns=120, edit=edit, **cine)
    for number, dataset in enumerate(made.datasets()):
        save(dataset, folder / f"{number:03d}")


@pytest.mark.parametrize("position", [0, 3, 7])
@pytest.mark.parametrize("angle", [0.1, 0.5])
def test_a_slice_turned_a_little_is_used_and_said_wherever_it_lies(
    tmp_path: Path, position: int, angle: float
) -> None:
    turned(tmp_path / "straight", [0.0] * 8)
    turned(tmp_path / "turned", [angle * (n == position) for n in range(8)])
    straight, stack = (read_stack(tmp_path / name) for name in ("straight", "turned"))
    np.testing.assert_allclose(stack.geometry.axes, straight.geometry.axes, atol=1e-9)
    np.testing.assert_array_equal(stack.intensity, straight.intensity)
    across = 150 * np.sin(np.radians(angle))
    said = f"1 slice turned by up to {angle}° against the usual orientation ({across:.1f} mm across the image): taken as parallel"
    assert said in stack.source.steps
    assert not any("turned" in step for step in straight.source.steps)


def test_last_digits_of_a_header_leave_the_geometry_by_which_sessions_know_a_stack(tmp_path: Path) -> None:
    turned(tmp_path, [0.0, 0.0, 0.0, 0.0, 0.002])
    stack = read_stack(tmp_path)
    base = next(f for f in map(dcmread, tmp_path.iterdir()) if f.InstanceNumber == 4 * 4 + 1)
    direction = np.array(base.ImageOrientationPatient[:3], dtype=float)
    np.testing.assert_allclose(stack.geometry.axes[:, 2], direction / np.linalg.norm(direction), atol=1e-12)
    assert not any("turned" in step for step in stack.source.steps)


def test_slices_of_one_series_that_are_turned_too_much_are_listed_apart_and_said(tmp_path: Path) -> None:
    turned(tmp_path, [0.5, -0.5, 0.5, -0.5, 0.5])
    first, second = stacks(tmp_path)
    assert (first.slices, second.slices) == (3, 2)
    assert "2 slices turned by 1.0° listed apart" in first.messages
    assert not any("turned" in message for message in second.messages)


def test_slices_that_each_have_an_orientation_of_their_own_are_one_stack(tmp_path: Path) -> None:
    turned(tmp_path, [0.0, 0.46, -0.46, 0.23, -0.23])
    (stack,) = stacks(tmp_path)
    assert stack.slices == 5


def test_a_slice_of_another_pixel_type_is_named(tmp_path: Path) -> None:
    def signed(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PixelRepresentation = int(slice_ == 4)

    Cine(edit=signed).write(tmp_path)
    first, second = stacks(tmp_path)
    assert "1 parallel slice of pixels of type int16 instead of uint16 listed apart" in first.messages
    assert not any("listed apart" in message for message in second.messages)


def test_echo_times_of_enhanced_files_tell_sequences_apart(tmp_path: Path) -> None:
    for number, echo_time in enumerate((1.5, 3.9)):
        cine = Cine(series_number=7 + number, origin=tuple(Cine().position(0) + 5 * number * NORMAL))  # type: ignore[arg-type]
        dataset, echo = enhanced(cine), Dataset()
        echo.EffectiveEchoTime = echo_time
        dataset.SharedFunctionalGroupsSequence[0].MREchoSequence = [echo]
        save(dataset, tmp_path / f"{number}.dcm")
    assert [(s.slices, s.pitch) for s in stacks(tmp_path)] == [(5, pytest.approx(10.0))] * 2


@pytest.mark.parametrize(
    ("offsets", "names"),
    [
        ((0, 8.4, 16, 24.2, 32.1, 39.6, 47.9), ["SAX base"] * 2 + ["SAX mid"] * 3 + ["SAX apex"] * 2),
        ((0, 10, 20, 30, 40, 55), ["SAX"] * 5 + ["SAX apex"]),
        ((0, 10, 20, 30, 34, 44, 54), [f"SAX {n}" for n in range(7)]),
        ((0, 7, 15, 22, 31, 38, 46), [f"SAX {n}" for n in range(7)]),
    ],
    ids=["base and apex", "apex behind a hole", "planned anew", "without gaps"],
)
def test_slices_of_a_series_each_stay_together_where_they_are_not_evenly_spaced(
    tmp_path: Path, offsets: Sequence[float], names: Sequence[str]
) -> None:
    row(tmp_path, offsets, names)
    (series,) = stacks(tmp_path)
    assert series.slices == len(offsets)


@pytest.fixture(scope="module")
def header(tmp_path_factory: pytest.TempPathFactory) -> FrameHeader:
    """Of any frame."""
    (path,) = Cine(slices=1, phases=1).write(tmp_path_factory.mktemp("header"))
    return read_frames(path)[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pitch=st.floats(6, 12),
    thickness_share=st.floats(0.5, 1),
    jitter=st.lists(st.floats(-1, 1), min_size=5, max_size=13),
    data=st.data(),
)
def test_slices_of_one_sequence_are_one_stack_whatever_part_of_the_heart_they_are_called_after(
    header: FrameHeader, pitch: float, thickness_share: float, jitter: list[float], data: st.DataObject
) -> None:
    parts = st.sampled_from(
        ["SAX", "SAX base", "SAX mid", "SAX apex", "SAX 4", "cine_SAX_basal", "b-SSFP sax"]
    )
    frames = []
    for index, aside in enumerate(jitter):
        along = np.array(header.position) + (index * pitch + aside) * NORMAL
        for phase in range(2):
            own = replace(
                header,
                reference=FrameReference(Path(f"{index} {phase}")),
                series_uid=str(index),
                series_number=data.draw(st.integers(1, 20)),
                description=data.draw(parts) if not phase else frames[-1].description,
                thickness=thickness_share * pitch,
                position=tuple(along),
                trigger_time=100.0 * phase,
            )
            frames.append(own)
    assert [len(stack.slices) for stack in group_stacks(frames)] == [len(jitter)]


def test_an_extra_slice_of_its_own_does_not_keep_a_second_stack_out(tmp_path: Path) -> None:
    write(tmp_path / "base", slices=6, description="SAX")
    row(tmp_path, [-12], ["SAX"])
    write(tmp_path / "apex", slices=3, along=60, series_number=40, description="SAX apex")
    assert [s.slices for s in stacks(tmp_path)] == [10]


def test_adjoining_stacks_of_other_names_whose_slices_overlap_are_one(tmp_path: Path) -> None:
    cine = {"pitch": 8.0, "thickness": 10.0}
    write(tmp_path / "base", slices=4, description="SAX base", **cine)
    write(tmp_path / "apex", slices=3, along=32, series_number=40, description="SAX apex", **cine)
    assert [s.slices for s in stacks(tmp_path)] == [7]


def test_a_stack_of_tagging_between_the_slices_of_another_is_listed_apart(tmp_path: Path) -> None:
    write(tmp_path / "cine", description="SAX", stated={})
    write(tmp_path / "tag", along=5, series_number=40, slices=4, description="SAX tagging", stated={})
    assert [s.slices for s in stacks(tmp_path)] == [5, 4]


def test_a_slice_called_otherwise_at_a_free_place_is_used_and_this_is_said(tmp_path: Path) -> None:
    row(tmp_path, [0, 10, 20, 30, 40.5], ["SAX 1", "SAX 2", "SAX 3", "SAX 4", "SAX 5 realtime"])
    (series,) = stacks(tmp_path)
    assert series.slices == 5
    assert "1 slice called otherwise (realtime): used, since no other lies there" in series.messages


def test_times_and_angles_that_drift_from_slice_to_slice_do_not_part_them(tmp_path: Path) -> None:
    for index, (echo_time, angle) in enumerate([("1.1", "80"), ("1.2", "60"), ("1.3", "45"), ("1.4", "35")]):
        stated = CINE | {"EchoTime": echo_time, "FlipAngle": angle}
        row(tmp_path, [10.0 * index], ["SAX"], number=20 + index, stated=stated)
    assert [s.slices for s in stacks(tmp_path)] == [4]


def test_research_mode_is_no_other_sequence(tmp_path: Path) -> None:
    write(tmp_path / "cine", series_per_slice=True)
    row(tmp_path, [-10], [""], number=60, stated=CINE | {"ScanningSequence": ["RM", "GR"]})
    assert [s.slices for s in stacks(tmp_path)] == [6]


def test_a_slice_whose_name_tells_no_view_belongs_to_the_short_axis_stack(tmp_path: Path) -> None:
    row(tmp_path, (0, 8, 16, 32, 40), ["cine sa"] * 5)
    row(tmp_path, (24,), ["cine"], number=40)
    assert [(s.slices, s.view) for s in stacks(tmp_path)] == [(6, View.SHORT_AXIS)]


@pytest.mark.parametrize(
    ("name", "again"), [("cine sa", "repeat breathhold"), ("cine", "cine sa repeat"), ("cine", "cine")]
)
def test_a_later_slice_is_used_whether_or_not_its_name_tells_the_view(
    tmp_path: Path, name: str, again: str
) -> None:
    write(tmp_path / "stack", description=name)
    write(tmp_path / "again", missing=one(2), series_number=40, description=again, brighter=1000)
    stack = stacks(tmp_path)[0]
    assert stack.slices == 5
    assert any("the later series is used here" in message for message in stack.messages)


def test_another_sequence_is_told_whether_or_not_a_name_tells_the_view(tmp_path: Path) -> None:
    write(tmp_path / "stack", description="cine sa")
    write(
        tmp_path / "tagging",
        along=4.0,
        slices=2,
        series_number=40,
        description="tagging",
        stated={**CINE, "EchoTime": "3.9"},
    )
    assert any("2 parallel slices of another sequence" in message for message in stacks(tmp_path)[0].messages)
