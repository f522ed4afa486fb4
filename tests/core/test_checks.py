import dataclasses
import json
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from calid_core.checks import resemblance
from calid_core.checks.alignment import align, estimate_shifts
from calid_core.checks.examine import Selection, examine
from calid_core.checks.hidden_slices import kept_about
from calid_core.checks.input_checks import check_input
from calid_core.checks.kinds import NEEDS, USUAL, Check, Checked, Need
from calid_core.checks.leave_one_out import leave_one_out
from calid_core.checks.long_axis import check_long_axis, local_correlation, matched_phases
from calid_core.checks.pass_through import check_pass_through
from calid_core.checks.plausibility import MOST_PHASES, check_plausibility
from calid_core.checks.ranking import rank
from calid_core.checks.registration import estimate_shift
from calid_core.checks.report import CheckReport
from calid_core.checks.results import Finding, InputChecks, LeaveOneOut, PassThrough, Plausibility, Severity
from calid_core.checks.running import FUNCTIONS, run_check
from calid_core.cine import CineStack, Source, View
from calid_core.cli import main
from calid_core.cli.check import report_folders, summary
from calid_core.contouring.heart_box import estimated_box
from calid_core.errors import Cancelled, InputError
from calid_core.examination import findings
from calid_core.geometry import Geometry
from calid_core.io.volume import write_volume
from calid_core.judgement import Decision, Judgement
from calid_core.metrics.similarity import ssim_map
from calid_core.phantom import AcquisitionParameters, Phantom
from calid_core.pipeline import reconstruct
from calid_core.plain import from_plain
from calid_core.progress import CancelToken
from calid_core.provenance import SliceOrigin
from calid_core.reconstruction import Reconstruction, changed_slices
from calid_core.report.gathering import Asked, gather
from calid_core.report.page import html_page
from calid_core.report.subject import Subject
from calid_core.settings import Method, Mode, ReconstructionSettings
from calid_core.words import signed
from tests.core.faults import erased_sector, moved, moved_output

LINEAR = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.5)
QUICK = Selection(tuple(check for check in Selection().checks if check is not Check.LEAVE_ONE_OUT))
STILL = AcquisitionParameters(breath_hold_shift=0, seed=3)


@lru_cache(maxsize=1)
def still_stack() -> CineStack:
    """Nine slices of a phantom whose breath-holds all agree."""
    phantom = Phantom()
    return phantom.render(phantom.short_axis(slices=9), 2, acquisition=STILL)


@lru_cache(maxsize=1)
def filled() -> Reconstruction:
    return reconstruct(still_stack(), LINEAR)


def random_stack(slices: int = 6, phases: int = 2) -> CineStack:
    """A smooth random plane whose intensity grows linearly along the slices."""
    generator = np.random.default_rng(1)
    plane, slope = generator.uniform(100, 200, (2, 40, 40))
    values = plane + slope * np.arange(slices)[:, None, None]
    geometry = Geometry.from_spacing((10.0, 1.5, 1.5), (slices, 40, 40), known=True)
    times = np.arange(phases) * 40.0
    return CineStack(np.stack([values] * phases), geometry, times, Source("test", "NIfTI", thickness=8.0))


@pytest.mark.parametrize(("index", "shift"), [(4, (3.0, 4.0)), (2, (-5.0, 0.0)), (6, (-3.0, 4.0))])
def test_an_acquired_slice_moved_by_5_mm_is_reported_within_1_mm_and_ranked_first(index, shift):
    faulty = moved(still_stack(), index, np.array(shift))
    found = examine(faulty, LINEAR, selection=QUICK).report
    assert np.hypot(*(found.input.shifts[index] - shift)) <= 1.0
    first = found.ranking[0]
    assert (first.acquired, first.slice_index) == (True, index)
    assert found.needs_attention


def test_slices_that_agree_are_not_reported_as_moved():
    lengths = np.hypot(*estimate_shifts(still_stack()).millimetres.T)
    assert np.median(lengths) <= 0.5
    assert not [f for f in check_input(still_stack()).findings if f.check == "alignment"]


def test_aligning_by_the_planted_shift_brings_the_slice_back():
    original, shift = random_stack(), np.zeros((6, 2))
    shift[3] = 2 * 1.5, -3 * 1.5  # whole pixels: nothing is lost inside
    back = align(moved(original, 3, shift[3]), shift)
    inside = np.s_[:, 3, 4:-4, 4:-4]
    assert np.allclose(back.intensity[inside], original.intensity[inside])
    assert np.array_equal(np.delete(back.intensity, 3, axis=1), np.delete(original.intensity, 3, axis=1))
    assert "slice 4 moved" in back.source.steps[-1]
    assert [state.moved for state in back.slice_states] == [None, None, None, (-3.0, 4.5), None, None]
    assert [p.origin_at(0).name for p in back.provenance].index("INTERPOLATED") == 3
    assert "1 of 6 slices were moved in plane" in findings(back, LINEAR)[0]


def test_a_stack_is_not_aligned_twice():
    shift = np.zeros((6, 2))
    shift[3] = 3.0, 0.0
    with pytest.raises(InputError, match="moved already"):
        align(align(random_stack(), shift), shift)


def test_aligning_keeps_earlier_steps_and_drops_what_a_reader_said_of_images_that_are_others_now():
    stack, said = random_stack().with_steps(("read",)), Judgement(Decision.ACCEPT, "AB", "")
    states = tuple(replace(state, judged=said) for state in stack.slice_states)
    shift = np.zeros((6, 2))
    shift[3] = 0.0, -3.0
    aligned = align(replace(stack, slice_states=states, whole_judged=said), shift)
    assert aligned.judged == ()
    assert aligned.source.steps == (
        "read",
        "slice 4 moved in plane by 0.0 mm along rows and 3.0 mm along columns",
    )
    assert aligned.moved_slices == (3,)


def test_aligning_needs_one_finite_shift_per_slice():
    with pytest.raises(InputError, match="9 slices"):
        align(still_stack(), np.zeros((3, 2)))


def blob(row, column):
    rows, columns = np.mgrid[:60, :50]
    return np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 60.0)


