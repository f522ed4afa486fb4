"""The hold-out protocol on real patients."""

from pathlib import Path

from calid_core.datasets.cases import BoxSource
from calid_core.datasets.patients import find_patients, read_cases
from calid_core.evaluation.methods import build_methods
from calid_core.evaluation.prediction import ACQUIRED
from calid_core.evaluation.runner import evaluate
from calid_core.evaluation.scores import Metric, Stratum
from calid_core.models.shipped_segmenter import shipped_segmenter


def test_linear_interpolation_of_two_patients_scores_as_other_patients_do(acdc: Path) -> None:
    cases = read_cases(find_patients([acdc / "patient020", acdc / "patient035"]))
    evaluation = evaluate(
        cases, build_methods(["nearest", "linear"]), segmenter=shipped_segmenter(), two_sample=False
    )
    table = evaluation.table
    # 50 other patients: 17.6 dB and 0.36 in the mean; single patients differ by 3 dB.
    assert 14.0 < table.mean(Metric.PSNR, "linear").mean < 21.5
    assert 0.25 < table.mean(Metric.SSIM, "linear").mean < 0.55
    assert table.difference(Metric.PSNR, "linear", "nearest").mean > 1.0
    assert table.mean(Metric.PSNR, "linear", Stratum.GAP_10).volumes == 2
    assert table.mean(Metric.DICE_LV, ACQUIRED).mean > 0.85
    assert table.mean(Metric.DICE_LV, ACQUIRED).mean > table.mean(Metric.DICE_LV, "nearest").mean


def test_contours_and_flicker_of_a_sunnybrook_cine_are_those_known(sunnybrook: Path) -> None:
    patient = next(p for p in find_patients([sunnybrook]) if p.name == "SCD0000101")
    (case,) = read_cases([patient])
    assert case.labels is not None
    drawn = (case.labels == 3).any(axis=(2, 3))
    # 18 inner outlines in the archive, at end-diastole and end-systole.
    assert drawn.sum() == 18
    assert case.moments.count(None) == 18
    evaluation = evaluate([case], build_methods(["linear"]), two_sample=False)
    assert 0.65 < evaluation.table.mean(Metric.FLICKER, "linear").mean < 0.8


def test_outlines_that_nobody_drew_tell_where_the_heart_is_and_are_no_truth(pig: Path) -> None:
    (case,) = read_cases(find_patients([pig / "pig"]))
    assert case.box_source is BoxSource.AUTOMATIC
    assert case.labels is None
    assert set(case.moments) == {None}
    rows, columns = (end - start for start, end in (case.box.rows, case.box.columns))
    assert 80 < rows * case.spacing[1] < 150
    assert 80 < columns * case.spacing[2] < 150
