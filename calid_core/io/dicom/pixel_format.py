"""How the pixels of a DICOM file are stored, and where in the file they begin."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, Literal

from calid_core.errors import DicomError
from calid_core.io.dicom import values
from calid_core.words import count_of

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
    "high_bit": 0x00280102,
    "pixel_representation": 0x00280103,
}
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
UNCOMPRESSED = {
    IMPLICIT: "Implicit VR Little Endian",
    EXPLICIT: "Explicit VR Little Endian",
    BIG_ENDIAN: "Explicit VR Big Endian",
}
DEFLATED = "1.2.840.10008.1.2.1.99"
MEDIA_STORAGE_CLASS = 0x00020002
DICOM_DIRECTORY = "1.2.840.10008.1.3.10"
IMAGE_CLASSES = tuple(f"1.2.840.10008.5.1.4.1.1.{kind}" for kind in ("2", "2.1", "4", "4.1", "4.3"))
"""CT and MR, also enhanced: what belongs to them has rows and columns."""
PIXEL_ELEMENT = 0x7FE00010
FLOAT_ELEMENTS = (0x7FE00008, 0x7FE00009)
"""Float Pixel Data and Double Float Pixel Data."""
COLOURS = ("PALETTE", "RGB", "ARGB", "YBR", "HSV", "CMYK")
"""How photometric interpretations begin whose values are no grey levels."""
LONGEST_SIDE = 16384
"""More rows or columns are no slice but a damaged header."""


class NotAnImage(Exception):  # noqa: N818 - an outcome of looking, caught by the scan
    """The file is none that a stack could be made of; the argument says what it is."""


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """How the pixels of a file are stored.

    Parameters
    ----------
    rows, columns, bits_allocated, bits_stored, signed
        As in the header.
    frames
        As many as the header states; as many as the pixel element has room for where those are more and stored plainly.
    high_bit
        Bit, from 0, that the highest stored one lies at.
    inverted
        Whether low values are bright (MONOCHROME1).
    transfer_syntax
        UID.
    offset
        Byte offset of the first frame where the pixels are stored plainly, in the inflated file where it is deflated; of the pixel
        element where they are compressed.
    swapped
        Whether bytes are stored in words of 16 bits whose second byte comes first (8-bit pixels as OW in big endian).
    """

    rows: int
    columns: int
    frames: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    inverted: bool
    transfer_syntax: str
    offset: int
    swapped: bool = False

    @property
    def size(self) -> int:
        """Bytes of all frames, stored plainly."""
        return self.rows * self.columns * self.frames * self.bits_allocated // 8

    @property
    def mirror(self) -> int:
        """Sum of a value and its mirror image within the stored bits."""
        return -1 if self.signed else 2**self.bits_stored - 1


def number_of_frames(dataset: "Dataset") -> int:
    """Frames in the file; 1 where it does not say."""
    stated = values.number(dataset, PIXEL_TAGS["number_of_frames"])
    return max(1, int(stated)) if stated is not None else 1


def plain_syntax(dataset: "Dataset") -> str:
    """Transfer syntax of uncompressed pixels, from how pydicom could read the header.

    The stated one is missing in some files, and wrong in some that a program has converted.
    """
    rows = dataset.get_item(PIXEL_TAGS["rows"], keep_deferred=True)
    implicit, little = dataset.original_encoding  # as stated; elements tell how they were read
    implicit, little = getattr(rows, "is_implicit_VR", implicit), getattr(rows, "is_little_endian", little)
    if implicit:
        return IMPLICIT
    return EXPLICIT if little else BIG_ENDIAN


def pixel_format(file: BinaryIO, dataset: "Dataset", syntax: str) -> PixelFormat:
    """Where the pixels are and how they are stored; the file, inflated where it is deflated, stands at the pixel element."""
    rows, columns = (
        values.integer(dataset, PIXEL_TAGS["rows"]),
        values.integer(dataset, PIXEL_TAGS["columns"]),
    )
    if not rows or not columns:
        if values.text(dataset.file_meta, MEDIA_STORAGE_CLASS) in IMAGE_CLASSES:
            raise DicomError("the file is truncated: its header ends before the image")
        is_directory = values.text(dataset.file_meta, MEDIA_STORAGE_CLASS) == DICOM_DIRECTORY
        raise NotAnImage("DICOM directories" if is_directory else "DICOM objects without an image")
    if max(rows, columns) > LONGEST_SIDE:
        raise DicomError(
            f"its header says {rows} × {columns} pixels, limit {LONGEST_SIDE}; copy or export it again"
        )
    photometric = values.text(dataset, PIXEL_TAGS["photometric"]).upper()
    if (values.integer(dataset, PIXEL_TAGS["samples_per_pixel"]) or 1) != 1 or photometric.startswith(
        COLOURS
    ):
        raise NotAnImage("colour images")
    bits = values.integer(dataset, PIXEL_TAGS["bits_allocated"]) or 16
    if _next_tag(file, syntax) in FLOAT_ELEMENTS:
        raise NotAnImage(f"images of {bits}-bit floating-point pixels (Float Pixel Data)")
    if bits not in (8, 16, 32):
        raise NotAnImage(f"images with {count_of(bits, 'bit')} per pixel")
    stored = min(values.integer(dataset, PIXEL_TAGS["bits_stored"]) or bits, bits)
    high_bit = values.integer(dataset, PIXEL_TAGS["high_bit"])
    pixels = PixelFormat(
        rows=rows,
        columns=columns,
        frames=number_of_frames(dataset),
        bits_allocated=bits,
        bits_stored=stored,
        high_bit=high_bit if high_bit is not None and stored <= high_bit < bits else stored - 1,
        signed=values.integer(dataset, PIXEL_TAGS["pixel_representation"]) == 1,
        inverted=photometric == "MONOCHROME1",
        transfer_syntax=syntax,
        offset=-1,
    )
    if syntax not in (*UNCOMPRESSED, DEFLATED):
        return replace(pixels, offset=file.tell())
    swapped = bits == 8 and _in_big_endian_words(file, syntax)
    offset, length = _plain_element(file, syntax)
    if syntax == DEFLATED:
        return replace(pixels, offset=offset)
    held = min(length, _length(file) - offset)
    if pixels.size > held:
        raise DicomError("the file is truncated: pixels are missing at its end")
    frames = held // (rows * columns * bits // 8)
    return replace(pixels, offset=offset, swapped=swapped, frames=max(pixels.frames, frames))


def _next_tag(file: BinaryIO, syntax: str) -> int:
    """Tag of the element that the file stands at, and stays at; 0 at its end."""
    start = file.tell()
    header = file.read(4)
    file.seek(start)
    if len(header) < 4:
        return 0
    order: Literal["big", "little"] = "big" if syntax == BIG_ENDIAN else "little"
    return int.from_bytes(header[:2], order) << 16 | int.from_bytes(header[2:], order)


def _plain_element(file: BinaryIO, syntax: str) -> tuple[int, int]:
    """Byte offset behind the header of the pixel element that the file stands at, and its length in bytes (PS3.5 7.1)."""
    if _next_tag(file, syntax) != PIXEL_ELEMENT:
        raise DicomError("the file is truncated: it has no pixels")
    header = file.read(8 if syntax == IMPLICIT else 12)
    return file.tell(), int.from_bytes(header[-4:], "big" if syntax == BIG_ENDIAN else "little")


def _in_big_endian_words(file: BinaryIO, syntax: str) -> bool:
    """Whether the element that the file stands at, and stays at, holds words of 16 bits in big endian (PS3.5 8.1.1 and A.3)."""
    start = file.tell()
    header = file.read(6)
    file.seek(start)
    return syntax == BIG_ENDIAN and header[4:] == b"OW"


def _length(file: BinaryIO) -> int:
    return file.seek(0, 2)
