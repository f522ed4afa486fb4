"""Breath-holds that were repeated in one series."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from calid_core.cine import CineStack
from calid_core.io import read_stack
from tests.core.dicom_files import Cine, pixel_values, set_pixels

PHASES = 8
REPEATED = 2
ONLY = [(s, p) for s in (0, 1, 3, 4) for p in range(PHASES)]
"""Frames of all slices but the repeated one."""
Edit = Callable[[Dataset, int], None]
TWICE = "slice 3 was acquired 2 times: the last one is used"


def again(dataset: Dataset, slice_: int, phase: int) -> None:
    """The same slice 5 brighter, at a slightly slower heart rate."""
    set_pixels(dataset, pixel_values(slice_, phase) + 5)
    dataset.TriggerTime, dataset.NominalInterval = str(2 + 99 * phase), 792


def write(folder: Path, *, first: Edit, second: Edit, last_phase: int = PHASES) -> CineStack:
    """A stack with a repeated slice, opened; ``first`` and ``second`` edit frames of one phase."""

    def every(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.InstanceNumber = slice_ * PHASES + phase + 1
        first(dataset, phase)

    def repeated(dataset: Dataset, slice_: int, phase: int) -> None:
        again(dataset, slice_, phase)
        dataset.InstanceNumber = 900 + phase
        second(dataset, phase)

    cine = {"phases": PHASES, "trigger_step": 100.0}
    Cine(**cine, edit=every).write(folder)  # type: ignore[arg-type]
    cut_short = [(REPEATED, p) for p in range(last_phase, PHASES)]
    Cine(**cine, edit=repeated, missing=[*ONLY, *cut_short]).write(folder / "again")  # type: ignore[arg-type]
    return read_stack(folder)


def nothing(dataset: Dataset, phase: int) -> None:
    pass


def shuffled(dataset: Dataset, phase: int) -> None:
    """Instance numbers that tell nothing."""
    dataset.InstanceNumber = 1 + (int(dataset.InstanceNumber) * 37) % 101


def number(of_acquisition: int) -> Edit:
    def edit(dataset: Dataset, phase: int) -> None:
        shuffled(dataset, phase)
        dataset.AcquisitionNumber = of_acquisition

    return edit


def numbers_of_phases(dataset: Dataset, phase: int) -> None:
    """As Siemens has it: every phase is an acquisition of its own."""
    dataset.AcquisitionNumber = phase + 1


def clock(minute: int) -> Edit:
    def edit(dataset: Dataset, phase: int) -> None:
        shuffled(dataset, phase)
        dataset.AcquisitionTime = f"10{minute:02d}00.{phase * 100:03d}000"

    return edit


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (number(1), number(2)),
        (clock(5), clock(6)),
        (nothing, nothing),
        (numbers_of_phases, numbers_of_phases),
    ],
    ids=["acquisition number", "acquisition time", "order", "a number of each phase"],
)
def test_the_last_of_two_breath_holds_with_other_trigger_times_is_used(
    tmp_path: Path, first: Edit, second: Edit
) -> None:
    stack = write(tmp_path, first=first, second=second)
    for phase in range(PHASES):
        np.testing.assert_array_equal(stack.intensity[phase, 2], pixel_values(REPEATED, phase) + 5)
    assert TWICE in stack.source.steps
    assert not stack.resampled_slices


def test_a_repeat_that_was_cut_short_is_left_out(tmp_path: Path) -> None:
    stack = write(tmp_path, first=number(1), second=number(2), last_phase=3)
    for phase in range(PHASES):
        np.testing.assert_array_equal(stack.intensity[phase, 2], pixel_values(REPEATED, phase))
    assert "slice 3 was acquired 2 times: the last whole one is used" in stack.source.steps


@pytest.mark.parametrize("half", [lambda phase: phase % 2, lambda phase: phase // 4], ids=["in turn", "one after the other"])  # fmt: skip
def test_a_cycle_acquired_by_halves_is_whole(tmp_path: Path, half: Callable[[int], int]) -> None:
    def halves(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.AcquisitionNumber = 1 + half(phase)
        dataset.AcquisitionTime = f"10{half(phase):02d}00"
        dataset.InstanceNumber = 1 + half(phase) * 100 + phase

    Cine(phases=PHASES, trigger_step=100.0, edit=halves).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity[:, 2], [pixel_values(2, p) for p in range(PHASES)])


def test_instance_numbers_that_start_within_the_cycle_are_no_repeat(tmp_path: Path) -> None:
    def wrapped(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.InstanceNumber = 1 + (phase + 4) % PHASES

    Cine(phases=PHASES, trigger_step=100.0, edit=wrapped).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity[:, 2], [pixel_values(2, p) for p in range(PHASES)])


@pytest.mark.parametrize("times", [None, "0"], ids=["no times", "times of 0"])
@pytest.mark.parametrize("half", [lambda phase: phase % 2, lambda phase: phase // 4], ids=["in turn", "one after the other"])  # fmt: skip
@pytest.mark.parametrize("tag", ["AcquisitionNumber", "AcquisitionTime"])
def test_a_cycle_without_times_that_was_acquired_by_halves_is_whole(
    tmp_path: Path, tag: str, half: Callable[[int], int], times: str | None
) -> None:
    def halves(dataset: Dataset, slice_: int, phase: int) -> None:
        value = 1 + half(phase) if tag == "AcquisitionNumber" else f"1010{10 * half(phase):02d}"
        setattr(dataset, tag, value)
        dataset.TriggerTime = times

    Cine(phases=PHASES, edit=halves).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity[:, 2], [pixel_values(2, p) for p in range(PHASES)])
    assert "acquired" not in "".join(stack.source.steps)


def untimed(of_acquisition: int) -> Edit:
    def edit(dataset: Dataset, phase: int) -> None:
        dataset.TriggerTime, dataset.AcquisitionNumber = None, of_acquisition

    return edit


def test_without_times_a_repeat_has_as_many_frames_as_slices_acquired_once(tmp_path: Path) -> None:
    stack = write(tmp_path, first=untimed(1), second=untimed(2))
    np.testing.assert_array_equal(stack.intensity[:, 2], [pixel_values(2, p) + 5 for p in range(PHASES)])
    assert TWICE in stack.source.steps


@pytest.mark.parametrize("evidence", ["instance numbers", "number of images"])
def test_all_slices_repeated_without_times_are_told_by_instance_numbers_or_the_number_of_images(
    tmp_path: Path, evidence: str
) -> None:
    def twice(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.TriggerTime, dataset.AcquisitionNumber = None, 1 + phase // PHASES
        if evidence == "instance numbers":
            dataset.InstanceNumber = 1 + phase % PHASES
        else:
            dataset.CardiacNumberOfImages = PHASES

    Cine(phases=2 * PHASES, edit=twice).write(tmp_path)
    stack = read_stack(tmp_path)
    last = range(PHASES, 2 * PHASES)
    np.testing.assert_array_equal(stack.intensity[:, 2], [pixel_values(2, p) for p in last])
