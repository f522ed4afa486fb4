"""Speed of the viewer: start, stalls of the window, cancelling, cine rate, open/close cycles.

Run under a display (``xvfb-run -a -s "-screen 0 1600x1000x24" python -m benchmarks.viewer``). Every figure stands
beside its target from the issue.
"""

import argparse
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer, SignalInstance, Slot
from PySide6.QtWidgets import QApplication

from app.application import make_application
from app.choices import ViewLayout
from app.open_series import OpenSeries
from app.panels.status_line import resident_memory
from app.preferences import Preferences
from app.viewer import Viewer
from calid_core.cine import CineStack
from calid_core.settings import Method, Mode, ReconstructionSettings

START_PROGRAM = """
import os, sys, time
from app.application import make_application
from app.viewer import Viewer
application = make_application()
viewer = Viewer()
def painted():
    ticks = int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19])
    now = time.clock_gettime(time.CLOCK_BOOTTIME)
    print(now - ticks / os.sysconf("SC_CLK_TCK"), "torch" in sys.modules)
    os._exit(0)
viewer.window.painted.disconnect()
viewer.window.painted.connect(painted)
viewer.window.show()
application.exec()
"""


class StallMeter(QObject):
    """Longest time between two ticks of a 10 ms timer in the GUI thread, less the 10 ms."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin measuring."""
        self.gaps.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """End measuring."""
        self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(1000 * (now - self._last))
        self._last = now


def report(name: str, value: float, unit: str, target: str) -> None:
    """Print one figure."""
    print(f"{name:<64} {value:8.1f} {unit:<6} {target}", flush=True)


