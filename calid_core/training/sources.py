"""Where the patients of a training pack come from: ACDC volumes with labels, Sunnybrook cines and stacks of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from calid_core.cine import CineStack
from calid_core.contouring.heart_box import Box
from calid_core.datasets.acdc import VALIDATION_STRIDE, divided_patients, is_validation, labelled_volumes
from calid_core.datasets.cases import about
from calid_core.datasets.labels import label_box
from calid_core.datasets.patients import Patient
from calid_core.datasets.sunnybrook import read_cine, training_folders
from calid_core.errors import InputError
from calid_core.motion import smoothed_motion
from calid_core.training.pack import PackedVolume, quantise, read_pack, short_validation
from calid_core.words import count_of

DEFAULT_CROP = 160
DEFAULT_PHASE_STRIDE = 2
LEAST_CALIBRATION = 2
"""Validation patients that a calibration needs: the intervals of each are judged with the factor that the others give."""
PHANTOM_PREFIX = "phantom"
MOTION_SMOOTHING = 4.0
"""Standard deviation of the blur that joins moving pixels to one region, mm."""
MOVING_PERCENTILE = 94.0

IntArray = npt.NDArray[np.int64]


def crop_window(centre: int, size: int, extent: int) -> tuple[int, int]:
    """Half-open window of at most ``size`` about ``centre`` that lies within ``extent``."""
    low = min(max(centre - size // 2, 0), max(extent - size, 0))
    return low, min(low + size, extent)


def crop_volume(
    intensity: npt.NDArray[np.float32], box: Box, crop: int
) -> tuple[npt.NDArray[np.uint8], tuple[int, int, int, int]]:
    """Quantised square of ``crop`` pixels about ``box`` and the box within it.

    ``intensity`` is a volume or a cine, ``(…, rows, columns)``, and gets one scale.
    """
    rows = crop_window(sum(box.rows) // 2, crop, intensity.shape[-2])
    columns = crop_window(sum(box.columns) // 2, crop, intensity.shape[-1])
    part = quantise(intensity)[..., rows[0] : rows[1], columns[0] : columns[1]]
    inside = (
        max(box.rows[0] - rows[0], 0),
        min(box.rows[1] - rows[0], part.shape[-2]),
        max(box.columns[0] - columns[0], 0),
        min(box.columns[1] - columns[0], part.shape[-1]),
    )
    return np.ascontiguousarray(part), inside


def acdc_volumes(root: Path, crop: int) -> Iterator[PackedVolume]:
    """ED and ES volumes of every ACDC patient below ``root``, heart box from the labels plus 10 mm.

    Patients of ACDC's test set are left out.

    Raises
    ------
    InputError
        There is no such patient, or files of one are missing or damaged.
    """
    for folder, number in divided_patients(root).items():
        for volume in labelled_volumes(folder):
            pitch, _, spacing = volume.stack.geometry.spacing
            part, inside = crop_volume(volume.stack.intensity[0].astype(np.float32), volume.box, crop)
            yield PackedVolume(
                subject=folder.name,
                phase=volume.frame,
                intensity=part,
                spacing=spacing,
                pitch=pitch,
                thickness=0.0,
                box=inside,
                validation=is_validation(number),
            )


def moving_box(stack: CineStack) -> Box:
    """Heart box of a cine that has no label: where its middle slices move most, in one piece, with a margin."""
    spacing, third = stack.geometry.spacing[1:], stack.slices // 3
    cine = stack.intensity[:, third : stack.slices - third]
    smooth = smoothed_motion(cine, spacing, smoothing=MOTION_SMOOTHING, together=True)
    regions, count = ndimage.label(smooth > np.percentile(smooth, MOVING_PERCENTILE))
    sizes = ndimage.sum_labels(np.ones_like(smooth), regions, range(1, count + 1))
    return label_box((regions == 1 + int(np.argmax(sizes))).astype(np.uint8), spacing)


def sunnybrook_volumes(root: Path, crop: int, phase_stride: int) -> Iterator[PackedVolume]:
    """Every ``phase_stride``-th phase of the Sunnybrook training cines below ``root``."""
    for folder in training_folders(root):
        stack = read_cine(folder)
        box = moving_box(stack)
        for phase in range(0, stack.phases, phase_stride):
            part, inside = crop_volume(stack.intensity[phase].astype(np.float32), box, crop)
            yield PackedVolume(
                subject=folder.name,
                phase=phase,
                intensity=part,
                spacing=stack.geometry.spacing[2],
                pitch=stack.geometry.pitch,
                thickness=stack.source.thickness or 0.0,
                box=inside,
                validation=False,
            )


def own_volumes(
    patients: Sequence[Patient], crop: int, phase_stride: int, validation: frozenset[str]
) -> Iterator[PackedVolume]:
    """Every ``phase_stride``-th phase of the stacks of ``patients``, those named in ``validation`` kept for it.

    The heart is where experts drew it, where nobody did where the segmenter finds it.

    Raises
    ------
    InputError
        A stack cannot be read or cannot be trained on; the message begins with the name of the patient.
    """
    for patient in patients:
        with about(patient.name):
            phase = 0
            for case in patient.cases():
                _check_trainable(case.stack)
                for at in range(0, case.stack.phases, phase_stride):
                    part, inside = crop_volume(case.stack.intensity[at].astype(np.float32), case.box, crop)
                    yield PackedVolume(
                        subject=patient.name,
                        phase=phase + at,
                        intensity=part,
                        spacing=float(np.mean(case.spacing[1:])),
                        pitch=case.spacing[0],
                        thickness=case.stack.source.thickness or 0.0,
                        box=inside,
                        validation=patient.name in validation,
                        own=True,
                    )
                phase += case.stack.phases


def _check_trainable(stack: CineStack) -> None:
    """Raise ``InputError`` where slices are not evenly spaced or were made."""
    if not stack.geometry.regular:
        distances = ", ".join(f"{distance:g}" for distance in np.diff(stack.geometry.slice_offsets))
        raise InputError(
            f"its slices lie {distances} mm apart, they must be evenly spaced to be trained on; leave it out or add what is missing"
        )
    if stack.made_slices:
        raise InputError(
            f"{count_of(len(stack.made_slices), 'slice')} of it were made, not acquired; give the stack that was acquired"
        )


def data_summary(volumes: Sequence[PackedVolume]) -> str:
    """What a pack trains on, in words, for the header of the weights."""
    names = sorted({volume.subject for volume in volumes if not (volume.validation or volume.own)})
    own = len({volume.subject for volume in volumes if volume.own and not volume.validation})
    patients, phantoms = (
        sum(name.startswith(prefix) for name in names) for prefix in ("patient", PHANTOM_PREFIX)
    )
    cines = [name for name in names if not name.startswith(("patient", PHANTOM_PREFIX))]
    parts = [f"ACDC, {patients} patients (ED and ES)"] if patients else []
    parts += [f"Sunnybrook {', '.join(cines)}"] if cines else []
    parts += [f"{phantoms} computed phantom{'s'[: phantoms - 1]}"] if phantoms else []
    parts += [f"{count_of(own, 'patient')} of other data"] if own else []
    return "; ".join(parts)


def missing_patients(volumes: Sequence[PackedVolume], *, training: int = 1, validation: int = 1) -> str:
    """What a pack lacks where that many subjects are needed, in words; empty where it lacks nothing."""
    held = len({volume.subject for volume in volumes if volume.validation})
    others = len({volume.subject for volume in volumes if not volume.validation})
    if others >= training and held >= validation:
        return ""
    return (
        f"holds {others} training and {held} validation subjects, at least {training} and {validation} are needed: "
        f"of ACDC's patients every {VALIDATION_STRIDE}th (005, 010, …) is kept for validation, of others about every fifth"
    )


def on_both_sides(volumes: Sequence[PackedVolume]) -> int:
    """How many subjects are trained on and kept for validation, too."""
    held = {volume.subject for volume in volumes if volume.validation}
    return len(held & {volume.subject for volume in volumes if not volume.validation})


def read_divided_pack(path: Path, *, training: int = 1, validation: int = 1) -> tuple[PackedVolume, ...]:
    """The volumes of a pack that so many subjects are trained on and validated on.

    Raises
    ------
    InputError
        No pack, or one that lacks subjects, has them on both sides or keeps volumes for validation that are too short.
    """
    volumes = read_pack(path)
    lacking = missing_patients(volumes, training=training, validation=validation)
    lacking = lacking or short_validation(volumes)
    if both := on_both_sides(volumes):
        lacking = lacking or f"has {count_of(both, 'subject')} for training and for validation"
    if lacking:
        raise InputError(f"{path} {lacking}; make it anew with 'calid train pack'")
    return volumes