def test_shift_between_two_images_is_found_to_a_tenth_of_a_pixel():
    found = estimate_shift(blob(31.3, 22.6), blob(30.0, 25.0), (2.0, 1.0))
    assert found == pytest.approx([2.6, -2.4], abs=0.2)
    brighter = estimate_shift(blob(31.3, 22.6) + 1000.0, blob(30.0, 25.0) + 1000.0, (2.0, 1.0))
    assert brighter == pytest.approx(found, abs=1e-3)


def test_a_shift_is_looked_for_as_far_as_8_mm_whatever_the_pixels_and_no_farther():
    image, reference = blob(30.0, 14.0), blob(30.0, 25.0)
    assert estimate_shift(image, reference, (2.0, 0.7)) == pytest.approx([0.0, -7.7], abs=0.1)
    assert estimate_shift(image, reference, (2.0, 2.0)) == pytest.approx([0.0, -8.0], abs=0.1)


def textured(slices: int) -> Reconstruction:
    """Slices that all show one texture, and as many but one made between them; pixels of 1.5 mm by 0.75 mm."""
    plane = ndimage.gaussian_filter(np.random.default_rng(7).normal(size=(40, 84)), (2, 4)).astype(np.float32)
    geometry = Geometry.from_spacing((10.0, 1.5, 0.75), (slices, 40, 84))
    stack = CineStack(np.stack([[plane] * slices]), geometry, np.zeros(1), Source("test", "NIfTI"))
    return reconstruct(stack, replace(LINEAR, slice_spacing=5.0))


def test_a_single_made_slice_that_lies_aside_is_told_with_its_shift_in_mm_down_and_to_the_right():
    found = check_plausibility(moved_output(textured(2), 1, np.array([3.0, -4.5])))
    assert found.shifts[1] == pytest.approx([3.0, -4.5], abs=0.3)
    assert found.reasons[1].startswith("lies 5.")


def test_how_far_all_made_slices_lie_aside_is_told_of_none():
    made, shift = textured(4), np.array([3.0, -4.5])
    for place in (1, 3, 5):
        made = moved_output(made, place, shift)
    found = check_plausibility(made)
    assert found.shifts[[1, 3, 5]] == pytest.approx(np.array([shift] * 3), abs=0.3)
    assert found.score.max() < 0.5


@pytest.mark.parametrize("place", [6, 13, 21])
def test_a_made_slice_moved_by_5_mm_ranks_first_or_second(place):
    scores = check_plausibility(moved_output(filled(), place, np.array([4.0, -3.0]))).score
    assert (scores > scores[place]).sum() <= 1
    assert scores[place] >= 1.0


@pytest.mark.parametrize("place", [6, 13, 18])
def test_a_made_slice_without_wall_in_one_sector_ranks_first_or_second(place):
    phantom = Phantom()
    made = filled()
    labels = phantom.labels(made.geometry, [0.0])[0, place]
    centre = tuple(np.argwhere(labels == 3).mean(axis=0))
    rows, columns = np.nonzero(labels == 2)
    radius = 1.5 * np.hypot(rows - centre[0], columns - centre[1])
    blood = float(np.median(made.intensity[0, place][labels == 3]))
    faulty = erased_sector(
        made,
        place,
        centre,
        radii=(float(radius.min()), float(radius.max())),
        angles=(0.5, 1.5),
        intensity=blood,
    )
    scores = check_plausibility(faulty).score
    assert (scores > scores[place]).sum() <= 1
    assert scores[place] >= 1.0


def with_interval(made: Reconstruction, wide: float, places: tuple[int, ...] = ()) -> Reconstruction:
    """A half-width of 20 in all made slices, ``wide`` in some output slices."""
    half_width = np.full(made.intensity.shape, 20.0, np.float16)
    half_width[:, list(made.acquired_indices)] = 0.0
    half_width[:, list(places)] = wide
    return replace(made, half_width=half_width)


def test_an_interval_that_is_equally_wide_everywhere_changes_no_score():
    faulty = moved_output(filled(), 13, np.array([4.0, -3.0]))
    plain, weighted = check_plausibility(faulty), check_plausibility(with_interval(faulty, 20.0))
    assert weighted.residual == pytest.approx(plain.residual, rel=1e-3)
    assert weighted.local == pytest.approx(plain.local, rel=1e-3)


def test_a_difference_counts_for_less_where_the_interval_is_wide():
    faulty = moved_output(filled(), 13, np.array([4.0, -3.0]))
    plain = check_plausibility(faulty)
    weighted = check_plausibility(with_interval(faulty, 200.0, (13,)))
    assert weighted.residual[13] < 0.5 * plain.residual[13]
    assert weighted.local[13] < 0.5 * plain.local[13]


def test_an_untouched_reconstruction_has_no_implausible_slice():
    found = check_plausibility(filled())
    assert found.score.max() < 1.0
    assert [bool(reason) for reason in found.reasons] == (found.score >= 0.5).tolist()


def test_a_fault_at_one_phase_counts_as_much_as_one_at_all_and_a_brighter_one_no_more():
    made, values = filled(), filled().intensity
    once, always, bright = values.copy(), values.copy(), values.copy()
    once[1, 13] = always[:, 13] = 3 * values.max()
    bright[1, 13] = 9 * values.max()
    one, all_, more = (check_plausibility(replace(made, intensity=v)) for v in (once, always, bright))
    assert one.residual[13] == pytest.approx(all_.residual[13], rel=0.05)
    assert more.residual[13] == pytest.approx(one.residual[13])
    assert more.local[13] == pytest.approx(one.local[13])


def test_how_far_made_slices_stand_out_is_told_in_robust_standard_deviations():
    plane = ndimage.gaussian_filter(np.random.default_rng(7).normal(size=(40, 84)), (2, 4)).astype(np.float32)
    geometry = Geometry.from_spacing((10.0, 1.5, 0.75), (12, 40, 84))
    stack = CineStack(np.stack([[plane] * 12]), geometry, np.zeros(1), Source("test", "NIfTI"))
    made = reconstruct(stack, replace(LINEAR, slice_spacing=5.0))
    values = np.array(made.intensity)
    values[0, 1::2] += 0.01 * np.ptp(plane) * np.arange(1, 12)[:, None, None]  # median 6, median deviation 3
    found = check_plausibility(replace(made, intensity=values))
    expected = np.maximum(np.arange(1, 12) - 6, 0) / (1.4826 * 3)
    assert found.residual[1::2] == pytest.approx(expected, abs=0.05)
    assert found.local[1::2] == pytest.approx(expected, abs=0.2)


