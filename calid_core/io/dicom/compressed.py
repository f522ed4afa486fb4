"""Frames of compressed DICOM files, as they are stored, decoded one at a time (decision 0026).

No decoder sees more of a file than the compressed pixels of a frame: nothing rescales them, and nothing of the patient gets out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import SEEK_CUR, SEEK_END
from pathlib import Path
from typing import Any, BinaryIO

from calid_core.arrays import IntensityArray
from calid_core.errors import DicomError
from calid_core.io.dicom.pixel_format import PixelFormat
from calid_core.io.silence import pydicom_silenced


@dataclass(frozen=True)
class Codec:
    """A way of compressing frames.

    Parameters
    ----------
    decoder
        Function of imagecodecs; empty where pydicom decodes.
    ratio
        Most bytes that one compressed byte may stand for; what claims more is damaged or built to exhaust the memory.
    converter
        The program of DCMTK that decodes it, too; empty where there is none.
    end
        What is put behind each frame.
    """

    decoder: str
    ratio: int
    converter: str = ""
    end: bytes = b""


# Two bytes of run-length code are 128 at most (PS3.5 G.3.1). JPEG has two bits or more for a block of 64 pixels (ITU-T T.81). The others
# have no limit that matters: 65536 lets a black image of any size pass.
RUN_LENGTHS = Codec("", 64, "dcmdrle")
JPEG = Codec("jpeg8_decode", 1024, "dcmdjpeg")
# Without a marker of its end CharLS takes seconds to find that a stream is cut off.
JPEG_LS = Codec("jpegls_decode", 65536, "dcmdjpls", b"\xff\xd9")
JPEG_2000 = Codec("jpeg2k_decode", 65536)
CODECS = {
    "1.2.840.10008.1.2.5": RUN_LENGTHS,
    "1.2.840.10008.1.2.4.50": JPEG,
    "1.2.840.10008.1.2.4.51": JPEG,
    "1.2.840.10008.1.2.4.57": JPEG,
    "1.2.840.10008.1.2.4.70": JPEG,
    "1.2.840.10008.1.2.4.80": JPEG_LS,
    "1.2.840.10008.1.2.4.81": JPEG_LS,
    "1.2.840.10008.1.2.4.90": JPEG_2000,
    "1.2.840.10008.1.2.4.91": JPEG_2000,
    "1.2.840.10008.1.2.4.201": JPEG_2000,
    "1.2.840.10008.1.2.4.202": JPEG_2000,
    "1.2.840.10008.1.2.4.203": JPEG_2000,
}
"""By transfer syntax."""
FRAME_MARKERS = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
"""Second bytes of the JPEG and JPEG-LS markers that rows and columns follow (ITU-T T.81, table B.1; T.87)."""
LONGEST_START = 2**16
PIXEL_DATA, ITEM, DELIMITER = b"\xe0\x7f\x10\x00", b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
CUT_OFF = "the file is truncated: compressed pixels are missing at its end; copy or export it again"


def check_compressed(file: BinaryIO, pixels: PixelFormat) -> None:
    """Look whether compressed pixels are whole and of a known kind; the file may stand anywhere.

    Raises
    ------
    DicomError
        They are truncated or of another size than the header says, or nothing here decodes them.
    """
    codec = CODECS.get(pixels.transfer_syntax)
    if codec is None:
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
    if codec is not RUN_LENGTHS:
        _check_size(_first_fragment(file, pixels), pixels)
    if pixels.size > codec.ratio * (end - pixels.offset):
        raise DicomError(_wrong_size(pixels, "the compressed pixels are too few for it"))


@pydicom_silenced()
def decoded_frame(path: Path, pixels: PixelFormat, number: int) -> IntensityArray:
    """``(rows, columns)`` stored values of one frame, from 0, in whatever type of number its code stream has.

    Raises
    ------
    OSError
        The file cannot be opened.
    DicomError
        The pixels are damaged, or imagecodecs cannot be loaded.
    MemoryError
        There is no room for them.
    """
    codec = CODECS[pixels.transfer_syntax]
    decode = None if codec is RUN_LENGTHS else _decoder(codec)
    try:
        items = _items(path, path.stat().st_mtime_ns, pixels.offset)
        with path.open("rb") as file:
            packed = _packed_frame(file, items, pixels, number)
        if decode is None:
            return _run_lengths_decoded(packed, pixels)
        _check_size(packed, pixels)
        values = decode(packed + codec.end)
    except (OSError, MemoryError, DicomError):
        raise
    except ImportError as error:  # imagecodecs loads its parts when they are first called
        raise DicomError(_not_loaded(error)) from error
    except Exception as error:  # pydicom and imagecodecs raise nearly anything on damaged pixels
        raise DicomError(_damaged(pixels.transfer_syntax)) from error
    whole = values.shape == (pixels.rows, pixels.columns) and 8 * values.itemsize <= pixels.bits_allocated
    if not whole or values.dtype.kind not in "iu":
        raise DicomError(_damaged(pixels.transfer_syntax))
    return values


def _decoder(codec: Codec) -> Callable[[bytes], IntensityArray]:
    try:
        import imagecodecs
    except Exception as error:  # nearly anything where it does not fit NumPy or the system
        raise DicomError(_not_loaded(error)) from error
    decoder: Callable[[bytes], IntensityArray] = getattr(imagecodecs, codec.decoder)
    return decoder


def _not_loaded(error: Exception) -> str:
    return (
        f"compressed pixels need imagecodecs, which cannot be loaded ({type(error).__name__}); install it anew "
        "(pip install --force-reinstall imagecodecs) or export the images uncompressed"
    )


@lru_cache(maxsize=64)  # frames are asked for one by one, those of several files in turn
def _items(path: Path, modified: int, offset: int) -> tuple[int, ...]:
    """Where the items of a pixel element begin: the offset table, then the fragments; ``modified`` tells a new file from an old one."""
    from pydicom.encaps import parse_fragments

    with path.open("rb") as file:
        file.seek(offset + 12)
        return tuple(parse_fragments(file)[1])


def _packed_frame(file: BinaryIO, items: Sequence[int], pixels: PixelFormat, number: int) -> bytes:
    """Code stream of a frame, of all of its fragments (PS3.5 A.4)."""
    from pydicom.encaps import get_frame

    if len(items) == pixels.frames + 1:  # one for each frame: whatever the offset table in front of them says
        file.seek(items[number + 1] + 4)
        return file.read(int.from_bytes(file.read(4), "little"))
    file.seek(pixels.offset + 12)
    joined: bytes = get_frame(file, number, number_of_frames=pixels.frames)
    return joined


def _run_lengths_decoded(packed: bytes, pixels: PixelFormat) -> IntensityArray:
    from pydicom.encaps import encapsulate
    from pydicom.pixels import get_decoder

    options: dict[str, Any] = {
        "rows": pixels.rows,
        "columns": pixels.columns,
        "number_of_frames": 1,
        "samples_per_pixel": 1,
        "bits_allocated": pixels.bits_allocated,
        "bits_stored": pixels.bits_stored,
        "pixel_representation": int(pixels.signed),
        "photometric_interpretation": "MONOCHROME2",
        "pixel_keyword": "PixelData",
    }
    decoder = get_decoder(pixels.transfer_syntax)
    values: IntensityArray = decoder.as_array(encapsulate([packed]), index=0, raw=True, **options)[0]
    return values


def _damaged(syntax: str) -> str:
    converter = CODECS[syntax].converter
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


def _check_size(stream: bytes, pixels: PixelFormat) -> None:
    """Refuse a code stream that says to be of another size than the header does, before anything decodes it."""
    size = _stated_size(stream[:LONGEST_START])
    if size is not None and size != (pixels.rows, pixels.columns):
        raise DicomError(_wrong_size(pixels, f"the compressed image is of {size[0]} × {size[1]}"))


def _wrong_size(pixels: PixelFormat, why: str) -> str:
    return f"its header says {pixels.rows} × {pixels.columns} pixels, but {why}; copy or export it again"
