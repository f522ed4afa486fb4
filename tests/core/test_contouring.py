"""One chamber out of what a segmenter marks, and outlines of known shapes."""

from dataclasses import replace

import numpy as np
import pytest

from calid_core.cine import CineStack, Source
from calid_core.contouring.chamber import chamber_between, one_chamber
from calid_core.contouring.cine_contours import CineContouring, contours_of
from calid_core.contouring.contours import area_of, chamber_margin, outlines_of
from calid_core.contouring.heart_box import Box, estimated_box, found_heart, heart_centre, known_ventricle
from calid_core.errors import CheckpointError
from calid_core.geometry import Geometry
from calid_core.grid import Grid

GRID = Grid((10.0, 20.0), (0.5, 2.0), (3.0, 0.75))
"""Pixels of the square are 1.5 mm either way."""


def disc(radius: float, centre: tuple[float, float] = (31.5, 31.5), side: int = 64) -> np.ndarray:
    """Distance from the edge of a disc, positive inside, in pixels."""
    rows, columns = np.mgrid[0:side, 0:side]
    return radius - np.hypot(rows - centre[0], columns - centre[1])


def test_a_tapering_chamber_is_one_piece_and_stays_as_it_is():
    marked = np.stack([disc(radius, (31.5, 28.0 + i)) > 0 for i, radius in enumerate((14, 18, 15, 9, 4))])
    np.testing.assert_array_equal(one_chamber(marked), marked)


def test_pieces_beside_and_beyond_the_chamber_do_not_belong_to_it():
    chamber = np.stack([disc(radius) > 0 for radius in (0, 0, 12, 18, 15, 6)])
    stray = np.zeros_like(chamber)
    stray[0] = disc(8, (20.0, 45.0)) > 0
    stray[1] = disc(6, (48.0, 20.0)) > 0
    stray[3] = disc(4, (8.0, 8.0)) > 0
    np.testing.assert_array_equal(one_chamber(chamber | stray), chamber)


def test_a_slice_in_the_middle_that_was_missed_does_not_cost_the_rest():
    chamber = np.stack([disc(radius) > 0 for radius in (12, 18, 0, 16, 12)])
    np.testing.assert_array_equal(one_chamber(chamber), chamber)


def test_a_small_piece_beyond_an_empty_slice_is_not_the_chamber():
    chamber = np.stack([disc(radius) > 0 for radius in (18, 16, 0, 6)])
    kept = one_chamber(chamber)
    assert kept[:3].sum() == chamber[:3].sum()
    assert not kept[3].any()


def test_a_smaller_piece_beyond_an_empty_slice_is_measured_by_the_widest_slice():
    kept = one_chamber(np.stack([disc(radius) > 0 for radius in (19, 12, 0, 10)]))
    assert kept.any(axis=(1, 2)).tolist() == [True, True, False, False]


def test_a_chamber_that_lies_aslant_is_followed_from_slice_to_slice():
    chamber = np.stack([disc(8, (31.5, 14.0 + 6 * i)) > 0 for i in range(7)])
    np.testing.assert_array_equal(one_chamber(chamber), chamber)


def test_what_lies_over_a_stray_piece_is_stray_too():
    chamber = np.stack([disc(radius) > 0 for radius in (14, 18, 5)])
    stray = np.zeros_like(chamber)
    stray[1:] = disc(6, (8.0, 8.0)) > 0
    np.testing.assert_array_equal(one_chamber(chamber | stray), chamber)


def test_a_chamber_that_narrows_a_little_and_widens_again_has_no_neck():
    chamber = np.stack([disc(radius) > 0 for radius in (12, 18, 15.4, 17.8, 12)])
    np.testing.assert_array_equal(one_chamber(chamber), chamber)


def test_the_largest_single_piece_is_not_the_chamber_where_nothing_continues_it():
    chamber = np.stack([disc(radius) > 0 for radius in (0, 0, 12, 16, 15, 12, 6)])
    stray = np.zeros_like(chamber)
    stray[0] = disc(20, (20.0, 45.0)) > 0
    np.testing.assert_array_equal(one_chamber(chamber | stray), chamber)


