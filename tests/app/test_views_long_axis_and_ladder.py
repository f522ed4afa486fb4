"""Long-axis view, ladder, transport bar and series list tell the truth about slices and phases."""

from dataclasses import replace
from functools import reduce
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QListWidgetItem
from pytestqt.qtbot import QtBot

from app import appearance
from app.choices import LoopMode, PlayMode
from app.controllers.navigation import Navigation
from app.layers import ACQUIRED, Layer
from app.open_series import OpenSeries
from app.palette import MUTED_TEXT, ORIGIN_COLOURS, ORIGIN_PATTERNS, PANEL, TEXT, VIEWPORT, WARNING
from app.rendering.frames import frame_origins
from app.rendering.thumbnails import occupied_frames
from app.state.viewer_state import ViewerState
from app.theme import TextSize, Theme
from app.views.origin_marks import SMALLEST_LETTER_BOX, key_boxes, origin_stretches
from app.views.origin_strip import STRIP_WIDTH, OriginStrip, rows_of_slice
from app.views.reformat_view import ReformatView
from app.views.series_item import HEADING_ROLE
from app.views.series_list import SeriesList
from app.views.slice_ladder import END_ROOM, KEY_ROOM, SliceLadder
from app.views.transport_bar import TransportBar
from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry
from calid_core.provenance import SliceOrigin
from tests.app.conftest import make_stack
from tests.app.dense_runs import add_run, painted, pixels
from tests.app.test_views_interaction import drag, wheel

A, S = SliceOrigin.ACQUIRED, SliceOrigin.SYNTHESISED


@pytest.fixture
def ladder(qtbot: QtBot, state: ViewerState) -> SliceLadder:
    made = SliceLadder(state)
    qtbot.addWidget(made)
    made.resize(made.width(), 400)
    return made


def test_a_long_axis_badge_counts_what_was_acquired_and_what_was_not(
    qtbot: QtBot, state: ViewerState
) -> None:
    view = ReformatView(state)
    qtbot.addWidget(view)
    assert view.picture is not None
    assert view.picture.badge.text == "4 ACQUIRED"
    state.set_layer(add_run(state))
    assert view.picture.badge.origins == (A, S)
    assert view.picture.badge.text == "4 A + 12 S"


def test_every_row_of_a_long_axis_view_is_a_row_of_the_slice_it_is_marked_as(
    qtbot: QtBot, state: ViewerState
) -> None:
    state.set_layer(add_run(state))
    state.set_phase(3)
    view = ReformatView(state, 1)
    qtbot.addWidget(view)
    volume, picture = view.volume, view.picture
    assert volume is not None
    assert picture is not None
    rows = view._cut.row_slice  # type: ignore[union-attr]
    for row, index in enumerate(rows):
        is_synthesised = (picture.values[row] == 10_000 + 300 + index).all()
        assert is_synthesised == (volume.origin(int(index)) is S)


def test_a_phase_that_is_not_ready_shows_acquired_rows_only(qtbot: QtBot, state: ViewerState) -> None:
    state.set_layer(add_run(state, ready=False))
    view = ReformatView(state)
    qtbot.addWidget(view)
    assert view.picture is not None
    assert "Not ready" in view.picture.message
    assert not (view.picture.values >= 10_000).any()


@pytest.mark.parametrize("spacing", [10.0, 5.0, 2.0, 1.0])
def test_a_click_on_any_rung_goes_to_its_slice(
    ladder: SliceLadder, state: ViewerState, spacing: float
) -> None:
    state.set_layer(add_run(state, spacing=spacing))
    volume = ladder.volume
    assert volume is not None
    asked: list[tuple[Layer, int]] = []
    ladder.slice_requested.connect(lambda *slice_: asked.append(slice_))
    for index in range(volume.slices):
        centre = ladder.rung(volume, index).center()
        QTest.mouseClick(ladder, Qt.MouseButton.LeftButton, pos=QPoint(40, round(centre.y())))
        assert asked[-1] == (state.layer, index)


