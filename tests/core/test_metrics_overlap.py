"""Dice, Hausdorff distance, volumes."""

import math

import numpy as np
import pytest

from calid_core.metrics.clinical import VolumeCurve, chamber_volume, ejection_fraction
from calid_core.metrics.overlap import dice, hd95, outline


def square(top: int, left: int, side: int = 10) -> np.ndarray:
    mask = np.zeros((40, 40), bool)
    mask[top : top + side, left : left + side] = True
    return mask


def test_dice_of_half_overlapping_squares_is_a_half() -> None:
    assert dice(square(5, 5), square(5, 10)) == pytest.approx(0.5)


def test_dice_is_one_for_equal_zero_for_disjoint_and_unknown_for_empty_masks() -> None:
    empty = np.zeros((4, 4), bool)
    assert dice(square(1, 1), square(1, 1)) == 1.0
    assert dice(square(1, 1), square(20, 20)) == 0.0
    assert math.isnan(dice(empty, empty))


def test_hd95_of_squares_shifted_by_three_columns_is_three_column_spacings() -> None:
    assert hd95(square(10, 10), square(10, 13), (1.0, 1.5)) == pytest.approx(4.5)
    assert hd95(square(10, 10), square(13, 10), (2.0, 1.5)) == pytest.approx(6.0)


def test_hd95_is_symmetric_and_zero_for_equal_masks() -> None:
    first, second = square(10, 10), square(12, 17, 6)
    assert hd95(first, first, (1.0, 1.0)) == 0.0
    assert hd95(first, second, (1.2, 0.8)) == hd95(second, first, (1.2, 0.8))


def test_hd95_forgives_one_stray_pixel_that_the_largest_distance_would_not() -> None:
    stray = square(10, 10, 20)
    stray[0, 0] = True
    assert hd95(stray, square(10, 10, 20), (1.0, 1.0)) == 0.0


def test_hd95_of_an_empty_mask_is_unknown() -> None:
    assert math.isnan(hd95(square(1, 1), np.zeros((40, 40), bool), (1.0, 1.0)))


def test_the_outline_of_a_ten_pixel_square_has_36_pixels() -> None:
    assert outline(square(5, 5)).sum() == 36
    assert outline(np.ones((10, 10), bool)).sum() == 36


def test_volume_of_a_box_is_the_product_of_its_sides() -> None:
    mask = np.ones((5, 10, 10), bool)
    assert chamber_volume(mask, (10.0, 2.0, 1.0)) == pytest.approx(50 * 20 * 10 / 1000)


def test_ejection_fraction_is_the_emptied_share() -> None:
    assert ejection_fraction(120.0, 48.0) == pytest.approx(60.0)
    assert math.isnan(ejection_fraction(0.0, 0.0))


def test_a_curve_of_two_phases_has_both_volumes_and_one_of_one_phase_has_no_smallest() -> None:
    curve = VolumeCurve(np.arange(2) * 300.0, np.array([120.0, 48.0]))
    assert (curve.edv, curve.esv, curve.ef) == (120.0, 48.0, pytest.approx(60.0))
    alone = VolumeCurve(np.zeros(1), np.array([120.0]))
    assert math.isnan(alone.esv)


def test_a_chamber_that_was_not_found_in_between_parts_its_curve() -> None:
    curve = VolumeCurve(np.arange(6) * 40.0, np.array([0.0, 0.5, 0.0, 2.0, 3.0, 0.0]))
    assert [part.tolist() for part in curve.stretches] == [[1], [3, 4]]
