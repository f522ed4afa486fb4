from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from calid_core.checks.input_checks import check_input
from calid_core.cine import CineStack
from calid_core.errors import InputError
from calid_core.examination import findings
from calid_core.geometry import Geometry
from calid_core.io import PhaseMatching, read_stack
from calid_core.io.phase_resampling import (
    common_fractions,
    disagreeing,
    moments_of,
    nearest_frames,
    resample,
)
from calid_core.io.sidecar import provenance
from calid_core.pipeline import reconstruct
from calid_core.provenance import SliceState
from calid_core.settings import Method, ReconstructionSettings
from tests.core.dicom_files import Cine, set_pixels

CYCLES = (800.0, 800.0, 1000.0, 800.0, 640.0)
"""RR interval of each slice along the normal, ms. In a stack they run the other way, from base to apex."""
STEP = 40.0
PHASES = 16


def beating(fraction: np.ndarray | float) -> np.ndarray:
    """Intensity of every pixel at a share of RR: each pixel a sine of its own delay."""
    delay = np.arange(48).reshape(6, 8) / 48
    return 1000 + 500 * np.sin(2 * np.pi * (np.asarray(fraction)[..., None, None] - delay))


def prospective(dataset: Dataset, slice_: int, phase: int) -> None:
    """The same times after the R wave in every slice, whatever its RR interval."""
    dataset.TriggerTime, dataset.NominalInterval = str(phase * STEP), round(CYCLES[slice_])
    set_pixels(dataset, np.rint(beating(phase * STEP / CYCLES[slice_])).astype(np.uint16))


def steady(dataset: Dataset, slice_: int, phase: int) -> None:
    """The same shares of the heart cycle in every slice."""
    set_pixels(dataset, np.rint(beating(phase / PHASES)).astype(np.uint16))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Cine(phases=PHASES, trigger_step=STEP, edit=prospective).write(tmp_path)
    return tmp_path


@pytest.fixture
def stack(folder: Path) -> CineStack:
    return read_stack(folder)


def test_slices_with_another_heart_rate_are_brought_to_the_phases_of_the_others(stack):
    common = np.arange(PHASES) * STEP / 800
    for index, cycle in enumerate(reversed(CYCLES)):
        reached = np.minimum(common, (PHASES - 1) * STEP / cycle) if cycle != 640 else common
        np.testing.assert_allclose(stack.intensity[:, index], beating(reached), atol=3)
    np.testing.assert_allclose(stack.phase_times, common * np.mean(CYCLES))


def test_slices_whose_phases_agree_stay_bit_identical(folder, stack):
    as_indexed = read_stack(folder, PhaseMatching.AS_INDEXED)
    for index in (1, 3, 4):
        assert stack.slice_states[index].resampled_phases == ()
        assert np.array_equal(stack.intensity[:, index], as_indexed.intensity[:, index])


def test_frames_that_are_not_named_as_resampled_are_bit_identical_with_an_acquired_one(folder, stack):
    acquired = read_stack(folder, PhaseMatching.AS_INDEXED).intensity
    for index in range(stack.slices):
        for phase in set(range(PHASES)) - set(stack.slice_states[index].resampled_phases):
            assert any(np.array_equal(stack.intensity[phase, index], frame) for frame in acquired[:, index])


def test_every_resampled_slice_is_named_with_its_heart_cycle(stack):
    steps = "\n".join(stack.source.steps)
    assert "triggered differently" in steps
    assert "slice 1 (RR 640 ms" in steps
    assert "slice 3 (RR 1000 ms" in steps
    assert "slice 2 (" not in steps


def test_slices_that_lack_a_frame_each_keep_every_other_one(tmp_path):
    # Only the last slice of the files is whole: what the others lack is at other moments in each.
    missing = [(0, 3), (1, 5), (2, 9), (3, 12)]
    Cine(phases=PHASES, trigger_step=STEP, edit=steady, missing=missing).write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.phases == PHASES
    assert [s.resampled_phases for s in stack.slice_states] == [(), (12,), (9,), (5,), (3,)]
    for index in range(5):
        np.testing.assert_allclose(stack.intensity[:, index], beating(np.arange(PHASES) / PHASES), atol=10)
    steps = "\n".join(stack.source.steps)
    assert "frames are missing" in steps
    assert "triggered differently" not in steps


