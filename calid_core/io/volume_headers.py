"""Headers of NIfTI, NRRD and MetaImage files: size, placement, times."""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.errors import InputError
from calid_core.geometry import Geometry
from calid_core.io.itk_names import itk_name
from calid_core.io.nifti import nifti_start
from calid_core.io.nifti_header import nifti_header
from calid_core.io.nifti_placement import nifti_geometry
from calid_core.io.packed_data import PACKED
from calid_core.io.silence import native_output_silenced
from calid_core.io.text_headers import (
    meta_line,
    meta_value,
    names_several,
    stated_data,
    stated_real,
    text_header,
)
from calid_core.io.volume_placement import check_spacing, text_geometry
from calid_core.io.volume_times import TIME_UNITS, phase_times, sequence_values
from calid_core.paths import is_there
from calid_core.real_values import RealScale

if TYPE_CHECKING:
    import SimpleITK as sitk

SUFFIXES = {
    ".nii": ("NIfTI", "NiftiImageIO"),
    ".nii.gz": ("NIfTI", "NiftiImageIO"),
    ".nrrd": ("NRRD", "NrrdImageIO"),
    ".nhdr": ("NRRD", "NrrdImageIO"),
    ".mha": ("MetaImage", "MetaImageIO"),
    ".mhd": ("MetaImage", "MetaImageIO"),
}
LABEL_NAME = re.compile(r"[-_](gt|seg|labels?|mask)$", re.IGNORECASE)
DESCRIPTIONS = {"NIfTI": "ITK_FileNotes", "NRRD": "description", "MetaImage": "Comment"}
"""Where a header has room for words, as ITK calls it."""
METADATA = ("NRRD_kinds[pixel]", DESCRIPTIONS["NRRD"], "axis 0 index unit", "axis 0 index values")
SEPARATE_DATA = (".mhd", ".nhdr")
"""Suffixes of headers whose intensities are written to a file of their own."""
PACKED_WITH_BZIP2 = rb"(?i)^encoding *: *bz(ip)?2\s*$"
"""Of NRRD: ITK reads the header alone."""
LONGEST_AXIS = 16384
"""More rows, columns, slices or phases are no cine but a damaged header."""


@dataclass(frozen=True, eq=False)
class VolumeHeader:
    """What a volume file says about itself.

    Parameters
    ----------
    path
        Its file.
    format
        ``NIfTI``, ``NRRD`` or ``MetaImage``.
    geometry
        Placement.
    phase_times
        ``(phases,)`` ms.
    phases_first
        Whether the phases are the components of a vector image (a 3D Slicer sequence) instead of the fourth axis.
    dtype
        Name of the stored data type.
    real
        Stored values as real ones.
    messages
        What was decided.
    description
        Text of the header.
    """

    path: Path
    format: str
    geometry: Geometry
    phase_times: FloatArray
    phases_first: bool
    dtype: str
    real: RealScale
    messages: tuple[str, ...]
    description: str = ""


def volume_suffix(path: Path) -> str:
    """Suffix that tells the format, in small letters; empty for anything else."""
    name = path.name.lower()
    return next((s for s in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(s)), "")


def stem(path: Path) -> str:
    """File name without folders and suffix."""
    return path.name[: len(path.name) - len(volume_suffix(path))]


def looks_like_labels(path: Path) -> bool:
    """Whether the name is that of a segmentation (``_gt``, ``_seg``, ``_label``, ``_mask``, or with a hyphen)."""
    return LABEL_NAME.search(stem(path)) is not None


def open_reader(path: Path) -> "sitk.ImageFileReader":
    """Reader of an NRRD or MetaImage file, whatever the case of its suffix."""
    from calid_core.io.itk import sitk

    reader = sitk.ImageFileReader()
    reader.SetImageIO(SUFFIXES[volume_suffix(path)][1])
    reader.SetFileName(itk_name(path))
    return reader


def read_header(path: Path) -> VolumeHeader:
    """Header of a volume file.

    Raises
    ------
    InputError
        The file is damaged, two-dimensional, in colour, has more axes than time and space, a spacing that no stack has, or less in it
        than it declares.
    """
    format_ = SUFFIXES[volume_suffix(path)][0]
    start = _checked_start(path, format_)
    header = _nifti_header(path, start) if format_ == "NIfTI" else _text_header(path, format_, start)
    check_spacing(path.name, header.geometry)
    size = len(header.phase_times) * math.prod(header.geometry.shape) * np.dtype(header.dtype).itemsize
    _check_held(path, format_, start, size)
    return header


def _nifti_header(path: Path, start: bytes) -> VolumeHeader:
    header = nifti_header(path.name, start)
    phases, phases_first = _phases(path.name, header.size, header.components)
    geometry, messages = nifti_geometry(path.name, header)
    step = 0.0 if phases_first else header.time_step
    times, time_messages = phase_times(phases, step, TIME_UNITS.get(header.time_unit, ""))
    return VolumeHeader(
        path=path,
        format="NIfTI",
        geometry=geometry,
        phase_times=times,
        phases_first=phases_first,
        dtype=header.dtype,
        real=header.real,
        messages=(*messages, *time_messages),
        description=header.description,
    )


