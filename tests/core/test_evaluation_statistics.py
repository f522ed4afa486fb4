"""Bootstrap, tables, clinical errors, two-sample test."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from calid_core.cine import CineStack
from calid_core.datasets.cases import Moment
from calid_core.datasets.labels import UNLABELLED
from calid_core.errors import SettingsError
from calid_core.evaluation import two_sample
from calid_core.evaluation.bootstrap import bootstrap_mean
from calid_core.evaluation.curves import JudgedCurve, volume_curves
from calid_core.evaluation.holdout import hold_out
from calid_core.evaluation.methods import build_methods
from calid_core.evaluation.prediction import Prediction
from calid_core.evaluation.runner import Evaluation, evaluate
from calid_core.evaluation.scores import Metric, Score, ScoreTable, Stratum, merged
from calid_core.evaluation.scoring import Scorer, SliceMeasures, mean_hd95, volume_means
from calid_core.evaluation.specimens import SIDE, Specimen
from calid_core.evaluation.tables import tables
from calid_core.evaluation.targets import Target, target_table, targets
from calid_core.evaluation.two_sample import Discriminator, auc, two_sample_test
from calid_core.evaluation.ventricle import clinical_errors
from calid_core.evaluation.zones import Zone
from calid_core.structures import LEFT_VENTRICLE
from tests.core.evaluation_cases import Bright, ball_case, stack_of

SUBJECTS = [f"p{i}" for i in range(20)]


def score(
    method: str, subject: str, metric: Metric, value: float, moment: Moment | None = None, phase: int = 0
) -> Score:
    return Score(method, "d", subject, f"{subject} {moment}", phase, 10.0, moment, None, metric, value)


def table_of(**values: list[float]) -> ScoreTable:
    return ScoreTable(
        tuple(
            score(m, s, Metric.PSNR, v)
            for m, vs in values.items()
            for s, v in zip(SUBJECTS, vs, strict=False)
        )
    )


def test_the_interval_of_a_mean_is_close_to_the_normal_one() -> None:
    values = np.random.default_rng(0).standard_normal(200)
    estimate = bootstrap_mean(values, [str(i) for i in range(200)])
    half = 1.96 * values.std() / np.sqrt(200)
    assert estimate.mean == pytest.approx(values.mean())
    assert estimate.low == pytest.approx(values.mean() - half, abs=0.02)
    assert estimate.high == pytest.approx(values.mean() + half, abs=0.02)


def test_patients_are_resampled_not_volumes() -> None:
    values = list(np.random.default_rng(6).normal(size=10))
    once = bootstrap_mean(values, SUBJECTS[:10])
    repeated = bootstrap_mean(values * 10, SUBJECTS[:10] * 10)
    assert repeated.low < repeated.mean < repeated.high
    assert (repeated.low, repeated.high) == (pytest.approx(once.low), pytest.approx(once.high))
    assert repeated.volumes == 100
    assert repeated.subjects == 10


def test_a_patient_with_more_volumes_weighs_more_in_the_mean_over_volumes() -> None:
    assert bootstrap_mean([0.0, 0.0, 3.0], ["a", "a", "b"]).mean == pytest.approx(1.0)


def test_missing_values_are_left_out() -> None:
    estimate = bootstrap_mean([1.0, float("nan"), 3.0], ["a", "b", "c"])
    assert (estimate.mean, estimate.volumes, estimate.left_out) == (2.0, 2, 1)
    nothing = bootstrap_mean([float("nan")] * 2, ["a", "b"])
    assert (nothing.volumes, nothing.subjects, nothing.left_out) == (0, 0, 2)
    assert np.isnan([nothing.mean, nothing.low, nothing.high]).all()


def test_what_patients_are_called_does_not_change_the_interval() -> None:
    values = list(np.random.default_rng(3).normal(size=20))
    names = sorted(SUBJECTS)
    once, again = (bootstrap_mean(values, [prefix + name for name in names]) for prefix in ("", "patient "))
    assert once == again


@pytest.mark.parametrize("patients", [1, 4, 9])
def test_fewer_than_ten_patients_give_a_mean_without_interval(patients: int) -> None:
    estimate = bootstrap_mean([1.0, 2.0] * patients, [name for name in SUBJECTS[:patients] for _ in "ab"])
    assert (estimate.mean, estimate.volumes, estimate.subjects) == (1.5, 2 * patients, patients)
    assert np.isnan([estimate.low, estimate.high]).all()


def test_tables_tell_of_how_many_patients_they_are_and_that_few_have_no_interval() -> None:
    values = [float(v) for v in range(20)]
    few, enough = (
        tables(evaluation_of(Metric.PSNR, calid=values[:n], linear=[0.0] * n), "d") for n in (9, 20)
    )
    assert few[0].note == "Mean over 9 volumes of 9 patients; no interval with fewer than 10 patients."
    assert few[0].rows[0] == ("calid", "4.00")
    assert enough[0].note == ("Mean over 20 volumes of 20 patients [95 % bootstrap interval over patients].")
    assert enough[0].rows[0][1].startswith("9.50 [")
    assert few[1].columns[1] == "all (9, 9)"
    assert few[2].note.startswith("Paired by volume, 9 volumes of 9 patients; no interval")


def test_what_there_is_one_of_for_all_phases_is_counted_by_case() -> None:
    table = ScoreTable(tuple(replace(score("calid", s, Metric.FLICKER, 1.0), phase=-1) for s in SUBJECTS[:2]))
    evaluation = Evaluation(table, (), (), (), (), ("calid",), {}, 2)
    assert (
        tables(evaluation, "d")[0].note
        == "Mean over 2 cases of 2 patients; no interval with fewer than 10 patients."
    )


def test_an_aim_for_an_interval_is_not_judged_where_few_patients_have_none() -> None:
    values = [0.1] * 10
    for count, verdict in ((9, "not judged: no interval with fewer than 10 patients"), (10, "yes")):
        evaluation = evaluation_of(
            Metric.PSNR, **{"calid-fidelity": values[:count], "regression": [0.0] * count}
        )
        found = {target.name: target.verdict for target in targets(evaluation, "d")}
        assert found["fidelity: PSNR minus the regression network's, upper end of the interval"] == verdict


def test_the_paired_interval_of_identical_methods_is_zero() -> None:
    values = list(np.random.default_rng(1).random(20))
    difference = table_of(a=values, b=values).difference(Metric.PSNR, "a", "b")
    assert (difference.mean, difference.low, difference.high) == (0.0, 0.0, 0.0)


def test_the_paired_interval_of_equally_good_methods_includes_zero() -> None:
    rng = np.random.default_rng(2)
    difficulty = rng.normal(18, 3, 20)
    noisy = [list(difficulty + rng.normal(0, 0.3, 20)) for _ in range(2)]
    difference = table_of(a=noisy[0], b=noisy[1]).difference(Metric.PSNR, "a", "b")
    assert difference.low < 0 < difference.high


def test_pairing_finds_a_small_gain_that_patients_differ_by_far_more_than() -> None:
    rng = np.random.default_rng(3)
    difficulty = rng.normal(18, 3, 20)
    better = list(difficulty + 0.2 + rng.normal(0, 0.1, 20))
    table = table_of(a=better, b=list(difficulty))
    assert table.difference(Metric.PSNR, "a", "b").low > 0.1
    assert table.mean(Metric.PSNR, "a").low < table.mean(Metric.PSNR, "b").mean


def test_differences_are_taken_between_the_same_volumes_whatever_their_order() -> None:
    scores = [score("a", s, Metric.PSNR, float(i)) for i, s in enumerate(SUBJECTS)]
    scores += [score("b", s, Metric.PSNR, float(i) - 1.0) for i, s in reversed(list(enumerate(SUBJECTS)))]
    difference = ScoreTable(tuple(scores)).difference(Metric.PSNR, "a", "b", Stratum.ALL)
    assert (difference.low, difference.high) == (1.0, 1.0)


def test_each_stratum_holds_its_own_scores() -> None:
    ed, es = Moment.END_DIASTOLE, Moment.END_SYSTOLE
    whole = score("m", "p", Metric.PSNR, 1.0)
    scores = {
        "10.5": replace(whole, pitch=10.5),
        "5": replace(whole, pitch=5.0),
        "8": replace(whole, pitch=8.0),
        "ED": replace(whole, pitch=8.0, moment=ed),
        "ES": replace(whole, pitch=8.0, moment=es),
        **{f"{zone.value} of ES": replace(whole, zone=zone, moment=es) for zone in Zone},
    }
    names, table = {id(one): name for name, one in scores.items()}, ScoreTable(tuple(scores.values()))
    held = {s: [names[id(one)] for one in table.of(Metric.PSNR, "m", s)] for s in Stratum}
    assert held == {
        Stratum.ALL: ["10.5", "5", "8", "ED", "ES"],
        Stratum.GAP_20: ["10.5"],
        Stratum.GAP_10: ["5"],
        Stratum.BASE: [f"{Zone.BASE.value} of ES"],
        Stratum.MID: [f"{Zone.MID.value} of ES"],
        Stratum.APEX: [f"{Zone.APEX.value} of ES"],
        Stratum.ED: ["ED"],
        Stratum.ES: ["ES"],
    }


PAIRS = (("a", (1.0, 2.0, 9.0)), ("b", (2.0, 3.0)))
"""Values of two methods by phase; the second has none at the last."""


def test_patients_of_two_data_sets_that_share_a_name_are_two_patients() -> None:
    there = [score(m, "p", Metric.PSNR, v) for m, v in (("a", 3.0), ("b", 1.0))]
    elsewhere = [replace(s, dataset="e", value=2.0 * s.value + 4.0) for s in there]
    table = merged([there, elsewhere])
    assert (table.methods, table.datasets) == (("a", "b"), ("d", "e"))
    both = table.difference(Metric.PSNR, "a", "b")
    assert (both.mean, both.volumes, both.subjects) == (3.0, 2, 2)
    assert table.mean(Metric.PSNR, "a", dataset="e").mean == 10.0


def test_two_cases_of_a_patient_are_one_patient() -> None:
    moments = ((1.0, None), (5.0, Moment.END_SYSTOLE))
    cases = [score("a", "p", Metric.PSNR, value, moment) for value, moment in moments]
    assert len({s.case for s in cases}) == 2
    other = [replace(s, method="b", value=v) for s, v in zip(cases, (0.0, 2.0), strict=True)]
    table = ScoreTable((*cases, *other))
    for estimate, mean in (
        (table.mean(Metric.PSNR, "a"), 3.0),
        (table.difference(Metric.PSNR, "a", "b"), 2.0),
    ):
        assert (estimate.mean, estimate.volumes, estimate.subjects) == (mean, 2, 1)


def test_differences_pair_volumes_of_the_same_phase_and_zone() -> None:
    ours, theirs = ([score(m, "p", Metric.PSNR, v, phase=p) for p, v in enumerate(vs)] for m, vs in PAIRS)
    zones = [replace(s, zone=Zone.BASE, value=s.value + 50.0) for s in theirs]
    difference = ScoreTable((*ours, *reversed(theirs), *zones)).difference(Metric.PSNR, "a", "b")
    assert (difference.mean, difference.volumes) == (-1.0, 2)


def test_the_error_of_the_ejection_fraction_follows_from_four_volumes() -> None:
    ed, es = Moment.END_DIASTOLE, Moment.END_SYSTOLE
    scores = [
        score("m", "p", Metric.LV_VOLUME, 110.0, ed),
        score("m", "p", Metric.LV_VOLUME_TRUE, 100.0, ed),
        score("m", "p", Metric.LV_VOLUME, 44.0, es),
        score("m", "p", Metric.LV_VOLUME_TRUE, 50.0, es),
    ]
    other = {Metric.LV_VOLUME: Metric.LV_VOLUME_TRUE, Metric.LV_VOLUME_TRUE: Metric.LV_VOLUME}
    for group in (scores, [replace(s, metric=other[s.metric]) for s in scores]):
        errors = {s.metric: s.value for s in clinical_errors(group)}
        assert errors == {
            Metric.EDV_ERROR: pytest.approx(10.0),
            Metric.ESV_ERROR: pytest.approx(6.0),
            Metric.EF_ERROR: pytest.approx(10.0),
        }


def test_the_curve_error_is_the_largest_relative_error_of_any_phase() -> None:
    true = np.full(8, 100.0)
    made = np.array([99.0, 99, 99, 104, 99, 99, 99, 99])
    assert JudgedCurve("d", "p", "m", np.arange(8.0), made, true).largest_error == pytest.approx(4.0)


def curve(volumes: np.ndarray, true: np.ndarray | None = None) -> JudgedCurve:
    times = np.arange(float(len(volumes)))
    return JudgedCurve("d", "p", "m", times, volumes, volumes if true is None else true)


def test_a_heart_that_contracts_once_has_one_minimum_wherever_the_cycle_starts() -> None:
    volumes = 100.0 - 50.0 * np.sin(np.pi * np.arange(20) / 20) ** 2
    for start in range(20):
        assert curve(np.roll(volumes, start)).minima == 1
    assert curve(np.array([100.0, 90, 80, 60])).minima == 1


def test_a_second_deep_minimum_counts_and_a_shallow_one_does_not() -> None:
    volumes = 100.0 - 50.0 * np.sin(np.pi * np.arange(20) / 20) ** 2
    deep, shallow = volumes.copy(), volumes.copy()
    deep[17] -= 20.0
    shallow[17] -= 6.0
    assert curve(deep).minima == 2
    assert curve(shallow).minima == 1
    assert curve(np.full(8, 70.0)).minima == 0
    assert curve(np.array([100.0, 90, 80, 90, 86, 95])).minima == 2


def test_a_spike_is_measured_beyond_the_bend_of_the_true_curve() -> None:
    true = np.full(10, 100.0)
    true[4] = 60.0
    made = true.copy()
    assert curve(made, true).largest_spike == 0.0
    made[8] = 112.0
    assert curve(made, true).largest_spike == pytest.approx(12.0)


def test_error_minima_and_spike_of_a_curve_are_its_scores() -> None:
    made = np.full(10, 100.0)
    made[3:5] = 80.0, 60.0
    found = Scorer(hold_out(ball_case()), "m").curve_scores(curve(made, np.full(10, 100.0)))
    assert {s.metric: s.value for s in found} == {
        Metric.CURVE_ERROR: pytest.approx(40.0),
        Metric.CURVE_MINIMA: 1.0,
        Metric.CURVE_SPIKE: pytest.approx(30.0),
    }


class Nothing:
    """Finds no structure anywhere."""

    def segment(self, slices: np.ndarray, **_: object) -> np.ndarray:
        return np.zeros(slices.shape, np.uint8)


def test_the_curve_of_the_true_slices_is_that_of_the_full_stack() -> None:
    held = hold_out(ball_case(phases=8))
    empty = np.zeros_like(held.truth)
    curves = {
        c.method: c
        for c in volume_curves(
            held,
            {"perfect": Prediction(held.truth), "empty": Prediction(empty)},
            Bright(),  # type: ignore[arg-type]
        )
    }
    assert curves["perfect"].largest_error == 0.0
    assert held.case.labels is not None
    whole = held.case.labels == LEFT_VENTRICLE
    # An outline runs between pixels and cuts their corners.
    np.testing.assert_allclose(
        curves["perfect"].true_volumes, whole.sum(axis=(1, 2, 3)) * 20 / 1000, rtol=0.02
    )
    assert 20 < curves["empty"].largest_error < 80


NECKED = (14, 7, 12, 13, 14, 13, 12, 11, 10)
"""Radii in pixels of a chamber by slice. Beyond slice 1, which is hidden, another one begins, if slice 1 is asked."""


def test_the_floor_of_the_curve_error_is_the_slice_that_only_hidden_ones_would_have_cut_off() -> None:
    away = np.hypot(*np.meshgrid(np.arange(64) - 32, np.arange(64) - 32))
    discs = np.stack([1000 * (away < radius) for radius in NECKED]).astype(np.int16)
    case = ball_case(phases=8, slices=9)
    case = replace(case, stack=stack_of(np.repeat(discs[None], 8, axis=0)), labels=None)
    evaluation = evaluate([case], build_methods(["linear"]), segmenter=Bright(), two_sample=False)  # type: ignore[arg-type]
    floor, made = evaluation.curves
    assert (floor.method, made.method) == ("acquired", "linear")
    areas = np.square(NECKED)
    assert floor.largest_error == pytest.approx(100 * areas[0] / areas[1:].sum(), rel=0.02)
    (time,) = (t for t in tables(evaluation, "balls") if t.title == "Time")
    assert [row[0] for row in time.rows] == ["acquired", "linear"]
    column = [c.startswith("largest error") for c in time.columns].index(True)
    assert float(time.rows[0][column]) == pytest.approx(floor.largest_error, abs=0.01)


def test_volumes_hold_every_drawn_slice_and_the_hidden_ones_as_segmented() -> None:
    case = ball_case(slices=8)  # the last slice is neither hidden nor about a hidden one
    held = hold_out(case)
    assert held.case.labels is not None
    drawn = held.case.labels[0] == LEFT_VENTRICLE
    scorer = Scorer(held, "some", Nothing())  # type: ignore[arg-type]
    found = {s.metric: s.value for s in scorer.label_scores(held.truth)}
    pixel = np.prod(held.case.spacing) / 1000
    assert found[Metric.LV_VOLUME_TRUE] == pytest.approx(drawn.sum() * pixel)
    assert found[Metric.LV_VOLUME] == pytest.approx(np.delete(drawn, held.hidden, axis=0).sum() * pixel)
    assert found[Metric.DICE_LV] == 0.0


@dataclass(frozen=True)
class Knowing:
    """Finds what the expert drew, moved along columns, where it is shown the place that it is drawn at."""

    labels: np.ndarray
    columns: int
    shown: list[tuple[object, ...]]

    def segment(
        self, slices: np.ndarray, *, spacing: tuple[float, float], centre: tuple[float, float]
    ) -> np.ndarray:
        self.shown.append((slices, spacing, centre))
        return np.roll(self.labels, self.columns, axis=-1)


def test_structures_found_three_columns_off_are_three_column_spacings_apart() -> None:
    case = ball_case(slices=7)
    spacing = (5.0, 2.0, 1.5)
    case = replace(case, stack=stack_of(case.stack.intensity, spacing))
    held = hold_out(case)
    assert held.hidden_labels is not None
    for columns, distance in ((0, 0.0), (3, 4.5)):
        knowing = Knowing(held.hidden_labels[0], columns, [])
        found = {s.metric: s.value for s in Scorer(held, "m", knowing).label_scores(held.truth)}  # type: ignore[arg-type]
        for metric in (Metric.HD95_LV, Metric.HD95_MYO, Metric.HD95_RV):
            assert found[metric] == pytest.approx(distance)
        assert (found[Metric.DICE_LV] == 1.0) == (columns == 0)
        assert found[Metric.LV_VOLUME] == found[Metric.LV_VOLUME_TRUE]
        ((images, shown_spacing, centre),) = knowing.shown
        np.testing.assert_array_equal(images, held.truth[0])
        assert (shown_spacing, centre) == (spacing[1:], case.box.centre)


def test_hidden_slices_that_no_expert_drew_are_not_compared_and_give_no_volume() -> None:
    case = ball_case(slices=7)
    assert case.labels is not None
    labels = case.labels.copy()
    labels[0, 3] = UNLABELLED
    held = hold_out(replace(case, labels=labels))
    knowing = Knowing(case.labels[0, [1, 5]], 0, [])
    found = {s.metric: s.value for s in Scorer(held, "m", knowing).label_scores(held.truth)}  # type: ignore[arg-type]
    np.testing.assert_array_equal(knowing.shown[0][0], held.truth[0, [0, 2]])
    assert found[Metric.DICE_LV] == found[Metric.DICE_MYO] == found[Metric.DICE_RV] == 1.0
    assert Metric.LV_VOLUME not in found


def test_measures_of_a_volume_are_means_over_its_slices_and_the_spectrum_the_ratio_of_sums() -> None:
    first, second = (SliceMeasures(*(scale * n for n in range(1, 8))) for scale in (1.0, 3.0))
    assert volume_means([first, second]) == {
        Metric.PSNR: 2.0,
        Metric.SSIM: 4.0,
        Metric.HAARPSI: 6.0,
        Metric.PSNR_FIELD: 8.0,
        Metric.SSIM_FIELD: 10.0,
        Metric.SPECTRUM: pytest.approx(6 / 7),
    }


def test_slices_that_lack_a_structure_do_not_enter_its_distance() -> None:
    truth = np.zeros((2, 12, 12), bool)
    truth[:, 2:6, 2:6] = True
    made = np.roll(truth, 3, axis=2)
    made[1] = False
    assert mean_hd95(made, truth, (1.0, 2.0)) == pytest.approx(6.0)
    assert np.isnan(mean_hd95(made[1:], truth[1:], (1.0, 2.0)))


def test_a_still_volume_has_no_curve() -> None:
    held = hold_out(ball_case())
    assert volume_curves(held, {"m": Prediction(held.truth)}, Bright()) == ()  # type: ignore[arg-type]


def test_a_curve_without_a_ventricle_has_no_error() -> None:
    for true in ([0.0, 0.0], [50.0, 0.0]):
        assert np.isnan(JudgedCurve("d", "p", "m", np.arange(2.0), np.ones(2), np.array(true)).largest_error)


def test_auc_is_one_for_separated_a_half_for_equal_scores() -> None:
    assert auc(np.array([3.0, 4.0]), np.array([1.0, 2.0])) == 1.0
    assert auc(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == 0.5
    assert auc(np.zeros(3), np.ones(5)) == 0.0


def specimens(blur: float) -> list[Specimen]:
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(5)
    made = []
    for subject in range(10):
        for slice_ in range(4):
            draw = gaussian_filter(rng.random((2, SIDE, SIDE)), (0, 1.0, 1.0))
            truth, other = ((d - 0.5) * 600 + 128 for d in draw)
            image = gaussian_filter(other, blur)
            made.append(
                Specimen(
                    "d",
                    f"p{subject}",
                    f"p{subject}",
                    0,
                    slice_,
                    truth.clip(0, 255).astype(np.uint8),
                    {"m": image.clip(0, 255).astype(np.uint8)},
                    {},
                    {"m": 20.0},
                )
            )
    return made


def test_the_two_sample_test_tells_blurred_slices_from_sharp_ones() -> None:
    result = two_sample_test(specimens(blur=1.5), "d", "m", steps=15)
    assert result is not None
    assert result.auc.mean > 0.9


def test_the_two_sample_test_cannot_tell_slices_of_one_kind() -> None:
    result = two_sample_test(specimens(blur=0.0), "d", "m", steps=15)
    assert result is not None
    assert result.auc.low < 0.5 < result.auc.high


def test_too_few_patients_give_no_two_sample_test() -> None:
    few = [s for s in specimens(0.0) if s.subject in ("p0", "p1")]
    assert two_sample_test(few, "d", "m") is None


class Brightness(torch.nn.Module):
    """Takes the brighter slice for the synthesised one."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = torch.nn.Parameter(torch.ones(()))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.gain * images.mean(dim=(1, 2, 3))


