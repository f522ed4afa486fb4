"""Does every made slice fit between the slices around it? Needs no truth.

A volume that was filled well changes smoothly along the slices. Each made slice is compared with the mean of the output
slices before and after it, over the heart, at a few phases. How much it may differ is learnt from the volume itself:
the slices at the same place in the other gaps set the scale. Where the reconstruction has an interval, a difference counts for less the wider
the interval is there. A slice that a fault moved, or whose wall is gone in one sector,
stands out against them. What is wrong in all slices alike cannot be seen this way. Where too few slices lie at the same
place (two or three acquired slices have one or two gaps), the difference itself is judged, which finds gross faults only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from calid_core.arrays import BoolArray, FloatArray, IntArray
from calid_core.checks.registration import estimate_shift
from calid_core.checks.results import Plausibility
from calid_core.contouring.heart_box import estimated_box
from calid_core.preprocessing import cine_scale
from calid_core.progress import CancelToken
from calid_core.provenance import SliceOrigin
from calid_core.reconstruction import Reconstruction

PATCH = 15.0
"""Side of the patches the worst one is sought among, mm."""
MOST_PHASES = 6
"""Phases that are looked at, evenly over the cycle."""
ATTENTION_DEVIATION = 8.0
"""Robust standard deviations from the other slices at which a slice needs attention."""
ATTENTION_PATCH = 24.0
"""The same for the worst of hundreds of patches; untouched real slices reach 23 (SCD0000101, a training patient)."""
FEWEST = 3
"""Slices at the same place of their gaps from which on they set the scale for each other."""
ATTENTION_DIFFERENCE = 0.15
"""Where there are fewer: difference of a whole slice, as a share of the intensity range, at which it needs attention;
untouched slices between two of ACDC's reach 0.08."""
ATTENTION_PATCH_DIFFERENCE = 0.4
"""The same for its worst patch; those reach 0.28."""
ATTENTION_SHIFT = 2.5
"""Shift against the neighbours, mm, at which a made slice needs attention."""
LEAST_WIDTH = 0.03
"""Half-width of an interval that is added everywhere, as a share of the intensity range."""
_TO_SIGMA = 1.4826
_FLOOR = 0.004
"""Smallest spread that counts, as a share of the intensity range."""


def check_plausibility(reconstruction: Reconstruction, cancel: CancelToken | None = None) -> Plausibility:
    """Score of every made slice at up to ``MOST_PHASES`` phases, evenly over the cycle; acquired slices score 0.

    Parameters
    ----------
    reconstruction
        Any method.
    cancel
        Looked at before every phase and every slice.
    """
    cancel = cancel or CancelToken()
    cancel.raise_if_cancelled()
    count = reconstruction.geometry.slices
    total = reconstruction.intensity.shape[0]
    chosen = np.unique(np.linspace(0, total - 1, min(total, MOST_PHASES)).round().astype(int))
    made = np.array([p.origin is not SliceOrigin.ACQUIRED for p in reconstruction.provenance])
    if count < 3 or not made.any():
        return _nothing(count)
    acquired = reconstruction.acquired
    box, scale = estimated_box(acquired, cancel), cine_scale(acquired.intensity)
    volume: FloatArray = np.clip(scale.apply(box.crop(reconstruction.intensity)[chosen]), 0.0, 1.2)
    groups = _groups(_places_in_gap(reconstruction), made)
    few = [int(k) for members in groups if len(members) < FEWEST for k in members]
    amplitudes = _patch_amplitudes(reconstruction, volume, cancel)
    if reconstruction.half_width is not None:
        width = box.crop(reconstruction.half_width)[chosen] / scale.width
        weight = _weight(reconstruction, width, made, cancel)
        weight[:, few] = 1.0  # judged by the difference itself
        amplitudes *= weight
    whole_score = _deviation(np.sqrt(np.square(amplitudes).mean(axis=(2, 3))).max(axis=0), groups)
    local_score, patch, phase = _worst_patches(amplitudes, groups)
    patch = patch + np.array([box.rows[0], box.columns[0]])
    phase = chosen[phase]
    shifts = _shifts(reconstruction, volume, made, cancel)
    lengths = np.hypot(shifts[:, 0], shifts[:, 1])
    # One or two shifts do not tell what is usual.
    usual = np.median(lengths[made]) if made.sum() >= FEWEST else 0.0
    moved = np.maximum(lengths - usual, 0.0)
    parts = np.stack(
        [whole_score / ATTENTION_DEVIATION, local_score / ATTENTION_PATCH, moved / ATTENTION_SHIFT]
    )
    reasons = tuple(
        _reason(parts[:, i], whole_score[i], local_score[i], shifts[i], few=i in few) for i in range(count)
    )
    return Plausibility(
        parts.max(axis=0), shifts, whole_score, local_score, patch, tuple(int(p) for p in phase), reasons
    )


