"""Synthesis of the missing slices of one phase: encode, condition per gap, sample, decode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from calid_core.arrays import FloatArray
from calid_core.diffusion.gap_work import GapWork, Known, Target, encode_gaps, planned, synthesise_batch
from calid_core.errors import DeviceMemoryError
from calid_core.models.checkpoint import CalidModel
from calid_core.models.device import out_of_memory
from calid_core.models.precision import reduced_precision
from calid_core.progress import CancelToken
from calid_core.settings import Mode

__all__ = ["Synthesis", "Target", "encode_slices", "synthesise_phase"]

SIDE_MULTIPLE = 16
"""Sides are padded to a multiple of this: a quarter for the latent, and two halvings more."""
CEILING = 1.1
"""Largest scaled intensity the networks were trained on."""


@dataclass(frozen=True, eq=False)
class Synthesis:
    """Synthesised slices of one phase.

    Parameters
    ----------
    intensity
        ``(targets, rows, columns)`` float32, scaled units of the input.
    half_width
        Like ``intensity``: half-width of the calibrated 90 % interval about the posterior mean.
    evaluations
        Denoiser evaluations per slice.
    """

    intensity: FloatArray
    half_width: FloatArray | None
    evaluations: int


def synthesise_phase(
    model: CalidModel,
    slices: FloatArray,
    *,
    positions: FloatArray,
    thickness: float,
    targets: Sequence[Target],
    mode: Mode,
    steps: int,
    samples: int,
    seed: int,
    batch_size: int,
    cancel: CancelToken,
    on_step: Callable[[int, int], None],
) -> Synthesis:
    """Synthesise ``targets`` between the acquired ``slices`` of one phase.

    Parameters
    ----------
    model
        From ``calid_core.models.checkpoint.load_model``.
    slices
        ``(slices, rows, columns)``, about 0 to 1: scaled by the percentiles of the acquired slices.
    positions
        ``(slices,)``, mm along the normal, increasing or decreasing.
    thickness
        Slice thickness in mm, 0 where unknown.
    targets
        Slices to synthesise, in any order.
    mode
        Realism draws a sample; fidelity returns the posterior mean and ignores ``steps``, ``samples`` and ``seed``.
    steps, samples, seed
        Denoiser evaluations per sample; samples for the spread, of which the first is returned; seed of the noise.
    batch_size
        Slices per network call; halved where memory does not suffice.
    cancel
        Looked at before every network evaluation.
    on_step
        Told how many network evaluations are done, and of how many.

    Raises
    ------
    Cancelled
        ``cancel`` was set.
    DeviceMemoryError
        Not even one slice fits.
    """
    if not targets:
        return Synthesis(np.zeros((0, *slices.shape[1:]), np.float32), None, 0)
    order = sorted(range(len(targets)), key=lambda i: (targets[i].gap, targets[i].alpha))
    while True:
        try:
            return _synthesise(
                model, slices, [float(p) for p in positions], thickness, targets, order, mode,
                steps, samples, seed, batch_size, cancel, on_step,
            )  # fmt: skip
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            if batch_size == 1:
                rows, columns = slices.shape[1:]
                raise DeviceMemoryError(
                    f"{model.device} ran out of memory on one slice of {rows} x {columns}; "
                    "close other programs, lower --samples, or use another device"
                ) from error
            batch_size = max(batch_size // 2, 1)


def _synthesise(
    model: CalidModel,
    slices: FloatArray,
    positions: list[float],
    thickness: float,
    targets: Sequence[Target],
    order: list[int],
    mode: Mode,
    steps: int,
    samples: int,
    seed: int,
    batch_size: int,
    cancel: CancelToken,
    on_step: Callable[[int, int], None],
) -> Synthesis:
    per_slice = steps * samples if mode is Mode.REALISM else 0
    batches = planned([targets[i] for i in order], batch_size)
    done = 0
    guesses = samples if per_slice and model.calibration.start_time > 0.0 else 0
    total = -(-len(slices) // batch_size) + sum(
        bool(batch.new_gaps) + 2 + per_slice + (samples if per_slice else 1) + guesses for batch in batches
    )

    def before_evaluation() -> None:
        nonlocal done
        cancel.raise_if_cancelled()
        done += 1
        on_step(done, total)

    rows, columns = slices.shape[1:]
    images: list[Tensor] = []
    widths: list[Tensor] = []
    with torch.inference_mode(), reduced_precision(model.compute):
        padded = padded_images(slices).to(model.device)
        latents = encode_slices(model, padded, batch_size, before_evaluation)
        work = GapWork(
            model, padded, latents, tuple(positions), thickness, mode, steps, samples, seed, before_evaluation
        )
        known: Known = {}
        for batch in batches:
            known = encode_gaps(work, batch, known)
            intensity, width = synthesise_batch(work, batch, known)
            images.append(intensity[:, 0, :rows, :columns].float().cpu())
            widths.append(width[:, 0, :rows, :columns].float().cpu())
    back = np.argsort(np.asarray(order))
    return Synthesis(torch.cat(images).numpy()[back], torch.cat(widths).numpy()[back], per_slice)


def padded_images(slices: FloatArray) -> Tensor:
    """``slices`` as ``(slices, 1, rows, columns)``, clipped to what was trained on and reflected to a suitable size."""
    images = torch.from_numpy(np.ascontiguousarray(slices, np.float32))[:, None].clamp(0.0, CEILING)
    rows, columns = images.shape[-2:]
    padding = (0, -columns % SIDE_MULTIPLE, 0, -rows % SIDE_MULTIPLE)
    reflects = padding[1] < columns and padding[3] < rows
    return functional.pad(images, padding, mode="reflect" if reflects else "replicate")


def encode_slices(
    model: CalidModel, padded: Tensor, batch_size: int, before_evaluation: Callable[[], None]
) -> Tensor:
    """Latents ``(slices, channels, rows / 4, columns / 4)`` of padded images."""
    latents = []
    for part in torch.split(padded, batch_size):
        before_evaluation()
        latents.append(model.autoencoder.encode(part.contiguous(memory_format=torch.channels_last)).float())
    return torch.cat(latents)