@pytest.mark.parametrize(("height", "keyed"), [(400, False), (250, True)])
def test_rungs_too_short_for_letters_have_a_key_below_them(
    ladder: SliceLadder, state: ViewerState, height: int, keyed: bool
) -> None:
    state.set_layer(add_run(state, spacing=1.0))
    ladder.resize(ladder.width(), height)
    volume = ladder.volume
    assert volume is not None
    assert (ladder.rung(volume, 0).height() < SMALLEST_LETTER_BOX) is keyed
    key = key_boxes((A, S), QRectF(0, height - KEY_ROOM, ladder.width(), KEY_ROOM - 3))[A]
    corner = pixels(painted(ladder))[round(key.bottom()) - 2, round(key.left()) + 2]
    blue = ORIGIN_COLOURS[A]
    assert (tuple(corner) == (blue.red(), blue.green(), blue.blue())) is keyed
    lowest = max(ladder.rung(volume, index).bottom() for index in range(volume.slices))
    assert lowest <= height - END_ROOM - (KEY_ROOM if keyed else 0)


def test_a_key_shows_every_kind_once_within_a_ladder_and_within_a_strip() -> None:
    for area in (QRectF(0, 100, 79, 15), QRectF(2, 0, 12, 200)):
        boxes = key_boxes((A, S, A, S, S, SliceOrigin.INTERPOLATED), area)
        assert list(boxes) == [A, SliceOrigin.INTERPOLATED, S]
        assert all(area.contains(box) and box.height() >= SMALLEST_LETTER_BOX for box in boxes.values())
        for one, other in combinations(boxes.values(), 2):
            assert not one.intersects(other)


@pytest.mark.parametrize(("shift", "key_at"), [(0.0, "foot"), (-100.0, "head"), (None, "")])
def test_a_strip_whose_rows_are_too_short_for_letters_has_its_key_where_it_hides_none(
    qtbot: QtBot, state: ViewerState, shift: float | None, key_at: str
) -> None:
    state.set_layer(add_run(state, spacing=1.0))
    view = ReformatView(state)
    qtbot.addWidget(view)
    view.resize(100, 240)
    volume, picture, fitted = view.volume, view.picture, view.transform
    assert volume is not None
    assert picture is not None
    assert fitted is not None
    middle = fitted.focus[0], fitted.focus[1] + (shift or 0.0) / fitted.scale
    transform = replace(fitted, zoom=2.0 if shift is None else 1.0, focus=middle)
    rows = [rows_of_slice(volume, picture.plane, transform, i) for i in range(volume.slices)]
    assert rows[0].height() < SMALLEST_LETTER_BOX
    painted_rows = reduce(QRectF.united, rows)
    strip = QImage(round(STRIP_WIDTH), 240, QImage.Format.Format_RGB32)
    painter = QPainter(strip)
    OriginStrip().paint(
        painter, volume, frame_origins(volume, 0), picture.plane, transform, volume.slices // 2
    )
    painter.end()
    marked = {y for y in range(240) if strip.pixelColor(3, y) != PANEL}
    key = {y for y in marked if not painted_rows.top() - 1 <= y <= painted_rows.bottom() + 1}
    assert bool(key) is bool(key_at)
    assert all((y > 180) if key_at == "foot" else (y < 60) for y in key)


def test_a_drag_along_the_ladder_goes_there_and_a_cursor_that_passes_does_not(
    ladder: SliceLadder, state: ViewerState
) -> None:
    asked: list[int] = []
    ladder.slice_requested.connect(lambda _, index: asked.append(index))
    volume = ladder.volume
    assert volume is not None
    top, bottom = (ladder.rung(volume, i).center().toTuple() for i in (0, 3))
    drag(ladder, top, bottom)
    assert asked == [0, 3]
    drag(ladder, top, bottom, Qt.MouseButton.RightButton)
    drag(ladder, top, bottom, Qt.MouseButton.NoButton)
    assert len(asked) == 2


