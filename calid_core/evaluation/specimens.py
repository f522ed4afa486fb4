"""Small crops of hidden slices, kept for the pictures of the report and for the two-sample test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calid_core.arrays import FloatArray
from calid_core.contouring.heart_box import Box
from calid_core.evaluation.holdout import HoldOut
from calid_core.evaluation.prediction import Prediction

SIDE = 128
"""Side of a crop in pixels of the acquired grid, centred on the heart box; never resampled."""

Crop = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Specimen:
    """One hidden slice: the truth and what each method made of it, ``(SIDE, SIDE)`` uint8 with 255 for 1.

    Parameters
    ----------
    dataset, subject, case, phase, slice_
        Where it is from.
    truth
        The acquired slice.
    images
        Predictions by method.
    half_widths
        Half-widths of 90 % intervals by method, where it gives some.
    psnr
        By method, heart box, dB.
    phases
        How many phases its case has.
    """

    dataset: str
    subject: str
    case: str
    phase: int
    slice_: int
    truth: Crop
    images: Mapping[str, Crop]
    half_widths: Mapping[str, Crop]
    psnr: Mapping[str, float]
    phases: int = 1

    @property
    def place(self) -> str:
        """Where it is from, for people: slice and, of a cine, phase counted from 1 as everywhere."""
        phase = f", phase {self.phase + 1}" if self.phases > 1 else ""
        return f"{self.case}, slice {self.slice_ + 1}{phase}"


def primary_method(methods: Sequence[str]) -> str:
    """The method a report is about: ``calid`` where it was evaluated, else the last."""
    return "calid" if "calid" in methods else methods[-1]


def tested_phases(phases: int) -> tuple[int, ...]:
    """Phases of a case that enter the two-sample test: of a cine the first and one about end-systole."""
    return tuple(sorted({0, phases // 3}))


def telling_phases(psnr: FloatArray) -> tuple[int, ...]:
    """Phases of a case to show: the best, the median, the worst one and the one of the worst slice.

    Parameters
    ----------
    psnr
        ``(phases, gaps)``, dB; NaN where the truth is not as acquired.
    """
    scored = np.flatnonzero(~np.isnan(psnr).all(axis=1))
    ranked = scored[np.argsort(np.nanmean(psnr[scored], axis=1))]
    worst_slice = np.unravel_index(int(np.nanargmin(psnr)), psnr.shape)[0]
    return tuple(sorted({int(p) for p in (ranked[0], ranked[len(ranked) // 2], ranked[-1], worst_slice)}))


def crop_about(image: FloatArray, box: Box) -> Crop:
    """The square of ``SIDE`` about the centre of ``box``, zero outside the image, as uint8."""
    padded = np.pad(image, SIDE // 2)
    row, column = (round(c) for c in box.centre)
    square = padded[row : row + SIDE, column : column + SIDE]
    crop: Crop = np.rint(np.clip(square, 0.0, 1.0) * 255.0).astype(np.uint8)
    return crop


def specimens(
    held: HoldOut,
    predictions: Mapping[str, Prediction],
    psnr: Mapping[str, FloatArray],
    phases: tuple[int, ...],
) -> list[Specimen]:
    """Specimens of all hidden slices at ``phases`` that are as acquired.

    Parameters
    ----------
    held
        The case.
    predictions
        By method.
    psnr
        ``(phases, gaps)`` by method.
    phases
        Phases of which specimens are kept.
    """
    case = held.case
    return [
        Specimen(
            dataset=case.dataset,
            subject=case.subject,
            case=case.name,
            phase=phase,
            slice_=slice_,
            truth=crop_about(held.truth[phase, gap], case.box),
            images={n: crop_about(p.intensity[phase, gap], case.box) for n, p in predictions.items()},
            half_widths={
                n: crop_about(p.half_width[phase, gap], case.box)
                for n, p in predictions.items()
                if p.half_width is not None
            },
            psnr={name: float(values[phase, gap]) for name, values in psnr.items()},
            phases=case.stack.phases,
        )
        for phase in phases
        for gap, slice_ in enumerate(held.hidden)
        if held.acquired[phase, gap]
    ]