def plain_specimens(subjects: int, dataset: str = "d", made: int = 5) -> list[Specimen]:
    """Two slices per patient, each patient brighter than the one before; the made ones by ``made``, at the rim by less than nothing."""
    found = []
    for subject in range(subjects):
        truth = np.full((SIDE, SIDE), 250, np.uint8)
        truth[24:-24, 24:-24] = 30 * subject
        image = np.zeros_like(truth)
        image[24:-24, 24:-24] = 30 * subject + made
        images = {"other": truth, "m": image}
        found += [
            Specimen(dataset, f"p{subject}", f"p{subject}", 0, k, truth, images, {}, {}) for k in (0, 1)
        ]
    return found


def test_slices_are_compared_within_each_patient_by_their_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_sample, "Discriminator", Brightness)
    both = [*plain_specimens(7), *plain_specimens(7, "e", made=0)]
    result = two_sample_test(both, "d", "m", steps=0)
    assert result is not None
    assert (result.auc.mean, result.auc.volumes, result.auc.subjects) == (1.0, 7, 7)
    other = two_sample_test(both, "e", "m", steps=0)
    assert other is not None
    assert other.auc.mean == 0.5


def test_no_slice_is_judged_by_a_network_that_has_seen_its_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = []

    class Remembering(Brightness):
        def __init__(self) -> None:
            super().__init__()
            self.seen: dict[bool, set[int]] = {True: set(), False: set()}
            networks.append(self)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            middle = (images[:, 0, 40, 40] * 255).round().int()
            self.seen[self.training] |= {int(value) // 30 for value in middle}
            return super().forward(images)

    monkeypatch.setattr(two_sample, "Discriminator", Remembering)
    two_sample_test(plain_specimens(7), "d", "m", steps=20)
    for network in networks:
        assert network.seen[True].isdisjoint(network.seen[False])
        assert network.seen[True] | network.seen[False] == set(range(7))


def test_a_patient_to_each_part_is_enough_for_a_two_sample_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_sample, "Discriminator", Brightness)
    assert two_sample_test(plain_specimens(5), "d", "m", steps=0) is not None
    assert two_sample_test(plain_specimens(4), "d", "m", steps=0) is None


