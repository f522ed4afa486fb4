"""Two layers in one place: which is on the screen, what locks them, and where a difference may be shown."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.choices import ViewLayout
from app.layers import ACQUIRED
from app.rendering.truth import truth_of
from app.state.compare_state import CompareMode
from calid_core.cine import CineStack
from tests.app.compared import Compared
from tests.app.dense_runs import painted, pixels
from tests.app.test_views_interaction import drag


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
