"""Frames per second of the 2D views: ``python -m benchmarks.views``.

Every frame sets the next phase and waits until all views have painted it, first with Qt's offscreen platform, then
in a real window under Xvfb where there is one. CPU time counts all threads of this process.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from app.layers import Run
from app.open_series import OpenSeries
from app.rendering.reformat import long_axis_plane
from app.rendering.windowing import Windowing
from app.state.compare_state import CompareMode
from app.state.viewer_state import ViewerState
from app.views.plane_view import PlaneView
from app.views.reformat_view import ReformatView
from app.views.slice_view import SliceView
from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry
from calid_core.reconstruction import Reconstruction
from calid_core.settings import ReconstructionSettings

FRAMES, WARM_UP = 200, 20
SIZE = 256
PHASES, SLICES = 25, 60
VIEW_SIDE = 700
WINDOW = (450.0, 900.0)


def main() -> None:
    """Measure on every platform there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--here", action="store_true", help="only on the platform of this process")
    if parser.parse_args().here:
        measure()
        return
    command = [sys.executable, "-m", "benchmarks.views", "--here"]
    print("offscreen", flush=True)
    subprocess.run(command, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, check=True)
    if shutil.which("xvfb-run"):
        print("xcb under Xvfb", flush=True)
        xvfb = ["xvfb-run", "-a", "-s", "-screen 0 1920x1600x24"]
        subprocess.run([*xvfb, *command], env={**os.environ, "QT_QPA_PLATFORM": "xcb"}, check=True)


def measure() -> None:
    """Print the rates of one view, of four linked ones, and of single steps."""
    application = QApplication([])
    stack = noise()
    state = ViewerState()
    state.set_all_series((OpenSeries(1, "noise", stack=stack),), 1)
    state.set_window(WINDOW)
    measure_views(application, state)
    measure_comparisons(application, state)
    measure_overlay(application, state, stack)
    measure_steps(stack)


def noise() -> CineStack:
    """A dense cine in which no pixel is like another."""
    random = np.random.default_rng(0)
    intensity = random.integers(0, 900, (PHASES, SLICES, SIZE, SIZE), dtype=np.int16)
    geometry = Geometry.from_spacing((2.0, 1.4, 1.4), (SLICES, SIZE, SIZE), known=True)
    return CineStack(intensity, geometry, np.arange(PHASES) * 33.0, Source("noise", "phantom"))


def measure_views(application: QApplication, state: ViewerState) -> None:
    """One view, four linked ones, and long-axis views among them."""
    tell(f"one {SIZE}² slice view", rate(application, state, [SliceView(state)]))
    tell("four linked slice views", rate(application, state, [SliceView(state) for _ in range(4)]))
    long_axes = [ReformatView(state, number) for number in (0, 1)]
    mixed = [SliceView(state), *long_axes, SliceView(state)]
    tell("two slice and two long-axis views", rate(application, state, mixed))


def measure_comparisons(application: QApplication, state: ViewerState) -> None:
    """Two layers in place, in a slice and a long-axis view."""
    for mode in (CompareMode.FLICKER, CompareMode.SWIPE):
        state.compare.set_mode(mode)
        pairs: list[PlaneView] = []
        for kind in (SliceView, ReformatView):
            first: PlaneView = kind(state)
            first.compare_with(kind(state), state.compare)
            pairs.append(first)
        tell(f"{mode.value.lower()} in a slice and a long-axis view", rate(application, state, pairs))
    state.compare.set_mode(CompareMode.FLICKER)


def measure_overlay(application: QApplication, state: ViewerState, stack: CineStack) -> None:
    """The uncertainty of a run over a slice and a long-axis view."""
    views = [SliceView(state), ReformatView(state, 0)]
    made = Reconstruction(
        stack.intensity,
        stack.geometry,
        stack.phase_times,
        stack.provenance,
        ReconstructionSettings(),
        stack,
        half_width=np.abs(stack.intensity.astype(np.float16)),
    )
    ready = np.ones(PHASES, dtype=np.bool_)
    run = Run(
        1, 1, "noise", made.settings, stack.geometry, made.provenance, stack, stack.intensity, ready, made
    )
    state.set_runs((run,))
    state.set_layer(run.layer)
    state.set_uncertainty_visible(True)
    tell("overlay in a slice and a long-axis view", rate(application, state, views))


def measure_steps(stack: CineStack) -> None:
    """Cutting a long-axis picture, and grey levels of a slice."""
    volume, image = stack.intensity[3], stack.intensity[3, 4]
    cut = long_axis_plane(stack.geometry, stack.geometry.to_patient((30, 128, 128)), 33.0)
    windowing = Windowing(stack.intensity.dtype, *WINDOW)
    print(f"  long-axis reformat of {SIZE}² x {SLICES}: {median_ms(lambda: cut.sample(volume)):.2f} ms")
    print(f"  window/level of {SIZE}²: {median_ms(lambda: windowing.apply(image)):.2f} ms")


def tell(what: str, found: str) -> None:
    """One line of a measurement of views."""
    print(f"  {what} at {VIEW_SIDE} x {VIEW_SIDE} logical pixels: {found}")


def rate(application: QApplication, state: ViewerState, views: Sequence[PlaneView]) -> str:
    """Frames per second of views in one window, and CPU time per frame."""
    window = QWidget()
    grid = QGridLayout(window)
    grid.setContentsMargins(0, 0, 0, 0)
    for place, view in enumerate(views):
        view.setFixedSize(VIEW_SIDE, VIEW_SIDE)
        grid.addWidget(view, place // 2, place % 2)
    window.show()
    play(application, state, WARM_UP)
    start, cpu = time.perf_counter(), time.process_time()
    play(application, state, FRAMES)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    window.close()
    return f"{FRAMES / seconds:6.0f} fps, {1000 * cpu / FRAMES:5.1f} ms CPU per frame"


def play(application: QApplication, state: ViewerState, frames: int) -> None:
    """Show one phase after the other, as fast as they are painted."""
    for frame in range(frames):
        state.set_phase(frame % PHASES)
        application.processEvents()


def median_ms(work: Callable[[], object]) -> float:
    """Median time of a piece of work, ms."""
    spent = []
    for _ in range(30):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return 1000 * sorted(spent)[len(spent) // 2]


if __name__ == "__main__":
    main()
