"""Two layers in one place: who is on the screen, what locks them, and where a difference may be shown."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap, QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.compare_state import CompareMode
from app.controller import Controller
from app.export.description import describe
from app.measure.shapes import Measurement, Shape
from app.panels.compare_bar import CompareBar
from app.panels.layer_box import LayerBox
from app.panels.runs_panel import RunsPanel
from app.panels.status_line import StatusLine
from app.panels.viewport_grid import ViewportGrid
from app.rendering.truth import truth_of
from app.state import StudyState
from app.study import ACQUIRED, Layer, ViewLayout
from app.views import annotations
from app.views.badge import SWATCH, Badge, paint_badge
from app.views.compare_chips import HEIGHT as CHIP_HEIGHT
from app.views.compare_chips import Chip, paint_chips_beside
from app.views.measurement import LINE
from app.views.plane_view import PlaneView
from app.views.slice_ladder import SliceLadder
from app.views.slice_view import SliceView
from app.views.text_cache import TextCache
from calid_core.cine import CineStack
from calid_core.provenance import SliceOrigin
from tests.app.dense_runs import add_run, painted, pixels
from tests.app.test_views_interaction import drag
from tests.app.test_views_slice_view import amber


class Compared:
    """A state with a dense run beside the acquired stack, and a view of both in one place."""

    def __init__(self, state: StudyState, qtbot: QtBot) -> None:
        self.state = state
        self.run = add_run(state)
        self.controller = Controller(state)
        self.comparing = self.controller.comparing
        self.view = SliceView(state, ACQUIRED)
        self.second = SliceView(state, self.run)
        self.view.compare_with(self.second, state.compare)
        self.view.resize(400, 400)
        qtbot.addWidget(self.view)
        self.view.position_requested.connect(self.controller.navigation.go_to_position)
        self.view.swipe_requested.connect(self.comparing.set_swipe)
        state.set_annotations_visible(False)
        state.set_crosshair_visible(False)
        state.set_window((6000.0, 12_000.0))
        self.view.show()
        qtbot.waitExposed(self.view)

    def go(self, dense_slice: int) -> None:
        self.controller.navigation.go_to_slice_of(self.run, dense_slice)

    def middle_grey(self, x: float = 0.5) -> int:
        shown = pixels(painted(self.view))
        return int(shown[260, round(400 * x), 0])


@pytest.fixture
def compared(state: StudyState, qtbot: QtBot):
    made = Compared(state, qtbot)
    yield made
    assert made.controller.shut_down()


def grey(value: float) -> float:
    return 255.0 * value / 12_000.0


def test_flicker_shows_one_layer_then_the_other_at_the_same_place(compared: Compared) -> None:
    compared.go(7)  # synthesised: 10 007; the nearest acquired one is slice 1: 100 + column
    compared.comparing.compare_in_place(ACQUIRED, compared.run)
    compared.state.compare.set_shown(0)
    assert compared.middle_grey() == pytest.approx(grey(110), abs=2)
    compared.state.compare.set_shown(1)
    assert compared.middle_grey() == pytest.approx(grey(10_007), abs=2)
    first, second = compared.view.transform, compared.second.transform
    assert first is not None
    assert first == second


def test_flicker_has_no_blank_frame_between_two_layers(compared: Compared, qtbot: QtBot) -> None:
    seen: list[QImage] = []
    compared.go(7)
    compared.comparing.show(CompareMode.FLICKER)
    compared.comparing.set_rate(5.0)
    for _ in range(6):
        with qtbot.waitSignal(compared.state.compare.shown_changed, timeout=2000):
            pass
        seen.append(painted(compared.view))
    levels = {int(pixels(image)[260, 200, 0]) for image in seen}
    assert len(levels) == 2
    assert min(levels) > 0


def test_flicker_never_exceeds_five_changes_per_second_or_three_with_reduced_motion(
    compared: Compared,
) -> None:
    compared.comparing.show(CompareMode.FLICKER)
    compared.comparing.set_rate(100.0)
    assert compared.comparing._timer.interval() >= 200
    compared.state.compare.set_reduced_motion(True)
    assert compared.comparing._timer.interval() >= 333
    for asked, rate in ((100.0, 5.0), (3.0, 3.0), (0.0, 0.5)):
        compared.comparing.set_rate(asked)
        assert compared.state.compare.rate == rate


def test_swipe_shows_the_first_layer_left_and_the_second_right_of_the_divider(compared: Compared) -> None:
    compared.go(7)
    compared.comparing.show(CompareMode.SWIPE)
    compared.comparing.set_swipe(0.6)
    assert compared.middle_grey(0.5) == pytest.approx(grey(110), abs=2)
    assert compared.middle_grey(0.7) == pytest.approx(grey(10_007), abs=2)


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
    made = Measurement(
        1, Shape.DISTANCE, points, view.layer, picture.name, SliceOrigin.ACQUIRED, picture.plane, sample, 0
    )
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


def test_a_difference_says_which_slice_stands_in_for_one_that_is_not_ready(
    compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        annotations.AnnotationPainter,
        "paint_message",
        lambda _self, _painter, area, message: said.append(message) or QRectF(area),
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


@pytest.mark.parametrize("end", [(240.0, 110.0), (300.0, 120.0), (380.0, 130.0)])
def test_a_label_does_not_hide_what_the_colours_of_a_difference_mean(
    compared: Compared, monkeypatch: pytest.MonkeyPatch, end: tuple[float, float]
) -> None:
    monkeypatch.setattr(compared.view.comparison, "_fill_difference", lambda *_: "")
    compared.comparing.show(CompareMode.DIFFERENCE)
    legend = QRectF(400 - 160 - 12, 98, 168, 44)
    assert not any(box.intersects(legend) for box in label_boxes(compared, monkeypatch, (120.0, 260.0), end))


def test_the_divider_can_be_dragged(compared: Compared) -> None:
    compared.comparing.show(CompareMode.SWIPE)
    QTest.mousePress(compared.view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(compared.view, QPoint(100, 200))
    QTest.mouseRelease(compared.view, Qt.MouseButton.LeftButton, pos=QPoint(100, 200))
    assert compared.state.compare.swipe == pytest.approx(0.25, abs=0.01)
    assert compared.state.window == (6000.0, 12_000.0)
    drag(compared.view, (100, 200), (-60, 200))
    assert compared.state.compare.swipe == 0.0  # never out of reach


def test_the_wheel_steps_by_slices_of_the_finer_layer(compared: Compared) -> None:
    compared.go(7)
    place = QPointF(200, 200)
    event = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    assert compared.state.layer == ACQUIRED
    compared.view.wheelEvent(event)
    assert compared.state.slice_index(compared.run) == 8


def test_arrow_keys_in_a_comparison_step_by_slices_of_the_finest_layer(compared: Compared) -> None:
    compared.comparing.compare((ACQUIRED, compared.run))
    compared.comparing.show(CompareMode.FLICKER)
    compared.go(7)
    compared.controller.navigation.step_slice(-1)
    assert compared.state.slice_index(compared.run) == 6


@pytest.mark.parametrize("main_is_acquired", [True, False])
def test_keys_for_acquired_slices_pass_none_in_a_comparison(
    compared: Compared, main_is_acquired: bool
) -> None:
    compared.comparing.compare((ACQUIRED, compared.run))
    compared.comparing.show(CompareMode.SWIPE)
    compared.state.set_layer(ACQUIRED if main_is_acquired else compared.run)
    navigation, state = compared.controller.navigation, compared.state
    compared.go(3)  # 6 mm, nearest to the acquired slice at 10 mm, which lies ahead
    navigation.step_acquired(1)
    assert state.slice_index(compared.run) == 5
    compared.go(7)
    navigation.step_acquired(-1)
    assert state.slice_index(compared.run) == 5
    compared.go(7)
    navigation.hold_acquired()
    assert state.slice_index(compared.run) == 5
    navigation.release_acquired()
    assert state.slice_index(compared.run) == 7
    navigation.go_to_last()
    assert state.slice_index(compared.run) == 15


@pytest.mark.parametrize("dense_slice", range(16))
def test_there_is_a_truth_exactly_where_a_slice_was_acquired(compared: Compared, dense_slice: int) -> None:
    volume, acquired = compared.state.volume(compared.run), compared.state.volume(ACQUIRED)
    assert volume is not None
    assert acquired is not None
    truth = truth_of(compared.run, volume, acquired, 2, dense_slice)
    if dense_slice % 5:
        assert truth is None
    else:
        assert truth is not None
        assert np.array_equal(truth, acquired.intensity[2, dense_slice // 5])
    assert truth_of(ACQUIRED, acquired, acquired, 2, 0) is None


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


def test_the_difference_is_dark_where_pixels_are_equal(compared: Compared) -> None:
    volume = compared.state.volume(compared.run)
    assert volume is not None
    volume.intensity[:, 5, 0, 0] += 1
    compared.comparing.show(CompareMode.DIFFERENCE)
    compared.go(5)
    assert pixels(painted(compared.view))[230, 200].max() <= 30


@pytest.mark.parametrize(("dense_slice", "value"), [(5, 110), (7, 10_007)])
def test_slices_without_a_difference_are_shown_as_they_are(
    compared: Compared, dense_slice: int, value: int
) -> None:
    """One passed through unchanged, the other lies where nothing was acquired."""
    compared.comparing.show(CompareMode.DIFFERENCE)
    compared.go(dense_slice)
    shown = pixels(painted(compared.view))[230, 200]
    assert len(set(shown)) == 1
    assert shown[0] == pytest.approx(grey(value), abs=2)


def test_the_difference_is_orange_where_too_bright_and_blue_where_too_dark(
    compared: Compared, stack: CineStack
) -> None:
    volume = compared.state.volume(compared.run)
    assert volume is not None
    volume.intensity[:, 0, 0, 0] += 1
    for change in (2000, -2000):
        changed = np.array(stack.intensity[:, 1]) + np.int16(change)
        volume.intensity[:, 5] = changed
        compared.comparing.show(CompareMode.DIFFERENCE)
        compared.go(0)
        painted(compared.view)
        compared.go(5)
        red, _, blue = pixels(painted(compared.view))[230, 200]
        assert (red > blue + 60) if change > 0 else (blue > red + 60)


def test_v_walks_through_every_mode_and_out_again(compared: Compared) -> None:
    seen = []
    for _ in range(5):
        compared.comparing.next_mode()
        seen.append(compared.state.compare.mode if compared.state.layout is ViewLayout.COMPARE else None)
    assert seen == [*CompareMode, None]


def test_f_starts_flicker_in_place_and_stops_it_on_the_layer_shown(compared: Compared) -> None:
    compared.comparing.toggle_flicker()
    assert compared.state.layout is ViewLayout.COMPARE
    assert compared.state.compare.flickering
    compared.comparing.toggle_flicker()
    assert not compared.state.compare.flickering
    assert not compared.comparing._timer.isActive()


def test_a_stopped_flicker_and_the_main_layer_are_the_same(compared: Compared) -> None:
    state = compared.state
    compared.comparing.compare_in_place(ACQUIRED, compared.run)
    for shown, layer in ((0, ACQUIRED), (1, compared.run)):
        state.compare.set_shown(shown)
        compared.comparing.toggle_flicker()
        assert state.layer == layer  # what verdicts are about
        compared.comparing.toggle_flicker()
    compared.comparing.toggle_flicker()
    compared.controller.display.show_layer(ACQUIRED)
    assert state.compare.shown == 0


def test_main_views_keep_their_layer_while_a_comparison_flickers(compared: Compared, qtbot: QtBot) -> None:
    layers = []
    compared.state.layer_changed.connect(lambda: layers.append(compared.state.layer))
    compared.comparing.toggle_flicker()
    compared.comparing.set_rate(5.0)
    with qtbot.waitSignal(compared.state.compare.shown_changed, timeout=2000):
        pass
    assert layers == []


def test_a_screenshot_is_described_by_the_layers_on_the_screen(state: StudyState) -> None:
    acquired, run = (
        "Acquired · slice 2/4 (acquired)",
        "CaLID 2.0 mm, realism, seed 0 · slice 8/16 (synthesised)",
    )
    controller = Controller(state)
    layer = add_run(state)
    controller.navigation.go_to_slice_of(layer, 7)
    assert describe(state) == f"{acquired} · phase 1/5"
    state.set_compare_layers((ACQUIRED, layer))
    assert describe(state) == f"{acquired} · phase 1/5"
    for mode, shown, expected in (
        (CompareMode.FLICKER, 0, acquired),
        (CompareMode.FLICKER, 1, run),
        (CompareMode.SWIPE, 0, f"{acquired} | {run}"),
        (CompareMode.SIDE_BY_SIDE, 0, f"{acquired} | {run}"),
        (CompareMode.DIFFERENCE, 0, f"difference from the acquired slices, of {run}"),
    ):
        controller.comparing.show(mode)
        state.compare.set_shown(shown)
        assert describe(state) == f"{expected} · phase 1/5"
    assert controller.shut_down()


def test_the_status_line_tells_the_slices_on_the_screen(compared: Compared, qtbot: QtBot) -> None:
    line = StatusLine(compared.state)
    qtbot.addWidget(line)
    compared.go(7)
    acquired, made = "A2 · acquired", "S8 · 4.0 mm from A2 · 6.0 mm from A3"
    assert line._slice.text() == acquired
    compared.comparing.compare_in_place(ACQUIRED, compared.run)
    assert line._slice.text() == made
    compared.state.compare.set_shown(0)
    assert line._slice.text() == acquired
    for mode, expected in (
        (CompareMode.SWIPE, f"{acquired}  |  {made}"),
        (CompareMode.SIDE_BY_SIDE, f"{acquired}  |  {made}"),
        (CompareMode.DIFFERENCE, made),
    ):
        compared.comparing.show(mode)
        assert line._slice.text() == expected
    compared.comparing.leave()
    assert line._slice.text() == acquired


def test_the_grid_pairs_views_in_place_and_beside(state: StudyState, qtbot: QtBot) -> None:
    run = add_run(state)
    controller = Controller(state)
    grid = ViewportGrid(state)
    qtbot.addWidget(grid)
    controller.comparing.compare_in_place(ACQUIRED, run)
    views = [view for view in grid.plane_views[3:] if isinstance(view, PlaneView)]
    assert all(view.comparison is not None for view in views)
    assert len(views) == 2
    controller.comparing.show(CompareMode.SIDE_BY_SIDE)
    views = list(grid.plane_views[3:])
    assert [view.layer for view in views] == [ACQUIRED, run]
    assert all(view.comparison is None for view in views)
    assert controller.shut_down()


def test_no_column_stays_empty_after_a_comparison_of_many(state: StudyState, qtbot: QtBot) -> None:
    layers = (ACQUIRED, *(add_run(state) for _ in range(3)))
    controller, grid = Controller(state), ViewportGrid(state)
    qtbot.addWidget(grid)
    grid.resize(1200, 400)
    grid.show()
    state.set_compare_layers(layers)
    controller.comparing.show(CompareMode.SIDE_BY_SIDE)
    qtbot.waitUntil(lambda: grid.plane_views[-1].width() > 160)
    state.set_layout(ViewLayout.SINGLE)
    qtbot.waitUntil(lambda: grid.short_axis.width() + grid.ladder.width() > 1190)
    assert controller.shut_down()


@pytest.mark.parametrize(
    ("count", "width", "columns"),
    [(2, 470, 2), (3, 812, 3), (3, 470, 2), (4, 1000, 4), (4, 812, 2), (4, 470, 2)],
)
def test_layers_side_by_side_take_a_second_row_where_they_need_more_than_the_width(
    state: StudyState, qtbot: QtBot, count: int, width: int, columns: int
) -> None:
    layers = (ACQUIRED, *(add_run(state) for _ in range(count - 1)))
    controller, grid = Controller(state), ViewportGrid(state)
    qtbot.addWidget(grid)
    grid.resize(1400, 500)
    grid.show()
    state.set_compare_layers(layers)
    controller.comparing.show(CompareMode.SIDE_BY_SIDE)
    qtbot.waitExposed(grid)
    assert grid.minimumSizeHint().width() <= 470
    grid.resize(width, 500)
    views = grid.plane_views[3:]
    qtbot.waitUntil(lambda: len({view.mapTo(grid, QPoint()).x() for view in views}) == columns)
    assert grid.width() == width
    assert max(view.width() for view in views) - min(view.width() for view in views) <= 1  # what is left over
    grid.resize(1400, 500)
    qtbot.waitUntil(lambda: len({view.mapTo(grid, QPoint()).x() for view in views}) == count)
    assert controller.shut_down()


def test_the_ladder_tells_the_origin_of_the_layer_that_stays_on_the_screen(
    state: StudyState, qtbot: QtBot
) -> None:
    first, second = add_run(state), add_run(state)
    controller = Controller(state)
    grid = ViewportGrid(state)
    qtbot.addWidget(grid)
    controller.comparing.compare_in_place(first, second)
    ladder = next(found for found in grid.findChildren(SliceLadder) if found.layer is not None)
    for flickering, shown, expected in (
        (False, 0, first),
        (False, 1, second),
        (True, 1, second),
        (True, 0, first),
        (False, 1, second),
    ):
        state.compare.set_flickering(flickering)
        state.compare.set_shown(shown)
        assert ladder.layer == expected
    controller.comparing.show(CompareMode.DIFFERENCE)
    ladder = next(found for found in grid.findChildren(SliceLadder) if found.layer is not None)
    assert ladder.layer == second  # what is held against the truth
    assert controller.shut_down()


def test_another_series_is_not_compared(state: StudyState) -> None:
    run = add_run(state)
    controller = Controller(state)
    controller.comparing.compare_in_place(ACQUIRED, run)
    assert state.layout is ViewLayout.COMPARE
    (study,) = state.studies
    assert study.stack is not None
    other = replace(study, id=study.id + 1, stack=replace(study.stack))
    state.set_studies((study, other), other.id)
    assert state.layout is not ViewLayout.COMPARE
    assert controller.shut_down()


def test_a_maximised_picture_says_that_verdicts_are_about_another_one(
    state: StudyState, qtbot: QtBot
) -> None:
    add_run(state)
    controller, grid = Controller(state), ViewportGrid(state)
    qtbot.addWidget(grid)
    grid.show()
    state.set_compare_layers((ACQUIRED, Layer(1)))
    controller.comparing.show(CompareMode.SIDE_BY_SIDE)

    def lines(number: int) -> tuple[str, ...]:
        view = grid._compared[number].view
        return view.annotations(view.picture, view.volume).subtitle

    assert [lines(number)[-1] for number in (0, 1)] == ["Acquired", "Judged: dense"]
    grid._maximised = grid._compared[0]
    grid._arrange()
    assert lines(0)[-2:] == ("Acquired", "Verdicts go to dense")
    grid._maximised = grid._compared[1]
    grid._arrange()
    assert [lines(number)[-1] for number in (0, 1)] == ["Acquired", "Judged: dense"]
    assert controller.shut_down()


def test_the_bar_offers_every_layer_and_refuses_to_compare_one_with_itself(
    state: StudyState, qtbot: QtBot
) -> None:
    add_run(state)
    bar = CompareBar(state)
    qtbot.addWidget(bar)
    chosen: list[tuple[Layer, Layer]] = []
    bar.layers_requested.connect(chosen.append)
    state.set_compare_layers((ACQUIRED, Layer(1)))
    assert [bar._first.itemText(i) for i in range(bar._first.count())] == ["Acquired", "dense"]
    bar._first.setCurrentIndex(1)
    bar._first.activated.emit(1)
    assert chosen == []
    bar._second.setCurrentIndex(0)
    bar._first.setCurrentIndex(1)
    bar._second.activated.emit(0)
    assert chosen == [(Layer(1), ACQUIRED)]


def test_the_difference_changes_its_layers_over_only_where_another_one_is_judged_then(
    state: StudyState, qtbot: QtBot
) -> None:
    first, second = add_run(state), add_run(state)
    bar = CompareBar(state)
    qtbot.addWidget(bar)
    chosen: list[tuple[Layer, Layer]] = []
    bar.layers_requested.connect(chosen.append)
    state.compare.set_mode(CompareMode.DIFFERENCE)
    state.set_compare_layers((ACQUIRED, first))
    bar._second.setCurrentIndex(0)
    bar._second.activated.emit(0)
    assert chosen == []
    assert bar._second.currentData() == first
    state.set_compare_layers((first, second))
    bar._second.setCurrentIndex(1)
    bar._second.activated.emit(1)
    assert chosen == [(second, first)]


def test_the_last_three_ticked_rows_are_compared(state: StudyState, qtbot: QtBot) -> None:
    runs = [add_run(state) for _ in range(3)]
    panel = RunsPanel(state)
    qtbot.addWidget(panel)
    panel.compare_requested.connect(state.set_compare_layers)
    for row in range(4):
        panel._list.item(row).setCheckState(Qt.CheckState.Checked)
    assert state.compare_layers == tuple(runs)
    ticked = [panel._list.item(row).checkState() is Qt.CheckState.Checked for row in range(4)]
    assert ticked == [False, True, True, True]


def test_runs_that_differ_in_their_seed_alone_are_told_apart_where_there_is_little_room(qtbot: QtBot) -> None:
    names = [f"CaLID 5.0 mm, realism, seed {seed}" for seed in (0, 7)]
    box = LayerBox("First of the two")
    qtbot.addWidget(box)
    box.resize(130, 26)
    shown = []
    for current, name in enumerate(names):
        box.fill([(Layer(n), text) for n, text in enumerate(names)], current)
        shown.append(box.shown_text)
        assert box.shown_text != name  # there is no room for it
        assert box.shown_text.startswith("CaLID")
        assert box.shown_text.endswith(f"seed {(0, 7)[current]}")
        assert box.toolTip() == f"First of the two: {name}"
    box.show()
    box.showPopup()
    assert box.view().viewport().width() >= box.view().sizeHintForColumn(0)
    box.hidePopup()
