"""Calibration of intervals on validation patients: one factor, so that they cover as stated on average over those patients."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from calid_core.training.validation import Prediction

Array = npt.NDArray[np.float64]
COVERAGE = 0.9


def interval_scores(prediction: Prediction) -> Array:
    """Absolute errors of the posterior mean in units of the predicted half-width, heart box."""
    error = (prediction.heart(prediction.fidelity) - prediction.heart(prediction.truth)).abs()
    low, high, left, right = prediction.volume.box
    width = prediction.half_width[:, low:high, left:right].clamp_min(1e-6)
    scores: Array = torch.flatten(error / width).double().numpy()
    return scores


def mean_coverage(by_patient: list[Array], factor: float) -> float:
    """Share of scores within ``factor``, averaged over patients."""
    return float(np.mean([np.mean(scores <= factor) for scores in by_patient]))


def covering_factor(by_patient: list[Array], coverage: float = COVERAGE) -> float:
    """Smallest factor whose intervals cover ``coverage`` of the pixels on average over these patients, by bisection.

    It promises nothing for one patient, nor for patients who are not among them.
    """
    low, high = 0.0, max(float(scores.max()) for scores in by_patient)
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if mean_coverage(by_patient, middle) >= coverage else (middle, high)
    return high


def scores_by_patient(predictions: tuple[Prediction, ...]) -> list[Array]:
    """Scores of each patient, all phases together."""
    found: dict[str, list[Array]] = {}
    for prediction in predictions:
        found.setdefault(prediction.volume.subject, []).append(interval_scores(prediction))
    return [np.concatenate(parts) for parts in found.values()]


def held_out_coverage(by_patient: list[Array]) -> Array:
    """Coverage of each patient with the factor for ``COVERAGE`` that the other patients give."""
    found = []
    for index, scores in enumerate(by_patient):
        factor = covering_factor(by_patient[:index] + by_patient[index + 1 :])
        found.append(float(np.mean(scores <= factor)))
    return np.asarray(found)
