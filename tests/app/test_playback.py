from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.choices import LoopMode, PlayMode
from app.controllers.playback import Playback, phase_after
from app.open_series import OpenSeries
from app.state.viewer_state import ViewerState
from app.views.slice_view import SliceView
from app.views.transport_bar import TransportBar
from calid_core.cine import CineStack, natural_rate
from tests.app.conftest import make_stack


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def playback(state: ViewerState, clock: Clock) -> Playback:
    state.set_fps_wanted(10.0)
    return Playback(state, clock=clock)


def test_the_natural_rate_is_phases_per_heart_cycle(stack: CineStack) -> None:
    assert natural_rate(stack.phases, stack.cycle) == pytest.approx(1000 / 40)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (LoopMode.LOOP, [0, 1, 2, 3, 0, 1, 2, 3, 0]),
        (LoopMode.PING_PONG, [0, 1, 2, 3, 2, 1, 0, 1, 2]),
        (LoopMode.ONCE, [0, 1, 2, 3, 3, 3, 3, 3, 3]),
    ],
)
def test_every_loop_mode_visits_its_phases(mode: LoopMode, expected: list[int]) -> None:
    assert [phase_after(steps, 0, 4, mode) for steps in range(9)] == expected


def test_real_time_skips_what_it_is_late_for(state: ViewerState, playback: Playback, clock: Clock) -> None:
    playback.play()
    clock.now += 0.31
    playback.tick()
    assert state.phase == 3


def test_every_frame_skips_nothing_however_late(state: ViewerState, playback: Playback, clock: Clock) -> None:
    state.set_play_mode(PlayMode.EVERY_FRAME)
    playback.play()
    seen = []
    for _ in range(6):
        clock.now += 0.35
        playback.tick()
        seen.append(state.phase)
    assert seen == [1, 2, 3, 4, 0, 1]


def test_the_actual_rate_counts_phases_painted_once_however_many_views_there_are(
    state: ViewerState, playback: Playback, clock: Clock
) -> None:
    playback.play()
    for _ in range(40):
        clock.now += 0.2
        playback.tick()
        for _ in range(4):
            playback.count_painted(state.phase)
    assert state.fps_actual == pytest.approx(5.0, abs=0.2)


def test_phases_that_no_view_paints_do_not_count(
    state: ViewerState, playback: Playback, clock: Clock
) -> None:
    playback.play()
    for step in range(80):
        clock.now += 0.1
        playback.tick()
        if step % 2:
            playback.count_painted(state.phase)
    assert state.fps_actual == pytest.approx(5.0, abs=0.3)
    for _ in range(12):
        clock.now += 0.1
        playback.tick()
    assert state.fps_actual == 0.0


@pytest.mark.parametrize("fps", [0.5, 1.0, 1.5, 25.0])
def test_the_actual_rate_of_a_cine_is_known_however_slow_it_is(
    state: ViewerState, playback: Playback, clock: Clock, fps: float
) -> None:
    playback.set_rate(fps)
    playback.play()
    known = []
    for _ in range(8):
        clock.now += 1 / fps
        playback.tick()
        playback.count_painted(state.phase)
        known.append(state.fps_actual)
    assert known[:2] == [None, None]
    assert known[2:] == pytest.approx([fps] * 6, rel=0.01)
    for _ in range(1 + round(3 * max(fps, 1.0))):
        clock.now += 1 / fps
        playback.tick()
    assert state.fps_actual == 0.0


def test_the_rate_of_a_cine_that_is_never_painted_is_nought(
    state: ViewerState, playback: Playback, clock: Clock
) -> None:
    bar = TransportBar(state)
    playback.play()
    clock.now += 0.1
    playback.tick()
    assert "fps" not in bar._actual.text()
    for _ in range(12):
        clock.now += 0.1
        playback.tick()
    assert bar._actual.text() == "▲ 0.0 fps shown"
    playback.pause()
    assert bar._actual.text() == ""
    bar.deleteLater()


def test_a_rate_that_was_measured_at_another_speed_is_not_held_against_the_new_one(
    state: ViewerState, playback: Playback, clock: Clock
) -> None:
    playback.play()
    for _ in range(20):
        clock.now += 0.1
        playback.tick()
        playback.count_painted(state.phase)
    playback.set_rate(0.5)
    assert state.fps_actual is None