def test_the_wheel_on_a_ladder_of_a_layer_steps_by_its_slices_and_stays_within(
    qtbot: QtBot, state: ViewerState
) -> None:
    state.set_layer(add_run(state))
    ladder, navigation = SliceLadder(state, ACQUIRED), Navigation(state)
    qtbot.addWidget(ladder)
    ladder.slice_step_requested.connect(navigation.step_slice)
    navigation.go_to_slice_of(ACQUIRED, 1)
    touch_pad = (-60, (1, 2, 2, 3)), (60, (3, 2))
    for delta, slices in (*touch_pad, (-120, (3, 3)), (120, (2, 1, 0, 0))):
        for slice_ in slices:
            wheel(ladder, delta)
            assert ladder.volume is not None
            assert state.position == pytest.approx(
                [*state.position[:2], ladder.volume.geometry.slice_position(slice_)[2]]
            )


def test_rungs_lie_where_the_slices_lie(ladder: SliceLadder, state: ViewerState) -> None:
    stack = make_stack(slices=3)
    uneven = Geometry(stack.geometry.affine, stack.geometry.shape, slice_offsets=np.array([0.0, 10.0, 40.0]))
    state.set_all_series(
        (OpenSeries(5, "uneven", stack=CineStack(stack.intensity, uneven, stack.phase_times, stack.source)),),
        5,
    )
    volume = ladder.volume
    assert volume is not None
    y = [ladder.rung(volume, i).center().y() for i in range(3)]
    assert y[0] < y[1] < y[2]
    assert (y[1] - y[0]) * 3 == pytest.approx(y[2] - y[1])


def test_slices_that_count_towards_the_base_have_the_last_one_on_top(
    ladder: SliceLadder, state: ViewerState
) -> None:
    stack = make_stack(slices=3)
    affine = stack.geometry.affine.copy()
    affine[2, 0] = 10.0
    upwards = replace(stack, geometry=Geometry(affine, stack.geometry.shape, known=True))
    state.set_all_series((OpenSeries(5, "upwards", stack=upwards),), 5)
    volume = ladder.volume
    assert volume is not None
    y = [ladder.rung(volume, i).center().y() for i in range(3)]
    assert y[0] > y[1] > y[2]
    # Keys go down the ladder, too.
    navigation = Navigation(state)
    navigation.go_to_first()
    assert state.slice_index() == 2
    navigation.step_slice(1)
    assert state.slice_index() == 1
    navigation.step_acquired(1)
    assert state.slice_index() == 0
    navigation.step_acquired(-1)
    assert state.slice_index() == 1
    navigation.go_to_last()
    assert state.slice_index() == 0


def test_a_tooltip_tells_where_a_slice_comes_from(ladder: SliceLadder, state: ViewerState) -> None:
    state.set_layer(add_run(state))
    assert ladder.tip(5) == "Acquired slice A2"
    assert ladder.tip(7) == "Synthesised slice S8 · 4.0 mm from A2 · 6.0 mm from A3"


def test_acquired_slices_are_marked_one_by_one_and_others_with_their_like() -> None:
    assert origin_stretches([A, S, S, A, A, S]) == [(0, 0), (1, 2), (3, 3), (4, 4), (5, 5)]
    assert origin_stretches([]) == []


def test_kinds_of_slices_differ_in_pattern_and_letter_not_only_in_colour() -> None:
    assert len({origin.value for origin in SliceOrigin}) == 3
    assert len(set(ORIGIN_PATTERNS.values())) == 3


def luminance(colour: object) -> float:
    channels = np.array([colour.redF(), colour.greenF(), colour.blueF()])  # type: ignore[attr-defined]
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("ground", [VIEWPORT, PANEL])
def test_text_and_marks_have_a_contrast_of_at_least_4_5(ground: object) -> None:
    for colour in (TEXT, MUTED_TEXT, WARNING, *ORIGIN_COLOURS.values()):
        assert (luminance(colour) + 0.05) / (luminance(ground) + 0.05) >= 4.5


