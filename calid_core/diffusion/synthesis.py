"""Synthesis of the missing slices of a cine: estimate each phase, let neighbouring phases speak, sample, decode.

A phase needs the estimates of the two next to it in time and no more: they are made when they are first needed and dropped when no phase
to come needs them, so that memory does not grow with the number of phases, and no result depends on the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from calid_core.arrays import FloatArray
from calid_core.diffusion.encoding import SlicePositions, encode_phase, encoding_evaluations
from calid_core.diffusion.gap_work import (
    ESTIMATE_EVALUATIONS,
    BatchEstimate,
    Drawing,
    GapWork,
    Target,
    estimate_batch,
    finish_batch,
    finishing_evaluations,
)
from calid_core.diffusion.temporal import OtherPhase, averaged_over_time, needed_phases, neighbouring_phases
from calid_core.errors import DeviceMemoryError
from calid_core.models.checkpoint import CalidModel
from calid_core.models.device import out_of_memory
from calid_core.models.precision import reduced_precision
from calid_core.progress import CancelToken

__all__ = ["Drawing", "SlicePositions", "Synthesis", "Target", "synthesise_cine", "synthesise_phase"]

PhaseSlices = Callable[[int], FloatArray]
"""Acquired ``(slices, rows, columns)`` of a phase, about 0 to 1: scaled by the percentiles of the acquired slices."""
OnStep = Callable[[int, int], None]
"""Told how many network evaluations are done, and of how many."""


@dataclass(frozen=True, eq=False)
class Synthesis:
    """Synthesised slices of one phase.

    Parameters
    ----------
    phase
        Which phase of the cine.
    intensity
        ``(targets, rows, columns)`` float32, scaled units of the input.
    half_width
        Like ``intensity``: half-width of the calibrated 90 % interval about the posterior mean.
    evaluations
        Denoiser evaluations per slice.
    """

    phase: int
    intensity: FloatArray
    half_width: FloatArray | None
    evaluations: int


def synthesise_phase(
    model: CalidModel,
    slices: FloatArray,
    positions: SlicePositions,
    targets: Sequence[Target],
    drawing: Drawing,
    *,
    batch_size: int,
    cancel: CancelToken,
    on_step: OnStep,
) -> Synthesis:
    """Synthesise ``targets`` between the acquired ``slices`` ``(slices, rows, columns)`` of a single phase.

    See ``synthesise_cine``, of which this is the case of one phase.
    """
    made = synthesise_cine(
        model, lambda phase: slices, np.zeros(1), (0,), positions, targets, drawing,
        batch_size=batch_size, cancel=cancel, on_step=on_step,
    )  # fmt: skip
    return next(made)


def synthesise_cine(
    model: CalidModel,
    cine: PhaseSlices,
    fractions: FloatArray,
    order: tuple[int, ...],
    positions: SlicePositions,
    targets: Sequence[Target],
    drawing: Drawing,
    *,
    batch_size: int,
    cancel: CancelToken,
    on_step: OnStep,
) -> Iterator[Synthesis]:
    """Synthesise ``targets`` at the phases ``order``, one phase after the other.

    Parameters
    ----------
    model
        From ``calid_core.models.checkpoint.load_model``.
    cine
        Gives the acquired slices of any phase.
    fractions
        ``(phases,)``, moments in heart cycles.
    order
        The phases that are wanted, in the order in which they are made.
    positions
        Of the acquired slices.
    targets
        Slices to synthesise, in any order.
    drawing
        Realism draws a sample; fidelity returns the posterior mean.
    batch_size
        Slices per network call; halved where memory does not suffice.
    cancel
        Looked at before every network evaluation.

    Raises
    ------
    Cancelled
        ``cancel`` was set.
    DeviceMemoryError
        Not even one slice fits.
    """
    about = needed_for(model, fractions, targets)
    run = _Run(
        model, cine, positions, tuple(targets), drawing, batch_size, cancel, on_step,
        estimates_left=len(needed_phases(about, order)), syntheses_left=len(order),
    )  # fmt: skip
    for place, phase in enumerate(order):
        yield run.phase(phase, about[phase])
        run.forget_all_but(needed_phases(about, order[place + 1 :]))


def needed_for(
    model: CalidModel, fractions: FloatArray, targets: Sequence[Target]
) -> tuple[tuple[OtherPhase, ...], ...]:
    """The phases that are looked at for each phase of a cine; none where every phase is made by itself."""
    if model.calibration.averaging_time == 0.0 or not targets:
        return tuple(() for _ in fractions)
    return neighbouring_phases(fractions)


@dataclass(eq=False)
class _Run:
    """Estimates that are still needed, and how far the run is."""

    model: CalidModel
    cine: PhaseSlices
    positions: SlicePositions
    targets: tuple[Target, ...]
    drawing: Drawing
    batch_size: int
    cancel: CancelToken
    on_step: OnStep
    estimates_left: int
    syntheses_left: int
    estimates: dict[int, tuple[BatchEstimate, ...]] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    @property
    def gaps(self) -> tuple[int, ...]:
        """The gaps in which slices are wanted, increasing."""
        return tuple(sorted({target.gap for target in self.targets}))

    @property
    def order(self) -> list[int]:
        """Indices of the targets in the order in which they are made."""
        return sorted(range(len(self.targets)), key=lambda i: (self.targets[i].gap, self.targets[i].alpha))

    @property
    def work(self) -> GapWork:
        """What all batches share."""
        return GapWork(self.model, self.positions, self.drawing, self._before_evaluation)

    def phase(self, phase: int, others: tuple[OtherPhase, ...]) -> Synthesis:
        """Make one phase, in smaller batches where memory does not suffice."""
        rows, columns = self.cine(phase).shape[1:]
        if not self.targets:
            return Synthesis(phase, np.zeros((0, rows, columns), np.float32), None, 0)
        while True:
            try:
                return self._phase(phase, others, rows, columns)
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                if self.batch_size == 1:
                    raise DeviceMemoryError(
                        f"{self.model.device} ran out of memory on one slice of {rows} x {columns}; "
                        "close other programs, lower --samples, or use another device"
                    ) from error
                self.batch_size = max(self.batch_size // 2, 1)
                self.estimates_left += len(self.estimates)
                self.estimates.clear()

    def forget_all_but(self, phases: set[int]) -> None:
        """Drop estimates that are not needed any more."""
        self.estimates = {phase: made for phase, made in self.estimates.items() if phase in phases}

    def _phase(self, phase: int, others: tuple[OtherPhase, ...], rows: int, columns: int) -> Synthesis:
        self.total = self.done + self._evaluations_left(len(self.positions.along))
        images: list[Tensor] = []
        widths: list[Tensor] = []
        with torch.inference_mode(), reduced_precision(self.model.compute):
            own = self._estimate(phase)
            about = [self._estimate(other.phase) for other in others]
            offsets = [other.offset for other in others]
            for batch, *same in zip(own, *about, strict=True):
                latents = [other.latent for other in same]
                latent = averaged_over_time(
                    batch.latent, latents, offsets, self.model.calibration.averaging_time
                )
                intensity, width = finish_batch(self.work, batch, latent)
                images.append(intensity[:, 0, :rows, :columns].float().cpu())
                widths.append(width[:, 0, :rows, :columns].float().cpu())
        self.syntheses_left -= 1
        back = np.argsort(np.asarray(self.order))
        return Synthesis(
            phase,
            torch.cat(images).numpy()[back],
            torch.cat(widths).numpy()[back],
            self.drawing.evaluations,
        )

    def _estimate(self, phase: int) -> tuple[BatchEstimate, ...]:
        if phase not in self.estimates:
            work, order = self.work, self.order
            encoded = encode_phase(
                self.model,
                self.cine(phase),
                self.positions,
                self.gaps,
                self.batch_size,
                work.before_evaluation,
            )
            self.estimates[phase] = tuple(
                estimate_batch(
                    work, encoded, [self.targets[i] for i in order[start : start + self.batch_size]]
                )
                for start in range(0, len(order), self.batch_size)
            )
            self.estimates_left -= 1
        return self.estimates[phase]

    def _before_evaluation(self) -> None:
        self.cancel.raise_if_cancelled()
        self.done += 1
        self.on_step(self.done, self.total)

    def _evaluations_left(self, slices: int) -> int:
        batches = -(-len(self.targets) // self.batch_size)
        encoding = encoding_evaluations(slices, len(self.gaps), self.batch_size)
        finishing = batches * finishing_evaluations(self.model, self.drawing)
        return (
            self.estimates_left * (encoding + batches * ESTIMATE_EVALUATIONS)
            + self.syntheses_left * finishing
        )
