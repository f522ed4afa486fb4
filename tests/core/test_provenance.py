"""What was done to a slice: counted, put into words and told from them again."""

import pytest

from calid_core.provenance import (
    SliceOrigin,
    SliceProvenance,
    SliceState,
    SourceSlice,
    made_sentence,
    movement_text,
    nearest_first,
    shift_text,
    shifts_if_any,
    told_movement,
    told_shift,
)


@pytest.mark.parametrize("movement", [(4.2, -0.5), (-3.0, 12.5), (0.0, 0.3)])
def test_a_movement_is_told_from_its_text_whatever_stands_about_it(movement: tuple[float, float]) -> None:
    assert told_movement(f"Acquired slice, {movement_text(movement)}. Slice accepted by AB") == movement


def test_a_movement_goes_along_rows_first() -> None:
    assert movement_text((4.24, -0.5)) == "moved in plane by 4.2 mm along rows and -0.5 mm along columns"
    assert told_movement("moved in plane to align it") is None


@pytest.mark.parametrize("shift", [(0, -12), (1, 1), (-1, 2), (3, -1)])
def test_a_shift_is_told_from_its_text_without_its_signs(shift: tuple[int, int]) -> None:
    assert told_shift(f"Acquired slice, {shift_text(shift)}.") == (abs(shift[0]), abs(shift[1]))


def test_a_shift_counts_rows_first() -> None:
    assert shift_text((-1, 2)) == "shifted in plane by whole pixels, 1 row and 2 columns cut off"
    assert told_shift("Acquired slice") == (0, 0)


def test_sources_are_sorted_by_distance_and_equal_ones_by_place() -> None:
    # 5 mm either way, but for what an oblique stack makes of them.
    sources = (SourceSlice(3, 15.0), SourceSlice(2, 5.0 - 1e-12), SourceSlice(1, 5.0), SourceSlice(0, 14.9))
    assert [source.index for source in nearest_first(sources)] == [1, 2, 0, 3]
    assert SourceSlice(3, 3.06).told == "A4 3.1"


def test_the_farthest_shift_is_the_longest_whatever_its_signs() -> None:
    shifts = ((0, 0), (4, 1), (-5, -1), (2, 3))
    for one in (SliceState(shifts=shifts), SliceProvenance(SliceOrigin.ACQUIRED, (), shifts=shifts)):
        assert one.shifted == (-5, -1)
    assert [SliceProvenance(SliceOrigin.ACQUIRED, (), shifts=shifts).shift_at(p) for p in range(4)] == [
        *shifts
    ]
    assert SliceProvenance(SliceOrigin.ACQUIRED, ()).shift_at(3) == SliceState().shifted == (0, 0)


def test_shifts_are_kept_for_all_phases_where_there_is_one() -> None:
    assert shifts_if_any(iter([(0, 0), (0, 1), (0, 0)])) == ((0, 0), (0, 1), (0, 0))
    assert shifts_if_any([(0, 0)] * 3) == ()


def test_an_acquired_slice_is_interpolated_where_it_was_moved_or_resampled_alone() -> None:
    resampled = SliceProvenance(SliceOrigin.ACQUIRED, (), resampled_phases=(1,))
    moved = SliceProvenance(SliceOrigin.ACQUIRED, (), moved=(0.0, 2.0))
    assert [resampled.origin_at(p).word for p in range(3)] == ["acquired", "interpolated", "acquired"]
    assert moved.origin_at(0) is SliceOrigin.INTERPOLATED


def test_slices_that_were_made_are_counted_whichever_way() -> None:
    states = [SliceState(), *(SliceState(origin) for origin in SliceOrigin)]
    assert made_sentence(states) == "2 of 4 slices were made by a computer, not acquired."
    assert made_sentence(states[:2]) == ""
