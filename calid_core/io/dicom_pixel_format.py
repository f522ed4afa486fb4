"""How the pixels of a DICOM file are stored, and where in the file they begin."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from calid_core.errors import DicomError
from calid_core.io import dicom_values as values

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PIXEL_TAGS = {
    "samples_per_pixel": 0x00280002,
    "photometric": 0x00280004,
    "number_of_frames": 0x00280008,
    "rows": 0x00280010,
    "columns": 0x00280011,
    "bits_allocated": 0x00280100,
    "bits_stored": 0x00280101,
    "pixel_representation": 0x00280103,
}
UNCOMPRESSED = {
    "1.2.840.10008.1.2": "Implicit VR Little Endian",
    "1.2.840.10008.1.2.1": "Explicit VR Little Endian",
    "1.2.840.10008.1.2.2": "Explicit VR Big Endian",
}
DEFLATED = "1.2.840.10008.1.2.1.99"
MEDIA_STORAGE_CLASS = 0x00020002
DICOM_DIRECTORY = "1.2.840.10008.1.3.10"


class NotAnImage(Exception):  # noqa: N818 - an outcome of looking, caught by the scan
    """The file is none that a stack could be made of; the argument says what it is."""


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """How the pixels of a file are stored.

    Parameters
    ----------
    rows, columns, bits_allocated, bits_stored, signed
        As in the header.
    inverted
        Whether low values are bright (MONOCHROME1).
    transfer_syntax
        UID.
    offset
        Byte offset of the first frame where the pixels are stored plainly, else -1.
    """

    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    signed: bool
    inverted: bool
    transfer_syntax: str
    offset: int


def number_of_frames(dataset: "Dataset") -> int:
    """Frames in the file; 1 where it does not say."""
    stated = values.number(dataset, PIXEL_TAGS["number_of_frames"])
    return max(1, int(stated)) if stated is not None else 1


def pixel_format(file: BinaryIO, dataset: "Dataset", syntax: str) -> PixelFormat:
    """Where the pixels are and how they are stored; the file stands at the pixel element."""
    rows, columns = (
        values.integer(dataset, PIXEL_TAGS["rows"]),
        values.integer(dataset, PIXEL_TAGS["columns"]),
    )
    if not rows or not columns:
        is_directory = values.text(dataset.file_meta, MEDIA_STORAGE_CLASS) == DICOM_DIRECTORY
        raise NotAnImage("DICOM directories" if is_directory else "DICOM objects without an image")
    if (values.integer(dataset, PIXEL_TAGS["samples_per_pixel"]) or 1) != 1:
        raise NotAnImage("colour images")
    bits = values.integer(dataset, PIXEL_TAGS["bits_allocated"]) or 16
    if bits not in (8, 16, 32):
        raise NotAnImage(f"images with {bits} bits per pixel")
    offset = -1
    if syntax in UNCOMPRESSED:
        offset = _plain_offset(file, syntax)
        frames = number_of_frames(dataset)
        if offset + rows * columns * frames * bits // 8 > _length(file):
            raise DicomError("the file is truncated: pixels are missing at its end")
    elif syntax != DEFLATED and not file.read(1):
        raise DicomError("the file is truncated: it has no pixels")
    stored = values.integer(dataset, PIXEL_TAGS["bits_stored"]) or bits
    return PixelFormat(
        rows=rows,
        columns=columns,
        bits_allocated=bits,
        bits_stored=min(stored, bits),
        signed=values.integer(dataset, PIXEL_TAGS["pixel_representation"]) == 1,
        inverted=values.text(dataset, PIXEL_TAGS["photometric"]) == "MONOCHROME1",
        transfer_syntax=syntax,
        offset=offset,
    )


def _plain_offset(file: BinaryIO, syntax: str) -> int:
    """Byte offset behind the header of the pixel element (PS3.5 7.1)."""
    start = file.tell()
    header = file.read(12)
    tag = b"\x7f\xe0\x00\x10" if syntax == "1.2.840.10008.1.2.2" else b"\xe0\x7f\x10\x00"
    if header[:4] != tag:
        raise DicomError("the file is truncated: it has no pixels")
    return start + (8 if syntax == "1.2.840.10008.1.2" else 12)


def _length(file: BinaryIO) -> int:
    return file.seek(0, 2)
