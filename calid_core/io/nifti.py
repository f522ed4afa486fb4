"""Bytes of NIfTI files: ITK takes truncated ones for whole, and NaN for 0, without a word."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.errors import InputError
from calid_core.io.nifti_header import nifti_header
from calid_core.io.packed_data import GZIP, PACKED

START = 4096
"""Bytes that hold a header and what may follow it."""


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
            header = nifti_header(path.name, content.read(START))
            end = header.offset + count * stored.itemsize
            content.seek(0)
            values = content.read(min(end, most)) if header.offset >= 0 else b""
            content.read(START)  # at the end of a packed file its checksum is looked at
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror})") from error
    there = (len(values) - header.offset) // stored.itemsize if 0 <= header.offset <= len(values) else 0
    if there < count:
        raise InputError(f"{path.name} is truncated: {there} of {count} values are there; copy it again")
    return np.frombuffer(values, stored.newbyteorder(header.order), count, header.offset).astype(dtype)


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
