"""Sunnybrook Cardiac Data: whole cines in DICOM, with contours of the left ventricle beside them."""

from __future__ import annotations

from pathlib import Path

from calid_core.cine import CineStack
from calid_core.errors import CalidError, InputError
from calid_core.io import read_stack
from calid_core.paths import is_folder

TRAINING = ("SCD0000101", "SCD0000201", "SCD0000301")
"""Patients that the shipped model was trained on."""
CONTOURS = {"SCD0000101": "SC-HF-I-1", "SCD0000201": "SC-HF-I-2", "SCD0000301": "SC-HF-I-4"}
"""Contour folder of each patient that has one."""


def is_sunnybrook(folder: Path) -> bool:
    """Whether ``folder`` is the archive."""
    return is_folder(folder / "dicom") and is_folder(folder / "contours")


def training_folders(root: Path) -> tuple[Path, ...]:
    """Folders of the patients to train on, in the archive or its ``dicom`` folder; ``InputError`` where one of them is not there."""
    inner = root / "dicom" if is_folder(root / "dicom") else root
    folders = tuple(inner / name for name in TRAINING)
    missing = [folder.name for folder in folders if not is_folder(folder)]
    if missing:
        raise InputError(
            f"{inner} does not hold {', '.join(missing)}; give the Sunnybrook archive or its folder dicom"
        )
    return folders


def read_cine(folder: Path) -> CineStack:
    """The cine of a patient; ``InputError`` that names the folder where there is none."""
    try:
        return read_stack(folder)
    except CalidError as error:
        raise InputError(f"{folder} cannot be used: {error}; copy the patient's folder anew") from error
