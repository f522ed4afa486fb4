"""Time of a whole volume: CaLID against an earlier diffusion method of its published size, on one machine in one run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.dmcvr_cost import (
    DECODING_STEPS,
    ENCODING_STEPS,
    evaluations,
    seconds_per_evaluation,
)
from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry
from calid_core.models.device import choose_device
from calid_core.pipeline import reconstruct
from calid_core.settings import DEFAULT_STEPS, Device, Mode, ReconstructionSettings

ACQUIRED, SIDE, PITCH, DENSE_SPACING = 10, 256, 10.0, 1.25


@dataclass(frozen=True)
class VolumeCost:
    """Seconds and denoiser evaluations of one volume of ``ACQUIRED`` to ``synthesised`` more slices."""

    name: str
    device: str
    seconds: float
    evaluations: int
    measured: bool


def volume_costs(device: Device, *, steps: int = DEFAULT_STEPS) -> tuple[VolumeCost, ...]:
    """CaLID's modes timed on a whole volume; the earlier method extrapolated from single evaluations.

    The earlier method is charged for single slices in its faster precision, acquired slices encoded once, and for nothing
    but the network; once with the fewest and once with the most steps that it is encoded with.
    """
    stack = _stack()
    made = []
    for mode in (Mode.FIDELITY, Mode.REALISM):
        settings = ReconstructionSettings(mode=mode, slice_spacing=DENSE_SPACING, device=device, steps=steps)
        # The first run loads the weights and warms the device up.
        reconstruct(_stack(slices=2), settings)
        done = reconstruct(stack, settings)
        count = done.geometry.slices - ACQUIRED
        denoised = count * steps if mode is Mode.REALISM else 0
        made.append(VolumeCost(f"CaLID, {mode.value}", done.device, done.seconds, denoised, True))
    compute = choose_device(device)
    synthesised = round((ACQUIRED - 1) * PITCH / DENSE_SPACING) + 1 - ACQUIRED
    single = seconds_per_evaluation(SIDE, compute.device)
    for encoding in ENCODING_STEPS:
        count = evaluations(ACQUIRED, synthesised, encoding_steps=encoding)
        name = f"DMCVR size, {encoding} + {DECODING_STEPS} DDIM steps"
        made.append(VolumeCost(name, compute.label, single * count, count, False))
    return tuple(made)


def _stack(slices: int = ACQUIRED) -> CineStack:
    intensity = np.random.default_rng(0).integers(0, 1000, (1, slices, SIDE, SIDE)).astype(np.int16)
    geometry = Geometry.from_spacing((PITCH, 1.4, 1.4), intensity.shape[1:])
    return CineStack(intensity, geometry, np.zeros(1), Source("cost", "phantom"))
