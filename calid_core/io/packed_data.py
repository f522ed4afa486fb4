"""Packed intensities of NRRD and MetaImage files, looked through before ITK reads them.

MetaIO takes damaged ones for whole without a word, teem many.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from calid_core.errors import InputError
from calid_core.io.text_headers import LONGEST_HEADER, names_several, stated_data, text_header

GZIP = b"\x1f\x8b"
PACKED = 1032
"""Most bytes that one byte of a packed file stands for (zlib, deflate)."""
IS_PACKED = {"NRRD": rb"^encoding *: *gz(ip)?\s*$", "MetaImage": rb"^CompressedData *= *[T1]"}
PACKED_SIZE = rb"^CompressedDataSize *= *(\d+)"
"""Of MetaImage: bytes after which MetaIO stops."""
LINES_SKIPPED = rb"^line ?skip *: *(\d+)"
"""Of NRRD: lines before what is packed."""
BYTES_SKIPPED = rb"^byte ?skip *: *(\d+)"
"""Of NRRD: bytes before the intensities in what was packed."""
EITHER = zlib.MAX_WBITS + 32
"""zlib tells its own headers from those of gzip."""
PIECE = 1 << 14


def check_packed(path: Path, format_: str, size: int) -> None:
    """Unpack intensities once, to nowhere, where they are packed and in one file whose header is no longer than ``LONGEST_HEADER``.

    Parameters
    ----------
    format_
        ``NRRD`` or ``MetaImage``.
    size
        Bytes of the intensities when they are unpacked.

    Raises
    ------
    InputError
        They are truncated or damaged.
    OSError
        They cannot be opened.
    """
    header = text_header(path, format_)
    name = stated_data(header, format_)
    packed = re.search(IS_PACKED[format_], header, re.MULTILINE | re.IGNORECASE)
    if not packed or names_several(name) or len(header) == LONGEST_HEADER:
        return
    with (path.parent / name if name else path).open("rb") as file:
        file.seek(0 if name else len(header))
        if format_ == "NRRD":
            for _ in range(_number(LINES_SKIPPED, header)):
                file.readline(LONGEST_HEADER)
            fault = _fault(_pieces(file), size + _number(BYTES_SKIPPED, header))
        else:
            fault = _fault(_pieces(file, _number(PACKED_SIZE, header)), size)
    if fault:
        raise InputError(f"{path.name} is truncated or damaged ({fault}); copy it again")


def _number(line: bytes, header: bytes) -> int:
    told = re.search(line, header, re.MULTILINE | re.IGNORECASE)
    return int(told[1]) if told else 0


def _pieces(file: BinaryIO, most: int = 0) -> Iterator[bytes]:
    """The rest of a file, or ``most`` bytes of it where that is not 0."""
    left = most
    while piece := file.read(min(PIECE, left) if most else PIECE):
        left -= len(piece)
        yield piece


def _fault(pieces: Iterator[bytes], size: int) -> str:
    """What is wrong with what ``size`` bytes were packed to, up to the checksum; empty where nothing is."""
    unpacking, count = zlib.decompressobj(EITHER), 0
    try:
        for piece in pieces:
            while piece:
                count += len(unpacking.decompress(piece))
                if count > 2 * size + LONGEST_HEADER:
                    return "more is packed in it than twice what its header declares"
                if not unpacking.eof:
                    break
                if count >= size:
                    return ""
                # gzip allows of several parts, one after the other.
                piece, unpacking = unpacking.unused_data, zlib.decompressobj(EITHER)
    except zlib.error as error:
        return str(error)
    return f"{min(count, size)} of {size} bytes are there, without their end"
