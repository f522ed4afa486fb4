"""Where breath-holds put the slices of a stack: measured against what the networks expect there.

A slice that is made from its neighbours lies where they lie on average; the way from there to the acquired one is the same at every
phase (correlation 0.94 between ED and ES of validation patients) and cannot be foreseen. A network that sees the same few patients
again and again learns these ways by heart; put back to where they belong and moved anew for every view, slices teach none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.checks.registration import estimate_shift
from calid_core.models.checkpoint import CalidModel
from calid_core.training.gaps import DENSE_PITCH
from calid_core.training.pack import PackedVolume
from calid_core.training.validation import predict_hidden

LARGEST = 4.0
"""Pixels; what seems to lie farther away is another structure."""
STIFFNESS = 0.05
"""How much the square of a place counts beside that of what it leaves unexplained."""
MOST_PHASES = 4
"""Phases of a cine that are looked at."""


def with_places(model: CalidModel, volumes: Sequence[PackedVolume]) -> tuple[PackedVolume, ...]:
    """``volumes`` with ``place`` where it can be measured: three slices or more, as large at all phases, of a heart that was acquired.

    The volumes of a subject follow each other. Those for validation are left as they are.
    """
    placed: list[PackedVolume] = []
    for _, group in groupby(volumes, key=lambda volume: volume.subject):
        cine = list(group)
        first = cine[0]
        alike = len({volume.intensity.shape for volume in cine}) == 1
        if alike and not first.validation and first.pitch >= DENSE_PITCH and len(first.intensity) >= 3:
            place = places(offsets(model, cine)).astype(np.float32)
            cine = [replace(volume, place=place) for volume in cine]
        placed += cine
    return tuple(placed)


def offsets(model: CalidModel, cine: Sequence[PackedVolume]) -> FloatArray:
    """``(slices, 2)``: by how many pixels each slice lies lower and further right than its neighbours say, mean over phases; 0 at the ends."""
    looked_at = cine[:: -(-len(cine) // MOST_PHASES)]
    found = np.zeros((len(looked_at), len(cine[0].intensity), 2))
    for phase, volume in enumerate(looked_at):
        for first in (0, 1):
            part = replace(volume, intensity=volume.intensity[first:])
            if len(part.intensity) < 3:
                continue
            prediction = predict_hidden(model, part, steps=1)
            pairs = zip(
                prediction.heart(prediction.truth), prediction.heart(prediction.fidelity), strict=True
            )
            for k, (truth, made) in enumerate(pairs):
                found[phase, first + 1 + 2 * k] = estimate_shift(truth.numpy(), made.numpy(), (1.0, 1.0))
    mean: FloatArray = np.clip(found.mean(axis=0), -LARGEST, LARGEST)
    return mean


def places(offset: FloatArray) -> FloatArray:
    """``(slices, 2)`` pixels: the smallest places that leave each inner slice its ``offset`` from between its neighbours."""
    count = len(offset)
    from_between = np.zeros((count, count))
    for k in range(1, count - 1):
        from_between[k, k - 1 : k + 2] = -0.5, 1.0, -0.5
    stiff = from_between.T @ from_between + STIFFNESS * np.eye(count)
    solved: FloatArray = np.linalg.solve(stiff, from_between.T @ offset)
    return solved
