"""Frames per second of the 2D views: ``python benchmarks/views.py``.

Every frame sets the next phase and waits until all views have painted it, first with Qt's offscreen platform, then
in a real window under Xvfb where there is one. CPU time counts all threads of this process.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FRAMES = 200
SIZE = 256
VIEW_SIDE = 700


def main() -> None:
    """Measure on every platform there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--here", action="store_true", help="only on the platform of this process")
    if parser.parse_args().here:
        measure()
        return
    command = [sys.executable, __file__, "--here"]
    print("offscreen", flush=True)
    subprocess.run(command, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, check=True)
    if shutil.which("xvfb-run"):
        print("xcb under Xvfb", flush=True)
        xvfb = ["xvfb-run", "-a", "-s", "-screen 0 1920x1600x24"]
        subprocess.run([*xvfb, *command], env={**os.environ, "QT_QPA_PLATFORM": "xcb"}, check=True)


def measure() -> None:
    """Print the rates of one view, of four linked ones, and of single steps."""
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

    application = QApplication([])
    random = np.random.default_rng(0)
    phases, slices = 25, 60
    cine = random.integers(0, 900, (phases, slices, SIZE, SIZE), dtype=np.int16)
    geometry = Geometry.from_spacing((2.0, 1.4, 1.4), (slices, SIZE, SIZE), known=True)
    state = ViewerState()
    stack = CineStack(cine, geometry, np.arange(phases) * 33.0, Source("noise", "phantom"))
    state.set_all_series((OpenSeries(1, "noise", stack=stack),), 1)
    state.set_window((450.0, 900.0))

    def rate(views: list[PlaneView]) -> str:
        window = QWidget()
        grid = QGridLayout(window)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, view in enumerate(views):
            view.setFixedSize(VIEW_SIDE, VIEW_SIDE)
            grid.addWidget(view, place // 2, place % 2)
        window.show()
        for phase in range(20):
            state.set_phase(phase % phases)
            application.processEvents()
        start, cpu = time.perf_counter(), time.process_time()
        for frame in range(FRAMES):
            state.set_phase(frame % phases)
            application.processEvents()
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        window.close()
        return f"{FRAMES / seconds:6.0f} fps, {1000 * cpu / FRAMES:5.1f} ms CPU per frame"

    def compared() -> list[PlaneView]:
        pairs: list[PlaneView] = []
        for kind in (SliceView, ReformatView):
            first: PlaneView = kind(state)
            first.compare_with(kind(state), state.compare)
            pairs.append(first)
        return pairs

    side = f"{VIEW_SIDE} x {VIEW_SIDE} logical pixels"
    print(f"  one {SIZE}² slice view at {side}: {rate([SliceView(state)])}")
    four = [SliceView(state) for _ in range(4)]
    print(f"  four linked slice views at {side}: {rate([*four])}")
    long_axes = [ReformatView(state, number) for number in (0, 1)]
    mixed: list[PlaneView] = [SliceView(state), *long_axes, SliceView(state)]
    print(f"  two slice and two long-axis views at {side}: {rate(mixed)}")

    for mode in (CompareMode.FLICKER, CompareMode.SWIPE):
        state.compare.set_mode(mode)
        print(f"  {mode.value.lower()} in a slice and a long-axis view at {side}: {rate(compared())}")
    state.compare.set_mode(CompareMode.FLICKER)
    overlaid = [SliceView(state), ReformatView(state, 0)]
    made = Reconstruction(
        cine,
        geometry,
        stack.phase_times,
        stack.provenance,
        ReconstructionSettings(),
        stack,
        half_width=np.abs(cine.astype(np.float16)),
    )
    ready = np.ones(phases, dtype=np.bool_)
    run = Run(1, 1, "noise", made.settings, geometry, made.provenance, stack, cine, ready, made)
    state.set_runs((run,))
    state.set_layer(run.layer)
    state.set_uncertainty_visible(True)
    print(f"  overlay in a slice and a long-axis view at {side}: {rate([*overlaid])}")

    def fastest(job: object) -> float:
        spent = []
        for _ in range(30):
            start = time.perf_counter()
            job()  # type: ignore[operator]
            spent.append(time.perf_counter() - start)
        return 1000 * sorted(spent)[len(spent) // 2]

    cut = long_axis_plane(geometry, geometry.to_patient((30, 128, 128)), 33.0)
    windowing = Windowing(cine.dtype, 450, 900)
    print(f"  long-axis reformat of {SIZE}² x {slices}: {fastest(lambda: cut.sample(cine[3])):.2f} ms")
    print(f"  window/level of {SIZE}²: {fastest(lambda: windowing.apply(cine[3, 4])):.2f} ms")


if __name__ == "__main__":
    main()