def test_a_two_sample_test_neither_depends_on_the_global_seed_nor_changes_it() -> None:
    results = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        before = torch.get_rng_state()
        results.append(two_sample_test(specimens(0.0)[:20], "d", "m", steps=1).auc.mean)
        assert torch.equal(torch.get_rng_state(), before)
    assert results[0] == results[1]


def test_an_unknown_method_is_named_together_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"unknown methods magic; known are nearest, linear"):
        build_methods(["linear", "magic"])


def test_an_aim_is_met_within_its_bounds_only() -> None:
    assert Target("a", 1.0, 2, 0.85, 1.15).met
    assert not Target("a", 1.2, 2, 0.85, 1.15).met
    assert not Target("a", float("nan"), 2, low=0.0).met
    assert not Target("a", 1.0, 2, low=0.0, lack="m has no value in 1 of 2 volumes").met
    assert [Target("a", 0.0, 1, low, high).wanted for low, high in ((1, np.inf), (-np.inf, 2), (1, 2))] == [
        "≥ 1.0",
        "≤ 2.0",
        "1.0 to 2.0",
    ]


def evaluation_of(metric: Metric, **values: list[float]) -> Evaluation:
    table = ScoreTable(
        tuple(score(m, s, metric, v) for m, vs in values.items() for s, v in zip(SUBJECTS, vs, strict=False))
    )
    return Evaluation(table, (), (), (), (), tuple(values), {}, len(SUBJECTS))