class Waiter(QObject):
    """Runs the event loop until it hears a signal."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = False
        self._loop = QEventLoop()

    def wait(self, timeout_s: float) -> None:
        """Run the event loop until ``hear`` was called, or for this long."""
        QTimer.singleShot(round(1000 * timeout_s), self._loop.quit)
        self._loop.exec()

    @Slot()
    def hear(self) -> None:
        """End waiting."""
        self.heard = True
        self._loop.quit()


def wait_for(signal: SignalInstance, timeout_s: float) -> bool:
    """Run the event loop until a signal comes; whether it came in time."""
    waiter = Waiter()
    signal.connect(waiter.hear)
    waiter.wait(timeout_s)
    return waiter.heard


def run_for(seconds: float) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def measure_start(repeats: int) -> None:
    """Process start to window painted."""
    times = []
    for _ in range(repeats):
        done = subprocess.run(
            [sys.executable, "-c", START_PROGRAM], capture_output=True, text=True, check=True
        )
        seconds, torch = done.stdout.split()
        if torch == "True":
            raise SystemExit("torch was imported at start")
        times.append(float(seconds))
    report("process start to window painted, median", statistics.median(times), "s", "≤ 1.5")


def open_viewer(folder: Path, stack: CineStack) -> Viewer:
    """A viewer with a stack, its 3D view and warm-up finished."""
    store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    viewer = Viewer(Preferences(store))
    viewer.window.resize(1366, 768)
    viewer.window.show()
    wait_for(viewer.window.painted, 30)
    viewer.state.set_all_series((OpenSeries(1, "benchmark", stack=stack),), 1)
    idle = viewer.controller.worker.submit("idle", lambda _: None)
    wait_for(idle.finished, 120)
    run_for(1.0)
    return viewer


def measure_stall(viewer: Viewer, settings: ReconstructionSettings, *, playing: bool) -> None:
    """Longest stall of the window while a reconstruction runs."""
    meter = StallMeter()
    finished = viewer.controller.reconstructions
    if playing:
        viewer.controller.playback.play()
    meter.start()
    began = time.perf_counter()
    finished.start(settings)
    done = wait_for(finished.run_finished, 600)
    seconds = time.perf_counter() - began
    meter.stop()
    viewer.controller.playback.pause()
    name = f"{settings.method.value} {settings.mode.value if settings.method is Method.CALID else ''}".strip()
    suffix = ", cine playing" if playing else ""
    if not done:
        raise SystemExit(f"{name} did not finish")
    report(f"longest stall during {name} ({seconds:.1f} s){suffix}", max(meter.gaps), "ms", "≤ 100")


def measure_cancel(viewer: Viewer, settings: ReconstructionSettings, after_s: float) -> None:
    """Cancel until the worker is idle."""
    viewer.controller.reconstructions.start(settings)
    run_for(after_s)
    if not viewer.controller.reconstructions.running:
        print("the run ended before it could be cancelled")
        return
    began = time.perf_counter()
    viewer.controller.jobs.cancel()
    job = viewer.controller.worker.jobs[0]
    wait_for(job.finished, 30)
    report(f"cancel until idle, {settings.method.value}", time.perf_counter() - began, "s", "≤ 1")


def measure_cine(viewer: Viewer, layout: ViewLayout, target: str, what: str) -> None:
    """Phases painted per second, as fast as it goes."""
    viewer.controller.display.set_layout(layout)
    run_for(0.5)
    viewer.controller.playback.set_rate(200.0)
    viewer.controller.playback.play()
    run_for(3.0)
    report(f"cine, {what}", viewer.state.fps_actual or 0.0, "fps", target)
    viewer.controller.playback.pause()


def measure_cycles(folder: Path, stack: CineStack, cycles: int) -> None:
    """What 50 open/close cycles leave behind."""
    figures: list[tuple[int, int, float]] = []
    for _ in range(cycles):
        viewer = open_viewer(folder, stack)
        viewer.window.close()
        viewer.window.deleteLater()
        viewer.deleteLater()
        run_for(0.1)
        figures.append(
            (threading.active_count(), len(QApplication.topLevelWidgets()), resident_memory() or 0)
        )
    first, last = figures[len(figures) // 5], figures[-1]
    report(f"threads after {cycles} cycles", last[0] - first[0], "more", "0")
    report(f"windows after {cycles} cycles", last[1] - first[1], "more", "0")
    report(f"memory after {cycles} cycles", (last[2] - first[2]) / 2**20, "MB", "no growth")


def main() -> None:
    """Print every figure, or those asked for."""
    from calid_core.sample import sample_stack

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=["start", "linear", "calid", "cine", "cycles"])
    parser.add_argument("--cycles", type=int, default=50)
    arguments = parser.parse_args()
    wanted = set(arguments.only or ["start", "linear", "calid", "cine", "cycles"])
    if "start" in wanted:
        measure_start(5)
    if wanted == {"start"}:
        return
    stack = sample_stack()
    make_application()
    sys.setswitchinterval(0.002)
    with TemporaryDirectory() as name:
        if wanted - {"start", "cycles"}:
            _measure_one_window(Path(name), stack, wanted)
        if "cycles" in wanted:
            measure_cycles(Path(name), stack, arguments.cycles)


def _measure_one_window(folder: Path, stack: CineStack, wanted: set[str]) -> None:
    viewer = open_viewer(folder, stack)
    steps: dict[str, Callable[[], None]] = {
        "linear": lambda: _measure_method(viewer, ReconstructionSettings(method=Method.LINEAR), 0.5),
        "calid": lambda: _measure_calid(viewer, stack),
        "cine": lambda: _measure_cine_rates(viewer),
    }
    for name, step in steps.items():
        if name in wanted:
            step()
    viewer.window.close()
    viewer.window.deleteLater()


def _measure_calid(viewer: Viewer, stack: CineStack) -> None:
    """Both answers of the model on four phases and one slice per gap: enough for stalls and cancelling."""
    short = stack.with_phases(tuple(range(0, stack.phases, max(1, stack.phases // 4)))[:4])
    viewer.state.set_all_series((*viewer.state.all_series, OpenSeries(2, "four phases", stack=short)), 2)
    run_for(1.0)
    spacing = short.geometry.pitch / 2
    for mode in Mode:
        _measure_method(viewer, ReconstructionSettings(mode=mode, slice_spacing=spacing), 3.0)


def _measure_method(viewer: Viewer, settings: ReconstructionSettings, cancel_after_s: float) -> None:
    measure_stall(viewer, settings, playing=False)
    measure_stall(viewer, settings, playing=True)
    measure_cancel(viewer, settings, cancel_after_s)


def _measure_cine_rates(viewer: Viewer) -> None:
    measure_cine(viewer, ViewLayout.SINGLE, "≥ 60", "one slice view")
    measure_cine(viewer, ViewLayout.PAIR, "", "short and long axis")
    measure_cine(viewer, ViewLayout.GRID, "", "short axis, two long axes and 3D")


if __name__ == "__main__":
    main()
