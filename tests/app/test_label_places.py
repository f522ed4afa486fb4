"""Labels of measurements keep off each other and the corner texts."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.views.label_places import CORNER_WIDTH, LOWER_CORNER, LabelPlaces

AREA, SIZE = QSizeF(480, 440), QSizeF(150, 36)


def test_a_label_stands_beside_what_it_labels_where_there_is_room() -> None:
    plate = LabelPlaces(AREA).take(SIZE, QPointF(200, 200))
    assert (plate.left(), plate.center().y()) == (208, 200)
    places, end = LabelPlaces(AREA), QPointF(400, 160)
    places.keep_clear(end)
    below = places.take(SIZE, end)  # no room to its right
    assert (below.center().x(), below.top()) == (400, 168)


@pytest.mark.parametrize("at", [(240, 220), (470, 220), (5, 60), (300, 250)])
def test_labels_of_one_place_do_not_cover_each_other(at: tuple[float, float]) -> None:
    places = LabelPlaces(AREA)
    plates = [places.take(SIZE, QPointF(*at)) for _ in range(4)]
    assert not any(a.intersects(b) for a, b in combinations(plates, 2))
    assert all(QRectF(0, 0, AREA.width(), AREA.height()).contains(plate) for plate in plates)


def test_a_label_keeps_off_the_texts_in_the_corner() -> None:
    corner = QRectF(AREA.width() - CORNER_WIDTH, AREA.height() - LOWER_CORNER, CORNER_WIDTH, LOWER_CORNER)
    plate = LabelPlaces(AREA).take(SIZE, QPointF(440, 400))
    assert not plate.intersects(corner)


def test_where_no_place_is_free_a_label_is_shown_all_the_same() -> None:
    plate = LabelPlaces(QSizeF(160, 120)).take(SIZE, QPointF(80, 60))
    assert QRectF(0, 0, 160, 120).contains(plate)