def test_a_view_tells_once_that_a_phase_is_on_the_screen(qtbot: QtBot, state: ViewerState) -> None:
    view = SliceView(state)
    qtbot.addWidget(view)
    view.resize(200, 200)
    painted: list[int] = []
    view.phase_painted.connect(painted.append)
    for phase in (0, 0, 2, 3):
        state.set_phase(phase)
        view.grab()
    assert painted == [0, 2, 3]


def test_once_stops_at_the_last_phase_and_starts_again_from_the_first(
    state: ViewerState, playback: Playback, clock: Clock
) -> None:
    state.set_loop_mode(LoopMode.ONCE)
    playback.play()
    for _ in range(9):
        clock.now += 0.1
        playback.tick()
    assert (state.phase, state.playing) == (4, False)
    playback.play()
    assert (state.phase, state.playing) == (0, True)


def test_choosing_a_phase_while_playing_goes_on_from_there(
    state: ViewerState, playback: Playback, clock: Clock
) -> None:
    playback.play()
    clock.now += 0.1
    playback.tick()
    state.set_phase(3)
    clock.now += 0.1
    playback.tick()
    assert state.phase == 4


def test_changing_the_speed_while_playing_does_not_jump(
    state: ViewerState, playback: Playback, clock: Clock
) -> None:
    playback.play()
    for _ in range(23):
        clock.now += 0.1
        playback.tick()
    here = state.phase
    playback.faster()
    playback.tick()
    assert state.phase == here


def test_slower_and_faster_walk_along_parts_of_the_hearts_own_rate(
    state: ViewerState, playback: Playback
) -> None:
    playback.set_natural_rate()
    assert state.fps_wanted == pytest.approx(25.0)
    playback.slower()
    assert state.fps_wanted == pytest.approx(18.75)
    for _ in range(20):
        playback.faster()
    assert state.fps_wanted == pytest.approx(75.0)


def test_the_cine_never_moves_the_slice(state: ViewerState, playback: Playback, clock: Clock) -> None:
    before = state.position
    playback.play()
    for _ in range(50):
        clock.now += 0.07
        playback.tick()
    assert state.position is before


def test_another_series_stops_the_cine_and_brings_its_own_rate(
    state: ViewerState, playback: Playback, stack: CineStack
) -> None:
    playback.play()
    playback.set_rate(7.0)
    slow = replace(stack, phase_times=np.arange(stack.phases) * 80.0)
    state.set_all_series((*state.all_series, OpenSeries(2, "slow", stack=slow)), 2)
    assert not state.playing
    assert state.fps_wanted == pytest.approx(1000 / 80)
    state.set_all_series((*state.all_series, OpenSeries(3, "still", stack=make_stack(phases=1))), 3)
    playback.toggle()
    assert not state.playing


def test_changing_the_loop_mode_while_playing_does_not_jump(
    state: ViewerState, playback: Playback, clock: Clock
) -> None:
    playback.play()
    for _ in range(11):
        clock.now += 0.1
        playback.tick()
    assert state.phase == 1
    playback.next_loop_mode()
    assert state.loop_mode is LoopMode.PING_PONG
    clock.now += 0.1
    playback.tick()
    assert state.phase == 2


@pytest.mark.parametrize("what", ["pause", "speed", "phase"])
def test_ping_pong_goes_on_the_way_it_went(
    state: ViewerState, playback: Playback, clock: Clock, what: str
) -> None:
    state.set_loop_mode(LoopMode.PING_PONG)
    playback.play()
    seen = []
    for step in range(10):
        clock.now += 0.1
        playback.tick()
        seen.append(state.phase)
        if step == 4 and what == "pause":
            playback.pause()
            clock.now += 3.0
            playback.play()
        if step == 4 and what == "speed":
            playback.set_rate(10.001)
        if step == 4 and what == "phase":
            state.set_phase(2)
    back = [2, 1, 0, 1, 2] if what != "phase" else [1, 0, 1, 2, 3]
    assert seen == [1, 2, 3, 4, 3, *back]


def test_another_series_begins_ping_pong_towards_its_last_phase(
    state: ViewerState, playback: Playback, clock: Clock
) -> None:
    state.set_loop_mode(LoopMode.PING_PONG)
    playback.play()
    for _ in range(6):
        clock.now += 0.1
        playback.tick()
    state.set_all_series((*state.all_series, OpenSeries(2, "other", stack=make_stack())), 2)
    state.set_phase(2)
    playback.play()
    clock.now += 1 / state.fps_wanted
    playback.tick()
    assert state.phase == 3