def test_a_thin_vessel_through_more_slices_is_not_the_chamber():
    chamber = np.stack([disc(radius) > 0 for radius in (0, 0, 14, 16, 12, 0, 0)])
    vessel = np.stack([disc(4, (10.0, 54.0)) > 0] * 7)
    np.testing.assert_array_equal(one_chamber(chamber | vessel), chamber)


def test_beyond_a_neck_begins_another_chamber():
    stack = np.stack([disc(radius) > 0 for radius in (13, 14, 12, 8, 13, 17, 18, 16, 12, 6)])
    kept = one_chamber(stack)
    assert not kept[:3].any()
    np.testing.assert_array_equal(kept[3:], stack[3:])


def test_beyond_a_neck_begins_another_chamber_wherever_the_first_one_begins():
    radii = (8, 12, 16, 18, 17, 13, 8, 12, 14, 13)
    kept = one_chamber(np.stack([disc(radius) > 0 for radius in radii]))
    assert kept.any(axis=(1, 2)).tolist() == [True] * 7 + [False] * 3


def test_reversing_the_stack_reverses_the_chamber():
    rng = np.random.default_rng(3)
    marked = np.stack([(disc(r) + rng.normal(0, 6, (64, 64))) > 0 for r in (10, 14, 18, 16, 11, 5)])
    np.testing.assert_array_equal(one_chamber(marked[::-1]), one_chamber(marked)[::-1])


def test_acquired_slices_hold_the_same_chamber_whatever_was_made_between_them():
    radii = (0, 12, 9, 12, 14, 16, 16, 12, 8, 4, 0)
    marked = np.stack([disc(radius) > 0 for radius in radii])
    acquired = (1, 4, 6, 10)
    alone = one_chamber(marked[list(acquired)])
    # A neck that was made between the slices ends the chamber where all slices decide.
    assert not one_chamber(marked)[1].any()
    kept = chamber_between(marked, acquired)
    np.testing.assert_array_equal(kept[list(acquired)], alone)
    np.testing.assert_array_equal(kept, marked & (np.array(radii) > 0)[:, None, None])


def test_what_was_made_ends_where_nothing_continues_the_acquired_chamber():
    chamber = np.stack([disc(radius) > 0 for radius in (0, 0, 0, 14, 16, 12, 6)])
    other = np.zeros_like(chamber)
    other[1] = disc(9) > 0
    other[2] = disc(9, (12.0, 50.0)) > 0
    np.testing.assert_array_equal(chamber_between(chamber | other, (0, 4, 6)), chamber)
    assert not chamber_between(other, (0, 4, 6)).any()


def test_a_made_slice_much_wider_than_its_neighbour_begins_another_chamber():
    marked = np.stack([disc(radius) > 0 for radius in (0, 18, 10, 12, 14, 12, 8)])
    kept = chamber_between(marked, (0, 4, 6))
    assert kept.any(axis=(1, 2)).tolist() == [False, False, True, True, True, True, True]


def test_between_deciding_slices_the_larger_of_two_pieces_wins_from_whichever_side_it_comes():
    marked = np.stack([disc(18) > 0 for _ in range(5)])
    larger = disc(8, (31.5, 42.0)) > 0
    marked[1] = disc(9, (31.5, 22.0)) > 0
    marked[2] = (disc(7, (31.5, 22.0)) > 0) | larger
    marked[3] = disc(9, (31.5, 42.0)) > 0
    np.testing.assert_array_equal(chamber_between(marked, (0, 4))[2], larger)
    np.testing.assert_array_equal(chamber_between(marked[::-1], (0, 4))[2], larger)


def test_beyond_a_neck_that_was_made_begins_another_chamber():
    marked = np.stack([disc(radius) > 0 for radius in (14, 10, 9, 8, 11, 0)])
    kept = chamber_between(marked, (0, 1, 5))
    assert kept.any(axis=(1, 2)).tolist() == [True] * 4 + [False] * 2


def test_nothing_marked_is_no_chamber():
    empty = np.full((3, 16, 16), -1.0)
    assert not one_chamber(empty > 0).any()
    found = contours_of([empty], np.zeros(1), GRID)
    assert found.outlines == (((), (), ()),)
    assert not found.areas.any()


