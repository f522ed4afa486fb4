"""Stored pixel values of single DICOM frames."""

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.errors import DicomError
from calid_core.io.dicom.compressed import decoded_frame
from calid_core.io.dicom.deflated import inflated_file
from calid_core.io.dicom.headers import FrameHeader
from calid_core.io.dicom.pixel_format import BIG_ENDIAN, DEFLATED, UNCOMPRESSED, PixelFormat


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
    held = frame.pixels.frames
    if (frame.reference.frame or 0) >= held:
        raise DicomError(f"a DICOM file describes more frames than the {held} it has; export it again")
    try:
        plain = frame.pixels.transfer_syntax in UNCOMPRESSED
        values = _read_plain(frame) if plain else _read_packed(frame)
    except OSError as error:
        raise DicomError(f"a DICOM file cannot be read any more ({error.strerror})") from error
    values = _significant_bits(values, frame.pixels)
    return _upright(values, frame.pixels) if frame.pixels.inverted else values


def _upright(values: IntensityArray, pixels: PixelFormat) -> IntensityArray:
    """MONOCHROME1 values mirrored within their bits, so that high ones are bright."""
    inverted: IntensityArray = np.invert(values.view(stored_dtype(pixels)))
    unused = pixels.bits_allocated - pixels.bits_stored
    shifted: IntensityArray = np.right_shift(np.left_shift(inverted, unused), unused)
    return shifted


def _read_plain(frame: FrameHeader) -> IntensityArray:
    pixels = frame.pixels
    if pixels.swapped:
        return _read_swapped(frame)
    dtype = stored_dtype(pixels).newbyteorder(">" if pixels.transfer_syntax == BIG_ENDIAN else "<")
    count = pixels.rows * pixels.columns
    offset = pixels.offset + (frame.reference.frame or 0) * count * dtype.itemsize
    values = np.fromfile(frame.reference.path, dtype=dtype, count=count, offset=offset)
    return _whole(values, pixels).astype(stored_dtype(pixels), copy=False)


def _read_swapped(frame: FrameHeader) -> IntensityArray:
    """A frame of 8-bit pixels in words of 16 bits, in which frames of an odd size begin and end."""
    pixels = frame.pixels
    count = pixels.rows * pixels.columns
    start = (frame.reference.frame or 0) * count
    before = start % 2
    words = np.fromfile(
        frame.reference.path,
        dtype=">u2",
        count=(before + count + 1) // 2,
        offset=pixels.offset + start - before,
    )
    values = words.astype("<u2").view(stored_dtype(pixels))[before : before + count]
    return _whole(values, pixels)


def _whole(values: IntensityArray, pixels: PixelFormat) -> IntensityArray:
    """``(rows, columns)`` from as many values."""
    count = pixels.rows * pixels.columns
    if values.size != count:
        raise DicomError(f"a DICOM file is truncated: {values.size} of {count} pixels are there")
    return values.reshape(pixels.rows, pixels.columns)


def _read_packed(frame: FrameHeader) -> IntensityArray:
    """A frame of a compressed or deflated file."""
    pixels, path, number = frame.pixels, frame.reference.path, frame.reference.frame or 0
    if pixels.transfer_syntax == DEFLATED:
        values = inflated_file(path, path.stat().st_mtime_ns, pixels)[number]
    else:
        values = decoded_frame(path, pixels, number)
    stored: IntensityArray = values.astype(stored_dtype(pixels))
    return stored


def _significant_bits(values: IntensityArray, pixels: PixelFormat) -> IntensityArray:
    """Values without what else the unused bits hold (old overlays), sign extended."""
    above = pixels.bits_allocated - 1 - pixels.high_bit
    unused = pixels.bits_allocated - pixels.bits_stored
    below = unused - above
    integers = values.view(stored_dtype(pixels))
    if unused <= 0:
        return integers
    if below and np.any(np.left_shift(integers, pixels.bits_allocated - below)):
        raise DicomError(
            f"HighBit {pixels.high_bit} does not fit the pixels, which use bits below the {pixels.bits_stored} stored ones; set "
            f"HighBit to {pixels.bits_stored - 1} if that is where they end"
        )
    shifted: IntensityArray = np.right_shift(np.left_shift(integers, above), unused)
    return shifted
