"""What it gains to draw phases together, cine by cine.

    python -m benchmarks.time_share CINES.npz [--mean 0.1,0.2,0.3] [--sample 0.03,0.05,0.1]

``CINES.npz`` is from ``calid train pack-cines``. Odd slices are predicted from even ones, heart box; gains are over the same model phase by
phase. Of the validation patients every seventh is looked at, and the one acquired whole; of the others the whole cines.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import numpy as np
import torch

from calid_core.arrays import FloatArray
from calid_core.diffusion.synthesis import Drawing, SlicePositions, Target, synthesise_cine
from calid_core.errors import InputError
from calid_core.metrics.similarity import psnr
from calid_core.metrics.spectrum import spectrum_ratio
from calid_core.metrics.temporal import difference_psnr, flicker_ratio
from calid_core.models.checkpoint import CalidModel, load_model
from calid_core.preprocessing import percentile_scale
from calid_core.progress import CancelToken
from calid_core.settings import DEFAULT_STEPS, Mode
from calid_core.training.losses import structural_similarity
from calid_core.training.pack import PackedVolume, read_pack
from calid_core.training.pseudo_cines import expand

STRIDE = 7
BATCH = 8

Cine = tuple[PackedVolume, ...]


@dataclass(frozen=True)
class TemporalGain:
    """Gains in PSNR, SSIM and PSNR of changes from phase to phase; mean absolute second difference and spectrum over those of the truth."""

    psnr: float
    ssim: float
    motion_psnr: float
    flicker: float
    spectrum: float


def read_cines(path: Path) -> tuple[PackedVolume, ...]:
    """What ``calid train pack-cines`` wrote.

    Raises
    ------
    InputError
        It cannot be read, or is a file of ``calid train pack``, which has no cines.
    """
    volumes = read_pack(path)
    if all(volume.displacement is None for volume in volumes):
        raise InputError(
            f"{path} has no ED/ES pairs that can be made to beat; give a file of 'calid train pack-cines'"
        )
    return volumes


def looked_at(volumes: Sequence[PackedVolume]) -> Iterator[tuple[str, Cine]]:
    """Cines and what they are."""
    beating = {volume.subject for volume in volumes if volume.displacement is not None}
    held_out = sorted({volume.subject for volume in volumes if volume.validation} & beating)[::STRIDE]
    for subject, phases in groupby(expand(volumes), key=lambda volume: volume.subject):
        cine = tuple(phases)
        if cine[0].validation and subject not in beating:
            yield "validation, whole cine", cine
        elif subject in held_out:
            yield "validation, made to beat", cine
        elif not cine[0].validation and subject not in beating:
            yield "training, whole cine", cine


def compare(model: CalidModel, cine: Cine, mode: Mode, shares: Sequence[float]) -> Iterator[TemporalGain]:
    """What every one of ``shares`` gains."""
    truth, without = predict(model.frame_by_frame(), cine, mode)
    for share in shares:
        drawn = replace(model.calibration, mean_time_share=share, sample_time_share=share)
        made = predict(replace(model, calibration=drawn), cine, mode)[1]
        yield TemporalGain(
            psnr(made, truth) - psnr(without, truth),
            _similarity(made, truth) - _similarity(without, truth),
            difference_psnr(made, truth) - difference_psnr(without, truth),
            flicker_ratio(made, truth),
            spectrum_ratio(made, truth),
        )


def predict(model: CalidModel, cine: Cine, mode: Mode) -> tuple[FloatArray, FloatArray]:
    """Truth and what is made of the odd slices, ``(phases, slices, rows, columns)`` in the heart box."""
    first = cine[0]
    intensity = np.stack([volume.scaled() for volume in cine])
    images = percentile_scale(intensity[:, ::2]).apply(intensity)
    kept = images[:, ::2]
    gaps = kept.shape[1] - 1
    made = synthesise_cine(
        model,
        lambda phase: kept[phase],
        np.asarray([volume.fraction for volume in cine]),
        tuple(range(len(cine))),
        SlicePositions(tuple(2.0 * first.pitch * i for i in range(gaps + 1)), first.thickness),
        [Target(gap, 0.5) for gap in range(gaps)],
        Drawing(mode, DEFAULT_STEPS, samples=1, seed=0),
        batch_size=BATCH,
        cancel=CancelToken(),
        on_step=lambda done, total: None,
    )
    low, high, left, right = first.box
    found = (images[:, 1 : 2 * gaps : 2], np.stack([phase.intensity for phase in made]))
    truth, ours = (np.clip(x[:, :, low:high, left:right], 0.0, 1.0).astype(np.float32) for x in found)
    return truth, ours


def _similarity(prediction: FloatArray, truth: FloatArray) -> float:
    made, true = (torch.from_numpy(x.reshape(-1, 1, *x.shape[2:])) for x in (prediction, truth))
    return float(structural_similarity(made, true))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pack", type=Path)
    parser.add_argument("--mean", default="0.1,0.2,0.3", help="shares for fidelity, with commas between")
    parser.add_argument("--sample", default="0.03,0.05,0.1", help="the same for realism")
    arguments = parser.parse_args()
    try:
        volumes = read_cines(arguments.pack)
    except InputError as error:
        parser.error(str(error))
    tried = {Mode.FIDELITY: arguments.mean, Mode.REALISM: arguments.sample}
    model = load_model()
    print(f"Weights {model.model_id}\n")
    print(
        "| cine | phases | mode | share | PSNR, dB | SSIM | PSNR of changes, dB | flicker | spectrum ratio |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for kind, cine in looked_at(volumes):
        for mode, text in tried.items():
            shares = [float(share) for share in text.split(",")]
            for share, gain in zip(shares, compare(model, cine, mode, shares), strict=True):
                print(
                    f"| {cine[0].subject} ({kind}) | {len(cine)} | {mode.value} | {share} | {gain.psnr:+.3f} "
                    f"| {gain.ssim:+.5f} | {gain.motion_psnr:+.2f} | {gain.flicker:.2f} | {gain.spectrum:.2f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
