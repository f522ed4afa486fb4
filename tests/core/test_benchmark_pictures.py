from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from benchmarks import moving_picture
from calid_core.evaluation.holdout import hold_out
from calid_core.evaluation.methods import MethodOptions
from calid_core.provenance import SliceState
from tests.core.evaluation_cases import ball_case


@pytest.mark.parametrize("slices", [7, 9, 12, 20])
def test_the_middle_slice_is_the_one_that_is_hidden_and_shown(slices: int) -> None:
    case = ball_case(slices=slices, phases=3)
    part = moving_picture.about_the_middle(case)
    held = hold_out(part)
    shown = held.hidden[held.truth.shape[1] // 2]
    middle = slices // 2
    assert np.array_equal(part.stack.intensity[:, shown], case.stack.intensity[:, middle])
    expected = case.stack.geometry.slice_position(middle)
    np.testing.assert_allclose(part.stack.geometry.slice_position(shown), expected)


def test_the_middle_of_a_case_keeps_what_was_done_to_its_slices() -> None:
    case = ball_case(slices=12, phases=3)
    states = tuple(SliceState(moved=(float(index), 0.0)) for index in range(12))
    part = moving_picture.about_the_middle(replace(case, stack=replace(case.stack, slice_states=states)))
    first = round(part.stack.slice_states[0].moved[0])
    assert part.stack.slice_states == states[first : first + part.stack.slices]
    np.testing.assert_allclose(
        part.stack.geometry.slice_position(0), case.stack.geometry.slice_position(first)
    )


def test_the_animation_has_a_frame_for_every_phase_and_beats_slower_than_the_heart(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(moving_picture, "METHODS", {"linear": "linear"})
    case = ball_case(phases=6)
    case = replace(case, stack=replace(case.stack, phase_times=np.arange(6) * 100.0))
    page = tmp_path / "results.md"
    text = moving_picture.moving_section(case, tmp_path / "images" / "beating.gif", page, MethodOptions())
    assert "(images/beating.gif)" in text
    with Image.open(tmp_path / "images" / "beating.gif") as picture:
        assert picture.n_frames == 6
        assert picture.info["loop"] == 0
        assert picture.info["duration"] == pytest.approx(100.0 / 0.6, abs=10)
    assert (tmp_path / "images" / "beating.gif").stat().st_size < moving_picture.LARGEST
