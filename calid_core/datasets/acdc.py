"""ACDC: a folder for each patient with end-diastolic and end-systolic volumes and what experts drew on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from calid_core.cine import CineStack
from calid_core.contouring.heart_box import Box
from calid_core.datasets.cases import about
from calid_core.datasets.labels import LabelArray, label_box
from calid_core.errors import CalidError, InputError
from calid_core.io import read_stack
from calid_core.io.nifti_placement import UNIT_SFORM
from calid_core.paths import is_file, is_there

DIVIDED = range(1, 101)
"""Numbers of the patients that are divided into training and validation: ACDC's training set. Those beyond are its test
set, which nothing is trained or calibrated on.
"""
VALIDATION_STRIDE = 5
_LABELS = re.compile(r"_frame(\d+)_gt\.nii\.gz$")
_ANEW = "copy the patient's folder anew or leave it out"


@dataclass(frozen=True)
class Frames:
    """What ``Info.cfg`` tells: frames of end-diastole and end-systole, from 1, and how many there are, None where it does not tell."""

    diastole: int
    systole: int
    count: int | None


@dataclass(frozen=True, eq=False)
class LabelledVolume:
    """One moment of a patient.

    Parameters
    ----------
    frame
        Its number in the cine, from 1.
    stack
        The acquired slices, one phase.
    labels
        What experts drew, ``(1, slices, rows, columns)``.
    label_file
        Where they drew it.
    """

    frame: int
    stack: CineStack
    labels: LabelArray
    label_file: Path

    @property
    def box(self) -> Box:
        """Heart box about the labels; ``InputError`` that names their file where nothing is drawn."""
        with about(str(self.label_file)):
            return label_box(self.labels, self.stack.geometry.spacing[1:])


def is_acdc(folder: Path) -> bool:
    """Whether ``folder`` is one patient in ACDC's layout: called so, or with volumes that experts drew on."""
    if not is_file(folder / "Info.cfg"):
        return False
    return folder.name.startswith("patient") or any(folder.glob("*_frame*_gt.nii.gz"))


def acdc_number(name: str) -> int | None:
    """Number in a name that starts as that of an ACDC patient who is divided; None of any other."""
    found = re.match(r"patient(\d+)", name)
    return int(found[1]) if found and int(found[1]) in DIVIDED else None


def is_validation(number: int) -> bool:
    """Whether an ACDC patient is kept for validation."""
    return number % VALIDATION_STRIDE == 0


def divided_patients(root: Path) -> dict[Path, int]:
    """Folders of the patients below ``root`` who are divided and their numbers, in order; ``InputError`` where there is none."""
    folders = sorted(folder for folder in root.glob("patient*") if folder.is_dir())
    found = {f: number for f in folders if (number := acdc_number(f.name)) is not None}
    if not found:
        raise InputError(
            f"no ACDC patients below {root}; the folder given must hold patient001 to patient100 or some of them"
        )
    return found


def read_frames(folder: Path) -> Frames:
    """The frames of a patient; ``InputError`` where ``Info.cfg`` does not tell those of end-diastole and end-systole."""
    path = folder / "Info.cfg"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} {'cannot be read' if is_there(path) else 'is missing'}; {_ANEW}") from error
    except UnicodeError as error:
        raise InputError(f"{path} is no text in UTF-8; {_ANEW}") from error
    values = {name: int(n) for name, n in re.findall(r"^(ED|ES|NbFrame):\s*(\d+)", text, re.MULTILINE)}
    if not {"ED", "ES"} <= values.keys():
        raise InputError(f"{path} does not tell the frames of ED and ES; {_ANEW}")
    return Frames(values["ED"], values["ES"], values.get("NbFrame"))


def labelled_volumes(folder: Path) -> Iterator[LabelledVolume]:
    """The volumes of a patient that experts drew on, in order.

    Raises
    ------
    InputError
        There is none, a file is missing or damaged, or image and labels have different sizes.
    """
    files = [(file, found) for file in sorted(folder.iterdir()) if (found := _LABELS.search(file.name))]
    if not files:
        raise InputError(f"{folder} holds no volume with labels (…_frameNN_gt.nii.gz); {_ANEW}")
    for file, found in files:
        yield _labelled(file, int(found[1]))


def labelled_volume(folder: Path, frame: int) -> LabelledVolume:
    """The volume of a patient at ``frame``, from 1, with its labels; raises as ``labelled_volumes``."""
    return _labelled(folder / f"{folder.name}_frame{frame:02d}_gt.nii.gz", frame)


def whole_cine(folder: Path) -> CineStack | None:
    """The whole cine of a patient; None where there is none."""
    path = folder / f"{folder.name}_4d.nii.gz"
    return _read(path) if is_file(path) else None


def _labelled(label_file: Path, frame: int) -> LabelledVolume:
    image_file = label_file.with_name(label_file.name.replace("_gt", ""))
    stack, drawn = _read(image_file), _read(label_file).intensity
    if drawn.shape != stack.intensity.shape:
        sizes = (" × ".join(map(str, shape[1:])) for shape in (drawn.shape, stack.intensity.shape))
        raise InputError(f"{label_file} has {' slices, rows and columns, its image '.join(sizes)}; {_ANEW}")
    return LabelledVolume(frame, stack, drawn.astype(np.uint8), label_file)


def _read(path: Path) -> CineStack:
    if not is_there(path):
        raise InputError(f"{path} is missing; {_ANEW}")
    try:
        stack = read_stack(path)
    except CalidError as error:
        raise InputError(f"{path} cannot be used: {error}; {_ANEW}") from error
    # What is so in every file of ACDC is nothing to remark on.
    steps = tuple(step for step in stack.source.steps if step != UNIT_SFORM)
    return replace(stack, source=replace(stack.source, steps=steps))
