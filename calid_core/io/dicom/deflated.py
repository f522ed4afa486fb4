"""Deflated DICOM files, inflated no farther than to the end of their pixels (PS3.5 A.5)."""

import zlib
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.errors import DicomError
from calid_core.io.dicom.pixel_format import DEFLATED, EXPLICIT, PixelFormat

LONGEST_HEADER = 2**26
"""Bytes that are inflated in search of the pixels, 64 MiB."""
PIECE = 2**20
LONG_TYPES = (b"OB", b"OW", b"UN", b"SQ", b"UT")
"""Value representations whose length takes four bytes behind two empty ones (PS3.5 7.1.2)."""


def inflated_header(file: BinaryIO) -> BinaryIO:
    """The same file, or of a deflated one its data set as far as 64 MiB go, behind a meta header that calls it not deflated."""
    head = _meta_header(file)
    stated = DEFLATED.encode()
    if stated not in head:
        file.seek(0)
        return file
    plain = head.replace(stated, EXPLICIT.encode().ljust(len(stated), b"\0"))
    header = BytesIO()
    header.write(plain)
    for piece in _pieces(file, LONGEST_HEADER):
        header.write(piece)
    header.seek(0)
    return header


def check_deflated(file: BinaryIO, pixels: PixelFormat) -> None:
    """Look whether a deflated file is whole up to the end of its pixels; it may stand anywhere.

    Raises
    ------
    DicomError
        It is truncated or damaged, or declares more pixels than it can hold.
    """
    start = len(_meta_header(file))
    wanted = pixels.offset - start + pixels.size
    if sum(map(len, _pieces(file, wanted))) < wanted:
        raise DicomError("the file is truncated: pixels are missing at its end")


@lru_cache(maxsize=1)  # the frames of a multi-frame file are asked for one after the other
def inflated_file(path: Path, modified: int, pixels: PixelFormat) -> IntensityArray:
    """``(frames, rows, columns)`` of a deflated file; ``modified`` tells an old answer from a new file.

    Raises
    ------
    OSError
        The file cannot be opened.
    DicomError
        It is damaged.
    """
    with path.open("rb") as file:
        start = pixels.offset - len(_meta_header(file))
        content = b"".join(_pieces(file, start + pixels.size))
    if len(content) < start + pixels.size:
        raise DicomError("a deflated DICOM file is truncated; copy it again")
    dtype = np.dtype(f"<{'i' if pixels.signed else 'u'}{pixels.bits_allocated // 8}")
    values = np.frombuffer(content, dtype, offset=start)
    return values.reshape(pixels.frames, pixels.rows, pixels.columns)


def _pieces(file: BinaryIO, most: int) -> Iterator[bytes]:
    """At most so many bytes of a data set, inflated from where the file stands."""
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while most > 0 and not inflating.eof:
            packed = inflating.unconsumed_tail or file.read(PIECE)
            piece = inflating.decompress(packed, min(most, PIECE)) if packed else inflating.flush()[:most]
            most -= len(piece)
            yield piece
            if not packed:
                return
    except zlib.error as error:
        raise DicomError("a deflated DICOM file is damaged; copy it again") from error


def _meta_header(file: BinaryIO) -> bytes:
    """All that lies in front of the data set (PS3.10 7.1), behind which the file then stands."""
    file.seek(0)
    head = file.read(132)
    if head[128:] != b"DICM":
        file.seek(0)
        head = b""
    while (element := file.read(8))[:2] == b"\x02\x00":
        length = int.from_bytes(element[6:8], "little")
        if element[4:6] in LONG_TYPES:
            element += file.read(4)
            length = int.from_bytes(element[8:12], "little")
        head += element + file.read(length)
    file.seek(len(head))
    return head