def _patch_size(reconstruction: Reconstruction) -> tuple[int, int, int]:
    """Slices, rows and columns of a patch."""
    _, row, column = reconstruction.geometry.spacing
    return (1, max(3, round(PATCH / row)), max(3, round(PATCH / column)))


def _patch_amplitudes(reconstruction: Reconstruction, volume: FloatArray, cancel: CancelToken) -> FloatArray:
    """``(phases, slices, rows, columns)``: root mean square in a patch of the difference from the neighbours' mean."""
    _, row, column = reconstruction.geometry.spacing
    amplitude = np.zeros_like(volume)
    for phase, images in enumerate(volume):
        cancel.raise_if_cancelled()
        difference = images[1:-1] - 0.5 * (images[:-2] + images[2:])
        # Texture that differs from slice to slice is small and fine; a fault is broad.
        smooth = ndimage.gaussian_filter(difference, (0, 1.5 / row, 1.5 / column))
        squared = ndimage.uniform_filter(np.square(smooth), _patch_size(reconstruction), mode="nearest")
        amplitude[phase, 1:-1] = np.sqrt(np.maximum(squared, 0.0))
    return amplitude


def _weight(
    reconstruction: Reconstruction, half_width: FloatArray, made: BoolArray, cancel: CancelToken
) -> FloatArray:
    """``(phases, slices, rows, columns)``: how much a difference counts, about 1; less where the interval is wide.

    ``half_width``, of the same shape, is a share of the intensity range.
    """
    width = np.zeros_like(half_width)
    for phase, images in enumerate(half_width):
        cancel.raise_if_cancelled()
        mean = ndimage.uniform_filter(np.square(images), _patch_size(reconstruction), mode="nearest")
        width[phase] = LEAST_WIDTH + np.sqrt(mean)
    weight: FloatArray = float(width[:, made].mean()) / width
    return weight


