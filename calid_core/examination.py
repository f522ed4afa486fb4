"""What is wrong, or worth knowing, about a stack before it is reconstructed."""

import numpy as np

from calid_core.arrays import BoolArray, FloatArray, IntensityArray
from calid_core.cine import CineStack, View
from calid_core.errors import InputError
from calid_core.marks import slice_name
from calid_core.provenance import made_sentence, most_cut_off
from calid_core.settings import Method, ReconstructionSettings
from calid_core.words import count_of

LARGE_PITCH = 12.0
"""Centre-to-centre distance in mm above which the model was not trained on true slices."""
FEW_SLICES = 4
"""Fewer slices than this leave the model, and a cubic, without a second neighbour."""
ISOTROPIC = 1.5
"""Slices that lie no further apart than so many pixels are those of a dense volume."""
LARGEST_INTENSITY = 1e38
"""Largest magnitude of an intensity: differences of two of these still fit into float32."""


def check_finite(stack: CineStack) -> None:
    """Raise ``InputError`` naming the first slice and phase with an unusable intensity."""
    if stack.intensity.dtype.kind != "f":
        return
    for phase, volume in enumerate(stack.intensity):
        finite = np.isfinite(volume)
        if not finite.all():
            slice_ = int(np.argwhere(~finite)[0, 0])
            raise InputError(
                f"slice {slice_ + 1} of phase {phase + 1} holds {int((~finite).sum())} values that are NaN or "
                "infinite; replace them (by 0, say) and load the series again"
            )
        bad = unusable(volume)
        if bad.any():
            first = tuple(np.argwhere(bad)[0])
            raise InputError(
                f"slice {first[0] + 1} of phase {phase + 1} holds an intensity of {volume[first]:.3g}, limit "
                f"{LARGEST_INTENSITY:.0e}; divide all by the same number and load the series again"
            )


def unusable(intensity: IntensityArray) -> BoolArray:
    """Where an intensity is NaN, infinite or beyond ``LARGEST_INTENSITY``."""
    if intensity.dtype.kind != "f":
        return np.zeros(intensity.shape, dtype=bool)
    bad: BoolArray = ~(np.abs(intensity) <= np.float64(LARGEST_INTENSITY))
    return bad


def check_acquired(stack: CineStack) -> None:
    """Raise ``InputError`` where slices of the stack were made, not acquired."""
    if stack.made_slices:
        raise InputError(made_remark(stack))


def made_remark(stack: CineStack) -> str:
    """How many slices of a stack were made, not acquired, and what to do about it."""
    return f"{made_sentence(stack.slice_states)} To reconstruct, open the series that they were made from."


def slice_distances(stack: CineStack) -> FloatArray:
    """``(slices - 1,)``, mm from slice to slice to a micrometre: in an oblique stack 12 mm come out as a little more or less."""
    distances: FloatArray = np.diff(stack.geometry.slice_offsets).round(3)
    return distances


def dense_remark(stack: CineStack) -> str:
    """What to say of slices that lie about as close as pixels; empty where they do not, or were made so."""
    pitch, pixel = stack.geometry.pitch, max(stack.geometry.spacing[1:])
    if not stack.geometry.known:  # the distances may be made up, too
        return ""
    if stack.slices < FEW_SLICES or stack.made_slices or pitch > ISOTROPIC * pixel:
        return ""
    return (
        f"Slices lie {pitch:.1f} mm apart with pixels of {pixel:.1f} mm: this looks like a dense volume of some orientation, "
        "not like a sparse short-axis stack."
    )


def findings(stack: CineStack, settings: ReconstructionSettings) -> tuple[str, ...]:
    """What a reader must know about a reconstruction of this stack, as sentences."""
    geometry, found = stack.geometry, []
    if stack.made_slices:
        found.append(made_remark(stack))
    distances = slice_distances(stack)
    if stack.slices == 1:
        found.append("The stack has one slice; there is nothing to fill.")
    elif stack.slices < FEW_SLICES:
        found.append(f"The stack has only {stack.slices} slices.")
    if len(distances) and distances.max() > LARGE_PITCH:
        found.append(
            f"Slices lie up to {distances.max():.1f} mm apart (more than {LARGE_PITCH:g} mm): what lies between them "
            "is little more than a guess."
        )
    spacing = settings.slice_spacing
    if geometry.regular and stack.slices > 1 and round(geometry.pitch / spacing) <= 1:
        found.append(
            f"A slice spacing of {spacing:g} mm leaves nothing to make between slices "
            f"{geometry.pitch:.1f} mm apart; choose {0.66 * geometry.pitch:.1f} mm or less."
        )
    found += filter(None, [dense_remark(stack)])
    if not geometry.regular:
        found.append(
            f"Slices are not evenly spaced: {distances.min():.1f} to {distances.max():.1f} mm apart."
        )
    if stack.source.thickness is None and settings.method is Method.CALID and stack.slices > 1:
        found.append("Slice thickness is not stated.")
    if not geometry.known:
        found.append("Position and orientation in the patient are not known.")
    if stack.view is not View.SHORT_AXIS:
        found.append(f"This is no short-axis stack but: {stack.view.value}.")
    if stack.moved_slices:
        found.append(moved_sentence(stack))
    if stack.shifted_slices:
        found.append(_shifted_sentence(stack))
    if stack.resampled_slices:
        frames = sum(len(state.resampled_phases) for state in stack.slice_states)
        found.append(
            f"{count_of(frames, 'frame')} of {count_of(len(stack.resampled_slices), 'slice')} lack an image at their "
            "moment and are interpolated in time, not as acquired."
        )
    constant = sum(bool(volume.min() == volume.max()) for volume in stack.intensity)
    if constant:
        found.append(f"{constant} of {stack.phases} phases have one intensity everywhere.")
    return tuple(found)


def resampling_sentences(stack: CineStack) -> list[str]:
    """One sentence per slice some of whose phases were interpolated in time while reading."""
    return [
        f"Slice {slice_name(stack.provenance[index], index)} has no image of its own at {len(state.resampled_phases)} of {stack.phases} phases: they are interpolated in "
        "time, not as acquired."
        for index, state in enumerate(stack.slice_states)
        if state.resampled_phases
    ]


def moved_sentence(stack: CineStack) -> str:
    """How many slices were moved in plane to align them."""
    moved = len(stack.moved_slices)
    return (
        f"{moved} of {stack.slices} slices were moved in plane to align them: interpolated, not as acquired."
    )


def _shifted_sentence(stack: CineStack) -> str:
    """How many slices were shifted on reading, and what that cost."""
    rows, columns = most_cut_off(shift for state in stack.slice_states for shift in state.shifts)
    return (
        f"{len(stack.shifted_slices)} of {stack.slices} slices lie aside in plane and were shifted by whole pixels: up to "
        f"{count_of(rows, 'row')} and {count_of(columns, 'column')} are cut off."
    )


def intensity_range(stack: CineStack) -> tuple[float, float]:
    """Lowest and highest intensity of a stack."""
    return float(stack.intensity.min()), float(stack.intensity.max())