def test_the_outline_of_a_disc_has_its_place_and_area_in_the_image():
    (outline,) = outlines_of(disc(20.0), GRID)
    assert outline.mean(axis=0) == pytest.approx([10 + 31.5 * 0.5, 20 + 31.5 * 2.0], abs=1.0)
    millimetres = (outline - [10 + 31.5 * 0.5, 20 + 31.5 * 2.0]) * GRID.spacing
    assert np.hypot(*millimetres.T) == pytest.approx(np.full(len(outline), 30.0), abs=0.1)
    assert area_of((outline,), GRID.spacing) == pytest.approx(np.pi * 30.0**2, rel=0.005)


def test_a_hole_is_not_counted():
    ring = np.minimum(disc(20.0), -disc(8.0))
    outlines = outlines_of(ring, GRID)
    assert len(outlines) == 2
    assert area_of(outlines, GRID.spacing) == pytest.approx(np.pi * (30.0**2 - 12.0**2), rel=0.005)


def test_an_outline_at_the_edge_of_the_square_is_closed():
    (outline,) = outlines_of(disc(20.0, (0.0, 31.5)), GRID)
    np.testing.assert_array_equal(outline[0], outline[-1])
    assert area_of((outline,), GRID.spacing) == pytest.approx(np.pi * 30.0**2 / 2, rel=0.08)


def test_a_square_that_is_all_inside_has_a_closed_outline_about_it():
    (outline,) = outlines_of(np.full((8, 8), 2.0), GRID)
    np.testing.assert_array_equal(outline[0], outline[-1])
    assert 7 * 7 < area_of((outline,), GRID.spacing) / (1.5 * 1.5) < 9 * 9


def test_areas_are_those_of_the_chamber_that_the_deciding_slices_hold():
    radii = np.array((12, 9, 12, 14, 16))  # a neck that was made
    margins = np.stack([disc(radius) for radius in radii])
    areas = contours_of([margins], np.zeros(1), GRID, deciding=(0, 3, 4)).areas[0]
    np.testing.assert_allclose(areas, np.pi * (1.5 * radii) ** 2, rtol=0.02)
    assert contours_of([margins], np.zeros(1), GRID).areas[0, 0] == 0.0


def test_a_chamber_that_is_lost_for_one_phase_is_found_there_and_even_motion_stays():
    fractions = np.arange(20) / 20
    radii = 18.0 - 6.0 * np.abs(np.linspace(-1, 1, 21)[:20])
    even = [disc(radius)[None] for radius in radii]
    areas = contours_of(even, fractions, GRID).areas[:, 0]
    # All but the turning points of the motion: there the middle of the phases beside it lies inside.
    np.testing.assert_allclose(areas[1:10], np.pi * (1.5 * radii[1:10]) ** 2, rtol=0.01)
    lost = list(even)
    lost[5] = np.full_like(even[5], -2.0)
    assert contours_of(lost, fractions, GRID).areas[5, 0] > 0.7 * areas[5]


def test_few_phases_are_contoured_one_by_one():
    margins = [disc(18.0)[None], disc(10.0)[None]]
    areas = contours_of(margins, np.array([0.0, 0.35]), GRID).areas[:, 0]
    np.testing.assert_allclose(areas, np.pi * (1.5 * np.array([18.0, 10.0])) ** 2, rtol=0.01)


def test_stray_pieces_have_no_outline():
    margin = np.stack([disc(14.0), disc(18.0), np.maximum(disc(12.0), disc(4.0, (6.0, 6.0)))])
    assert [len(outlines_of(plane, GRID)) for plane in margin] == [1, 1, 2]
    kept = chamber_margin(margin)
    assert [len(outlines_of(plane, GRID)) for plane in kept] == [1, 1, 1]
    np.testing.assert_array_equal(np.abs(kept), np.abs(margin))  # as far outside as it was inside


def test_a_speck_within_the_chamber_does_not_end_it():
    marked = np.zeros((9, 60, 60), bool)
    marked[:, 20:40, 20:40] = True
    marked[4] = False
    marked[4, 20:40, 34:54] = True  # beside: 30 % over the chamber
    marked[4, 25, 25] = True
    chamber = one_chamber(marked)
    assert chamber[4].sum() == 0
    assert all(chamber[i].sum() == 400 for i in range(9) if i != 4)


