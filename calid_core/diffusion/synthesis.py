"""Synthesis of the missing slices of a cine: latents of each phase, drawn together over time, decoded.

A phase needs the latents of the two next to it in time and no more: they are made when they are first needed and dropped when no phase
to come needs them, so that memory does not grow with the number of phases, and no result depends on the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from calid_core.arrays import FloatArray
from calid_core.diffusion.encoding import SlicePositions, encode_phase, encoding_evaluations
from calid_core.diffusion.gap_work import (
    BatchLatents,
    Drawing,
    GapWork,
    decode_latents,
    latent_evaluations,
    make_latents,
)
from calid_core.diffusion.target_batch import KeptNoise, Parts, Target, gaps_of, in_parts
from calid_core.diffusion.temporal import drawn_together
from calid_core.errors import DeviceMemoryError
from calid_core.heart_cycle import Surrounding, needed_phases, surroundings_in_time
from calid_core.models.checkpoint import CalidModel
from calid_core.models.device import give_back_memory, out_of_memory
from calid_core.models.precision import reduced_precision
from calid_core.progress import CancelToken
from calid_core.settings import Mode

__all__ = ["Drawing", "SlicePositions", "Synthesis", "Target", "synthesise_cine", "synthesise_phase"]

KEPT_NOISE = 64 * 2**20
"""Bytes of noise that a run of several phases keeps."""

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
    share = model.calibration.time_share(drawing.mode) if targets else 0.0
    around = surroundings_in_time(fractions) if share > 0.0 else (None,) * len(fractions)
    needed = len(needed_phases(around, order))
    run = _Run(
        model, cine, positions, tuple(targets), drawing, batch_size, cancel, on_step, share,
        KeptNoise(KEPT_NOISE if needed > 1 else 0), latents_left=needed, decodings_left=len(order),
    )  # fmt: skip
    for place, phase in enumerate(order):
        yield run.phase(phase, around[phase])
        run.forget_all_but(needed_phases(around, order[place + 1 :]))


@dataclass(eq=False)
class _Run:
    """Latents that are still needed, and how far the run is."""

    model: CalidModel
    cine: PhaseSlices
    positions: SlicePositions
    targets: tuple[Target, ...]
    drawing: Drawing
    batch_size: int
    cancel: CancelToken
    on_step: OnStep
    share: float
    noise: KeptNoise
    latents_left: int
    decodings_left: int
    parts: Parts | None = None
    latents: dict[int, tuple[BatchLatents, ...]] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    @property
    def order(self) -> list[int]:
        """Indices of the targets in the order in which they are made."""
        return sorted(range(len(self.targets)), key=lambda i: (self.targets[i].gap, self.targets[i].alpha))

    @property
    def work(self) -> GapWork:
        """What all batches share."""
        return GapWork(self.model, self.drawing, self.noise, self._before_evaluation)

    def phase(self, phase: int, surrounding: Surrounding | None) -> Synthesis:
        """Make one phase, in smaller batches where memory does not suffice."""
        rows, columns = self.cine(phase).shape[1:]
        if not self.targets:
            return Synthesis(phase, np.zeros((0, rows, columns), np.float32), None, 0)
        while True:
            try:
                return self._phase(phase, surrounding, rows, columns)
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                if self.batch_size == 1:
                    fewer = "ask for fewer samples, " if self.drawing.samples > 1 else ""
                    raise DeviceMemoryError(
                        f"{self.model.device} ran out of memory on one slice of {rows} x {columns}; "
                        f"close other programs, {fewer}or use another device"
                    ) from error
                self.batch_size = max(self.batch_size // 2, 1)
                self.latents_left += len(self.latents)
                self.latents.clear()
                self.noise.kept.clear()
                self.parts = None
            # Only now: until here the error held every tensor of the functions that it came through.
            give_back_memory(self.model.device)

    def forget_all_but(self, phases: set[int]) -> None:
        """Drop latents that are not needed any more."""
        self.latents = {phase: made for phase, made in self.latents.items() if phase in phases}

    def _phase(self, phase: int, surrounding: Surrounding | None, rows: int, columns: int) -> Synthesis:
        self.total = self.done + self._evaluations_left(len(self.positions.along))
        images: list[Tensor] = []
        widths: list[Tensor] = []
        with torch.inference_mode(), reduced_precision(self.model.compute):
            for latents in self._drawn_together(phase, surrounding):
                intensity, width = decode_latents(self.work, latents)
                images.append(intensity[:, 0, :rows, :columns].cpu())
                widths.append(width[:, 0, :rows, :columns].float().cpu())
        self.decodings_left -= 1
        back = np.argsort(np.asarray(self.order))
        return Synthesis(
            phase,
            torch.cat(images).numpy()[back],
            torch.cat(widths).numpy()[back],
            self.drawing.evaluations,
        )

    def _drawn_together(self, phase: int, surrounding: Surrounding | None) -> Iterator[BatchLatents]:
        own = self._latents_of(phase)
        if surrounding is None:
            yield from own
            return
        before, after = self._latents_of(surrounding.before), self._latents_of(surrounding.after)
        for batch, earlier, later in zip(own, before, after, strict=True):
            samples = zip(batch.drawn, earlier.drawn, later.drawn, strict=True)
            drawn = tuple(drawn_together(*three, surrounding.place, self.share) for three in samples)
            yield replace(batch, drawn=drawn)

    def _latents_of(self, phase: int) -> tuple[BatchLatents, ...]:
        if phase not in self.latents:
            work = self.work
            if self.parts is None:
                ordered = [self.targets[i] for i in self.order]
                self.parts = in_parts(ordered, self.positions, self.batch_size, self.model.device)
            encoded = encode_phase(
                self.model, self.cine(phase), self.parts.gaps, self.batch_size, work.before_evaluation
            )
            self.latents[phase] = tuple(make_latents(work, encoded, batch) for batch in self.parts.targets)
            self.latents_left -= 1
        return self.latents[phase]

    def _before_evaluation(self) -> None:
        self.cancel.raise_if_cancelled()
        self.done += 1
        self.on_step(self.done, self.total)

    def _evaluations_left(self, slices: int) -> int:
        batches = -(-len(self.targets) // self.batch_size)
        encoding = encoding_evaluations(slices, len(gaps_of(self.targets)), self.batch_size)
        making = encoding + batches * latent_evaluations(self.drawing)
        decoding = batches * (self.drawing.samples if self.drawing.mode is Mode.REALISM else 1)
        return self.latents_left * making + self.decodings_left * decoding
