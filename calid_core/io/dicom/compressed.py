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

CONVERTERS = {
    "1.2.840.10008.1.2.5": "dcmdrle",
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
        They are truncated, or nothing here decodes them.
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
    _end_of_fragments(file, pixels)


@lru_cache(maxsize=1)  # the frames of a multi-frame file are asked for one after the other
def decoded_file(path: str, modified: int, pixels: PixelFormat) -> IntensityArray:
    """``(frames, rows, columns)`` stored values of a compressed file; ``modified`` tells an old answer from a new file.

    Raises
    ------
    OSError
        The file cannot be opened.
    DicomError
        The pixels are damaged.
    """
    from calid_core.io.itk import sitk

    with Path(path).open("rb") as file:
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
