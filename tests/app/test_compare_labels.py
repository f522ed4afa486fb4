"""What is written on a comparison: names, slices, labels of measurements and notices keep off each other and stay."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from app import theme
from app.layers import ACQUIRED
from app.measure.shapes import Measurement, Shape
from app.state.compare_state import CompareMode
from app.theme import TextSize
from app.views import annotations
from app.views.badge import SWATCH, Badge, paint_badge
from app.views.compare_chips import HEIGHT as CHIP_HEIGHT
from app.views.compare_chips import Chip, paint_chips_beside
from app.views.measurement_labels import LINE
from app.views.origin_strip import STRIP_WIDTH
from app.views.reformat_view import ReformatView
from app.views.slice_view import SliceView
from app.views.text_cache import TextCache
from calid_core.provenance import SliceOrigin
from tests.app.compared import Compared
from tests.app.dense_runs import add_run, painted, pixels
from tests.app.test_views_slice_view import amber


def label_boxes(
    compared: Compared, monkeypatch: pytest.MonkeyPatch, *ends: tuple[float, float]
) -> list[QRectF]:
    """Where the label of a distance in the picture that is shown stands; ``ends`` are logical pixels."""
    boxes: list[QRectF] = []
    compared.go(6)  # acquired
    view = compared.view.shown_at(QPointF(*ends[0]))
    picture, sample = view.picture, None if view.picture is None else view.sampler(view.picture)
    assert picture is not None
    assert sample is not None
    points = np.array([view.place_at(QPointF(*end)) for end in ends])
    made = Measurement(1, Shape.DISTANCE, points, view.layer, picture.name, picture.plane, sample, 0)
    compared.state.measures.set_measurements((made,))

    def listen(painter: QPainter, box: object, *said: object) -> None:
        if isinstance(box, QRectF) and box.height() == LINE:
            boxes.append(box)

    monkeypatch.setattr(QPainter, "drawText", listen)
    painted(compared.view)
    assert boxes
    return boxes


@pytest.mark.parametrize("start", [20.0, 380.0])
@pytest.mark.parametrize("end", [195.0, 205.0])
@pytest.mark.parametrize("height", [57.0, 150.0, 200.0, 330.0])
def test_the_divider_cuts_no_label(
    compared: Compared, monkeypatch: pytest.MonkeyPatch, start: float, end: float, height: float
) -> None:
    compared.comparing.show(CompareMode.SWIPE)
    compared.comparing.set_swipe(0.5)
    boxes = label_boxes(compared, monkeypatch, (start, 160.0), (end, height))
    assert all(box.right() <= 200 if start < 200 else box.left() >= 200 for box in boxes)


def test_where_a_part_of_a_swipe_is_narrow_its_layer_and_the_origin_of_its_slice_are_told_all_the_same(
    compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[QRectF, str]] = []
    named = []
    picture = TextCache.picture

    def listen(painter: QPainter, box: object, *said: object) -> None:
        if isinstance(box, QRectF) and box.height() == CHIP_HEIGHT:
            told.append((QRectF(box), str(said[-1])))

    def keep(cache: TextCache, text: str, ratio: float, **look: object) -> QPixmap:
        named.append(text)
        return picture(cache, text, ratio, **look)  # type: ignore[arg-type]

    monkeypatch.setattr(QPainter, "drawText", listen)
    monkeypatch.setattr(TextCache, "picture", keep)
    compared.go(7)
    compared.comparing.show(CompareMode.SWIPE)
    compared.view.resize(160, 300)
    painted(compared.view)
    (left, first), (right, second) = told
    assert (first, second) == ("◀ Acquired", "Judged: dense ▶")
    assert left.bottom() <= right.top()
    assert left.left() < 80 < right.right() <= 160
    assert "S8" in named
    told.clear()
    compared.view.resize(500, 300)
    painted(compared.view)
    assert [text for _, text in told] == ["● Acquired", "● Judged: dense"]


@pytest.mark.parametrize(("width", "share", "lines"), [(500, 0.5, 2), (500, 0.7, 2), (500, 0.95, 1)])
def test_a_swipe_tells_the_slice_and_place_of_each_layer_in_its_part(
    compared: Compared, monkeypatch: pytest.MonkeyPatch, width: int, share: float, lines: int
) -> None:
    told: list[tuple[float, str]] = []
    texts: dict[int, str] = {}
    picture, draw = TextCache.picture, annotations.draw_text

    def keep(cache: TextCache, text: str, ratio: float, **look: object) -> QPixmap:
        made = picture(cache, text, ratio, **look)  # type: ignore[arg-type]
        texts[made.cacheKey()] = text
        return made

    def listen(painter: QPainter, x: float, y: float, made: QPixmap) -> QRectF:
        box = draw(painter, x, y, made)
        told.append((box.left(), texts[made.cacheKey()]))
        return box

    monkeypatch.setattr(TextCache, "picture", keep)
    monkeypatch.setattr(annotations, "draw_text", listen)
    compared.state.set_annotations_visible(True)
    compared.go(7)
    compared.comparing.show(CompareMode.SWIPE)
    compared.comparing.set_swipe(share)
    compared.view.resize(width, 400)
    told.clear()
    painted(compared.view)
    left = {"Slice 2/4", "10.0 mm from base"}
    right = {"Slice 8/16", "14.0 mm from base"} if lines == 2 else set()
    assert left | right <= {text for _, text in told}
    assert {text for x, text in told if x < share * width} & {*left, *right} == left
    assert sum(text.startswith("Slice ") for _, text in told) == lines
    assert sum(text.startswith("Phase ") for _, text in told) == 1


def test_no_text_of_a_swipe_lies_on_the_strip_of_a_long_axis(
    compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    draw = annotations.draw_text

    def listen(painter: QPainter, x: float, y: float, made: QPixmap) -> QRectF:
        box = draw(painter, x, y, made)
        told.append(painter.worldTransform().mapRect(box).left())
        return box

    monkeypatch.setattr(annotations, "draw_text", listen)
    compared.state.set_annotations_visible(True)
    compared.comparing.show(CompareMode.SWIPE)
    view = ReformatView(compared.state, 0, ACQUIRED)
    view.compare_with(ReformatView(compared.state, 0, compared.run), compared.state.compare)
    view.resize(400, 300)
    painted(view)
    assert len(told) > 5
    assert min(told) >= STRIP_WIDTH
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    taken = view.content.paint_shared_notes(painter, QRectF(view.rect()), synthesised=True)
    painter.end()
    assert min(box.left() for box in taken) >= STRIP_WIDTH
    view.deleteLater()


def test_a_difference_says_which_slice_stands_in_for_one_that_is_not_ready(
    compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        annotations.AnnotationPainter,
        "paint_message",
        lambda _self, _painter, area, message, _above: said.append(message) or QRectF(area),
    )
    layer = add_run(compared.state, ready=False)
    compared.go(7)
    view, second = SliceView(compared.state, ACQUIRED), SliceView(compared.state, layer)
    view.compare_with(second, compared.state.compare)
    view.resize(400, 400)
    compared.comparing.show(CompareMode.DIFFERENCE)
    painted(view)
    assert said == ["S8 not ready: showing A2"]
    view.deleteLater()


def test_names_of_a_narrow_swipe_keep_off_what_is_written_there(qtbot: QtBot) -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    parts = QRectF(0, 0, 200, 300), QRectF(200, 0, 200, 300)
    chips = (Chip("a layer with a name that fills a whole line", shown=True),) * 2
    legend = QRectF(300, 60, 90, 80)
    free = paint_chips_beside(painter, parts, chips)
    kept_off = paint_chips_beside(painter, parts, chips, (legend,))
    painter.end()
    assert any(box.intersects(legend) for box in free)
    assert not any(box.intersects(legend) for box in kept_off)


@pytest.mark.parametrize("width", [40, 60, 90])
@pytest.mark.parametrize(
    "origins", [(SliceOrigin.INTERPOLATED,), (SliceOrigin.ACQUIRED, SliceOrigin.SYNTHESISED)]
)
def test_a_badge_shows_its_swatches_in_every_width(
    qtbot: QtBot, width: int, origins: tuple[SliceOrigin, ...]
) -> None:
    image = QImage(width, 60, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    badge = Badge(origins, "INTERPOLATED IN TIME A13", short="I · A13")
    plate, _ = paint_badge(painter, QRectF(0, 0, width, 60), badge, TextCache(), 6.0)
    painter.end()
    assert plate.left() >= 0
    assert plate.right() <= width or plate.left() + 4 + SWATCH * len(origins) <= width
    assert width < 90 or plate.right() <= width


@pytest.mark.parametrize("mode", [CompareMode.FLICKER, CompareMode.SWIPE, CompareMode.DIFFERENCE])
def test_chips_and_labels_of_measurements_do_not_hide_each_other(
    compared: Compared, monkeypatch: pytest.MonkeyPatch, mode: CompareMode
) -> None:
    chips: list[QRectF] = []
    draw = QPainter.drawRoundedRect

    def listen(painter: QPainter, box: QRectF, *radii: float) -> None:
        chips.append(QRectF(box))
        draw(painter, box, *radii)

    monkeypatch.setattr(QPainter, "drawRoundedRect", listen)
    compared.comparing.show(mode)
    compared.comparing.stop_flicker()
    compared.comparing.set_swipe(0.9)
    boxes = label_boxes(compared, monkeypatch, (120.0, 160.0), (3.0, 83.0))
    assert chips
    assert not any(box.intersects(chip) for box in boxes for chip in chips)


@pytest.mark.parametrize("size", [TextSize.NORMAL, TextSize.LARGEST])
@pytest.mark.parametrize(
    ("mode", "ready"),
    [
        (CompareMode.DIFFERENCE, True),
        (CompareMode.DIFFERENCE, False),
        (CompareMode.FLICKER, False),
        (CompareMode.SWIPE, False),
    ],
)
def test_no_chip_hides_a_message(
    compared: Compared, monkeypatch: pytest.MonkeyPatch, mode: CompareMode, ready: bool, size: TextSize
) -> None:
    chips: list[QRectF] = []
    plates: list[QRectF] = []
    draw, tell = QPainter.drawRoundedRect, annotations.AnnotationPainter.paint_message

    def listen(painter: QPainter, box: QRectF, *radii: float) -> None:
        chips.append(QRectF(box))
        draw(painter, box, *radii)

    def keep(notes: annotations.AnnotationPainter, painter: QPainter, *what: object) -> QRectF:
        plates.append(tell(notes, painter, *what))  # type: ignore[arg-type]
        return plates[-1]

    monkeypatch.setattr(QPainter, "drawRoundedRect", listen)
    monkeypatch.setattr(annotations.AnnotationPainter, "paint_message", keep)
    monkeypatch.setattr(theme, "_text_size", size)
    view = SliceView(compared.state, ACQUIRED)
    second = SliceView(compared.state, add_run(compared.state, ready=ready))
    view.compare_with(second, compared.state.compare)
    view.resize(460, 440)
    compared.go(6 if ready else 7)  # acquired, or made
    compared.comparing.show(mode)
    compared.comparing.stop_flicker()
    compared.state.compare.set_shown(1)
    painted(view)
    assert chips
    (plate,) = plates
    assert not any(chip.intersects(QRectF(0, plate.top(), 460, plate.height())) for chip in chips)
    view.deleteLater()


@pytest.mark.parametrize("end", [(240.0, 110.0), (300.0, 120.0), (380.0, 130.0)])
def test_a_label_does_not_hide_what_the_colours_of_a_difference_mean(
    compared: Compared, monkeypatch: pytest.MonkeyPatch, end: tuple[float, float]
) -> None:
    monkeypatch.setattr(compared.view.comparison, "_fill_difference", lambda *_: "")
    compared.comparing.show(CompareMode.DIFFERENCE)
    legend = QRectF(400 - 160 - 12, 98, 168, 44)
    assert not any(box.intersects(legend) for box in label_boxes(compared, monkeypatch, (120.0, 260.0), end))


@pytest.mark.parametrize("mode", CompareMode)
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_research_use_mark_stands_below_every_comparison(
    compared: Compared, mode: CompareMode, share: float
) -> None:
    compared.comparing.show(mode)
    compared.comparing.set_swipe(share)
    for noted in (False, True):
        compared.state.set_annotations_visible(noted)
        assert amber(pixels(painted(compared.view))) > 50