LOST = float("nan")


def test_an_aim_is_not_judged_where_a_structure_was_lost_in_a_volume() -> None:
    evaluation = evaluation_of(Metric.HD95_LV, calid=[LOST, 2.0, LOST], linear=[5.0, 3.0, LOST])
    assert target_table(evaluation, "d").rows == (
        (
            "realism: HD95 LV minus linear's, mm",
            "≤ 0.00",
            "-1.00",
            "not judged: calid has no value in 1 of 3 volumes",
        ),
    )
    assert not any(target.met for target in targets(evaluation, "d"))


def test_an_aim_is_not_judged_where_the_other_method_lost_the_structure_either() -> None:
    evaluation = evaluation_of(Metric.HD95_LV, calid=[4.0, 2.0], linear=[LOST, 3.0])
    (target,) = targets(evaluation, "d")
    assert target.verdict == "not judged: linear has no value in 1 of 2 volumes"


def test_an_aim_for_which_no_volume_has_a_value_is_shown_and_not_judged() -> None:
    evaluation = evaluation_of(Metric.CURVE_ERROR, calid=[LOST, LOST], linear=[1.0, 1.0])
    assert [row[2:] for row in target_table(evaluation, "d").rows] == [
        ("–", "not judged: calid has no value in 2 of 2 volumes")
    ]


