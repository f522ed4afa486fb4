"""Stored and real values."""

import pytest

from calid_core.real_values import RealScale


@pytest.mark.parametrize("slope", [2.5, -0.5])
def test_typing_what_is_read_changes_no_window(slope: float) -> None:
    real = RealScale(slope, -100.0)
    assert real.window_to_stored(real.window_to_real((320.0, 560.0))) == pytest.approx((320.0, 560.0))


def test_a_window_of_stored_values_reads_as_the_file_states_it() -> None:
    assert RealScale(2.5, -100.0).window_to_real((320.0, 560.0)) == (700.0, 1400.0)


def test_a_width_has_no_sign() -> None:
    assert RealScale(-2.0, 7.0).width_to_real(3.0) == 6.0


def test_two_scales_at_once_are_one_after_the_other() -> None:
    first, second = RealScale(-1.0, 4095.0), RealScale(2.5, -100.0)
    assert second.after(first).to_real(7.0) == second.to_real(first.to_real(7.0)) == 2.5 * 4088.0 - 100.0


@pytest.mark.parametrize("scale", [(0.0, 1.0), (float("nan"), 0.0), (1.0, float("inf"))])
def test_a_slope_of_which_nothing_comes_back_is_refused(scale: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="rescale slope"):
        RealScale(*scale)
