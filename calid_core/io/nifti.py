"""NIfTI files, read plainly.

ITK takes truncated files for whole and NaN for 0 without a word, and tells one of the two forms of a header.
"""

import gzip
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np

from calid_core.arrays import FloatArray, IntensityArray
from calid_core.errors import InputError
from calid_core.real_values import STORED, RealScale

DTYPES = {
    2: "uint8", 4: "int16", 8: "int32", 16: "float32", 64: "float64",
    256: "int8", 512: "uint16", 768: "uint32", 1024: "int64", 1280: "uint64",
}  # fmt: skip
HEADER_SIZES = (348, 540)
"""Of NIfTI-1 and NIfTI-2, bytes."""
START = 4096
"""Bytes that hold a header and what may follow it."""
GZIP = b"\x1f\x8b"
PACKED = 1032
"""Most bytes that one byte of a packed file stands for (zlib, deflate)."""


def nifti_dtype(metadata: dict[str, str], name: str) -> str:
    """Name of the stored data type, from the header as ITK lists it."""
    code = int(metadata.get("datatype", 0))
    if code not in DTYPES:
        what = "a colour image" if code in (128, 2304) else f"of NIfTI data type {code}"
        raise InputError(f"{name} is {what}; a grey-scale image is needed")
    return DTYPES[code]


def nifti_scale(metadata: dict[str, str]) -> RealScale:
    """Stored values as real ones; slope 0 means as they are (NIfTI-1 scl_slope)."""
    slope, intercept = float(metadata.get("scl_slope", 0)), float(metadata.get("scl_inter", 0))
    if slope == 0 or not np.isfinite([slope, intercept]).all():
        return STORED
    return RealScale(slope, intercept)


def nifti_start(path: Path) -> bytes:
    """The first bytes of a file, its whole header among them, unpacked where they are packed, whatever its suffix.

    Raises
    ------
    InputError
        The file is truncated or damaged.
    OSError
        It cannot be opened.
    """
    with _unpacked(path) as content:
        return content.read(START)


@contextmanager
def header_file(path: Path, start: bytes) -> Iterator[Path]:
    """A file whose header ITK can read: ``path``, or one with its ``start`` where it is packed and its suffix does not say so."""
    if path.suffix.lower() != ".nii" or not _is_packed(path):
        yield path
        return
    with TemporaryDirectory(prefix="calid-") as folder:
        header = Path(folder, "header.nii")
        header.write_bytes(start)
        yield header


def nifti_sform(start: bytes) -> FloatArray:
    """``(4, 4)`` sform of a header: (column, row, slice) to RAS mm."""
    order, second = _layout(start)
    rows = _numbers(start, order, *((400, "f8") if second else (280, "f4")), 12).reshape(3, 4)
    return np.vstack((rows * _millimetres(start, order, second), (0.0, 0.0, 0.0, 1.0)))


def nifti_qform(start: bytes) -> FloatArray:
    """``(4, 4)`` qform of a header, likewise (nifti1.h, method 2)."""
    order, second = _layout(start)
    b, c, d, *offset = _numbers(start, order, *((352, "f8") if second else (256, "f4")), 6).tolist()
    factor = _numbers(start, order, *((104, "f8") if second else (76, "f4")), 1)[0]
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
    affine[:3, :3] = rotation * nifti_spacing(start) * (1.0, 1.0, -1.0 if factor < 0 else 1.0)
    affine[:3, 3] = np.array(offset) * _millimetres(start, order, second)
    return affine


def nifti_spacing(start: bytes) -> FloatArray:
    """``(column, row, slice)`` distances in mm, as pixdim has them; signs there mean nothing, nor does what is 0 along an axis of one."""
    order, second = _layout(start)
    spacing = np.abs(_numbers(start, order, *((112, "f8") if second else (80, "f4")), 3))
    sizes = _numbers(start, order, *((24, "i8") if second else (42, "i2")), 3)
    spacing[(sizes <= 1) & ~(spacing > 0)] = 1.0
    return spacing * _millimetres(start, order, second)


def _layout(start: bytes) -> tuple[Literal["<", ">"], bool]:
    """Byte order, and whether it is NIfTI-2."""
    order: Literal["<", ">"] = "<" if int.from_bytes(start[:4], "little") in HEADER_SIZES else ">"
    return order, int(np.frombuffer(start[:4], order + "i4")[0]) == HEADER_SIZES[1]


def _numbers(start: bytes, order: str, place: int, kind: str, count: int) -> FloatArray:
    return np.frombuffer(start, order + kind, count, place).astype(np.float64)


def _millimetres(start: bytes, order: str, second: bool) -> float:
    units = int(np.frombuffer(start, order + "i4", 1, 500)[0]) if second else start[123]
    return {1: 1000.0, 3: 0.001}.get(units & 7, 1.0)


def read_nifti(path: Path, dtype: str, count: int) -> IntensityArray:
    """``(count,)`` stored values in file order; what a file holds beyond them is not read.

    Raises
    ------
    InputError
        The file is truncated or damaged.
    """
    stored = np.dtype(dtype)
    try:
        most = path.stat().st_size * (PACKED if _is_packed(path) else 1)
        with _unpacked(path) as content:
            start = content.read(START)
            order, _ = _layout(start)
            offset = _data_offset(start, order)
            end = offset + count * stored.itemsize
            content.seek(0)
            values = content.read(min(end, most)) if offset >= 0 else b""
            content.read(START)  # at the end of a packed file its checksum is looked at
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror})") from error
    there = (len(values) - offset) // stored.itemsize if 0 <= offset <= len(values) else 0
    if there < count:
        raise InputError(f"{path.name} is truncated: {there} of {count} values are there; copy it again")
    return np.frombuffer(values, stored.newbyteorder(order), count, offset).astype(dtype)


def _data_offset(content: bytes, order: Literal["<", ">"]) -> int:
    """Byte at which the values begin (vox_offset), never within the header; -1 where it makes no sense."""
    size = int(np.frombuffer(content[:4], order + "i4")[0])
    if size == HEADER_SIZES[1]:
        return max(size, int(np.frombuffer(content[168:176], order + "i8")[0]))
    stated = float(np.frombuffer(content[108:112], order + "f4")[0])
    return max(size, int(stated)) if math.isfinite(stated) else -1


@contextmanager
def _unpacked(path: Path) -> Iterator[BufferedIOBase]:
    """A file open for reading, unpacked where it is packed; ``InputError`` where it is truncated or damaged."""
    try:
        with gzip.open(path) if _is_packed(path) else path.open("rb") as content:
            yield content
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path.name} is truncated or damaged ({error}); copy it again") from error


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == GZIP