def test_a_structure_that_no_volume_of_either_method_has_leaves_the_aim_to_be_judged() -> None:
    evaluation = evaluation_of(Metric.HD95_LV, calid=[LOST, 2.0], linear=[LOST, 3.0])
    (target,) = targets(evaluation, "d")
    assert (target.value, target.met) == (-1.0, True)


def test_tables_tell_how_many_volumes_a_mean_is_over_where_some_have_no_value() -> None:
    anatomy = evaluation_of(Metric.HD95_LV, calid=[LOST, 2.0, 2.0], linear=[3.0, 3.0, 3.0])
    (table,) = tables(anatomy, "d")
    assert table.rows == (("calid", "2.00 (2 of 3, 2 patients)"), ("linear", "3.00"))
    assert "of m volumes n, of p patients, have a value" in table.note
    image = evaluation_of(Metric.PSNR, calid=[20.0, 20.0], linear=[float("inf"), 18.0])
    quality, _, difference = tables(image, "d")
    assert quality.rows == (("calid", "20.00"), ("linear", "18.00 (1 of 2, 1 patient)"))
    assert difference.rows == (("calid", "+2.00 (1 of 2, 1 patient)"),)
    assert "of m volumes" not in tables(evaluation_of(Metric.HD95_LV, linear=[3.0]), "d")[0].note


