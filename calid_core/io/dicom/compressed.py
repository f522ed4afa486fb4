"""Pixels of compressed DICOM files, as they are stored.

GDCM rescales what it decodes, by one slope for a whole file and by rules of its own (Real World Value Maps, shared groups). It is
given the compressed pixels alone, in a file that tells of no rescale, no MONOCHROME1 and no patient.
"""

import re
from dataclasses import replace
from functools import lru_cache
from io import SEEK_CUR, SEEK_END, BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from calid_core.arrays import IntensityArray
from calid_core.errors import DicomError
from calid_core.io.dicom.pixel_format import PixelFormat
from calid_core.io.itk_names import itk_name
from calid_core.io.silence import native_output_silenced

RLE = "1.2.840.10008.1.2.5"
RLE_RATIO = 64
"""Most bytes that one byte of run-length code stands for: two are 128 at most (PS3.5 G.3.1)."""
FRAME_MARKERS = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
"""Second bytes of the JPEG and JPEG-LS markers that rows and columns follow (ITU-T T.81, table B.1; T.87)."""
LONGEST_START = 2**16
CONVERTERS = {
    RLE: "dcmdrle",
    "1.2.840.10008.1.2.4.50": "dcmdjpeg",
    "1.2.840.10008.1.2.4.51": "dcmdjpeg",
    "1.2.840.10008.1.2.4.57": "dcmdjpeg",
    "1.2.840.10008.1.2.4.70": "dcmdjpeg",
    "1.2.840.10008.1.2.4.80": "dcmdjpls",
    "1.2.840.10008.1.2.4.81": "dcmdjpls",
    "1.2.840.10008.1.2.4.90": "",
    "1.2.840.10008.1.2.4.91": "",
    "1.2.840.10008.1.2.4.201": "",
    "1.2.840.10008.1.2.4.202": "",
    "1.2.840.10008.1.2.4.203": "",
}
"""Transfer syntaxes that GDCM decodes, and the program of DCMTK that does, too, where there is one."""
MULTI_FRAME = {8: "1.2.840.10008.5.1.4.1.1.7.2", 16: "1.2.840.10008.5.1.4.1.1.7.3"}
"""Multi-frame secondary capture by bits allocated: what has frames and nothing else."""
PIXEL_DATA, ITEM, DELIMITER = b"\xe0\x7f\x10\x00", b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
BEGIN = PIXEL_DATA + b"OB\0\0\xff\xff\xff\xff"
"""Tag, type and undefined length."""
CUT_OFF = "the file is truncated: compressed pixels are missing at its end; copy or export it again"


def check_compressed(file: BinaryIO, pixels: PixelFormat) -> None:
    """Look whether compressed pixels are whole and of a known kind; the file may stand anywhere.

    Raises
    ------
    DicomError
        They are truncated or of another size than the header says, or nothing here decodes them.
    """
    if pixels.transfer_syntax not in CONVERTERS:
        raise DicomError(
            f"pixels compressed as {_name(pixels.transfer_syntax)} cannot be decoded; export the images uncompressed (Explicit VR "
            "Little Endian)"
        )
    if pixels.high_bit != pixels.bits_stored - 1:
        raise DicomError(
            f"compressed pixels with HighBit {pixels.high_bit} and {pixels.bits_stored} bits stored cannot be decoded; export the images "
            "uncompressed (Explicit VR Little Endian)"
        )
    end = _end_of_fragments(file, pixels)
    if pixels.transfer_syntax == RLE:
        if pixels.size > RLE_RATIO * (end - pixels.offset):
            raise DicomError(_wrong_size(pixels, "the compressed pixels are too few for it"))
        return
    size = _stated_size(_first_fragment(file, pixels))
    if size is not None and size != (pixels.rows, pixels.columns):
        raise DicomError(_wrong_size(pixels, f"the compressed image is of {size[0]} × {size[1]}"))


