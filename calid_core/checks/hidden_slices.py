"""Making an acquired slice again from all the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

BATCH = 10
"""Hidden slices per network call; windows are small."""

HiddenSlices = Iterator[FloatArray]
"""Every inner slice made again without itself, ``(slices - 2, rows, columns)``, phase after phase."""


def kept_about(slices: int, hidden: int) -> IntArray:
    """Indices of up to ``FAR_NEIGHBOURS`` slices on each side of a hidden one."""
    near = np.arange(max(0, hidden - FAR_NEIGHBOURS), min(slices, hidden + FAR_NEIGHBOURS + 1))
    kept: IntArray = near[near != hidden]
    return kept


def interpolated(stack: CineStack, method: Method, phases: Sequence[int]) -> HiddenSlices:
    """Hidden slices by interpolation between the others, in intensity units, whole field of view."""
    offsets = stack.geometry.slice_offsets
    for phase in phases:
        made = []
        for hidden in range(1, stack.slices - 1):
            kept = kept_about(stack.slices, hidden)
            volume = stack.intensity[phase, kept]
            made.append(interpolate(volume, offsets[kept], offsets[[hidden]], method)[0])
        yield np.stack(made)


def synthesised(
    stack: CineStack,
    window: Window,
    settings: ReconstructionSettings,
    phases: Sequence[int],
    cancel: CancelToken,
    model: CalidModel,
) -> HiddenSlices:
    """Hidden slices by CaLID, in intensity units, inside a window.

    All hidden slices of a phase go through the networks together: the slices kept about each are lined up one group
    after the other. A group fills its gap's whole surroundings, so nothing is seen across groups; only the first and
    the last lack a far slice, where the line ends. Intensities are scaled by the kept slices over the whole field of
    view, as in a reconstruction.
    """
    # torch is imported only where a model runs.
    from calid_core.diffusion.synthesis import Drawing, SlicePositions, Target, synthesise_cine

    offsets = stack.geometry.slice_offsets
    inner = range(1, stack.slices - 1)
    groups = [kept_about(stack.slices, hidden) for hidden in inner]
    scales = [percentile_scale(_thinned(np.delete(stack.intensity, hidden, axis=1))) for hidden in inner]
    targets, start = [], 0
    for hidden, kept in zip(inner, groups, strict=True):
        gap = int((kept < hidden).sum()) - 1
        before, after = offsets[kept[gap]], offsets[kept[gap + 1]]
        targets.append(Target(start + gap, float((offsets[hidden] - before) / (after - before))))
        start += len(kept)

    def lined_up(phase: int) -> FloatArray:
        volume = window.crop(stack.intensity[phase])
        return np.concatenate([s.apply(volume[kept]) for s, kept in zip(scales, groups, strict=True)])

    cine = synthesise_cine(
        model,
        lined_up,
        stack.cycle_fractions,
        tuple(phases),
        SlicePositions(
            tuple(float(offsets[i]) for kept in groups for i in kept), stack.source.thickness or 0.0
        ),
        targets,
        Drawing(settings.mode, settings.steps, samples=1, seed=settings.seed),
        batch_size=BATCH,
        cancel=cancel,
        on_step=lambda done, total: None,
    )
    for made in cine:
        yield np.stack([s.undo(image) for s, image in zip(scales, made.intensity, strict=True)])


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
