"""ACDC folders: end-diastolic and end-systolic volumes with expert labels of three structures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from calid_core.arrays import FloatArray
from calid_core.cine import CineStack, Source
from calid_core.errors import InputError
from calid_core.evaluation.cases import BoxSource, Case, Moment, label_box
from calid_core.geometry import Geometry
from calid_core.io.itk_names import itk_name
from calid_core.paths import is_file


def is_acdc(folder: Path) -> bool:
    """Whether ``folder`` is one ACDC patient."""
    return is_file(folder / "Info.cfg") and folder.name.startswith("patient")


def acdc_cases(folder: Path) -> Iterator[Case]:
    """The labelled volumes of one patient, one case each."""
    moments = _moments(folder / "Info.cfg")
    for label_file in sorted(folder.glob("*_frame*_gt.nii.gz")):
        frame = int(label_file.name.split("_frame")[1].split("_")[0])
        intensity, spacing = _read(label_file.with_name(label_file.name.replace("_gt", "")))
        labels = _read(label_file)[0].astype(np.uint8)[None]
        geometry = Geometry.from_spacing(spacing, intensity.shape, known=False)
        stack = CineStack(intensity[None], geometry, np.zeros(1), Source(label_file.parent.name, "NIfTI"))
        box = label_box(labels, spacing[1:])
        yield Case(folder.name, "ACDC", stack, box, BoxSource.EXPERT, labels, (moments.get(frame),))


def _moments(info: Path) -> dict[int, Moment]:
    frames = dict(re.findall(r"^(E[DS]):\s*(\d+)", info.read_text(), re.MULTILINE))
    if frames.keys() != {"ED", "ES"}:
        raise InputError("Info.cfg of an ACDC patient must name the frames of ED and ES")
    return {int(number): Moment(name) for name, number in frames.items()}


def _read(path: Path) -> tuple[FloatArray, tuple[float, float, float]]:
    """``(slices, rows, columns)`` and its spacing in mm."""
    sitk.ProcessObject.SetGlobalWarningDisplay(
        False
    )  # unit sform, spacing only in pixdim: ITK warns every time
    image = sitk.ReadImage(itk_name(path))
    columns, rows, pitch = image.GetSpacing()
    return sitk.GetArrayFromImage(image), (float(pitch), float(rows), float(columns))