def test_made_slices_that_all_fit_exactly_are_told_of_nothing():
    found = check_plausibility(reconstruct(random_stack(), replace(LINEAR, slice_spacing=5.0)))
    assert found.score.max() < 0.01


def test_the_phase_that_fits_worst_is_counted_among_all_phases_not_those_looked_at():
    made = reconstruct(random_stack(slices=4, phases=11), replace(LINEAR, slice_spacing=5.0))
    values = np.array(made.intensity)
    values[10, 3] = 0.0
    assert check_plausibility(replace(made, intensity=values)).phase[3] == 10


def test_what_a_fault_weighs_does_not_depend_on_the_pixels_it_is_seen_in():
    fine = ndimage.gaussian_filter(np.random.default_rng(7).normal(size=(3, 80, 84)), (0, 2, 2))
    acquired, fault = fine[:2], np.zeros_like(fine[2])
    fault[36:44] = 2.0 * fine[2, 36:44]  # a band narrower than a patch
    found = []
    for rows, columns in ((2, 2), (1, 2), (2, 1)):  # of 0.75 mm
        values = acquired[None, :, ::rows, ::columns].astype(np.float32)
        geometry = Geometry.from_spacing((10.0, 0.75 * rows, 0.75 * columns), values.shape[1:])
        stack = CineStack(values, geometry, np.zeros(1), Source("test", "NIfTI"))
        made = reconstruct(stack, replace(LINEAR, slice_spacing=5.0))
        faulty = np.array(made.intensity)
        faulty[0, 1] += fault[::rows, ::columns]
        found.append(check_plausibility(replace(made, intensity=faulty)))
    square = found[0]
    for other in found[1:]:
        assert other.residual[1] == pytest.approx(square.residual[1], rel=0.05)
        assert other.local[1] == pytest.approx(square.local[1], rel=0.1)


def test_three_slices_at_the_same_place_of_their_gaps_are_enough_to_be_compared():
    acquired = random_stack(slices=4)
    made = reconstruct(acquired, replace(LINEAR, slice_spacing=5.0))
    values = np.array(made.intensity)
    values[:, 3, :, 20:] = 0.0
    found = check_plausibility(replace(made, intensity=values))
    assert found.score.argmax() == 3
    assert "than others do" in found.reasons[3] or "than elsewhere" in found.reasons[3]


def test_where_nothing_was_made_nothing_is_implausible():
    stack = random_stack()
    found = check_plausibility(reconstruct(stack, replace(LINEAR, slice_spacing=10.0)))
    assert found.score.tolist() == [0.0] * stack.slices
    assert found.reasons == ("",) * stack.slices


@pytest.mark.parametrize(("slices", "spacing"), [(2, 5.0), (2, 2.5), (3, 2.5)])
def test_a_black_slice_between_few_acquired_ones_needs_attention_with_a_reason(slices, spacing):
    phantom = Phantom()
    stack = phantom.render(phantom.short_axis(slices=9), 1, acquisition=STILL)
    few = replace(
        stack,
        intensity=stack.intensity[:, 3 : 3 + slices],
        geometry=Geometry.from_spacing(stack.geometry.spacing, (slices, *stack.geometry.shape[1:])),
        slice_frames=(),
        slice_states=(),
    )
    made = reconstruct(few, replace(LINEAR, slice_spacing=spacing))
    assert check_plausibility(made).score.max() < 1.0
    values, middle = np.array(made.intensity), round(5.0 / spacing)
    values[:, middle] = 0
    found = check_plausibility(replace(made, intensity=values))
    assert found.score.argmax() == middle
    assert found.score[middle] >= 1.0
    assert "too few gaps" in found.reasons[middle]
    wide = np.full(values.shape, 20.0, np.float32)
    wide[:, middle] = 60.0
    again = check_plausibility(replace(made, intensity=values, half_width=wide))
    assert again.reasons[middle] == found.reasons[middle]  # the difference itself, whatever the interval


def test_a_hidden_slice_is_made_from_two_slices_on_either_side_where_they_exist():
    kept = [kept_about(6, hidden).tolist() for hidden in (1, 3, 4)]
    assert kept == [[0, 2, 3], [1, 2, 4, 5], [2, 3, 5]]


def test_leaving_out_slices_of_a_linear_volume_costs_linear_interpolation_nothing():
    found = leave_one_out(random_stack(), LINEAR)
    assert found.slices == (1, 2, 3, 4)
    assert found.phases == (0, 1)
    assert found.error.max() < 1e-6
    assert found.ssim.min() > 0.999
    assert np.array_equal(found.error, found.linear_error)


def test_leaving_out_slices_shows_that_nearest_is_worse_than_linear():
    found = leave_one_out(random_stack(), replace(LINEAR, method=Method.NEAREST))
    assert found.better_than_linear == 0
    assert (found.error > found.linear_error).all()


def test_a_slice_made_again_is_compared_with_the_same_phase_in_the_type_of_the_stack():
    values = np.random.default_rng(3).integers(100, 900, (3, 4, 40, 40)).astype(np.int16)
    geometry = Geometry.from_spacing((10.0, 1.5, 1.5), (4, 40, 40), known=True)
    stack = CineStack(values, geometry, np.arange(3) * 40.0, Source("test", "NIfTI"))
    found = leave_one_out(stack, LINEAR, phases=(2,))
    expected = np.rint((values[2, :-2].astype(float) + values[2, 2:]) / 2)
    assert found.made.dtype == np.int16
    np.testing.assert_array_equal(found.made[:, 0], expected)
    low, high = np.percentile(values, (0.5, 99.5))
    made, truth = (np.clip((v - low) / (high - low), 0, 1) for v in (expected, values[2, 1:-1]))
    assert found.error[:, 0] == pytest.approx(np.abs(made - truth).mean(axis=(1, 2)), rel=1e-4)
    assert found.psnr[:, 0] == pytest.approx(-10 * np.log10(np.square(made - truth).mean(axis=(1, 2))))
    similarity = [ssim_map(a, b).mean() for a, b in zip(made, truth, strict=True)]
    assert found.ssim[:, 0] == pytest.approx(np.array(similarity), abs=1e-5)
    nearest = leave_one_out(stack, replace(LINEAR, method=Method.NEAREST), phases=(2,))
    for ours, linear, same in (
        (nearest.psnr, nearest.linear_psnr, found.psnr),
        (nearest.ssim, nearest.linear_ssim, found.ssim),
    ):
        assert linear == pytest.approx(same, abs=1e-3)  # but for rounding
        assert (np.abs(ours - linear) > 1e-3).all()


