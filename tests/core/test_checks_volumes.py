"""Volume curves against cylinders whose volume is known, contoured by a threshold in place of the network."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from calid_core.checks.contourer import Contourer
from calid_core.checks.kinds import Check, Checked
from calid_core.checks.report import CheckReport
from calid_core.checks.results import SeedSpread, Volumes
from calid_core.checks.running import run_check
from calid_core.checks.spread import spread_over_seeds
from calid_core.checks.volumes import contour_made, contour_stack
from calid_core.cine import CineStack, Source
from calid_core.errors import Cancelled, DeviceMemoryError, InputError
from calid_core.geometry import Geometry
from calid_core.grid import Grid
from calid_core.metrics.clinical import VolumeCurve, slab_heights
from calid_core.pipeline import reconstruct
from calid_core.plain import from_plain, to_plain
from calid_core.progress import CancelToken
from calid_core.provenance import SliceState
from calid_core.report.body import report_body
from calid_core.report.content import ErrorTable, FactTable
from calid_core.report.facts import check_facts
from calid_core.report.gathering import Asked, gather
from calid_core.report.pictures import picture_rows
from calid_core.report.subject import Subject
from calid_core.report.tables import check_tables
from calid_core.report.volumes import volume_table
from calid_core.settings import Device, Method, ReconstructionSettings

RADII = (24.0, 20.0, 16.0, 20.0)
"""mm at every phase."""


class Threshold:
    """Takes what is bright for the left ventricle."""

    def left_ventricle(self, slices, *, spacing, centre):
        return np.where(slices > 0.5, 1.0, -1.0)

    def grid(self, *, spacing, centre):
        return Grid((0.0, 0.0), (1.0, 1.0), spacing)


def cylinder(slices: int = 7) -> CineStack:
    """A beating cylinder along the stack, 8 mm between slices of 1 mm pixels."""
    rows, columns = np.mgrid[0:96, 0:96]
    inside = [np.hypot(rows - 47.5, columns - 47.5) <= radius for radius in RADII]
    intensity = (
        np.stack([np.broadcast_to(plane, (slices, 96, 96)) for plane in inside]).astype(np.int16) * 900
    )
    geometry = Geometry.from_spacing((8.0, 1.0, 1.0), (slices, 96, 96), known=True)
    return CineStack(intensity, geometry, np.arange(4) * 200.0, Source("x", "phantom"))


def test_a_cylinder_has_its_volume_at_every_phase():
    stack = cylinder()
    found = contour_stack(stack, Contourer(stack, Threshold()))
    curve, areas = found.curve, found.contours.areas
    expected = np.pi * np.square(RADII) * 7 * 8.0 / 1000.0
    assert curve.volumes == pytest.approx(expected, rel=0.01)
    assert areas.shape == (4, 7)
    assert curve.ef == pytest.approx(100 * (1 - (16 / 24) ** 2), abs=1.0)


class Full(Threshold):
    """On a GPU that has no memory left."""

    def left_ventricle(self, slices, *, spacing, centre):
        raise DeviceMemoryError("cuda has no memory left for contours")


def full(wish):
    raise DeviceMemoryError("cuda has no memory left for the weights of the model")


def contoured_on(monkeypatch, device, on_gpu):
    """Volumes of the cylinder, and the devices that its segmenter was loaded on; ``on_gpu`` makes that of a GPU."""
    wishes = []

    def shipped(wish):
        wishes.append(wish)
        return Threshold() if wish is Device.CPU else on_gpu(wish)

    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", shipped)
    monkeypatch.setattr("calid_core.checks.contourer.found_heart", lambda stack: (47.5, 47.5))
    return contour_stack(cylinder(), Contourer(cylinder(), device=device)).curve.volumes, wishes


@pytest.mark.parametrize(
    ("device", "expected"), [(Device.CPU, Device.CPU), (Device.AUTO, Device.AUTO), (Device.CUDA, Device.AUTO)]
)
def test_contours_run_on_the_cpu_where_that_is_asked_for_else_on_the_best_device(
    monkeypatch, device, expected
):
    _, wishes = contoured_on(monkeypatch, device, lambda wish: Threshold())
    assert wishes == [expected]


@pytest.mark.parametrize("on_gpu", [full, lambda wish: Full()])
def test_contours_go_on_on_the_cpu_where_a_gpu_has_no_memory_left(monkeypatch, on_gpu):
    volumes, wishes = contoured_on(monkeypatch, Device.CUDA, on_gpu)
    assert wishes == [Device.AUTO, Device.CPU]
    assert volumes == pytest.approx(np.pi * np.square(RADII) * 7 * 8.0 / 1000.0, rel=0.01)


def test_memory_that_runs_out_on_the_cpu_is_told(monkeypatch):
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda wish: Full())
    monkeypatch.setattr("calid_core.checks.contourer.found_heart", lambda stack: (47.5, 47.5))
    with pytest.raises(DeviceMemoryError, match="no memory left"):
        contour_stack(cylinder(), Contourer(cylinder()))


@pytest.mark.parametrize("spacing", [1.0, 2.0, 4.0])
def test_a_dense_stack_of_the_same_cylinder_has_the_same_volume(spacing):
    stack = cylinder()
    contourer = Contourer(stack, Threshold())
    acquired = contour_stack(stack, contourer)
    made = reconstruct(stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=spacing))
    dense = contour_made(made, acquired, contourer)
    assert dense.curve.volumes == pytest.approx(acquired.curve.volumes)
    assert dense.contours.areas.shape == made.intensity.shape[:2]


def test_a_curve_is_interrupted_where_nothing_was_found():
    volumes = np.array([0.0, 60.0, 50.0, 0.0, 0.0, 70.0])
    curve = VolumeCurve(np.arange(6.0), volumes)
    assert [part.tolist() for part in curve.stretches] == [[1, 2], [5]]
    assert VolumeCurve(np.arange(2.0), np.zeros(2)).stretches == ()


def test_slices_stand_for_the_space_up_to_halfway_to_their_neighbours():
    assert slab_heights(np.array([0.0, 2.0, 6.0]), ends=4.0).tolist() == [5.0, 3.0, 6.0]


def test_cancelling_stops_at_the_next_phase():
    stack, cancel, seen = cylinder(), CancelToken(), []

    def stop(progress):
        seen.append(progress.done)
        cancel.cancel()

    with pytest.raises(Cancelled):
        contour_stack(stack, Contourer(stack, Threshold()), stop, cancel)
    assert seen == [1]


@pytest.mark.parametrize("volumes", [[1.0], [1.0, -1.0], [1.0, np.nan], []])
def test_a_curve_of_impossible_volumes_is_refused(volumes):
    with pytest.raises(InputError):
        VolumeCurve(np.arange(2.0), np.array(volumes))


def test_a_phase_without_a_ventricle_gives_no_ejection_fraction():
    curve = VolumeCurve(np.arange(2.0), np.array([100.0, 0.0]))
    assert not curve.found
    assert np.isnan(curve.ef)


def test_a_single_phase_gives_a_volume_but_no_ejection_fraction():
    curve = VolumeCurve(np.zeros(1), np.array([100.0]))
    assert curve.edv == 100.0
    assert np.isnan([curve.esv, curve.ef]).all()


def test_the_spread_over_a_single_phase_has_no_ejection_fraction_and_reports_say_why(monkeypatch):
    monkeypatch.setattr(
        "calid_core.checks.spread.Contourer", lambda stack, device: Contourer(stack, segmenter=Threshold())
    )
    stack = cylinder(3).with_phases((1,))
    settings = ReconstructionSettings(method=Method.LINEAR, slice_spacing=4.0)
    spread = spread_over_seeds(stack, settings, (0, 1))
    assert (spread.edv > 0).all()
    assert np.isnan([spread.esv, spread.ef]).all()
    curve = VolumeCurve(np.zeros(1), np.array([100.0]))
    report = CheckReport("x", 3, 1, 8.0, spread=spread, volumes=Volumes(curve, curve))
    assert [fact.value for fact in check_facts(report, moved=0)] == ["no EF: two phases are needed, 2 seeds"]
    subject = Subject(stack, reconstruct(stack, settings), report)
    needed = ("two phases needed", "two phases needed")
    table = volume_table(report, subject)
    assert [row[2:] for row in table.rows] == [needed, needed, needed]
    assert not table.pictures
    seeds = next(t for t in check_tables(subject) if t.title == "Spread over seeds")
    assert [row[2:] for row in seeds.rows] == [needed, needed]


def test_a_spread_without_any_ventricle_says_so_instead_of_nan():
    none = np.full(2, np.nan)
    report = CheckReport("x", 3, 4, 8.0, spread=SeedSpread((0, 1), np.zeros(4), none, none, none))
    assert [fact.value for fact in check_facts(report, moved=0)] == ["no EF: no ventricle was found, 2 seeds"]
    stack = cylinder(3)
    (table,) = check_tables(Subject(stack, None, report))
    assert table.rows == (("0", "none", "none", "none"), ("1", "none", "none", "none"))


def test_two_columns_of_a_table_cannot_have_the_same_name():
    with pytest.raises(ValueError, match="same name"):
        FactTable("t", "", ("Error", "Linear", "SSIM", "Linear"), ())


def test_the_report_holds_both_curves_the_spread_and_that_nobody_drew_them():
    times = np.arange(3) * 100.0
    volumes = Volumes(
        VolumeCurve(times, np.array([120.0, 60.0, 90.0])), VolumeCurve(times, np.array([125.0, 50.0, 90.0]))
    )
    nan = float("nan")
    spread = SeedSpread(
        (0, 1, 2), np.zeros(4), np.array([120.0, 130.0, nan]), np.full(3, 50.0), np.full(3, 60.0)
    )
    stack = cylinder(3)
    made = reconstruct(stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=4.0))
    report = CheckReport("x", 3, 4, 8.0, volumes=volumes, spread=spread)
    table = volume_table(report, Subject(stack, made, report))
    assert len(table.pictures) == 1
    assert [row[1:] for row in table.rows] == [
        ("120", "60", "50"),
        ("125", "50", "60"),
        ("120 to 130", "50 to 50", "60 to 60"),
    ]
    assert "no person" in table.note
    assert table.rows[2][0] == "over 3 seeds, first phase and end-systole alone"
    assert "each phase contoured alone" in table.note
    (fact,) = check_facts(report, moved=0)
    assert fact.value == "EF 60 to 60 % of the first phase and end-systole, each contoured alone, 3 seeds"
    without = volume_table(replace(report, spread=None), Subject(stack, made, report))
    assert "over seeds" not in without.note
    assert Image.open(io.BytesIO(table.pictures[0].png)).size == (1320, 380)
    again = from_plain(CheckReport, to_plain(report), "report", InputError)
    assert again.volumes.made.volumes.tolist() == [125.0, 50.0, 90.0]
    lost = Volumes(volumes.acquired, VolumeCurve(times, np.array([125.0, 0.0, 90.0])))
    rows = volume_table(replace(report, volumes=lost), Subject(stack, made, report)).rows
    assert rows[1][1:] == ("none", "none", "none: not found at every phase")
    assert volume_table(replace(report, volumes=None), Subject(stack, made, report)) is None


def test_contours_come_phase_by_phase_from_the_wanted_one_on_as_they_are_in_the_end():
    stack, found = cylinder(), []
    whole = contour_stack(stack, Contourer(stack, Threshold()))
    again = contour_stack(
        stack, Contourer(stack, Threshold()), first_phase=2, on_contours=found.append
    ).contours
    np.testing.assert_array_equal(again.areas, whole.contours.areas)
    known = [~np.isnan(contours.areas[:, 0]) for contours in found]
    # Four phases are a quarter of a cycle apart: each is looked at alone, the one before the wanted one first.
    assert [np.flatnonzero(phases).tolist() for phases in known] == [[1], [1, 2], [1, 2, 3], [0, 1, 2, 3]]
    assert [contours.complete for contours in found] == [False, False, False, True]
    for contours, phases in zip(found, known, strict=True):
        np.testing.assert_array_equal(contours.areas[phases], whole.contours.areas[phases])


def test_an_acquired_slice_that_was_interpolated_in_time_is_badged_so_in_a_report_of_some_phases():
    stack = replace(cylinder(3), slice_states=(SliceState(), SliceState(resampled_phases=(2,)), SliceState()))
    made = reconstruct(stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=4.0), phases=(2,))
    (row,) = picture_rows(Subject(stack, made), [1], CancelToken())
    assert [picture.title for picture in row.pictures] == [
        "ACQUIRED A1",
        "INTERPOLATED I2",
        "INTERPOLATED IN TIME A2",
    ]


@pytest.mark.parametrize(("mean", "sign"), [(10.0, "✓ "), (12.0, ""), (14.0, "✕ ")])
def test_a_report_tells_better_and_worse_than_linear_and_nothing_of_linear_itself(mean, sign):
    table = ErrorTable(("A2",), ("1",), np.array([[mean]]), np.array([12.0]))
    stack = cylinder(3)
    report = CheckReport.begun("x", stack, ReconstructionSettings())
    content = gather(
        Subject(stack, None, report), Asked("x", "2026-01-01T00:00:00+00:00", "x"), CancelToken()
    )
    assert f"<td>{sign}12.0</td>" in report_body(replace(content, errors=table))


def test_the_spread_is_that_of_the_first_phase_and_end_systole_over_the_seeds(monkeypatch):
    def brighter_by_seed(stack, settings, *others, **named):
        made = reconstruct(stack, settings, *others, **named)
        return replace(made, intensity=made.intensity + np.int16(9 * settings.seed))

    monkeypatch.setattr("calid_core.checks.spread.reconstruct", brighter_by_seed)
    monkeypatch.setattr(
        "calid_core.checks.spread.Contourer", lambda stack, device: Contourer(stack, segmenter=Threshold())
    )
    settings = ReconstructionSettings(method=Method.LINEAR, slice_spacing=4.0)
    spread = spread_over_seeds(cylinder(3), settings, (0, 1))
    assert spread.edv == pytest.approx(np.pi * 24**2 * 3 * 8 / 1000, rel=0.01)
    assert spread.esv == pytest.approx(np.pi * 16**2 * 3 * 8 / 1000, rel=0.01)
    assert spread.ef == pytest.approx(100 * (1 - (16 / 24) ** 2), abs=1.0)
    # Two values that differ by a hundredth of the range.
    assert spread.voxel_spread == pytest.approx(0.01 / np.sqrt(2), rel=1e-3)


def test_progress_in_a_run_counts_acquired_and_made_slices_in_one_row(monkeypatch):
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", lambda *device: Threshold())
    stack, seen = cylinder(), []
    made = reconstruct(stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0))
    run_check(Check.VOLUMES, Checked(stack, made), lambda progress: seen.append(progress.fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert seen[4] == pytest.approx(7 / made.geometry.slices, abs=1e-3)
