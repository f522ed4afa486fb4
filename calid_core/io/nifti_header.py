"""Headers of NIfTI-1 and NIfTI-2 files (nifti1.h, nifti2.h).

ITK knows no NIfTI-2, tells numbers of six digits and one of the two forms.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from calid_core.arrays import FloatArray
from calid_core.errors import InputError
from calid_core.real_values import STORED, RealScale

DTYPES = {
    2: "uint8", 4: "int16", 8: "int32", 16: "float32", 64: "float64",
    256: "int8", 512: "uint16", 768: "uint32", 1024: "int64", 1280: "uint64",
}  # fmt: skip
NAMES = (
    "sizeof_hdr", "magic", "datatype", "dim", "pixdim", "vox_offset", "scl_slope", "scl_inter", "descrip",
    "qform_code", "sform_code", "quatern", "qoffset", "srow", "xyzt_units", "intent_code",
)  # fmt: skip
LAYOUTS = {
    348: np.dtype(
        {
            "names": NAMES,
            "formats": ["i4", "S3", "i2", "8i2", "8f4", "f4", "f4", "f4", "S80", "i2", "i2", "3f4", "3f4", "(3,4)f4", "u1", "i2"],
            "offsets": [0, 344, 70, 40, 76, 108, 112, 116, 148, 252, 254, 256, 268, 280, 123, 68],
            "itemsize": 348,
        }
    ),
    540: np.dtype(
        {
            "names": NAMES,
            "formats": ["i4", "S3", "i2", "8i8", "8f8", "i8", "f8", "f8", "S80", "i4", "i4", "3f8", "3f8", "(3,4)f8", "i4", "i4"],
            "offsets": [0, 4, 12, 16, 104, 168, 176, 184, 240, 344, 348, 352, 376, 400, 500, 504],
            "itemsize": 540,
        }
    ),
}  # fmt: skip
"""Of NIfTI-1 and NIfTI-2, by the bytes of a header."""
MAGIC = {348: (b"n+1", b"ni1"), 540: (b"n+2", b"ni2")}
VECTORS = (1005, 1006, 1007)
"""Intents of images whose fifth axis holds the values of a voxel (NIFTI_INTENT_SYMMATRIX, _DISPVECT, _VECTOR)."""
MILLIMETRES = {1: 1000.0, 3: 0.001}
"""Of units of length that are not mm (metres, µm)."""


@dataclass(frozen=True, eq=False)
class NiftiHeader:
    """What a NIfTI header says.

    Parameters
    ----------
    size
        Lengths of the axes: columns, rows, slices, phases, and what follows.
    components
        Values of a voxel: 1, or those of a vector image.
    dtype
        Name of the stored data type.
    order
        Byte order of the values.
    offset
        Byte of the (unpacked) file at which the values begin, never within the header; -1 where it makes no sense.
    spacing
        ``(column, row, slice)`` distances in mm, as pixdim has them; signs there mean nothing, nor does what is 0 along an axis of one.
    time_step
        Distance of the phases, in the unit of ``time_unit``.
    time_unit
        Code of the unit of time (``xyzt_units``); 0 where none is stated.
    real
        Stored values as real ones.
    forms
        ``(4, 4)`` (column, row, slice) to RAS mm of those of ``sform`` and ``qform`` that have a code.
    codes
        Their codes.
    description
        Its words.
    """

    size: tuple[int, ...]
    components: int
    dtype: str
    order: Literal["<", ">"]
    offset: int
    spacing: FloatArray
    time_step: float
    time_unit: int
    real: RealScale
    forms: dict[str, FloatArray]
    codes: dict[str, int]
    description: str


def nifti_header(name: str, start: bytes) -> NiftiHeader:
    """Header of a file called ``name`` from its first bytes, unpacked.

    Raises
    ------
    InputError
        It is none, is damaged, or is that of a colour image.
    """
    order: Literal["<", ">"] = "<" if int.from_bytes(start[:4], "little") in LAYOUTS else ">"
    length = int.from_bytes(start[:4], "little" if order == "<" else "big")
    if length not in LAYOUTS or len(start) < length:
        raise InputError(f"{name} does not begin like a NIfTI file; copy it again or rename it")
    fields = np.frombuffer(start, LAYOUTS[length].newbyteorder(order), 1)[0]
    if bytes(fields["magic"]) not in MAGIC[length]:
        raise InputError(f"{name} has no NIfTI header (it may be of Analyze 7.5); save it as NIfTI")
    size, components = _size(name, fields)
    millimetres = MILLIMETRES.get(int(fields["xyzt_units"]) & 7, 1.0)
    spacing = _spacing(fields) * millimetres
    codes = {form: int(fields[f"{form}_code"]) for form in ("sform", "qform")}
    forms = {"sform": _sform(fields, millimetres), "qform": _qform(fields, spacing, millimetres)}
    return NiftiHeader(
        size=size,
        components=components,
        dtype=_dtype(name, int(fields["datatype"])),
        order=order,
        offset=max(length, int(fields["vox_offset"])) if math.isfinite(fields["vox_offset"]) else -1,
        spacing=spacing,
        # 0.04 s is what was meant, not 0.039999999.
        time_step=float(str(fields["pixdim"][4])),
        time_unit=int(fields["xyzt_units"]) & 0x38,
        real=_real(float(fields["scl_slope"]), float(fields["scl_inter"])),
        forms={form: affine for form, affine in forms.items() if codes[form] > 0},
        codes=codes,
        description=bytes(fields["descrip"]).partition(b"\0")[0].decode("utf-8", "replace").strip(),
    )


def _size(name: str, fields: np.void) -> tuple[tuple[int, ...], int]:
    """Lengths of the axes, and the values of a voxel; a length of 0 stands for 1, as for nifti1_io.c."""
    dimension, *lengths = fields["dim"].tolist()
    if not 1 <= dimension <= 7 or lengths[0] < 1 or min(lengths[:dimension]) < 0:
        raise InputError(
            f"{name} claims {dimension} axes of {' × '.join(map(str, lengths))}; its header is damaged, copy it again"
        )
    size = tuple(max(1, length) for length in lengths[:dimension])
    if fields["intent_code"] in VECTORS and dimension == 5:
        return size[:3] if size[3] == 1 else size[:4], size[4]
    return size, 1


def _dtype(name: str, code: int) -> str:
    if code not in DTYPES:
        what = "a colour image" if code in (128, 2304) else f"of NIfTI data type {code}"
        raise InputError(f"{name} is {what}; a grey-scale image is needed")
    return DTYPES[code]


def _real(slope: float, intercept: float) -> RealScale:
    """Stored values as real ones; slope 0 means as they are."""
    if slope == 0 or not np.isfinite([slope, intercept]).all():
        return STORED
    return RealScale(slope, intercept)


def _spacing(fields: np.void) -> FloatArray:
    spacing: FloatArray = np.abs(fields["pixdim"][1:4].astype(np.float64))
    spacing[(fields["dim"][1:4] <= 1) & ~(spacing > 0)] = 1.0
    return spacing


def _sform(fields: np.void, millimetres: float) -> FloatArray:
    return np.vstack((fields["srow"].astype(np.float64) * millimetres, (0.0, 0.0, 0.0, 1.0)))


@np.errstate(over="ignore", invalid="ignore")  # numbers of a damaged header
def _qform(fields: np.void, spacing: FloatArray, millimetres: float) -> FloatArray:
    """From its quaternion (nifti1.h, method 2)."""
    b, c, d = fields["quatern"].tolist()
    rest = 1.0 - b * b - c * c - d * d
    if rest < 1e-7:  # a turn by 180°, rounded: nifti1_io.c makes a unit of it, too
        b, c, d = (part / math.sqrt(1.0 - rest) for part in (b, c, d))
    a = math.sqrt(max(0.0, 1.0 - b * b - c * c - d * d))
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    affine = np.eye(4)
    affine[:3, :3] = rotation * spacing * (1.0, 1.0, -1.0 if fields["pixdim"][0] < 0 else 1.0)
    affine[:3, 3] = fields["qoffset"].astype(np.float64) * millimetres
    return affine
