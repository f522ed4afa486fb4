"""Making an acquired slice again from all the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from calid_core.arrays import FloatArray, IntArray, IntensityArray
from calid_core.cine import CineStack
from calid_core.interpolation import interpolate
from calid_core.preprocessing import Window, percentile_scale
from calid_core.progress import CancelToken
from calid_core.settings import Method, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel

FAR_NEIGHBOURS = 2
"""Slices on each side that any method looks at: the reach of CaLID, and enough for a cubic."""
PERCENTILE_VALUES = 1_000_000

Slicewise = Callable[[int, int], FloatArray]
"""Gives a hidden slice ``(rows, columns)`` of the window, by slice and phase."""


def kept_about(slices: int, hidden: int) -> IntArray:
    """Indices of up to ``FAR_NEIGHBOURS`` slices on each side of a hidden one."""
    near = np.arange(max(0, hidden - FAR_NEIGHBOURS), min(slices, hidden + FAR_NEIGHBOURS + 1))
    return near[near != hidden]


def interpolated(stack: CineStack, method: Method) -> Slicewise:
    """Hidden slices by interpolation between the others, in intensity units, whole field of view."""

    def make(hidden: int, phase: int) -> FloatArray:
        kept = kept_about(stack.slices, hidden)
        offsets = stack.geometry.slice_offsets
        return interpolate(stack.intensity[phase, kept], offsets[kept], offsets[[hidden]], method)[0]

    return make


def synthesised(
    stack: CineStack,
    window: Window,
    settings: ReconstructionSettings,
    cancel: CancelToken,
    model: CalidModel,
) -> Slicewise:
    """Hidden slices by CaLID, in intensity units, inside a window.

    The intensity scale is that of the kept slices over the whole field of view, as in a reconstruction.
    """
    # torch is imported only where a model runs.
    from calid_core.diffusion.synthesis import Target, synthesise_phase
    from calid_core.synthesising import BATCH_SIZE

    offsets = stack.geometry.slice_offsets
    scales = {}

    def make(hidden: int, phase: int) -> FloatArray:
        if hidden not in scales:
            scales[hidden] = percentile_scale(_thinned(np.delete(stack.intensity, hidden, axis=1)))
        kept = kept_about(stack.slices, hidden)
        gap = int((kept < hidden).sum()) - 1
        before, after = offsets[kept[gap]], offsets[kept[gap + 1]]
        made = synthesise_phase(
            model,
            scales[hidden].apply(window.crop(stack.intensity[phase, kept])),
            positions=offsets[kept],
            thickness=stack.source.thickness or 0.0,
            targets=(Target(gap, float((offsets[hidden] - before) / (after - before))),),
            mode=settings.mode,
            steps=settings.steps,
            samples=1,
            seed=settings.seed,
            batch_size=BATCH_SIZE[model.device.type],
            cancel=cancel,
            on_step=lambda done, total: None,
        )
        return scales[hidden].undo(made.intensity)[0]

    return make


def in_type_of(stack: CineStack, made: FloatArray, limits: tuple[float, float]) -> IntensityArray:
    """A made slice within the acquired range and in the stack's data type, as a reconstruction writes it."""
    clipped = np.clip(made, *limits)
    if stack.intensity.dtype.kind in "iu":
        clipped = np.rint(clipped)
    return clipped.astype(stack.intensity.dtype)


def _thinned(values: IntensityArray) -> IntensityArray:
    flat = values.ravel()
    thinned: IntensityArray = flat[:: max(1, flat.size // PERCENTILE_VALUES)]
    return thinned