def test_errors_of_edv_esv_and_ef_are_compared_patient_by_patient() -> None:
    errors = {Metric.EDV_ERROR: (3.0, 5.0), Metric.ESV_ERROR: (2.0, 1.0), Metric.EF_ERROR: (1.5, 2.25)}
    table = ScoreTable(
        tuple(
            score(method, subject, metric, value, phase=-1)
            for metric, values in errors.items()
            for method, value in zip(("calid", "linear"), values, strict=True)
            for subject in SUBJECTS
        )
    )
    (difference,) = (
        t
        for t in tables(replace(evaluation_of(Metric.EF_ERROR, calid=[], linear=[]), table=table), "d")
        if t.title == "Difference from linear: all"
    )
    assert difference.columns[1:] == ("EDV error, ml", "ESV error, ml", "EF error, %")
    assert difference.rows == (("calid", "-2.0", "+1.0", "-0.75"),)
    assert "one per patient, less is better" in difference.note


def test_the_two_sample_test_sees_the_same_phases_of_a_cine_whichever_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    def spy(given: list[Specimen], *_: object) -> None:
        seen.extend(s.phase for s in given)

    monkeypatch.setattr("calid_core.evaluation.two_sample.two_sample_test", spy)
    evaluation = evaluate([ball_case(phases=7)], build_methods(["linear"]))
    assert set(seen) == {0, 2} < {s.phase for s in evaluation.specimens}


