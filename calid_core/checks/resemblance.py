"""How far the statistics of a stack lie outside the range of the patients that the shipped model was trained on.

The ranges (5 and 95 percentiles) are in ``training_ranges.json``; ``python -m benchmarks.training_ranges ACDC``
computes them anew. They hold no patient data.
"""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.cine import CineStack
from calid_core.contouring.heart_box import estimated_box
from calid_core.errors import CheckpointError
from calid_core.preprocessing import percentile_scale
from calid_core.progress import CancelToken

RANGES_FILE = Path(__file__).with_name("training_ranges.json")
FAR = 0.5
"""Distance outside the range, in widths of the range, from which on it is worth a sentence."""
WORDS = {
    "pitch": "distance of slices (mm)",
    "in_plane": "pixel spacing (mm)",
    "mean": "mean brightness of the heart region",
    "contrast": "contrast of the heart region",
    "spectrum_slope": "sharpness (slope of the spectrum)",
    "interpolability": "similarity of neighbouring slices",
    "noise": "noise",
}
"""What is compared, by the name of the statistic, and how it is called."""


def statistics(stack: CineStack, cancel: CancelToken | None = None) -> dict[str, float]:
    """What a stack is compared by: spacings, brightness, contrast, sharpness, similarity of neighbours, noise."""
    box = estimated_box(stack, cancel)
    scale = percentile_scale(stack.intensity[0])
    heart = np.clip(scale.apply(box.crop(stack.intensity[0].astype(np.float32))), 0.0, 1.0)
    values = {
        "pitch": stack.geometry.pitch,
        "in_plane": float(np.mean(stack.geometry.spacing[1:])),
        "mean": float(heart.mean()),
        "contrast": float(heart.std()),
        "spectrum_slope": _spectrum_slope(heart),
        "noise": float(np.median(np.abs(heart[:, 1:-1] - 0.5 * (heart[:, :-2] + heart[:, 2:])))),
    }
    if stack.slices > 2:
        pairs = [_correlation(a, b) for a, b in pairwise(heart)]
        values["interpolability"] = float(np.median(pairs))
    return values


def outside(
    stack: CineStack, cancel: CancelToken | None = None, *, shipped: bool = True
) -> tuple[float, tuple[tuple[str, float], ...]]:
    """Largest distance outside the training ranges in widths of the range, and a sentence and value for every far one.

    The ranges are those of the ``shipped`` model; where another one runs, the sentences say so.
    """
    worst, sentences = 0.0, []
    ranges = training_ranges()
    for name, value in statistics(stack, cancel).items():
        low, high = ranges[name]
        distance = max(low - value, value - high, 0.0) / max(high - low, 1e-6)
        worst = max(worst, distance)
        if distance > FAR:
            whose, meaning = (
                ("the training patients", "Trust the result less.")
                if shipped
                else ("the shipped model's training patients", "Those of the model that runs are not known.")
            )
            text = f"Unlike {whose}: {WORDS[name]} is {value:.3g}, theirs {low:.3g} to {high:.3g}. {meaning}"
            sentences.append((text, value))
    return worst, tuple(sentences)


@lru_cache(maxsize=1)
def training_ranges() -> dict[str, tuple[float, float]]:
    """Lower and upper end of every statistic among the training patients."""
    try:
        plain = json.loads(RANGES_FILE.read_text())
        return {name: (float(plain[name][0]), float(plain[name][1])) for name in WORDS}
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(
            f"{RANGES_FILE.name} of the installation is damaged: {error}; install again"
        ) from error


def _spectrum_slope(images: FloatArray) -> float:
    """Slope of log power over log frequency between 0.05 and 0.4 cycles per pixel."""
    rows, columns = images.shape[-2:]
    window = np.outer(np.hanning(rows), np.hanning(columns))
    centred = images - images.mean(axis=(-2, -1), keepdims=True)
    power = (np.abs(np.fft.rfft2(centred * window)) ** 2).mean(axis=0)
    frequency = np.hypot(np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None])
    chosen = (frequency > 0.05) & (frequency < 0.4)
    return float(np.polyfit(np.log(frequency[chosen]), np.log(power[chosen] + 1e-12), 1)[0])


def _correlation(a: FloatArray, b: FloatArray) -> float:
    if a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])