def _text_header(path: Path, format_: str, start: bytes) -> VolumeHeader:
    """Header of an NRRD or MetaImage file."""
    from calid_core.io.itk import sitk

    reader = open_reader(path)
    try:
        with native_output_silenced():
            reader.ReadImageInformation()
    except RuntimeError as error:
        check_has_data_file(path)
        raise InputError(f"{path.name} {_reason(error, format_)}") from error
    metadata = {key: reader.GetMetaData(key) for key in METADATA if reader.HasMetaDataKey(key)}
    listed = metadata.get("NRRD_kinds[pixel]") == "list"
    phases, phases_first = _phases(path.name, reader.GetSize(), reader.GetNumberOfComponents(), listed=listed)
    geometry, messages = text_geometry(path.name, reader, format_, start)
    step = 0.0 if phases_first or phases == 1 else reader.GetSpacing()[3]
    values = sequence_values(metadata, phases)
    unit = "" if values is None else metadata.get("axis 0 index unit", "").strip()
    times, time_messages = phase_times(phases, step, unit, values)
    return VolumeHeader(
        path=path,
        format=format_,
        geometry=geometry,
        phase_times=times,
        phases_first=phases_first,
        dtype=_dtype_name(reader.GetPixelID(), sitk),
        real=stated_real(start),
        messages=(*messages, *time_messages),
        description=_description(format_, metadata, start),
    )


def stated_data_file(header: Path) -> Path | None:
    """The one file of intensities that a header names; None where it holds them, names several or cannot be read."""
    format_ = SUFFIXES[volume_suffix(header)][0]
    if format_ == "NIfTI":
        return None
    try:
        name = stated_data(text_header(header, format_), format_)
    except OSError:
        return None
    return header.parent / name if name and not names_several(name) else None


def check_has_data_file(header: Path) -> None:
    """Raise ``InputError`` where the one file that a header says its values are in is not there."""
    data = stated_data_file(header)
    if data is not None and not is_there(data):
        raise InputError(
            f"{header.name} is a header alone: {data.name} is not beside it; copy both into one folder"
        )


def _description(format_: str, metadata: dict[str, str], start: bytes) -> str:
    """Words in a header; ITK writes those of MetaImage and does not read them."""
    if format_ == "MetaImage":
        return meta_value(start, b"Comment").decode("utf-8", "replace")
    return metadata.get(DESCRIPTIONS["NRRD"], "").strip()


def _checked_start(path: Path, format_: str) -> bytes:
    """The first bytes of a file, of NRRD and MetaImage the header alone; refuse what is plainly no such file, or packed in a way that is not read.

    MetaImage headers crash ITK where ``NDims`` is not 1 to 9.
    """
    try:
        start = nifti_start(path) if format_ == "NIfTI" else text_header(path, format_)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror}); check its permissions") from error
    if not start:
        raise InputError(f"{path.name} is empty; copy it again")
    marks = {"NRRD": rb"NRRD", "MetaImage": rb"(?s).*" + meta_line(b"NDims") + rb"[1-9]\s*$"}
    if format_ in marks and not re.match(marks[format_], start, re.MULTILINE):
        raise InputError(f"{path.name} does not begin like a {format_} file; copy it again or rename it")
    if format_ == "NRRD" and re.search(PACKED_WITH_BZIP2, start, re.MULTILINE):
        raise InputError(
            f"{path.name} is packed with bzip2, which is not read; save it with the encoding gzip or raw"
        )
    return start


def _check_held(path: Path, format_: str, start: bytes, size: int) -> None:
    """Refuse a file that cannot hold the ``size`` bytes that it declares, however well they are packed, before any room is made for them."""
    name = "" if format_ == "NIfTI" else stated_data(start, format_)
    data = path.parent / name if name else path
    if names_several(name) or not is_there(data):
        return
    held = data.stat().st_size
    if size > PACKED * held:
        raise InputError(
            f"{path.name} claims {size} bytes of intensities, which {held} bytes cannot hold; it is truncated or its header is damaged, "
            "copy it again"
        )


def _phases(name: str, size: tuple[int, ...], components: int, *, listed: bool = False) -> tuple[int, bool]:
    """Number of phases and whether they are vector components, which a header may say (``listed``)."""
    dimension = len(size)
    if dimension < 3 or (dimension == 3 and size[2] == 1 and components in (3, 4)):
        raise InputError(
            f"{name} is a {min(dimension, 2)}D image of {' × '.join(map(str, size[:2]))}; a stack of slices (3D or 4D) "
            "is needed"
        )
    if dimension > 4 and any(n > 1 for n in size[4:]):
        raise InputError(
            f"{name} has {dimension} axes ({' × '.join(map(str, size))}); 3D or 4D (time last) is needed"
        )
    if max(*size, components) > LONGEST_AXIS:
        raise InputError(
            f"{name} claims {' × '.join(map(str, size))} voxels; its header is damaged, copy it again"
        )
    if components == 1:
        return (size[3] if dimension >= 4 else 1), False
    if dimension == 3 and (components > 4 or listed):
        return components, True
    raise InputError(
        f"{name} is a colour image ({components} values per voxel); a grey-scale image is needed"
    )


def _dtype_name(pixel_id: int, sitk_module: object) -> str:
    name = str(getattr(sitk_module, "GetPixelIDValueAsString")(pixel_id)).lower()  # noqa: B009
    kinds = (("unsigned integer", "uint"), ("signed integer", "int"), ("float", "float"))
    bits = re.search(r"(\d+)-bit", name)
    for words, kind in kinds:
        if words in name and bits:
            return f"{kind}{bits.group(1)}"
    raise InputError(f"values of type {name} are no grey-scale intensities")


def _reason(error: Exception, format_: str) -> str:
    """What is wrong with a file, from an ITK message without file names and addresses."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = re.sub(r"\S*/\S*", "it", lines[-1]) if lines else type(error).__name__
    if "domain axes" in text:
        return (
            "has a time axis without a place in its space; save it with the space left-posterior-superior-time, as a 3D Slicer sequence "
            "(kind list) or as NIfTI"
        )
    return f"is not a readable {format_} file: " + re.sub(r"ITK ERROR: (\w+\(\w+\): )?", "", text)[:160]
