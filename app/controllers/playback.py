"""The one phase clock: every view that shows the cine shows the same phase."""

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from app.choices import LoopMode, PlayMode
from app.state.viewer_state import ViewerState
from calid_core.cine import DEFAULT_RATE, natural_rate

SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
"""Steps of slower and faster, in parts of the heart's own rate."""
MEASURED_S = 1.0
"""Time over which the actual rate is averaged; a slow cine over its last ``MEASURED_PAINTS``."""
MEASURED_PAINTS = 3
OVERDUE = 2.5
"""Steps of the cine after which it counts as not painted at all."""


def phase_after(steps: int, start: int, phases: int, mode: LoopMode) -> int:
    """Phase that is shown some steps after ``start``, itself counted in steps from the first phase.

    Ping-pong runs to the last phase and back, showing either end once; once stays at the last phase.
    """
    if mode is LoopMode.LOOP:
        return (start + steps) % phases
    if mode is LoopMode.ONCE:
        return min(start + steps, phases - 1)
    period = max(1, 2 * (phases - 1))
    place = (start + steps) % period
    return min(place, period - place)


class Playback(QObject):
    """Advances the phase while playing.

    Parameters
    ----------
    state
        The phase and the choices of the transport bar.
    clock
        Seconds, monotonic; replaced in tests.
    """

    def __init__(
        self,
        state: ViewerState,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._clock = clock
        self._own_move = False
        self._origin_time = 0.0
        self._origin_step = 0
        self._step = 0
        self._backwards = False
        """Whether ping-pong is on its way back to the first phase."""
        self._shown: deque[float] = deque()
        self._counted_since = 0.0
        self._painted = -1
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.tick)
        state.stack_changed.connect(self._on_stack_changed)
        state.phase_changed.connect(self._on_phase_changed)
        for changed in (state.fps_wanted_changed, state.loop_mode_changed, state.play_mode_changed):
            changed.connect(self._on_pace_changed)

    @Slot()
    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self._state.playing else self.play()

    @Slot()
    def play(self) -> None:
        """Start the cine at the phase shown; once starts again from the first phase when at the end."""
        if self._state.phases < 2:
            return
        at_end = self._state.phase == self._state.phases - 1
        if self._state.loop_mode is LoopMode.ONCE and at_end:
            self._state.set_phase(0)
        self._state.set_playing(True)
        self._restart()

    @Slot()
    def pause(self) -> None:
        """Stop at the phase shown."""
        self._timer.stop()
        self._state.set_playing(False)
        self._state.set_fps_actual(None)

    @Slot()
    def slower(self) -> None:
        """Next lower speed."""
        self._change_speed(-1)

    @Slot()
    def faster(self) -> None:
        """Next higher speed."""
        self._change_speed(1)

    def _change_speed(self, direction: int) -> None:
        stack = self._state.active_stack
        own = natural_rate(stack.phases, stack.cycle) if stack else DEFAULT_RATE
        here = self._state.fps_wanted / own
        ahead = [s for s in SPEEDS if (s - here) * direction > 1e-3]
        if ahead:
            self._state.set_fps_wanted(own * (min(ahead) if direction > 0 else max(ahead)))

    @Slot(float)
    def set_rate(self, fps: float) -> None:
        """Wanted phases per second."""
        self._state.set_fps_wanted(min(max(fps, 0.5), 200.0))

    @Slot()
    def set_natural_rate(self) -> None:
        """Play at the heart's own rate."""
        stack = self._state.active_stack
        if stack is not None:
            self._state.set_fps_wanted(natural_rate(stack.phases, stack.cycle))

    @Slot(object)
    def set_loop_mode(self, mode: LoopMode) -> None:
        """Choose what happens at the last phase."""
        self._state.set_loop_mode(mode)

    @Slot()
    def next_loop_mode(self) -> None:
        """Loop, ping-pong, once, and round again."""
        modes = list(LoopMode)
        self._state.set_loop_mode(modes[(modes.index(self._state.loop_mode) + 1) % len(modes)])

    @Slot(object)
    def set_play_mode(self, mode: PlayMode) -> None:
        """Keep time or show every phase."""
        self._state.set_play_mode(mode)

    @Slot()
    def toggle_play_mode(self) -> None:
        """Change between real time and every frame."""
        real_time = self._state.play_mode is PlayMode.REAL_TIME
        self._state.set_play_mode(PlayMode.EVERY_FRAME if real_time else PlayMode.REAL_TIME)

    @Slot()
    def tick(self) -> None:
        """Show the phase that is due, and plan the next look at the clock."""
        if not self._state.playing or self._state.phases < 2:
            return
        now, fps = self._clock(), self._state.fps_wanted
        due = int((now - self._origin_time) * fps + 1e-6)
        if self._state.play_mode is PlayMode.EVERY_FRAME and due > self._step + 1:
            # Late: show the very next phase all the same, and count time from here.
            self._origin_time, due = now - (self._step + 1) / fps, self._step + 1
        if due > self._step:
            self._step = due
            self._backwards = self._turned_back(self._origin_step + due)
            self._show(phase_after(due, self._origin_step, self._state.phases, self._state.loop_mode), now)
        if self._at_end_of_once():
            self.pause()
            return
        wait = self._origin_time + (self._step + 1) / fps - self._clock()
        self._timer.start(max(0, round(1000 * wait)))

    def _turned_back(self, step: int) -> bool:
        """Whether ping-pong, some steps after the first phase, runs towards it."""
        last = self._state.phases - 1
        return self._state.loop_mode is LoopMode.PING_PONG and step % (2 * last) > last

    def _at_end_of_once(self) -> bool:
        state = self._state
        return state.loop_mode is LoopMode.ONCE and state.phase == state.phases - 1

    def _show(self, phase: int, now: float) -> None:
        self._own_move = True
        self._state.set_phase(phase)
        self._own_move = False
        last = self._shown[-1] if self._shown else self._counted_since
        slowest = min(self._state.fps_wanted, self._state.fps_actual or self._state.fps_wanted)
        if now - last > max(MEASURED_S, OVERDUE / slowest):
            self._count_anew(now)
            self._state.set_fps_actual(0.0)  # nothing is painted: the window is covered

    @Slot(int)
    def count_painted(self, phase: int) -> None:
        """A view has painted a phase; several views that paint the same one count once."""
        if not self._state.playing or phase == self._painted:
            return
        now, self._painted = self._clock(), phase
        self._shown.append(now)
        while len(self._shown) > MEASURED_PAINTS and now - self._shown[0] > MEASURED_S:
            self._shown.popleft()
        span = now - self._shown[0]
        if len(self._shown) >= MEASURED_PAINTS and span > 0:
            self._state.set_fps_actual(round((len(self._shown) - 1) / span, 2))

    def _count_anew(self, now: float) -> None:
        self._shown.clear()
        self._counted_since = now

    @Slot()
    def _restart(self) -> None:
        if not self._state.playing:
            return
        phase, last = self._state.phase, self._state.phases - 1
        back = self._backwards and self._state.loop_mode is LoopMode.PING_PONG
        self._origin_time, self._step = self._clock(), 0
        self._origin_step = 2 * last - phase if back else phase
        self._count_anew(self._origin_time)
        self._timer.start(round(1000 / self._state.fps_wanted))

    @Slot()
    def _on_pace_changed(self) -> None:
        self._state.set_fps_actual(None)
        self._restart()

    @Slot()
    def _on_phase_changed(self) -> None:
        if not self._own_move:
            self._restart()

    @Slot()
    def _on_stack_changed(self) -> None:
        self.pause()
        self._backwards = False
        self.set_natural_rate()
