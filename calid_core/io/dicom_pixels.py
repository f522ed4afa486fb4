"""Stored pixel values of single DICOM frames."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.errors import DicomError
from calid_core.io.dicom_headers import FrameHeader
from calid_core.io.dicom_pixel_format import PixelFormat

BIG_ENDIAN = "1.2.840.10008.1.2.2"


def stored_dtype(pixels: PixelFormat) -> np.dtype[np.generic]:
    """Data type of the stored values."""
    return np.dtype(f"{'i' if pixels.signed else 'u'}{pixels.bits_allocated // 8}")


def read_frame(frame: FrameHeader) -> IntensityArray:
    """``(rows, columns)`` stored values, without rescaling.

    Raises
    ------
    DicomError
        The file is gone, truncated or cannot be decoded.
    """
    if frame.pixels.offset < 0:
        return _significant_bits(_decode(frame), frame.pixels)
    values = _significant_bits(_read_plain(frame), frame.pixels)
    return _upright(values, frame.pixels) if frame.pixels.inverted else values


def _upright(values: IntensityArray, pixels: PixelFormat) -> IntensityArray:
    """MONOCHROME1 values mirrored within their bits, so that high ones are bright."""
    inverted: IntensityArray = np.invert(values.view(stored_dtype(pixels)))
    return _significant_bits(inverted, pixels)


def _read_plain(frame: FrameHeader) -> IntensityArray:
    pixels = frame.pixels
    dtype = stored_dtype(pixels).newbyteorder(">" if pixels.transfer_syntax == BIG_ENDIAN else "<")
    count = pixels.rows * pixels.columns
    offset = pixels.offset + max(frame.frame, 0) * count * dtype.itemsize
    try:
        values = np.fromfile(frame.path, dtype=dtype, count=count, offset=offset)
    except OSError as error:
        raise DicomError(f"a DICOM file cannot be read any more ({error.strerror})") from error
    if values.size != count:
        raise DicomError(f"a DICOM file is truncated: {values.size} of {count} pixels are there")
    return values.reshape(pixels.rows, pixels.columns).astype(stored_dtype(pixels), copy=False)


def _significant_bits(values: IntensityArray, pixels: PixelFormat) -> IntensityArray:
    """Values without what else the unused high bits hold (old overlays), sign extended."""
    unused = pixels.bits_allocated - pixels.bits_stored
    if unused <= 0:
        return values
    integers = values.view(stored_dtype(pixels))
    shifted: IntensityArray = np.right_shift(np.left_shift(integers, unused), unused)
    return shifted


def _decode(frame: FrameHeader) -> IntensityArray:
    """Pixels of a compressed file by GDCM, brought back from rescaled to stored values; GDCM turns MONOCHROME1 over."""
    try:
        state = Path(frame.path).stat()
        values = _decoded_file(frame.path, state.st_mtime_ns)
    except OSError as error:
        raise DicomError(f"a DICOM file cannot be read any more ({error.strerror})") from error
    except RuntimeError as error:
        raise DicomError(
            f"pixels of transfer syntax {frame.pixels.transfer_syntax} cannot be decoded; "
            "convert the files to Explicit VR Little Endian (for example with gdcmconv --raw)"
        ) from error
    number = max(frame.frame, 0)
    if number >= len(values) or values.shape[1:] != (frame.pixels.rows, frame.pixels.columns):
        raise DicomError(f"decoded pixels have shape {values.shape}, the header says otherwise")
    chosen: IntensityArray = values[number]
    if (frame.slope, frame.intercept) != (1.0, 0.0):
        chosen = np.rint((chosen.astype(np.float64) - frame.intercept) / frame.slope)
    return chosen.astype(stored_dtype(frame.pixels))


@lru_cache(maxsize=1)  # the frames of a multi-frame file are asked for one after the other
def _decoded_file(path: str, modified: int) -> IntensityArray:
    """``(frames, rows, columns)`` of a compressed file; ``modified`` tells an old answer from a new file."""
    from calid_core.io.itk import sitk

    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(path)
    image = reader.Execute()
    values: IntensityArray = sitk.GetArrayFromImage(image).reshape(-1, *image.GetSize()[1::-1])
    return values
