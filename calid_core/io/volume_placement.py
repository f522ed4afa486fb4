"""How NIfTI, NRRD and MetaImage files lie in the patient."""

import re
from typing import TYPE_CHECKING

import numpy as np

from calid_core.errors import InputError
from calid_core.geometry import Geometry
from calid_core.io.nifti import nifti_qform, nifti_sform

if TYPE_CHECKING:
    import SimpleITK as sitk

SMALLEST_SPACING, LARGEST_PIXEL, LARGEST_PITCH = 0.05, 20.0, 100.0
"""Limits of a believable spacing, mm: of any, in plane, and from slice to slice."""
UNIT_TOLERANCE = 1e-3
STATES_DIRECTION = {
    "NRRD": rb"^space dimension *:|^space *: *(?!scanner|3D-|three)\S",
    "MetaImage": rb"^(TransformMatrix|Orientation|Rotation) *=",
}
"""Lines that tell how a volume lies in the patient; a NIfTI header has codes for it. ITK writes the dimension alone for cines in NRRD."""
SPACES_WITH_TIME = {
    "right-anterior-superior-time": (-1, -1, 1),
    "rast": (-1, -1, 1),
    "left-anterior-superior-time": (1, -1, 1),
    "last": (1, -1, 1),
}
"""NRRD spaces of four dimensions that are not LPS, and the signs that make them so."""
SAME_PLACE = 1.0
"""Two statements of where a voxel lies agree within this, mm."""


def orientation_known(
    format_: str, metadata: dict[str, str], spacing: tuple[float, ...], start: bytes
) -> tuple[bool, list[str]]:
    """Whether a header says how the volume lies in the patient, and what to say where it does not."""
    if format_ in STATES_DIRECTION:
        known = re.search(STATES_DIRECTION[format_], start, re.MULTILINE) is not None
        return known, [] if known else [f"no orientation in the {format_} header"]
    sform, qform = int(metadata.get("sform_code", 0)), int(metadata.get("qform_code", 0))
    if sform <= 0 and qform <= 0:
        return False, ["no orientation in the NIfTI header (sform and qform codes are 0)"]
    rows = [[float(v) for v in metadata[f"srow_{a}"].split()[:3]] for a in "xyz" if f"srow_{a}" in metadata]
    if sform > 0 and qform <= 0 and len(rows) == 3:
        lengths = np.linalg.norm(np.array(rows), axis=0)
        unit = bool(np.abs(lengths - 1).max() < UNIT_TOLERANCE)
        if unit and float(np.abs(np.array(spacing[:3]) - 1).max()) > UNIT_TOLERANCE:
            return False, ["the sform has unit spacing: spacing is taken from pixdim, orientation is unknown"]
    return True, []


def volume_geometry(name: str, reader: "sitk.ImageFileReader", known: bool, start: bytes) -> Geometry:
    """Placement in LPS, ``(slice, row, column)``, from ITK's ``(x, y, z)``, which is LPS too.

    Parameters
    ----------
    start
        First bytes of the file: ITK turns the axes of an NRRD file to LPS where its space is one of three dimensions, and leaves them
        as they are where time is the fourth.

    Raises
    ------
    InputError
        A spacing no stack has.
    """
    dimension = reader.GetDimension()
    direction = np.array(reader.GetDirection()).reshape(dimension, dimension)[:3, :3]
    spacing = np.array(reader.GetSpacing()[:3])
    affine = np.eye(4)
    affine[:3, :3] = (direction * spacing)[:, ::-1]
    affine[:3, 3] = reader.GetOrigin()[:3]
    space = re.search(rb"^space: *(\S+)", start, re.MULTILINE) if start.startswith(b"NRRD") else None
    affine = (
        np.diag((*SPACES_WITH_TIME.get(space[1].decode("latin-1").lower(), (1, 1, 1)), 1)) @ affine
        if space
        else affine
    )
    columns, rows, slices = reader.GetSize()[:3]
    geometry = Geometry(affine, (slices, rows, columns), known=known)
    _check_spacing(name, geometry)
    return geometry


def _check_spacing(name: str, geometry: Geometry) -> None:
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


def forms_message(metadata: dict[str, str], start: bytes, geometry: Geometry) -> list[str]:
    """What to say where sform and qform of a NIfTI header contradict each other; ITK follows one of them without a word."""
    if int(metadata.get("sform_code", 0)) <= 0 or int(metadata.get("qform_code", 0)) <= 0:
        return []
    last = np.array(geometry.shape[::-1]) - 1.0
    corners = np.array([[*(last * (i, j, k)), 1.0] for i in (0, 1) for j in (0, 1) for k in (0, 1)]).T
    # NIfTI counts (column, row, slice) and its coordinates are RAS.
    taken = (np.diag((-1.0, -1, 1, 1)) @ geometry.affine)[:, [2, 1, 0, 3]] @ corners
    forms = {"sform": nifti_sform(start), "qform": nifti_qform(start)}
    away = {name: float(np.linalg.norm((f @ corners - taken)[:3], axis=0).max()) for name, f in forms.items()}
    distance = max(away.values())
    if not distance > SAME_PLACE:
        return []
    return [
        f"sform and qform of the NIfTI header place it up to {distance:.0f} mm apart: the {min(away, key=lambda name: away[name])} is "
        "taken"
    ]
