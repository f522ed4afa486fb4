"""What is said of a stack before anything is made from it, and where each remark begins."""

from dataclasses import replace

import numpy as np
import pytest

from calid_core.checks.input_checks import check_input
from calid_core.checks.results import Finding, Severity
from calid_core.cine import CineStack, Source, View
from calid_core.examination import findings
from calid_core.geometry import Geometry
from calid_core.provenance import SliceOrigin, SliceState
from calid_core.settings import Method, ReconstructionSettings


@pytest.fixture(autouse=True)
def resembling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stack is like the training patients."""
    monkeypatch.setattr("calid_core.checks.input_checks.outside", lambda *_, **__: (0.0, ()))


def stack_of(
    slices: int = 4,
    phases: int = 10,
    spacing: tuple[float, float, float] = (12.0, 2.0, 2.0),
    thickness: float | None = 9.0,
    *,
    offsets: tuple[float, ...] | None = None,
    known: bool = True,
    view: View = View.SHORT_AXIS,
) -> CineStack:
    """Noise; by default all that is remarked on is at its limit."""
    values = np.random.default_rng(3).uniform(100, 900, (phases, slices, 16, 20))
    geometry = Geometry.from_spacing(spacing, values.shape[1:], known=known)
    if offsets is not None:
        geometry = replace(geometry, slice_offsets=np.array(offsets))
    return CineStack(
        values, geometry, np.arange(phases) * 40.0, Source("test", "NIfTI", thickness=thickness), view
    )


def said(stack: CineStack, check: str | None = None) -> list[Finding]:
    return [f for f in check_input(stack).findings if check in (None, f.check)]


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_said_of_a_stack_that_is_at_every_limit_however_it_is_turned(seed):
    stack = stack_of()
    turned = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    affine = np.eye(4)
    affine[:3, :3] = turned * stack.geometry.spacing
    turned_stack = replace(stack, geometry=replace(stack.geometry, affine=affine))
    assert said(turned_stack) == []
    assert findings(turned_stack, ReconstructionSettings(method=Method.LINEAR)) == ()


@pytest.mark.parametrize(
    ("stack", "severity", "value", "told"),
    [
        (stack_of(slices=3), "attention", 3.0, "Only 3 slices"),
        (stack_of(phases=9), "info", 9.0, "Only 9 phases"),
        (stack_of(spacing=(12.2, 2.0, 2.0), thickness=10.0), "attention", 12.2, "Slices lie 12.2 mm apart"),
        (stack_of(thickness=8.7), "info", 3.3, "3.3 mm between slices of 8.7 mm were never measured"),
        (stack_of(thickness=None), "info", None, "Slice thickness is not stated"),
        (stack_of(spacing=(12.0, 2.0, 2.1)), "info", 2.1, "Pixels of 2.10 mm are coarser than 2 mm"),
        (stack_of(spacing=(12.0, 2.1, 2.0)), "info", 2.1, "Pixels of 2.10 mm are coarser than 2 mm"),
        (stack_of(known=False), "info", None, "Position and orientation in the patient are not known"),
        (stack_of(view=View.LONG_AXIS), "attention", None, "This is no short-axis stack but: "),
    ],
)
def test_what_is_beyond_one_limit_is_the_only_thing_said(stack, severity, value, told):
    (found,) = said(stack)
    assert found.message.startswith(told)
    assert found.severity is Severity(severity)
    assert found.value == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("offsets", "told"),
    [
        ((0, 8, 16, 24), None),
        ((0, 8, 24, 32), "1 slice seems to be missing between slices 2 and 3: they lie 16.0 mm apart"),
        ((0, 24, 32, 40), "2 slices seem to be missing between slices 1 and 2: they lie 24.0 mm apart"),
        ((0, 8, 16, 27), "Slices are unevenly spaced, 8.0 to 11.0 mm apart"),
        ((0, 4, 12, 20), "Slices are unevenly spaced, 4.0 to 8.0 mm apart"),
    ],
)
def test_missing_slices_are_counted_where_the_others_lie_evenly(offsets, told):
    found = said(stack_of(spacing=(8.0, 2.0, 2.0), thickness=8.0, offsets=offsets), "missing slices")
    assert [(f.message.startswith(told), f.unit) for f in found] == ([] if told is None else [(True, "mm")])


def test_the_widest_of_uneven_gaps_decides_whether_slices_lie_too_far_apart():
    for widest, far in ((11.0, []), (14.0, [14.0])):
        stack = stack_of(spacing=(8.0, 2.0, 2.0), thickness=8.0, offsets=(0, 8, 16, 16 + widest))
        assert [f.value for f in said(stack, "pitch")] == far


def test_a_single_slice_has_no_gap_beside_it():
    assert said(stack_of(slices=1, thickness=5.0), "thickness") == []


@pytest.mark.parametrize(("ceiling", "share"), [(880.0, 0.025), (895.0, None)])
def test_intensities_are_clipped_where_more_than_a_hundredth_has_the_highest_value(ceiling, share):
    stack = stack_of()
    found = said(replace(stack, intensity=np.minimum(stack.intensity, ceiling)), "intensity")
    assert [f.value for f in found] == ([] if share is None else [pytest.approx(share, abs=0.005)])
    assert all("the intensities are clipped" in f.message for f in found)


def test_a_stack_of_one_value_is_empty_and_not_clipped():
    stack = stack_of()
    found = said(replace(stack, intensity=np.full_like(stack.intensity, 500.0)), "intensity")
    assert [f.message for f in found] == [
        f"Slice A{number} has one intensity everywhere in 10 of 10 phases." for number in range(1, 5)
    ]


def test_a_slice_without_content_is_told_with_the_first_of_its_empty_phases():
    stack = stack_of()
    values = np.array(stack.intensity)
    values[3:5, 2] = 500.0
    (found,) = said(replace(stack, intensity=values), "intensity")
    assert (found.slice_index, found.phase) == (2, 3)
    assert found.message == "Slice A3 has one intensity everywhere in 2 of 10 phases."


def test_unusable_values_are_counted_and_told_with_their_first_phase_and_nothing_is_measured():
    stack = stack_of()
    values = np.array(stack.intensity)
    values[4, 1, :2, 0], values[7, 1, 0, 0] = np.nan, np.inf
    found = check_input(replace(stack, intensity=values))
    ((message, slice_, phase, value),) = [
        (f.message, f.slice_index, f.phase, f.value) for f in found.findings
    ]
    assert (slice_, phase, value) == (1, 4, 3.0)
    assert message.startswith("Slice A2 holds 3 values that are no numbers")
    assert not found.shifts.any()
    assert np.isinf(found.shift_errors).all()


def test_a_slice_is_dark_against_the_two_on_either_side_of_it():
    ramp = np.linspace(0.0, 1.0, 16 * 20).reshape(16, 20)
    stack = stack_of(slices=6)
    brightness = np.array([1000.0, 1000, 1000, 100, 100, 100])
    values = np.broadcast_to(brightness[:, None, None] * ramp, stack.intensity.shape)
    # Of slice 4 alone: two of those about it are as dark, and slices 5 and 6 have one bright one or none.
    (found,) = said(replace(stack, intensity=values), "intensity")
    assert (found.slice_index, found.value) == (3, pytest.approx(100 / 550, abs=0.01))


def test_a_slice_that_is_bright_all_over_is_not_dark():
    stack = stack_of(slices=6)
    values = np.array(stack.intensity)
    values[:, 2] = 850 + values[:, 2] / 18
    assert said(replace(stack, intensity=values), "intensity") == []


def test_resampled_slices_point_at_the_first_phase_that_was_resampled():
    states = (*[SliceState()] * 3, SliceState(resampled_phases=(4, 7)))
    (found,) = said(replace(stack_of(), slice_states=states))
    assert (found.check, found.slice_index, found.phase) == ("phases", 3, 4)


@pytest.mark.parametrize(
    ("state", "check", "told"),
    [
        (SliceState(SliceOrigin.SYNTHESISED), "made slices", "1 of 4 slices were made"),
        (SliceState(moved=(0.0, 3.0)), "moved slices", "1 of 4 slices were moved in plane"),
    ],
)
def test_slices_that_are_not_as_acquired_are_counted_from_the_first_on(state, check, told):
    states = (*[SliceState()] * 2, state, SliceState())
    (found,) = said(replace(stack_of(), slice_states=states))
    assert (found.check, found.slice_index, found.value) == (check, 2, 1.0)
    assert found.message.startswith(told)


@pytest.mark.parametrize(("shipped", "severity"), [(True, Severity.ATTENTION), (False, Severity.INFO)])
def test_what_is_unlike_the_training_patients_weighs_on_the_model_they_trained(
    monkeypatch, shipped, severity
):
    def outside(stack: CineStack, cancel: object, *, shipped: bool) -> tuple[float, tuple[tuple[str, float]]]:
        return 1.5, ((f"Unlike {shipped}", 0.25),)

    monkeypatch.setattr("calid_core.checks.input_checks.outside", outside)
    found = check_input(stack_of(), shipped=shipped)
    assert found.findings == (Finding("resemblance", severity, f"Unlike {shipped}", value=0.25),)
    assert found.resemblance == 1.5