class Counting(CancelToken):
    """A token that counts how often it is looked at, and is set at the ``last`` time."""

    def __init__(self, last: int = 10_000) -> None:
        super().__init__()
        self.looks, self._last = 0, last

    def raise_if_cancelled(self) -> None:
        self.looks += 1
        if self.looks == self._last:
            self.cancel()
        super().raise_if_cancelled()


@pytest.mark.parametrize(
    ("check", "least"),
    [
        (lambda cancel: check_input(random_stack(), cancel), 6 + 4),
        (lambda cancel: check_plausibility(filled(), cancel=cancel), 2 + 24),
    ],
)
def test_a_check_looks_at_every_slice_whether_it_is_to_stop(check, least):
    token = Counting()
    check(token)
    assert token.looks >= least
    with pytest.raises(Cancelled):
        check(Counting(token.looks - 1))


def test_leave_one_out_stops_on_request():
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        leave_one_out(random_stack(), LINEAR, cancel=cancel)


def test_leave_one_out_of_two_slices_is_refused():
    with pytest.raises(InputError, match="three slices"):
        leave_one_out(random_stack(slices=2), LINEAR)


def test_pass_through_proof_names_the_one_slice_that_changed():
    made = filled()
    assert check_pass_through(made).identical
    values = np.array(made.intensity)
    values[1, made.acquired_indices[3], 7, 7] += 1
    proof = check_pass_through(replace(made, intensity=values))
    assert (proof.identical, proof.changed) == (False, (3,))


def test_minus_zero_in_place_of_zero_is_a_change():
    stack = random_stack()
    values = np.array(stack.intensity, np.float32)
    values[0, 2, 3, 4] = 0.0
    made = reconstruct(replace(stack, intensity=values), LINEAR)
    assert made.passes_through()
    dense = np.array(made.intensity)
    dense[0, made.acquired_indices[2], 3, 4] = -0.0
    changed = replace(made, intensity=dense)
    assert not changed.passes_through()
    assert changed_slices(changed) == check_pass_through(changed).changed == (2,)


def test_reslicing_on_the_plane_it_came_from_correlates_perfectly():
    made = filled()
    dense = made.geometry
    affine = np.eye(4)
    # A plane through the middle column; its rows are the slices, its columns the rows of the reconstruction.
    affine[:3, 0] = dense.affine[:3, 2]
    affine[:3, 1] = dense.affine[:3, 0]
    affine[:3, 2] = dense.affine[:3, 1]
    middle = dense.shape[2] // 2
    affine[:3, 3] = dense.affine[:3, 3] + dense.affine[:3, 2] * middle
    image = made.intensity[:, :, :, middle][:, None]
    view = CineStack(
        image,
        Geometry(affine, image.shape[1:]),
        made.phase_times,
        Source("long", "DICOM", rr_interval=made.acquired.source.rr_interval),
        View.LONG_AXIS,
    )
    (found,) = check_long_axis(made, [view])
    assert found.matched_phases == (0, 1)
    inside = found.images.inside > 0
    assert inside[1:-1, 1:-1].all()
    assert np.allclose(found.images.resliced[:, inside], image[:, 0][:, inside], atol=1e-2)
    assert found.score == pytest.approx(found.linear_score, abs=1e-3)
    assert found.label == "long"
    twice = Geometry(affine, (2, *image.shape[2:]))
    several = replace(view, intensity=np.repeat(image, 2, axis=1), geometry=twice, slice_states=())
    assert [plane.label for plane in check_long_axis(made, [several])] == ["long · 1/2", "long · 2/2"]


def test_every_plane_is_compared_with_its_own_slice_of_the_reconstruction_and_of_linear():
    stack = still_stack()
    made = reconstruct(stack, replace(LINEAR, method=Method.NEAREST))
    linear = reconstruct(stack, LINEAR)
    dense, first = made.geometry, made.geometry.shape[2] // 2 - 4
    affine = np.eye(4)
    # Planes along columns, eight columns apart; their rows are the slices, their columns the rows of the reconstruction.
    affine[:3, :3] = dense.affine[:3, [2, 0, 1]] * [8.0, 1.0, 1.0]
    affine[:3, 3] = dense.affine[:3, 3] + dense.affine[:3, 2] * first
    image, plain = (
        np.moveaxis(each.intensity[..., [first, first + 8]], -1, 1).astype(np.float32)
        for each in (made, linear)
    )
    source = Source("long", "DICOM", rr_interval=stack.source.rr_interval)
    view = CineStack(image, Geometry(affine, image.shape[1:]), made.phase_times, source, View.LONG_AXIS)
    found = check_long_axis(made, [view])
    assert [plane.slice_index for plane in found] == [0, 1]
    for k, plane in enumerate(found):
        inside = plane.images.inside > 0
        np.testing.assert_array_equal(plane.images.acquired, image[:, k])
        for resliced, expected in ((plane.images.resliced, image), (plane.images.linear, plain)):
            np.testing.assert_allclose(resliced[:, inside], expected[:, k][:, inside], atol=0.51)
        assert (plane.score > plane.linear_score + 0.01).all()
        assert plane.overlap == pytest.approx(inside.sum() * dense.spacing[0] * dense.spacing[1] / 100)
        np.testing.assert_allclose(plane.images.geometry.slice_position(0), view.geometry.slice_position(k))
    small = dense.slices * dense.spacing[0] * dense.spacing[1] / 100  # cm² per row of the reconstruction
    for width, compared in ((round(15 / small), 0), (round(25 / small), 2)):
        part = replace(
            view, intensity=image[..., :width], geometry=Geometry(affine, (2, dense.slices, width))
        )
        assert len(check_long_axis(made, [part])) == compared
    many = Geometry(affine * [[1 / 8, 1, 1, 1]], (9, *image.shape[2:]))
    stacked = replace(view, intensity=np.repeat(image[:, :1], 9, axis=1), geometry=many, slice_states=())
    assert [plane.slice_index for plane in check_long_axis(made, [stacked])] == [0, 2, 3, 5, 6, 8]


