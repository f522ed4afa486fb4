"""Stored values of NIfTI files, read plainly: ITK takes truncated files for whole and NaN for 0 without a word."""

import gzip
import math
import zlib
from pathlib import Path
from typing import Literal

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.errors import InputError

DTYPES = {
    2: "uint8", 4: "int16", 8: "int32", 16: "float32", 64: "float64",
    256: "int8", 512: "uint16", 768: "uint32", 1024: "int64", 1280: "uint64",
}  # fmt: skip
HEADER_SIZES = (348, 540)
"""Of NIfTI-1 and NIfTI-2, bytes."""


def nifti_dtype(metadata: dict[str, str], name: str) -> str:
    """Name of the stored data type, from the header as ITK lists it."""
    code = int(metadata.get("datatype", 0))
    if code not in DTYPES:
        what = "a colour image" if code in (128, 2304) else f"of NIfTI data type {code}"
        raise InputError(f"{name} is {what}; a grey-scale image is needed")
    return DTYPES[code]


def nifti_scale(metadata: dict[str, str]) -> tuple[float, float]:
    """Slope and intercept from stored to real values; slope 0 means none (NIfTI-1 scl_slope)."""
    slope, intercept = float(metadata.get("scl_slope", 0)), float(metadata.get("scl_inter", 0))
    if slope == 0 or not np.isfinite([slope, intercept]).all():
        return 1.0, 0.0
    return slope, intercept


def read_nifti(path: Path, dtype: str, count: int) -> IntensityArray:
    """``(count,)`` stored values in file order.

    Raises
    ------
    InputError
        The file is truncated or damaged.
    """
    content = _content(path)
    order: Literal["<", ">"] = "<" if int.from_bytes(content[:4], "little") in HEADER_SIZES else ">"
    offset = _data_offset(content, order)
    stored = np.dtype(dtype).newbyteorder(order)
    there = (len(content) - offset) // stored.itemsize if 0 <= offset <= len(content) else 0
    if there < count:
        raise InputError(f"{path.name} is truncated: {there} of {count} values are there; copy it again")
    return np.frombuffer(content, stored, count, offset).astype(dtype)


def _data_offset(content: bytes, order: Literal["<", ">"]) -> int:
    """Byte at which the values begin (vox_offset), never within the header; -1 where it makes no sense."""
    size = int(np.frombuffer(content[:4], order + "i4")[0])
    if size == HEADER_SIZES[1]:
        return max(size, int(np.frombuffer(content[168:176], order + "i8")[0]))
    stated = float(np.frombuffer(content[108:112], order + "f4")[0])
    return max(size, int(stated)) if math.isfinite(stated) else -1


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        if not packed:
            return path.read_bytes()
        with gzip.open(path) as unpacked:
            return unpacked.read()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path.name} is truncated or damaged ({error}); copy it again") from error
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror})") from error
