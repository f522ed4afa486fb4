"""From a sparse cine to a dense one: the only module that knows every stage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.cine import CineStack
from calid_core.errors import DeviceMemoryError
from calid_core.examination import check_acquired, check_finite, findings, intensity_range
from calid_core.filling import (
    FilledPhase,
    Filling,
    FillPlan,
    phase_order,
    plan_filling,
    provenance,
    write_slices,
)
from calid_core.interpolation import interpolate
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage, ignore_progress, thinned
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel

PhaseCallback = Callable[[int, IntensityArray], None]


def reconstruct(
    stack: CineStack,
    settings: ReconstructionSettings,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    model: CalidModel | None = None,
    on_phase: PhaseCallback | None = None,
    first_phase: int = 0,
    phases: tuple[int, ...] | None = None,
) -> Reconstruction:
    """Dense cine whose acquired slices are bit-identical to those of the stack.

    Parameters
    ----------
    stack
        The sparse cine, one phase or more.
    settings
        Method, wanted slice spacing and what else a person chooses.
    on_progress
        Told at most 20 times per second how far the run is.
    cancel
        Looked at before every denoising step.
    model
        Weights to use, as from ``synthesising.ready_model``; by default the shipped ones, or those that ``CALID_WEIGHTS`` names.
    on_phase
        Given the phase index and its ``(slices, rows, columns)``, as soon as a phase is ready.
    first_phase
        The phase that is made first (the one on the screen); the result does not depend on it.
    phases
        Make only these, in increasing order, each as in a reconstruction of the whole cine; all by default. What counts
        phases, in ``on_phase`` and ``first_phase`` too, then counts among these.

    Raises
    ------
    InputError
        The stack holds NaN or infinite values, or slices that were made, not acquired.
    GeometryError
        Its slices lie on no common grid of the wanted spacing.
    SettingsError, CheckpointError, DeviceMemoryError
        The device is absent, the weights are unusable, or memory does not suffice.
    Cancelled
        ``cancel`` was set; nothing is returned.
    """
    started = time.perf_counter()
    cancel = cancel or CancelToken()
    report = thinned(on_progress)
    cancel.raise_if_cancelled()
    report(Progress(Stage.PREPARING))
    check_acquired(stack)
    check_finite(stack)
    plan = plan_filling(stack.geometry, settings.slice_spacing)
    chosen = stack.chosen_phases(phases)
    acquired = stack if phases is None else stack.with_phases(chosen)
    if len(plan.missing):
        order = tuple(chosen[place] for place in phase_order(len(chosen), first_phase))
        filling = _filling(stack, plan, settings, order, report, cancel, model)
        places = {phase: place for place, phase in enumerate(chosen)}
        intensity, half_width = _collect(
            acquired, plan, filling, places, intensity_range(stack), cancel, on_phase
        )
    else:
        filling = Filling(iter(()))
        intensity, half_width = acquired.intensity, None
        for phase, volume in enumerate(intensity):
            if on_phase is not None:
                on_phase(phase, volume)
    report(Progress(Stage.FINISHED, 1, 1))
    return Reconstruction(
        intensity=intensity,
        geometry=plan.geometry,
        phase_times=acquired.phase_times,
        provenance=provenance(plan, settings.method, acquired.provenance, filling.reach),
        settings=settings,
        acquired=acquired,
        model_id=filling.model_id,
        device=filling.device,
        seconds=time.perf_counter() - started,
        half_width=half_width,
        warnings=(*findings(stack, settings), *filling.warnings),
    )


def _filling(
    stack: CineStack,
    plan: FillPlan,
    settings: ReconstructionSettings,
    order: tuple[int, ...],
    report: ProgressCallback,
    cancel: CancelToken,
    model: CalidModel | None,
) -> Filling:
    if settings.method is Method.CALID:
        # torch is imported only where a model runs.
        from calid_core.synthesising import synthesise

        return synthesise(stack, plan, settings, order, report, cancel, model)
    return Filling(_interpolated(stack, plan, settings.method, order, report))


def _interpolated(
    stack: CineStack, plan: FillPlan, method: Method, order: tuple[int, ...], report: ProgressCallback
) -> Iterator[FilledPhase]:
    for done, phase in enumerate(order):
        report(Progress(Stage.PREPARING, done, len(order), phase=done + 1, phases=len(order)))
        yield FilledPhase(phase, interpolate(stack.intensity[phase], plan.positions, plan.targets, method))


def _collect(
    stack: CineStack,
    plan: FillPlan,
    filling: Filling,
    places: dict[int, int],
    limits: tuple[float, float],
    cancel: CancelToken,
    on_phase: PhaseCallback | None,
) -> tuple[IntensityArray, FloatArray | None]:
    """Dense intensities and half-widths at the phases of ``stack``; ``places`` tells where a filled phase belongs, ``limits`` how dark and bright it may be."""
    intensity = _allocated((stack.phases, *plan.geometry.shape), stack.intensity.dtype)
    half_width: FloatArray | None = None
    for filled in filling.phases:
        cancel.raise_if_cancelled()
        place = places[filled.phase]
        volume = intensity[place]
        volume[plan.acquired] = stack.intensity[place]
        write_slices(volume, filled.intensity, plan.missing, limits)
        if filled.half_width is not None:
            if half_width is None:
                half_width = np.zeros(intensity.shape, filled.half_width.dtype)
            half_width[place, plan.missing] = filled.half_width
        if on_phase is not None:
            on_phase(place, volume)
    return intensity, half_width


def _allocated(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> IntensityArray:
    try:
        return np.empty(shape, dtype)
    except MemoryError:
        size = float(np.prod(shape, dtype=np.float64)) * dtype.itemsize / 2**30
        raise DeviceMemoryError(
            f"{shape[0]} phases of {shape[1]} slices need {size:.1f} GiB, more than there is; choose a larger slice "
            "spacing or fewer phases"
        ) from None
