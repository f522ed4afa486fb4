"""Is a dense volume continuous through plane? Every second slice hidden, the gaps filled to a fine spacing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.evaluation.holdout import HoldOut, clipped
from calid_core.evaluation.reformats import filled, long_axes
from calid_core.evaluation.specimens import Crop
from calid_core.pipeline import reconstruct
from calid_core.settings import Device, Method, Mode, ReconstructionSettings

TRUTH = "acquired"
WAYS = {
    "linear": ReconstructionSettings(method=Method.LINEAR),
    "calid": ReconstructionSettings(mode=Mode.REALISM),
    "calid-fidelity": ReconstructionSettings(mode=Mode.FIDELITY),
}


@dataclass(frozen=True, eq=False)
class DenseVolume:
    """One phase with its gaps filled, or as acquired.

    Parameters
    ----------
    name
        The way it was filled; ``TRUTH`` for all acquired slices.
    phase
        Phase of the case.
    pitch
        Distance of its slices in pixels of the acquired grid.
    planes
        Long-axis planes ``(2, slices, SIDE)``.
    change
        Mean absolute difference between heart regions one acquired pitch apart, over that of the acquired slices.
    unevenness
        Largest over mean difference of neighbouring slices in each gap, pixel by pixel: 1 where a gap is crossed in equal
        steps. NaN for the acquired slices.
    """

    name: str
    phase: int
    pitch: float
    planes: Crop
    change: float
    unevenness: float


def dense_volumes(
    held: HoldOut,
    phases: Sequence[int],
    *,
    spacing: float,
    device: Device = Device.AUTO,
    ways: Mapping[str, ReconstructionSettings] = WAYS,
) -> tuple[DenseVolume, ...]:
    """The acquired slices, and what each of ``ways`` makes of every second one, filled to ``spacing`` mm, at ``phases``."""
    box, pitch, pixel = held.case.box, held.case.spacing[0], held.case.spacing[1]
    made = []
    for phase in phases:
        truth = filled(held, held.truth[phase], phase)
        true_change = float(steps(box.crop(truth)).mean())
        made.append(DenseVolume(TRUTH, phase, pitch / pixel, long_axes(truth, box), 1.0, float("nan")))
        for name, way in ways.items():
            settings = ReconstructionSettings.from_dict(
                {**way.to_dict(), "slice_spacing": spacing, "device": device.value}
            )
            result = reconstruct(held.kept.with_phases((phase,)), settings)
            volume = clipped(result.intensity[0])
            heart = box.crop(volume)
            inner = (len(volume) - 1) // (held.kept.slices - 1)
            change = float(steps(heart, inner // 2).mean()) / true_change
            made.append(
                DenseVolume(
                    name,
                    phase,
                    result.geometry.pitch / pixel,
                    long_axes(volume, box),
                    change,
                    spread_of_steps(heart, inner),
                )
            )
    return tuple(made)


def steps(volume: FloatArray, distance: int = 1) -> FloatArray:
    """Mean absolute difference of all slices of ``(slices, rows, columns)`` that are ``distance`` slices apart."""
    difference: FloatArray = np.abs(volume[distance:] - volume[:-distance]).mean(axis=(1, 2))
    return difference


def spread_of_steps(volume: FloatArray, inner: int) -> float:
    """Largest over mean step of a pixel between neighbours within each gap of ``inner`` steps, mean over pixels and gaps.

    1 where every pixel crosses every gap in equal steps, as linear interpolation does; ``inner`` where each crosses it in
    one jump, be it at another place than its neighbours.
    """
    gaps = np.abs(np.diff(volume, axis=0)).reshape(-1, inner, *volume.shape[1:])
    return float(gaps.max(axis=1).mean() / gaps.mean())