def test_what_lies_beyond_the_overlap_has_no_say_in_a_correlation():
    generator = np.random.default_rng(4)
    a, other = generator.normal(size=(2, 40, 40))
    inside = np.zeros((40, 40), bool)
    inside[:, :25] = True
    b = np.where(inside, 3.0 * a + 2.0, 100.0 * other)
    assert local_correlation(a, b, inside, (3.0, 3.0)) == pytest.approx(
        local_correlation(a, np.where(inside, b, 0.0), inside, (3.0, 3.0))
    )
    assert local_correlation(a, b, inside, (3.0, 3.0)) > 0.95


def test_phases_are_matched_by_share_of_the_cycle_that_wraps():
    phases, matched = matched_phases(
        np.array([0.0, 500.0, 990.0]), 1000.0, np.array([0.0, 200.0, 400.0, 600.0]), 800.0
    )
    assert phases.tolist() == [0, 1, 2]
    assert matched.tolist() == [0, 2, 0]


def test_phases_that_show_no_common_moment_are_not_compared():
    times = np.arange(20) * 50.0
    phases, matched = matched_phases(times, 1000.0, np.array([0.0, 360.0]), 1000.0)
    assert phases.tolist() == [0, 7]
    assert matched.tolist() == [0, 1]
    phases, matched = matched_phases(np.array([300.0, 450.0]), 1000.0, np.array([0.0]), 1000.0)
    assert (phases.tolist(), matched.tolist()) == ([0], [0])


def test_faults_of_the_input_are_named():
    stack = random_stack()
    values = np.array(stack.intensity)
    values[:, 2] = 5.0
    texts = [f.message for f in check_input(replace(stack, intensity=values)).findings]
    assert any("Slice A3 has one intensity everywhere" in t for t in texts)
    values[0, 1, 3, 3] = np.nan
    found = check_input(replace(stack, intensity=values))
    assert [(f.slice_index, f.phase) for f in found.findings if f.check == "intensity"] == [(1, 0)]


@pytest.mark.parametrize(("pitch", "told"), [(1.2, True), (5.0, False)])
def test_a_dense_volume_is_not_taken_for_a_sparse_stack_without_a_word(pitch, told):
    stack = random_stack()
    spacing = (pitch, 1.2, 1.2)
    stack = replace(stack, geometry=Geometry.from_spacing(spacing, stack.intensity.shape[1:], known=True))
    texts = [f.message for f in check_input(stack).findings]
    assert any("looks like a dense volume" in text for text in texts) == told
    warned = [text for text in findings(stack, LINEAR) if "looks like a dense volume" in text]
    assert bool(warned) == told
    unknown = replace(stack, geometry=replace(stack.geometry, known=False))
    assert not any("looks like a dense volume" in text for text in findings(unknown, LINEAR))


@pytest.mark.parametrize("offset", [-5000.0, 0.0, 1000.0])
def test_a_dark_slice_is_found_whatever_is_added_to_all_intensities(offset):
    stack = still_stack()
    values = stack.intensity.astype(np.float32)
    values[:, 4] *= 0.2
    found = check_input(replace(stack, intensity=values + np.float32(offset))).findings
    assert [f.slice_index for f in found if "very dark" in f.message] == [4]


@pytest.mark.parametrize(("phases", "told"), [(1, "Only 1 phase: "), (2, "Only 2 phases: ")])
def test_few_phases_are_counted_in_words(phases: int, told: str):
    messages = [f.message for f in check_input(random_stack(phases=phases)).findings]
    assert any(message.startswith(told) for message in messages)
    assert not any("(s)" in message for message in messages)


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.0, "0.0"), (-0.0, "0.0"), (-0.04, "0.0"), (0.04, "0.0"), (-0.06, "-0.1"), (3, "+3.0")],
)
def test_a_shift_that_is_rounded_to_nothing_has_no_sign(value: float, told: str):
    assert signed(value) == told


def test_a_missing_slice_is_reported_at_its_place():
    stack = random_stack(slices=5)
    geometry = Geometry(
        stack.geometry.affine, stack.geometry.shape, slice_offsets=np.array([0.0, 10, 20, 40, 50])
    )
    (found,) = [
        f for f in check_input(replace(stack, geometry=geometry)).findings if f.check == "missing slices"
    ]
    assert (found.slice_index, found.value) == (2, 20.0)
    assert found.message.startswith("1 slice seems to be missing between slices 3 and 4")


def test_a_report_survives_json():
    report = examine(moved(still_stack(), 4, np.array([3.0, 4.0])), LINEAR).report
    text = report.to_json()
    again = from_plain(CheckReport, json.loads(text), "report", InputError)
    assert again.to_json() == text
    assert again.ranking == report.ranking
    assert again.leave_one_out.error == pytest.approx(report.leave_one_out.error, abs=1e-6)
    assert again.input.shift_scores == pytest.approx(report.input.shift_scores, abs=1e-6)


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ([], "report is [], must be a table"),
        ({"label": 3}, "report lacks phases, pitch, slices"),
        ({"label": "a", "slices": True, "phases": 1, "pitch": 2}, "report.slices is True, must be int"),
        ({"label": "a", "slices": 1, "phases": 1, "pitch": 2, "extra": 1}, "unknown entry report.extra"),
    ],
)
def test_what_is_no_report_is_refused_with_a_message(plain, message):
    with pytest.raises(InputError, match=re.escape(message)):
        from_plain(CheckReport, plain, "report", InputError)