def test_a_phase_is_contoured_as_soon_as_those_beside_it_are_known():
    fractions = np.arange(20) / 20
    margins = [disc(18.0 - 0.3 * phase)[None] for phase in range(20)]
    contouring = CineContouring(fractions, 1, GRID)
    for phase in (6, 7):
        contouring.add(phase, margins[phase])
    assert np.isnan(contouring.contours.areas).all()
    contouring.add(8, margins[8])
    assert np.flatnonzero(~np.isnan(contouring.contours.areas[:, 0])).tolist() == [7]
    assert contouring.contours.areas[7] == contours_of(margins, fractions, GRID).areas[7]
    assert not contouring.contours.complete
    assert contours_of(margins, fractions, GRID).complete


def test_beyond_a_neck_that_widens_slowly_begins_another_chamber_too():
    radii = (18, 16, 12, 8, 9, 10, 11, 12.4)  # no slice is 1.3 times as large as the one before it
    kept = one_chamber(np.stack([disc(radius) > 0 for radius in radii]))
    assert kept.any(axis=(1, 2)).tolist() == [True] * 5 + [False] * 3


def test_motion_that_is_even_in_time_stays_where_phases_are_not():
    fractions = np.array([0.0, 0.02, 0.08])
    radii = 18.0 - 50.0 * fractions
    areas = contours_of([disc(radius)[None] for radius in radii], fractions, GRID).areas[:, 0]
    np.testing.assert_allclose(areas, np.pi * (1.5 * radii) ** 2, rtol=0.01)


class Nearby:
    """Takes what is bright for the left ventricle, up to 31 mm from where it looks."""

    def left_ventricle(self, slices, *, spacing, centre):
        grid = self.grid(spacing=spacing, centre=centre)
        rows, columns = (
            np.rint(f + s * np.arange(32)).astype(int) for f, s in zip(grid.first, grid.step, strict=True)
        )
        padded = np.pad(slices, ((0, 0), (64, 64), (64, 64)))
        return padded[:, rows[:, None] + 64, columns[None, :] + 64] - 0.5

    def grid(self, *, spacing, centre):
        step = (2.0 / spacing[0], 2.0 / spacing[1])
        return Grid((centre[0] - 15.5 * step[0], centre[1] - 15.5 * step[1]), step, spacing)


def test_a_heart_half_in_view_is_looked_at_again_about_its_own_middle():
    rows, columns = np.mgrid[:64, :96]
    inside = np.hypot((rows - 40) * 2.0, (columns - 70) * 1.0) <= 16.0
    geometry = Geometry.from_spacing((8.0, 2.0, 1.0), (3, 64, 96))
    images = np.broadcast_to(inside * np.float32(1.0), (1, 3, 64, 96))
    stack = CineStack(images, geometry, np.zeros(1), Source("x", "phantom"))
    assert heart_centre(stack, Nearby()) == pytest.approx((40.0, 70.0), abs=0.6)


def test_a_ventricle_is_known_by_slice_once_it_was_looked_for(monkeypatch):
    rows, columns = np.mgrid[:64, :96]
    tilted = [np.hypot((rows - 40) * 2.0, columns - column) <= 16.0 for column in (60, 66, 72)]
    geometry = Geometry.from_spacing((8.0, 2.0, 1.0), (4, 64, 96))
    images = np.stack([*tilted, np.zeros_like(tilted[0])])[None].astype(np.float32)
    stack = CineStack(images, geometry, np.zeros(1), Source("x", "phantom"))
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", Nearby)
    assert known_ventricle(stack, 0) is None
    middle = found_heart(stack)
    for index, column in enumerate((60, 66, 72)):
        place = geometry.to_index(known_ventricle(stack, index))
        assert place == pytest.approx((index, 40.0, column), abs=0.6)
    beyond = geometry.to_index(known_ventricle(stack, 3))
    assert beyond == pytest.approx((3, *middle))