def _worst_patches(
    amplitudes: FloatArray, groups: Sequence[IntArray]
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Robust deviation of the worst patch of every slice, its centre ``(slices, 2)`` and its phase.

    A patch is compared with the same place in the other slices: walls and vessels differ more everywhere.
    """
    count = amplitudes.shape[1]
    score, centre, phase = np.zeros(count), np.zeros((count, 2)), np.zeros(count, dtype=int)
    for members in groups:
        deviation = _patch_deviation(amplitudes[:, members])
        for k, values in zip(members, deviation.swapaxes(0, 1), strict=True):
            worst = np.unravel_index(int(np.argmax(values)), values.shape)
            score[k], phase[k] = max(float(values[worst]), 0.0), worst[0]
            centre[k] = worst[1:]
    return score, centre, phase


def _patch_deviation(ours: FloatArray) -> FloatArray:
    """Robust deviation of the amplitudes ``(phases, slices, rows, columns)`` of a group, everywhere."""
    if ours.shape[1] < FEWEST:
        return ours * (ATTENTION_PATCH / ATTENTION_PATCH_DIFFERENCE)
    median = np.median(ours, axis=1, keepdims=True)
    spread = _TO_SIGMA * np.median(np.abs(ours - median), axis=1, keepdims=True)
    least = np.maximum(_FLOOR, 0.2 * median.mean(axis=(2, 3), keepdims=True))
    deviation: FloatArray = (ours - median) / np.maximum(
        0.5 * (spread + spread.mean(axis=(2, 3), keepdims=True)), least
    )
    return deviation


def _groups(place: IntArray, made: BoolArray) -> list[IntArray]:
    """Made slices at the same place in their gaps, ends of the stack left out."""
    judged = made.copy()
    judged[[0, -1]] = False
    return [np.flatnonzero((place == number) & judged) for number in np.unique(place[judged])]


def _places_in_gap(reconstruction: Reconstruction) -> IntArray:
    """``(slices,)``: slices as far from the nearest acquired slice have the same number."""
    nearest = [p.distance for p in reconstruction.provenance]
    return np.rint(np.array(nearest) / reconstruction.geometry.pitch * 4).astype(int)


def _deviation(values: FloatArray, groups: Sequence[IntArray]) -> FloatArray:
    """Robust deviation of each made slice from those at the same place in their gaps; 0 below."""
    result = np.zeros(len(values))
    for members in groups:
        if len(members) < FEWEST:
            result[members] = values[members] * (ATTENTION_DEVIATION / ATTENTION_DIFFERENCE)
            continue
        median = float(np.median(values[members]))
        spread = _TO_SIGMA * float(np.median(np.abs(values[members] - median)))
        result[members] = np.maximum(values[members] - median, 0.0) / max(spread, _FLOOR, 0.1 * median)
    return result


def _shifts(
    reconstruction: Reconstruction, volume: FloatArray, made: BoolArray, cancel: CancelToken
) -> FloatArray:
    """Shift of each made slice against the mean of its neighbours, mm, median over phases; 0 where nothing is to be seen in it."""
    spacing = reconstruction.geometry.spacing[1:]
    result = np.zeros((volume.shape[1], 2))
    for k in range(1, volume.shape[1] - 1):
        cancel.raise_if_cancelled()
        if made[k] and volume[:, k].min() < volume[:, k].max():
            between = 0.5 * (volume[:, k - 1] + volume[:, k + 1])
            found = [estimate_shift(a, b, spacing) for a, b in zip(volume[:, k], between, strict=True)]
            result[k] = np.median(found, axis=0)
    return result


def _reason(parts: FloatArray, whole: float, local: float, shift: FloatArray, *, few: bool) -> str:
    if parts.max() < 0.5:
        return ""
    moved = (
        f"lies {np.hypot(*shift):.1f} mm beside the slices around it (remarkable from {ATTENTION_SHIFT:.1f})"
    )
    if few:
        sentences = (
            f"differs from the slices around it by {parts[0] * ATTENTION_DIFFERENCE:.0%} of the intensity range "
            f"(remarkable from {ATTENTION_DIFFERENCE:.0%}; too few gaps to compare it with others)",
            f"a 15 mm patch differs from the slices around it by {parts[1] * ATTENTION_PATCH_DIFFERENCE:.0%} of the "
            f"intensity range (remarkable from {ATTENTION_PATCH_DIFFERENCE:.0%}; too few gaps to compare it with others)",
            moved,
        )
        return sentences[int(np.argmax(parts))]
    sentences = (
        f"differs from the slices around it more than others do ({whole:.1f} robust standard deviations, "
        f"remarkable from {ATTENTION_DEVIATION:.0f})",
        f"a 15 mm patch fits the slices around it less than elsewhere ({local:.1f} robust standard deviations, "
        f"remarkable from {ATTENTION_PATCH:.0f})",
        moved,
    )
    return sentences[int(np.argmax(parts))]


def _nothing(count: int) -> Plausibility:
    zero, none = np.zeros(count), np.zeros((count, 2))
    return Plausibility(zero, none, zero, zero, none, (0,) * count, ("",) * count)