def test_chosen_phases_are_checked_as_part_of_the_whole_cine():
    stack = random_stack(phases=4)
    found = examine(stack, LINEAR, phases=(3, 1))
    whole = reconstruct(stack, LINEAR)
    assert found.reconstruction is not None
    np.testing.assert_array_equal(found.reconstruction.intensity, whole.intensity[[1, 3]])
    test, every = found.report.leave_one_out, leave_one_out(stack, LINEAR)
    assert test is not None
    assert test.phases == (1, 3)
    np.testing.assert_array_equal(test.error, every.error[:, [1, 3]])


def test_everything_that_is_run_together_is_in_the_report_that_asks_for_it():
    stack = still_stack().with_phases((0,))
    selection = Selection(tuple(check for check in USUAL if Need.LONG_AXES not in NEEDS[check]))
    report = examine(stack, LINEAR, selection=selection).report
    assert {check for check in Check if report.result(check)} == set(selection.checks)
    assert len(report.volumes.made.volumes) == len(report.volumes.acquired.volumes) == stack.phases


def test_volumes_are_of_every_phase_that_is_looked_at():
    stack = random_stack(phases=MOST_PHASES + 3)
    assert examine(stack, LINEAR, selection=Selection(())).reconstruction.intensity.shape[0] == MOST_PHASES
    assert Selection((Check.VOLUMES,)).looked_at(tuple(range(9))) == tuple(range(9))


def test_every_check_has_its_needs_its_function_and_its_place_in_a_report():
    fields = {field.name for field in dataclasses.fields(CheckReport)}
    assert {check.value for check in Check} <= fields
    assert set(NEEDS) == set(FUNCTIONS) == set(Check)
    with pytest.raises(ValueError, match="needs a reconstruction"):
        run_check(Check.PASS_THROUGH, Checked(random_stack()))


def test_a_merged_report_keeps_what_it_holds_and_takes_what_it_lacks():
    first = examine(random_stack(), LINEAR, selection=QUICK).report
    second = examine(random_stack(), LINEAR).report
    assert first.merged(first) is first
    merged = first.merged(second)
    assert merged.pass_through is first.pass_through
    assert merged.leave_one_out is second.leave_one_out


def page_of(stack, found):
    subject = Subject(stack, found.reconstruction, found.report)
    asked = Asked(f"Check of {found.report.label}", "2026-11-23T07:50:00+00:00", found.report.label)
    return html_page(gather(subject, asked, CancelToken()))


def test_the_page_loads_nothing_and_runs_nothing():
    found = examine(moved(still_stack(), 4, np.array([3.0, 4.0])), LINEAR)
    page = page_of(still_stack(), found)
    assert "<script" not in page
    assert "http" not in page
    assert "Research use only" in page
    assert "⚠ needs attention" in page


def test_the_page_of_aligned_slices_tells_how_many_were_moved():
    shift = np.zeros((6, 2))
    shift[3] = 3.0, 0.0
    stack = align(random_stack(), shift)
    page = page_of(stack, examine(stack, LINEAR, selection=QUICK))
    assert "1 slice moved in plane, not as acquired" in page
    assert "acquired images bit-identical to the aligned series, 1 slice moved in plane" in page
    assert "bit-identical to the input" not in page
    assert "<td>moved</td>" in page


def test_markup_in_a_label_is_shown_not_obeyed():
    stack = replace(random_stack(), source=Source("<b>x</b>", "NIfTI"))
    found = examine(stack, LINEAR)
    assert "<b>x" not in page_of(stack, found)


def test_a_finding_of_severity_attention_alone_makes_the_input_need_it():
    def report(severity):
        finding = Finding("pitch", severity, "far apart")
        return CheckReport("a", 3, 1, 10.0, input=InputChecks((finding,), np.zeros((3, 2)), np.zeros(3)))

    assert rank(report(Severity.ATTENTION)).needs_attention
    assert not rank(report(Severity.INFO)).needs_attention


def test_nothing_is_claimed_while_only_the_proof_of_a_run_is_there():
    passed = PassThrough(True, 9, 1, 9, (), "")
    proven = rank(CheckReport("a", 9, 1, 10.0, pass_through=passed))
    assert proven.attention is None
    failed = rank(proven.with_result(Check.PASS_THROUGH, replace(passed, identical=False, changed=(2,))))
    assert failed.attention is True
    seen = proven.with_result(Check.INPUT, InputChecks((), np.zeros((9, 2)), np.zeros(9)))
    assert rank(seen).attention is False
    made = replace(seen, settings=ReconstructionSettings(method=Method.LINEAR))
    assert rank(made).attention is None  # nothing looked at made slices


def write(path, stack):
    write_volume(path, stack.intensity, stack.geometry, stack.phase_times)
    return str(path)


