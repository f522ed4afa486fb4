"""How NRRD and MetaImage files lie in the patient, and what no stack of slices is like."""

import re
from typing import TYPE_CHECKING

import numpy as np

from calid_core.errors import InputError
from calid_core.geometry import Geometry
from calid_core.io.text_headers import length_unit, meta_line

if TYPE_CHECKING:
    import SimpleITK as sitk

SMALLEST_SPACING, LARGEST_PIXEL, LARGEST_PITCH = 0.05, 20.0, 100.0
"""Limits of a believable spacing, mm: of any, in plane, and from slice to slice."""
STATES_DIRECTION = {
    "NRRD": rb"^space dimension *:|^space *: *(?!scanner|3D-|three)\S",
    "MetaImage": meta_line(b"TransformMatrix|Orientation|Rotation"),
}
"""Lines that tell how a volume lies in the patient. ITK writes the dimension alone for cines in NRRD."""
STATES_POSITION = {
    "NRRD": rb"^(space origin|axis ?mins) *:",
    "MetaImage": meta_line(b"Offset|Position|Origin"),
}
STATES_SPACING = {
    "NRRD": rb"^(space directions *:.*\(|spacings *:([ \t]+nan)?([ \t]+[-+.\d]\S*){3})",
    "MetaImage": meta_line(b"Element(?:Spacing|Size)"),
}
"""Without them ITK puts the first voxel at 0, and the others at 1 mm, without a word."""
SPACES_WITH_TIME = {
    "right-anterior-superior-time": (-1, -1, 1),
    "rast": (-1, -1, 1),
    "left-anterior-superior-time": (1, -1, 1),
    "last": (1, -1, 1),
}
"""NRRD spaces of four dimensions that are not LPS, and the signs that make them so."""


def text_geometry(
    name: str, reader: "sitk.ImageFileReader", format_: str, header: bytes
) -> tuple[Geometry, list[str]]:
    """Placement in LPS, ``(slice, row, column)``, from ITK's ``(x, y, z)``, which is LPS too, and what was decided.

    Parameters
    ----------
    header
        Of the file: ITK turns the axes of an NRRD file to LPS where its space is one of three dimensions, and leaves them as they are
        where time is the fourth; it takes lengths for mm, whatever their unit.

    Raises
    ------
    InputError
        Axes have different units.
    """
    dimension = reader.GetDimension()
    direction = np.array(reader.GetDirection()).reshape(dimension, dimension)[:3, :3]
    spacing = np.array(reader.GetSpacing()[:3])
    affine = np.eye(4)
    affine[:3, :3] = (direction * spacing)[:, ::-1]
    affine[:3, 3] = reader.GetOrigin()[:3]
    space = re.search(rb"^space: *(\S+)", header, re.MULTILINE | re.IGNORECASE) if format_ == "NRRD" else None
    affine = (
        np.diag((*SPACES_WITH_TIME.get(space[1].decode("latin-1").lower(), (1, 1, 1)), 1)) @ affine
        if space
        else affine
    )
    stated = {
        what: re.search(lines[format_], header, re.MULTILINE | re.IGNORECASE) is not None
        for what, lines in (
            ("orientation", STATES_DIRECTION),
            ("position", STATES_POSITION),
            ("spacing", STATES_SPACING),
        )
    }
    unit, millimetres = length_unit(name, header, format_)
    affine[:3] *= millimetres
    columns, rows, slices = reader.GetSize()[:3]
    lacking = " and ".join(f"no {what}" for what in ("orientation", "position") if not stated[what])
    messages = [f"{lacking} in the {format_} header"] if lacking else []
    if not stated["spacing"]:
        messages.append(f"no spacing in the {format_} header: 1 {unit} is assumed")
    if millimetres != 1:
        messages.append(f"lengths are in {unit}, says the {format_} header: brought to mm")
    return Geometry(affine, (slices, rows, columns), known=all(stated.values())), messages


def check_spacing(name: str, geometry: Geometry) -> None:
    """Raise ``InputError`` where lengths are in another unit than the header says."""
    pitch, *in_plane = geometry.spacing
    for what, spacing, largest in (
        ("pixels of", max(in_plane), LARGEST_PIXEL),
        ("pixels of", min(in_plane), LARGEST_PIXEL),
        ("slices at a distance of", pitch if geometry.slices > 1 else LARGEST_PITCH, LARGEST_PITCH),
    ):
        if not SMALLEST_SPACING <= round(spacing, 4) <= largest:
            raise InputError(
                f"{name} has {what} {spacing:g} mm, must be {SMALLEST_SPACING:g} to {largest:g} mm; set the spacing or its "
                "unit in the header right"
            )
