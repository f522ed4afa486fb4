"""One chamber out of what a segmenter marks, and outlines of known shapes."""

import numpy as np
import pytest

from calid_core.cine import CineStack, Source
from calid_core.contouring.chamber import chamber_between, one_chamber
from calid_core.contouring.cine_contours import CineContouring, contours_of
from calid_core.contouring.contours import area_of, chamber_margin, outlines_of
from calid_core.contouring.heart_box import found_heart, heart_centre, known_ventricle
from calid_core.errors import Cancelled
from calid_core.geometry import Geometry
from calid_core.grid import Grid
from calid_core.progress import CancelToken

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


def test_the_largest_single_piece_is_not_the_chamber_where_nothing_continues_it():
    chamber = np.stack([disc(radius) > 0 for radius in (0, 0, 12, 16, 15, 12, 6)])
    stray = np.zeros_like(chamber)
    stray[0] = disc(20, (20.0, 45.0)) > 0
    np.testing.assert_array_equal(one_chamber(chamber | stray), chamber)


def test_beyond_a_neck_begins_another_chamber():
    stack = np.stack([disc(radius) > 0 for radius in (13, 14, 12, 8, 13, 17, 18, 16, 12, 6)])
    kept = one_chamber(stack)
    assert not kept[:3].any()
    np.testing.assert_array_equal(kept[3:], stack[3:])


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
    assert [len(outlines_of(plane, GRID)) for plane in chamber_margin(margin)] == [1, 1, 1]


def test_cancelling_stops_before_the_next_phase():
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        contours_of([disc(18.0)[None]], np.zeros(1), GRID, cancel)


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


def test_what_moves_is_not_taken_for_a_ventricle(monkeypatch):
    geometry = Geometry.from_spacing((8.0, 2.0, 1.0), (3, 64, 96))
    images = np.zeros((3, 3, 64, 96), np.float32)
    images[1, :, 10:20, 10:20] = 0.4
    stack = CineStack(images, geometry, np.arange(3.0), Source("x", "phantom"))
    monkeypatch.setattr("calid_core.models.shipped_segmenter.shipped_segmenter", Nearby)
    assert found_heart(stack) == pytest.approx((14.5, 14.5), abs=1.0)
    assert known_ventricle(stack, 1) is None
