"""Where a pack of cines comes from: ED/ES pairs and the whole cine of ACDC, Sunnybrook, the phantom."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from calid_core.cine import CineStack
from calid_core.contouring.heart_box import Box
from calid_core.datasets.acdc import (
    acdc_number,
    divided_patients,
    is_validation,
    labelled_volume,
    read_frames,
    whole_cine,
)
from calid_core.datasets.sunnybrook import read_cine, training_folders
from calid_core.errors import InputError
from calid_core.phantom import AcquisitionParameters, Pathology, Phantom, PhantomParameters, phase_fractions
from calid_core.training.deformation import register
from calid_core.training.pack import FULL_SCALE, PackedVolume
from calid_core.training.pseudo_cines import store_displacement
from calid_core.training.sources import crop_volume, moving_box

logger = logging.getLogger(__name__)

DEFAULT_CINE_CROP = 128
DEFAULT_PHANTOMS = 3
PHANTOM_PHASES = 16
PHANTOM_HEART = 120.0
"""Side of the heart box of a phantom, mm."""
PHANTOM_SLICES, PHANTOM_PITCH, PHANTOM_PIXEL = 20, 5.0, 1.4


def register_slices(
    diastole: npt.NDArray[np.uint8], systole: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """Displacement ``(slices, 2, rows, columns)`` in pixels of the tissue of every slice from ``diastole`` to ``systole``."""
    scaled = [volume.astype(np.float32) / FULL_SCALE for volume in (diastole, systole)]
    return np.stack([register(fixed, moving) for fixed, moving in zip(*scaled, strict=True)])


def acdc_cine(folder: Path, crop: int) -> Iterator[PackedVolume]:
    """One ACDC patient from end-diastole on: the whole cine where there is one, else the ED volume with its displacement
    and the ES volume.

    Raises
    ------
    InputError
        It is no patient of the training set, or files are missing or damaged.
    """
    name = folder.name
    number = acdc_number(name)
    if number is None:
        raise InputError(f"{name} is no patient of ACDC's training set: patient001 to patient100")
    frames = read_frames(folder)
    if frames.count is None:
        raise InputError(
            f"{folder / 'Info.cfg'} does not tell NbFrame; copy the patient's folder anew or leave it out"
        )
    moments = [labelled_volume(folder, frame) for frame in (frames.diastole, frames.systole)]
    whole = whole_cine(folder)
    _check_sizes(folder, [moment.stack for moment in moments] + ([whole] if whole else []))
    if whole is not None:
        stack, intensity = whole, np.roll(whole.intensity, 1 - frames.diastole, axis=0)
        fractions = tuple(phase_fractions(len(intensity)).tolist())
    else:
        stack = moments[0].stack
        intensity = np.concatenate([moment.stack.intensity for moment in moments])
        fractions = (0.0, (frames.systole - frames.diastole) % frames.count / frames.count)
    pitch, _, spacing = stack.geometry.spacing
    box = _box_of_all([moment.box for moment in moments])
    part, inside = crop_volume(intensity.astype(np.float32), box, crop)
    displacement = None if whole is not None else store_displacement(register_slices(part[0], part[1]))
    for phase, (volume, fraction) in enumerate(zip(part, fractions, strict=True)):
        yield PackedVolume(
            subject=name,
            phase=phase,
            intensity=volume,
            spacing=spacing,
            pitch=pitch,
            thickness=0.0,
            box=inside,
            validation=is_validation(number),
            fraction=fraction,
            displacement=displacement,
        )
        displacement = None


def _box_of_all(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all ``boxes``."""
    return Box(
        (min(box.rows[0] for box in boxes), max(box.rows[1] for box in boxes)),
        (min(box.columns[0] for box in boxes), max(box.columns[1] for box in boxes)),
    )


def _check_sizes(folder: Path, stacks: Sequence[CineStack]) -> None:
    """Raise ``InputError`` where volumes of one patient have different slices, rows or columns."""
    sizes = {" × ".join(map(str, stack.geometry.shape)) for stack in stacks}
    if len(sizes) > 1:
        raise InputError(
            f"the volumes in {folder} have different slices, rows and columns ({', '.join(sorted(sizes))}); copy the patient's "
            "folder anew or leave it out"
        )


def sunnybrook_cines(root: Path, crop: int) -> Iterator[PackedVolume]:
    """All phases of the Sunnybrook training cines below ``root``."""
    for folder in training_folders(root):
        stack = read_cine(folder)
        part, inside = crop_volume(stack.intensity.astype(np.float32), moving_box(stack), crop)
        for phase, fraction in enumerate(phase_fractions(len(part))):
            yield PackedVolume(
                subject=folder.name,
                phase=phase,
                intensity=part[phase],
                spacing=stack.geometry.spacing[2],
                pitch=stack.geometry.pitch,
                thickness=stack.source.thickness or 0.0,
                box=inside,
                validation=False,
                fraction=float(fraction),
            )


def phantom_cines(count: int, crop: int) -> Iterator[PackedVolume]:
    """All phases of ``count`` phantoms, 5 mm apart, each of another pathology."""
    pathologies = tuple(Pathology)
    for number in range(count):
        generator = np.random.default_rng([number, 2])
        phantom = Phantom(
            PhantomParameters.random(generator, pathology=pathologies[number % len(pathologies)])
        )
        acquisition = AcquisitionParameters.random(generator, thickness=PHANTOM_PITCH)
        geometry = phantom.short_axis(
            slices=PHANTOM_SLICES, pitch=PHANTOM_PITCH, rows=crop, columns=crop, pixel=PHANTOM_PIXEL
        )
        fractions = phase_fractions(PHANTOM_PHASES)
        images = phantom.images(geometry, fractions, acquisition=acquisition, workers=1)
        half = round(PHANTOM_HEART / PHANTOM_PIXEL / 2)
        side = (crop // 2 - half, crop // 2 + half)
        part, inside = crop_volume(images.astype(np.float32), Box(side, side), crop)
        for phase, fraction in enumerate(fractions):
            yield PackedVolume(
                f"phantom{number}",
                phase,
                part[phase],
                PHANTOM_PIXEL,
                PHANTOM_PITCH,
                PHANTOM_PITCH,
                inside,
                False,
                float(fraction),
            )


def collect_cines(
    acdc: Path, sunnybrook: Path | None, *, crop: int = DEFAULT_CINE_CROP, phantoms: int = DEFAULT_PHANTOMS
) -> tuple[PackedVolume, ...]:
    """All volumes of a pack of cines, without ACDC's test set; ``InputError`` where ``acdc`` holds no other patient."""
    volumes: list[PackedVolume] = []
    for folder in divided_patients(acdc):
        volumes += acdc_cine(folder, crop)
        logger.info("%s", folder.name)
    if sunnybrook is not None:
        volumes += sunnybrook_cines(sunnybrook, crop)
    volumes += phantom_cines(phantoms, crop)
    return tuple(volumes)
