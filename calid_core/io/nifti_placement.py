"""How NIfTI files lie in the patient, by the sform or the qform of their header."""

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.errors import InputError
from calid_core.geometry import ANGLE_TOLERANCE, Geometry
from calid_core.io.nifti_header import NiftiHeader

LPS = np.diag((-1.0, -1.0, 1.0, 1.0))
"""NIfTI's coordinates are RAS."""
SCANNER = 1
"""Code of a form that leads to the scanner's coordinates (NIFTI_XFORM_SCANNER_ANAT), not to those of another image."""
UNIT_TOLERANCE = 1e-3
NOT_SQUARE = "has axes that are not at right angles"
UNIT_SPACING = "has unit spacing"
UNIT_SFORM = f"the sform {UNIT_SPACING}: spacing is taken from pixdim, orientation is unknown"
LEAST_LENGTH = 1e-6
"""Spacing that is none, mm."""
SAME_PLACE = 1.0
"""Two statements of where a voxel lies agree within this, mm."""


@np.errstate(over="ignore", invalid="ignore")  # numbers of a damaged header
def nifti_geometry(name: str, header: NiftiHeader) -> tuple[Geometry, list[str]]:
    """Placement in LPS, ``(slice, row, column)``, and what was decided.

    The sform counts where its code is that of the scanner or the only one, else the qform, as for ITK; the other one where that
    makes no sense. An sform of unit spacing tells no orientation: it is what remains of files that were converted carelessly.

    Raises
    ------
    InputError
        No form of those that have a code is one of a stack.
    """
    columns, rows, slices = header.size[:3]
    affine, known, messages = _column_row_slice(name, header)
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    if not (np.isfinite(lengths).all() and lengths.min() > LEAST_LENGTH):
        raise InputError(f"{name} has a spacing of {_listed(lengths)} mm; set pixdim in its header right")
    return Geometry((LPS @ affine)[:, [2, 1, 0, 3]], (slices, rows, columns), known=known), messages


def _column_row_slice(name: str, header: NiftiHeader) -> tuple[FloatArray, bool, list[str]]:
    """``(4, 4)`` to RAS, whether it is known, and what was decided."""
    spacing, forms = header.spacing, header.forms
    stated = list(forms)
    if not stated:
        return (
            LPS @ np.diag((*spacing, 1.0)),
            False,
            ["no orientation in the NIfTI header (sform and qform codes are 0)"],
        )
    if len(stated) == 2 and header.codes["sform"] != SCANNER:
        stated.reverse()
    faults = {form: _fault(forms[form], spacing) for form in stated}
    taken = next((form for form in stated if not faults[form]), None)
    if taken is None and UNIT_SPACING in faults.values():
        return forms["sform"] @ np.diag((*spacing, 1.0)), False, [UNIT_SFORM]
    if taken is None and NOT_SQUARE in faults.values():
        raise InputError(
            f"{name} {NOT_SQUARE} (sheared), says its NIfTI header; resample it onto a grid of rectangular voxels or mend the header"
        )
    if taken is None:
        raise InputError(
            f"{name} cannot be placed: the {stated[0]} of its NIfTI header {faults[stated[0]]}; mend the header or save the volume anew"
        )
    if taken != stated[0]:
        return (
            forms[taken],
            True,
            [f"the {stated[0]} of the NIfTI header {faults[stated[0]]}: the {taken} is taken"],
        )
    return forms[taken], True, _contradictions(taken, header)


def _fault(form: FloatArray, spacing: FloatArray) -> str:
    """Why a form is not to be believed; empty where it is."""
    if not np.isfinite(form).all():
        return "is not finite"
    lengths = np.linalg.norm(form[:3, :3], axis=0)
    if lengths.min() <= LEAST_LENGTH:
        return "has no spacing"
    axes = form[:3, :3] / lengths
    if float(np.abs(axes.T @ axes - np.eye(3)).max()) > ANGLE_TOLERANCE:
        return NOT_SQUARE
    unit = float(np.abs(lengths - 1).max()) < UNIT_TOLERANCE
    return UNIT_SPACING if unit and float(np.abs(spacing - 1).max()) > UNIT_TOLERANCE else ""


def _contradictions(taken: str, header: NiftiHeader) -> list[str]:
    """What to say where the header places voxels otherwise, too: by the other form, or by spacing that is not the sform's."""
    forms, spacing = header.forms, header.spacing
    messages = []
    last = np.array(header.size[:3]) - 1.0
    corners = np.array([[*(last * (i, j, k)), 1.0] for i in (0, 1) for j in (0, 1) for k in (0, 1)]).T
    if len(forms) == 2:
        distance = float(np.linalg.norm(((forms["sform"] - forms["qform"]) @ corners)[:3], axis=0).max())
        if not distance <= SAME_PLACE:
            apart = f"up to {distance:.0f} mm apart" if np.isfinite(distance) else "apart"
            messages.append(f"sform and qform of the NIfTI header place it {apart}: the {taken} is taken")
    lengths = np.linalg.norm(forms[taken][:3, :3], axis=0)
    if not float((np.abs(lengths - spacing) * last).max()) <= SAME_PLACE:
        messages.append(
            f"pixdim of the NIfTI header says {_listed(spacing)} mm, its sform {_listed(lengths)} mm: the sform is taken"
        )
    return messages


def _listed(spacing: FloatArray) -> str:
    return " × ".join(f"{length:.4g}" for length in spacing)