@lru_cache(maxsize=1)  # the frames of a multi-frame file are asked for one after the other
def decoded_file(path: Path, modified: int, pixels: PixelFormat) -> IntensityArray:
    """``(frames, rows, columns)`` stored values of a compressed file; ``modified`` tells an old answer from a new file.

    Raises
    ------
    OSError
        The file cannot be opened.
    DicomError
        The pixels are damaged.
    """
    from calid_core.io.itk import sitk

    with path.open("rb") as file:
        end = _end_of_fragments(file, pixels)
        file.seek(pixels.offset + 12)
        fragments = file.read(end - file.tell())
    with TemporaryDirectory(prefix="calid-") as folder:
        bare = Path(folder, "pixels.dcm")
        bare.write_bytes(_bare_header(replace(pixels, offset=0)) + BEGIN + fragments + DELIMITER + bytes(4))
        reader = sitk.ImageFileReader()
        reader.SetImageIO("GDCMImageIO")
        reader.SetFileName(itk_name(bare, DicomError))
        try:
            with native_output_silenced():
                image = reader.Execute()
        except (RuntimeError, MemoryError) as error:
            raise DicomError(_damaged(pixels.transfer_syntax)) from error
    values: IntensityArray = sitk.GetArrayFromImage(image).reshape(-1, *image.GetSize()[1::-1])
    return values


def _damaged(syntax: str) -> str:
    converter = CONVERTERS[syntax]
    others = f"{converter} (DCMTK) or to NIfTI with dcm2niix" if converter else "dcm2niix to NIfTI"
    return (
        f"the compressed pixels ({_name(syntax)}) are damaged; copy or export the files again. If other programs show them, convert "
        f"them with {others}"
    )


def _name(syntax: str) -> str:
    from pydicom.uid import UID

    return str(UID(syntax).name) if re.fullmatch(r"[0-9.]+", syntax) else "an unknown transfer syntax"


def _end_of_fragments(file: BinaryIO, pixels: PixelFormat) -> int:
    """Byte offset behind the fragments of the pixel element (PS3.5 A.4)."""
    file.seek(pixels.offset)
    if file.read(12)[:4] != PIXEL_DATA:
        raise DicomError("the file is truncated: it has no pixels")
    items = 0
    while (header := file.read(8))[:4] == ITEM and len(header) == 8:
        file.seek(int.from_bytes(header[4:], "little"), SEEK_CUR)
        items += 1
    end = file.tell() - len(header)
    ended = header[:4] == DELIMITER or (not header and end == file.seek(0, SEEK_END))
    whole = ended and items > pixels.frames  # an offset table, then one fragment for each frame or more
    if not whole:
        raise DicomError(CUT_OFF)
    return end


def _first_fragment(file: BinaryIO, pixels: PixelFormat) -> bytes:
    """How the first fragment behind the offset table begins, 64 KiB at most."""
    file.seek(pixels.offset + 16)
    file.seek(int.from_bytes(file.read(4), "little"), SEEK_CUR)
    length = int.from_bytes(file.read(8)[4:], "little")
    return file.read(min(length, LONGEST_START))


def _stated_size(stream: bytes) -> tuple[int, int] | None:
    """Rows and columns that a JPEG or JPEG 2000 code stream says it has; None where it does not."""

    def number(at: int, length: int) -> int:
        return int.from_bytes(stream[at : at + length], "big")

    if (
        stream[:4] == b"\xff\x4f\xff\x51"
    ):  # SIZ: the far corner of the image, then the near one (ITU-T T.800, A.5.1)
        return _if_any(number(12, 4) - number(20, 4), number(8, 4) - number(16, 4))
    at = 2
    while at + 9 <= len(stream) and stream[at] == 0xFF:
        if stream[at + 1] in FRAME_MARKERS:
            return _if_any(number(at + 5, 2), number(at + 7, 2))
        at += 1 if stream[at + 1] == 0xFF else 2 + number(at + 2, 2)
    return None


def _if_any(rows: int, columns: int) -> tuple[int, int] | None:
    return (rows, columns) if rows > 0 and columns > 0 else None


def _wrong_size(pixels: PixelFormat, why: str) -> str:
    return f"its header says {pixels.rows} × {pixels.columns} pixels, but {why}; copy or export it again"


@lru_cache
def _bare_header(pixels: PixelFormat) -> bytes:
    """A DICOM file up to its pixel element that tells nothing but how they are stored."""
    from pydicom.dataset import Dataset, FileMetaDataset

    dataset = Dataset()
    dataset.SOPClassUID = MULTI_FRAME.get(pixels.bits_allocated, MULTI_FRAME[16])
    dataset.SOPInstanceUID = "1.2.3"
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = pixels.frames, pixels.rows, pixels.columns
    dataset.BitsAllocated, dataset.BitsStored = pixels.bits_allocated, pixels.bits_stored
    dataset.HighBit, dataset.PixelRepresentation = pixels.high_bit, int(pixels.signed)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = pixels.transfer_syntax
    target = BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()