def test_one_slice_with_twice_the_frames_does_not_have_the_others_interpolated(tmp_path):
    # Slice 2 has every frame, the others every second one.
    missing = [(slice_, phase) for slice_ in (0, 1, 3, 4) for phase in range(1, PHASES, 2)]
    Cine(phases=PHASES, trigger_step=STEP, edit=steady, missing=missing).write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.phases == PHASES // 2
    assert not stack.resampled_slices


def test_one_slice_with_later_frames_than_all_others_does_not_have_theirs_invented(tmp_path):
    def prospective_alike(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.TriggerTime, dataset.NominalInterval = str(phase * STEP), 1000

    missing = [(slice_, phase) for slice_ in (0, 1, 3, 4) for phase in range(12, PHASES)]
    Cine(phases=PHASES, trigger_step=STEP, edit=prospective_alike, missing=missing).write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.phases == 12
    assert not stack.resampled_slices


def test_a_slice_that_lacks_one_frame_keeps_the_others_although_triggers_jitter(tmp_path):
    jitter = np.random.default_rng(2).uniform(-0.1, 0.1, (5, PHASES)) * STEP

    def jittered(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.TriggerTime = f"{20 + phase * STEP + jitter[slice_, phase]:.1f}"
        set_pixels(dataset, np.rint(beating(phase / PHASES)).astype(np.uint16))

    Cine(phases=PHASES, trigger_step=STEP, edit=jittered, missing=[(1, 5)]).write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.phases == PHASES
    assert [s.resampled_phases for s in stack.slice_states] == [(), (), (), (5,), ()]


def test_a_slice_that_lacks_its_last_frame_keeps_the_others_where_no_heart_cycle_is_stated(tmp_path):
    def unstated(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.NominalInterval

    Cine(phases=PHASES, trigger_step=STEP, edit=unstated, missing=[(1, PHASES - 1)]).write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.phases == PHASES
    assert [s.resampled_phases for s in stack.slice_states] == [(), (), (), (PHASES - 1,), ()]


def test_phases_kept_as_indexed_are_the_frames_of_the_files(folder):
    stack = read_stack(folder, PhaseMatching.AS_INDEXED)
    for index, cycle in enumerate(reversed(CYCLES)):
        expected = np.rint(beating(np.arange(PHASES) * STEP / cycle)).astype(np.uint16)
        np.testing.assert_array_equal(stack.intensity[:, index], expected)
    assert not stack.resampled_slices
    assert not any("resampled" in step for step in stack.source.steps)


def test_a_run_carries_resampled_phases_into_provenance_warnings_and_the_file_beside_it(stack):
    settings = ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0)
    result = reconstruct(stack, settings)
    assert result.passes_through()
    first, third = (result.provenance[result.acquired_indices[i]] for i in (0, 2))
    assert first.resampled_phases == stack.slice_states[0].resampled_phases != ()
    assert third.resampled_phases == stack.slice_states[2].resampled_phases != ()
    frames = len(first.resampled_phases) + len(third.resampled_phases)
    assert f"{frames} frames of 2 slices lack an image at their moment" in " ".join(result.warnings)
    written = provenance(result)
    assert written["input"]["frames_as_acquired"] is False
    assert written["slices"][result.acquired_indices[0]]["phases_resampled_in_time"] == list(
        stack.slice_states[0].resampled_phases
    )


def test_the_input_checks_point_at_resampled_slices(stack):
    found = [f for f in check_input(stack).findings if "interpolated in time" in f.message]
    assert [f.slice_index for f in found] == [0, 2]


def test_phases_chosen_from_a_resampled_stack_keep_their_marks(stack):
    marked = stack.slice_states[0].resampled_phases
    assert stack.with_phases((0, marked[0])).slice_states[0].resampled_phases == (1,)
    assert stack.with_phases((0,)).resampled_slices == ()
    assert len(findings(stack.with_phases((0,)), ReconstructionSettings())) < len(
        findings(stack, ReconstructionSettings())
    )


def test_marks_count_among_the_phases_that_were_chosen(stack):
    states = (SliceState(resampled_phases=(2, 3)), *stack.slice_states[1:])
    chosen = replace(stack, slice_states=states).with_phases((1, 3))
    assert chosen.slice_states[0].resampled_phases == (1,)


def test_fewer_slices_of_a_stack_must_tell_what_was_done_to_each(stack):
    two = Geometry.from_spacing(stack.geometry.spacing, (2, *stack.geometry.shape[1:]))
    with pytest.raises(InputError, match="2 slices, but the states of 5"):
        replace(stack, intensity=stack.intensity[:, :2], geometry=two)
    fewer = replace(
        stack,
        intensity=stack.intensity[:, :2],
        geometry=two,
        slice_frames=(),
        slice_states=stack.slice_states[:2],
    )
    assert fewer.resampled_slices == (0,)


def test_a_lost_frame_is_the_only_one_that_is_interpolated(tmp_path):
    def even(dataset: Dataset, slice_: int, phase: int) -> None:
        set_pixels(dataset, np.rint(beating(phase / PHASES)).astype(np.uint16))

    Cine(phases=PHASES, trigger_step=50.0, edit=even, missing=[(4, 7)]).write(tmp_path)
    stack = read_stack(tmp_path)
    assert [s.resampled_phases for s in stack.slice_states] == [(7,), (), (), (), ()]
    np.testing.assert_allclose(stack.intensity[7, 0], beating(7 / PHASES), atol=3)


@pytest.mark.parametrize("stated", [600.0, 900.0])
def test_a_stated_cycle_shorter_than_the_frames_cover_is_not_believed(stated):
    moments = moments_of(np.arange(20) * 50.0, stated)
    assert moments.cycle == 1000.0
    assert not moments.stated


def test_the_common_phases_are_those_that_most_slices_share():
    slices = [moments_of(np.arange(10) * 60.0, rr) for rr in (600.0, 600.0, 900.0, 1200.0)]
    np.testing.assert_allclose(common_fractions(slices), np.arange(10) / 10)
    assert [len(disagreeing(s, np.arange(10) / 10)) > 0 for s in slices] == [False, False, True, True]


def test_a_slice_with_a_frame_near_every_phase_is_taken_as_it_is_whatever_frames_it_has_besides():
    twice = moments_of(np.arange(40) * 25.0 + 5.0, 1000.0)  # a tenth of a phase step late
    assert disagreeing(twice, np.arange(20) / 20).tolist() == []


def test_the_first_phase_is_near_the_last_one_round_the_cycle():
    moments = moments_of(np.arange(10) * 80.0 + 79.0, 800.0)
    assert nearest_frames(moments, np.array([0.0]))[0] == 9


def test_interpolation_in_time_is_periodic_and_exact_for_a_slow_beat():
    moments = moments_of(np.arange(25) * 32.0, 800.0)
    images = beating(moments.fractions)
    wanted = np.array([0.013, 0.41, 0.97, 0.995])
    np.testing.assert_allclose(resample(images, moments, wanted), beating(wanted), atol=1.0)


@pytest.mark.parametrize("frames", [10, 18, 19])
def test_beyond_frames_that_do_not_cover_the_cycle_the_last_one_is_held(frames):
    moments = moments_of(np.arange(frames) * 50.0, 1000.0)
    images = beating(moments.fractions)
    np.testing.assert_allclose(resample(images, moments, np.array([0.95]))[0], images[-1])


def test_frames_that_outlast_their_cycle_are_resampled_without_those_that_come_round_again():
    times = np.arange(30) * 33.0  # 957 ms from first to last, 1.007 of the stated cycle
    moments = moments_of(times, 950.0)
    assert moments.stated
    phases = np.arange(25) / 25
    made = resample(beating(moments.fractions), moments, phases)
    np.testing.assert_allclose(made, beating(phases), atol=1)


def test_a_rescale_does_not_change_what_is_interpolated_in_time(tmp_path):
    def rescaled(dataset: Dataset, slice_: int, phase: int) -> None:
        prospective(dataset, slice_, phase)
        dataset.RescaleSlope, dataset.RescaleIntercept = "0.5", "-100"

    for name, edit in (("plain", prospective), ("rescaled", rescaled)):
        Cine(phases=PHASES, trigger_step=STEP, edit=edit).write(tmp_path / name)
    plain, other = (read_stack(tmp_path / name) for name in ("plain", "rescaled"))
    assert plain.slice_states[0].resampled_phases == other.slice_states[0].resampled_phases != ()
    np.testing.assert_array_equal(other.intensity, plain.intensity)


def test_interpolation_in_time_never_leaves_the_range_of_the_slice():
    moments = moments_of(np.arange(10) * 80.0, 800.0)
    images = np.where(np.arange(10) < 5, 0.0, 1000.0)[:, None, None]
    made = resample(images, moments, np.arange(40) / 40)
    assert (made.min(), made.max()) == (0.0, 1000.0)


def test_of_slices_that_all_agree_the_median_cycle_tells_the_common_phases():
    slices = [moments_of(np.arange(10) * 60.0, rr) for rr in (605.0, 600.0, 590.0)]
    np.testing.assert_allclose(common_fractions(slices), np.arange(10) / 10)


@pytest.mark.parametrize("late", [3, 6, 12])
@pytest.mark.parametrize("stated", [True, False])
def test_a_slice_that_was_triggered_whole_phases_later_is_matched_round_the_cycle(tmp_path, late, stated):
    def delayed(dataset: Dataset, slice_: int, phase: int) -> None:
        moment = phase + (late if slice_ == 2 else 0)
        dataset.TriggerTime = str(moment * STEP)
        if stated:
            dataset.NominalInterval = round(PHASES * STEP)
        set_pixels(dataset, np.rint(beating(moment / PHASES)).astype(np.uint16))

    Cine(phases=PHASES, trigger_step=STEP, edit=delayed).write(tmp_path)
    stack = read_stack(tmp_path)
    for index in range(stack.slices):
        np.testing.assert_array_equal(stack.intensity[:, index], stack.intensity[:, 0])
        assert stack.slice_states[index].resampled_phases == ()
    np.testing.assert_allclose(stack.phase_times, np.arange(PHASES) * STEP)
    told = [step for step in stack.source.steps if step.startswith("slice")]
    assert told == [
        f"slice 3 was triggered {late * STEP:.0f} ms later than the other slices: its frames are matched round the cycle, "
        "every one as acquired"
    ]
    by_rank = read_stack(tmp_path, PhaseMatching.AS_INDEXED)
    np.testing.assert_array_equal(np.roll(by_rank.intensity[:, 2], late, axis=0), stack.intensity[:, 2])


def outlasting(late: float, *slices: int) -> Callable[[Dataset, int, int], None]:
    """25 frames that cover 1000 ms of a cycle of 960, each of one intensity of its own; in some ``slices`` ``late`` ms later."""

    def edit(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.TriggerTime, dataset.NominalInterval = str(phase * 40.0 + late * (slice_ in slices)), 960
        set_pixels(dataset, np.full((6, 8), 100 + phase, np.uint16))

    return edit


def test_frames_that_outlast_the_cycle_stay_in_their_order(tmp_path):
    Cine(phases=25, trigger_step=40.0, edit=outlasting(0.0)).write(tmp_path)
    stack = read_stack(tmp_path)
    assert not [step for step in stack.source.steps if step.startswith("slice")]
    for index in range(stack.slices):
        assert stack.intensity[:, index, 0, 0].tolist() == list(range(100, 125))


def test_beside_a_late_slice_the_others_keep_their_order_though_they_outlast_the_cycle(tmp_path):
    Cine(phases=25, trigger_step=40.0, edit=outlasting(200.0, 2)).write(tmp_path)
    stack = read_stack(tmp_path)
    shown = stack.intensity[:, :, 0, 0]
    for index in (0, 1, 3, 4):
        assert shown[:, index].tolist() == list(range(100, 125))
    # 200 ms are five phases. 960 ms fall on phase 0 and, 25 phases being more than a cycle, nearly on the last one, too.
    assert shown[:, 2].tolist() == [119, *range(120, 124), *range(100, 120)]


@pytest.mark.parametrize("late", [(0, 1), (2, 3)])
def test_of_two_groups_of_as_many_slices_the_one_that_begins_first_tells_the_phases(tmp_path, late):
    def halves(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.TriggerTime = str((phase + 8 * (slice_ in late)) * STEP)
        dataset.NominalInterval = round(PHASES * STEP)

    Cine(slices=4, phases=PHASES, trigger_step=STEP, edit=halves).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_allclose(stack.phase_times, np.arange(PHASES) * STEP)
    assert len([step for step in stack.source.steps if "320 ms later" in step]) == 2