def bright_stack(*blobs: tuple[float, float, float], phases: int = 1) -> CineStack:
    """Three slices of 64 x 96 pixels of 2 mm by 1 mm with bright discs: row and column of their middles, radius in mm."""
    rows, columns = np.mgrid[:64, :96]
    inside = np.any([np.hypot((rows - r) * 2.0, columns - c) <= radius for r, c, radius in blobs], axis=0)
    images = np.broadcast_to(inside * np.float32(1.0), (phases, 3, 64, 96))
    geometry = Geometry.from_spacing((8.0, 2.0, 1.0), (3, 64, 96))
    return CineStack(images, geometry, np.arange(float(phases)), Source("x", "phantom"))


def moving_at(stack: CineStack, row: int, column: int) -> CineStack:
    """The stack with a second phase in which something little brighter than nothing comes up."""
    images = np.repeat(stack.intensity, 2, axis=0)
    images[1, :, row - 3 : row + 4, column - 3 : column + 4] += 0.4
    return replace(stack, intensity=images, phase_times=np.arange(2.0))


def test_a_box_counts_from_its_first_row_and_column_and_ends_before_its_last():
    box = Box((10, 20), (30, 35))
    assert box.centre == (np.mean(range(10, 20)), np.mean(range(30, 35)))
    rows, columns = box.crop(np.stack(np.mgrid[:40, :50]))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (10, 19, 30, 34)


def test_a_heart_box_is_as_long_in_mm_along_rows_as_along_columns_and_ends_with_the_image(monkeypatch):
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", Nearby)
    # 130 mm are 65 rows and 130 columns.
    box = estimated_box(bright_stack((40, 70, 16)))
    assert box.rows == (pytest.approx(40 - 32.5, abs=1), 64)
    assert box.columns == (pytest.approx(70 - 65, abs=1), 96)
    box = estimated_box(bright_stack((20, 24, 16)))
    assert box.rows == (0, pytest.approx(20 + 32.5, abs=1))
    assert box.columns == (0, pytest.approx(24 + 65, abs=1))


def test_of_two_ventricles_the_larger_one_is_the_heart_whether_it_moves_or_lies_in_the_middle():
    large, small = (50, 16, 14), (32, 48, 9)
    still = bright_stack(large, small)
    assert heart_centre(moving_at(still, *large[:2]), Nearby()) == pytest.approx(large[:2], abs=0.6)
    still = bright_stack((50, 16, 9), (32, 48, 14))
    assert heart_centre(moving_at(still, 50, 16), Nearby()) == pytest.approx((32, 48), abs=0.6)


def test_without_a_ventricle_the_heart_is_where_most_moves_and_else_the_middle_of_the_image():
    nothing = bright_stack((0, 0, -1.0))
    assert heart_centre(nothing, Nearby()) == (31.5, 47.5)
    assert heart_centre(moving_at(nothing, 14, 70), Nearby()) == pytest.approx((14, 70), abs=1)
    first = bright_stack((32, 48, 16), phases=2)  # no numbers, at the first phase
    broken = np.where(first.intensity > 0, np.nan, first.intensity)
    assert heart_centre(replace(first, intensity=broken), Nearby()) is not None


def test_without_the_weights_of_the_segmenter_the_heart_is_where_most_moves(monkeypatch):
    def missing():
        raise CheckpointError("no weights")

    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", missing)
    assert found_heart(moving_at(bright_stack((40, 70, 16)), 14, 70)) == pytest.approx((14, 70), abs=1)


class Fickle(Nearby):
    """Misses the upper rows of its square once it does not look at the middle of the image."""

    def __init__(self, missed):
        self.missed = missed

    def left_ventricle(self, slices, *, spacing, centre):
        found = super().left_ventricle(slices, spacing=spacing, centre=centre)
        if centre != (31.5, 47.5):
            found[..., : self.missed, :] = -0.5
        return found


@pytest.mark.parametrize(("missed", "row"), [(17, 34.0), (13, 35.7)])
def test_a_ventricle_is_where_it_is_found_again_unless_less_than_half_of_it_is(missed, row):
    # The disc takes up 14 rows, 9 to 22 where the square lies about it.
    found = heart_centre(bright_stack((34, 52, 14)), Fickle(missed))
    assert found == pytest.approx((row, 52), abs=0.6)


