"""Speed of the 3D view: ``python -m benchmarks.volume``; needs no display.

A beating volume of 256 x 256 x 96 from the bundled sample is drawn into a picture of 700 x 560, every phase in turn:
once to prepare the phases, then over and over. Every figure stands beside its target from the issue.
"""

import argparse
import gc
import statistics
import time
from dataclasses import replace

import numpy as np
from scipy import ndimage
from vtkmodules.vtkCommonCore import vtkObjectBase

from app.layers import Volume
from app.scenes.canvas import Canvas
from app.scenes.display import Direction, Extent, HeartDisplay
from app.scenes.heart_scene import HeartScene
from app.scenes.quality import Quality
from app.scenes.stack_look import StackLook
from calid_core.cine import CineStack
from calid_core.geometry import Geometry
from calid_core.sample import sample_stack

PIXELS, SLICES = 256, 96
PICTURE = (700, 560)
TARGETS = {True: 5.0, False: 30.0}
"""Least frames per second in software OpenGL and on a GPU."""
LOOPS = 4
CYCLES = 50


def enlarged(stack: CineStack, slices: int, pixels: int) -> CineStack:
    """The stack on another number of slices, rows and columns over the same extent, linear in between."""
    shape = (slices, pixels, pixels)
    factors = [new / old for new, old in zip(shape, stack.geometry.shape, strict=True)]
    phases = [ndimage.zoom(p, factors, order=1, grid_mode=True, mode="nearest") for p in stack.intensity]
    affine = stack.geometry.affine.copy()
    affine[:3, :3] = affine[:3, :3] / factors
    return replace(stack, intensity=np.stack(phases), geometry=Geometry(affine, shape), slice_states=())


def frame_seconds(canvas: Canvas, scene: HeartScene, phase: int) -> float:
    """Duration of one moving frame, from the change of phase to the pixels in memory."""
    start = time.perf_counter()
    prepared = scene.prepared(phase)
    scene.set_phase(phase)
    scene.before_render()
    canvas.render()
    seconds = time.perf_counter() - start
    if prepared:
        scene.frame_took(seconds)
    return seconds


def measure(volume: Volume, look: StackLook, extent: Extent) -> None:
    """Print the frame rate of one extent."""
    canvas = Canvas(*PICTURE)
    scene = HeartScene(canvas.plotter)
    scene.set_window(look.window, inverted=False)
    scene.set_display(HeartDisplay(extent=extent))
    scene.show(volume, look)
    scene.look_from(Direction.LEFT_ANTERIOR)
    scene.set_quality(Quality.MOVING)
    phases = range(len(volume.ready))
    first = [frame_seconds(canvas, scene, phase) for phase in phases]
    later = [frame_seconds(canvas, scene, phase) for _ in range(LOOPS) for phase in phases]
    settled = statistics.median(later[len(phases) :])
    scene.set_quality(Quality.STILL)
    start = time.perf_counter()
    canvas.render()
    still = time.perf_counter() - start
    target = TARGETS[scene.software]
    print(f"{extent.value}: {1 / settled:.1f} frames/s (target {target:g}) with {scene.renderer_name}")
    print(
        f"  first showing of a phase {1000 * statistics.median(first):.0f} ms, still frame {1000 * still:.0f} ms"
    )
    scene.close()
    canvas.close()


def count_left_over(volume: Volume, look: StackLook) -> None:
    """Print how many VTK objects 50 scenes leave behind."""
    counts = []
    for cycle in range(CYCLES + 2):
        canvas = Canvas(160, 120)
        scene = HeartScene(canvas.plotter)
        scene.show(volume, look)
        canvas.render()
        scene.close()
        canvas.close()
        del canvas, scene
        if cycle in (1, CYCLES + 1):
            gc.collect()
            counts.append(sum(isinstance(thing, vtkObjectBase) for thing in gc.get_objects()))
    print(f"VTK objects left by {CYCLES} scenes: {counts[1] - counts[0]} (target 0)")


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phases", type=int, default=8, help="cardiac phases (default 8)")
    arguments = parser.parse_args()
    stack = sample_stack()
    step = max(1, stack.phases // arguments.phases)
    stack = stack.with_phases(tuple(range(0, stack.phases, step))[: arguments.phases])
    stack = enlarged(stack, stack.slices, PIXELS)
    start = time.perf_counter()
    look = StackLook.of_stack(stack)
    print(f"region, shading and levels of the stack: {1000 * (time.perf_counter() - start):.0f} ms")
    volume = Volume.of_stack(enlarged(stack, SLICES, PIXELS))
    for extent in Extent:
        measure(volume, look, extent)
    count_left_over(Volume.of_stack(stack), look)


if __name__ == "__main__":
    main()
