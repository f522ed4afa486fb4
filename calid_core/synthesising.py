"""The CaLID way of filling: phase after phase through the model, each with what other phases show. Imports torch, so it is itself imported late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from calid_core.arrays import FloatArray
from calid_core.cine import CineStack
from calid_core.diffusion.synthesis import Drawing, SlicePositions, Target, synthesise_cine
from calid_core.examination import intensity_range
from calid_core.filling import FilledPhase, Filling, FillPlan
from calid_core.models.autoencoder import LINEAR_PATH
from calid_core.models.checkpoint import CalidModel, load_model
from calid_core.models.precision import hold_in_precision
from calid_core.models.weights import model_directory
from calid_core.preprocessing import cine_scale
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage
from calid_core.settings import Device, ReconstructionSettings

BATCH_SIZE = {"cpu": 4, "mps": 16, "cuda": 96}
"""Slices per network call; where memory does not suffice it is halved."""
WIDEST_IN_HALF_PRECISION = 16_000.0
"""Range of whole-numbered intensities up to which half-widths are held in float16, a quarter of what it can hold."""
REACH = 2
"""Acquired slices on each side that the model sees."""


def ready_model(device: Device, directory: Path | None = None) -> CalidModel:
    """The model in ``directory`` on a device, read once per process and held in the precision that it is used in.

    By default that in ``model_directory()``. Raises as ``load_model``.
    """
    return _model_of(model_directory(directory), device)


@lru_cache(maxsize=2)
def _model_of(directory: Path, device: Device) -> CalidModel:
    model = load_model(device.value, directory)
    hold_in_precision(model.conditional, model.compute)
    hold_in_precision(model.autoencoder, model.compute, other_than=LINEAR_PATH)
    return model


def synthesise(
    stack: CineStack,
    plan: FillPlan,
    settings: ReconstructionSettings,
    order: tuple[int, ...],
    report: ProgressCallback,
    cancel: CancelToken,
    model: CalidModel | None = None,
) -> Filling:
    """Missing slices of ``plan``, made by the model as they are iterated over.

    Parameters
    ----------
    stack, plan, settings
        What is to be filled, and how.
    order
        The phases that are made, in that order; the phases next to them in time are looked at (``diffusion.temporal``).
    report
        Told of every network evaluation.
    cancel
        Looked at before every network evaluation.
    model
        By default that of ``ready_model`` on the device of the settings.
    """
    if model is None:
        report(Progress(Stage.LOADING_MODEL))
        model = ready_model(settings.device)
    phases = _phases(stack, plan, settings, order, report, cancel, model)
    compute = model.compute
    remarks = (compute.remark,) if compute.remark else ()
    return Filling(phases, compute.label, model.model_id, REACH, remarks)


def _phases(
    stack: CineStack,
    plan: FillPlan,
    settings: ReconstructionSettings,
    order: tuple[int, ...],
    report: ProgressCallback,
    cancel: CancelToken,
    model: CalidModel,
) -> Iterator[FilledPhase]:
    scale = cine_scale(stack.intensity)
    made = synthesise_cine(
        model,
        lambda phase: scale.apply(stack.intensity[phase]),
        stack.cycle_fractions,
        order,
        SlicePositions(tuple(map(float, plan.positions)), stack.source.thickness or 0.0),
        missing_targets(plan),
        Drawing(settings.mode, settings.steps, settings.samples, settings.seed),
        batch_size=BATCH_SIZE[model.device.type],
        cancel=cancel,
        on_step=_step_reporter(report, len(order)),
    )
    kind = _width_type(stack.intensity.dtype, intensity_range(stack))
    for phase in made:
        half_width = None if phase.half_width is None else limited(scale.undo_width(phase.half_width), kind)
        yield FilledPhase(phase.phase, scale.undo(phase.intensity), half_width)


def limited(widths: FloatArray, kind: type[np.floating[Any]]) -> FloatArray:
    """``widths`` (float32) as float16 or float32, no larger than that holds."""
    within: FloatArray = np.minimum(widths, np.finfo(kind).max)
    # torch rounds to the same bits as numpy, four times faster.
    return torch.from_numpy(within).half().numpy() if kind is np.float16 else within


def _width_type(dtype: np.dtype[np.generic], limits: tuple[float, float]) -> type[np.floating[Any]]:
    """Type of the half-widths of intensities of ``dtype`` between ``limits``: float16 only where none is too large or too small for it."""
    whole = dtype.kind in "iu"
    return np.float16 if whole and limits[1] - limits[0] <= WIDEST_IN_HALF_PRECISION else np.float32


def missing_targets(plan: FillPlan) -> tuple[Target, ...]:
    """The missing slices as gap and share of the way through it, in output order."""
    index = plan.source_index[plan.missing]
    gaps = np.floor(index)
    return tuple(Target(int(gap), float(alpha)) for gap, alpha in zip(gaps, index - gaps, strict=True))


def _step_reporter(report: ProgressCallback, phases: int) -> Callable[[int, int], None]:
    def on_step(done: int, total: int) -> None:
        phase = min(done * phases // total + 1, phases)
        report(Progress(Stage.SYNTHESISING, done, total, phase=phase, phases=phases))

    return on_step