@dataclass(frozen=True)
class NearlyPerfect:
    """Knows the truth, a thousandth of the data range off: what the aims must accept."""

    truth: np.ndarray
    name: str

    def predict(self, kept: CineStack) -> Prediction:
        off = 0.001 * (-1.0) ** np.arange(len(self.truth) * 4).reshape(len(self.truth), -1, 1, 1)
        return Prediction(self.truth + off, np.full_like(self.truth, 0.5))


PERMUTED = ("calid-published", "regression", "calid-fidelity", "calid")


def test_a_nearly_perfect_method_meets_every_aim_of_a_cine_but_honest_intervals() -> None:
    case = ball_case(phases=8)
    truth = hold_out(case).truth
    methods = (
        *build_methods(["linear"]),
        NearlyPerfect(truth, "calid"),
        NearlyPerfect(truth, "calid-fidelity"),
        NearlyPerfect(truth + 0.02, "regression"),
        NearlyPerfect(truth + 0.02, "calid-published"),
    )
    judged = targets(evaluate([case], methods, two_sample=False), "balls")
    missed = [t.name for t in judged if not t.met and "no interval" not in t.lack]
    assert missed == ["fidelity: coverage of 90 % intervals"]
    assert len(judged) > 13
    worse = (*methods[:1], *(replace(m, name=n) for m, n in zip(methods[1:], PERMUTED, strict=True)))
    missed = [t.name for t in targets(evaluate([case], worse, two_sample=False), "balls") if not t.met]
    assert any("as published" in name for name in missed)
    assert any("regression" in name for name in missed)


