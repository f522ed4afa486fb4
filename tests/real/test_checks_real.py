"""Planted faults are found in real stacks."""

from pathlib import Path

import numpy as np
import pytest

from calid_core.checks.input_checks import check_input
from calid_core.checks.plausibility import check_plausibility
from calid_core.cine import CineStack
from calid_core.io import read_stack
from calid_core.pipeline import reconstruct
from calid_core.settings import Method, ReconstructionSettings
from tests.core.faults import moved, moved_output

SHIFT = np.array([3.0, -4.0])


def first_phase(folder: Path) -> CineStack:
    return read_stack(folder).with_phases((0,))


@pytest.mark.parametrize("index", [0, 6, 13])
def test_a_slice_of_the_pig_moved_by_5_mm_is_reported_within_1_mm_and_first(pig, index):
    found = check_input(moved(first_phase(pig / "pig" / "short-axis"), index, SHIFT))
    assert np.hypot(*(found.shifts[index] - SHIFT)) <= 1.0
    assert np.argmax(found.shift_scores) == index
    assert found.shift_scores[index] >= 1.0


@pytest.mark.parametrize("patient", ["SCD0000101", "SCD0000201", "SCD0000301", "SCD0002001"])
def test_an_inner_slice_of_a_patient_moved_by_5_mm_changes_its_shift_by_that_and_is_first(
    sunnybrook, patient
):
    stack = first_phase(sunnybrook / "dicom" / patient)
    index = stack.slices // 2
    before, after = check_input(stack), check_input(moved(stack, index, SHIFT))
    assert np.hypot(*(after.shifts[index] - before.shifts[index] - SHIFT)) <= 1.0
    assert np.argmax(after.shift_scores) == index
    assert after.shift_scores[index] >= 1.0


@pytest.mark.parametrize("patient", ["SCD0000101", "SCD0000301"])
def test_a_made_slice_of_a_patient_moved_by_5_mm_ranks_first(sunnybrook, patient):
    stack = first_phase(sunnybrook / "dicom" / patient)
    made = reconstruct(stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.5))
    place = made.acquired_indices[stack.slices // 2] + 2
    scores = check_plausibility(moved_output(made, place, SHIFT)).score
    assert np.argmax(scores) == place
    assert scores[place] >= 1.0
