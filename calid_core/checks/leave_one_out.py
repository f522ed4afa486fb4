"""Every inner acquired slice hidden in turn, made again from the others, and compared with what was acquired."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.checks.hidden_slices import HiddenSlices, in_type_of, interpolated, synthesised
from calid_core.checks.results import LeaveOneOut
from calid_core.cine import CineStack
from calid_core.contouring.heart_box import estimated_box
from calid_core.errors import InputError
from calid_core.examination import check_finite, intensity_range
from calid_core.metrics.similarity import psnr, ssim_map
from calid_core.preprocessing import IntensityScale, Window, cine_scale, window_about
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage, ignore_progress, thinned
from calid_core.settings import Method, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel

SURROUNDINGS = 12
"""Pixels about the compared region that the model sees too, so that the region has no border effects."""
BEST_PSNR = 99.0
"""What identical slices score, dB, so that means stay finite."""


def leave_one_out(
    stack: CineStack,
    settings: ReconstructionSettings,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    phases: Sequence[int] | None = None,
    model: CalidModel | None = None,
) -> LeaveOneOut:
    """Errors of the method of ``settings`` on every inner slice, and of linear interpolation on the same ones.

    Parameters
    ----------
    stack
        At least three slices.
    settings
        Method, mode, steps, seed and device; one sample is drawn.
    on_progress, cancel
        Told, and looked at, before every phase.
    phases
        Phases to test; all by default.
    model
        Weights of CaLID, as for ``reconstruct``.

    Raises
    ------
    InputError
        Fewer than three slices, values that are not finite, or phases that the stack has not.
    """
    started = time.perf_counter()
    cancel = cancel or CancelToken()
    report = thinned(on_progress)
    chosen = stack.chosen_phases(phases)
    if stack.slices < 3:
        raise InputError(f"leave-one-out needs three slices, the stack has {stack.slices}")
    check_finite(stack)
    box = estimated_box(stack)
    shape = (stack.geometry.shape[1], stack.geometry.shape[2])
    window = window_about((*box.rows, *box.columns), SURROUNDINGS, shape)
    region = (box.rows[0], box.rows[1], box.columns[0], box.columns[1])
    device, hidden_slices = _remade(stack, window, settings, chosen, report, cancel, model)
    linear = interpolated(stack, Method.LINEAR, chosen)
    limits, scale = intensity_range(stack), cine_scale(stack.intensity)
    inner = tuple(range(1, stack.slices - 1))
    scores = np.zeros((2, 3, len(inner), len(chosen)))
    made = np.zeros((len(inner), len(chosen), *shape), stack.intensity.dtype)
    whole_slices = True
    for j, phase in enumerate(chosen):
        cancel.raise_if_cancelled()
        report(Progress(Stage.CHECKING, j, len(chosen), phase=j + 1, phases=len(chosen)))
        plain, ours = next(linear), next(hidden_slices)
        whole_slices = ours.shape == plain.shape
        made[:, j] = in_type_of(stack, ours if whole_slices else window.undo(ours, plain), limits)
        for i, hidden in enumerate(inner):
            truth = stack.intensity[phase, hidden]
            scores[0, :, i, j] = _scores(made[i, j], truth, scale, region)
            scores[1, :, i, j] = _scores(plain[i], truth, scale, region)
    report(Progress(Stage.FINISHED, 1, 1))
    return LeaveOneOut(
        settings.method,
        settings.mode,
        inner,
        chosen,
        error=scores[0, 0],
        psnr=scores[0, 1],
        ssim=scores[0, 2],
        linear_error=scores[1, 0],
        linear_psnr=scores[1, 1],
        linear_ssim=scores[1, 2],
        region=region,
        seconds=time.perf_counter() - started,
        device=device,
        made=made,
        made_within=() if whole_slices else (window.top, window.bottom, window.left, window.right),
    )


def _remade(
    stack: CineStack,
    window: Window,
    settings: ReconstructionSettings,
    phases: tuple[int, ...],
    report: ProgressCallback,
    cancel: CancelToken,
    model: CalidModel | None,
) -> tuple[str, HiddenSlices]:
    if settings.method is not Method.CALID:
        return "CPU", interpolated(stack, settings.method, phases)
    # torch is imported only where a network runs.
    from calid_core.synthesising import ready_model

    report(Progress(Stage.LOADING_MODEL))
    model = model or ready_model(settings.device)
    return model.compute.label, synthesised(stack, window, settings, phases, cancel, model)


def _scores(
    made: FloatArray, truth: FloatArray, scale: IntensityScale, region: tuple[int, int, int, int]
) -> tuple[float, float, float]:
    """Mean absolute error, PSNR and SSIM inside the region, scaled and clipped to 0 … 1."""
    top, bottom, left, right = region
    a, b = (np.clip(scale.apply(x[top:bottom, left:right]), 0.0, 1.0) for x in (made, truth))
    similarity = float(ssim_map(a, b).mean()) if min(a.shape) >= 11 else float("nan")
    return float(np.abs(a - b).mean()), min(psnr(a, b), BEST_PSNR), similarity
