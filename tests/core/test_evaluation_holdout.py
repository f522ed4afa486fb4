"""The hold-out protocol: what is hidden, what scales, what is scored."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from benchmarks.dense_volumes import TRUTH, WAYS, dense_volumes, spread_of_steps, steps
from calid_core.cine import CineStack, Source
from calid_core.contouring.heart_box import Box, estimated_box
from calid_core.datasets.cases import BoxSource, Case, Moment
from calid_core.datasets.labels import label_box
from calid_core.errors import InputError
from calid_core.evaluation.holdout import clipped, hold_out
from calid_core.evaluation.methods import BASELINES, build_methods
from calid_core.evaluation.prediction import Prediction
from calid_core.evaluation.reformats import reformats
from calid_core.evaluation.runner import evaluate
from calid_core.evaluation.scores import Metric, Stratum
from calid_core.evaluation.scoring import Scorer
from calid_core.evaluation.zones import Zone, zones
from calid_core.geometry import Geometry
from calid_core.provenance import SliceState
from tests.core.evaluation_cases import SPACING, ball_case, ball_labels, stack_of


@dataclass(frozen=True)
class Remembering:
    """A method that keeps what it was shown and answers with a constant."""

    seen: list[CineStack]
    name: str = "remembering"

    def predict(self, kept: CineStack) -> Prediction:
        self.seen.append(kept)
        phases, slices, rows, columns = kept.intensity.shape
        return Prediction(np.full((phases, slices - 1, rows, columns), 0.5, np.float32))


def case_of(stack: CineStack) -> Case:
    labels = np.broadcast_to(ball_labels(stack.slices, stack.geometry.shape[1]), stack.intensity.shape)
    return Case("one", "test", stack, label_box(labels, SPACING[1:]), BoxSource.EXPERT, labels.copy())


def test_a_method_sees_the_even_slices_and_nothing_else() -> None:
    case = ball_case()
    method = Remembering([])
    evaluate([case], [method], two_sample=False)
    (kept,) = method.seen
    assert kept.slices == 5
    assert kept.geometry.pitch == 2 * case.stack.geometry.pitch
    held = hold_out(case)
    low, high = np.percentile(case.stack.intensity[:, ::2], (0.5, 99.5))
    expected = ((case.stack.intensity[:, ::2] - low) / (high - low)).clip(0, 1)
    np.testing.assert_allclose(kept.intensity, expected, atol=1e-6)
    assert held.hidden == (1, 3, 5, 7)


def test_what_a_method_sees_does_not_depend_on_hidden_slices() -> None:
    case = ball_case()
    changed = case.stack.intensity.copy()
    changed[:, 1::2] = 32000
    other = case_of(stack_of(changed))
    np.testing.assert_array_equal(hold_out(case).kept.intensity, hold_out(other).kept.intensity)
    assert hold_out(case).scale == hold_out(other).scale
    assert hold_out(other).truth.max() == 1.0


def test_the_last_slice_of_an_even_stack_is_neither_seen_nor_scored() -> None:
    held = hold_out(ball_case(slices=8))
    assert held.kept.slices == 4
    assert held.hidden == (1, 3, 5)


def test_kept_slices_keep_their_place_in_the_patient() -> None:
    case = ball_case()
    held = hold_out(case)
    for index in range(held.kept.slices):
        np.testing.assert_allclose(
            held.kept.geometry.slice_position(index), case.stack.geometry.slice_position(2 * index)
        )


def test_linear_interpolation_is_exact_where_intensity_is_linear_through_plane() -> None:
    ramp = np.arange(9.0)[None, :, None, None] + np.random.default_rng(0).random((1, 1, 64, 64))
    held = hold_out(case_of(stack_of(ramp)))
    # Before clipping: percentiles cut the ends of the ramp.
    (linear,) = build_methods(["linear"])
    inner = slice(1, -1)
    np.testing.assert_allclose(linear.predict(held.kept).intensity[:, inner], held.truth[:, inner], atol=1e-5)


def test_every_baseline_predicts_one_slice_per_gap() -> None:
    held = hold_out(ball_case(phases=3))
    for method in build_methods(BASELINES):
        assert method.predict(held.kept).intensity.shape == held.truth.shape


def test_nearest_repeats_kept_slices() -> None:
    held = hold_out(ball_case())
    (nearest,) = build_methods(["nearest"])
    np.testing.assert_array_equal(nearest.predict(held.kept).intensity, held.kept.intensity[:, :-1])


def test_only_hidden_slices_are_scored() -> None:
    held = hold_out(ball_case())
    perfect = Scorer(held, "perfect").scores(Prediction(held.truth))
    whole = [s for s in perfect if s.metric is Metric.SSIM and s.zone is None]
    assert [s.value for s in whole] == [pytest.approx(1.0)]
    assert [s.value for s in perfect if s.metric is Metric.SPECTRUM] == [pytest.approx(1.0)] * 4


def test_steps_are_those_to_the_kept_slices_on_either_side() -> None:
    case = ball_case(slices=7)
    levels = np.array([0, 40, 10, 30, 60, 70, 100])  # kept: 0, 10, 60, 100
    intensity = np.broadcast_to(levels[None, :, None, None], case.stack.intensity.shape).astype(np.float32)
    held = hold_out(replace(case, stack=stack_of(intensity)))
    found = Scorer(held, "m").scores(Prediction(np.full_like(held.truth, 0.2)))
    # Steps to either side: 20 and 10, 10 and 40, 40 and 80; of the truth 40 and 30, 20 and 30, 10 and 30.
    assert [s.value for s in found if s.metric is Metric.STEP] == [pytest.approx(200 / 160, rel=1e-5)]


def test_a_prediction_of_another_shape_is_refused() -> None:
    held = hold_out(ball_case())
    with pytest.raises(ValueError, match="wanted"):
        Scorer(held, "wrong").scores(Prediction(held.truth[:, :-1]))


def test_predictions_are_clipped_before_they_are_scored() -> None:
    held = hold_out(ball_case())
    bright = np.where(held.truth == 1.0, np.float32(7.0), held.truth)
    ssim = [s.value for s in Scorer(held, "bright").scores(Prediction(bright)) if s.metric is Metric.SSIM]
    assert ssim[0] == pytest.approx(1.0)


def test_error_outside_the_heart_box_counts_in_the_field_of_view_only() -> None:
    case = ball_case()
    held = hold_out(case)
    spoilt = held.truth.copy()
    outside = np.ones(spoilt.shape[2:], bool)
    outside[slice(*case.box.rows), slice(*case.box.columns)] = False
    spoilt[..., outside] = 1.0 - spoilt[..., outside]
    scores = {s.metric: s.value for s in Scorer(held, "m").scores(Prediction(spoilt)) if s.zone is None}
    assert scores[Metric.PSNR] == float("inf")
    assert scores[Metric.PSNR_FIELD] < 10
    assert [scores[Metric.HAARPSI], scores[Metric.SPECTRUM]] == pytest.approx([1.0, 1.0])
    assert scores[Metric.SSIM] > scores[Metric.SSIM_FIELD] + 0.1


def test_time_is_scored_in_the_heart_box() -> None:
    case = ball_case(phases=3)
    held = hold_out(case)
    spoilt = held.truth.copy()
    outside = np.ones(spoilt.shape[2:], bool)
    outside[slice(*case.box.rows), slice(*case.box.columns)] = False
    spoilt[1][..., outside] = 1.0 - spoilt[1][..., outside]
    scores = {s.metric: s.value for s in Scorer(held, "m").scores(Prediction(spoilt))}
    assert (scores[Metric.FLICKER], scores[Metric.MOTION_PSNR]) == (1.0, float("inf"))


def test_intervals_are_judged_in_the_heart_box() -> None:
    case = ball_case()
    held = hold_out(case)
    inside = np.zeros(held.truth.shape, bool)
    inside[..., slice(*case.box.rows), slice(*case.box.columns)] = True
    away = np.where(held.truth > 0.5, -0.15, 0.15) * inside
    for half_width, covered in ((0.1, 0.0), (0.2, 1.0)):
        width = np.full_like(held.truth, half_width)
        width[~inside] = 0.3 - half_width
        found = Scorer(held, "m").scores(Prediction(held.truth + away + 0.15 * ~inside, width))
        assert [s.value for s in found if s.metric is Metric.COVERAGE] == [covered]


def test_a_zone_is_scored_by_its_own_slices() -> None:
    held = hold_out(ball_case())
    spoilt = held.truth.copy()
    spoilt[:, -1] = 1.0 - spoilt[:, -1]  # at the apex
    psnr = {s.zone: s.value for s in Scorer(held, "m").scores(Prediction(spoilt)) if s.metric is Metric.PSNR}
    assert psnr[Zone.BASE] == psnr[Zone.MID] == float("inf")
    assert psnr[Zone.APEX] < 20


def test_a_number_about_a_whole_cine_belongs_to_no_moment() -> None:
    held = hold_out(ball_case(phases=3, moment=Moment.END_SYSTOLE))
    found = Scorer(held, "m").scores(Prediction(held.truth))
    assert {s.moment for s in found if s.phase >= 0} == {Moment.END_SYSTOLE}
    assert {s.moment for s in found if s.phase < 0} == {None}


def test_the_heart_box_is_the_extent_of_the_labels_and_ten_millimetres() -> None:
    labels = np.zeros((1, 3, 50, 60), np.uint8)
    labels[0, 0, 20:25, 30] = 1
    labels[0, 2, 22, 33:36] = 3
    box = label_box(labels, (2.0, 1.0))
    assert (box.rows, box.columns) == ((15, 30), (20, 46))


def test_the_heart_box_ends_at_the_image() -> None:
    labels = np.ones((1, 1, 8, 8), np.uint8)
    assert label_box(labels, (1.0, 1.0)).rows == (0, 8)


def test_zones_are_thirds_of_the_labelled_extent_with_the_base_where_more_is_labelled() -> None:
    labels = np.zeros((1, 8, 10, 10), np.uint8)
    for slice_, side in zip(range(1, 7), (9, 8, 6, 6, 3, 2), strict=True):
        labels[0, slice_, :side, :side] = 3
    expected = [Zone.BASE] * 3 + [Zone.MID] * 2 + [Zone.APEX] * 3
    assert list(zones(labels, 8)) == expected
    assert list(zones(labels[:, ::-1], 8)) == expected[::-1]


def test_the_base_is_told_by_the_end_thirds_alone() -> None:
    labels = np.zeros((1, 6, 10, 10), np.uint8)
    for slice_, side in enumerate((6, 6, 7, 7, 5, 5)):
        labels[0, slice_, :side, :side] = 3
    expected = [Zone.BASE] * 2 + [Zone.MID] * 2 + [Zone.APEX] * 2
    assert list(zones(labels, 6)) == expected
    assert list(zones(labels[:, ::-1], 6)) == expected[::-1]


def test_without_labels_there_are_no_zones() -> None:
    assert zones(None, 4) == (None,) * 4


@pytest.mark.parametrize(("pitch", "stratum"), [(5.0, Stratum.GAP_10), (10.0, Stratum.GAP_20), (7.0, None)])
def test_strata_follow_the_pitch_of_the_full_stack(pitch: float, stratum: Stratum | None) -> None:
    base = ball_case()
    stack = stack_of(base.stack.intensity, (pitch, 2.0, 2.0))
    case = Case("one", "t", stack, base.box, BoxSource.EXPERT, base.labels, (Moment.END_SYSTOLE,))
    table = evaluate([case], build_methods(["linear"]), two_sample=False).table
    held = {s for s in (Stratum.GAP_10, Stratum.GAP_20) if table.of(Metric.PSNR, "linear", s)}
    assert held == ({stratum} if stratum else set())
    assert table.of(Metric.PSNR, "linear", Stratum.ES)
    assert not table.of(Metric.PSNR, "linear", Stratum.ED)


def test_stacks_that_cannot_be_held_out_are_refused_with_the_reason() -> None:
    flat = stack_of(np.full((1, 5, 64, 64), 7, np.int16))
    with pytest.raises(InputError, match="one intensity only, 7"):
        hold_out(case_of(flat))
    with pytest.raises(InputError, match="at least 3 slices, got 2"):
        hold_out(case_of(stack_of(ball_case().stack.intensity[:, :2])))
    base = ball_case(slices=4)
    geometry = Geometry(
        base.stack.geometry.affine, base.stack.geometry.shape, slice_offsets=np.array([0.0, 5.0, 15.0, 20.0])
    )
    gapped = CineStack(base.stack.intensity, geometry, np.zeros(1), Source("gapped", "phantom"))
    with pytest.raises(InputError, match="evenly spaced"):
        hold_out(case_of(gapped))


@pytest.mark.parametrize("side", [8, 15])
def test_a_heart_box_too_small_to_compare_is_named_with_its_limit(side: int) -> None:
    case = ball_case("coarse")
    small = replace(case, box=Box((20, 36), (20, 20 + side)))
    with pytest.raises(
        InputError,
        match=rf"^coarse: the heart box \(expert labels.* has 16 × {side} pixels, at least 16 × 16",
    ):
        hold_out(small)
    just = replace(case, box=Box((20, 36), (20, 36)))
    assert evaluate([just], build_methods(["linear"]), two_sample=False).table.scores


def test_images_smaller_than_any_window_are_refused_before_they_are_scored() -> None:
    stack = stack_of(np.random.default_rng(0).random((1, 5, 8, 8)))
    with pytest.raises(InputError, match=r"tiny: the heart box .* has 8 × 8 pixels"):
        evaluate(
            [Case("tiny", "t", stack, estimated_box(stack), BoxSource.ESTIMATED)], build_methods(["linear"])
        )


def test_a_stack_that_cannot_be_held_out_is_named_before_anything_is_predicted() -> None:
    method = Remembering([])
    with pytest.raises(InputError, match=r"^short ES: the hold-out needs at least 3 slices, got 2$"):
        evaluate([ball_case(), ball_case("short", slices=2, moment=Moment.END_SYSTOLE)], [method])
    assert method.seen == []


def altered_case(*states: SliceState) -> Case:
    case = ball_case(phases=4, slices=7)
    return replace(case, stack=replace(case.stack, slice_states=states))


def resampled_case(*phases: tuple[int, ...]) -> Case:
    return altered_case(*(SliceState(resampled_phases=resampled) for resampled in phases))


def test_hidden_frames_that_were_interpolated_are_not_scored_and_the_report_says_how_many() -> None:
    # Of the hidden slices 1, 3 and 5: one frame, all frames, none. What happened to kept ones is not counted.
    case = resampled_case((0, 1), (2,), (), (0, 1, 2, 3), (), (), ())
    assert (~hold_out(case).acquired).nonzero()[0].tolist() == [0, 1, 2, 2, 3]
    intensity = case.stack.intensity.copy()
    intensity[2, 1] = intensity[:, 3] = 0
    spoilt = replace(case, stack=replace(case.stack, intensity=intensity))
    method = NearlyTrue(hold_out(ball_case(phases=4, slices=7)).truth)
    expected, found = (
        {
            (s.metric, s.phase, s.zone): s.value
            for s in evaluate([c], [method], two_sample=False).table.scores
            if s.metric is not Metric.SECONDS
        }
        for c in (case, spoilt)
    )
    assert expected == found
    assert {phase for metric, phase, _ in found if metric is Metric.PSNR} == {0, 1, 2, 3}
    assert any(metric is Metric.FLICKER for metric, _, _ in found)
    evaluation = evaluate([case], [method], two_sample=False)
    assert (
        "balls: one: 5 of 12 hidden frames were interpolated in time or moved in plane and are not scored; "
        "volume–time curves include them" in evaluation.remarks
    )
    assert {s.slice_ for s in evaluation.specimens if s.phase == 2} == {5}


@dataclass(frozen=True)
class NearlyTrue:
    """The truth with intervals, one hundredth off."""

    truth: np.ndarray
    name: str = "nearly true"

    def predict(self, kept: CineStack) -> Prediction:
        return Prediction(self.truth * 0.99, np.full_like(self.truth, 0.02))


def test_a_phase_all_of_whose_hidden_frames_were_interpolated_has_no_score() -> None:
    case = resampled_case(*(((0,) if slice_ % 2 else ()) for slice_ in range(7)))
    table = evaluate([case], build_methods(["linear"]), two_sample=False).table
    assert [s.phase for s in table.of(Metric.PSNR, "linear")] == [1, 2, 3]
    assert not table.of(Metric.FLICKER, "linear")


def test_where_no_hidden_frame_is_as_acquired_there_is_nothing_to_score() -> None:
    case = altered_case(*(SliceState(moved=(1.0, 0.5) if slice_ % 2 else None) for slice_ in range(7)))
    with pytest.raises(
        InputError, match="one: every hidden frame was interpolated in time or moved in plane"
    ):
        hold_out(case)


def test_what_was_done_on_reading_stands_among_the_remarks() -> None:
    case = ball_case()
    source = replace(case.stack.source, steps=("3 values that are not finite (NaN, infinite) replaced",))
    case = replace(case, stack=replace(case.stack, source=source))
    remarks = evaluate([case], build_methods(["linear"]), two_sample=False).remarks
    assert "balls: one: on reading: 3 values that are not finite (NaN, infinite) replaced" in remarks
    assert not any("not scored" in remark for remark in remarks)


def test_a_reformat_of_the_truth_shows_the_acquired_slices_in_order() -> None:
    held = hold_out(ball_case())
    made = reformats(held, {"true": Prediction(held.truth)}, (0,))[0]
    scaled = clipped(held.scale.apply(held.case.stack.intensity[0]))
    centre = [round(c) for c in held.case.box.centre]
    stored = np.rint(255 * scaled[:, centre[0], centre[1]])
    assert made.truth.shape == (2, 9, 128)
    for plane in made.truth:
        assert np.array_equal(plane[:, 64], stored)
    assert np.array_equal(made.images["true"], made.truth)
    assert made.pitch == 2.5


def test_a_gap_crossed_evenly_is_even_and_one_jump_is_not() -> None:
    ramp = np.broadcast_to(np.arange(9.0)[:, None, None], (9, 4, 4))
    jump = np.broadcast_to(4.0 * (np.arange(9) // 4)[:, None, None], (9, 4, 4))
    assert spread_of_steps(ramp, 4) == pytest.approx(1.0)
    assert spread_of_steps(jump, 4) == pytest.approx(4.0)
    scattered = np.stack([np.roll(jump[:, 0, 0], shift) for shift in (0, 1)], axis=1)[:, None]
    scattered[0, 0, 1] = 0.0
    assert spread_of_steps(scattered, 4) == pytest.approx(4.0)
    np.testing.assert_allclose(steps(ramp, 2), 2.0)


def test_linear_interpolation_crosses_gaps_evenly_and_changes_less_than_the_truth() -> None:
    found = dense_volumes(hold_out(ball_case()), (0,), spacing=1.25, ways={"linear": WAYS["linear"]})
    truth, linear = found
    assert (truth.name, truth.change, truth.planes.shape[1]) == (TRUTH, 1.0, 9)
    assert linear.planes.shape[1] == 4 * 8 + 1
    assert linear.unevenness == pytest.approx(1.0, abs=1e-4)
    assert 0.3 < linear.change < 1.0


@pytest.mark.parametrize("phases", [2, 3])
def test_flicker_is_measured_from_three_phases_on(phases: int) -> None:
    held = hold_out(ball_case(phases=phases))
    found = {s.metric: s.value for s in Scorer(held, "m").scores(Prediction(held.truth))}
    assert (Metric.FLICKER in found, Metric.MOTION_PSNR in found) == (phases > 2,) * 2


def test_seconds_are_those_of_a_phase_and_only_intervals_about_the_image_are_judged() -> None:
    held = hold_out(ball_case(phases=3))
    width = np.full_like(held.truth, 0.1)
    for centred in (True, False):
        prediction = Prediction(held.truth, width, centred=centred, seconds=6.0, evaluations=8)
        found = {s.metric: s.value for s in Scorer(held, "m").scores(prediction)}
        assert found[Metric.SECONDS] == 2.0
        assert found[Metric.EVALUATIONS] == 8.0
        assert (Metric.COVERAGE in found) == centred
