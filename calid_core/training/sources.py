"""Where the patients of a training pack come from: ACDC volumes with labels and Sunnybrook cines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pydicom
import SimpleITK as sitk
from scipy import ndimage

from calid_core.errors import InputError
from calid_core.io.itk_names import itk_name
from calid_core.io.silence import pydicom_silenced
from calid_core.paths import is_there
from calid_core.training.pack import PackedVolume, quantise

DEFAULT_CROP = 160
DEFAULT_PHASE_STRIDE = 2
VALIDATION_STRIDE = 5
LEAST_CALIBRATION = 2
"""Validation patients that a calibration needs: the intervals of each are judged with the factor that the others give."""
ACDC_DIVIDED = range(1, 101)
"""Numbers of the ACDC patients that are divided into training and validation: its training set. Those beyond are its test
set, which nothing is trained or calibrated on.
"""
SUNNYBROOK_TRAINING = ("SCD0000101", "SCD0000201", "SCD0000301")
PHANTOM_PREFIX = "phantom"
HEART_MARGIN = 10.0
"""Width of the margin about a heart box, mm."""
MOTION_SMOOTHING = 4.0
"""Standard deviation of the blur that joins moving pixels to one region, mm."""
MOVING_PERCENTILE = 94.0

IntArray = npt.NDArray[np.int64]


def crop_window(centre: int, size: int, extent: int) -> tuple[int, int]:
    """Half-open window of at most ``size`` about ``centre`` that lies within ``extent``."""
    low = min(max(centre - size // 2, 0), max(extent - size, 0))
    return low, min(low + size, extent)


def crop_volume(
    intensity: npt.NDArray[np.float32], box: tuple[int, int, int, int], crop: int
) -> tuple[npt.NDArray[np.uint8], tuple[int, int, int, int]]:
    """Quantised square of ``crop`` pixels about ``box`` and the box within it.

    ``intensity`` is a volume or a cine, ``(…, rows, columns)``, and gets one scale.
    """
    rows = crop_window((box[0] + box[1]) // 2, crop, intensity.shape[-2])
    columns = crop_window((box[2] + box[3]) // 2, crop, intensity.shape[-1])
    part = quantise(intensity)[..., rows[0] : rows[1], columns[0] : columns[1]]
    inside = (
        max(box[0] - rows[0], 0),
        min(box[1] - rows[0], part.shape[-2]),
        max(box[2] - columns[0], 0),
        min(box[3] - columns[0], part.shape[-1]),
    )
    return np.ascontiguousarray(part), inside


def label_box(labels: npt.NDArray[np.generic], margin: int) -> tuple[int, int, int, int]:
    """In-plane bounding box of all labels over all slices (and phases), widened by ``margin`` pixels."""
    rows, columns = np.nonzero(labels)[-2:]
    return (
        max(int(rows.min()) - margin, 0),
        min(int(rows.max()) + 1 + margin, labels.shape[-2]),
        max(int(columns.min()) - margin, 0),
        min(int(columns.max()) + 1 + margin, labels.shape[-1]),
    )


def acdc_number(name: str) -> int | None:
    """Number in a name that starts as that of an ACDC patient who is divided; None of any other."""
    found = re.match(r"patient(\d+)", name)
    return int(found[1]) if found and int(found[1]) in ACDC_DIVIDED else None


def is_validation(number: int) -> bool:
    """Whether an ACDC patient is kept for validation."""
    return number % VALIDATION_STRIDE == 0


def acdc_volumes(root: Path, crop: int) -> Iterator[PackedVolume]:
    """ED and ES volumes of every ACDC patient below ``root``, heart box from the labels plus 10 mm.

    Patients of ACDC's test set are left out.

    Raises
    ------
    InputError
        There is no such patient, or files of one are missing.
    """
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    found = sorted(root.glob("patient*/patient*_frame*_gt.nii.gz"))
    label_files = [(file, number) for file in found if (number := acdc_number(file.parent.name)) is not None]
    if not label_files:
        raise no_patients(root)
    for label_file, number in label_files:
        image_file = label_file.with_name(label_file.name.replace("_gt", ""))
        image = read_image(image_file)
        labels = sitk.GetArrayFromImage(read_image(label_file))
        spacing, _, pitch = image.GetSpacing()
        box = label_box(labels, round(HEART_MARGIN / spacing))
        part, inside = crop_volume(sitk.GetArrayFromImage(image).astype(np.float32), box, crop)
        yield PackedVolume(
            subject=label_file.parent.name,
            phase=int(label_file.name.split("_frame")[1][:2]),
            intensity=part,
            spacing=float(spacing),
            pitch=float(pitch),
            thickness=0.0,
            box=inside,
            validation=is_validation(number),
        )


def read_image(path: Path) -> sitk.Image:
    """A NIfTI image of ACDC; ``InputError`` where there is none."""
    try:
        return sitk.ReadImage(itk_name(path))
    except RuntimeError as error:
        wrong = "is no image that can be read" if is_there(path) else "is missing"
        raise InputError(f"{path} {wrong}; copy the patient's folder anew or leave it out") from error


def no_patients(root: Path) -> InputError:
    """What is wrong with a folder that holds no ACDC patient."""
    return InputError(
        f"no ACDC patients below {root}; the folder given must hold patient001 to patient100 or some of them"
    )


@pydicom_silenced()
def sunnybrook_cine(folder: Path) -> tuple[npt.NDArray[np.float32], float, float, float]:
    """Cine ``(phases, slices, rows, columns)`` of one patient, its in-plane spacing, pitch and thickness in mm.

    Raises
    ------
    InputError
        There is no such cine.
    """
    planes: dict[float, list[tuple[float, npt.NDArray[np.float32]]]] = {}
    spacing = thickness = 0.0
    for file in sorted(folder.rglob("*.dcm")):
        dataset = pydicom.dcmread(file)
        orientation = np.asarray(dataset.ImageOrientationPatient, np.float64)
        normal = np.cross(orientation[:3], orientation[3:])
        position = round(float(normal @ np.asarray(dataset.ImagePositionPatient, np.float64)), 2)
        spacing, thickness = float(dataset.PixelSpacing[0]), float(dataset.SliceThickness)
        planes.setdefault(position, []).append(
            (float(dataset.TriggerTime), dataset.pixel_array.astype(np.float32))
        )
    if not planes:
        raise InputError(f"no .dcm files below {folder}; the folder given must hold {folder.name}")
    positions = sorted(planes)
    phases = min(len(frames) for frames in planes.values())
    cine = np.stack(
        [[f for _, f in sorted(planes[p], key=lambda frame: frame[0])[:phases]] for p in positions], axis=1
    )
    return cine, spacing, float(np.median(np.diff(positions))), thickness


def moving_box(cine: npt.NDArray[np.float32], spacing: float) -> tuple[int, int, int, int]:
    """Heart box of a cine that has no label: where its middle slices move most, in one piece, with a margin."""
    third = cine.shape[1] // 3
    motion = cine[:, third : cine.shape[1] - third].std(axis=0).mean(axis=0)
    smooth = ndimage.gaussian_filter(motion, MOTION_SMOOTHING / spacing)
    regions, count = ndimage.label(smooth > np.percentile(smooth, MOVING_PERCENTILE))
    sizes = ndimage.sum_labels(np.ones_like(smooth), regions, range(1, count + 1))
    return label_box(regions[None] == 1 + int(np.argmax(sizes)), round(HEART_MARGIN / spacing))


def sunnybrook_volumes(root: Path, crop: int, phase_stride: int) -> Iterator[PackedVolume]:
    """Every ``phase_stride``-th phase of the Sunnybrook training cines below ``root``."""
    for name in SUNNYBROOK_TRAINING:
        cine, spacing, pitch, thickness = sunnybrook_cine(root / name)
        box = moving_box(cine, spacing)
        for phase in range(0, len(cine), phase_stride):
            part, inside = crop_volume(cine[phase], box, crop)
            yield PackedVolume(name, phase, part, spacing, pitch, thickness, inside, validation=False)


def data_summary(volumes: Sequence[PackedVolume]) -> str:
    """What a pack trains on, in words, for the header of the weights."""
    names = sorted({volume.subject for volume in volumes if not volume.validation})
    patients, phantoms = (
        sum(name.startswith(prefix) for name in names) for prefix in ("patient", PHANTOM_PREFIX)
    )
    cines = [name for name in names if not name.startswith(("patient", PHANTOM_PREFIX))]
    parts = [f"ACDC, {patients} patients (ED and ES)"] if patients else []
    parts += [f"Sunnybrook {', '.join(cines)}"] if cines else []
    parts += [f"{phantoms} computed phantom{'s'[: phantoms - 1]}"] if phantoms else []
    return "; ".join(parts)


def missing_patients(volumes: Sequence[PackedVolume], *, training: int = 1, validation: int = 1) -> str:
    """What a pack lacks where that many subjects are needed, in words; empty where it lacks nothing."""
    held = len({volume.subject for volume in volumes if volume.validation})
    others = len({volume.subject for volume in volumes if not volume.validation})
    if others >= training and held >= validation:
        return ""
    return (
        f"holds {others} training and {held} validation subjects, at least {training} and {validation} are needed: "
        f"of ACDC's patients every {VALIDATION_STRIDE}th (005, 010, …) is kept for validation"
    )