def test_acquired_rungs_are_solid_and_synthesised_ones_hatched(
    ladder: SliceLadder, state: ViewerState
) -> None:
    state.set_layer(add_run(state, spacing=5.0))
    state.set_position(np.array([10.0, 12.0, 0.0]))
    volume = ladder.volume
    assert volume is not None
    image = pixels(painted(ladder))

    def filled(index: int) -> float:
        """Share of the rung in its colour, left of the letter."""
        box = ladder.rung(volume, index).toRect().adjusted(1, 2, -10, -2)
        part = image[box.top() : box.bottom(), box.left() : box.left() + 2]
        return float((part.max(axis=2) > 120).mean())

    assert filled(2) == 1.0
    assert 0.05 < filled(3) < 0.8


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(5, 90), min_size=1, max_size=40), st.integers(300, 900))
def test_the_ruler_finds_every_phase_where_it_draws_it(qapp: object, steps: list[float], width: int) -> None:
    times = np.cumsum(steps)
    stack = make_stack(phases=len(steps))
    state = ViewerState()
    cine = CineStack(stack.intensity, stack.geometry, times, stack.source)
    state.set_all_series((OpenSeries(1, "uneven times", stack=cine),), 1)
    bar = TransportBar(state)
    bar.ruler.resize(width, bar.ruler.height())
    places = [bar.ruler.place_of(phase) for phase in range(len(steps))]
    assert [bar.ruler.phase_at(x) for x in places] == list(range(len(steps)))
    bar.deleteLater()


