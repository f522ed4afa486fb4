"""Synthesis of the missing slices of a cine: encode its phases, condition over gaps and time, sample, decode.

A phase needs those next to it in time encoded, the relaxed and the contracted heart, and no more: encodings are made when they are
first needed and dropped when no phase to come needs them, so that memory does not grow with the number of phases, and no result depends on the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from calid_core.arrays import FloatArray
from calid_core.diffusion.encoding import EncodedPhase, SlicePositions, encode_phase, encoding_evaluations
from calid_core.diffusion.gap_work import Drawing, GapWork, Target, batch_evaluations, synthesise_batch
from calid_core.diffusion.phase_neighbours import (
    OtherPhase,
    extreme_phases,
    needed_phases,
    neighbouring_phases,
)
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
    alone = model.temporal is None or not targets or len(fractions) == 1
    about = tuple(() for _ in fractions) if alone else others_of(cine, fractions, cancel)
    run = _Run(
        model, cine, positions, tuple(targets), drawing, batch_size, cancel, on_step,
        encodings_left=len(needed_phases(about, order)), syntheses_left=len(order),
    )  # fmt: skip
    for place, phase in enumerate(order):
        yield run.phase(phase, about[phase])
        run.syntheses_left -= 1
        run.forget_all_but(needed_phases(about, order[place + 1 :]))


def others_of(
    cine: PhaseSlices, fractions: FloatArray, cancel: CancelToken
) -> tuple[tuple[OtherPhase, ...], ...]:
    """The phases that are looked at for each phase of a cine; see ``phase_neighbours``."""

    def slices(phase: int) -> FloatArray:
        cancel.raise_if_cancelled()
        return cine(phase)

    return neighbouring_phases(fractions, extreme_phases(slices, len(fractions)))


@dataclass(eq=False)
class _Run:
    """Encodings that are still needed, and how far the run is."""

    model: CalidModel
    cine: PhaseSlices
    positions: SlicePositions
    targets: tuple[Target, ...]
    drawing: Drawing
    batch_size: int
    cancel: CancelToken
    on_step: OnStep
    encodings_left: int
    syntheses_left: int
    encoded: dict[int, EncodedPhase] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    @property
    def gaps(self) -> tuple[int, ...]:
        """The gaps in which slices are wanted, increasing."""
        return tuple(sorted({target.gap for target in self.targets}))

    def phase(self, phase: int, others: tuple[OtherPhase, ...]) -> Synthesis:
        """Make one phase, in smaller batches where memory does not suffice."""
        slices = self.cine(phase)
        if not self.targets:
            return Synthesis(phase, np.zeros((0, *slices.shape[1:]), np.float32), None, 0)
        while True:
            try:
                return self._phase(phase, others, slices)
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                if self.batch_size == 1:
                    rows, columns = slices.shape[1:]
                    raise DeviceMemoryError(
                        f"{self.model.device} ran out of memory on one slice of {rows} x {columns}; "
                        "close other programs, lower --samples, or use another device"
                    ) from error
                self.batch_size = max(self.batch_size // 2, 1)

    def forget_all_but(self, phases: set[int]) -> None:
        """Drop encodings that are not needed any more."""
        self.encoded = {phase: encoded for phase, encoded in self.encoded.items() if phase in phases}

    def _phase(self, phase: int, others: tuple[OtherPhase, ...], slices: FloatArray) -> Synthesis:
        rows, columns = slices.shape[1:]
        order = sorted(range(len(self.targets)), key=lambda i: (self.targets[i].gap, self.targets[i].alpha))
        self.total = self.done + self._evaluations_left(len(slices))
        images: list[Tensor] = []
        widths: list[Tensor] = []
        with torch.inference_mode(), reduced_precision(self.model.compute):
            work = GapWork(
                self.model,
                self._in_time(phase, others),
                self.positions,
                self.drawing,
                self._before_evaluation,
            )
            for start in range(0, len(order), self.batch_size):
                part = [self.targets[i] for i in order[start : start + self.batch_size]]
                intensity, width = synthesise_batch(work, part)
                images.append(intensity[:, 0, :rows, :columns].float().cpu())
                widths.append(width[:, 0, :rows, :columns].float().cpu())
        back = np.argsort(np.asarray(order))
        return Synthesis(
            phase,
            torch.cat(images).numpy()[back],
            torch.cat(widths).numpy()[back],
            self.drawing.evaluations,
        )

    def _in_time(self, phase: int, others: tuple[OtherPhase, ...]) -> EncodedPhase:
        """The encoded phase, its features conditioned on those of the other phases it looks at."""
        encoded = self._encode(phase)
        if self.model.temporal is None or not others:
            return encoded
        features = [self._encode(other.phase).features for other in others]
        offsets, roles = (
            torch.tensor(values)[:, None].expand(-1, len(self.gaps)).to(self.model.device)
            for values in ([other.offset for other in others], [other.role for other in others])
        )
        return replace(encoded, features=self.model.temporal(encoded.features, features, offsets, roles))

    def _encode(self, phase: int) -> EncodedPhase:
        if phase not in self.encoded:
            self.encoded[phase] = encode_phase(
                self.model,
                self.cine(phase),
                self.positions,
                self.gaps,
                self.batch_size,
                self._before_evaluation,
            )
            self.encodings_left -= 1
        return self.encoded[phase]

    def _before_evaluation(self) -> None:
        self.cancel.raise_if_cancelled()
        self.done += 1
        self.on_step(self.done, self.total)

    def _evaluations_left(self, slices: int) -> int:
        encoding = encoding_evaluations(slices, len(self.gaps), self.batch_size)
        batches = -(-len(self.targets) // self.batch_size)
        return self.encodings_left * encoding + self.syntheses_left * batches * batch_evaluations(
            self.model, self.drawing
        )
