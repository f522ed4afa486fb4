"""Long-axis pictures of a held-out stack: acquired slices with the true ones between, or with those a method made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.contouring.heart_box import Box
from calid_core.evaluation.holdout import HoldOut, clipped
from calid_core.evaluation.prediction import Prediction
from calid_core.evaluation.specimens import SIDE, Crop, crop_about


@dataclass(frozen=True, eq=False)
class Reformat:
    """One phase of a case cut along both in-plane axes.

    Parameters
    ----------
    dataset, case, phase
        Where it is from.
    pitch
        Distance of its slices in pixels of the acquired grid.
    truth
        ``(2, slices, SIDE)`` through the acquired slices, the hidden ones included.
    images
        The same by method, hidden slices as the method made them.
    """

    dataset: str
    case: str
    phase: int
    pitch: float
    truth: Crop
    images: Mapping[str, Crop]


def long_axes(volume: FloatArray, box: Box) -> Crop:
    """Planes along columns and along rows through the middle of ``box``, ``(2, slices, SIDE)`` of ``(slices, rows, columns)``."""
    crops = np.stack([crop_about(image, box) for image in volume])
    return np.stack([crops[:, SIDE // 2], crops[:, :, SIDE // 2]])


def reformats(
    held: HoldOut, predictions: Mapping[str, Prediction], phases: tuple[int, ...]
) -> list[Reformat]:
    """Long-axis pictures of a case at ``phases``."""
    pitch, row, _ = held.case.spacing
    return [
        Reformat(
            held.case.dataset,
            held.case.name,
            phase,
            pitch / row,
            long_axes(filled(held, held.truth[phase], phase), held.case.box),
            {
                name: long_axes(filled(held, clipped(p.intensity[phase]), phase), held.case.box)
                for name, p in predictions.items()
            },
        )
        for phase in phases
    ]


def filled(held: HoldOut, between: FloatArray, phase: int) -> FloatArray:
    """The kept slices of a phase with one of ``between`` in every gap, ``(slices, rows, columns)``."""
    kept = held.kept.intensity[phase].astype(np.float32)
    volume = np.empty((2 * len(kept) - 1, *kept.shape[1:]), np.float32)
    volume[::2], volume[1::2] = kept, between
    return volume
