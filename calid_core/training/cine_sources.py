"""Where a pack of cines comes from: ED/ES pairs and the whole cine of ACDC, Sunnybrook, the phantom."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from calid_core.errors import InputError
from calid_core.phantom import AcquisitionParameters, Pathology, Phantom, PhantomParameters, phase_fractions
from calid_core.training.deformation import register
from calid_core.training.pack import FULL_SCALE, PackedVolume
from calid_core.training.pseudo_cines import store_displacement
from calid_core.training.sources import (
    HEART_MARGIN,
    SUNNYBROOK_TRAINING,
    acdc_number,
    crop_volume,
    is_validation,
    label_box,
    moving_box,
    no_patients,
    read_image,
    sunnybrook_cine,
)

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


def read_frames(folder: Path) -> tuple[int, int, int]:
    """Frame of ED, frame of ES (from 1) and number of frames of an ACDC patient; ``InputError`` where they are not told."""
    path = folder / "Info.cfg"
    try:
        values = dict(re.findall(r"^(ED|ES|NbFrame):\s*(\d+)", path.read_text(), re.MULTILINE))
        return int(values["ED"]), int(values["ES"]), int(values["NbFrame"])
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{path} is missing or does not tell ED, ES and NbFrame; copy the patient's folder anew or leave it out"
        ) from error


def acdc_cine(folder: Path, crop: int) -> Iterator[PackedVolume]:
    """One ACDC patient from end-diastole on: the whole cine where there is one, else the ED volume with its displacement
    and the ES volume.
    """
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    name = folder.name
    diastole, systole, count = read_frames(folder)
    labels = [_read(folder / f"{name}_frame{n:02d}_gt.nii.gz")[0] for n in (diastole, systole)]
    whole = folder / f"{name}_4d.nii.gz"
    if whole.is_file():
        intensity, spacing, pitch = _read(whole)
        intensity = np.roll(intensity, 1 - diastole, axis=0)
        fractions = tuple(phase_fractions(len(intensity)).tolist())
    else:
        read = [_read(folder / f"{name}_frame{n:02d}.nii.gz") for n in (diastole, systole)]
        intensity, (_, spacing, pitch) = np.stack([volume for volume, _, _ in read]), read[0]
        fractions = (0.0, (systole - diastole) % count / count)
    part, inside = crop_volume(intensity, label_box(np.stack(labels), round(HEART_MARGIN / spacing)), crop)
    displacement = None if whole.is_file() else store_displacement(register_slices(part[0], part[1]))
    number = acdc_number(name)
    if number is None:
        raise InputError(f"{name} is no patient of ACDC's training set: patient001 to patient100")
    validation = is_validation(number)
    for phase, (volume, fraction) in enumerate(zip(part, fractions, strict=True)):
        yield PackedVolume(
            name, phase, volume, spacing, pitch, 0.0, inside, validation, fraction, displacement
        )
        displacement = None


def _read(path: Path) -> tuple[npt.NDArray[np.float32], float, float]:
    """Intensity, in-plane spacing and pitch in mm."""
    image = read_image(path)
    spacing = image.GetSpacing()
    return sitk.GetArrayFromImage(image).astype(np.float32), float(spacing[0]), float(spacing[2])


def sunnybrook_cines(root: Path, crop: int) -> Iterator[PackedVolume]:
    """All phases of the Sunnybrook training cines below ``root``."""
    for name in SUNNYBROOK_TRAINING:
        cine, spacing, pitch, thickness = sunnybrook_cine(root / name)
        part, inside = crop_volume(cine, moving_box(cine, spacing), crop)
        for phase, fraction in enumerate(phase_fractions(len(part))):
            yield PackedVolume(
                name, phase, part[phase], spacing, pitch, thickness, inside, False, float(fraction)
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
        box = (crop // 2 - half, crop // 2 + half, crop // 2 - half, crop // 2 + half)
        part, inside = crop_volume(images.astype(np.float32), box, crop)
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
    folders = sorted(folder for folder in acdc.glob("patient*") if acdc_number(folder.name) is not None)
    if not folders:
        raise no_patients(acdc)
    volumes: list[PackedVolume] = []
    for folder in folders:
        volumes += acdc_cine(folder, crop)
        logger.info("%s", folder.name)
    if sunnybrook is not None:
        volumes += sunnybrook_cines(sunnybrook, crop)
    volumes += phantom_cines(phantoms, crop)
    return tuple(volumes)