def test_exit_codes_tell_fine_attention_failure_and_wrong_use(tmp_path, capsys):
    options = ["--report", str(tmp_path / "out"), "--method", "linear", "--slice-spacing", "5"]
    fine = write(tmp_path / "fine.nii.gz", still_stack())
    faulty = write(tmp_path / "faulty.nii.gz", moved(still_stack(), 4, np.array([3.0, 4.0])))
    (tmp_path / "none.nii.gz").write_bytes(b"no image")
    assert main(["check", fine, *options]) == 0
    assert main(["check", fine, faulty, *options, "--no-leave-one-out"]) == 3
    assert main(["check", faulty, str(tmp_path / "none.nii.gz"), *options, "--no-leave-one-out"]) == 1
    assert main(["check", fine, *options, "--slice-spacing", "0.1"]) == 2
    report = json.loads((tmp_path / "out" / "faulty" / "check.json").read_text(encoding="utf-8"))
    assert report["ranking"][0]["slice_index"] == 4
    assert (tmp_path / "out" / "fine" / "check.html").stat().st_size > 1000
    capsys.readouterr()
    assert main(["check", faulty, *options, "--no-leave-one-out", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)[0]["needs_attention"] is True


def test_what_is_wrong_with_a_whole_stack_is_told_in_the_terminal(tmp_path, capsys):
    stack = still_stack()
    fine = replace(stack.geometry, affine=stack.geometry.affine @ np.diag([1.0, 0.5, 0.5, 1.0]))
    path = write(tmp_path / "fine_pixels.nii.gz", replace(stack, geometry=fine))
    out = tmp_path / "out"
    options = ["--report", str(out), "--method", "linear", "--slice-spacing", "5", "--no-leave-one-out"]
    assert main(["check", path, *options]) == 3
    told = capsys.readouterr().out
    report = json.loads((out / "fine_pixels" / "check.json").read_text(encoding="utf-8"))
    assert not report["ranking"] or report["ranking"][0]["score"] < 1.0
    reasons = [f["message"] for f in report["input"]["findings"] if f["severity"] == "attention"]
    assert reasons
    assert all(reason in told for reason in reasons)
    assert str(out / "fine_pixels" / "check.html") in told


def test_what_was_found_is_told_before_the_next_input_is_checked(tmp_path, monkeypatch):
    paths, told, heard = [tmp_path / "a.nii.gz", tmp_path / "b.nii.gz"], tmp_path / "told", []
    for path in paths:
        write(path, still_stack())
    monkeypatch.setattr(
        "calid_core.cli.check.write_report", lambda *_: heard.append(told.read_text(encoding="utf-8"))
    )
    options = ["--report", str(tmp_path / "out"), "--method", "linear", "--no-leave-one-out"]
    with told.open("w", encoding="utf-8") as pipe:
        monkeypatch.setattr("sys.stdout", pipe)
        assert main(["check", *map(str, paths), *options]) in (0, 3)
    assert heard[0] == ""
    assert heard[1].startswith("a.nii.gz: ")


def test_which_phase_was_taken_as_end_systole_is_told(tmp_path, capsys):
    path, out = write(tmp_path / "heart.nii.gz", random_stack()), tmp_path / "out"
    linear = ["--method", "linear", "--slice-spacing", "5", "--no-leave-one-out"]
    assert main(["check", path, "--report", str(out), *linear, "--phases", "ED,ES"]) in (0, 3)
    told = "ES is estimated as phase 2 of 2 (1 in --phases), the smallest area of bright blood."
    assert f"heart.nii.gz: note: {told}" in capsys.readouterr().err
    assert told in (out / "heart" / "check.html").read_text(encoding="utf-8")


def test_an_input_that_is_the_working_folder_is_called_by_its_name(tmp_path, monkeypatch, capsys):
    study = tmp_path / "study"
    study.mkdir()
    write(study / "heart.nii.gz", random_stack())
    monkeypatch.chdir(study)
    linear = ["--method", "linear", "--slice-spacing", "5"]
    assert main(["check", ".", "--report", str(tmp_path / "out"), *linear, "--no-leave-one-out"]) in (0, 3)
    assert capsys.readouterr().out.startswith("study: ")
    assert main(["reconstruct", ".", "--output", str(tmp_path / "dense.nii.gz"), *linear]) == 0
    assert capsys.readouterr().out.startswith("study: 2 phases")


def test_slices_that_changed_are_told_in_the_terminal():
    passed = PassThrough(False, 9, 1, 9, (2, 4), "")
    told = summary("a", rank(CheckReport("a", 9, 1, 10.0, pass_through=passed)), Path("out"))
    assert "2 acquired slices did not come back unchanged" in told


@pytest.mark.parametrize("name", ["p2.nii", "p2.nii.gz", "p2.nrrd", "p2.mha", "p2"])
def test_the_folder_of_a_report_is_called_like_the_input_without_its_suffix(name, tmp_path):
    assert report_folders([tmp_path / name], tmp_path / "out") == [tmp_path / "out" / "p2"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--seeds", "1"], "must be 2 to 32, or 0 for none"),
        (["--seeds", "4", "--method", "linear"], "not linear"),
        (["--seeds", "4", "--mode", "fidelity"], "not fidelity"),
    ],
)
def test_seeds_that_would_do_nothing_are_refused(tmp_path, capsys, options, told):
    path = write(tmp_path / "fine.nii.gz", random_stack())
    assert main(["check", path, "--report", str(tmp_path / "out"), *options]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_aligning_moves_by_millimetres_along_each_axis_and_rounds_whole_numbers():
    rows, columns = np.mgrid[:20, :20]
    plane = (100 * rows + 3 * columns).astype(np.int16)
    geometry = Geometry.from_spacing((10.0, 2.0, 0.5), (3, 20, 20))
    stack = CineStack(np.stack([[plane] * 3]), geometry, np.zeros(1), Source("test", "NIfTI"))
    shifts = np.zeros((3, 2))
    shifts[1] = 1.0, 0.125  # half a pixel down, a quarter to the right
    inside = np.s_[2:-2, 2:-2]
    # 100 / 2 + 3 / 4 further on.
    aligned = align(stack, shifts).intensity[0, 1]
    assert np.array_equal(aligned[inside], plane[inside] + 51)
    assert np.array_equal(aligned[-1, 2:-2], plane[-1, 2:-2] + 1)  # beyond the edge is what is at the edge


def test_leave_one_out_compares_all_of_an_oblong_image_and_its_numbers_stay_finite():
    plane = np.random.default_rng(1).uniform(100, 200, (40, 60))
    values = np.stack([[plane] * 7])
    values[0, 3, :, 45:] = 0.0
    geometry = Geometry.from_spacing((10.0, 1.5, 1.5), (7, 40, 60))
    found = leave_one_out(CineStack(values, geometry, np.zeros(1), Source("test", "NIfTI")), LINEAR)
    assert found.region == (0, 40, 0, 60)
    assert (found.error[:, 0] > 0).tolist() == [False, True, True, True, False]
    assert np.isfinite(found.psnr).all()


def test_the_patch_and_phase_that_fit_worst_are_where_the_fault_is():
    made, values = filled(), np.array(filled().intensity)
    box = estimated_box(made.acquired)
    row, column = box.rows[0] + 20, box.columns[0] + 60
    values[1, 13, row - 4 : row + 5, column - 4 : column + 5] += 3 * np.ptp(values)
    found = check_plausibility(replace(made, intensity=values))
    assert found.score.argmax() == 13
    assert found.phase[13] == 1
    acquired = list(made.acquired_indices)
    assert not found.score[acquired].any()
    assert not found.shifts[acquired].any()
    assert (
        f"a 15 mm patch fits the slices around it less than elsewhere ({found.local[13]:.1f} "
        in found.reasons[13]
    )
    distance = (found.patch[13] - (row, column)) * made.geometry.spacing[1:]
    assert np.hypot(*distance) <= 8.0


def test_only_where_a_long_axis_plane_crosses_the_volume_is_it_compared():
    made = filled()
    count, rows, columns = made.geometry.shape
    affine = made.geometry.affine[:, [2, 0, 1, 3]].copy()
    affine[:3, 3] += columns // 2 * made.geometry.affine[:3, 2]
    image = made.intensity[:, :, :, columns // 2][:, None]
    beyond = np.pad(image, ((0, 0), (0, 0), (0, 6), (0, 9)))
    view = CineStack(
        beyond, Geometry(affine, beyond.shape[1:]), made.phase_times, Source("long", "DICOM"), View.LONG_AXIS
    )
    (found,) = check_long_axis(made, [view])
    assert found.images.inside[1 : count - 1, 1 : rows - 1].all()
    assert not found.images.inside[count:].any()
    assert not found.images.inside[:, rows:].any()
    assert check_long_axis(made, [made.acquired]) == ()


def test_an_acquired_slice_that_does_not_come_back_is_named():
    made = filled()
    provenance = list(made.provenance)
    lost = made.acquired_indices[3]
    provenance[lost] = replace(provenance[lost], origin=SliceOrigin.INTERPOLATED)
    proof = check_pass_through(replace(made, provenance=tuple(provenance)))
    assert (proof.identical, proof.changed, proof.slices) == (False, (3,), 8)


def test_a_slice_that_certainly_moved_ranks_before_one_that_is_very_hard_to_make_again():
    moved_scores = np.array([0.0, 0.0, 0.0, 2.0, 0.0])
    shifts = np.zeros((5, 2))
    shifts[3] = 5.0, 0.0
    error, linear = np.array([[9.0], [0.1], [0.1]]), np.full((3, 1), 0.1)
    hard = LeaveOneOut(
        Method.NEAREST,
        Mode.REALISM,
        (1, 2, 3),
        (0,),
        error,
        error,
        error,
        linear,
        linear,
        linear,
        (0, 9, 0, 9),
    )
    found = rank(
        CheckReport(
            "a",
            5,
            1,
            10.0,
            leave_one_out=hard,
            input=InputChecks((), shifts, shifts[:, 0], 0.0, moved_scores),
        )
    )
    assert [(r.slice_index, r.needs_attention) for r in found.ranking] == [(3, True), (1, True)]


def test_slices_as_doubtful_as_each_other_rank_acquired_first_and_in_the_order_of_the_stack():
    dark = tuple(Finding("intensity", Severity.ATTENTION, "darker", k) for k in (3, 1))
    score = np.array([0.0, 1.0, 0.0, 1.0])
    doubtful = Plausibility(score, np.zeros((4, 2)), score, score, np.zeros((4, 2)), (0,) * 4, ("other",) * 4)
    checks = InputChecks(dark, np.zeros((4, 2)), np.zeros(4))
    found = rank(CheckReport("a", 4, 1, 10.0, input=checks, plausibility=doubtful))
    ranks = [(r.acquired, r.slice_index) for r in found.ranking]
    assert ranks == [(True, 1), (True, 3), (False, 1), (False, 3)]


def test_a_moved_slice_is_told_with_its_directions_and_its_output_slice():
    shifts, scores = np.zeros((9, 2)), np.zeros(9)
    shifts[3], scores[3] = (3.0, -4.0), 2.0
    shifts[8], scores[8] = (0.0, 6.0), 1.0
    checks = InputChecks((), shifts, np.zeros(9), 0.0, scores)
    first, end = rank(CheckReport("a", 9, 2, 10.0, input=checks), filled()).ranking
    assert (first.slice_index, first.output_index, first.phase) == (3, filled().acquired_indices[3], None)
    assert first.reasons == (
        f"lies 5.0 mm from where its neighbours say ({signed(3.0)} down, {signed(-4.0)} right)",
    )
    assert end.reasons[0].endswith("an end slice, so less certain")


def test_the_weightiest_reason_of_a_slice_comes_first():
    dark = (Finding("intensity", Severity.ATTENTION, "darker", 1, phase=2),)
    checks = InputChecks(dark, np.zeros((3, 2)), np.zeros(3))
    changed = PassThrough(False, 3, 1, 9, (1,), "")
    (found,) = rank(CheckReport("a", 3, 1, 10.0, input=checks, pass_through=changed)).ranking
    assert (found.score, found.reasons, found.phase) == (10.0, ("is not what was acquired", "darker"), 2)


def test_a_stack_is_compared_by_its_first_phase_scaled_to_its_own_range():
    first, second = np.random.default_rng(2).uniform(size=(2, 40, 40))
    slices = np.stack([first, second, first, second, first]) * 500 + 100
    geometry = Geometry.from_spacing((10.0, 1.0, 2.0), (5, 40, 40), known=True)
    stack = CineStack(np.stack([slices, 3 * slices]), geometry, np.arange(2) * 40.0, Source("test", "NIfTI"))
    found = resemblance.statistics(stack)
    assert (found["pitch"], found["in_plane"]) == (10.0, 1.5)
    assert found["mean"] == pytest.approx(0.5, abs=0.02)
    assert found["contrast"] == pytest.approx(12**-0.5, abs=0.02)
    between = np.abs(first[1:-1] - (first[:-2] + first[2:]) / 2)
    assert found["noise"] == pytest.approx(np.median(between), abs=0.02)
    assert found["spectrum_slope"] == pytest.approx(0.0, abs=0.5)  # white
    assert found["interpolability"] == pytest.approx(0.0, abs=0.1)  # neighbours are unlike


@pytest.mark.parametrize(("widths", "told"), [(-1.0, 1.0), (0.5, 0.0), (3.0, 2.0)])
def test_a_stack_is_unlike_the_training_patients_on_either_side_of_their_range(monkeypatch, widths, told):
    low, high = resemblance.training_ranges()["noise"]
    monkeypatch.setattr(
        resemblance, "statistics", lambda stack, cancel: {"noise": low + widths * (high - low)}
    )
    distance, sentences = resemblance.outside(random_stack())
    assert distance == pytest.approx(told)
    assert len(sentences) == (told > 0)