def test_no_slice_is_judged_by_a_network_that_was_trained_on_its_patient(monkeypatch):
    trained: list[set[bytes]] = []
    judged: list[set[bytes]] = []

    def slices_of(images):
        return {image.numpy().tobytes() for image in images}

    def train(acquired, synthesised, **options):
        trained.append(slices_of(acquired) | slices_of(synthesised))
        judged.append(set())
        return Discriminator()

    def logits(network, images):
        judged[-1] |= slices_of(images)
        return np.zeros(len(images))

    monkeypatch.setattr(two_sample, "_train", train)
    monkeypatch.setattr(two_sample, "_logits", logits)
    two_sample_test(specimens(0.0), "d", "m")
    assert all(seen.isdisjoint(shown) for seen, shown in zip(trained, judged, strict=True))
    assert len(set().union(*judged)) == 2 * 10 * 4


def test_the_interval_holds_the_mean_where_one_patient_has_most_of_the_volumes() -> None:
    estimate = bootstrap_mean([0.0] * 100 + [1.0] * 19, ["a"] * 100 + [f"p{i}" for i in range(19)])
    assert estimate.low < estimate.mean < estimate.high


def test_a_mode_is_no_worse_than_the_regression_network_where_the_interval_reaches_zero() -> None:
    gains = [-0.5] * 10 + [0.4] * 10
    values = {"calid-fidelity": [20.0 + gain for gain in gains], "regression": [20.0] * 20}
    (target,) = targets(evaluation_of(Metric.PSNR, **values), "d")
    assert (0.0 < target.value < 0.4, target.met) == (True, True)
