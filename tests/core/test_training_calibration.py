import numpy as np
import pytest

from calid_core.training.calibration import covering_factor, held_out_coverage, mean_coverage


def half_normal(patients: int, count: int = 20_000) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [np.abs(rng.normal(size=count)) for _ in range(patients)]


def test_factor_of_normal_errors_is_the_normal_quantile():
    assert covering_factor(half_normal(5)) == pytest.approx(1.645, abs=0.01)


def test_calibrated_intervals_cover_as_stated():
    scores = half_normal(4)
    assert mean_coverage(scores, covering_factor(scores, 0.8)) == pytest.approx(0.8, abs=1e-3)


def test_patients_weigh_alike_however_many_voxels_they_have():
    small, large = np.full(10, 1.0), np.full(10_000, 3.0)
    assert mean_coverage([small, large], 2.0) == 0.5


def test_held_out_coverage_of_exchangeable_patients_is_as_stated():
    assert held_out_coverage(half_normal(6)) == pytest.approx(np.full(6, 0.9), abs=0.01)


def test_a_patient_has_no_say_in_the_factor_that_it_is_judged_by():
    easy, hard = np.full(100, 1.0), np.full(100, 10.0)
    assert held_out_coverage([easy, hard]).tolist() == [1.0, 0.0]
