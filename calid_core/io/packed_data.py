"""Packed intensities of NRRD and MetaImage files.

Of ITK's readers MetaIO takes damaged ones for whole without a word and looks for some at a wrong place; teem takes many damaged ones for
whole.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.errors import InputError
from calid_core.io.text_headers import (
    LONGEST_HEADER,
    meta_line,
    meta_value,
    names_several,
    stated_data,
    text_header,
)

GZIP = b"\x1f\x8b"
PACKED = 1032
"""Most bytes that one byte of a packed file stands for (zlib, deflate)."""
ENCODED_BY_GZIP = rb"(?i)^encoding *: *gz(ip)?\s*$"
BIG_ENDIAN = rb"(?i)^endian *: *big"
LINES_SKIPPED = rb"(?i)^line ?skip *: *(\d{1,15})"
"""Of NRRD: lines before what is packed."""
BYTES_SKIPPED = rb"(?i)^byte ?skip *: *(-?\d{1,15})"
"""Of NRRD: bytes before the intensities in what was packed; where negative, those behind them, and one more."""
KINDS = rb"(?i)^kinds *: *(.*)"
DOMAINS, COMPONENTS = {b"domain", b"space", b"time", b"none", b"???"}, {b"list", b"vector"}
"""Of NRRD: kinds of axes of space and time, and those of an axis of components that ITK leaves as it is where it comes first."""
PACKED_SIZE = meta_line(b"CompressedDataSize") + rb"(\d{1,15})"
"""Of MetaImage: bytes that are packed; 0 for all that follow."""
DATA_OFFSET = meta_line(b"HeaderSize") + rb"(-?\d{1,15})"
"""Of MetaImage: bytes of the file of intensities before them; 0 for none, or where the header has them behind itself."""
EITHER = zlib.MAX_WBITS + 32
"""zlib tells its own headers from those of gzip."""
PIECE = 1 << 14


def read_packed(path: Path, format_: str, dtype: str, count: int) -> IntensityArray | None:
    """``(count,)`` stored values in file order; None where they are not packed, or in one of NRRD's ways that are left to ITK.

    Those are several files, intensities counted from the end, and components behind the axes of space. All that is packed in
    one file is looked through, to its checksum.

    Parameters
    ----------
    format_
        ``NRRD`` or ``MetaImage``.

    Raises
    ------
    InputError
        They are truncated or damaged, or a MetaImage header keeps them where nothing here finds them.
    OSError
        They cannot be opened.
    """
    header = text_header(path, format_)
    if not _is_packed(header, format_):
        return None
    name = stated_data(header, format_)
    if names_several(name) or len(header) == LONGEST_HEADER:
        if format_ == "NRRD":
            return None
        raise InputError(
            f"{path.name} has packed intensities in several files, or too long a header; save it as one file or unpacked"
        )
    stored = np.dtype(dtype)
    size, skipped = count * stored.itemsize, 0
    with (path.parent / name if name else path).open("rb") as file:
        file.seek(0 if name else len(header))
        if format_ == "NRRD":
            for _ in range(_number(LINES_SKIPPED, header)):
                if not file.readline(LONGEST_HEADER):
                    break
            skipped = _number(BYTES_SKIPPED, header)
            values = _unpacked(path.name, _pieces(file), size, max(skipped, 0))
        else:
            offset = _number(DATA_OFFSET, header)
            if offset < 0:
                raise InputError(
                    f"{path.name} has packed intensities and HeaderSize {offset}, but 0 or more is needed; save it again"
                )
            if offset:
                file.seek(offset)
            values = _unpacked(path.name, _pieces(file, _number(PACKED_SIZE, header)), size)
    if skipped < 0 or not _in_order(header):
        return None
    in_file = stored.newbyteorder(">" if _is_big_endian(header, format_) else "<")
    return np.frombuffer(values, in_file, count).astype(dtype, copy=False)


def _in_order(header: bytes) -> bool:
    """Whether ITK leaves axes and components in the order of the file."""
    told = re.search(KINDS, header, re.MULTILINE)
    first, *others = told[1].lower().split() if told else (b"none",)
    return first in DOMAINS | COMPONENTS and DOMAINS.issuperset(others)


def _is_packed(header: bytes, format_: str) -> bool:
    if format_ == "NRRD":
        return re.search(ENCODED_BY_GZIP, header, re.MULTILINE) is not None
    return _is_true(meta_value(header, b"CompressedData"))


def _is_big_endian(header: bytes, format_: str) -> bool:
    """Whether high bytes come first; of the two lines of MetaImage the first one counts where both are there."""
    if format_ == "NRRD":
        return re.search(BIG_ENDIAN, header, re.MULTILINE) is not None
    order = meta_value(header, b"BinaryDataByteOrderMSB") or meta_value(header, b"ElementByteOrderMSB")
    return _is_true(order)


def _is_true(value: bytes) -> bool:
    """Whether MetaIO takes the value of a header for true."""
    return value[:1] in (b"T", b"t", b"1")


def _number(line: bytes, header: bytes) -> int:
    told = re.findall(line, header, re.MULTILINE)
    return int(told[-1]) if told else 0


def _pieces(file: BinaryIO, most: int = 0) -> Iterator[bytes]:
    """The rest of a file, or ``most`` bytes of it where that is not 0."""
    left = most
    while piece := file.read(min(PIECE, left) if most else PIECE):
        left -= len(piece)
        yield piece


def _unpacked(name: str, pieces: Iterator[bytes], size: int, skipped: int = 0) -> bytearray:
    """``size`` bytes, or a little more, behind those ``skipped``, of what pieces of a file were packed from, up to the checksum."""
    unpacking, values, count = zlib.decompressobj(EITHER), bytearray(), 0
    end, fault = skipped + size, ""
    try:
        for piece in pieces:
            while piece:
                part = unpacking.decompress(piece)
                if len(values) < size:
                    values += part[max(0, skipped - count) :]
                count += len(part)
                if count > 2 * end + LONGEST_HEADER:
                    raise _damaged(name, "more is packed in it than twice what its header declares")
                if not unpacking.eof:
                    break
                if count >= end:
                    return values
                # gzip allows of several parts, one after the other.
                piece, unpacking = unpacking.unused_data, zlib.decompressobj(EITHER)
    except zlib.error as error:
        fault = str(error)
    raise _damaged(name, fault or f"{min(count, end)} of {end} bytes are there, without their end")


def _damaged(name: str, fault: str) -> InputError:
    return InputError(f"{name} is truncated or damaged ({fault}); copy it again")