def test_the_segmenter_is_shown_intensities_from_0_to_1():
    class Watching(Nearby):
        def left_ventricle(self, slices, *, spacing, centre):
            assert (slices.min(), slices.max()) == (0.0, 1.0)
            return super().left_ventricle(slices, spacing=spacing, centre=centre)

    stack = bright_stack((40, 70, 16))
    values = 300 * np.array(stack.intensity) + 50
    values[0, 1, 3, :4] = -900.0, -900.0, 5000.0, 5000.0  # few beyond the percentiles
    heart_centre(replace(stack, intensity=values), Watching())


class Aslant(Nearby):
    """Sees a ventricle that leaves the image, whatever it is shown."""

    def left_ventricle(self, slices, *, spacing, centre):
        grid = self.grid(spacing=spacing, centre=centre)
        rows, columns = (f + s * np.arange(32) for f, s in zip(grid.first, grid.step, strict=True))
        return np.stack(
            [16 - np.hypot((rows[:, None] - 40) * 2.0, columns - column) for column in (84, 92, 100)]
        )


def test_a_ventricle_that_leaves_the_image_is_pointed_at_where_the_image_ends(monkeypatch):
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", Aslant)
    stack = moving_at(bright_stack((32, 48, 3)), 40, 88)
    assert found_heart(stack) == pytest.approx((40, 92), abs=0.6)
    places = [stack.geometry.to_index(known_ventricle(stack, index)) for index in range(3)]
    np.testing.assert_allclose(places, [(0, 40, 84), (1, 40, 92), (2, 40, 95)], atol=0.6)
    assert places[2][2] == pytest.approx(95.0)


def test_nothing_is_seen_in_an_image_of_one_value():
    nothing = moving_at(bright_stack((0, 0, -1.0)), 14, 70)
    assert heart_centre(nothing, Aslant()) == pytest.approx((14, 70), abs=1)


def test_a_heart_is_looked_for_once_in_a_stack(monkeypatch):
    loaded = []
    monkeypatch.setattr(
        "calid_core.models.shipped_segmenter.shipped_segmenter", lambda: loaded.append(1) or Nearby()
    )
    stack = bright_stack((40, 70, 16))
    assert found_heart(stack) == found_heart(stack)
    assert loaded == [1]


def test_the_heart_is_where_it_lies_at_the_first_phase():
    first, last = bright_stack((30, 30, 14)), bright_stack((30, 62, 14))
    cine = replace(
        first, intensity=np.concatenate([first.intensity, last.intensity]), phase_times=np.arange(2.0)
    )
    assert heart_centre(cine, Nearby()) == pytest.approx((30, 30), abs=0.6)


class Beyond(Nearby):
    """Takes what lies beyond the image for the ventricle, and the image for nothing."""

    def left_ventricle(self, slices, *, spacing, centre):
        padded = np.pad(np.zeros_like(slices), ((0, 0), (64, 64), (64, 64)), constant_values=1.0)
        grid = self.grid(spacing=spacing, centre=centre)
        rows, columns = (
            np.rint(f + s * np.arange(32)).astype(int) for f, s in zip(grid.first, grid.step, strict=True)
        )
        return padded[:, rows[:, None] + 64, columns[None, :] + 64] - 0.5


def test_a_ventricle_beyond_the_image_is_none():
    stack = moving_at(bright_stack((32, 48, 3)), 12, 86)
    assert heart_centre(stack, Beyond()) == pytest.approx((12, 86), abs=1)


def test_what_moves_is_not_taken_for_a_ventricle(monkeypatch):
    geometry = Geometry.from_spacing((8.0, 2.0, 1.0), (3, 64, 96))
    images = np.zeros((3, 3, 64, 96), np.float32)
    images[1, :, 10:20, 10:20] = 0.4
    stack = CineStack(images, geometry, np.arange(3.0), Source("x", "phantom"))
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", Nearby)
    assert found_heart(stack) == pytest.approx((14.5, 14.5), abs=1.0)
    assert known_ventricle(stack, 1) is None
