"""What is unusual about a stack before anything is made from it, in plain language."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.checks.alignment import Shifts, estimate_shifts
from calid_core.checks.resemblance import outside
from calid_core.checks.results import ATTENTION_SCORE, Finding, InputChecks, Severity
from calid_core.cine import CineStack, View
from calid_core.examination import (
    FEW_SLICES,
    LARGE_PITCH,
    LARGEST_INTENSITY,
    dense_remark,
    made_remark,
    moved_sentence,
    resampling_sentences,
    slice_distances,
    unusable,
)
from calid_core.marks import slice_name
from calid_core.progress import CancelToken
from calid_core.words import count_of, signed

WIDE_GAP = 3.0
"""Unmeasured space between slabs, mm, that is worth a note."""
FEW_PHASES = 10
COARSE_PIXEL = 2.0
"""mm."""
CLIPPED_SHARE = 0.01
"""Share of voxels at the highest value that means clipping."""
DARK_SHARE = 0.4
"""A slice whose 99th percentile, from the stack's darkest percent on, is below this share of its neighbours' is very dark."""
CERTAIN = 3.0
"""Certainty (standard deviations) of a shift beyond the usual that needs attention."""
CERTAIN_END = 2.0
"""The same at the ends, where there is one neighbour: less can be had, and untouched ends reach less."""
_ATTENTION, _INFO = Severity.ATTENTION, Severity.INFO


def check_input(stack: CineStack, cancel: CancelToken | None = None, *, shipped: bool = True) -> InputChecks:
    """All findings about a stack, its in-plane shifts, and how far it lies from what the shipped model was trained on.

    Parameters
    ----------
    cancel
        Looked at before every slice and every look for the heart.
    shipped
        Whether the shipped model makes slices. For another one, whose training patients are not known, how unlike them a stack is
        is information alone.
    """
    cancel = cancel or CancelToken()
    cancel.raise_if_cancelled()
    if any(unusable(volume).any() for volume in stack.intensity):
        zeros = np.zeros((stack.slices, 2))
        found = [*_geometry(stack), *_unusable(stack)]
        return InputChecks(tuple(found), zeros, np.full(stack.slices, np.inf))
    shifts = estimate_shifts(stack, cancel)
    scores = _shift_scores(shifts)
    resemblance, sentences = outside(stack, cancel, shipped=shipped)
    weight = _ATTENTION if shipped else _INFO
    found = [
        *_geometry(stack),
        *_intensity(stack, cancel),
        *_alignment(stack, shifts, scores),
        *(Finding("resemblance", weight, text, value=value) for text, value in sentences),
    ]
    return InputChecks(tuple(found), shifts.millimetres, shifts.errors, resemblance, scores)


def _geometry(stack: CineStack) -> Iterator[Finding]:
    geometry = stack.geometry
    if stack.made_slices:
        made = stack.made_slices
        yield Finding("made slices", _ATTENTION, made_remark(stack), made[0], value=float(len(made)))
    if stack.moved_slices:
        moved = stack.moved_slices
        yield Finding("moved slices", _ATTENTION, moved_sentence(stack), moved[0], value=float(len(moved)))
    distances = slice_distances(stack)
    if stack.slices < FEW_SLICES:
        yield Finding(
            "slices",
            _ATTENTION,
            f"Only {count_of(stack.slices, 'slice')}: hardly anything to fill from.",
            value=float(stack.slices),
        )
    if len(distances):
        widest = int(np.argmax(distances))
        if not geometry.regular:
            missing = round(float(distances.max() / np.median(distances))) - 1
            text = (
                f"{count_of(missing, 'slice')} {'seems' if missing == 1 else 'seem'} to be missing between slices {widest + 1} and {widest + 2}: they lie "
                f"{distances.max():.1f} mm apart, others {np.median(distances):.1f} mm."
                if missing
                else f"Slices are unevenly spaced, {distances.min():.1f} to {distances.max():.1f} mm apart."
            )
            yield Finding("missing slices", _ATTENTION, text, widest, value=float(distances.max()), unit="mm")
        if distances.max() > LARGE_PITCH:
            text = (
                f"Slices lie {distances.max():.1f} mm apart, more than {LARGE_PITCH:g} mm: what is made between them is "
                "little more than a guess."
            )
            yield Finding("pitch", _ATTENTION, text, value=float(distances.max()), unit="mm")
    if dense := dense_remark(stack):
        yield Finding("pitch", _ATTENTION, dense, value=geometry.pitch, unit="mm")
    yield from _thickness(stack)
    for index, sentence in zip(stack.resampled_slices, resampling_sentences(stack), strict=True):
        first = stack.slice_states[index].resampled_phases[0]
        yield Finding("phases", _ATTENTION, sentence, index, first)
    if stack.phases < FEW_PHASES:
        text = f"Only {count_of(stack.phases, 'phase')}: no motion over the whole cycle can be checked."
        yield Finding("phases", _INFO, text, value=float(stack.phases))
    coarsest = round(max(geometry.spacing[1:]), 3)
    if coarsest > COARSE_PIXEL:
        text = f"Pixels of {coarsest:.2f} mm are coarser than {COARSE_PIXEL:g} mm."
        yield Finding("in-plane spacing", _INFO, text, value=coarsest, unit="mm")
    if not geometry.known:
        yield Finding(
            "orientation", _INFO, "Position and orientation in the patient are not known: no letters."
        )
    if stack.view is not View.SHORT_AXIS:
        text = f"This is no short-axis stack but: {stack.view.value}. The model was trained on short-axis slices only."
        yield Finding("orientation", _ATTENTION, text)


def _thickness(stack: CineStack) -> Iterator[Finding]:
    thickness = stack.source.thickness
    if thickness is None:
        yield Finding("thickness", _INFO, "Slice thickness is not stated; the model is told so.")
    elif stack.slices > 1 and (gap := round(stack.geometry.pitch - thickness, 3)) > WIDE_GAP:
        text = f"{gap:.1f} mm between slices of {thickness:.1f} mm were never measured."
        yield Finding("thickness", _INFO, text, value=gap, unit="mm")


def _unusable(stack: CineStack) -> Iterator[Finding]:
    bad = unusable(stack.intensity)
    for k in np.flatnonzero(bad.any(axis=(0, 2, 3))):
        phase = int(np.flatnonzero(bad[:, k].any(axis=(1, 2)))[0])
        text = (
            f"Slice {_name(stack, int(k))} holds {int(bad[:, k].sum())} values that are no numbers or beyond {LARGEST_INTENSITY:.0e}; it "
            "cannot be reconstructed."
        )
        yield Finding("intensity", _ATTENTION, text, int(k), phase, float(bad[:, k].sum()))


def _intensity(stack: CineStack, cancel: CancelToken) -> Iterator[Finding]:
    highest = float(stack.intensity.max())
    share = float((stack.intensity == stack.intensity.max()).mean())
    if highest > float(stack.intensity.min()) and share > CLIPPED_SHARE:
        text = f"{share:.1%} of all voxels have the highest value {highest:g}: the intensities are clipped."
        yield Finding("intensity", _ATTENTION, text, value=share)
    thinned = stack.intensity[:, :, ::2, ::2].astype(np.float32)
    bright = np.percentile(thinned, 99, axis=(0, 2, 3)) - np.percentile(thinned, 1)
    for k in range(stack.slices):
        cancel.raise_if_cancelled()
        planes = stack.intensity[:, k]
        constant = np.flatnonzero(planes.min(axis=(1, 2)) == planes.max(axis=(1, 2)))
        if len(constant):
            text = f"Slice {_name(stack, k)} has one intensity everywhere in {len(constant)} of {stack.phases} phases."
            yield Finding("intensity", _ATTENTION, text, k, int(constant[0]))
            continue
        near = np.median([bright[j] for j in range(max(0, k - 2), min(stack.slices, k + 3)) if j != k] or 0.0)
        if bright[k] < DARK_SHARE * near:
            text = f"Slice {_name(stack, k)} is very dark: {bright[k] / near:.0%} of the brightness of the slices around it."
            yield Finding("intensity", _ATTENTION, text, k, value=float(bright[k] / near))


def _name(stack: CineStack, index: int) -> str:
    """``A3``, as on the badges: runs count their slices anew."""
    return slice_name(stack.provenance[index], index)


def _shift_scores(shifts: Shifts) -> FloatArray:
    needed = np.full(len(shifts.certainty), CERTAIN)
    needed[[0, -1]] = CERTAIN_END
    scores: FloatArray = shifts.certainty / needed
    return scores


def _alignment(stack: CineStack, shifts: Shifts, scores: FloatArray) -> Iterator[Finding]:
    lengths: FloatArray = np.hypot(*shifts.millimetres.T)
    for k in np.argsort(-scores):
        if scores[k] < ATTENTION_SCORE:
            return
        row, column = shifts.millimetres[k]
        text = (
            f"Slice {_name(stack, k)} seems to lie {lengths[k]:.1f} mm from where its neighbours say ({signed(row)} mm down, "
            f"{signed(column)} mm right): another breath-hold position, perhaps."
        )
        yield Finding("alignment", _ATTENTION, text, int(k), value=float(lengths[k]), unit="mm")
