"""Labels of measurements keep off each other and the corner texts."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.views.label_places import LabelPlaces

ROOM, SIZE = QRectF(0, 0, 480, 418), QSizeF(150, 36)


def test_a_label_stands_beside_what_it_labels_where_there_is_room() -> None:
    plate = LabelPlaces(ROOM).take(SIZE, QPointF(200, 200))
    assert (plate.left(), plate.center().y()) == (208, 200)
    places, end = LabelPlaces(ROOM), QPointF(400, 160)
    places.keep_clear(end)
    below = places.take(SIZE, end)  # no room to its right
    assert (below.center().x(), below.top()) == (400, 168)


@pytest.mark.parametrize("at", [(240, 220), (470, 220), (5, 60), (300, 250)])
def test_labels_of_one_place_do_not_cover_each_other(at: tuple[float, float]) -> None:
    places = LabelPlaces(ROOM)
    plates = [places.take(SIZE, QPointF(*at)) for _ in range(4)]
    assert not any(a.intersects(b) for a, b in combinations(plates, 2))
    assert all(ROOM.contains(plate) for plate in plates)


def test_a_label_keeps_off_the_texts_in_the_corner() -> None:
    corner = QRectF(350, 348, 130, 92)
    plate = LabelPlaces(ROOM, (corner,)).take(SIZE, QPointF(440, 400))
    assert not plate.intersects(corner)


@pytest.mark.parametrize(
    "end", [(-300, -200), (900, -200), (-300, 900), (900, 900), (240, -500), (-500, 200)]
)
def test_a_label_leaves_the_texts_in_the_corner_for_an_end_off_the_screen(end: tuple[float, float]) -> None:
    corners = [QRectF(left, top, 130, 70) for left in (0, 350) for top in (0, 348)]
    plate = LabelPlaces(ROOM, corners).take(SIZE, QPointF(*end))
    assert not any(plate.intersects(corner) for corner in corners)
    assert ROOM.contains(plate)


@pytest.mark.parametrize("at", [(130, 200), (200, 140), (200, 200), (299, 299)])
def test_a_label_for_what_lies_in_a_region_goes_around_it(at: tuple[float, float]) -> None:
    region = QRectF(120, 120, 180, 180)
    places = LabelPlaces(ROOM)
    places.go_around(region)
    plates = [places.take(SIZE, QPointF(*at)) for _ in range(3)]
    assert not any(plate.intersects(region) for plate in plates)
    assert not any(a.intersects(b) for a, b in combinations(plates, 2))
    texts = [
        QRectF(0, 0, 480, 120),
        QRectF(0, 300, 480, 118),
        QRectF(0, 120, 120, 180),
        QRectF(300, 120, 180, 180),
    ]
    crowded = LabelPlaces(ROOM, texts)
    crowded.go_around(region)
    plate = crowded.take(SIZE, QPointF(*at))
    assert not any(plate.intersects(text) for text in texts)  # rather over the region
    outside = LabelPlaces(ROOM)
    outside.go_around(region)
    assert outside.take(SIZE, QPointF(320, 60)).topLeft() == QPointF(328, 42)  # beside its end as ever


@pytest.mark.parametrize(("left", "right"), [(0, 60), (430, 480)])
def test_a_label_wider_than_its_stripe_is_shown_whole(left: float, right: float) -> None:
    stripe = QRectF(left, 0, right - left, 418)
    plate = LabelPlaces(stripe).take(SIZE, QPointF((left + right) / 2, 200))
    assert ROOM.contains(plate)
    assert plate.intersects(stripe)


def test_where_no_place_is_free_a_label_is_shown_all_the_same() -> None:
    room = QRectF(0, 0, 160, 120)
    plate = LabelPlaces(room, (room,)).take(SIZE, QPointF(80, 60))
    assert room.contains(plate)