def test_keys_wheel_and_drag_on_the_ruler_ask_for_the_phase_they_mean(
    qtbot: QtBot, state: ViewerState
) -> None:
    bar = TransportBar(state)
    qtbot.addWidget(bar)
    ruler = bar.ruler
    ruler.resize(500, ruler.height())
    steps: list[int] = []
    phases: list[int] = []
    bar.phase_step_requested.connect(steps.append)
    bar.phase_requested.connect(phases.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
        QTest.keyClick(ruler, key)
    for delta in (120, -120, *[-15] * 8):
        wheel(ruler, delta)
    assert steps == [-1, 1, -1, 1, 1]
    start, end = ((ruler.place_of(phase), 10.0) for phase in (1, 4))
    drag(ruler, start, end)
    drag(ruler, start, end, Qt.MouseButton.NoButton)
    assert phases == [1, 4]


def shown_rate(bar: TransportBar) -> str:
    return next(label.text() for label in bar.findChildren(QLabel) if "fps" in label.text())


def test_a_rate_that_is_more_than_5_percent_off_is_marked_by_a_sign(qtbot: QtBot, state: ViewerState) -> None:
    bar = TransportBar(state)
    qtbot.addWidget(bar)
    state.set_fps_wanted(30.0)
    state.set_playing(True)
    state.set_fps_actual(28.6)
    assert shown_rate(bar) == "28.6 fps shown"
    state.set_fps_actual(28.4)
    assert shown_rate(bar) == "▲ 28.4 fps shown"


def test_the_numbers_beside_the_ruler_are_whole_in_letters_of_every_size(
    qtbot: QtBot, qapp: QApplication, state: ViewerState
) -> None:
    plain = make_stack(phases=25)
    stack = CineStack(plain.intensity, plain.geometry, np.arange(25) * 111.0, plain.source)
    state.set_all_series((OpenSeries(1, "slow", stack=stack),), 1)
    bar = TransportBar(state)
    qtbot.addWidget(bar)
    bar.resize(1300, 60)
    bar.show()
    state.set_playing(True)
    widths = []
    for size in (*TextSize, TextSize.NORMAL):
        appearance.apply(qapp, Theme.DARK, size)
        QApplication.processEvents()
        for phase, rate in ((0, 9.9), (24, 188.8)):
            state.set_phase(phase)
            state.set_fps_actual(rate)
            QApplication.processEvents()
            widths.append(bar.ruler.width())
            for text in (bar._phase, bar._actual):
                needed = text.fontMetrics().horizontalAdvance(text.text())
                assert text.contentsRect().width() >= needed > 0, text.text()
    assert widths[::2] == widths[1::2]  # the ruler keeps still while the numbers change


def test_the_choices_follow_the_state_and_ask_for_enums(qtbot: QtBot, state: ViewerState) -> None:
    bar = TransportBar(state)
    qtbot.addWidget(bar)
    loop, mode = bar.findChildren(QComboBox)
    state.set_loop_mode(LoopMode.PING_PONG)
    assert loop.currentText() == "Ping-pong"
    asked: list[object] = []
    bar.loop_mode_requested.connect(asked.append)
    bar.play_mode_requested.connect(asked.append)
    loop.activated.emit(loop.currentIndex())
    state.set_play_mode(PlayMode.EVERY_FRAME)
    mode.activated.emit(mode.currentIndex())
    assert asked == [LoopMode.PING_PONG, PlayMode.EVERY_FRAME]


def test_following_the_state_asks_for_nothing(qtbot: QtBot, state: ViewerState) -> None:
    bar = TransportBar(state)
    qtbot.addWidget(bar)
    asked: list[float] = []
    bar.rate_requested.connect(asked.append)
    state.set_fps_wanted(31.25)
    assert asked == []


def test_a_series_is_chosen_by_click_and_taken_off_by_delete(
    qtbot: QtBot, state: ViewerState, stack: CineStack
) -> None:
    series = SeriesList(state)
    qtbot.addWidget(series)
    first = state.all_series[0]
    state.set_all_series((first, OpenSeries(7, "second", group="b", error="too short")), 1)
    chosen: list[int] = []
    closed: list[int] = []
    series.series_requested.connect(chosen.append)
    series.close_requested.connect(closed.append)
    item = series.item(1)
    series.itemClicked.emit(item)
    series.setCurrentRow(1)
    QTest.keyClick(series, Qt.Key.Key_Delete)
    assert (chosen, closed) == ([7], [7])
    assert item.data(HEADING_ROLE) == "b"
    painted(series)


def test_the_list_keeps_up_with_the_state(qtbot: QtBot, state: ViewerState) -> None:
    series = SeriesList(state)
    qtbot.addWidget(series)
    first = state.all_series[0]
    state.set_all_series((first, OpenSeries(2, "second"), OpenSeries(3, "third")), 3)
    assert series.count() == 3
    assert series.currentRow() == 2
    state.set_all_series((OpenSeries(2, "second"),), None)
    assert series.count() == 1
    assert series.currentRow() == -1


def test_the_cine_runs_only_under_the_cursor(qtbot: QtBot, state: ViewerState) -> None:
    series = SeriesList(state)
    qtbot.addWidget(series)
    series.show()
    item: QListWidgetItem = series.item(0)
    QTest.mouseMove(series.viewport(), series.visualItemRect(item).center())
    qtbot.waitUntil(lambda: series._item.moving is not None and series._item.moving[1] > 1, timeout=2000)
    series.leaveEvent(QEvent(QEvent.Type.Leave))
    assert series._item.moving is None


def test_a_constant_frame_counts_as_empty() -> None:
    stack = make_stack(phases=3, slices=2)
    intensity = stack.intensity.copy()
    intensity[1, 0] = 5
    occupied = occupied_frames(
        CineStack(intensity, stack.geometry, stack.phase_times, Source("x", "phantom"))
    )
    assert occupied.tolist() == [[True, False, True], [True, True, True]]


def test_the_ladder_of_the_acquired_stack_has_acquired_rungs_only(qtbot: QtBot, state: ViewerState) -> None:
    state.set_layer(add_run(state))
    ladder = SliceLadder(state, ACQUIRED)
    qtbot.addWidget(ladder)
    assert ladder.volume is not None
    assert {p.origin for p in ladder.volume.provenance} == {A}
